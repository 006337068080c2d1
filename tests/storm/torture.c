// SPDX-License-Identifier: Apache-2.0
/*
 * Load that preempts and migrates hooks. From 7.x on every tracepoint runs with
 * preemption on, so a hook can lose its CPU, or continue on another, between any two
 * instructions that it does not guard. This program makes that frequent: dozens of
 * threads for each CPU; signals; a real-time thread that preempts a hook and enters
 * hooks itself; a thread that moves others from CPU to CPU in the middle of their
 * calls; interrupts. The sums must stay exact.
 */
#include <linux/perf_event.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "storm.h"

#define SIGNAL_NS	10000000	/* one to each thread */
#define MOVE_US		500		/* one thread of all */
#define INTERRUPT_NS	1000000		/* on each CPU */

static uint64_t moves;

static void on_signal(int sig, siginfo_t *info, void *context)
{
	struct row *row = info->si_value.sival_ptr;

	(void)sig;
	(void)context;
	row->signals++;
}

void torture_thread(struct row *row)
{
	struct sigaction sa = { .sa_sigaction = on_signal, .sa_flags = SA_RESTART | SA_SIGINFO };
	struct itimerspec often = { { 0, SIGNAL_NS }, { 0, SIGNAL_NS } };
	struct sigevent ev = { .sigev_notify = SIGEV_THREAD_ID,
			       .sigev_signo = SIGRTMIN,
			       .sigev_value.sival_ptr = row };
	timer_t timer;

	sigaction(SIGRTMIN, &sa, NULL);
	ev._sigev_un._tid = row->tid;
	timer_create(CLOCK_MONOTONIC, &ev, &timer);
	timer_settime(timer, 0, &often, NULL);
}

void torture_preempt(void)
{
	struct sched_param first = { .sched_priority = 1 };

	sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &first);
}

/* To one CPU; if that one is away, the thread stays where it was. */
static void *move(void *arg)
{
	unsigned int seed = 1, n = WORKERS * storm->per_worker;
	long cpus = sysconf(_SC_NPROCESSORS_CONF);
	cpu_set_t one;

	torture_preempt();
	while (!storm->stop) {
		CPU_ZERO(&one);
		CPU_SET(rand_r(&seed) % cpus, &one);
		moves += !sched_setaffinity(storm->row[rand_r(&seed) % n].tid, sizeof(one), &one);
		usleep(MOVE_US);
	}
	return arg;
}

/* A sampling event whose samples are not read: only its interrupts matter. */
static void interrupt(int cpu)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE,
					.size = sizeof(attr),
					.config = PERF_COUNT_SW_CPU_CLOCK,
					.sample_period = INTERRUPT_NS };

	syscall(SYS_perf_event_open, &attr, -1, cpu, -1, PERF_FLAG_FD_CLOEXEC);
}

void torture_start(void)
{
	pthread_t id;

	for (int cpu = 0; cpu < sysconf(_SC_NPROCESSORS_CONF); cpu++)
		interrupt(cpu);
	pthread_create(&id, NULL, move, NULL);
}

uint64_t torture_moves(void)
{
	return moves;
}
