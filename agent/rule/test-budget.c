/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests the budget of an event: 64 MiB of comparisons with patterns. Checks
 * within it are decided; beyond it they are undecided, which counts as true, so
 * that a long value hides nothing.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "decode/event.h"
#include "rule/engine.h"
#include "rule/load.h"
#include "rule/test-every.h"

#define RULES	80u
#define VALUE	(1u << 20)	/* bytes; one comparison costs as much, plus one */
#define WITHIN	63u		/* comparisons of such a value; the 64th exceeds 64 MiB */
#define LARGEST	((64u << 20) / RULES - 1)	/* bytes that all rules can be compared with */

struct fake {
	struct event ev;
	struct value value;
};

static int get(struct value *ret, const struct event *ev, const struct field_arg *arg)
{
	(void)arg;
	*ret = ((const struct fake *)ev)->value;
	return 0;
}

static const struct field_def fields[] = {
	{ .name = "t.str", .type = VALUE_STR, .flags = 0, .sources = 1u << FIELD_SOURCE_SYSCALL, .extract = get,
	  .doc = "" },
	{ .name = "t.any", .type = VALUE_STR, .flags = FIELD_ANY, .sources = 1u << FIELD_SOURCE_SYSCALL,
	  .extract = get, .doc = "" },
};

struct matches {
	unsigned int n, decided, first;		/* the first rule that matched, and its number */
};

static void on_match(void *arg, const struct match *match)
{
	struct matches *m = arg;

	if (!m->n++)
		m->first = match->rule->number;
	m->decided += !match->undecided;
}

/* The condition with a number in place of each %1$u: 10 for the first rule, so that all have two digits. */
static struct ruleset *load(const char *condition)
{
	const struct field_set names = { fields, 2 };
	const struct rules_options options = { .fields = &names };
	struct ruleset_loader *l = ruleset_loader_new(&options);
	struct ruleset *set = NULL;
	char *yaml = NULL;
	size_t n;
	FILE *f = open_memstream(&yaml, &n);

	for (unsigned int i = 0; i < RULES; i++) {
		fprintf(f, "- rule: R%u\n  desc: d\n  output: o\n  priority: info\n  condition: ", i);
		fprintf(f, condition, 10 + i);
		fputs("\n", f);
	}
	fclose(f);
	ruleset_loader_add_source(l, STR("case"), (struct str){ yaml, n }, STR(""), STR(""));
	assert_int_equal(ruleset_loader_finish(l, &set), 0);
	free(yaml);
	ruleset_loader_free(l);
	return set;
}

static struct matches evaluate_value(struct evaluator *e, struct value value)
{
	struct fake fake = { .value = value };
	struct matches m = { 0 };

	fake.ev.type = evt_type_find(STR("open"));
	fake.ev.arena = arena_new(0, 0);
	eval_every(e, &fake.ev, on_match, &m);
	arena_free(fake.ev.arena);
	return m;
}

static struct matches evaluate(struct evaluator *e, const char *value, size_t n)
{
	return evaluate_value(e, (struct value){ .type = VALUE_STR, .s = { value, n } });
}

static void test_what_exceeds_the_budget_is_undecided(void **state)
{
	struct ruleset *set = load("t.str glob \"*a%1$ua*\"");
	struct evaluator *e = evaluator_new(set);
	char *value = malloc(VALUE);
	struct matches m;

	(void)state;
	memset(value, 'b', VALUE);
	for (unsigned int again = 0; again < 2; again++) {	/* each event has a budget of its own */
		m = evaluate(e, value, VALUE);
		assert_int_equal(m.first, WITHIN);
		assert_int_equal(m.n, 1);
		assert_int_equal(m.decided, 0);
	}
	assert_int_equal(evaluate(e, value, LARGEST).n, 0);
	assert_int_equal(evaluate(e, value, LARGEST + 1).first, RULES - 1);
	free(value);
	evaluator_free(e);
	ruleset_unref(set);
}

static void test_each_comparison_of_each_byte_counts(void **state)
{
	static const struct {
		const char *condition;
		unsigned int times;	/* that a check counts each byte */
	} row[] = {
		{ .condition = "t.str contains anyof (a%1$ua, a%1$ub)", .times = 2 },
		/* One search for four texts or more. */
		{ .condition = "t.str contains anyof (a%1$ua, a%1$ub, a%1$uc, a%1$ud)", .times = 1 },
		{ .condition = "t.str pmatch (/a%1$u)", .times = 1 },
		/* Five states: four characters and the end; and the value itself. */
		{ .condition = "t.str regex \"b%1$ub\"", .times = 6 },
		/* Both halves of the value. */
		{ .condition = "t.any glob \"*a%1$ua*\"", .times = 1 },
	};
	char *text = malloc(VALUE);
	struct value halves[2] = { { .type = VALUE_STR, .s = { text, VALUE / 2 } },
				   { .type = VALUE_STR, .s = { text, VALUE / 2 } } };

	(void)state;
	memset(text, 'b', VALUE);
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct value whole = { .type = VALUE_STR, .s = { text, VALUE } };
		const struct value two = { .type = VALUE_STR, .list = halves, .count = 2 };
		struct ruleset *set = load(row[i].condition);
		struct evaluator *e = evaluator_new(set);
		struct matches m = evaluate_value(e, strstr(row[i].condition, "t.any") ? two : whole);

		if (m.n != 1 || m.decided || m.first != WITHIN / row[i].times)
			fail_msg("%s: %u, the first %u", row[i].condition, m.n, m.first);
		evaluator_free(e);
		ruleset_unref(set);
	}
	free(text);
}

static void test_a_list_counts_the_bytes_of_its_values_and_no_more(void **state)
{
	struct ruleset *set = load("t.any glob \"*a%1$ua*\"");
	struct evaluator *e = evaluator_new(set);
	char *text = calloc(1, VALUE);
	struct value parts[2] = { { .type = VALUE_STR, .s = { text, LARGEST / 3 } },
				  { .type = VALUE_STR, .s = { text, LARGEST - LARGEST / 3 } } };
	const struct value list = { .type = VALUE_STR, .list = parts, .count = 2 };

	(void)state;
	assert_int_equal(evaluate_value(e, list).n, 0);
	parts[0].s.n++;
	assert_int_equal(evaluate_value(e, list).first, RULES - 1);
	free(text);
	evaluator_free(e);
	ruleset_unref(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_exceeds_the_budget_is_undecided),
		cmocka_unit_test(test_each_comparison_of_each_byte_counts),
		cmocka_unit_test(test_a_list_counts_the_bytes_of_its_values_and_no_more),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
