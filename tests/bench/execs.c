// SPDX-License-Identifier: Apache-2.0
/*
 * Starts programs at a steady rate and prints what that costs a running agent: `bench-execs RATE
 * SECONDS PID`. Processor time is that of all threads of PID; wake-ups are the times that its
 * first thread waited.
 */
#include <spawn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "lib/clock.h"

struct spent {
	uint64_t ns;			/* of processor time */
	unsigned long waits;
};

static int read_stat(const char *pid, uint64_t *ns)
{
	unsigned long user, system;
	char path[64], line[1024] = "";
	const char *after;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/stat", pid);
	f = fopen(path, "re");
	if (!f)
		return -1;
	after = fgets(line, sizeof(line), f) ? strrchr(line, ')') : NULL;
	fclose(f);
	if (!after || sscanf(after, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
			     &user, &system) != 2)
		return -1;
	*ns = (user + system) * (NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK));
	return 0;
}

static int read_waits(const char *pid, unsigned long *waits)
{
	char path[64], line[256];
	int found = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%s/task/%s/status", pid, pid);
	f = fopen(path, "re");
	while (f && !found && fgets(line, sizeof(line), f))
		found = sscanf(line, "voluntary_ctxt_switches: %lu", waits) == 1;
	if (f)
		fclose(f);
	return found ? 0 : -1;
}

static int read_spent(const char *pid, struct spent *ret)
{
	if (!read_stat(pid, &ret->ns) && !read_waits(pid, &ret->waits))
		return 0;
	fprintf(stderr, "bench-execs: cannot read the times of process %s from /proc\n", pid);
	return -1;
}

static int start(void)
{
	char name[] = "true", *argv[] = { name, NULL }, *env[] = { NULL };
	int status;
	pid_t pid;

	if (posix_spawn(&pid, "/bin/true", NULL, NULL, argv, env) ||
	    waitpid(pid, &status, 0) != pid || status) {
		fprintf(stderr, "bench-execs: cannot run /bin/true\n");
		return -1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	const long rate = argc == 4 ? atol(argv[1]) : 0, seconds = argc == 4 ? atol(argv[2]) : 0;
	struct spent before, after;
	uint64_t begin;
	double took;

	if (rate <= 0 || rate > 100000 || seconds <= 0 || seconds > 3600) {
		fprintf(stderr, "usage: bench-execs RATE SECONDS PID\n");
		return 2;
	}
	if (read_spent(argv[3], &before))
		return 1;
	begin = clock_boottime_ns();
	for (long i = 0; i < rate * seconds; i++) {
		const uint64_t due = begin + (uint64_t)i * NS_PER_S / (uint64_t)rate;
		const struct timespec at = { (time_t)(due / NS_PER_S), (long)(due % NS_PER_S) };

		clock_nanosleep(CLOCK_BOOTTIME, TIMER_ABSTIME, &at, NULL);
		if (start())
			return 1;
	}
	took = (double)(clock_boottime_ns() - begin) / NS_PER_S;
	if (read_spent(argv[3], &after))
		return 1;
	printf("%ld execs in %.1f s: %.1f a second, %.2f %% of a processor, %.0f wake-ups a second\n",
	       rate * seconds, took, (double)(rate * seconds) / took,
	       (double)(after.ns - before.ns) / NS_PER_S / took * 100,
	       (double)(after.waits - before.waits) / took);
	return 0;
}
