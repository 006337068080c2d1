/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that byte buffers are compared with their length, NUL bytes included,
 * and how transformers handle missing values: a condition, a value of the only
 * field, and the result.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include "decode/event.h"
#include "rule/engine.h"
#include "rule/load.h"
#include "rule/test-every.h"
#include "rule/test-load.h"

struct fake {
	struct event ev;
	struct str value;
};

static int get(struct value *ret, const struct event *ev, const struct field_arg *arg)
{
	(void)arg;
	*ret = (struct value){ .type = VALUE_STR, .s = ((const struct fake *)ev)->value };
	return 0;
}

static int get_number(struct value *ret, const struct event *ev, const struct field_arg *arg)
{
	(void)ev;
	(void)arg;
	*ret = (struct value){ .type = VALUE_U64, .u = 7 };
	return 0;
}

/* Of which one is set. */
static int get_flags(struct value *ret, const struct event *ev, const struct field_arg *arg)
{
	static const struct value flags[] = { { .type = VALUE_BOOL, .u = 0 }, { .type = VALUE_BOOL, .u = 1 } };

	(void)ev;
	(void)arg;
	*ret = (struct value){ .type = VALUE_BOOL, .count = 2, .list = flags };
	return 0;
}

static int get_unset(struct value *ret, const struct event *ev, const struct field_arg *arg)
{
	get_flags(ret, ev, arg);
	ret->count = 1;
	return 0;
}

#define FIELD(name, type, flags, get) \
	{ name, VALUE_##type, flags, 1u << FIELD_SOURCE_SYSCALL, get, NULL, NULL, "" }

static const struct field_def fields[] = {
	FIELD("t.buf", STR, FIELD_BUFFER, get), FIELD("t.args", STR, 0, get), FIELD("t.num", U64, 0, get_number),
	FIELD("t.flags", BOOL, FIELD_ANY, get_flags), FIELD("t.unset", BOOL, FIELD_ANY, get_unset),
};

static const struct {
	const char *condition;
	struct str value;
	bool holds;
} cases[] = {
	{ .condition = "t.buf = \"a\\x00b\"", .value = STR("a\0b"), .holds = true },
	{ .condition = "t.buf = \"a\\x00b\"", .value = STR("a\0c"), .holds = false },
	{ .condition = "t.buf = \"a\\x00b\"", .value = STR("a"), .holds = false },
	{ .condition = "t.buf = a", .value = STR("a\0b"), .holds = false },
	{ .condition = "t.buf != \"a\\x00b\"", .value = STR("a\0c"), .holds = true },
	{ .condition = "t.buf contains \"a\\x00b\"", .value = STR("x\0a\0b\0"), .holds = true },
	{ .condition = "t.buf contains \"a\\x00b\"", .value = STR("x\0a\0c\0"), .holds = false },
	{ .condition = "t.buf contains \"\\x00\"", .value = STR("abc"), .holds = false },
	{ .condition = "t.buf startswith \"\\x00a\"", .value = STR("\0ab"), .holds = true },
	{ .condition = "t.buf startswith \"\\x00a\"", .value = STR("\0b"), .holds = false },
	{ .condition = "t.buf endswith \"a\\x00\"", .value = STR("ba\0"), .holds = true },
	{ .condition = "t.buf endswith \"a\\x00\"", .value = STR("ba"), .holds = false },
	{ .condition = "t.buf in (x, \"a\\x00b\")", .value = STR("a\0b"), .holds = true },
	{ .condition = "t.buf in (x, \"a\\x00b\")", .value = STR("a\0c"), .holds = false },
	{ .condition = "t.buf intersects (x, \"a\\x00b\")", .value = STR("a\0b"), .holds = true },
	{ .condition = "t.buf contains anyof (v, w, x, y, \"\\x00z\")", .value = STR("a\0z"), .holds = true },
	{ .condition = "t.buf contains anyof (v, w, x, y, \"\\x00z\")", .value = STR("az"), .holds = false },
	{ .condition = "b64(t.buf) contains \"a\\x00\"", .value = STR("YQBi"), .holds = true },
	{ .condition = "b64(t.args) glob \"a?c\"", .value = STR("YWJj"), .holds = true },
	{ .condition = "getopt(t.args, \"p:v\")[p] = 22", .value = STR("-p 22"), .holds = true },
	{ .condition = "getopt(t.args, \"p:v\")[p] = 22", .value = STR("-vp22 host"), .holds = true },
	{ .condition = "getopt(t.args, \"p:v\")[p] = 22", .value = STR("-p 22 -p 23"), .holds = false },
	{ .condition = "getopt(t.args, \"p:v\")[p] = 23", .value = STR("-p 22 -p 23"), .holds = true },
	{ .condition = "getopt(t.args, \"p:v\")[p] startswith 2", .value = STR("-p 22"), .holds = true },
	{ .condition = "getopt(t.args, \"p:v\")[p] in (22, 23)", .value = STR("-p 22"), .holds = true },
	{ .condition = "getopt(t.args, \"p:v\")[v] = v", .value = STR("-v"), .holds = true },
	{ .condition = "getopt(t.args, \"p:v\")[p] exists", .value = STR("-v"), .holds = false },
	{ .condition = "getopt(t.args, \"p:v\") in (22, 23)", .value = STR("-p 22 -p 23"), .holds = true },
	{ .condition = "getopt(t.args, \"p:v\") exists", .value = STR("host"), .holds = false },
	{ .condition = "join(\",\", ()) = \"\"", .value = STR("x"), .holds = true },
	{ .condition = "join(\",\", ()) exists", .value = STR("x"), .holds = true },
	{ .condition = "len(()) = 0", .value = STR("x"), .holds = true },
	{ .condition = "len((val(t.num), val(t.num))) = 2", .value = STR("x"), .holds = true },
	{ .condition = "len(val(t.num)) exists", .value = STR("x"), .holds = false },
	{ .condition = "tolower(val(t.num)) exists", .value = STR("x"), .holds = false },
	{ .condition = "t.flags = true", .value = STR("x"), .holds = true },
	{ .condition = "t.flags = false", .value = STR("x"), .holds = true },
	{ .condition = "t.unset = true", .value = STR("x"), .holds = false },
	{ .condition = "t.unset != true", .value = STR("x"), .holds = true },
	{ .condition = "tolower(val(t.args)) = x", .value = STR("X"), .holds = true },
};

static void on_match(void *arg, const struct match *match)
{
	assert_false(match->undecided);
	*(bool *)arg = true;
}

static void test_bytes_and_transformed_values(void **state)
{
	struct fake fake = { .ev.arena = arena_new(0, 0) };

	(void)state;
	fake.ev.type = evt_type_find(STR("open"));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ruleset *set = load_condition(fields, sizeof(fields) / sizeof(fields[0]),
						     cases[i].condition);
		struct evaluator *e = evaluator_new(set);
		bool indexed = false, plain = false;

		fake.value = cases[i].value;
		engine_eval(e, &fake.ev, on_match, &indexed);
		eval_every(e, &fake.ev, on_match, &plain);
		if (indexed != cases[i].holds || plain != cases[i].holds)
			fail_msg("case %zu, %s: %d with the index, %d without", i,
				 cases[i].condition, indexed, plain);
		evaluator_free(e);
		ruleset_unref(set);
	}
	arena_free(fake.ev.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes_and_transformed_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
