/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests the limits of the prefilter's tests of events other than opens: what a set, a clause, a
 * condition and a program hold, and that what is beyond excludes nothing.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <sys/socket.h>
#include "rule/test-call.h"

/* The record of a connect may lack the family that the hook saw: such a check excludes nothing. */
static void test_a_check_that_holds_without_a_family_excludes_no_family(void **state)
{
	static const struct { const char *condition; bool excludes; } row[] = {
		{ "evt.type = connect and fd.type = unix", true },
		{ "evt.type = connect and not fd.type exists", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct call *c = calloc(1, sizeof(*c));
		struct ruleset *set = one_rule(row[i].condition);
		struct prefilter *pf;

		assert_int_equal(prefilter_new(&pf, set), 0);
		make_call(c, "connect", 0, 0);
		c->families[0] = c->families[1] = AF_INET;
		assert_int_equal(excludes(prefilter_program(pf), c, false), row[i].excludes);
		prefilter_free(pf);
		ruleset_unref(set);
		free(c);
	}
}

/* Whichever four they are. */
static void test_four_tests_of_a_clause_exclude_and_a_fifth_does_not(void **state)
{
	static const uint64_t flags[] = { 0x20000, 0x4000000, 0x8000000, 0x10000000, 0x20000000 };
	struct ruleset *set = one_rule("evt.type = unshare and evt.arg.flags contains NEWNS and "
				       "evt.arg.flags contains NEWUTS and evt.arg.flags contains NEWIPC and "
				       "evt.arg.flags contains NEWUSER and evt.arg.flags contains NEWPID");
	struct call *c = calloc(1, sizeof(*c));
	struct prefilter *pf;
	unsigned int passed = 0;

	(void)state;
	assert_int_equal(prefilter_new(&pf, set), 0);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		make_call(c, "unshare", 0, 0x3c020000 & ~flags[i]);
		passed += !excludes(prefilter_program(pf), c, true);
	}
	assert_int_equal(passed, 1);
	prefilter_free(pf);
	ruleset_unref(set);
	free(c);
}

/* Nine pairs of one request and one datum: the last two, which are merged, allow each other's. */
static void test_eight_clauses_are_kept_apart(void **state)
{
	char text[1024] = "evt.type = ptrace and (";
	struct call *c = calloc(1, sizeof(*c));
	unsigned int passed = 0;
	struct ruleset *set;
	struct prefilter *pf;

	(void)state;
	for (unsigned int i = 1; i <= 9; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s(evt.rawarg.request = %u and "
			 "evt.rawarg.data = %u)", i > 1 ? " or " : "", i, i);
	strcat(text, ")");
	set = one_rule(text);
	assert_int_equal(prefilter_new(&pf, set), 0);
	for (uint64_t request = 1; request <= 9; request++)
		for (uint64_t data = 1; data <= 9; data++) {
			make_call(c, "ptrace", 0, data);
			c->rec.all.ptrace.request = request;
			passed += !excludes(prefilter_program(pf), c, true);
		}
	assert_int_equal(passed, 9 + 2);
	prefilter_free(pf);
	ruleset_unref(set);
	free(c);
}

static void test_a_set_has_64_values(void **state)
{
	(void)state;
	for (unsigned int n = 64; n <= 65; n++) {
		char text[1024] = "evt.type = ptrace and evt.rawarg.data in (1";
		struct call *c = calloc(1, sizeof(*c));
		struct ruleset *set;
		struct prefilter *pf;

		for (unsigned int i = 2; i <= n; i++)
			snprintf(text + strlen(text), sizeof(text) - strlen(text), ", %u", i);
		strcat(text, ")");
		set = one_rule(text);
		assert_int_equal(prefilter_new(&pf, set), 0);
		make_call(c, "ptrace", 0, 200);
		assert_int_equal(excludes(prefilter_program(pf), c, true), n <= 64);
		prefilter_free(pf);
		ruleset_unref(set);
		free(c);
	}
}

/* Of the others, all calls pass. */
static void test_63_events_have_tests(void **state)
{
	struct ruleset *set = one_rule("evt.failed = true");
	struct prefilter *pf;

	(void)state;
	assert_int_equal(prefilter_new(&pf, set), 0);
	assert_int_equal(prefilter_program(pf)->nevents, 64);		/* with number 0 */
	prefilter_free(pf);
	ruleset_unref(set);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_check_that_holds_without_a_family_excludes_no_family),
		cmocka_unit_test(test_four_tests_of_a_clause_exclude_and_a_fifth_does_not),
		cmocka_unit_test(test_eight_clauses_are_kept_apart),
		cmocka_unit_test(test_a_set_has_64_values),
		cmocka_unit_test(test_63_events_have_tests),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
