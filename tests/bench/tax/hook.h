/* SPDX-License-Identifier: Apache-2.0 */
/* Kinds of empty hooks of system calls, and the calls that the benchmark makes. */
#ifndef TAX_HOOK_H
#define TAX_HOOK_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/syscall.h>

#define HOOKS_MAX	256	/* functions */

struct hook {
	int prog[2 * HOOKS_MAX], link[HOOKS_MAX];	/* programs and perf events; links */
	unsigned int nprogs, nlinks;
};

struct kind {
	const char *name;
	int (*arm)(struct hook *h, const char *const *fn, unsigned int n);
	bool all;		/* hooks all calls, whatever functions are named */
	bool module;
};

extern const struct kind kinds[];
extern const unsigned int nkinds;

/* Calls that rules often select; the first is the one that the benchmark makes. */
extern const char *const calls[];
extern const unsigned int ncalls;

/* Finds the kernel's types and functions. Return: 0 or -1. */
int hooks_init(void);

/* Functions of the first @n calls of @of, under all ABIs. Return: their number. */
unsigned int functions(const char **ret, const char *const *of, unsigned int n);

/*
 * hooks_count() - programs loaded from now on count their runs, after @steps further instructions
 *
 * Return: 0 or -1.
 */
int hooks_count(unsigned int steps);
uint64_t hooks_counted(void);

void disarm(struct hook *h);

int sees(void);
int missed(void);

/* A raw call: the C library must not add its own instructions. */
static inline long call(long nr, long a, long b, long c)
{
	long res;

	asm volatile("syscall"
		     : "=a"(res)
		     : "a"(nr), "D"(a), "S"(b), "d"(c)
		     : "rcx", "r11", "memory");
	return res;
}

static inline void op_getpgid(void)
{
	call(SYS_getpgid, 0, 0, 0);
}

#endif /* TAX_HOOK_H */
