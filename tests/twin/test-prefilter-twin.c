/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests in user space which clauses the prefilter's tests of names leave, against a model that
 * fetches every name; and which programs are refused.
 */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <kunit/test.h>
#include "given.h"

#define SLOTS	16

extern const struct kunit_suite *const twin_prefilter_suite;

static void test_kunit_tests_of_the_prefilter(void **state)
{
	kunit_run(twin_prefilter_suite);
}

/* -- tests of names -- */

/* The agent computes the keys, and a driver that is older or newer compares them. */
static void test_keys_are_those_of_the_agent(void **state)
{
	static const struct {
		const char *name;
		u64 leaf, parent;
	} row[] = {
		{ "passwd", 0xa02ded4ef560b86full, 0x27217886eb01da93ull },
		{ "a", 0xf101d9c05b1063c5ull, 0xacbbddc2c08a4ba7ull },
		{ "a name of more than sixteen bytes", 0x927645a557b6a621ull, 0x1ada73d8b6f9972bull },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct saker_pf_name n = name_of(row[i].name, strlen(row[i].name));

		assert_int_equal(saker_pf_key(&n, SAKER_PF_LEAF), row[i].leaf);
		assert_int_equal(saker_pf_key(&n, SAKER_PF_PARENT), row[i].parent);
	}
	assert_int_equal(saker_pf_value_key(1, 2, 3), 0x96ecd1681c5c7833ull);
	assert_int_equal(saker_pf_value_key(63, 16, 255), 0x3f57927d5eb43d65ull);
}

/* Agent and driver may be of two versions, so these are numbers here. */
static void test_how_a_file_is_opened_is_its_shape(void **state)
{
	static const struct {
		u32 flags, mode, kind;
		bool failed;
		u32 shape;
	} row[] = {
		{ .shape = 0 },
		{ .flags = 1, .shape = 1 },
		{ .flags = 2, .mode = 0777, .shape = 2 },
		{ .flags = 3, .kind = SAKER_PF_FILE, .shape = 0x43 },
		{ .flags = 4, .kind = SAKER_PF_DIR, .shape = 0x80 },
		{ .flags = 0101, .mode = 0644, .shape = 5 },
		{ .flags = 0100, .mode = 0100, .shape = 0x14 },
		{ .flags = 0100, .mode = 0010, .shape = 0x14 },
		{ .flags = 0100, .mode = 0001, .shape = 0x14 },
		{ .flags = 0100, .mode = 07666, .shape = 4 },
		{ .flags = 020200002, .mode = 0755, .shape = 0x16 },
		{ .flags = 0200000, .mode = 0755, .shape = 0 },		/* O_DIRECTORY */
		{ .flags = 020000000, .mode = 0755, .shape = 0 },	/* half of O_TMPFILE */
		{ .flags = 010000000, .mode = 0755, .shape = 8 },
		{ .flags = 010000002, .failed = true, .shape = 0x2a },
		{ .failed = true, .shape = 0x20 },
		{ .flags = ~0u, .mode = ~0u, .failed = true, .kind = 0xc0, .shape = 0xff },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		assert_int_equal(saker_pf_shape(row[i].flags, row[i].mode, row[i].failed, row[i].kind),
				 row[i].shape);
	assert_int_equal(ARRAY_SIZE(((struct saker_prefilter *)NULL)->shape), 256);
}

union program {
	struct saker_prefilter p;
	char bytes[SAKER_PF_SIZE(SLOTS)];
};

static union program program(struct saker_prefilter head)
{
	union program p;

	memset(&p, 0, sizeof(p));
	p.p = head;
	return p;
}

/* A name takes the first free slot from its own on. */
static void add(union program *p, const char *name, u64 which, u64 clauses)
{
	struct saker_pf_name n = name_of(name, strlen(name));
	u64 key = saker_pf_key(&n, which);
	u32 at = key >> 40;

	while (p->p.slot[at % SLOTS].key && p->p.slot[at % SLOTS].key != key)
		at++;
	p->p.slot[at % SLOTS].key = key;
	p->p.slot[at % SLOTS].clauses |= clauses;
}

static void test_a_name_is_at_most_eight_slots_from_its_first(void **state)
{
	union program p = program((struct saker_prefilter){ .nslots = SLOTS });

	for (u32 first = 0; first < SLOTS; first++)
		for (u32 away = 0; away < SLOTS; away++) {
			u64 key = (u64)first << 40 | 7;

			for (u32 i = 0; i < SLOTS; i++)
				p.p.slot[i] = (struct saker_pf_slot){ 1000 + i, 1 };
			p.p.slot[(first + away) % SLOTS] = (struct saker_pf_slot){ key, 6 };
			assert_int_equal(saker_pf_find(&p.p, key), away < 8 ? 6 : 0);
			if (!away)
				continue;
			p.p.slot[(first + away - 1) % SLOTS].key = 0;	/* nothing is behind a free one */
			assert_int_equal(saker_pf_find(&p.p, key), 0);
		}
}

static void test_the_end_of_a_name_is_compared(void **state)
{
	static const struct {
		const char *name;
		u64 clauses;
	} row[] = {
		{ "a.so", 1 }, { "so", 2 }, { ".so", 1 }, { "a.pem12", 0 }, { "xabcdefgh", 4 }, { "abcdefgh", 4 },
		{ "bbcdefgh", 0 }, { "h", 8 }, { "axso", 2 },
	};
	union program p = program((struct saker_prefilter){ .nslots = SLOTS, .nends = 4 });
	static const char *const ends[] = { ".so", "xso", "abcdefgh", "h" };

	for (unsigned int i = 0; i < 4; i++)
		p.p.end[i] = (struct saker_pf_end){ name_of(ends[i], strlen(ends[i])).last, 1u << i,
						    8 * strlen(ends[i]), 0 };
	p.p.end[1].last = name_of("so", 2).last;
	p.p.end[1].bits = 16;
	p.p.end[4] = (struct saker_pf_end){ p.p.end[3].last, 64, 8, 0 };	/* behind the last */
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct saker_pf_name n = name_of(row[i].name, strlen(row[i].name));
		u64 want = row[i].clauses;

		if (want == 1)
			want |= 2;		/* ends with so, too */
		if (want == 4)
			want |= 8;
		if (!strcmp(row[i].name, "bbcdefgh"))
			want = 8;
		assert_int_equal(saker_pf_ends(&p.p, &n), want);
		assert_int_equal(saker_pf_leaf(&p.p, &n), want);
		assert_int_equal(saker_pf_parent(&p.p, &n), 0);
	}
	p.p.nends = 8;
	for (unsigned int i = 0; i < 8; i++)
		p.p.end[i] = (struct saker_pf_end){ name_of("h", 1).last, 1u << i, 8, 0 };
	assert_int_equal(saker_pf_ends(&p.p, &(struct saker_pf_name){ .last = p.p.end[0].last }), 255);
}

/* -- all together -- */

struct open {
	struct given given_;
	struct saker_pf_name leaf, parent, cwd;
	bool known;			/* the path as given can be read */
	struct saker_pf_given g;
	char *given;
};

static bool open_read(struct open *o)
{
	o->g = o->given_.g;
	o->given = o->given_.buf;
	return o->known;
}

static void open_parent(struct open *o, struct saker_pf_name *n)
{
	*n = o->parent;
}

static void open_cwd(struct open *o, struct saker_pf_name *n)
{
	*n = o->cwd;
}

SAKER_PF_REST(open_left, struct open *, open_read, open_parent, open_cwd)

static u64 leaf_clauses(const union program *p, const struct saker_pf_name *n)
{
	u64 clauses = 0;

	if (n->what != SAKER_PF_NAMED)
		return n->what == SAKER_PF_ABSENT ? 0 : ~0ull;
	for (u32 i = 0; i < SLOTS; i++)
		if (p->p.slot[i].key == saker_pf_key(n, SAKER_PF_LEAF))
			clauses |= p->p.slot[i].clauses;
	return clauses | saker_pf_ends(&p->p, n);
}

static u64 parent_clauses(const union program *p, const struct saker_pf_name *n)
{
	u64 clauses = 0;

	if (n->what != SAKER_PF_NAMED)
		return n->what == SAKER_PF_ABSENT ? 0 : ~0ull;
	for (u32 i = 0; i < SLOTS; i++)
		if (p->p.slot[i].key == saker_pf_key(n, SAKER_PF_PARENT))
			clauses |= p->p.slot[i].clauses;
	return clauses;
}

/* Each test of each name, whether or not a clause depends on it. */
static u64 model(const union program *p, u64 left, const struct open *o)
{
	struct saker_pf_name leaf = leaf_of(&o->given_);
	struct saker_pf_name parent = is_single(&o->given_) ? o->cwd : parent_of(&o->given_);

	if (saker_pf_is_decided(&p->p, left, saker_pf_leaf_passes(&p->p, left, &o->leaf)) || !o->known)
		return left;
	left &= p->p.any_leaf | leaf_clauses(p, &o->leaf) | leaf_clauses(p, &leaf);
	left &= p->p.any_parent | parent_clauses(p, &o->parent) | parent_clauses(p, &parent);
	if (!o->given_.g.longer && !has_two_dots(&o->given_))
		left &= p->p.any_dots;
	return left;
}

static struct saker_pf_name some_name(void)
{
	static const char *const names[] = { "a", "b", "x", "ab", "..", "bb", "xx" };
	const char *name = names[rnd() % 7];

	if (rnd() % 8 == 0)
		return (struct saker_pf_name){ .what = rnd() % 2 ? SAKER_PF_ABSENT : SAKER_PF_UNKNOWN };
	return name_of(name, strlen(name));
}

static void test_the_clauses_left_are_those_of_a_model(void **state)
{
	unsigned int excluded = 0, kept = 0;

	for (unsigned int i = 0; i < 100000; i++) {
		union program p = program((struct saker_prefilter){ .nslots = SLOTS, .nends = 1 });
		struct open o = { .leaf = some_name(), .parent = some_name(), .cwd = some_name(),
				  .known = rnd() % 16 };
		u64 left = rnd() & 0xff, passes, got;

		p.p.any_leaf = rnd() & rnd() & 0xff;
		p.p.any_parent = rnd() & 0xff;
		p.p.any_dots = rnd() & 0xff;
		p.p.end[0] = (struct saker_pf_end){ name_of("b", 1).last, 1 << rnd() % 8, 8, 0 };
		add(&p, "a", SAKER_PF_LEAF, rnd() & 0xff);
		add(&p, "x", SAKER_PF_LEAF, rnd() & 0xff);
		add(&p, "a", SAKER_PF_PARENT, rnd() & 0xff);
		add(&p, "bb", SAKER_PF_PARENT, rnd() & 0xff);
		given_random(&o.given_);
		passes = saker_pf_leaf_passes(&p.p, left, &o.leaf);
		got = saker_pf_is_decided(&p.p, left, passes) ? left : open_left(&p.p, left, passes, &o);
		assert_int_equal(got, model(&p, left, &o));
		excluded += !got;
		kept += got != 0;
	}
	assert_true(excluded > 1000 && kept > 1000);
}

/* Nothing is fetched that no clause depends on. */
static void test_what_is_decided_by_the_name_needs_no_path(void **state)
{
	union program p = program((struct saker_prefilter){ .nslots = SLOTS, .any_leaf = 1,
							    .any_parent = 3, .any_dots = 3 });
	struct saker_pf_name b = name_of("b", 1);

	assert_int_equal(saker_pf_leaf_passes(&p.p, 1, &b), 1);
	assert_int_equal(saker_pf_leaf_passes(&p.p, 3, &b), 1);
	add(&p, "b", SAKER_PF_LEAF, 6);
	assert_int_equal(saker_pf_leaf_passes(&p.p, 1, &b), 1);		/* not looked up */
	assert_int_equal(saker_pf_leaf_passes(&p.p, 3, &b), 7);
	assert_true(saker_pf_is_decided(&p.p, 3, 7));
	assert_true(saker_pf_is_decided(&p.p, 0, 0));
	assert_false(saker_pf_is_decided(&p.p, 3, 1));
	assert_false(saker_pf_is_decided(&p.p, 4, 4));			/* its parent counts, too */
	p.p.any_parent = 7;
	assert_false(saker_pf_is_decided(&p.p, 4, 4));			/* and dots */
	p.p.any_dots = 7;
	assert_true(saker_pf_is_decided(&p.p, 4, 4));
}

static void refused(const union program *p, unsigned long size, const char *should)
{
	const char *why;

	assert_int_equal(saker_pf_check(&p->p, size, &why), -1);
	assert_string_equal(why, should);
}

static void test_a_program_is_refused_with_a_reason(void **state)
{
	const unsigned long size = SAKER_PF_SIZE(SLOTS);
	const union program good = program((struct saker_prefilter){ .generation = 1, .size = size,
								     .nslots = SLOTS, .nends = 1,
								     .nevents = 1, .end[0].bits = 8 });
	union program p = good;
	const char *why;

	assert_int_equal(size, sizeof(p));
	assert_int_equal(saker_pf_check(&p.p, size, &why), 0);
	refused(&p, size - 1, "prefilter: its size is not that of its bytes");
	p.p.size = sizeof(p.p) - 1;
	refused(&p, sizeof(p.p) - 1, "prefilter: its size is not that of its bytes");
	p.p.size = sizeof(p.p);
	p.p.nslots = 0;
	refused(&p, sizeof(p.p), "prefilter: wrong number of slots");
	for (u32 nslots = 1; nslots < 40; nslots++) {
		p = good;
		p.p.nslots = nslots;
		p.p.size = SAKER_PF_SIZE(nslots);
		if (nslots & (nslots - 1))
			refused(&p, p.p.size, "prefilter: wrong number of slots");
		else
			assert_int_equal(saker_pf_check(&p.p, p.p.size, &why), 0);
	}
	p = good;
	p.p.nslots = 2048;
	p.p.size = SAKER_PF_SIZE(2048);
	assert_int_equal(saker_pf_check(&p.p, p.p.size, &why), 0);
	p.p.nslots *= 2;
	p.p.size = SAKER_PF_SIZE(p.p.nslots);
	refused(&p, p.p.size, "prefilter: wrong number of slots");
	p = good;
	p.p.generation = 0;
	refused(&p, size, "prefilter: generation 0, or a number is too large");
	p = good;
	p.p.nevents = 0;
	refused(&p, size, "prefilter: generation 0, or a number is too large");
	p.p.nevents = 64 + 1;
	refused(&p, size, "prefilter: generation 0, or a number is too large");
	p.p.nevents = 64;
	assert_int_equal(saker_pf_check(&p.p, size, &why), 0);
	p = good;
	p.p.nends = 8 + 1;
	refused(&p, size, "prefilter: generation 0, or a number is too large");
}

static void test_tests_of_events_are_within_the_program(void **state)
{
	static const char no[] = "prefilter: an event or a test that does not exist";
	const unsigned long size = SAKER_PF_SIZE(SLOTS);
	const union program good = program((struct saker_prefilter){ .generation = 1, .size = size,
								     .nslots = SLOTS, .nevents = 2,
								     .event[0].result[0] = ~0ull });
	const char *why;

	for (unsigned int type = 0; type < 256; type += 255) {
		union program p = good;

		p.p.of_type[type] = 1;
		assert_int_equal(saker_pf_check(&p.p, size, &why), 0);
		p.p.of_type[type] = 2;
		refused(&p, size, no);
	}
	for (u32 n = 0; n <= 5; n++)
		for (u32 first = 250; first < 260; first++) {
			union program p = good;

			p.p.event[1].first = first;
			p.p.event[1].n = n;
			if (n <= 4 && first + n <= 256)
				assert_int_equal(saker_pf_check(&p.p, size, &why), 0);
			else
				refused(&p, size, no);
			p.p.event[1].first = ~0u;
			refused(&p, size, no);
		}
	for (unsigned int i = 0; i < 256; i += 255) {
		union program p = good;

		p.p.test[i].source = 16;
		assert_int_equal(saker_pf_check(&p.p, size, &why), 0);
		p.p.test[i].source = 17;
		refused(&p, size, no);
		p.p.test[i].source = 0;
		p.p.test[i].reserved = 1;
		refused(&p, size, no);
	}
}

/* -- other events -- */

struct call {
	u64 value[3];			/* by source */
};

static u64 call_passes(const struct saker_prefilter *p, const struct saker_pf_test *t, u32 number,
		       const struct call *c)
{
	return saker_pf_value(p, t, number, c->value[t->source]);
}

SAKER_PF_VALUES_LEFT(values_left, const struct call *, call_passes)

static void test_a_result_is_a_success_a_failure_or_in_progress(void **state)
{
	const struct saker_pf_event e = { .result = { 1, 2, 4 } };
	static const struct {
		long ret;
		u64 clauses;
	} row[] = {
		{ 0, 1 }, { 1, 1 }, { -1, 4 }, { -114, 4 }, { -115, 2 }, { -116, 4 }, { -512, 4 },
		{ -4095, 4 }, { -4096, 1 }, { LONG_MIN, 1 }, { LONG_MAX, 1 },
	};

	for (size_t i = 0; i < ARRAY_SIZE(row); i++)
		assert_int_equal(saker_pf_of_result(&e, 1, row[i].ret), row[i].clauses);
	assert_int_equal(saker_pf_of_result(&e, 0, 0), 7);
}

/* Event 1 has tests of bits, and of values that are in the slots; a large value passes. */
static void test_values_leave_the_clauses_that_allow_them(void **state)
{
	static const struct {
		u64 value[3], left;
	} row[] = {
		{ { 0x30, 5, 0 }, 7 }, { { 0x10, 5, 0 }, 7 }, { { 0x40, 5, 0 }, 6 }, { { 0x10, 6, 0 }, 5 },
		{ { 0, 6, 0 }, 4 }, { { 0x10, 255, 0 }, 5 }, { { 0x10, 256, 0 }, 7 }, { { 0, ~0ull, 0 }, 6 },
		{ { 0x10, 5, 9 }, 7 },
	};
	union program p = program((struct saker_prefilter){ .nslots = SLOTS, .nevents = 2 });
	u64 key = saker_pf_value_key(1, 1, 5);

	p.p.event[1].n = 2;
	p.p.test[0] = (struct saker_pf_test){ .bits = 0x30, .any = 6, .source = 0 };
	p.p.test[1] = (struct saker_pf_test){ .any = 5, .source = 1 };
	p.p.slot[(u32)(key >> 40) % SLOTS] = (struct saker_pf_slot){ key, 2 };
	for (size_t i = 0; i < ARRAY_SIZE(row); i++) {
		struct call c;

		memcpy(c.value, row[i].value, sizeof(c.value));
		assert_int_equal(values_left(&p.p, 1, 7, &c), row[i].left);
		assert_int_equal(values_left(&p.p, 1, 2, &c), row[i].left & 2);
		assert_int_equal(values_left(&p.p, 0, 7, &c), 7);
	}
}

/* A value of one event, or of one source, is none of another. */
static void test_keys_of_values_differ_by_event_and_source(void **state)
{
	for (u32 number = 0; number < 64; number++)
		for (u32 source = 0; source < 17; source++)
			if (number || source)
				assert_int_not_equal(saker_pf_value_key(number, source, 7),
						     saker_pf_value_key(0, 0, 7));
	assert_int_not_equal(saker_pf_value_key(0, 0, 7), saker_pf_value_key(0, 0, 8));
}

static void test_an_end_of_a_name_has_one_to_eight_bytes(void **state)
{
	const unsigned long size = SAKER_PF_SIZE(SLOTS);
	union program p = program((struct saker_prefilter){ .generation = 1, .size = size, .nslots = SLOTS,
							    .nevents = 1 });
	const char *why;

	for (u32 i = 0; i < 8; i++) {
		p.p.end[i].bits = 8;		/* behind the last */
		refused(&p, size, "prefilter: wrong end of a name");
		p.p.end[i].bits = 0;
		p.p.end[i].clauses = 1;
		refused(&p, size, "prefilter: wrong end of a name");
		p.p.nends = i + 1;
		for (u32 bits = 0; bits < 80; bits++) {
			p.p.end[i].bits = bits;
			assert_int_equal(saker_pf_check(&p.p, size, &why),
					 bits && bits % 8 == 0 && bits <= 64 ? 0 : -1);
		}
		p.p.end[i].bits = 64;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kunit_tests_of_the_prefilter),
		cmocka_unit_test(test_keys_are_those_of_the_agent),
		cmocka_unit_test(test_how_a_file_is_opened_is_its_shape),
		cmocka_unit_test(test_a_name_is_at_most_eight_slots_from_its_first),
		cmocka_unit_test(test_the_end_of_a_name_is_compared),
		cmocka_unit_test(test_the_clauses_left_are_those_of_a_model),
		cmocka_unit_test(test_what_is_decided_by_the_name_needs_no_path),
		cmocka_unit_test(test_a_program_is_refused_with_a_reason),
		cmocka_unit_test(test_an_end_of_a_name_has_one_to_eight_bytes),
		cmocka_unit_test(test_tests_of_events_are_within_the_program),
		cmocka_unit_test(test_a_result_is_a_success_a_failure_or_in_progress),
		cmocka_unit_test(test_values_leave_the_clauses_that_allow_them),
		cmocka_unit_test(test_keys_of_values_differ_by_event_and_source),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
