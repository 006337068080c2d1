// SPDX-License-Identifier: Apache-2.0
/*
 * Runs the border tests: bad input to the driver, and the records about the stream.
 *
 *   border-test [--driver kmod|ebpf] [-l] [WORD]	TAP; exit status 1 if one fails
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "border.h"

#define GROUP(g) extern const struct border_test g##_tests[]; extern const unsigned int g##_count;
GROUP(hostile) GROUP(rights) GROUP(session) GROUP(loss) GROUP(stream) GROUP(held) GROUP(connect)
GROUP(exit) GROUP(prefilter) GROUP(excluded) GROUP(off)

static const struct { const char *name; const struct border_test *test; const unsigned int *count; } groups[] = {
#define ROW(g) { #g, g##_tests, &g##_count }
	ROW(hostile), ROW(rights), ROW(session), ROW(loss), ROW(stream), ROW(held), ROW(connect), ROW(exit),
	ROW(prefilter), ROW(excluded), ROW(off),
#undef ROW
};

struct sk sk;
static const struct sk_driver *driver;
unsigned int broken;
static jmp_buf out;
static const char *skipped;
static uint64_t last_seq[SK_CPUS];

void border_check(bool ok, const char *what, const char *file, int line, long detail)
{
	if (ok)
		return;
	broken++;
	printf("#   %s:%d: not true: %s (%ld)\n", file, line, what, detail);
}

void border_check_is(long value, long should, const char *what, const char *file, int line)
{
	if (value == should)
		return;
	broken++;
	printf("#   %s:%d: %s is %ld, should be %ld (the module said: %s)\n", file, line, what, value, should, sk_why);
}

void border_skip(const char *why)
{
	skipped = why;
	longjmp(out, 1);
}

void attach(uint64_t ring_size)
{
	int err = sk_attach(&sk, driver, ring_size);

	CHECK_IS(err, 0);
	if (err)
		longjmp(out, 1);
	memset(last_seq, 0, sizeof(last_seq));
}

void arm(const struct saker_selection *sel)
{
	static struct saker_selection copy;

	copy = *sel;
	copy.generation = sk_generation(&sk);
	CHECK_IS(sk_select(&sk, &copy), 0);
}

struct saker_selection *select_opens(void)
{
	static struct saker_selection sel;

	memset(&sel, 0, sizeof(sel));
	sel.action[EV_ABI_64][SYS_open] = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED;
	return &sel;
}

const char *hook_state(const char *name)
{
	static struct sk_info info;

	CHECK_IS(sk_info(&sk, &info), 0);
	for (unsigned int i = 0; i < info.nhooks; i++)
		if (!strcmp(info.hook[i].name, name))
			return info.hook[i].state;
	return "not in the list";
}

void forbid_call(unsigned int nr, unsigned int arg, uint32_t mask, uint32_t value)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 4),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[arg])),
		BPF_STMT(BPF_ALU | BPF_AND | BPF_K, mask),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(*code), code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		_exit(7);
}

int stranger(int (*fn)(void *), void *arg)
{
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		sk_disown(&sk);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		_exit(fn(arg));
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

void busy_start(pid_t *pids, int n, void (*fn)(void))
{
	for (int i = 0; i < n; i++) {
		fflush(stdout);
		pids[i] = fork();
		if (pids[i])
			continue;
		sk_disown(&sk);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		for (;;)
			fn();
	}
}

void busy_stop(const pid_t *pids, int n)
{
	for (int i = 0; i < n; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
}

/* On the first processor, so that the room in its ring is known. */
int open_times(void *n)
{
	cpu_set_t first, before;

	sched_getaffinity(0, sizeof(before), &before);
	CPU_ZERO(&first);
	CPU_SET(0, &first);
	sched_setaffinity(0, sizeof(first), &first);
	for (long i = (long)n; i > 0; i--)
		syscall(SYS_close, syscall(SYS_open, "/tmp", O_RDONLY, 0));
	sched_setaffinity(0, sizeof(before), &before);
	return 0;
}

static void see_gap(struct seen *s, unsigned int cpu, const struct ev_header *h)
{
	const struct ev_gap *g = (const void *)h;
	struct ev_lost row;
	uint32_t n;
	const unsigned char *p = sk_part(h, &g->lost, &n);

	s->gaps++;
	s->gap = *g;
	if (g->first_seq) {
		s->breaks += last_seq[cpu] && g->first_seq != last_seq[cpu] + 1;
		last_seq[cpu] = g->last_seq;
	}
	for (; n >= sizeof(row); n -= sizeof(row), p += sizeof(row)) {
		memcpy(&row, p, sizeof(row));
		s->lost[row.type % EV_TYPE_MAX] += row.count;
		s->reason[row.reason % EV_DROP_COUNT] += row.count ? row.count : 1;
	}
}

static void see_counters(struct seen *s, const struct ev_header *h)
{
	const struct ev_counters *c = (const void *)h;
	struct ev_tally row;
	uint32_t n;
	const unsigned char *p = sk_part(h, &c->tally, &n);

	for (; n >= sizeof(row); n -= sizeof(row), p += sizeof(row)) {
		uint64_t sum;

		memcpy(&row, p, sizeof(row));
		sum = row.emitted + row.filtered;
		for (int i = 0; i < EV_DROP_COUNT; i++)
			sum += row.dropped[i];
		s->bad_sums += sum != row.hits;
	}
}

static int see(void *arg, unsigned int cpu, const struct ev_header *h)
{
	struct seen *s = arg;

	s->n[h->type]++;
	if (h->seq) {
		s->breaks += last_seq[cpu] && h->seq != last_seq[cpu] + 1;
		last_seq[cpu] = h->seq;
	}
	if (h->type == EV_gap)
		see_gap(s, cpu, h);
	if (h->type == EV_counters)
		see_counters(s, h);
	if (h->type == EV_selection)
		memcpy(&s->selection, h, sizeof(s->selection));
	if (h->type == EV_consumer && s->consumers < 64)
		memcpy(&s->consumer[s->consumers++], h, sizeof(s->consumer[0]));
	return 0;
}

void look(struct seen *s)
{
	while (sk_drain(&sk, see, s))
		;
}

uint64_t dropped(unsigned int type, int reason)
{
	static struct sk_stats st;
	uint64_t n = 0;

	CHECK_IS(sk_stats(&sk, &st), 0);
	for (int c = 0; c < SK_CPUS; c++)
		n += st.tally[c][type].dropped[reason];
	return n;
}

static void leave(void)
{
	if (sk.fd >= 0 || sk.ebpf)
		sk_state(&sk, SAKER_STATE_DISARMED);
	sk_close(&sk);
}

/* The driver works: one open by another process makes one record. */
static void still_works(void)
{
	struct seen s = { 0 };

	attach(1 << 20);
	CHECK_IS(sk_orphan(&sk, 60), 0);
	look(&s);
	memset(&s, 0, sizeof(s));
	arm(select_opens());
	CHECK_IS(stranger(open_times, (void *)7), 0);
	look(&s);
	CHECK_IS(s.n[EV_open], 7);
	CHECK_IS(s.breaks + s.bad_sums, 0);
	leave();
}

static void run(unsigned int number, const char *group, const struct border_test *t, unsigned int *failed)
{
	broken = 0;
	skipped = NULL;
	sk_damage = 0;
	memset(&sk, 0, sizeof(sk));
	sk.driver = driver;
	sk.fd = sk.nl = -1;
	if (!setjmp(out)) {
		if (t->module_only && driver != &sk_kmod)
			border_skip(t->module_only);
		t->run();
		leave();
		still_works();
	} else {
		leave();
	}
	CHECK_IS(sk_damage, 0);
	printf("%s %u - %s: %s%s%s\n", broken ? "not ok" : "ok", number, group, t->name, skipped ? " # SKIP " : "",
	       skipped ? skipped : "");
	*failed += broken != 0;
}

int main(int argc, char **argv)
{
	unsigned int number = 0, failed = 0;
	bool list;

	driver = sk_driver_argument(&argc, &argv);
	list = argc > 1 && !strcmp(argv[1], "-l");
	setvbuf(stdout, NULL, _IOLBF, 0);
	for (size_t g = 0; g < sizeof(groups) / sizeof(*groups); g++)
		for (unsigned int i = 0; i < *groups[g].count; i++) {
			const struct border_test *t = &groups[g].test[i];

			if (list)
				printf("%s: %s\n", groups[g].name, t->name);
			else if (argc < 2 || strstr(t->name, argv[1]) || !strcmp(groups[g].name, argv[1]))
				run(++number, groups[g].name, t, &failed);
		}
	if (!list)
		printf("1..%u\n", number);
	return failed != 0;
}
