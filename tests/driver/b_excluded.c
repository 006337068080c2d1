// SPDX-License-Identifier: Apache-2.0
/*
 * Tests the prefilter's tests of events other than opens: by the result of a call, its arguments
 * and the family of a socket. Each call has a record, or is counted as filtered. The programs are
 * made here, not by the agent.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "border.h"

#define SLOTS	64u

static union {
	struct saker_prefilter p;
	unsigned char bytes[SAKER_PF_SIZE(SLOTS)];
} program;

/* The eBPF programs for kernels before 5.15 have no such tests: all events but opens pass. */
static void skip_if_untested(void)
{
	unsigned int major = 0, minor = 0;
	struct utsname uts;

	uname(&uts);
	sscanf(uts.release, "%u.%u", &major, &minor);
	if (sk.driver != &sk_kmod && (major < 5 || (major == 5 && minor < 15)))
		border_skip("the eBPF programs of this kernel exclude only opens");
}

/* No open is excluded, and no other event that has no tests. */
static void begin(void)
{
	skip_if_untested();
	memset(&program, 0, sizeof(program));
	program.p.generation = sk_generation(&sk) - 1;
	program.p.size = sizeof(program);
	program.p.nslots = SLOTS;
	program.p.nevents = 1;
	for (unsigned int i = 0; i < SAKER_PF_SHAPES; i++)
		program.p.shape[i] = 1;
	program.p.any_leaf = program.p.any_parent = program.p.any_dots = 1;
}

/* An event of which only one clause allows hits. */
static struct saker_pf_event *event(unsigned int type, unsigned int results)
{
	struct saker_pf_event *e = &program.p.event[program.p.nevents];
	unsigned int first = e[-1].first + e[-1].n;

	for (unsigned int r = 0; r < SAKER_PF_RESULTS; r++)
		e->result[r] = results >> r & 1;
	e->first = first;
	program.p.of_type[type] = program.p.nevents++;
	return e;
}

static void test_bits(struct saker_pf_event *e, unsigned int source, uint64_t bits)
{
	program.p.test[e->first + e->n++] = (struct saker_pf_test){ .bits = bits, .source = source };
}

static void test_value(struct saker_pf_event *e, unsigned int source, uint64_t value)
{
	uint64_t key = saker_pf_value_key(program.p.nevents - 1, source, value);
	unsigned int at = (uint32_t)(key >> 40) % SLOTS;

	test_bits(e, source, 0);
	while (program.p.slot[at].key)
		at = (at + 1) % SLOTS;
	program.p.slot[at].key = key;
	program.p.slot[at].clauses = 1;
}

static void load(void)
{
	CHECK_IS(sk_prefilter(&sk, &program.p), 0);
}

#define SUCCESS		(1u << SAKER_PF_SUCCESS)
#define FAILURE		(1u << SAKER_PF_FAILURE)
#define ALL_RESULTS	7u

static void arm_calls(void)
{
	static const int calls[] = {
		SYS_chmod, SYS_fchmod, SYS_fchmodat, SYS_kill, SYS_tgkill, SYS_connect, SYS_mkdir, SYS_open,
	};
	static struct saker_selection sel;

	memset(&sel, 0, sizeof(sel));
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		sel.action[EV_ABI_64][calls[i]] = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED;
	sel.action[EV_ABI_IA32][37] = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED;	/* kill */
	arm(&sel);
}

struct call {
	const char *what;
	int (*make)(void *);
	long a, b;
	bool passes;
};

/* Each call has one hit, which is recorded or filtered. */
static void check_calls(unsigned int type, struct call *calls, size_t n)
{
	static struct sk_stats stats;
	uint64_t hits, filtered;
	struct seen s;

	for (size_t i = 0; i < n; i++) {
		hits = filtered = 0;
		memset(&s, 0, sizeof(s));
		look(&s);
		sk_stats(&sk, &stats);
		for (int c = 0; c < SK_CPUS; c++) {
			hits -= stats.tally[c][type].hits;
			filtered -= stats.tally[c][type].filtered;
		}
		CHECK_IS(stranger(calls[i].make, &calls[i]), 0);
		memset(&s, 0, sizeof(s));
		look(&s);
		sk_stats(&sk, &stats);
		for (int c = 0; c < SK_CPUS; c++) {
			hits += stats.tally[c][type].hits;
			filtered += stats.tally[c][type].filtered;
		}
		if (hits != 1 || s.n[type] != calls[i].passes || filtered == calls[i].passes)
			printf("#   %s\n", calls[i].what);
		CHECK_IS(hits, 1);
		CHECK_IS(s.n[type], calls[i].passes);
		CHECK_IS(filtered, !calls[i].passes);
		CHECK_IS(s.breaks + s.gaps, 0);
	}
}

#define CHECK_CALLS(type, calls)	check_calls(type, calls, sizeof(calls) / sizeof(*(calls)))

/* -- chmod: result and bits of an argument, which differs in its place -- */

static const char *const files[] = { "/tmp/excluded", "/tmp/none/file" };

static int make_chmod(void *arg)
{
	const struct call *c = arg;

	syscall(SYS_chmod, files[c->a], c->b);
	return 0;
}

static int make_fchmodat(void *arg)
{
	const struct call *c = arg;

	syscall(SYS_fchmodat, AT_FDCWD, files[c->a], c->b);
	return 0;
}

static int make_fchmod(void *arg)
{
	const struct call *c = arg;
	int fd = open(files[0], O_RDONLY);

	syscall(SYS_fchmod, fd, c->b);
	return fd < 0;
}

static void by_result_and_bits(void)
{
	struct call calls[] = {
		{ "chmod 644", make_chmod, 0, 0644, false },
		{ "chmod 4755", make_chmod, 0, 04755, true },
		{ "chmod 2755", make_chmod, 0, 02755, true },
		{ "chmod 4755 of no file", make_chmod, 1, 04755, false },
		{ "fchmodat 755", make_fchmodat, 0, 0755, false },
		{ "fchmodat 4755", make_fchmodat, 0, 04755, true },
		{ "fchmodat 4755 of no file", make_fchmodat, 1, 04755, false },
		{ "fchmod 755", make_fchmod, 0, 0755, false },
		{ "fchmod 4755", make_fchmod, 0, 04755, true },
	};

	close(open(files[0], O_CREAT | O_RDWR, 0644));
	attach(1 << 20);
	arm_calls();
	begin();
	test_bits(event(EV_chmod, SUCCESS), EV_FIELD(chmod, mode), 06000);
	load();
	CHECK_CALLS(EV_chmod, calls);
}

static void by_failure(void)
{
	struct call calls[] = {
		{ "chmod of a file", make_chmod, 0, 0644, false },
		{ "chmod of no file", make_chmod, 1, 0644, true },
	};

	close(open(files[0], O_CREAT | O_RDWR, 0644));
	attach(1 << 20);
	arm_calls();
	begin();
	event(EV_chmod, FAILURE);
	load();
	CHECK_CALLS(EV_chmod, calls);
}

/* -- kill: a value, under two ABIs -- */

static int make_kill(void *arg)
{
	const struct call *c = arg;

	syscall(SYS_kill, getpid(), c->b);
	return 0;
}

static int make_tgkill(void *arg)
{
	const struct call *c = arg;

	syscall(SYS_tgkill, getpid(), getpid(), c->b);
	return 0;
}

static int make_kill_ia32(void *arg)
{
	const struct call *c = arg;
	long ret;

	__asm__ volatile("int $0x80" : "=a"(ret) : "a"(37), "b"(getpid()), "c"(c->b) : "memory");
	return ret > 0;
}

static void by_value(void)
{
	struct call calls[] = {
		{ "kill 0", make_kill, 0, 0, false },
		{ "kill SIGCHLD", make_kill, 0, SIGCHLD, true },
		{ "kill SIGURG", make_kill, 0, SIGURG, false },
		{ "tgkill SIGURG", make_tgkill, 0, SIGURG, false },
		{ "tgkill SIGCHLD", make_tgkill, 0, SIGCHLD, true },
		{ "kill 255, which fails", make_kill, 0, 255, false },
		{ "kill 256, which is not tested", make_kill, 0, 256, true },
		{ "kill -1, which is not tested", make_kill, 0, -1, true },
		{ "kill 0, by ia32", make_kill_ia32, 0, 0, false },
		{ "kill SIGCHLD, by ia32", make_kill_ia32, 0, SIGCHLD, true },
	};

	attach(1 << 20);
	arm_calls();
	begin();
	test_value(event(EV_kill, ALL_RESULTS), EV_FIELD(kill, sig), SIGCHLD);
	load();
	CHECK_CALLS(EV_kill, calls);
}

/* -- connect: families -- */

/* c->a: of the socket; c->b: of the address */
static int make_connect(void *arg)
{
	struct sockaddr_in in = { .sin_family = AF_INET, .sin_port = htons(9) };
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/tmp/none/socket" };
	const struct call *c = arg;
	int s = socket(c->a, SOCK_DGRAM, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	in.sin_family = c->b == AF_UNSPEC ? AF_UNSPEC : AF_INET;
	if (c->b == AF_UNIX)
		connect(s, (void *)&un, sizeof(un));
	else
		connect(s, (void *)&in, sizeof(in));
	return s < 0;
}

static int make_bad_connect(void *arg)
{
	(void)arg;
	return connect(1000, NULL, 0) == 0;
}

static void by_family(void)
{
	struct call calls[] = {
		{ "a unix socket", make_connect, AF_UNIX, AF_UNIX, false },
		{ "an inet socket", make_connect, AF_INET, AF_INET, true },
		{ "a unix socket again", make_connect, AF_UNIX, AF_UNIX, false },
		{ "a unix socket to an inet address", make_connect, AF_UNIX, AF_INET, true },
		{ "an inet socket to a unix address", make_connect, AF_INET, AF_UNIX, true },
		{ "an inet socket to nothing", make_connect, AF_INET, AF_UNSPEC, true },
		{ "no socket, which no hook sees", make_bad_connect, 0, 0, true },
	};

	attach(1 << 20);
	arm_calls();
	begin();
	test_value(event(EV_connect, ALL_RESULTS), SAKER_PF_FAMILY, AF_INET);
	load();
	CHECK_CALLS(EV_connect, calls);
}

/* -- others -- */

static int make_mkdir(void *arg)
{
	(void)arg;
	return mkdir("/tmp/excluded-dir", 0700) < 0 || rmdir("/tmp/excluded-dir") < 0;
}

/* Two events in one program, whose tests must not be mistaken for each other's. */
static void of_several_events(void)
{
	struct call calls[] = { { "kill SIGCHLD", make_kill, 0, SIGCHLD, true },
				{ "kill 0", make_kill, 0, 0, false } };
	struct call chmods[] = { { "chmod 100", make_chmod, 0, 0100, true },
				 { "chmod 21, as SIGCHLD", make_chmod, 0, SIGCHLD, false } };
	struct call mkdirs[] = { { "mkdir, which is not tested", make_mkdir, 0, 0, true } };

	close(open(files[0], O_CREAT | O_RDWR, 0644));
	attach(1 << 20);
	arm_calls();
	begin();
	test_value(event(EV_kill, ALL_RESULTS), EV_FIELD(kill, sig), SIGCHLD);
	test_value(event(EV_chmod, ALL_RESULTS), EV_FIELD(chmod, mode), 0100);
	load();
	CHECK_CALLS(EV_kill, calls);
	CHECK_CALLS(EV_chmod, chmods);
	CHECK_CALLS(EV_mkdir, mkdirs);
}

static void ends_with_its_selection(void)
{
	struct call excluded[] = { { "kill 0", make_kill, 0, 0, false } };
	struct call recorded[] = { { "kill 0 after a new selection", make_kill, 0, 0, true } };

	attach(1 << 20);
	arm_calls();
	begin();
	event(EV_kill, 0);
	load();
	CHECK_CALLS(EV_kill, excluded);
	arm_calls();
	CHECK_CALLS(EV_kill, recorded);
}

/* -- programs that are replaced while others run -- */

/* Each kind of test, at a hook and at an exit. */
static void hammer(void)
{
	make_chmod(&(struct call){ .b = 04755 });
	make_kill(&(struct call){ .b = 0 });
	make_connect(&(struct call){ .a = AF_UNIX, .b = AF_UNIX });
	make_connect(&(struct call){ .a = AF_INET, .b = AF_INET });
	close(syscall(SYS_open, files[0], O_RDONLY));
	close(syscall(SYS_open, files[1], O_RDONLY));
	close(syscall(SYS_open, "/tmp/excluded-link", O_RDONLY));
}

/* The programs differ in what each test says, and one of them in what it is about. */
static void load_another(unsigned int turn)
{
	begin();
	if (turn & 1)
		program.p.any_leaf = 0;
	if (turn & 2)
		test_bits(event(EV_chmod, turn & 1 ? SUCCESS : FAILURE), EV_FIELD(chmod, mode), 06000);
	test_value(event(EV_connect, ALL_RESULTS), SAKER_PF_FAMILY, turn & 4 ? AF_INET : AF_UNIX);
	test_value(event(EV_kill, ALL_RESULTS), EV_FIELD(kill, sig), turn & 1 ? 0 : SIGCHLD);
	load();
}

static void check_sums(void)
{
	static const unsigned int types[] = { EV_open, EV_chmod, EV_kill, EV_connect };
	static struct sk_stats stats;

	sk_stats(&sk, &stats);
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		uint64_t rest = 0;

		for (int c = 0; c < SK_CPUS; c++) {
			const struct ev_tally *t = &stats.tally[c][types[i]];

			rest += t->hits - t->emitted - t->filtered;
			for (int d = 0; d < EV_DROP_COUNT; d++)
				rest -= t->dropped[d];
		}
		CHECK_IS(rest, 0);
	}
}

static void replaced_beside_calls(void)
{
	struct seen s = { 0 };
	pid_t pids[3];

	close(open(files[0], O_CREAT | O_RDWR, 0644));
	symlink(files[0], "/tmp/excluded-link");
	attach(4 << 20);
	arm_calls();
	busy_start(pids, 3, hammer);
	for (unsigned int turn = 0; turn < 300 && !broken; turn++) {
		if (turn % 3 == 2)
			arm_calls();
		load_another(turn);
		if (turn % 50 == 49) {
			sk_close(&sk);		/* without its end, as an agent that is killed */
			attach(0);
			arm_calls();
		}
		usleep(turn % 7 * 1000);
		look(&s);
	}
	busy_stop(pids, 3);
	look(&s);
	CHECK_IS(s.bad_sums + s.breaks, 0);
	CHECK(s.n[EV_chmod] > 0 && s.n[EV_open] > 0 && s.n[EV_connect] > 0);
	check_sums();
	unlink("/tmp/excluded-link");
}

BORDER_TESTS(excluded,
	TEST("the prefilter excludes a call by its result and the bits of an argument", by_result_and_bits),
	TEST("the prefilter excludes a call because it succeeds", by_failure),
	TEST("the prefilter excludes a call by the value of an argument, under each ABI", by_value),
	TEST("the prefilter excludes a connect by the families of socket and address", by_family),
	TEST("the prefilter excludes each event by its own tests", of_several_events),
	TEST("a new selection ends the prefilter of other events", ends_with_its_selection),
	TEST("each hit has one counter while the prefilter is replaced beside calls", replaced_beside_calls),
);
