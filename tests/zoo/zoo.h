/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The processes of the zoo and what they share:
 *
 *	controller	starts and kills agents, unloads the module, removes a CPU; and counts
 *	keeper		the first process of namespaces of its own; starts one visitor after another
 *	visitor		makes a few hundred operations with three threads, and is killed if it does not end
 *
 * All counts lie in one shared mapping.
 */
#ifndef ZOO_H
#define ZOO_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

enum { KEEPERS = 3, OPERATIONS_MAX = 512 };

struct zoo {
	volatile bool stop;
	volatile pid_t keeper[KEEPERS];
	volatile uint64_t visitors[KEEPERS];	  /* how many each has had */
	volatile uint64_t killed;		  /* visitors that did not end */
	volatile uint64_t made[OPERATIONS_MAX];	  /* by number of the operation */
	volatile uint64_t worked[OPERATIONS_MAX]; /* likewise: those that returned no error */
	volatile uint64_t records, damage;	  /* read by agents */
	volatile bool attached;			  /* an agent is */
};
extern struct zoo *zoo;

/* values.c: what calls are given; the memory is below 4 GiB, so that it serves every ABI */
struct values {
	unsigned int seed; /* of this thread */
};
void values_make(void);			     /* once for each visitor */
long values_draw(struct values *v, char letter); /* calls.def has the letters */
char *values_path(struct values *v);
int values_fd(struct values *v);
void *values_rewrite(void *arg);	     /* a thread that changes the memory and the descriptors until it ends */

/* acts.c: what is more than one call */
unsigned int acts_count(void);
const char *acts_name(unsigned int n);
bool acts_do(unsigned int n, struct values *v); /* returns whether it worked */
bool acts_end(pid_t pid);			/* waits for it; returns whether it succeeded */
bool acts_uring_enters(struct values *v);	/* acts_uring.c */
bool acts_uring_works(struct values *v);
bool acts_uring_polls(struct values *v);
bool acts_uring_later(struct values *v);

/* calls.c: system calls by calls.def, under every ABI */
unsigned int calls_count(void);
const char *calls_name(unsigned int n);
bool calls_do(unsigned int n, struct values *v);

/* keeper.c */
pid_t keeper_start(unsigned int n);

#endif
