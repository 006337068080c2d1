// SPDX-License-Identifier: Apache-2.0
/*
 * Tests the comparison of two drivers with made-up records: equal, different, and different as
 * the table allows.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#include "parity.h"

const struct difference differences[] = {
	{ .event = "open", .aspect = "path", .from = 0, .below = 0, .test = "shows", .why = "" },
	{ .event = "open", .aspect = "record", .from = 0, .below = 0, .test = "shows", .why = "" },
	{ .event = "dup", .aspect = "hdr.flags", .from = KERNEL(6, 0), .below = KERNEL(6, 5), .test = "shows",
	  .why = "" },
	{ .event = "not in records", .from = 0, .below = 0, .test = "shows", .why = "" },
	{ .event = "any", .aspect = "hdr.start_ns", .from = 0, .below = 0, .test = "elsewhere", .why = "" },
};
const unsigned int ndifferences = sizeof(differences) / sizeof(*differences);

static struct store kmod, ebpf;
static struct parity parity;
static FILE *nowhere;

static struct ev_header *add(struct store *s, unsigned int type, uint32_t tid, uint64_t ts)
{
	const struct sk_event *e = &sk_events[type];
	size_t room = e->fixed_len + 64u;
	struct ev_header *h = calloc(1, room);

	h->len = (uint32_t)room;
	h->type = (uint16_t)type;
	h->fixed_len = (uint16_t)e->fixed_len;
	h->tid = tid;
	h->ts_ns = ts;
	h->seq = s->n + 1;
	s->rec = realloc(s->rec, (s->n + 1) * sizeof(*s->rec));
	s->rec[s->n++] = h;
	return h;
}

static struct ev_open *add_open(struct store *s, uint32_t tid, uint64_t ts, const char *name)
{
	struct ev_open *e = (void *)add(s, EV_open, tid, ts);
	uint32_t len = (uint32_t)strlen(name);

	e->name = (struct ev_part){ e->hdr.fixed_len, len, len, len };
	memcpy((char *)e + e->name.off, name, len);
	return e;
}

static struct ev_open *add_both(uint64_t ts, const char *name)
{
	add_open(&kmod, 7, ts, name);
	return add_open(&ebpf, 7, ts + 100, name);
}

static void clear(struct store *s)
{
	while (s->n)
		free(s->rec[--s->n]);
	free(s->rec);
	memset(s, 0, sizeof(*s));
}

static int begin(void **state)
{
	(void)state;
	memset(&parity, 0, sizeof(parity));
	parity.out = nowhere;
	parity.kernel = KERNEL(6, 1);
	parity_test(&parity, "another");
	return 0;
}

static int end(void **state)
{
	(void)state;
	clear(&kmod);
	clear(&ebpf);
	return 0;
}

static int differ(void)
{
	return parity_compare(&parity, &kmod, &ebpf, 1000, 100000);
}

static void same_is_same(void **state)
{
	(void)state;
	add_both(2000, "a");
	add_both(3000, "b");
	assert_int_equal(differ(), 0);
	assert_int_equal(parity.pairs, 2);
	assert_int_equal(parity.fields, 2 * EV_NFIELDS(open));
}

/* By task, call and time; whatever the order in which the rings were read. */
static void pairs_by_task_and_order(void **state)
{
	(void)state;
	add_open(&kmod, 8, 2500, "other task");
	add_both(2000, "a");
	add(&kmod, EV_dup, 7, 2200);
	add_open(&kmod, 7, 4000, "c");
	add_open(&kmod, 7, 3000, "b");
	add(&ebpf, EV_dup, 7, 2200);
	add_open(&ebpf, 7, 3000, "b");
	add_open(&ebpf, 7, 4000, "c");
	add_open(&ebpf, 8, 2500, "other task");
	assert_int_equal(differ(), 0);
	assert_int_equal(parity.pairs, 5);
}

static void every_kind_of_field(void **state)
{
	struct ev_open *e;

	(void)state;
	e = add_both(2000, "a");
	e->ino = 1;
	e = add_both(3000, "b");
	memcpy((char *)e + e->name.off, "x", 1);
	e = add_both(4000, "c");
	e->name.full = 9;
	e = add_both(5000, "d");
	e->name.off = 0;
	e->name.len = e->name.full = e->name.head = 0;
	e = add_both(6000, "e");
	ev_prov_set(&e->hdr, EV_FIELD(open, mode), EV_PROV_USER);
	assert_int_equal(differ(), 5);
}

/* The module's record first: alive, and dead 100 ns later; then dead, and alive again. */
static void a_process_may_die_between_two_looks(void **state)
{
	(void)state;
	for (uint64_t ts = 2000; ts <= 3000; ts += 1000) {
		struct ev_procexit *first = (void *)add(&kmod, EV_procexit, 7, ts);
		struct ev_procexit *later = (void *)add(&ebpf, EV_procexit, 7, ts + 100);

		first->group_dead = ts == 3000;
		later->group_dead = ts == 2000;
		assert_int_equal(differ(), ts == 3000);
	}
}

static void every_field_of_the_header(void **state)
{
	(void)state;
	add_both(2000, "a")->hdr.flags = EV_F_FAILED;
	add_both(3000, "a")->hdr.tgid = 1;
	add_both(4000, "a")->hdr.cgroup_id = 1;
	assert_int_equal(differ(), 3);
}

static void what_is_the_rings_own(void **state)
{
	struct ev_open *e;

	(void)state;
	e = add_both(2000, "a");
	e->hdr.seq = 99;
	e->hdr.len -= 8;
	assert_int_equal(differ(), 0);
}

/* Outside the time of the test, or outside the numbers, nothing is compared. */
static void what_is_not_of_the_test(void **state)
{
	(void)state;
	add_open(&kmod, 7, 999, "before");
	add_open(&ebpf, 7, 100001, "after");
	add(&kmod, EV_counters, 0, 2000)->seq = 0;
	assert_int_equal(differ(), 0);
	assert_int_equal(parity.pairs, 0);
}

static void one_has_none(void **state)
{
	(void)state;
	add(&kmod, EV_dup, 7, 2000);
	add(&ebpf, EV_ptrace, 7, 2000);
	assert_int_equal(differ(), 2);
	assert_int_equal(parity.pairs, 0);
}

static void the_table_forgives(void **state)
{
	(void)state;
	add_both(2000, "a")->path.full = 5;
	add_open(&kmod, 8, 2000, "only here");
	assert_int_equal(differ(), 0);
	assert_int_equal(parity.shown[0] + parity.shown[1], 0);
	parity_test(&parity, "shows");
	assert_int_equal(differ(), 0);
	assert_int_equal(parity.shown[0], 1);
	assert_int_equal(parity.shown[1], 1);
}

static void any_event(void **state)
{
	(void)state;
	add_both(2000, "a")->hdr.start_ns = 1;
	add(&kmod, EV_dup, 7, 2000);
	add(&ebpf, EV_dup, 7, 2000)->start_ns = 1;
	assert_int_equal(differ(), 0);
}

/* The eBPF driver reports how many hits the kernel skipped: at most so many may be missing. */
static void hits_that_were_skipped(void **state)
{
	const struct ev_lost row = { EV_OTHER, EV_DROP_nested, 1 };
	struct ev_gap *g = (void *)add(&ebpf, EV_gap, 0, 2000);

	(void)state;
	g->hdr.seq = 0;
	g->lost = (struct ev_part){ g->hdr.fixed_len, sizeof(row), sizeof(row), sizeof(row) };
	memcpy(g + 1, &row, sizeof(row));
	add(&kmod, EV_dup, 7, 2000);
	add(&kmod, EV_ptrace, 7, 2000);
	assert_int_equal(differ(), 2);
	parity.kernel = KERNEL(7, 3);
	assert_int_equal(differ(), 1);
}

static void kernels_of_a_row(void **state)
{
	(void)state;
	add(&kmod, EV_dup, 7, 2000);
	add(&ebpf, EV_dup, 7, 2000)->flags = EV_F_FAILED;
	assert_int_equal(differ(), 0);
	parity.kernel = KERNEL(6, 5);
	assert_int_equal(differ(), 1);
	parity.kernel = KERNEL(5, 10);
	assert_int_equal(differ(), 1);
}

/* A listed difference that does not occur fails, as one that is not listed does. */
static void the_report(void **state)
{
	unsigned int number = 0;

	(void)state;
	assert_int_equal(parity_report(&parity, &number), 0);
	assert_int_equal(number, 0);
	parity_test(&parity, "shows");
	assert_int_equal(parity_report(&parity, &number), 3);
	assert_int_equal(number, 3);
	add_both(2000, "a")->path.full = 5;
	differ();
	assert_int_equal(parity_report(&parity, &number), 2);
	parity.kernel = KERNEL(5, 10);
	assert_int_equal(parity_report(&parity, &number), 1);
}

int main(void)
{
#define COMPARE(f) cmocka_unit_test_setup_teardown(f, begin, end)
	const struct CMUnitTest tests[] = {
		COMPARE(same_is_same),
		COMPARE(pairs_by_task_and_order),
		COMPARE(every_kind_of_field),
		COMPARE(a_process_may_die_between_two_looks),
		COMPARE(every_field_of_the_header),
		COMPARE(what_is_the_rings_own),
		COMPARE(what_is_not_of_the_test),
		COMPARE(one_has_none),
		COMPARE(the_table_forgives),
		COMPARE(any_event),
		COMPARE(hits_that_were_skipped),
		COMPARE(kernels_of_a_row),
		COMPARE(the_report),
	};

	nowhere = fopen("/dev/null", "w");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
