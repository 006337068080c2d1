/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A million opens that count themselves, the agent killed half way and
 * started again: then the driver's sums must be exactly our own count. Opens
 * of one file that only the storm touches; what else the machine opens is
 * counted by a second look at the idle machine, and is nearly nothing.
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

struct sums {			/* of open events, all CPUs, since the module was loaded */
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

static int sums_judge(const struct sums *a, const struct sums *b, uint64_t own)
{
	uint64_t hits = b->hits - a->hits, emitted = b->emitted - a->emitted;
	uint64_t filtered = b->filtered - a->filtered, dropped = b->dropped - a->dropped;

	printf("   opens the storm counted itself   %10llu\n", (unsigned long long)own);
	printf("   opens the driver saw             %10llu\n", (unsigned long long)hits);
	printf("     recorded                       %10llu\n", (unsigned long long)emitted);
	printf("     left out as unwanted           %10llu\n", (unsigned long long)filtered);
	printf("     lost, and told as lost         %10llu\n", (unsigned long long)dropped);
	if (hits != emitted + filtered + dropped) {
		printf("   FAILED: the driver's own sum does not hold\n");
		return 1;
	}
	if (hits != own) {
		printf("   FAILED: the driver's count is not the storm's\n");
		return 1;
	}
	printf("   the sums hold: %llu = %llu + %llu + %llu\n", (unsigned long long)own,
	       (unsigned long long)emitted, (unsigned long long)filtered,
	       (unsigned long long)dropped);
	return 0;
}

int storm_run(struct agent *agent, const char *rules, unsigned int number)
{
	_Atomic uint64_t *opens = mmap(NULL, sizeof(*opens), PROT_READ | PROT_WRITE,
				       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t workers[STORM_WORKERS];
	struct sums before, after;
	uint64_t noise;
	int i, fd, failed = 0;

	printf("\n%u. A storm: a million opens; the agent is killed half way and started again\n", number);
	fd = open("/tmp/storm", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	if (opens == MAP_FAILED || fd < 0)
		return 1;
	close(fd);
	/* What reading the sums costs in opens: the agent started for it is not the consumer. */
	if (sums_read(&before) < 0 || sums_read(&after) < 0)
		return 1;
	noise = after.hits - before.hits;
	before = after;
	for (i = 0; i < STORM_WORKERS; i++)
		workers[i] = worker_start(opens);
	wait_half(opens);
	printf("   kill -9, after %llu opens\n", (unsigned long long)atomic_load(opens));
	agent_kill(agent);
	/* Its hooks stay armed; the rings fill, and what does not fit is counted. */
	usleep(500000);
	if (agent_start(agent, rules) < 0) {
		printf("   FAILED: the agent did not start again\n");
		failed = 1;
	}
	failed |= workers_wait(workers);
	if (sums_read(&after) < 0)
		return 1;
	after.hits -= noise;
	after.emitted -= noise;
	return failed | sums_judge(&before, &after, atomic_load(opens));
}
