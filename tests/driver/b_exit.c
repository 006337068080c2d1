// SPDX-License-Identifier: Apache-2.0
/*
 * Ends of processes whose threads end together: each thread has its record, and where
 * the kernel says which was the last (6.16), exactly one of them is it.
 */
#include <pthread.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "border.h"

#define PROCESSES	300
#define THREADS		4

static struct {
	uint32_t tgid;
	unsigned int exits, last;
} process[PROCESSES];

static int see_exit(void *arg, unsigned int cpu, const struct ev_header *h)
{
	const struct ev_procexit *e = (const void *)h;

	(void)arg;
	(void)cpu;
	for (int i = 0; h->type == EV_procexit && i < PROCESSES; i++)
		if (process[i].tgid == h->tgid) {
			process[i].exits++;
			process[i].last += e->group_dead;
		}
	return 0;
}

static void *wait_for(void *barrier)
{
	pthread_barrier_wait(barrier);
	syscall(SYS_exit, 0);
	return NULL;
}

static void end_together(void)
{
	pthread_barrier_t barrier;
	pthread_t t;

	pthread_barrier_init(&barrier, NULL, THREADS);
	for (int i = 1; i < THREADS; i++)
		pthread_create(&t, NULL, wait_for, &barrier);
	wait_for(&barrier);
}

static void last_of_many(void)
{
	struct saker_selection sel = { 0 };
	unsigned int exits = 0, none = 0, twice = 0;

	memset(process, 0, sizeof(process));
	attach(1 << 20);
	sel.event[EV_procexit] = 1;
	arm(&sel);
	fflush(stdout);
	for (int i = 0; i < PROCESSES; i++) {
		pid_t pid = fork();

		if (!pid) {
			sk_disown(&sk);
			end_together();
		}
		process[i].tgid = pid;
		waitpid(pid, NULL, 0);
		while (sk_drain(&sk, see_exit, NULL))
			;
	}
	for (int i = 0; i < PROCESSES; i++) {
		exits += process[i].exits;
		none += !process[i].last;
		twice += process[i].last > 1;
	}
	CHECK_IS(exits, PROCESSES * THREADS);
	CHECK_IS(none, 0);
	if (sk_kernel() >= KERNEL(6, 16))
		CHECK_IS(twice, 0);
	else
		printf("# %u of %u processes have more than one last thread here\n", twice, PROCESSES);
}

BORDER_TESTS(exit,
	TEST("of threads that end together one is recorded as the last", last_of_many),
);
