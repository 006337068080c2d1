/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests where a node of a YAML file is, and where a byte of its text is: messages about conditions
 * point there. Whatever breaks a line or takes several bytes is in the tables.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include "rule/yaml.h"

static struct yaml *parse(struct arena *arena, const char *text)
{
	struct yaml_error err = { 0 };
	struct yaml *root = NULL;

	if (yaml_parse(arena, str_of(text), &root, &err) < 0)
		fail_msg("%s: " STR_FMT, text, STR_ARG(err.text));
	return root;
}

/* What the file has at each node, children after their parent. */
static void print(FILE *out, const struct yaml *node, const char *text)
{
	fprintf(out, "<%.*s>", (int)(node->end - node->start), text + node->start);
	for (uint32_t i = 0; i < node->n; i++)
		print(out, node->items[i], text);
}

static void test_a_node_is_where_the_file_has_it(void **state)
{
	static const struct {
		const char *text, *want;
	} row[] = {
		{ .text = "[a, bc]", .want = "<[a, bc]><a><bc>" },
		{ .text = "[[a], {b: c}]", .want = "<[[a], {b: c}]><[a]><a><{b: c}><b><c>" },
		{ .text = "['a''b', \"c\\\"d\"]", .want = "<['a''b', \"c\\\"d\"]><'a''b'><\"c\\\"d\">" },
		{ .text = "[\xc3\xa9, \xe2\x82\xac, \xf0\x9f\x98\x80, a]",
		  .want = "<[\xc3\xa9, \xe2\x82\xac, \xf0\x9f\x98\x80, a]>"
			  "<\xc3\xa9><\xe2\x82\xac><\xf0\x9f\x98\x80><a>" },
		{ .text = "\xef\xbb\xbf[\xc3\xa9,\n\xc3\xa9]", .want = "<[\xc3\xa9,\n\xc3\xa9]><\xc3\xa9><\xc3\xa9>" },
		{ .text = "[a,\nb,\r\nc,\rd,\n\re]", .want = "<[a,\nb,\r\nc,\rd,\n\re]><a><b><c><d><e>" },
		{ .text = "[a,\xc2\x85" "b,\xe2\x80\xa8" "c,\xe2\x80\xa9" "d]",
		  .want = "<[a,\xc2\x85" "b,\xe2\x80\xa8" "c,\xe2\x80\xa9" "d]><a><b><c><d>" },
		{ .text = "[\xc2\x84" "a, \xe2\x80\xaa, \xe2\x81\xa8, b]",
		  .want = NULL },
		{ .text = "[\xe2\x80\xaa, \xe2\x81\xa8, \xc3\x85, b]",
		  .want = "<[\xe2\x80\xaa, \xe2\x81\xa8, \xc3\x85, b]><\xe2\x80\xaa><\xe2\x81\xa8><\xc3\x85><b>" },
		{ .text = "[&x a, *x, b]", .want = "<[&x a, *x, b]><&x a><&x a><b>" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct arena *arena = arena_new(0, 0);
		char *got = NULL;
		size_t n;
		FILE *out = open_memstream(&got, &n);

		if (!row[i].want) {
			struct yaml_error err = { 0 };
			struct yaml *root;

			assert_int_equal(yaml_parse(arena, str_of(row[i].text), &root, &err), -EINVAL);
			assert_int_equal(err.offset, 1);
		} else {
			const struct yaml *root = parse(arena, row[i].text);

			assert_int_equal(root->kind, YAML_LIST);
			print(out, root->items[0], row[i].text);
			fflush(out);
			if (strcmp(got, row[i].want))
				fail_msg("%s\n  want %s\n  got  %s", row[i].text, row[i].want, got);
		}
		fclose(out);
		free(got);
		arena_free(arena);
	}
}

static void test_a_byte_of_a_text_is_found_in_the_file(void **state)
{
	static const struct {
		const char *text;	/* a document that is a text */
		size_t at;		/* in its value */
		const char *rest;	/* of the file */
	} row[] = {
		{ .text = "ab c", .at = 0, .rest = "ab c" },
		{ .text = "ab c", .at = 1, .rest = "b c" },
		{ .text = "ab c", .at = 3, .rest = "c" },
		{ .text = "ab c", .at = 4, .rest = "" },
		{ .text = "ab\n  cd\n", .at = 2, .rest = "cd\n" },
		{ .text = "ab\n  cd\n", .at = 4, .rest = "d\n" },
		{ .text = "ab\t\n\r\n cd\n", .at = 4, .rest = "d\n" },
		{ .text = "'a''b'", .at = 0, .rest = "a''b'" },
		{ .text = "'a''b'", .at = 1, .rest = "''b'" },
		{ .text = "'a''b'", .at = 2, .rest = "b'" },
		{ .text = "'a\\x41'", .at = 2, .rest = "x41'" },
		{ .text = "\"a''b\"", .at = 2, .rest = "'b\"" },
		{ .text = "\"a\\\"b\"", .at = 1, .rest = "\\\"b\"" },
		{ .text = "\"a\\\"b\"", .at = 2, .rest = "b\"" },
		{ .text = "\"a\\x41b\"", .at = 2, .rest = "b\"" },
		{ .text = "\"a\\u0041b\"", .at = 2, .rest = "b\"" },
		{ .text = "\"a\\U00000041b\"", .at = 2, .rest = "b\"" },
		{ .text = "a''b", .at = 2, .rest = "'b" },
		{ .text = "a\\x41", .at = 2, .rest = "x41" },
		{ .text = "|\n  ab\n  cd\n", .at = 0, .rest = "ab\n  cd\n" },
		{ .text = "|\n  ab\n  cd\n", .at = 3, .rest = "cd\n" },
		{ .text = ">\n  ab\n  cd\n", .at = 4, .rest = "d\n" },
		{ .text = "|\n  ab\n\n\n", .at = 2, .rest = "\n\n\n" },
		{ .text = "|\n  'a'\n", .at = 1, .rest = "a'\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct arena *arena = arena_new(0, 0);
		const struct yaml *node = parse(arena, row[i].text)->items[0];
		size_t at = yaml_locate(node, str_of(row[i].text), row[i].at);

		if (strcmp(row[i].text + at, row[i].rest))
			fail_msg("%s: byte %zu is at \"%s\"", row[i].text, row[i].at, row[i].text + at);
		arena_free(arena);
	}
}

static void test_a_place_has_a_line_and_a_column(void **state)
{
	static const char text[] = "ab\n\nc\n";
	static const uint32_t want[][2] = { { 1, 1 }, { 1, 2 }, { 1, 3 }, { 2, 1 }, { 3, 1 }, { 3, 2 }, { 4, 1 } };
	struct arena *arena = arena_new(0, 0);
	struct yaml_lines lines;
	uint32_t line, col;

	(void)state;
	assert_true(yaml_lines_init(&lines, arena, str_of(text)));
	assert_int_equal(lines.n, 4);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		yaml_line(&lines, i, &line, &col);
		assert_int_equal(line, want[i][0]);
		assert_int_equal(col, want[i][1]);
	}
	arena_free(arena);
}

static void test_a_value_is_found_by_its_key(void **state)
{
	struct arena *arena = arena_new(0, 0);
	const struct yaml *map = parse(arena, "{a: x, [b]: y, b: z, c: b}")->items[0];

	(void)state;
	assert_true(str_eq(yaml_get(map, "a")->text, STR("x")));
	assert_true(str_eq(yaml_get(map, "b")->text, STR("z")));
	assert_null(yaml_get(map, "x"));
	assert_null(yaml_get(yaml_get(map, "c"), "b"));
	assert_null(yaml_get(parse(arena, "[a, b]")->items[0], "a"));
	arena_free(arena);
}

static void test_an_error_is_where_it_is_noticed(void **state)
{
	static const struct {
		const char *text, *rest, *why;
	} row[] = {
		{ .text = "[a, *b]", .rest = "*b]", .why = "an alias for an anchor that does not exist" },
		{ .text = "\xc3\xa9: &a [\xc3\xa9, *a]", .rest = "*a]", .why = "an alias inside its own anchor" },
		{ .text = "a: b\n\xc3\xa9: [c\nd: e", .rest = ": e", .why = "not YAML: did not find expected ',' or "
		  "']' while parsing a flow sequence" },
		{ .text = "a: b\n c: d", .rest = ": d", .why = "not YAML: mapping values are not allowed" },
		{ .text = "[a\x01]", .rest = "\x01]", .why = "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct arena *arena = arena_new(0, 0);
		struct yaml_error err = { 0 };
		struct yaml *root;

		assert_int_equal(yaml_parse(arena, str_of(row[i].text), &root, &err), -EINVAL);
		if (strcmp(row[i].text + err.offset, row[i].rest) || !str_starts(err.text, str_of(row[i].why)))
			fail_msg("%s: \"%s\" " STR_FMT, row[i].text, row[i].text + err.offset, STR_ARG(err.text));
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_node_is_where_the_file_has_it),
		cmocka_unit_test(test_a_byte_of_a_text_is_found_in_the_file),
		cmocka_unit_test(test_a_place_has_a_line_and_a_column),
		cmocka_unit_test(test_a_value_is_found_by_its_key),
		cmocka_unit_test(test_an_error_is_where_it_is_noticed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
