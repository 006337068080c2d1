/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests warnings that result from comparing checks and rules, as golden text.
 * test-random.c tests that they are never wrong.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "rule/lint.h"
#include "rule/load.h"

/* The warnings of two rules with these conditions, one a line: "line:column code text". */
static char *warnings(const char *first, const char *second)
{
	struct ruleset_loader *l = ruleset_loader_new(NULL);
	const struct diag_list *list = ruleset_loader_diags(l);
	struct ruleset *set = NULL;
	char *file = NULL, *text = NULL;
	size_t n;
	FILE *out = open_memstream(&file, &n);

	fprintf(out, "- {rule: A, desc: d, output: o, priority: info, warn_evttypes: false,\n"
		"condition: '%s'}\n", first);
	if (second)
		fprintf(out, "- {rule: B, desc: d, output: o, priority: info, warn_evttypes: false,\n"
			"condition: '%s'}\n", second);
	fclose(out);
	assert_int_equal(ruleset_loader_add_source(l, STR("a"), str_of(file), STR(""), STR("")), 0);
	if (ruleset_loader_finish(l, &set) < 0)
		fail_msg("%s", file);
	assert_int_equal(ruleset_lint(l), 0);
	out = open_memstream(&text, &n);
	for (uint32_t i = 0; i < list->n; i++) {
		if (str_starts(str_of(list->items[i].code), STR("SAKER_NO_DATA")) ||
		    str_starts(str_of(list->items[i].code), STR("LOAD_")))
			continue;
		fprintf(out, "%u:%u %s " STR_FMT "\n", list->items[i].line, list->items[i].col,
			list->items[i].code, STR_ARG(list->items[i].text));
	}
	fclose(out);
	ruleset_unref(set);
	ruleset_loader_free(l);
	free(file);
	return text;
}

static void test_checks_that_contradict_each_other_give_a_warning(void **state)
{
	static const struct { const char *condition, *want; } cases[] = {
#define NO(at, other)	"2:" at " SAKER_CONTRADICTION no event passes both this and '" other "'\n"
#define FAIL(at, other)	"2:" at " SAKER_CONTRADICTION this excludes every event that passes '" other "'\n"
		{ "proc.name = a and proc.name = b", NO("31", "proc.name = a") },
		{ "proc.name in (a, b) and proc.name in (c, d)", NO("37", "proc.name in (a, b)") },
		{ "proc.name in (a, b) and proc.name in (b, c)", "" },
		{ "proc.name = abc and proc.name startswith b", NO("33", "proc.name = abc") },
		{ "proc.name = abc and proc.name startswith a", "" },
		{ "proc.name endswith .sh and proc.name = a.py", NO("40", "proc.name endswith .sh") },
		{ "proc.name startswith ab and proc.name startswith ac",
		  NO("41", "proc.name startswith ab") },
		{ "proc.name startswith ab and proc.name startswith abc", "" },
		{ "proc.name endswith a and proc.name endswith b", NO("38", "proc.name endswith a") },
		{ "proc.name = a and proc.name != a", NO("31", "proc.name = a") },
		{ "proc.name = a and not proc.name in (a, b)", FAIL("35", "proc.name = a") },
		{ "proc.name in (a, c) and not proc.name in (a, b)", "" },
		{ "proc.name = a and proc.name glob b*", NO("31", "proc.name = a") },
		{ "proc.name = a and proc.name regex [b-z]", NO("31", "proc.name = a") },
		{ "proc.name contains a and not proc.name contains a",
		  FAIL("42", "proc.name contains a") },
		{ "not proc.name exists and proc.name = a", NO("38", "not proc.name exists") },
		{ "proc.pid > 5 and proc.pid < 3", NO("30", "proc.pid > 5") },
		{ "proc.pid > 5 and proc.pid < 5", NO("30", "proc.pid > 5") },
		{ "proc.pid >= 5 and proc.pid <= 5", "" },
		{ "proc.pid > 5 and proc.pid = 5", NO("30", "proc.pid > 5") },
		{ "evt.type = open and evt.type = close",
		  "1:3 SAKER_CONTRADICTION the rule can never match: no event type passes its checks\n"
		  NO("33", "evt.type = open") },
		{ "fd.name = /a and fd.name = /b",
		  "2:30 SAKER_CONTRADICTION no path passes both this and 'fd.name = /a'\n" },
		{ "proc.name = a and (proc.name = b or proc.pname = c)", NO("32", "proc.name = a") },
		{ "proc.name = a or proc.name = b", "" },
		{ "proc.name = a and (proc.pname = b or not proc.name = a)", FAIL("54", "proc.name = a") },
		/* Any of several, either end, another argument: one event can have both. */
		{ "proc.aname = a and proc.aname = b", "" },
		{ "fd.ip = 1.1.1.1 and fd.ip = 1.1.1.2", "" },
		{ "proc.aname[1] = a and proc.aname[2] = b", "" },
		{ "evt.type = open and evt.dir = >", "1:3 SAKER_CONTRADICTION the rule can never match\n" },
#undef NO
#undef FAIL
	};
	unsigned int bad = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *got = warnings(cases[i].condition, NULL);

		if (strcmp(got, cases[i].want)) {
			print_error("%s\n-- want\n%s-- got\n%s", cases[i].condition, cases[i].want, got);
			bad++;
		}
		free(got);
	}
	assert_int_equal(bad, 0);
}

static bool cannot_fire(const char *condition)
{
	struct ruleset_loader *l = ruleset_loader_new(NULL);
	struct ruleset *set = NULL;
	char *file = NULL;
	bool ret;

	assert_true(asprintf(&file, "- {rule: A, desc: d, output: o, priority: info,\n"
			     "condition: '%s'}\n", condition) > 0);
	assert_int_equal(ruleset_loader_add_source(l, STR("a"), str_of(file), STR(""), STR("")), 0);
	assert_int_equal(ruleset_loader_finish(l, &set), 0);
	assert_int_equal(ruleset_lint(l), 0);
	ret = ruleset_loader_summary(l).cannot_fire == 1;
	ruleset_unref(set);
	ruleset_loader_free(l);
	free(file);
	return ret;
}

static void test_rules_whose_condition_never_holds_are_counted(void **state)
{
	static const struct { const char *condition; bool want; } cases[] = {
		{ "evt.type = open and proc.name = a and proc.name = b", true },
		{ "evt.type = open and proc.name = a and (proc.pname = c or proc.name = b)", false },
		{ "evt.type = open and proc.name = a and (proc.name = c or proc.name = b)", true },
		{ "evt.type = open and proc.name = a and (proc.name = c or (proc.pname = d and proc.name = b))",
		  true },
		{ "evt.type = open and (proc.name = a and proc.name = b or proc.name = c)", false },
		{ "evt.type = open and evt.type = close", true },
		{ "evt.type = open and evt.dir = >", true },
		{ "evt.type = close and fs.path.name = /a", true },	/* no data */
		/* The path as given may pass one check and the resolved path the other. */
		{ "evt.type = open and fd.name = /a and fd.name = /b", false },
		{ "evt.type = open and proc.name = a", false },
		{ "evt.type = bind and fd.sport = 22", false },
		{ "evt.type = setns and evt.arg.nstype contains CLONE_NEWNS", false },
		{ "evt.type = unshare and evt.arg.flags contains CLONE_NEWUSER", false },
		{ "evt.type = bpf and evt.arg.cmd = BPF_PROG_LOAD", false },
		{ "evt.type = kill and evt.arg.nstype exists", true },	/* no data */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (cannot_fire(cases[i].condition) != cases[i].want)
			fail_msg("%s", cases[i].condition);
	}
}

static void test_rules_that_never_match_first_are_warned_of(void **state)
{
	static const struct { const char *first, *second; bool shadowed; } cases[] = {
		{ .first = "evt.type = open", .second = "evt.type = open", .shadowed = true },
		{ .first = "evt.type in (open, close)", .second = "evt.type = open and proc.name = a",
		  .shadowed = true },
		{ .first = "evt.type = open", .second = "evt.type in (open, close)", .shadowed = false },
		{ .first = "evt.type = open and proc.name in (a, b)", .second = "evt.type = open and proc.name = b",
		  .shadowed = true },
		{ .first = "evt.type = open and proc.name = a", .second = "evt.type = open and proc.name in (a, b)",
		  .shadowed = false },
		{ .first = "evt.type = open and not proc.name in (a, b)",
		  .second = "evt.type = open and proc.name = c", .shadowed = true },
		{ .first = "evt.type = open and not proc.name in (a, b)",
		  .second = "evt.type = open and proc.name = b", .shadowed = false },
		{ .first = "evt.type = open and not proc.name = a",
		  .second = "evt.type = open and not proc.name in (a, b)", .shadowed = true },
		{ .first = "evt.type = open and not proc.name in (a, b)",
		  .second = "evt.type = open and not proc.name = a", .shadowed = false },
		{ .first = "evt.type = open and proc.name exists",
		  .second = "evt.type = open and proc.name contains x", .shadowed = true },
		{ .first = "evt.type = open and (proc.name = a or proc.name = b)",
		  .second = "evt.type = open and proc.name = b and proc.pname = c", .shadowed = true },
		{ .first = "evt.type = open and proc.name startswith a",
		  .second = "evt.type = open and proc.name in (ab, ac)", .shadowed = true },
		{ .first = "evt.type = open and fd.name startswith /etc",
		  .second = "evt.type = open and fd.name in (/etc/a, /etc/b)", .shadowed = true },
		{ .first = "evt.type = open and fd.name = /a",
		  .second = "evt.type = open and fd.name = /a and fd.num = 1", .shadowed = true },
		/* The path as given may be /a where the resolved one is /b. */
		{ .first = "evt.type = open and not fd.name = /b", .second = "evt.type = open and fd.name = /a",
		  .shadowed = false },
		{ .first = "evt.type = open and proc.aname in (a, b)",
		  .second = "evt.type = open and proc.aname = a", .shadowed = false },
		{ .first = "evt.type = open and (proc.name = a or proc.pname = b)",
		  .second = "evt.type = open and (proc.pname = b or proc.name = a)", .shadowed = true },
		{ .first = "evt.type = open and proc.name = a", .second = "evt.type = open and proc.pname = a",
		  .shadowed = false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *got = warnings(cases[i].first, cases[i].second);

		if (!strstr(got, "3:3 SAKER_SHADOWED the rule never matches first: \"A\" (a:1) is before it "
			    "and matches everything it matches") == cases[i].shadowed)
			fail_msg("%s\n%s\n-- got\n%s", cases[i].first, cases[i].second, got);
		free(got);
	}
}

/* The text, with the number for each #. */
static void put_numbered(FILE *out, const char *text, unsigned int number)
{
	for (; *text; text++) {
		if (*text == '#')
			fprintf(out, "%u", number);
		else
			putc(*text, out);
	}
}

/* 10,001 rules of one shape; the last is the first once more. */
static char *ten_thousand(const char *shape)
{
	char *file = NULL;
	size_t n;
	FILE *out = open_memstream(&file, &n);

	for (unsigned int i = 0; i <= 10000; i++) {
		fprintf(out, "- rule: R%u\n  desc: d\n  output: o\n  priority: info\n"
			"  condition: '", i);
		put_numbered(out, shape, i % 10000);
		fputs("'\n", out);
	}
	fclose(out);
	return file;
}

static double cpu_s(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/*
 * More pairs than are ever compared: comparing all with all would hit the limit, except in shapes
 * of negated checks, where it is hit. A shape takes 0.2 to 0.8 s of processor time in a release
 * build; the limit is for sanitizers on a slow machine.
 */
static void test_ten_thousand_rules_are_compared(void **state)
{
	static const struct { const char *shape; bool stops; } cases[] = {
		{ .shape = "evt.type = open and proc.name = p# and fd.name startswith /etc/d#" },
		{ .shape = "evt.type = open and fd.name startswith /etc/d#/x#" },
		{ .shape = "evt.type = open and (fd.name startswith /a#/ or fd.name contains x#y)" },
		{ .shape = "evt.type = open and proc.name in (a, b, c#) and not proc.pname in (x#, y)" },
		{ .shape = "evt.type in (open, openat) and evt.arg.flags contains O_# and fd.num >= #" },
		{ .shape = "evt.type = execve and proc.cmdline regex \"x#.*y\" and proc.aname in (a#)" },
		{ .shape = "evt.type = open and fd.name glob \"/a#/*\" and proc.name icontains x#" },
		{ .shape = "evt.type = open and not proc.name = p# and not fd.name startswith /d#",
		  .stops = true },
		{ .shape = "evt.type = connect and fd.snet in (\"10.0.0.0/8\") and fd.sport != #",
		  .stops = true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ruleset_loader *l = ruleset_loader_new(NULL);
		const struct diag_list *list = ruleset_loader_diags(l);
		struct ruleset *set = NULL;
		char *file = ten_thousand(cases[i].shape);
		const double begin = cpu_s();
		double took;

		ruleset_loader_add_source(l, STR("a"), str_of(file), STR(""), STR(""));
		assert_int_equal(ruleset_loader_finish(l, &set), 0);
		assert_int_equal(ruleset_lint(l), 0);
		took = cpu_s() - begin;
		if (took > 5)
			fail_msg("%s: %.1f s", cases[i].shape, took);
		assert_int_equal(list->n, 1);
		if (!cases[i].stops)
			assert_true(str_eq(list->items[0].item_name, STR("R10000")));
		assert_true(str_starts(list->items[0].text,
				       cases[i].stops ? STR("too many rules are similar") :
				       STR("the rule never matches first: \"R0\" (a:1) is before it")));
		ruleset_unref(set);
		ruleset_loader_free(l);
		free(file);
	}
}

/* A condition in which two checks that exclude each other have @n others between them. */
static bool is_compared(unsigned int n)
{
	char *condition = NULL, *got;
	size_t size;
	FILE *f = open_memstream(&condition, &size);
	bool warned;

	fputs("evt.type = open and proc.name = a", f);
	for (unsigned int i = 1; i <= n; i++)
		fprintf(f, " and proc.aname[%u] = x", i);
	fputs(" and proc.name = b", f);
	fclose(f);
	got = warnings(condition, NULL);
	warned = strstr(got, "SAKER_CONTRADICTION no event passes both this and 'proc.name = a'");
	free(got);
	free(condition);
	return warned;
}

static void test_64_checks_that_must_hold_together_are_compared(void **state)
{
	(void)state;
	assert_true(is_compared(64 - 3));
	assert_false(is_compared(64 - 2));
}

#define NAMES	100u
#define WIDEST	197u	/* times the name that is compared with all others before it is found: 101 steps */

/* Of one value among NAMES; comparing it with all of them from the last takes 2 + NAMES - @i steps. */
static void put_name(FILE *f, unsigned int i)
{
	fprintf(f, "%sproc.name startswith n%03u", ftell(f) > 0 ? " or " : "", i);
}

/* Two rules of which the second is covered, which takes 1 + 197 * 101 + 51 and @steps comparisons. */
static bool is_covered(unsigned int steps)
{
	char *wide = NULL, *narrow = NULL, *got;
	size_t size;
	FILE *f = open_memstream(&wide, &size);
	bool covered;

	for (unsigned int i = 1; i <= NAMES; i++)
		put_name(f, i);
	fclose(f);
	f = open_memstream(&narrow, &size);
	for (unsigned int i = 0; i < WIDEST; i++)
		put_name(f, 1);
	put_name(f, 2 + NAMES - 51);
	put_name(f, 2 + NAMES - steps);
	fclose(f);
	got = warnings(wide, narrow);
	covered = strstr(got, "SAKER_SHADOWED the rule never matches first: \"A\"");
	free(got);
	free(wide);
	free(narrow);
	return covered;
}

static void test_two_conditions_are_compared_in_20000_steps(void **state)
{
	(void)state;
	assert_true(is_covered(20000 - (1 + WIDEST * (1 + NAMES) + 51)));
	assert_false(is_covered(20001 - (1 + WIDEST * (1 + NAMES) + 51)));
}

/* -- the limit of pairs -- */

#define PLAIN	6325u		/* rules of which no two are alike: 6325 * 6324 / 2 pairs */
#define ALIKE	(20000000u - PLAIN * (PLAIN - 1) / 2 - 1)	/* number of the rule that ends the search */

/* Each rule is compared with all before it, or up to the first that covers it. */
static void put_plain(FILE *out, unsigned int number, unsigned int value)
{
	fprintf(out, "- rule: R%u\n  desc: d\n  output: o\n  priority: info\n"
		"  condition: evt.type = open and not proc.name = p%u\n", number, value);
}

static void test_20_million_pairs_of_rules_are_compared(void **state)
{
	static const char *const texts[] = {
		"the rule never matches first: ", "the rule never matches first: ",
		"too many rules are similar: whether this rule and later ones ever match first",
	};
	struct ruleset_loader *l = ruleset_loader_new(NULL);
	const struct diag_list *list = ruleset_loader_diags(l);
	struct ruleset *set = NULL;
	char *file = NULL;
	size_t n;
	FILE *out = open_memstream(&file, &n);

	(void)state;
	for (unsigned int i = 0; i < PLAIN; i++)
		put_plain(out, i, i);
	put_plain(out, PLAIN, ALIKE);		/* the last of 20,000,000 pairs */
	put_plain(out, PLAIN + 1, 0);		/* begins when there was no pair beyond them, makes one */
	put_plain(out, PLAIN + 2, 0);
	fclose(out);
	ruleset_loader_add_source(l, STR("a"), str_of(file), STR(""), STR(""));
	assert_int_equal(ruleset_loader_finish(l, &set), 0);
	assert_int_equal(ruleset_lint(l), 0);
	assert_int_equal(list->n, 3);
	for (unsigned int i = 0; i < 3; i++) {
		char name[16];

		snprintf(name, sizeof(name), "R%u", PLAIN + i);
		assert_true(str_eq(list->items[i].item_name, str_of(name)));
		assert_true(str_starts(list->items[i].text, str_of(texts[i])));
	}
	ruleset_unref(set);
	ruleset_loader_free(l);
	free(file);
}

/* Whether the last of @words in a list of names is found to be almost list_001, of 1,000 lists. */
static bool finds_list(unsigned int words)
{
	struct ruleset_loader *l = ruleset_loader_new(NULL);
	const struct diag_list *list = ruleset_loader_diags(l);
	struct ruleset *set = NULL;
	bool found = false;
	char *file = NULL;
	size_t n;
	FILE *out = open_memstream(&file, &n);

	for (unsigned int i = 0; i < 1000; i++)
		fprintf(out, "- {list: list_%03u, items: [a]}\n", i);
	fprintf(out, "- {rule: A, desc: d, output: o, priority: info,\n"
		"condition: 'evt.type = open and proc.name in (");
	for (unsigned int i = 1; i < words; i++)
		fprintf(out, "other%u, ", i);
	fprintf(out, "lixt_001)'}\n");
	fclose(out);
	assert_int_equal(ruleset_loader_add_source(l, STR("a"), str_of(file), STR(""), STR("")), 0);
	assert_int_equal(ruleset_loader_finish(l, &set), 0);
	for (uint32_t i = 0; i < list->n; i++)
		found |= str_eq(list->items[i].text, STR("lixt_001 is compared as text; did you "
							 "mean the list list_001?"));
	ruleset_unref(set);
	ruleset_loader_free(l);
	free(file);
	return found;
}

static void test_words_and_lists_are_compared_500000_times(void **state)
{
	(void)state;
	assert_true(finds_list(500));
	assert_false(finds_list(501));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_checks_that_contradict_each_other_give_a_warning),
		cmocka_unit_test(test_rules_whose_condition_never_holds_are_counted),
		cmocka_unit_test(test_rules_that_never_match_first_are_warned_of),
		cmocka_unit_test(test_ten_thousand_rules_are_compared),
		cmocka_unit_test(test_words_and_lists_are_compared_500000_times),
		cmocka_unit_test(test_64_checks_that_must_hold_together_are_compared),
		cmocka_unit_test(test_two_conditions_are_compared_in_20000_steps),
		cmocka_unit_test(test_20_million_pairs_of_rules_are_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
