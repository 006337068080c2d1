// SPDX-License-Identifier: Apache-2.0
/*
 * Driver tests: do a system call, know the truth, compare the record.
 *
 *   driver-test              all tests, TAP on stdout; exit status 1 if one fails
 *   driver-test -l           their names
 *   driver-test [-v] WORD..  those whose name or group contains a WORD
 *   driver-test -c           do not demand coverage (with WORDs it never does)
 *
 * The one idea: this process is the consumer, so the module leaves it out; each
 * test runs in a child, which the module sees as it sees any other task.
 */
#include <poll.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "program.h"
#include "run.h"

GROUP(open)
GROUP(exec) GROUP(clone) GROUP(exit) GROUP(dup) GROUP(socket) GROUP(setid) GROUP(trace)
	GROUP(module) GROUP(cgroup) GROUP(call) GROUP(abi) GROUP(uring)

		static const struct {
	const struct test *test;
	const unsigned int *count;
} groups[] = {
#define ROW(g)                        \
	{                             \
		g##_tests, &g##_count \
	}
	ROW(open),  ROW(exec),	 ROW(clone),  ROW(exit), ROW(dup), ROW(socket), ROW(setid),
	ROW(trace), ROW(module), ROW(cgroup), ROW(call), ROW(abi), ROW(uring),
#undef ROW
};

struct shared *shared;
static struct sk sk;
static struct store store;
static bool verbose;
static unsigned int passed, failed, skipped, number;

static int select_for(const struct test *t)
{
	struct saker_selection *sel = sk_everything();

	sel->generation = sk_generation(&sk);
	sel->env_max = t->env_max;
	sel->argv_max = t->argv_max;
	sel->flags = t->sel_flags;
	return sk_select(&sk, sel);
}

static void child(const struct test *t)
{
	close(sk.fd);
	close(sk.nl);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	umask_and_home();
	me = task(syscall(SYS_gettid));
	last.who = me;
	alarm(120);
	t->run();
	_exit(0);
}

/* Run to the end while draining, so that a test may make more records than a ring holds. */
static int run_child(const struct test *t)
{
	pid_t pid = fork();
	int status = 0;

	if (!pid)
		child(t);
	while (waitpid(pid, &status, WNOHANG) == 0) {
		struct pollfd p = { .fd = sk.fd, .events = POLLIN };

		poll(&p, 1, 5);
		sk_drain(&sk, store_add, &store);
	}
	while (sk_drain(&sk, store_add, &store))
		;
	return status;
}

static void finish(const struct test *t, const char *problem)
{
	printf("%s %u - %s: %s%s%s\n", problem ? "not ok" : "ok", number, t->group, t->name,
	       problem ? " # " : "", problem ? problem : "");
	fflush(stdout);
	*(problem ? &failed : &passed) += 1;
}

static void run(const struct test *t)
{
	char problem[640];
	int status, bad;

	number++;
	memset(shared, 0, offsetof(struct shared, bytes));
	sk_drain(&sk, NULL, NULL);
	store_clear(&store);
	sk_damage = seq_breaks = 0;
	status = select_for(t);
	if (status) {
		snprintf(problem, sizeof(problem), "selection refused: %s", sk_why);
		finish(t, problem);
		return;
	}
	status = run_child(t);
	if (*shared->skipped) {
		skipped++;
		printf("ok %u - %s: %s # SKIP %s\n", number, t->group, t->name, shared->skipped);
		return;
	}
	bad = judge(&store, verbose);
	if (*shared->broken)
		finish(t, shared->broken);
	else if (sk_damage)
		finish(t, "malformed records");
	else if (!shared->nwants)
		finish(t, "it expects nothing");
	else if (bad) {
		snprintf(problem, sizeof(problem), "%d of %u expectations failed (status 0x%x)",
			 bad, shared->nwants, status);
		finish(t, problem);
	} else
		finish(t, NULL);
}

static bool chosen(const struct test *t, char **words, int n)
{
	for (int i = 0; i < n; i++)
		if (strstr(t->name, words[i]) || !strcmp(t->group, words[i]))
			return true;
	return n == 0;
}

static int attach(void)
{
	int err = sk_attach(&sk, 4 << 20);

	if (err)
		printf("Bail out! cannot attach to the module: %s\n", strerror(-err));
	return err;
}

int main(int argc, char **argv)
{
	bool list = false, cover = true;
	int opt;

	if (argc > 1 && !strncmp(argv[1], "--be-", 5))
		return be(argc, argv);
	while ((opt = getopt(argc, argv, "lvc")) != -1)
		switch (opt) {
		case 'l':
			list = true;
			break;
		case 'v':
			verbose = true;
			break;
		case 'c':
			cover = false;
			break;
		default:
			return 2;
		}
	setvbuf(stdout, NULL, _IOLBF, 0);
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (!list && attach())
		return 3;
	for (size_t g = 0; g < sizeof(groups) / sizeof(*groups); g++)
		for (unsigned int i = 0; i < *groups[g].count; i++) {
			const struct test *t = &groups[g].test[i];

			if (!chosen(t, argv + optind, argc - optind))
				continue;
			if (list)
				printf("%s: %s\n", t->group, t->name);
			else
				run(t);
		}
	if (list)
		return 0;
	if (cover && optind == argc) {
		int missed = coverage_report();

		printf("%s %u - every field was seen filled at least once\n",
		       missed ? "not ok" : "ok", ++number);
		failed += missed != 0;
	}
	sk_state(&sk, SAKER_STATE_DISARMED);
	sk_close(&sk);
	printf("1..%u\n# passed %u failed %u skipped %u\n", number, passed, failed, skipped);
	return failed || !number;
}
