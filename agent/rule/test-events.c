/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that no value and no result of one event is used for a later one. The numbers that
 * distinguish events start over after 65,536 events; the test goes through that several times.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "decode/event.h"
#include "rule/engine.h"
#include "rule/load.h"
#include "rule/test-every.h"

#define PERIOD		65536u	/* events, after which the numbers start over: STAMP_LAST in vm.c */
#define EVENTS		(2 * PERIOD + 1000)

struct fake {
	struct event ev;
	bool flag;
	struct str text;
	unsigned int *reads;	/* of the text */
};

static int get_flag(struct value *ret, const struct event *ev, const struct field_arg *arg)
{
	(void)arg;
	*ret = (struct value){ .type = VALUE_BOOL, .u = ((const struct fake *)ev)->flag };
	return 0;
}

static int get_text(struct value *ret, const struct event *ev, const struct field_arg *arg)
{
	const struct fake *fake = (const struct fake *)ev;

	(void)arg;
	++*fake->reads;
	*ret = (struct value){ .type = VALUE_STR, .s = fake->text };
	return 0;
}

static const struct field_def fields[] = {
	{ .name = "t.flag", .type = VALUE_BOOL, .flags = 0, .sources = 1u << FIELD_SOURCE_SYSCALL,
	  .extract = get_flag, .doc = "" },
	{ .name = "t.text", .type = VALUE_STR, .flags = 0, .sources = 1u << FIELD_SOURCE_SYSCALL,
	  .extract = get_text, .doc = "" },
};

#define RULE(name, text)								\
	"- rule: " name "\n  desc: d\n  output: o\n  priority: info\n"			\
	"  condition: t.flag = true and t.text = " text " and t.text startswith " text "\n"

struct matches {
	unsigned int n, number, checks;		/* the last rule that matched; checks that were evaluated */
};

static void on_match(void *arg, const struct match *match)
{
	struct matches *m = arg;
	struct match_check check;
	uint32_t pos = 0;

	m->n++;
	m->number = match->rule->number;
	while (match_check(match, &pos, &check))
		m->checks += check.verdict == 1;
}

/* Only an event with the flag has its text read. */
static void evaluate(struct evaluator *e, bool flag, unsigned int which, struct arena *arena)
{
	static const struct str texts[] = { STR("a"), STR("b"), STR("c") };
	unsigned int reads = 0;
	struct fake fake = { .flag = flag, .text = texts[which], .reads = &reads };
	struct matches m = { 0 };

	fake.ev.type = evt_type_find(STR("open"));
	fake.ev.arena = arena;
	eval_every(e, &fake.ev, on_match, &m);
	assert_int_equal(reads, flag);		/* once for all checks */
	assert_int_equal(m.n, flag && which < 2);
	if (!m.n)
		return;
	assert_int_equal(m.number, which);
	assert_int_equal(m.checks, 3);
}

static void evaluate_all(unsigned int every)
{
	static const char yaml[] = RULE("A", "a") RULE("B", "b");
	const struct field_set names = { fields, 2 };
	const struct rules_options options = { .fields = &names };
	struct ruleset_loader *l = ruleset_loader_new(&options);
	struct arena *arena = arena_new(0, 0);
	struct ruleset *set = NULL;
	struct evaluator *e;

	ruleset_loader_add_source(l, STR("case"), str_of(yaml), STR(""), STR(""));
	assert_int_equal(ruleset_loader_finish(l, &set), 0);
	e = evaluator_new(set);
	for (unsigned int i = 0; i < EVENTS; i++)
		evaluate(e, i % every == 100 % every, i / every % 3, arena);
	evaluator_free(e);
	arena_free(arena);
	ruleset_unref(set);
	ruleset_loader_free(l);
}

static void test_each_event_is_compared_with_its_own_values(void **state)
{
	(void)state;
	evaluate_all(7);
}

/* The last event whose text was read had the same number. */
static void test_no_value_is_from_the_event_with_the_same_number(void **state)
{
	(void)state;
	evaluate_all(PERIOD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_event_is_compared_with_its_own_values),
		cmocka_unit_test(test_no_value_is_from_the_event_with_the_same_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
