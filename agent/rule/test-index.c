/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that the rules of a class are indexed only while all conditions together are small, and
 * that a rule for events without a name is one that can match.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include "rule/index_builder.h"
#include "rule/index_explain.h"
#include "rule/index_leaf.h"
#include "rule/test-load.h"

#define RULES	100u

/* Rules for all events, which are one class; each is found by the name of a process. */
static struct loaded load_names(void)
{
	char *text = NULL;
	size_t n;
	FILE *f = open_memstream(&text, &n);
	struct loaded l;

	for (unsigned int i = 0; i < RULES; i++)
		fprintf(f, R("R%u", "proc.name = p%u"), i, i);
	fclose(f);
	l = load(text, NULL);
	free(text);
	assert_int_equal(l.r, 0);
	assert_int_equal(l.set->nrules, RULES);
	return l;
}

/* Builds the index again, as if all conditions together had so many checks. */
static const struct index *build_with(struct ruleset *set, uint32_t checks)
{
	for (uint32_t i = 0; i < RULES; i++)
		set->rules[i].condition.nleaves = 1;
	set->rules[RULES / 2].condition.nleaves = checks - (RULES - 1);
	index_free(set->index);
	set->index = NULL;
	assert_int_equal(index_new(set), 0);
	return set->index;
}

static void test_rules_of_20_million_checks_are_not_indexed(void **state)
{
	struct loaded l = load_names();
	const struct index *index;

	(void)state;
	index = build_with(l.set, 19999999);
	assert_int_equal(index->nleaves, 1);
	assert_int_equal(index->leaves[0].nprobes, 1);
	assert_int_equal(index->leaves[0].plain, LIST_NONE);
	index = build_with(l.set, 20000000);
	assert_int_equal(index->nleaves, 1);
	assert_int_equal(index->leaves[0].nprobes, 0);
	assert_int_equal(index->lists[index->leaves[0].plain].n, RULES);
	unload(&l);
}

static void test_a_rule_for_types_without_a_name_can_match(void **state)
{
	char *rule = NULL, *text = NULL;
	size_t n;
	FILE *out = open_memstream(&rule, &n);
	struct loaded l;

	(void)state;
	fprintf(out, "- rule: R\n  desc: d\n  output: o\n  priority: info\n  condition: not evt.type in (open");
	for (evt_type_t t = 0; t < EVT_TYPE_COUNT; t++)
		if (evt_type_find(evt_type_name(t)) != EVT_TYPE_NONE)
			fprintf(out, ", " STR_FMT, STR_ARG(evt_type_name(t)));
	fprintf(out, ")\n");
	fclose(out);
	l = load(rule, NULL);
	if (l.r)
		diag_list_print(stderr, ruleset_loader_diags(l.loader));
	assert_int_equal(l.r, 0);
	out = open_memstream(&text, &n);
	index_explain(out, l.set, &l.set->rules[0]);
	fclose(out);
	assert_null(strstr(text, "none"));
	assert_non_null(strstr(text, "event type"));
	unload(&l);
	free(rule);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules_of_20_million_checks_are_not_indexed),
		cmocka_unit_test(test_a_rule_for_types_without_a_name_can_match),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
