/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop of the race tests: a process whose first thread makes calls while its other threads
 * change what they use, and this process, which reads the records and compares each with what the
 * calls themselves showed.
 */
#ifndef RACE_H
#define RACE_H

#include "lib/sk.h"

enum { RACE_COUNTS = 4, RACE_CALLS = 16 };

struct race {
	unsigned int total;	/* calls */
	unsigned int ahead;	/* whose records may be unread: the rings must not overflow */
	bool moves;		/* between CPUs: then its records may come in another order than its calls */
	short call[RACE_CALLS]; /* numbers that are selected; 0: no further one */
	unsigned int event;	/* likewise; 0: none */
	void *(*attack[2])(void *);	     /* until race_stop */
	void (*begin)(void);		     /* in the process, before the first call; may be NULL */
	unsigned char (*one)(unsigned int i); /* makes call i; returns what it showed */
	bool (*mine)(const struct ev_header *h); /* is it of a call? NULL: those of the thread are */
	/* Number of the call that a record is about; less than 0: none of them. NULL: in their order. */
	long (*call_of)(const struct ev_header *h);
	void (*judge)(const struct ev_header *h, unsigned int i, unsigned char saw);
};

struct race_shared {
	volatile uint64_t done, read;
	volatile pid_t victim;
	volatile bool ended;
	volatile uint64_t count[RACE_COUNTS]; /* of the test's own, counted in the process */
	volatile unsigned char saw[];	      /* what one() returned */
};

struct race_tally {
	uint64_t records, missing, twice, lost;
};

extern struct race_shared *race_shared;
extern volatile bool race_stop;

/* Ends the program if the driver cannot be attached. */
struct race_tally race_run(const struct race *race, const struct sk_driver *driver);

/* Prints a line; returns 1 if it failed. The plan follows from race_end(). */
int race_check(bool ok, const char *what, uint64_t count);
int race_end(int failed); /* the exit status */

#endif
