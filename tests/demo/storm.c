/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens a file a million times and counts the calls; the agent is killed half way and started
 * again. The driver's counters must then equal our own count. A starting agent opens its libraries
 * and rules before it is the consumer, and the driver counts these too; their number is measured
 * before, by the same kill and start without the storm.
 */
#define _GNU_SOURCE
#include "demo.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define STORM_OPENS	1000000ull
#define STORM_WORKERS	2

struct sums {			/* open events on all CPUs since the module was loaded */
	uint64_t hits, emitted, filtered, dropped;
};

static int sums_read(struct sums *ret)
{
	FILE *p = popen("saker stats --json", "re");
	json_t *root, *row;
	size_t i;

	if (!p)
		return -errno;
	root = json_loadf(p, 0, NULL);
	if (pclose(p) || !root)
		return -EIO;
	*ret = (struct sums){ 0 };
	json_array_foreach(json_object_get(root, "events"), i, row) {
		if (strcmp(json_string_value(json_object_get(row, "event")) ?: "", "open"))
			continue;
		ret->hits = (uint64_t)json_integer_value(json_object_get(row, "hits"));
		ret->emitted = (uint64_t)json_integer_value(json_object_get(row, "emitted"));
		ret->filtered = (uint64_t)json_integer_value(json_object_get(row, "filtered"));
		ret->dropped = (uint64_t)json_integer_value(json_object_get(row, "dropped"));
	}
	json_decref(root);
	return 0;
}

static pid_t worker_start(_Atomic uint64_t *opens)
{
	pid_t pid = fork();
	uint64_t i;

	if (pid)
		return pid;
	for (i = 0; i < STORM_OPENS / STORM_WORKERS; i++) {
		int fd = open("/tmp/storm", O_RDONLY);

		if (fd < 0)
			_exit(1);
		close(fd);
		atomic_fetch_add_explicit(opens, 1, memory_order_relaxed);
	}
	_exit(0);
}

/* Kills the agent and starts another, between two readings of the counters. */
static int restart_between(struct agent *agent, const char *rules)
{
	agent_kill(agent);
	return agent_start(agent, rules, agent->session);
}

/* Return: the number of opens of an agent that starts, or -errno. */
static int64_t rehearse(struct agent *agent, const char *rules)
{
	struct sums before, after;
	int r;

	if ((r = sums_read(&before)) < 0 || (r = restart_between(agent, rules)) < 0 ||
	    (r = sums_read(&after)) < 0)
		return r;
	return (int64_t)(after.hits - before.hits);
}

static void wait_half(_Atomic uint64_t *opens)
{
	while (atomic_load(opens) < STORM_OPENS / 2)
		usleep(10000);
}

static int workers_wait(const pid_t *workers)
{
	int failed = 0, i, status;

	for (i = 0; i < STORM_WORKERS; i++)
		if (waitpid(workers[i], &status, 0) < 0 || status)
			failed = 1;
	return failed;
}

/*
 * On a machine with other users the driver counts their opens too, so only its own counters can be
 * compared with each other.
 */
static int sums_judge(const struct sums *a, const struct sums *b, uint64_t own, bool alone)
{
	uint64_t hits = b->hits - a->hits, emitted = b->emitted - a->emitted;
	uint64_t filtered = b->filtered - a->filtered, dropped = b->dropped - a->dropped;

	printf("   opens the storm counted itself   %10llu\n", (unsigned long long)own);
	printf("   opens the driver saw             %10llu\n", (unsigned long long)hits);
	printf("     recorded                       %10llu\n", (unsigned long long)emitted);
	printf("     filtered                       %10llu\n", (unsigned long long)filtered);
	printf("     dropped, and reported as such  %10llu\n", (unsigned long long)dropped);
	if (hits != emitted + filtered + dropped) {
		printf("   FAILED: the driver's own sum does not hold\n");
		return 1;
	}
	if (hits < own || (alone && hits != own)) {
		printf("   FAILED: the driver's count is not the storm's\n");
		return 1;
	}
	if (hits > own)
		printf("   of them by other programs        %10llu\n",
		       (unsigned long long)(hits - own));
	printf("   the sums hold: %llu = %llu + %llu + %llu\n", (unsigned long long)hits,
	       (unsigned long long)emitted, (unsigned long long)filtered,
	       (unsigned long long)dropped);
	return 0;
}

int storm_run(struct agent *agent, const char *rules, unsigned int number, bool alone)
{
	_Atomic uint64_t *opens = mmap(NULL, sizeof(*opens), PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t workers[STORM_WORKERS];
	struct sums before, after;
	int64_t noise;
	int i, fd, failed = 0;

	printf("\n%u. A storm: a million opens; the agent is killed half way and started again\n", number);
	fd = open("/tmp/storm", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	if (opens == MAP_FAILED || fd < 0)
		return 1;
	close(fd);
	noise = rehearse(agent, rules);
	if (noise < 0 || sums_read(&before) < 0) {
		printf("   FAILED: the sums could not be read: %s\n", strerror((int)-noise));
		return 1;
	}
	for (i = 0; i < STORM_WORKERS; i++)
		workers[i] = worker_start(opens);
	wait_half(opens);
	printf("   kill -9, after %llu opens\n", (unsigned long long)atomic_load(opens));
	/* Its hooks stay armed; events that do not fit into the rings are counted as drops. */
	if (restart_between(agent, rules) < 0) {
		printf("   FAILED: the agent did not start again\n");
		failed = 1;
	}
	failed |= workers_wait(workers);
	if (sums_read(&after) < 0)
		return 1;
	printf("   an agent that starts opens         %10lld files of its own: not counted below\n",
	       (long long)noise);
	after.hits -= (uint64_t)noise;
	after.emitted -= (uint64_t)noise;
	return failed | sums_judge(&before, &after, atomic_load(opens), alone);
}
