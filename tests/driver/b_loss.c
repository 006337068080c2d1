// SPDX-License-Identifier: Apache-2.0
/*
 * Tests of loss: each drop reason is forced once, by itself. The consumer does not read, so what
 * fits is known, and the gap record must name type, reason and numbers of what
 * did not.
 *
 * Not here: "context" and "nested" need hooks that are hit in an interrupt or five
 * deep, which no system call does on these kernels; that is for KUnit. "disarmed"
 * is among the session tests.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "border.h"

static void on_cpu(int cpu)
{
	cpu_set_t set;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}

static int pinned_ids(void *n)
{
	on_cpu(0);
	for (long i = (long)n; i > 0; i--)
		syscall(SYS_setfsuid, -1);
	return 0;
}

static struct saker_selection *select_both(void)
{
	struct saker_selection *sel = select_opens();

	sel->action[EV_ABI_64][SYS_setfsuid] = SAKER_ACT_EMIT;
	return sel;
}

/* Ordinary records may fill seven eighths, important ones the rest, then nothing may. */
static void headroom_then_full(void)
{
	uint64_t size = 128 << 10, used;
	struct seen s = { 0 };

	attach(size);
	arm(select_both());
	look(&s);
	memset(&s, 0, sizeof(s));
	CHECK_IS(stranger(open_times, (void *)1000), 0);
	used = sk.ring[0].p->head - sk.ring[0].tail;
	CHECK(used <= size - size / 8 && used > size / 2);
	CHECK_IS(dropped(EV_open, EV_DROP_headroom) > 0, 1);
	CHECK_IS(dropped(EV_open, EV_DROP_ring_full), 0);
	CHECK_IS(dropped(EV_setid, EV_DROP_ring_full), 0);
	CHECK_IS(stranger(pinned_ids, (void *)1), 0);		/* the attack after the flood is seen */
	CHECK(sk.ring[0].p->head - sk.ring[0].tail > used);
	CHECK_IS(stranger(pinned_ids, (void *)300), 0);
	CHECK(dropped(EV_setid, EV_DROP_ring_full) > 0);
	CHECK(sk.ring[0].p->head - sk.ring[0].tail <= size);
	look(&s);
	CHECK_IS(stranger(open_times, (void *)1), 0);		/* brings the gap */
	look(&s);
	CHECK_IS(s.n[EV_open] + s.lost[EV_open], 1001);
	CHECK_IS(s.n[EV_setid] + s.lost[EV_setid], 301);
	CHECK(s.reason[EV_DROP_headroom] > 0 && s.reason[EV_DROP_ring_full] > 0);
	CHECK_IS(s.breaks + s.bad_sums, 0);
}

/* After a loss an eighth must be free: giving back one record is not enough. */
static void hysteresis(void)
{
	struct sk_ring *r;
	uint64_t before;
	struct seen s = { 0 };

	attach(128 << 10);
	arm(select_opens());
	look(&s);
	memset(&s, 0, sizeof(s));
	r = &sk.ring[0];
	CHECK_IS(stranger(open_times, (void *)1000), 0);
	before = dropped(EV_open, EV_DROP_hysteresis);
	r->tail += ((const struct ev_header *)(r->data + (r->tail & (r->info.data_size - 1))))->len;
	r->c->tail = r->tail;			/* one record read */
	CHECK_IS(stranger(open_times, (void *)10), 0);
	CHECK(dropped(EV_open, EV_DROP_hysteresis) >= before + 9);
	look(&s);
	before = dropped(EV_open, EV_DROP_hysteresis);
	CHECK_IS(stranger(open_times, (void *)10), 0);
	CHECK_IS(dropped(EV_open, EV_DROP_hysteresis), before);
	memset(&s, 0, sizeof(s));
	look(&s);
	CHECK_IS(s.n[EV_open], 10);
}

static int exec_long(void *arg)
{
	static char big[100 << 10];

	(void)arg;
	memset(big, 'x', sizeof(big) - 1);
	execl("/bin/true", "true", big, NULL);
	return 1;
}

#define LONG_ARGS	(sizeof("true") + (100 << 10) - 1)	/* of exec_long(), without the last NUL */

static const struct ev_execve *exec_seen;	/* a copy of the last one of exec_long() */

static int keep_exec(void *arg, unsigned int cpu, const struct ev_header *h)
{
	static _Alignas(8) char bytes[128 << 10];
	unsigned int *n = arg;

	(void)cpu;
	if (h->type != EV_execve || ((const struct ev_execve *)h)->argv.full != LONG_ARGS)
		return 0;
	CHECK(h->len <= sizeof(bytes));
	memcpy(bytes, h, h->len < sizeof(bytes) ? h->len : sizeof(bytes));
	exec_seen = (const void *)bytes;
	++*n;
	return 0;
}

/* "true", 100 KiB of x: both ends are there, the length is that of all. */
static void check_cut(const struct ev_part *argv, uint32_t least, uint32_t most)
{
	const char *text = (const char *)exec_seen + argv->off;

	CHECK(argv->len >= least && argv->len <= most);
	CHECK(argv->head > 4 && argv->head < argv->len);
	CHECK_IS(ev_prov(&exec_seen->hdr, EV_FIELD(execve, argv)) & EV_PROV_TRUNCATED,
		 EV_PROV_TRUNCATED);
	CHECK_IS(memcmp(text, "true", sizeof("true")), 0);
	CHECK_IS(text[sizeof("true")], 'x');
	CHECK_IS(text[argv->len - 1], 'x');
}

/*
 * A record takes an eighth of its ring at most. In small rings the arguments are cut to what
 * remains beside the paths, halved, as the environment may need as much; in a large ring they
 * have the 32 KiB that were selected.
 */
static void args_cut_to_ring(void)
{
	static const struct { uint64_t ring; uint32_t least, most; } cases[] = {
		{ .ring = 128 << 10, .least = 1 << 10, .most = 2 << 10 },
		{ .ring = 256 << 10, .least = 8 << 10, .most = 10 << 10 },
		{ .ring = 2 << 20, .least = 32 << 10, .most = 32 << 10 },
	};

	for (unsigned int i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct saker_selection *sel = select_opens();
		unsigned int n = 0;

		memset(sel->action, 0, sizeof(sel->action));
		sel->event[EV_execve] = 1;
		sel->argv_max = 32 << 10;
		attach(cases[i].ring);
		arm(sel);
		sk_drain(&sk, keep_exec, &n);
		n = 0;
		CHECK_IS(stranger(exec_long, NULL), 0);
		sk_flush(&sk);
		while (sk_drain(&sk, keep_exec, &n))
			;
		CHECK_IS(n, 1);
		CHECK_IS(dropped(EV_execve, EV_DROP_too_big), 0);
		if (!n)
			continue;
		CHECK(exec_seen->hdr.len <= cases[i].ring / 8);
		check_cut(&exec_seen->argv, cases[i].least, cases[i].most);
		CHECK_IS(sk_state(&sk, SAKER_STATE_IDLE), 0);	/* a size changes only while disarmed */
		sk_close(&sk);
	}
}

/* A gap record holds exactly the sequence numbers that are missing. */
static void exact_gap(void)
{
	struct seen s = { 0 };
	uint64_t lost;

	attach(128 << 10);
	arm(select_opens());
	look(&s);
	memset(&s, 0, sizeof(s));
	CHECK_IS(stranger(open_times, (void *)1000), 0);
	look(&s);
	lost = 1000 - s.n[EV_open];
	CHECK_IS(s.gaps, 0);			/* it comes with the next record */
	CHECK_IS(stranger(open_times, (void *)1), 0);
	look(&s);
	CHECK_IS(s.gaps, 1);
	CHECK_IS(s.gap.last_seq - s.gap.first_seq + 1, lost);
	CHECK_IS(s.lost[EV_open], lost);
	CHECK(s.gap.from_ns && s.gap.from_ns <= s.gap.to_ns && s.gap.to_ns <= s.gap.hdr.ts_ns);
	CHECK_IS(s.gap.generation, sk_generation(&sk) - 1);
	CHECK_IS(s.breaks, 0);
}

static int cpu1_online(char digit)
{
	int fd = open("/sys/devices/system/cpu/cpu1/online", O_WRONLY | O_CLOEXEC);
	int ok = fd >= 0 && write(fd, &digit, 1) == 1;

	close(fd);
	return ok;
}

static int opens_on_cpu1(void *n)
{
	on_cpu(1);
	for (long i = (long)n; i > 0; i--)
		syscall(SYS_close, syscall(SYS_open, "/tmp", O_RDONLY, 0));
	return 0;
}

/* Take all memory but so much. */
static void *hog(size_t leave, size_t *size)
{
	char buf[256] = "", *p;
	int fd = open("/proc/meminfo", O_RDONLY | O_CLOEXEC);

	if (read(fd, buf, sizeof(buf) - 1) < 0)
		buf[0] = 0;
	close(fd);
	p = strstr(buf, "MemAvailable:");
	*size = (p ? strtoull(p + 13, NULL, 10) << 10 : 0) - leave;
	return mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
}

/*
 * A processor comes up when there is no memory left for its ring. The module is
 * loaded anew, as a ring that was once there stays.
 */
static void no_ring(void)
{
	int fd = open("/test/saker.ko", O_RDONLY | O_CLOEXEC);
	struct seen s = { 0 };
	size_t size;
	void *all;

	if (!cpu1_online('0'))
		border_skip("this machine's second processor cannot be taken away");
	CHECK_IS(syscall(SYS_delete_module, "saker", 0), 0);
	CHECK_IS(syscall(SYS_finit_module, fd, "", 0), 0);
	close(fd);
	attach(128 << 20);
	arm(select_opens());
	look(&s);
	all = hog(64 << 20, &size);
	CHECK(all != MAP_FAILED);
	CHECK(cpu1_online('1'));
	munmap(all, size);
	CHECK_IS(stranger(opens_on_cpu1, (void *)40), 0);
	CHECK_IS(dropped(EV_open, EV_DROP_no_ring), 40);
	memset(&s, 0, sizeof(s));
	CHECK_IS(stranger(open_times, (void *)5), 0);		/* the other goes on */
	look(&s);
	CHECK_IS(s.n[EV_open], 5);
}

BORDER_TESTS(loss,
	TEST("a flood leaves the last eighth to important records, then the ring is full",
	     headroom_then_full),
	TEST("after a loss it resumes when an eighth is free, not before", hysteresis),
	TEST("an exec too big for its ring is recorded once, its arguments cut to what fits",
	     args_cut_to_ring),
	TEST("a gap record holds exactly the missing numbers and the time", exact_gap),
	TEST("a processor for whose ring there is no memory counts what it cannot record",
	     no_ring, .module_only = "its rings are made for every processor there can be"),
);
