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

static struct ruleset *load(struct ruleset_loader *l)
{
	struct ruleset *set = NULL;
	char *yaml = NULL;
	size_t n;
	FILE *f = open_memstream(&yaml, &n);

	for (unsigned int i = 0; i < RULES; i++)
		fprintf(f, "- rule: R%u\n  desc: d\n  output: o\n  priority: info\n"
			"  condition: t.str glob \"*a%ua*\"\n", i, i);
	fclose(f);
	ruleset_loader_add_source(l, STR("case"), (struct str){ yaml, n }, STR(""), STR(""));
	assert_int_equal(ruleset_loader_finish(l, &set), 0);
	free(yaml);
	return set;
}

static struct matches evaluate(struct evaluator *e, const char *value, size_t n)
{
	struct fake fake = { .value = { .type = VALUE_STR, .s = { value, n } } };
	struct matches m = { 0 };

	fake.ev.type = evt_type_find(STR("open"));
	fake.ev.arena = arena_new(0, 0);
	eval_every(e, &fake.ev, on_match, &m);
	arena_free(fake.ev.arena);
	return m;
}

static void test_what_exceeds_the_budget_is_undecided(void **state)
{
	const struct field_set names = { fields, 1 };
	const struct rules_options options = { .fields = &names };
	struct ruleset_loader *l = ruleset_loader_new(&options);
	struct ruleset *set = load(l);
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
	ruleset_loader_free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_exceeds_the_budget_is_undecided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
