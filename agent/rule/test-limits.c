/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests limits of rule files: the largest accepted and the smallest refused, so
 * that no limit changes without a failing test. test-hostile.c has files far
 * beyond them.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "lib/arena.h"
#include "rule/load.h"
#include "rule/loader.h"
#include "rule/yaml.h"

/* Return: the text with the format's "%s" replaced by @n of the piece. */
static char *text_of(const char *before, const char *piece, unsigned int n, const char *after)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	fputs(before, f);
	while (n--)
		fputs(piece, f);
	fputs(after, f);
	fclose(f);
	return text;
}

static int parse(const char *text, char *why, size_t room)
{
	struct arena *arena = arena_new(0, 0);
	struct yaml_error err = { 0 };
	struct yaml *ret;
	int r = yaml_parse(arena, str_of(text), &ret, &err);

	snprintf(why, room, STR_FMT, STR_ARG(err.text));
	arena_free(arena);
	return r;
}

static void test_limits_of_yaml(void **state)
{
	static const struct {
		const char *name, *before, *piece;
		unsigned int most;
		const char *after, *after_each;
	} row[] = {
		{ .name = "lists in lists", .before = "", .piece = "[", .most = YAML_DEPTH_MAX, .after = "",
		  .after_each = "]" },
		{ .name = "maps in maps", .before = "", .piece = "{a: ", .most = YAML_DEPTH_MAX, .after = "",
		  .after_each = "}" },
		/* The document and the list are nodes too. */
		{ .name = "items", .before = "[", .piece = "a,", .most = YAML_NODES_MAX - 1, .after = "]",
		  .after_each = "" },
		{ .name = "lists in a list", .before = "[", .piece = "[],", .most = YAML_NODES_MAX - 1,
		  .after = "]", .after_each = "" },
		{ .name = "anchors", .before = "[", .piece = "&x a,", .most = 1000, .after = "]", .after_each = "" },
		{ .name = "aliases", .before = "[&x a,", .piece = "*x,", .most = YAML_NODES_MAX - 2, .after = "]",
		  .after_each = "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		for (unsigned int more = 0; more < 2; more++) {
			unsigned int n = row[i].most + more;
			char *end = text_of("", row[i].after_each, n, row[i].after);
			char *text = text_of(row[i].before, row[i].piece, n, end);
			char why[200];
			int r = parse(text, why, sizeof(why));

			free(text);
			free(end);
			if (r != (more ? -EINVAL : 0))
				fail_msg("%s: %u: %d %s", row[i].name, n, r, why);
			if (more && !strstr(why, "too "))
				fail_msg("%s: %s", row[i].name, why);
		}
	}
}

static void test_a_text_has_64_mib(void **state)
{
	const size_t most = 64 << 20;
	char *text = malloc(most + 2), why[200];

	(void)state;
	memset(text, '#', most + 1);		/* a comment */
	text[most] = '\0';
	assert_int_equal(parse(text, why, sizeof(why)), 0);
	memcpy(text + most, "#", 2);
	assert_int_equal(parse(text, why, sizeof(why)), -EINVAL);
	assert_string_equal(why, "the file is larger than 64 MiB");
	free(text);
}

static void test_an_alias_names_an_anchor_before_it(void **state)
{
	static const struct {
		const char *text;
		int r;
	} row[] = {
		{ .text = "[&a x, *a]", .r = 0 },
		{ .text = "[*a, &a x]", .r = -EINVAL },
		{ .text = "[&a x, *b]", .r = -EINVAL },
		{ .text = "&a [x, *a]", .r = -EINVAL },
		{ .text = "&a [&b [x, *b]]", .r = -EINVAL },
		{ .text = "[&a [x], [*a, *a]]", .r = 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char why[200];

		if (parse(row[i].text, why, sizeof(why)) != row[i].r)
			fail_msg("%s: %s", row[i].text, why);
		if (row[i].r && !why[0])
			fail_msg("%s: refused without a reason", row[i].text);
	}
}

/* Loads a file. Return: whether it is accepted; the first message in @why. */
static bool load(const char *text, char *why, size_t room)
{
	struct ruleset_loader *loader = ruleset_loader_new(NULL);
	struct ruleset *set = NULL;
	char *said = NULL;
	size_t n;
	FILE *out;
	int r = ruleset_loader_add_source(loader, STR("limits"), str_of(text), STR("test"), STR(""));

	if (r == 0)
		r = ruleset_loader_finish(loader, &set);
	out = open_memstream(&said, &n);
	diag_list_print(out, ruleset_loader_diags(loader));
	fclose(out);
	snprintf(why, room, "%s", said);
	free(said);
	ruleset_unref(set);
	ruleset_loader_free(loader);
	return r == 0;
}

/* Of which the loader keeps a copy. */
static void test_a_rule_file_has_64_mib(void **state)
{
	const size_t most = 64 << 20;
	char *text = malloc(most + 2), why[200];

	(void)state;
	memset(text, '#', most + 1);
	text[most] = '\0';
	assert_true(load(text, why, sizeof(why)));
	memcpy(text + most, "#", 2);
	assert_false(load(text, why, sizeof(why)));
	assert_non_null(strstr(why, "limits:1:1: error: the file is larger than 64 MiB"));
	free(text);
}

/* Whether the message is there, and once only. */
static bool once(const char *all, const char *message)
{
	const char *first = strstr(all, message);

	return first && !strstr(first + 1, message);
}

#define RULE(condition)										\
	"- rule: R\n  desc: d\n  output: o\n  priority: info\n  condition: evt.type = open and " condition

static void test_limits_of_conditions(void **state)
{
	static const struct {
		const char *name, *before, *piece;
		unsigned int most;	/* pieces that are accepted */
		const char *after_each, *after, *why;
	} row[] = {
		{ .name = "parentheses", .before = RULE(""), .piece = "(", .most = 1000, .after_each = ")",
		  .after = "proc.name = a", .why = "max depth limit of 1000" },
		{ .name = "transformers", .before = RULE(""), .piece = "tolower(", .most = 1000, .after_each = ")",
		  .after = "proc.name", .why = "limits:5:8034: error: exceeded max depth limit of 1000" },
		/* Of each a tree of three levels; the checks and the and above them are two more. */
		{ .name = "or, and, not", .before = RULE(""), .piece = "proc.name = a or proc.name = a and not (",
		  .most = 666, .after_each = ")", .after = "proc.name = a",
		  .why = "limits:5:51: error: the condition is too deep" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		for (unsigned int more = 0; more < 2; more++) {
			unsigned int n = row[i].most + more;
			bool check = row[i].after_each[0] && strchr(row[i].after, '=') == NULL;
			char *end = text_of(row[i].after, row[i].after_each, n, check ? " = a\n" : "\n");
			char *text = text_of(row[i].before, row[i].piece, n, end);
			static char why[8192];
			bool good = load(text, why, sizeof(why));

			free(text);
			free(end);
			if (good == more || (more && !once(why, row[i].why)))
				fail_msg("%s: %u: %s %.300s", row[i].name, n, good ? "accepted" : "refused", why);
		}
	}
}

/* The depth counts parentheses and transformers in each other, not those in a row. */
static void test_1001_in_a_row_are_accepted(void **state)
{
	static const char *const pieces[] = { "(proc.name = a) or ", "tolower(proc.name) = a or " };
	static char why[8192];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		char *text = text_of(RULE("("), pieces[i], 1000, "(tolower(proc.name) = a))\n");

		if (!load(text, why, sizeof(why)))
			fail_msg("%.300s", why);
		free(text);
	}
}

static void macros_in_macros(FILE *f, unsigned int n)
{
	fputs("- macro: m0\n  condition: proc.name = a\n", f);
	for (unsigned int i = 1; i < n; i++)
		fprintf(f, "- macro: m%u\n  condition: m%u\n", i, i - 1);
	fprintf(f, RULE("m%u\n"), n - 1);
}

/* A macro of 1,800 levels, in three more each. */
static void deep_macro(FILE *f, unsigned int n)
{
	fputs("- macro: deep\n  condition: ", f);
	for (unsigned int i = 0; i < 600; i++)
		fputs("proc.name = a or proc.name = a and not (", f);
	fputs("proc.name = a", f);
	for (unsigned int i = 0; i < 600; i++)
		fputc(')', f);
	fputs("\n" RULE(""), f);
	for (unsigned int i = 0; i < n; i++)
		fputs("proc.name = a or proc.name = a and not (", f);
	fputs("deep", f);
	for (unsigned int i = 0; i < n; i++)
		fputc(')', f);
	fputc('\n', f);
}

static void lists_in_lists(FILE *f, unsigned int n)
{
	fputs("- list: l0\n  items: [a]\n", f);
	for (unsigned int i = 1; i < n; i++)
		fprintf(f, "- list: l%u\n  items: [l%u]\n", i, i - 1);
	fprintf(f, RULE("proc.name in (l%u)\n"), n - 1);
}

/*
 * 4,091 times a list of 1,024 words, and n more: with those of that list itself, and of the words
 * that name it, 4,194,304 - 5 + n.
 */
static void words_of_lists(FILE *f, unsigned int n)
{
	fputs("- list: base\n  items: [", f);
	for (unsigned int i = 0; i < 1024; i++)
		fprintf(f, "%sa", i ? "," : "");
	fputs("]\n- list: all\n  items: [", f);
	for (unsigned int i = 0; i < 4091; i++)
		fprintf(f, "%sbase", i ? "," : "");
	for (unsigned int i = 0; i < n; i++)
		fputs(",a", f);
	fputs("]\n" RULE("proc.name in (all)\n"), f);
}

static void thousand(FILE *f)
{
	fputs("- macro: thousand\n  condition: >\n    proc.name = a", f);
	for (unsigned int i = 1; i < 1000; i++)
		fputs("\n    or proc.name = a", f);
}

/* 199 times a macro of a thousand checks, and n more. */
static void checks(FILE *f, unsigned int n)
{
	thousand(f);
	fputs("\n" RULE("(thousand"), f);
	for (unsigned int i = 1; i < 199; i++)
		fputs(" or thousand", f);
	for (unsigned int i = 0; i < n; i++)
		fputs(" or proc.name = a", f);
	fputs(")\n", f);
}

/* n times a macro of 199,200: 21,562 of them are 183,105 more than 32 bits hold. And a mistake after them. */
static void checks_by_the_billion(FILE *f, unsigned int n)
{
	thousand(f);
	fputs("\n- macro: many\n  condition: thousand", f);
	for (unsigned int i = 1; i < 199; i++)
		fputs(" or thousand", f);
	fputs("\n" RULE("(many"), f);
	for (unsigned int i = 1; i < n; i++)
		fputs(" or many", f);
	fputs(") and nosuch\n", f);
}

/* "not (proc.name in (", then 1,024 bytes each: with the first 2,048 exactly 2 MiB. */
static void exceptions(FILE *f, unsigned int n)
{
	fputs(RULE("proc.name = a\n  exceptions:\n  - name: e\n    fields: proc.name\n    values:\n"), f);
	for (unsigned int i = 0; i < n; i++)
		fprintf(f, "    - %0*u\n", i ? 1022 : 1005, i);
}

/* "not (", then "(proc.name = VALUE)" with " or " between: the same. */
static void tuples_of_exceptions(FILE *f, unsigned int n)
{
	fputs(RULE("proc.name = a\n  exceptions:\n  - name: e\n    fields: [proc.name]\n    values:\n"), f);
	for (unsigned int i = 0; i < n; i++)
		fprintf(f, "    - [%0*u]\n", i ? 1006 : 1005, i);
}

static void test_limits_with_macros_and_lists_in_place(void **state)
{
	static const struct {
		const char *name;
		void (*make)(FILE *f, unsigned int n);
		unsigned int most;
		const char *why;
	} row[] = {
		{ .name = "macros in macros", .make = macros_in_macros, .most = 999, .why = "too deep" },
		{ .name = "a deep macro", .make = deep_macro, .most = 66, .why = "too deep" },
		{ .name = "lists in lists", .make = lists_in_lists, .most = 1000, .why = "too deep" },
		{ .name = "words of lists", .make = words_of_lists, .most = 5, .why = "too large" },
		{ .name = "checks", .make = checks, .most = 798, .why = "too large" },
		{ .name = "exceptions", .make = exceptions, .most = 2049, .why = "the exceptions are too large" },
		{ .name = "tuples of exceptions", .make = tuples_of_exceptions, .most = 2049,
		  .why = "the exceptions are too large" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		for (unsigned int more = 0; more < 2; more++) {
			unsigned int n = row[i].most + more;
			static char why[8192];
			char *text = NULL;
			size_t size;
			FILE *f = open_memstream(&text, &size);
			bool good;

			row[i].make(f, n);
			fclose(f);
			good = load(text, why, sizeof(why));
			free(text);
			if (good == more || (more && !once(why, row[i].why)))
				fail_msg("%s: %u: %s %.300s", row[i].name, n, good ? "accepted" : "refused", why);
		}
	}
}

static void test_a_size_of_more_than_32_bits_is_too_large(void **state)
{
	static char why[8192];
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	(void)state;
	checks_by_the_billion(f, 21562);
	fclose(f);
	assert_false(load(text, why, sizeof(why)));
	free(text);
	if (!once(why, "the condition is too large with its macros expanded") || !once(why, "Undefined macro 'nosuch'"))
		fail_msg("%.300s", why);
}

/* At the greatest depth a list of too many words, of which none are too deep. */
static void test_a_deep_list_that_is_too_large_is_called_large(void **state)
{
	static char why[8192];
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	(void)state;
	fputs("- list: base\n  items: [", f);
	for (unsigned int i = 0; i < 1024; i++)
		fprintf(f, "%sa", i ? "," : "");
	fputs("]\n- list: l0\n  items: [", f);
	for (unsigned int i = 0; i < 4100; i++)
		fprintf(f, "%sbase", i ? "," : "");
	fputs("]\n", f);
	for (unsigned int i = 1; i < 1000; i++)
		fprintf(f, "- list: l%u\n  items: [l%u]\n", i, i - 1);
	fputs(RULE("proc.name in (base) and proc.pname in (l999)\n"), f);
	fclose(f);
	assert_false(load(text, why, sizeof(why)));
	if (!strstr(why, "with the lists it contains this list is too large"))
		fail_msg("%.300s", why);
	free(text);
}

static void test_a_rule_set_takes_512_mib_and_its_loader_as_much(void **state)
{
	const size_t most = (size_t)512 << 20, last = 1u << 20;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct ruleset_loader *l = ruleset_loader_new(NULL);
		struct arena *arena = i ? l->set->arena : l->arena;

		assert_null(arena_alloc(arena, most + 1));
		assert_non_null(arena_alloc(arena, most - last));
		assert_null(arena_alloc(arena, last + 1));
		assert_non_null(arena_alloc(arena, last / 2));
		ruleset_loader_free(l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits_of_yaml),
		cmocka_unit_test(test_a_text_has_64_mib),
		cmocka_unit_test(test_a_rule_file_has_64_mib),
		cmocka_unit_test(test_an_alias_names_an_anchor_before_it),
		cmocka_unit_test(test_limits_of_conditions),
		cmocka_unit_test(test_1001_in_a_row_are_accepted),
		cmocka_unit_test(test_limits_with_macros_and_lists_in_place),
		cmocka_unit_test(test_a_size_of_more_than_32_bits_is_too_large),
		cmocka_unit_test(test_a_deep_list_that_is_too_large_is_called_large),
		cmocka_unit_test(test_a_rule_set_takes_512_mib_and_its_loader_as_much),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
