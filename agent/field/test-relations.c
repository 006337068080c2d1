/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests the flags of fields on which the index of rules relies: fields that depend only on
 * the shape of an event, and fields that are parts of a path. Uses random records of all
 * types.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include "decode/event.h"
#include "decode/schema.h"
#include "field/field.h"
#include "field/test-made.h"
#include "lib/arena.h"

static int sign_of(const struct value *v)
{
	return v->i < 0;
}

static void check_shape(const struct made *a, const struct made *b)
{
	for (unsigned int i = 0; i < field_count; i++) {
		const struct field_def *f = &field_table[i];
		struct value x = { 0 }, y = { 0 };
		int r;

		if (!(f->flags & (FIELD_SHAPE | FIELD_SHAPE_SIGN)))
			continue;
		r = f->extract(&x, &a->ev, NULL);
		assert_int_equal(r, f->extract(&y, &b->ev, NULL));
		if (r)
			continue;
		assert_int_equal(x.type, y.type);
		if (f->flags & FIELD_SHAPE_SIGN)
			assert_int_equal(sign_of(&x), sign_of(&y));
		else if (x.type == VALUE_STR)
			assert_true(str_eq(x.s, y.s));
		else
			assert_int_equal(x.u, y.u);
	}
}

static void test_events_of_one_shape_have_the_same_values(void **state)
{
	enum { MANY = 2500 };
	struct made *all = calloc(MANY, sizeof(*all));
	unsigned int pairs = 0;

	(void)state;
	assert_non_null(all);
	for (unsigned int i = 0; i < MANY; i++) {
		uint64_t shape, other;

		make(&all[i], chance(20) ? schema_event(EV_open) : schema_event(EV_dup));
		if (!field_shape(&all[i].ev, &shape))
			continue;
		for (unsigned int k = 0; k < i; k++) {
			if (all[k].ev.type != all[i].ev.type ||
			    !field_shape(&all[k].ev, &other) || other != shape)
				continue;
			check_shape(&all[i], &all[k]);
			pairs++;
		}
	}
	assert_true(pairs > 1000);
	free(all);
}

static const struct field_def *field_with(uint32_t flag)
{
	const struct field_def *found = NULL;

	for (unsigned int i = 0; i < field_count; i++) {
		if (!(field_table[i].flags & flag))
			continue;
		assert_null(found);
		found = &field_table[i];
	}
	assert_non_null(found);
	return found;
}

/* A path is its directory, a slash and the file name; the directory of "/a" is "/". */
static void check_directory(struct str path, struct str directory)
{
	assert_true(directory.n && str_starts(path, directory));
	if (directory.p[directory.n - 1] != '/')
		assert_true(path.n > directory.n && path.p[directory.n] == '/');
}

static unsigned int check_parts(const struct event *ev, bool given)
{
	const struct field_def *whole = field_with(FIELD_WHOLE_PATH);
	const struct field_def *directory = field_with(FIELD_DIRECTORY);
	const struct field_def *filename = field_with(FIELD_FILENAME);
	struct value path, part;
	unsigned int n = 0;

	if ((given ? directory->given : directory->extract)(&part, ev, NULL) == 0) {
		assert_int_equal((given ? whole->given : whole->extract)(&path, ev, NULL), 0);
		check_directory(path.s, part.s);
		n++;
	}
	if ((given ? filename->given : filename->extract)(&part, ev, NULL) == 0) {
		assert_int_equal((given ? whole->given : whole->extract)(&path, ev, NULL), 0);
		assert_true(str_ends(path.s, part.s));
		n++;
	}
	return n;
}

static void test_the_parts_of_a_path_are_present_if_the_path_is(void **state)
{
	struct made *m = calloc(1, sizeof(*m));
	unsigned int plain = 0, given = 0;

	(void)state;
	assert_non_null(m);
	m->ev.arena = arena_new(0, 0);
	for (unsigned int turn = 0; turn < 40000; turn++) {
		const struct schema_event *e = schema_event((uint16_t)chance(EV_TYPE_MAX));

		if (turn % 4 == 0)
			e = schema_event(EV_open);
		if (!e || e->size > ROOM / 2)
			continue;
		make(m, e);
		plain += check_parts(&m->ev, false);
		given += check_parts(&m->ev, true);
		arena_reset(m->ev.arena);
	}
	assert_true(plain > 5000 && given > 1000);
	arena_free(m->ev.arena);
	free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_events_of_one_shape_have_the_same_values),
		cmocka_unit_test(test_the_parts_of_a_path_are_present_if_the_path_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
