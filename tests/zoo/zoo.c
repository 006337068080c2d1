// SPDX-License-Identifier: Apache-2.0
/*
 * Tests that the kernel survives the module while hostile programs make every kind of call, agents are
 * killed, the module is unloaded, and a processor comes and goes.
 *
 *   zoo [-t SECONDS] MODULE		30 seconds if not given; MODULE is saker.ko, loaded here
 *
 * The kernel itself finds the faults (KASAN, lockdep); this program proves that all of it took place, and
 * that the driver still records afterwards. Records are only checked for their form. TAP; exit status 1 if
 * anything is missing. Lines that begin with # count each operation: how often made, how often without error.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lib/sk.h"
#include "zoo.h"

/* Arming every hook takes seconds on the debug kernel: an agent lives for longer than that. */
enum { OPERATIONS_MIN = 150, STUCK_S = 60, AGENT_US = 6000000, PATIENCE_MS = 60000, RING_MIN = 128 << 10 };

struct zoo *zoo;
static const char *module;
static unsigned int seed = 20, number, failures;
static uint64_t kills, stops, loads, plugs, stuck, refused;

static void check(bool ok, const char *what, uint64_t count)
{
	printf("%s %u - %s (%llu)\n", ok ? "ok" : "not ok", ++number, what, (unsigned long long)count);
	failures += !ok;
}

/* -- agents -- */

static volatile sig_atomic_t leave;

static void on_term(int sig)
{
	(void)sig;
	leave = 1;
}

static int select_something(struct sk *sk, unsigned int n)
{
	struct saker_selection *sel = sk_everything();

	sel->env_max = n % 2 ? 4096 : 0;
	sel->data_max = n % 3 ? 0 : 256;
	sel->flags = n % 5 ? 0 : SAKER_SEL_NO_PATH;
	for (unsigned int t = 1; n % 4 == 0 && t < EV_TYPE_MAX; t++)
		sel->event[t] &= (t ^ n / 4) & 1;
	sel->generation = sk_generation(sk);
	return sk_select(sk, sel);
}

/* Reads until it is stopped or killed, and selects anew meanwhile. */
static void agent(unsigned int n)
{
	static struct sk sk;
	struct saker_snapshot snap = { 0 };

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGTERM, on_term);
	freopen("/dev/null", "w", stderr);
	/* Beside hooks that a killed agent has left armed, rings are not empty and keep their size. */
	if (sk_attach(&sk, &sk_kmod, RING_MIN << n % 5) && sk_attach(&sk, &sk_kmod, 0))
		_exit(1);
	if (select_something(&sk, n))
		_exit(1);
	zoo->attached = true;
	for (unsigned int round = 1; !leave; round++) {
		sk_wait(&sk, 20);
		__atomic_fetch_add(&zoo->records, sk_drain(&sk, NULL, NULL), __ATOMIC_RELAXED);
		__atomic_fetch_add(&zoo->damage, sk_damage, __ATOMIC_RELAXED);
		sk_damage = 0;
		if (round % 16 == 0)
			sk_snapshot(&sk, &snap);
		if (round % 64 == 0)
			select_something(&sk, n + round);
	}
	sk_state(&sk, SAKER_STATE_DISARMED);
	_exit(0);
}

/* Until it attaches; then for a while. */
static void agent_comes_and_goes(void)
{
	static unsigned int n;
	const bool killed = ++n % 3 != 0;
	pid_t pid;

	zoo->attached = false;
	fflush(stdout);
	pid = fork();
	if (!pid)
		agent(n);
	for (unsigned int ms = 0; ms < PATIENCE_MS && !zoo->attached; ms += 5) {
		if (waitpid(pid, NULL, WNOHANG) == pid) {
			refused++;
			return;
		}
		usleep(5000);
	}
	/* One that has not attached is killed, too: later it would keep others from the driver. */
	usleep(rand_r(&seed) % AGENT_US);
	kill(pid, killed ? SIGKILL : SIGTERM);
	waitpid(pid, NULL, 0);
	*(killed ? &kills : &stops) += 1;
}

/* -- the module and the processor -- */

static int load(void)
{
	int fd = open(module, O_RDONLY | O_CLOEXEC);
	int err = syscall(SYS_finit_module, fd, "", 0) ? errno : 0;

	close(fd);
	return err == EEXIST ? 0 : err;
}

/* A request of another process may hold the module for a moment. */
static bool unload(void)
{
	for (int i = 0; i < 200; i++) {
		if (!syscall(SYS_delete_module, "saker", O_NONBLOCK))
			return true;
		usleep(10000);
	}
	return false;
}

static void reload(void)
{
	const bool went = unload();
	const int err = load();

	if (went && !err)
		loads++;
	else
		printf("# unloading: %d, loading: %s\n", went, strerror(err));
}

static void plug(void)
{
	static int fd = -1;

	if (fd < 0)
		fd = open("/sys/devices/system/cpu/cpu1/online", O_WRONLY | O_CLOEXEC);
	plugs += pwrite(fd, plugs % 2 ? "1" : "0", 1, 0) == 1;
}

/* -- the whole -- */

/* A keeper that ends makes place for the next; one that does nothing for a minute is killed. */
static void keepers_mind(void)
{
	static uint64_t seen[KEEPERS], since[KEEPERS];
	const uint64_t now = sk_now() / 1000000000;

	for (unsigned int n = 0; n < KEEPERS; n++) {
		if (seen[n] != zoo->visitors[n] || !since[n]) {
			seen[n] = zoo->visitors[n];
			since[n] = now;
		} else if (now - since[n] > STUCK_S) {
			stuck++;
			since[n] = now;
			kill(zoo->keeper[n], SIGKILL);
		}
		if (waitpid(zoo->keeper[n], NULL, WNOHANG | __WALL) == zoo->keeper[n])
			zoo->keeper[n] = keeper_start(n);
	}
}

static uint64_t visitors(void)
{
	uint64_t sum = 0;

	for (unsigned int n = 0; n < KEEPERS; n++)
		sum += zoo->visitors[n];
	return sum;
}

static void rage(unsigned int seconds)
{
	const uint64_t begin = sk_now();
	uint64_t minute = 0;

	for (unsigned int n = 0; n < KEEPERS; n++)
		zoo->keeper[n] = keeper_start(n);
	setpriority(PRIO_PROCESS, 0, -10); /* agents, too: visitors take all the time there is */
	/* What is measured in time may not suffice for what must have happened on a slow machine. */
	for (unsigned int round = 0; sk_now() - begin < seconds * 1000000000ull || !kills || !stops || !loads;
	     round++) {
		agent_comes_and_goes();
		if (round % 3 == 2)
			reload();
		plug();
		keepers_mind();
		if ((sk_now() - begin) / 60000000000 != minute) {
			minute = (sk_now() - begin) / 60000000000;
			printf("# minute %llu: %llu visitors, %llu records, %llu agents killed, %llu stopped, "
			       "%llu refused, %llu times loaded\n", (unsigned long long)minute,
			       (unsigned long long)visitors(), (unsigned long long)zoo->records,
			       (unsigned long long)kills, (unsigned long long)stops, (unsigned long long)refused,
			       (unsigned long long)loads);
		}
	}
	if (plugs % 2)
		plug();
	zoo->stop = true;
	for (unsigned int n = 0; n < KEEPERS; n++) {
		kill(zoo->keeper[n], SIGKILL);
		waitpid(zoo->keeper[n], NULL, __WALL);
	}
}

static const char *name_of(unsigned int n)
{
	return n < calls_count() ? calls_name(n) : acts_name(n - calls_count());
}

static void operations_report(void)
{
	const unsigned int all = calls_count() + acts_count();
	unsigned int made = 0, worked = 0;
	uint64_t sum = 0;

	for (unsigned int n = 0; n < all; n++) {
		printf("# %s: %llu, %llu without error\n", name_of(n), (unsigned long long)zoo->made[n],
		       (unsigned long long)zoo->worked[n]);
		made += zoo->made[n] != 0;
		worked += zoo->worked[n] != 0;
		sum += zoo->made[n];
	}
	printf("# %u kinds of operation, %u of them worked at least once\n", all, worked);
	check(made == all && all >= OPERATIONS_MIN, "each kind of operation was made", sum);
}

static int count_opens(void *arg, unsigned int cpu, const struct ev_header *h)
{
	(void)cpu;
	*(unsigned int *)arg += h->type == EV_open && (h->flags & EV_F_SYSCALL);
	return 0;
}

/* After all that, each open is recorded. */
static unsigned int opens_recorded(void)
{
	static struct sk sk;
	unsigned int opens = 0;
	pid_t pid;

	if (load() || sk_attach(&sk, &sk_kmod, 1 << 20))
		return 0;
	while (sk_drain(&sk, NULL, NULL))
		;
	if (select_something(&sk, 1))
		return 0;
	pid = fork();
	if (!pid) {
		sk_disown(&sk);
		for (int i = 0; i < 100; i++)
			close(syscall(SYS_open, "/dev/null", O_RDONLY));
		_exit(0);
	}
	waitpid(pid, NULL, 0);
	while (sk_drain(&sk, count_opens, &opens))
		;
	sk_state(&sk, SAKER_STATE_DISARMED);
	sk_close(&sk);
	return opens;
}

int main(int argc, char **argv)
{
	unsigned int seconds = 30, opens;

	if (argc > 2 && !strcmp(argv[1], "-t")) {
		seconds = atoi(argv[2]);
		argv += 2;
		argc -= 2;
	}
	if (argc < 2 || calls_count() + acts_count() > OPERATIONS_MAX)
		return 2;
	module = argv[1];
	setvbuf(stdout, NULL, _IOLBF, 0);
	zoo = mmap(NULL, sizeof(*zoo), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (load()) {
		printf("Bail out! the module does not load\n");
		return 3;
	}
	rage(seconds);
	operations_report();
	printf("# %llu visitors did not end and were killed, %llu keepers were stuck\n",
	       (unsigned long long)zoo->killed, (unsigned long long)stuck);
	check(zoo->records, "agents read records", zoo->records);
	check(!zoo->damage, "no record was malformed", zoo->damage);
	check(kills && stops, "agents were killed, and others stopped in order", kills);
	check(loads, "the module was unloaded and loaded beside it", loads);
	check(plugs, "a processor went and came", plugs);
	opens = opens_recorded();
	check(opens >= 100, "afterwards each open is recorded", opens);
	printf("1..%u\n", number);
	return failures != 0;
}
