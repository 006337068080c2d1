/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Measures the latency of alerts: a thousand attacks within a flood of events, each must be
 * reported, and soon.
 *
 *   attacks RULES [ATTACKS [EVENTS_PER_SECOND]]
 *
 * A worker makes recorded system calls at a steady rate. Meanwhile a file is
 * opened that only few programs may read, each time through a symlink of its
 * own, so that each alert names its attack. The latency is
 * from the record's time to the alert's bytes arriving over a pipe.
 */
#define _GNU_SOURCE
#include "watch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ATTACKS_MAX	100000
#define P99_LIMIT_MS	50.0
#define BETWEEN_MS	10
#define BURST_US	500
#define LAST_WAIT_MS	5000

struct flood {
	pid_t pid;
	_Atomic uint64_t *calls;
};

struct result {
	unsigned int attacks;
	unsigned int told;
	unsigned int twice;
	unsigned int other;		/* alerts that belong to no attack */
	bool seen[ATTACKS_MAX];
	int64_t latency_ns[ATTACKS_MAX];
};

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/*
 * dup2() of a pipe onto itself changes nothing, allocates nothing, and is
 * recorded. Between its bursts the worker sleeps: its processor is needed.
 */
static void flood_run(_Atomic uint64_t *calls, uint64_t per_second)
{
	int64_t start = now_ns();
	uint64_t made = 0;
	int fds[2];

	if (pipe(fds) < 0)
		_exit(1);
	for (;;) {
		uint64_t due = (uint64_t)(now_ns() - start) / 1000 * per_second / 1000000;

		while (made < due) {
			dup2(fds[0], fds[0]);
			made++;
		}
		atomic_store_explicit(calls, made, memory_order_relaxed);
		usleep(BURST_US);
	}
}

static int flood_start(struct flood *flood, uint64_t per_second)
{
	flood->calls = mmap(NULL, sizeof(*flood->calls), PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (flood->calls == MAP_FAILED)
		return -errno;
	flood->pid = fork();
	if (flood->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		flood_run(flood->calls, per_second);
	}
	return flood->pid < 0 ? -errno : 0;
}

static void result_take(struct result *res, const struct agent_alert *alert)
{
	unsigned int n;

	if (sscanf(alert->asked, "/tmp/attack-%u", &n) != 1 || n >= res->attacks) {
		res->other++;
		agent_alert_print(alert);
	} else if (res->seen[n]) {
		res->twice++;
	} else {
		res->seen[n] = true;
		res->latency_ns[res->told++] = alert->latency_ns;
	}
}

static void attack(unsigned int n)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/tmp/attack-%u", n);
	fd = open(path, O_RDONLY);
	if (fd >= 0)
		close(fd);
}

static void links_make(unsigned int attacks)
{
	char path[64];
	unsigned int i;

	for (i = 0; i < attacks; i++) {
		snprintf(path, sizeof(path), "/tmp/attack-%u", i);
		unlink(path);
		if (symlink("/etc/shadow", path) < 0) {
			perror(path);
			exit(3);
		}
	}
}

static int latency_cmp(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int result_judge(struct result *res, double rate, uint64_t wanted_rate)
{
	double p50, p99, worst;

	if (!res->told) {
		printf("not ok 1 - %u attacks, no alert at all\n1..1\n", res->attacks);
		return 1;
	}
	qsort(res->latency_ns, res->told, sizeof(res->latency_ns[0]), latency_cmp);
	p50 = (double)res->latency_ns[res->told / 2] / 1e6;
	p99 = (double)res->latency_ns[(res->told * 99 - 1) / 100] / 1e6;
	worst = (double)res->latency_ns[res->told - 1] / 1e6;
	printf("# latency p50 %.2f ms, p99 %.2f ms, worst %.2f ms; %.0f events/s beside\n", p50, p99,
	       worst, rate);
	printf("%s 1 - each of %u attacks is reported once (%u reported, %u twice, %u other alerts)\n",
	       res->told == res->attacks && !res->twice && !res->other ? "ok" : "not ok",
	       res->attacks, res->told, res->twice, res->other);
	printf("%s 2 - 99 of 100 alerts arrive within %.0f ms\n", p99 <= P99_LIMIT_MS ? "ok" : "not ok",
	       P99_LIMIT_MS);
	printf("%s 3 - the flood kept its rate of %llu events/s\n",
	       rate >= (double)wanted_rate * 0.95 ? "ok" : "not ok", (unsigned long long)wanted_rate);
	printf("1..3\n");
	return res->told != res->attacks || res->twice || res->other || p99 > P99_LIMIT_MS ||
	       rate < (double)wanted_rate * 0.95;
}

int main(int argc, char **argv)
{
	static struct result res;
	static struct agent agent;
	uint64_t per_second = argc > 3 ? strtoull(argv[3], NULL, 10) : 100000;
	struct agent_alert alert;
	struct flood flood = { 0 };
	uint64_t calls;
	int64_t start;
	double rate;
	unsigned int i;

	res.attacks = argc > 2 ? (unsigned int)strtoul(argv[2], NULL, 10) : 1000;
	if (argc < 2 || !res.attacks || res.attacks > ATTACKS_MAX || !per_second) {
		fprintf(stderr, "usage: attacks RULES [ATTACKS [EVENTS_PER_SECOND]]\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	links_make(res.attacks);
	if (agent_start(&agent, argv[1], 0) < 0 || flood_start(&flood, per_second) < 0) {
		printf("not ok 1 - the agent starts\n1..1\n");
		return 1;
	}
	calls = atomic_load(flood.calls);
	start = now_ns();
	for (i = 0; i < res.attacks; i++) {
		attack(i);
		while (agent_next_alert(&agent, &alert, BETWEEN_MS))
			result_take(&res, &alert);
	}
	rate = (double)(atomic_load(flood.calls) - calls) * 1e9 / (double)(now_ns() - start);
	while (res.told < res.attacks && agent_next_alert(&agent, &alert, LAST_WAIT_MS))
		result_take(&res, &alert);
	kill(flood.pid, SIGKILL);
	waitpid(flood.pid, NULL, 0);
	return result_judge(&res, rate, per_second) | agent_stop(&agent);
}
