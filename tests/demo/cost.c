/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measures the cost of one call with and without the sensor: the minimum of many single operations,
 * because disturbances only add to it. In an emulated machine these are its nanoseconds; `make
 * bench` counts instructions.
 */
#define _GNU_SOURCE
#include "demo.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void op_getppid(void)
{
	syscall(SYS_getppid);
}

static void op_open(void)
{
	close(open("/usr/bin/passwd", O_RDONLY));
}

static void op_fork(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	waitpid(pid, NULL, 0);
}

static double op_min_ns(void (*op)(void), int rounds)
{
	double best = 1e18;

	while (rounds--) {
		struct timespec a, b;
		double ns;

		clock_gettime(CLOCK_MONOTONIC, &a);
		op();
		clock_gettime(CLOCK_MONOTONIC, &b);
		ns = (double)(b.tv_sec - a.tv_sec) * 1e9 + (double)(b.tv_nsec - a.tv_nsec);
		if (ns < best)
			best = ns;
	}
	return best;
}

void cost_measure(struct cost *ret)
{
	ret->getppid_ns = op_min_ns(op_getppid, 20000);
	ret->open_ns = op_min_ns(op_open, 5000);
	ret->fork_ns = op_min_ns(op_fork, 200);
}

static void row_print(const char *what, double bare, double armed)
{
	printf("   %-36s %10.0f %10.0f %+9.0f ns\n", what, bare, armed, armed - bare);
}

void cost_print(const struct cost *bare, const struct cost *armed)
{
	printf("   %-36s %10s %10s %12s\n", "", "without", "watched", "added");
	row_print("a call that is not selected (getppid)", bare->getppid_ns, armed->getppid_ns);
	row_print("open and close, recorded", bare->open_ns, armed->open_ns);
	row_print("fork, exit and wait, recorded", bare->fork_ns, armed->fork_ns);
}
