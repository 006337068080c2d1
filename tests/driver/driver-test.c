// SPDX-License-Identifier: Apache-2.0
/*
 * Runs the driver tests: makes a system call, and compares the record with what is known about
 * the call.
 *
 *   driver-test [--driver kmod|ebpf] [OPTION]... [WORD]...
 *
 * All tests, or those whose name or group contains a WORD; TAP on stdout; exit
 * status 1 if one fails.
 *
 *   -l    their names
 *   -v    show each record
 *   -c    do not require coverage (never required with WORDs)
 *   -b    both drivers at once: their records of the same calls are compared
 *
 * This process is the consumer, so the driver does not record it; each test runs in a child,
 * which is recorded as any other task.
 */
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <signal.h>
#include <unistd.h>

#include "fields.h"
#include "lib/number.h"
#include "parity.h"
#include "program.h"
#include "run.h"

GROUP(open) GROUP(dns)
GROUP(exec) GROUP(exe) GROUP(clone) GROUP(rename) GROUP(exit) GROUP(dup) GROUP(socket) GROUP(setid) GROUP(trace)
GROUP(module) GROUP(cgroup) GROUP(call) GROUP(abi) GROUP(uring) GROUP(net) GROUP(file) GROUP(attr) GROUP(mount)
GROUP(proc) GROUP(security) GROUP(io) GROUP(msg) GROUP(mem) GROUP(data) GROUP(stdio) GROUP(hostile)
GROUP(query) GROUP(wait)

static const struct {
	const struct test *test;
	const unsigned int *count;
} groups[] = {
#define ROW(g) { g##_tests, &g##_count }
	ROW(open),  ROW(exec),	 ROW(exe), ROW(clone), ROW(rename),  ROW(exit), ROW(dup), ROW(socket), ROW(setid),
	ROW(trace), ROW(module), ROW(cgroup), ROW(call), ROW(abi), ROW(uring), ROW(net),
	ROW(file), ROW(attr), ROW(mount),
	ROW(proc),  ROW(security), ROW(io), ROW(msg), ROW(mem), ROW(data), ROW(dns), ROW(stdio), ROW(hostile),
	ROW(query), ROW(wait),
#undef ROW
};

#define RING_SIZE (4 << 20)

struct shared *shared;
static struct side {
	struct sk sk;
	struct store store;
} sides[2]; /* two if both drivers run */
static unsigned int nsides = 1;
static struct parity parity;
static bool verbose;
static unsigned int passed, failed, skipped, number;

/* Of the calls that send, receive, read and write only what goes to port 53 or comes from there. */
static void select_only_dns(struct saker_selection *sel)
{
	for (unsigned int i = 0; i < CALL_NUMBERS; i++)
		for (unsigned int abi = 0; abi < EV_ABI_COUNT; abi++)
			if (call_numbers[i].nr[abi] >= 0 &&
			    (call_numbers[i].event == EV_send || call_numbers[i].event == EV_recv ||
			     call_numbers[i].event == EV_read || call_numbers[i].event == EV_write))
				sel->action[abi][call_numbers[i].nr[abi]] = SAKER_ACT_EMIT_DNS;
	sel->action[EV_ABI_IA32][102 /* socketcall */] = SAKER_ACT_EMIT_DNS;
}

static int select_for(const struct test *t)
{
	struct saker_selection *sel = sk_everything();
	int err = 0;

	sel->env_max = t->env_max;
	sel->argv_max = t->argv_max;
	sel->data_max = t->data_max;
	sel->flags = t->sel_flags;
	if (t->sel_flags & SAKER_SEL_DNS)
		select_only_dns(sel);
	for (unsigned int i = 0; i < nsides && !err; i++) {
		sel->generation = sk_generation(&sides[i].sk);
		err = sk_select(&sides[i].sk, sel);
	}
	return err;
}

static uint64_t drain(void)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < nsides; i++)
		n += sk_drain(&sides[i].sk, store_add, &sides[i].store);
	return n;
}

static void forget(void)
{
	for (unsigned int i = 0; i < nsides; i++) {
		sk_drain(&sides[i].sk, NULL, NULL);
		store_clear(&sides[i].store);
	}
	sk_damage = seq_breaks = 0;
}

static void child(const struct test *t)
{
	for (unsigned int i = 0; i < nsides; i++)
		sk_disown(&sides[i].sk);
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
		sk_wait(&sides[0].sk, 5);
		drain();
	}
	while (drain())
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

/* Requests a snapshot of the tasks from each driver; a driver may not have this function. */
static int snapshot(void)
{
	int err = 0;

	for (unsigned int i = 0; i < nsides && !err; i++) {
		struct saker_snapshot snap = { 0 };

		do {
			err = sk_snapshot(&sides[i].sk, &snap);
			drain();
		} while (!err && snap.cursor);
		if (err == -ENOTSUP)
			err = 0;
	}
	return err;
}

static const struct test at_start = TEST(start, "the tasks that were there at the start", NULL);

/* What has no child that waits for it ends a moment later, for both drivers. */
#define AFTERMATH_US 20000

static int compare(const struct test *t, uint64_t from)
{
	uint64_t to;

	usleep(AFTERMATH_US);
	to = sk_now();
	for (unsigned int i = 0; i < nsides; i++)
		sk_flush(&sides[i].sk);
	while (drain())
		;
	parity_test(&parity, t->name);
	return parity_compare(&parity, &sides[0].store, &sides[1].store, from, to);
}

static void run(const struct test *t)
{
	char problem[640];
	uint64_t from;
	int status, bad;

	number++;
	memset(shared, 0, offsetof(struct shared, bytes));
	forget();
	status = select_for(t);
	if (status) {
		snprintf(problem, sizeof(problem), "selection refused: %s", sk_why);
		finish(t, problem);
		return;
	}
	from = sk_now();
	status = t->run ? run_child(t) : snapshot();
	if (*shared->skipped) {
		skipped++;
		fields_lack();
		printf("ok %u - %s: %s # SKIP %s\n", number, t->group, t->name, shared->skipped);
		return;
	}
	bad = nsides > 1 ? compare(t, from) : judge(&sides[0].store, verbose);
	if (*shared->broken)
		finish(t, shared->broken);
	else if (sk_damage)
		finish(t, "malformed records");
	else if (!shared->nwants && t->run)
		finish(t, "it expects nothing");
	else if (bad && nsides > 1) {
		snprintf(problem, sizeof(problem), "%d differences are not in the table", bad);
		finish(t, problem);
	} else if (bad) {
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

static int attach(const struct sk_driver *driver, bool both)
{
	const struct sk_driver *const drivers[] = { both ? &sk_kmod : driver, &sk_ebpf };

	nsides = both ? 2 : 1;
	for (unsigned int i = 0; i < nsides; i++) {
		int err = sk_attach(&sides[i].sk, drivers[i], RING_SIZE);

		if (err) {
			printf("Bail out! cannot attach to %s: %s (%s)\n", drivers[i]->name,
			       strerror(-err), sk_why);
			return err;
		}
	}
	return 0;
}

static void detach(void)
{
	for (unsigned int i = 0; i < nsides; i++) {
		sk_state(&sides[i].sk, SAKER_STATE_DISARMED);
		sk_close(&sides[i].sk);
	}
}

static void concluded(bool ok, const char *what)
{
	printf("%s %u - %s\n", ok ? "ok" : "not ok", ++number, what);
	failed += !ok;
}

/* Prints what holds of the run as a whole: some lines, or one for each row of the table. */
static void conclude(void)
{
	struct sk_info info = { 0 };

	if (nsides > 1) {
		failed += parity_report(&parity, &number);
		return;
	}
	sk_info(&sides[0].sk, &info);
	concluded(!fields_report(&info, on_ebpf, !failed && !skipped),
		  "every field was seen filled and with two known values, or is blind");
	concluded(!hooks_report(&sides[0].sk), "each event arms the hooks that the coverage list has for it");
	if (on_ebpf)
		concluded(access("/run/saker/ebpf-verifier.log", F_OK),
			  "the verifier takes the form of the programs that this kernel should have");
}

int main(int argc, char **argv)
{
	const struct sk_driver *driver;
	bool list = false, cover = true, both = false;
	int opt;

	if (argc > 1 && !strncmp(argv[1], "--be-", 5))
		return be(argc, argv);
	driver = sk_driver_argument(&argc, &argv);
	on_ebpf = driver == &sk_ebpf;
	while ((opt = getopt(argc, argv, "lvcb")) != -1)
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
		case 'b':
			both = true;
			break;
		default:
			return 2;
		}
	setvbuf(stdout, NULL, _IOLBF, 0);
	parity.out = stdout;
	parity.kernel = sk_kernel();
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (!list && attach(driver, both))
		return 3;
	hooked = !list && fields_hooked(&sides[0].sk, "security_path_unlink");
	hooked_kexec = !list && fields_hooked(&sides[0].sk, "__x64_sys_kexec_load");
	hooked_kexec32 = !list && fields_hooked(&sides[0].sk, "__ia32_compat_sys_kexec_load");
	hooked_utime = !list && fields_hooked(&sides[0].sk, "vfs_utimes");
	hooked_xattr = !list && fields_hooked(&sides[0].sk, "security_inode_setxattr");
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
	if (both && !list && chosen(&at_start, argv + optind, argc - optind))
		run(&at_start);
	if (list)
		return 0;
	if (cover && optind == argc)
		conclude();
	detach();
	printf("1..%u\n# passed %u failed %u skipped %u\n", number, passed, failed, skipped);
	return failed || !number;
}
