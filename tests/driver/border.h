/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Declares what border tests use. A test attaches as a consumer, does something
 * that a consumer, another process or an accident may do, and CHECKs the
 * result. After every test the driver must still work, so the runner attaches
 * once more, has one open recorded, and only then prints ok.
 */
#ifndef BORDER_H
#define BORDER_H

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#include "lib/sk.h"

struct border_test {
	const char *name;
	void (*run)(void);
	const char *module_only; /* why it has no meaning for the eBPF driver */
};
/* A row of BORDER_TESTS; .module_only = "why" may follow. */
#define TEST(name_, run_, ...)	{ .name = name_, .run = run_, __VA_ARGS__ }
#define BORDER_TESTS(g, ...) const struct border_test g##_tests[] = { __VA_ARGS__ }; \
	const unsigned int g##_count = sizeof(g##_tests) / sizeof(*g##_tests)

extern struct sk sk;
extern unsigned int broken;		/* CHECKs that failed in this test */

#define CHECK(cond)		border_check(!!(cond), #cond, __FILE__, __LINE__, 0)
#define CHECK_IS(value, should)	border_check_is((value), (should), #value, __FILE__, __LINE__)
void border_check(bool ok, const char *what, const char *file, int line, long detail);
void border_check_is(long value, long should, const char *what, const char *file, int line);
void border_skip(const char *why);

void attach(uint64_t ring_size);	/* 0: unchanged; ends the test on failure */
void arm(const struct saker_selection *sel);	/* sets its generation */
struct saker_selection *select_opens(void);
const char *hook_state(const char *name);	/* as the driver reports it */
/* Run fn in another process, without the device; returns its exit status, 1000 + signal if it was killed. */
int stranger(int (*fn)(void *), void *arg);
/* @n processes that repeat @fn without a break, without the device, until busy_stop() or the end of the test. */
void busy_start(pid_t *pids, int n, void (*fn)(void));
void busy_stop(const pid_t *pids, int n);
int open_times(void *n);		/* make that many successful opens, in another process */

/* From now on a call with that argument, as far as @mask says, is no call in this process. */
void forbid_call(unsigned int nr, unsigned int arg, uint32_t mask, uint32_t value);

/* Records read since the last call. */
struct seen {
	uint64_t n[EV_TYPE_MAX], lost[EV_TYPE_MAX], reason[EV_DROP_COUNT];
	uint64_t breaks, bad_sums, gaps;
	struct ev_gap gap;		/* the last one */
	struct ev_consumer consumer[64];
	unsigned int consumers;
	struct ev_selection selection;
};
void look(struct seen *s);		/* adds to it */
uint64_t dropped(unsigned int type, int reason);	/* from the module's statistics */

#endif
