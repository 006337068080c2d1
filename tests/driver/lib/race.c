/* SPDX-License-Identifier: Apache-2.0 */
/* The loop of the race tests. */
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/race.h"

#define RING (8 << 20)

struct race_shared *race_shared;
volatile bool race_stop;

static struct race_tally tally;
static unsigned char *seen; /* how many records each call has */
static int checks;

static void stay(void)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(0, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static void victim(const struct race *r)
{
	pthread_t t[2];

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	race_shared->victim = syscall(SYS_gettid);
	if (r->begin)
		r->begin();
	for (unsigned int i = 0; i < 2 && r->attack[i]; i++)
		pthread_create(&t[i], NULL, r->attack[i], NULL);
	if (!r->moves)
		stay();
	for (unsigned int i = 0; i < r->total; i++) {
		while (i - race_shared->read > r->ahead)
			sched_yield();
		race_shared->saw[i] = r->one(i);
		race_shared->done = i + 1;
	}
	race_stop = true;
	for (unsigned int i = 0; i < 2 && r->attack[i]; i++)
		pthread_join(t[i], NULL);
	race_shared->ended = true;
	_exit(0);
}

static int judge(void *arg, unsigned int cpu, const struct ev_header *h)
{
	const struct race *r = arg;
	long i;

	(void)cpu;
	if (h->type == EV_gap && ((const struct ev_gap *)h)->first_seq)
		tally.lost++, sk_print(stdout, h);
	if (r->mine ? !r->mine(h) :
		      !(h->flags & EV_F_SYSCALL) || h->tid != (uint32_t)race_shared->victim)
		return 0;
	i = r->call_of ? r->call_of(h) : (long)tally.records;
	if (i < 0 || i >= r->total)
		return 0;
	tally.records++;
	tally.twice += seen[i]++ != 0;
	if ((uint64_t)i + 1 > race_shared->read)
		race_shared->read = i + 1;
	/* The record may come before what the call showed. */
	while (race_shared->done <= (uint64_t)i)
		sched_yield();
	r->judge(h, i, race_shared->saw[i]);
	return 0;
}

static int attach(const struct race *r, struct sk *sk, const struct sk_driver *driver)
{
	static struct saker_selection sel;
	int err = sk_attach(sk, driver, RING);

	if (err)
		return err;
	sel.generation = sk_generation(sk);
	for (unsigned int i = 0; i < RACE_CALLS && r->call[i]; i++)
		sel.action[EV_ABI_64][r->call[i]] = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED;
	if (r->event)
		sel.event[r->event] = 1;
	return sk_select(sk, &sel);
}

struct race_tally race_run(const struct race *r, const struct sk_driver *driver)
{
	static struct sk sk;
	pid_t pid;
	int err;

	setvbuf(stdout, NULL, _IOLBF, 0);
	race_shared = mmap(NULL, sizeof(*race_shared) + r->total, PROT_READ | PROT_WRITE,
			   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	seen = calloc(r->total, 1);
	err = attach(r, &sk, driver);
	if (err) {
		printf("Bail out! cannot attach: %s (%s)\n", strerror(-err), sk_why);
		exit(3);
	}
	pid = fork();
	if (!pid)
		victim(r);
	while (!race_shared->ended && waitpid(pid, NULL, WNOHANG) == 0)
		if (!sk_drain(&sk, judge, (void *)r))
			usleep(1000);
	while (sk_drain(&sk, judge, (void *)r))
		;
	for (unsigned int i = 0; i < r->total; i++)
		tally.missing += !seen[i];
	sk_state(&sk, SAKER_STATE_DISARMED);
	return tally;
}

int race_check(bool ok, const char *what, uint64_t count)
{
	printf("%s %d - %s (%llu)\n", ok ? "ok" : "not ok", ++checks, what, (unsigned long long)count);
	return !ok;
}

int race_end(int failed)
{
	printf("1..%d\n", checks);
	return failed != 0;
}
