/* SPDX-License-Identifier: Apache-2.0 */
/* Tests references to fields by themselves: their arguments, what they need, and each refusal. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "filter/fieldref.h"

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

static struct operand *parse(struct arena *arena, struct str text)
{
	struct filter_error err = { 0 };
	struct operand *op = NULL;

	if (field_ref_parse(arena, text, &op, &err))
		fail_msg(STR_FMT ": " STR_FMT, STR_ARG(text), STR_ARG(err.text));
	return op;
}

static void test_an_argument_is_a_number_where_the_field_takes_one(void **state)
{
	static const struct {
		const char *text, *key;
		bool is_index;
		uint64_t index;
	} row[] = {
		{ "proc.aname[0]", "0", true, 0 }, { "proc.aname[7]", "7", true, 7 },
		{ "proc.aname[1234567890]", "1234567890", true, 1234567890 },
		{ "proc.aname[999999999999999999]", "999999999999999999", true, 999999999999999999 },
		{ "evt.arg[1]", "1", true, 1 }, { "evt.arg.flags", "flags", false, 0 },
		{ "container.mount[1/]", "1/", false, 0 }, { "container.mount[1:]", "1:", false, 0 },
		{ "container.mount[1234567890123456789]", "1234567890123456789", false, 0 },
		{ "container.label[7]", "7", false, 0 }, { "proc.env[7]", "7", true, 7 },
	};
	struct arena *arena = arena_new(0, 0);

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		const struct operand *op = parse(arena, str_of(row[i].text));

		assert_true(op->arg.present);
		assert_true(str_eq(op->arg.key, str_of(row[i].key)));
		if (op->arg.is_index != row[i].is_index || (op->arg.is_index && op->arg.index != row[i].index))
			fail_msg("%s: %d %llu", row[i].text, op->arg.is_index, (unsigned long long)op->arg.index);
	}
	arena_free(arena);
}

static void test_a_transformer_needs_what_its_arguments_need(void **state)
{
	static const char *const row[] = {
		"tolower(proc.env[A])", "concat(proc.name, proc.env[A])", "concat(proc.env[A], proc.name)",
		"concat(proc.env[A], \"a\")", "join(\",\", (proc.name, proc.env[A]))", "tolower(basename(proc.env[A]))",
	};
	struct arena *arena = arena_new(0, 0);

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		const uint64_t needs = operand_needs(parse(arena, str_of(row[i])));

		if (needs != FIELD_NEEDS_ENV)
			fail_msg("%s needs %llx", row[i], (unsigned long long)needs);
	}
	assert_int_equal(operand_needs(parse(arena, STR("concat(proc.env[A], evt.buffer)"))),
			 FIELD_NEEDS_ENV | FIELD_NEEDS_PAYLOAD);
	assert_int_equal(operand_needs(parse(arena, STR("concat(\"a\", proc.name)"))), 0);
	arena_free(arena);
}

static void test_each_refusal_has_its_place(void **state)
{
	static const struct {
		struct str text;
		uint32_t off, len;
		const char *why, *hint;
	} row[] = {
		{ STR_INIT(""), 0, 1, "expecting a field or transformer", NULL },
		{ STR_INIT("1"), 0, 1, "expecting a field or transformer", NULL },
		{ STR_INIT("proc.name x"), 9, 1, "unexpected text after the field", NULL },
		{ STR_INIT("proc.name = a"), 9, 1, "unexpected text after the field", NULL },
		{ STR_INIT("proc.name[1]"), 0, 12, "the field proc.name takes no argument", NULL },
		{ STR_INIT("proc.nam"), 0, 8, "filter_check called with nonexistent field proc.nam",
		  "did you mean proc.name?" },
		{ STR_INIT("tolowr(proc.name)"), 0, 6, "filter_check called with nonexistent field tolowr",
		  "did you mean tolower(...)?" },
		{ STR_INIT("proc.aname[]"), 11, 1, "expecting an argument and ']' after proc.aname[", NULL },
		{ STR_INIT("proc.aname[1"), 11, 1, "expecting an argument and ']' after proc.aname[", NULL },
		{ STR_INIT("proc.aname[\"1]"), 11, 1, "quoted string without an end", NULL },
		{ STR_INIT("proc.env[\"\\x00\"]"), 9, 1, "filter value cannot contain a NUL byte (\\x00)", NULL },
		{ STR_INIT("tolower(5, =)"), 11, 1,
		  "expecting a field, a transformer, a quoted string or a number, not '='", NULL },
		{ STR_INIT("tolower(\"a)"), 8, 1, "quoted string without an end", NULL },
		{ STR_INIT("tolower(\"\\x00\")"), 8, 6, "filter value cannot contain a NUL byte (\\x00)", NULL },
		{ STR_INIT("tolower(5 6)"), 10, 1, "expecting ',' or ')' after an argument", NULL },
		{ STR_INIT("tolower(5)[1]"), 0, 11, "tolower() takes no argument in brackets", NULL },
		{ STR_INIT("getopt(5, 6)[\"]"), 13, 1, "quoted string without an end", NULL },
		{ STR_INIT("val(proc.name)"), 0, 3, "val() is allowed only on the right-hand side", NULL },
	};
	struct arena *arena = arena_new(0, 0);

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct operand unset, *op = &unset;
		struct filter_error err = { 0 };

		assert_int_equal(field_ref_parse(arena, row[i].text, &op, &err), -EINVAL);
		assert_ptr_equal(op, &unset);
		if (err.off != row[i].off || err.len != row[i].len || !str_eq(err.text, str_of(row[i].why)) ||
		    !str_eq(err.hint, str_of(row[i].hint)))
			fail_msg("%s: %u+%u %s (%s)", row[i].text.p, err.off, err.len, err.text.p, err.hint.p);
	}
	arena_free(arena);
}

/* As of a template, in which more follows. */
static void test_nothing_behind_the_text_is_read(void **state)
{
	static const struct { const char *text; uint32_t n; const char *hint; } row[] = {
		{ "tolower(proc.name)", 7, NULL }, { "tolowr(proc.name)", 6, NULL },
		{ "proc.nam(x)", 8, "did you mean proc.name?" }, { "proc.nameless", 8, "did you mean proc.name?" },
	};
	struct arena *arena = arena_new(0, 0);

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct filter_error err = { 0 };
		struct operand *op;

		assert_int_equal(field_ref_parse(arena, (struct str){ row[i].text, row[i].n }, &op, &err), -EINVAL);
		assert_int_equal(err.kind, FILTER_UNKNOWN);
		if (!str_eq(err.hint, str_of(row[i].hint)))
			fail_msg("%.*s: %s", (int)row[i].n, row[i].text, err.hint.p);
	}
	arena_free(arena);
}

static void test_transformers_are_nested_1000_deep(void **state)
{
	(void)state;
	for (uint32_t n = 1000; n <= 1001; n++) {
		struct arena *arena = arena_new(0, 0);
		struct filter_error err = { 0 };
		struct operand *op;
		char *text = NULL;
		size_t size;
		FILE *f = open_memstream(&text, &size);

		for (uint32_t i = 0; i < n; i++)
			fputs("tolower(", f);
		fputs("proc.name", f);
		for (uint32_t i = 0; i < n; i++)
			fputc(')', f);
		fclose(f);
		if (n == 1000) {
			parse(arena, (struct str){ text, size });
		} else {
			assert_int_equal(field_ref_parse(arena, (struct str){ text, size }, &op, &err), -EINVAL);
			assert_int_equal(err.kind, FILTER_LIMIT);
			assert_int_equal(err.off, 1000 * strlen("tolower("));
			assert_int_equal(err.len, 1);
		}
		free(text);
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_argument_is_a_number_where_the_field_takes_one),
		cmocka_unit_test(test_a_transformer_needs_what_its_arguments_need),
		cmocka_unit_test(test_each_refusal_has_its_place),
		cmocka_unit_test(test_nothing_behind_the_text_is_read),
		cmocka_unit_test(test_transformers_are_nested_1000_deep),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
