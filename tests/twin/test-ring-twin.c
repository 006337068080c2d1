/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests the ring protocol between threads: driver/ring.c writes, one thread per
 * CPU, and the agent's merge reads. Writers reserve, fill slowly at random,
 * nest, trim, take back, drop records in a ring that is too small, and report
 * that in gap records; the reader stops at random. Checks that every number
 * arrives once or is in a gap, no byte is torn, the order of time is exact, and
 * a sleeper is always woken. Build it with -Db_sanitize=thread to check for
 * data races too.
 */
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>
#include "driver/ring.c"	/* the code under test, as the module has it */
#include "lib/clock.h"
#include "source/merge.h"

#define CPUS		3
#define RING		(64u << 10)
#define RECORDS		200000u

struct writer {
	pthread_t thread;
	unsigned int cpu;
	struct saker_ring ring;
	uint64_t seed;
	uint64_t seq, lost_first, lost_last;
	uint64_t emitted, lost, wakes;
	pthread_barrier_t *start;
	int *done;
};

static uint32_t rnd(uint64_t *seed, uint32_t below)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return (uint32_t)(*seed >> 32) % below;
}

/* Data twice in a row, as the module and the mapping have it. */
static char *map_twice(size_t size)
{
	int fd = memfd_create("ring", 0);
	char *p = mmap(NULL, 2 * size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_true(fd >= 0 && p != MAP_FAILED);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	for (int i = 0; i < 2; i++)
		assert_true(mmap(p + (size_t)i * size, size, PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_FIXED, fd, 0) != MAP_FAILED);
	close(fd);
	return p;
}

static void ring_init(struct saker_ring *r, unsigned int cpu)
{
	*r = (struct saker_ring){ .size = RING, .watermark = RING / 4, .cpu = cpu };
	r->data = map_twice(RING);
	r->producer = calloc(1, sizeof(*r->producer));
	r->consumer = calloc(1, sizeof(*r->consumer));
	r->producer->magic = SAKER_RING_MAGIC;
	r->producer->size = RING;
}

static void ring_uninit(struct saker_ring *r)
{
	munmap(r->data, 2 * RING);
	free(r->producer);
	free(r->consumer);
}

/* What fills a record: a pattern that its number determines. */
static void stamp(struct ev_header *hdr, uint32_t len, uint64_t seq)
{
	uint64_t *word = (uint64_t *)hdr;

	for (uint32_t i = sizeof(*hdr) / 8; i < len / 8; i++)
		word[i] = seq * 0x9e3779b97f4a7c15ull + i;
}

static void header(struct writer *w, struct ev_header *hdr, uint32_t len, uint16_t type,
		   uint64_t seq)
{
	memset(hdr, 0, sizeof(*hdr));
	hdr->len = len;
	hdr->fixed_len = sizeof(*hdr);
	hdr->type = type;
	hdr->seq = seq;
	hdr->ts_ns = clock_boottime_ns();
	w->ring.last_ts = hdr->ts_ns;
}

/* One hit of a hook; with @depth another hook is hit inside it. */
static void hit(struct writer *w, int depth)
{
	uint32_t body = 8 * rnd(&w->seed, 60), room = (uint32_t)sizeof(struct ev_header) + 480;
	uint32_t gap = w->lost_first ? sizeof(struct ev_gap) : 0;
	uint64_t seq;
	void *p;

	saker_ring_enter(&w->ring);
	seq = ++w->seq;
	p = saker_ring_reserve(&w->ring, gap + room, room, SAKER_RING_ORDINARY);
	if (IS_ERR(p)) {
		w->lost++;
		w->lost_last = seq;
		if (!w->lost_first)
			w->lost_first = seq;
	} else {
		struct ev_header *hdr = (void *)((char *)p + gap);
		uint32_t used = (uint32_t)sizeof(*hdr) + body, trimmed;
		uint64_t end = w->ring.head;

		if (gap) {
			struct ev_gap *g = p;

			header(w, &g->hdr, sizeof(*g), EV_gap, 0);
			g->hdr.fixed_len = sizeof(*g);
			g->first_seq = w->lost_first;
			g->last_seq = w->lost_last;
			w->lost_first = 0;
		}
		header(w, hdr, used, EV_syscall, seq);
		if (rnd(&w->seed, 50) == 0)
			sched_yield();		/* the host takes the CPU away */
		if (depth && rnd(&w->seed, 4) == 0)
			hit(w, depth - 1);
		trimmed = saker_ring_trim(&w->ring, end, room, used);
		hdr->len = trimmed;
		stamp(hdr, trimmed, seq);
		w->emitted++;
	}
	if (saker_ring_leave(&w->ring, w->seq) && saker_ring_wake_due(&w->ring))
		w->wakes++;
}

static void *writer_main(void *arg)
{
	struct writer *w = arg;

	pthread_barrier_wait(w->start);
	while (w->seq < RECORDS) {
		hit(w, 2);
		if (rnd(&w->seed, 100) == 0)
			sched_yield();
	}
	__atomic_fetch_add(w->done, 1, __ATOMIC_RELEASE);
	return NULL;
}

struct reader {
	uint64_t next[CPUS];
	uint64_t got[CPUS];
	uint64_t lost[CPUS];
	uint64_t last_ts;
};

static int read_one(struct merge *m, struct reader *rd)
{
	const struct ev_header *hdr;
	uint16_t cpu;
	int r = merge_next(m, &hdr, &cpu);

	if (r)
		return r;
	assert_true(cpu < CPUS);
	assert_true(hdr->ts_ns >= rd->last_ts);
	rd->last_ts = hdr->ts_ns;
	if (hdr->type == EV_gap) {
		const struct ev_gap *g = (const void *)hdr;

		/* Nested drops may precede numbers of outer records that are published later. */
		rd->lost[cpu] += g->last_seq - g->first_seq + 1;
	} else {
		const uint64_t *word = (const uint64_t *)hdr;

		for (uint32_t i = sizeof(*hdr) / 8; i < hdr->len / 8; i++)
			assert_int_equal(word[i], hdr->seq * 0x9e3779b97f4a7c15ull + i);
		assert_true(hdr->seq > rd->next[cpu]);
		rd->next[cpu] = hdr->seq;
		rd->got[cpu]++;
	}
	merge_release(m);
	return 0;
}

/*
 * Sleeps as the agent does, but by polling, so that a missed wake-up shows as a sleep that is
 * too long.
 */
static void nap(struct merge *m, uint64_t *seed)
{
	const struct timespec ts = { .tv_nsec = 1000 + rnd(seed, 200000) };

	if (merge_wake(m, SAKER_WAKE_ANY) == 0)
		nanosleep(&ts, NULL);
	merge_wake(m, SAKER_WAKE_WATERMARK);
}

static void test_every_number_arrives_or_is_in_a_gap(void **state)
{
	static struct writer w[CPUS];
	struct merge_ring rings[CPUS];
	struct reader rd = { 0 };
	pthread_barrier_t start;
	struct merge_stats stats;
	struct merge *m;
	uint64_t seed = 42;
	int done = 0, r;

	(void)state;
	pthread_barrier_init(&start, NULL, CPUS + 1);
	for (unsigned int i = 0; i < CPUS; i++) {
		w[i] = (struct writer){
			.cpu = i, .seed = 1000 + i, .start = &start, .done = &done,
		};
		ring_init(&w[i].ring, i);
		rings[i] = (struct merge_ring){
			w[i].ring.producer, w[i].ring.consumer,
			(unsigned char *)w[i].ring.data, RING, (uint16_t)i,
		};
	}
	assert_int_equal(merge_new(&m, rings, CPUS, clock_boottime_ns), 0);
	for (unsigned int i = 0; i < CPUS; i++)
		assert_int_equal(pthread_create(&w[i].thread, NULL, writer_main, &w[i]), 0);
	pthread_barrier_wait(&start);
	for (;;) {
		bool last = __atomic_load_n(&done, __ATOMIC_ACQUIRE) == CPUS;

		r = read_one(m, &rd);
		if (r == MERGE_EMPTY && last)
			break;
		if (r == MERGE_BLOCKED)
			sched_yield();
		else if (r == MERGE_EMPTY || rnd(&seed, 20000) == 0)
			nap(m, &seed);
	}
	for (unsigned int i = 0; i < CPUS; i++) {
		uint64_t tail_loss = w[i].lost_first ? w[i].lost_last - w[i].lost_first + 1 : 0;

		pthread_join(w[i].thread, NULL);
		assert_int_equal(rd.got[i], w[i].emitted);
		assert_int_equal(rd.lost[i] + tail_loss, w[i].lost);
		assert_int_equal(w[i].seq, w[i].emitted + w[i].lost);
		assert_int_equal(w[i].ring.producer->bad_tail, 0);
		assert_int_not_equal(w[i].emitted, 0);
		print_message("cpu %u: %llu emitted, %llu lost, %llu wake-ups asked\n", i,
			      (unsigned long long)w[i].emitted, (unsigned long long)w[i].lost,
			      (unsigned long long)w[i].wakes);
		ring_uninit(&w[i].ring);
	}
	merge_stats(m, &stats);
	assert_int_equal(stats.disorder, 0);
	assert_int_equal(stats.broken, 0);
	merge_free(m);
	pthread_barrier_destroy(&start);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_number_arrives_or_is_in_a_gap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
