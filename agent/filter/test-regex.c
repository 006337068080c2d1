/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests regular expressions: which match, which are refused, and each limit:
 * the last expression accepted and the first refused.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include "filter/regex.h"
#include "lib/buf.h"

#define A8	"aaaaaaaa"
#define A64	A8 A8 A8 A8 A8 A8 A8 A8	/* the longest piece */

static bool match_str(const char *pattern, struct str text)
{
	struct arena *arena = arena_new(0, 0);
	const char *why;
	size_t at;
	const struct regex *re = regex_new(arena, str_of(pattern), &why, &at);
	bool hit;

	if (!re)
		fail_msg("%s: %s", pattern, why);
	hit = regex_match(re, text);
	arena_free(arena);
	return hit;
}

static bool match(const char *pattern, const char *text)
{
	return match_str(pattern, str_of(text));
}

static void test_an_expression_matches_the_whole_text(void **state)
{
	static const struct {
		const char *pattern, *yes[4], *no[4];
	} row[] = {
		{ .pattern = "abc", .yes = { "abc" }, .no = { "ab", "abcd", "xabc", "" } },
		{ .pattern = "", .yes = { "" }, .no = { "a" } },
		{ .pattern = "^a$", .yes = { "a" }, .no = { "", "ab" } },
		{ .pattern = "a^b", .no = { "ab", "a^b" } },
		{ .pattern = "a$b", .no = { "ab", "a$b" } },
		{ .pattern = "(^|x)a($|y)", .yes = { "a", "xa", "ay", "xay" }, .no = { "xxa", "ayy" } },
		{ .pattern = "a|bc|", .yes = { "a", "bc", "" }, .no = { "b", "abc", "ac" } },
		{ .pattern = "(|a)b", .yes = { "b", "ab" }, .no = { "", "a" } },
		{ .pattern = "a$\nb", .yes = { "a\nb" }, .no = { "a", "ab", "a\n" } },
		{ .pattern = "a*b*c", .yes = { "c", "ac", "bc", "abbc" }, .no = { "", "bac" } },
		{ .pattern = "a|(b|(c|d))", .yes = { "a", "b", "c", "d" }, .no = { "", "bc" } },
		{ .pattern = "\\x{fffd}", .yes = { "\xff", "\xef\xbf\xbd" }, .no = { "?" } },
		{ .pattern = "(a|b)c", .yes = { "ac", "bc" }, .no = { "a", "abc", "c" } },
		{ .pattern = "a*", .yes = { "", "a", "aaa" }, .no = { "b", "ab" } },
		{ .pattern = "a+", .yes = { "a", "aaa" }, .no = { "", "b" } },
		{ .pattern = "a?b", .yes = { "b", "ab" }, .no = { "aab", "a" } },
		{ .pattern = "a{2}", .yes = { "aa" }, .no = { "a", "aaa" } },
		{ .pattern = "a{2,}", .yes = { "aa", "aaaaa" }, .no = { "a", "" } },
		{ .pattern = "a{2,3}", .yes = { "aa", "aaa" }, .no = { "a", "aaaa" } },
		{ .pattern = "a{0,1}b{0}", .yes = { "", "a" }, .no = { "b", "aa", "ab" } },
		{ .pattern = "(ab){2}", .yes = { "abab" }, .no = { "ab", "abb", "aabb" } },
		{ .pattern = "a{,2}", .yes = { "a{,2}" }, .no = { "", "a", "aa" } },
		{ .pattern = "a{", .yes = { "a{" }, .no = { "a" } },
		{ .pattern = "a{1", .yes = { "a{1" }, .no = { "a" } },
		{ .pattern = "a{02}", .yes = { "a{02}" }, .no = { "aa" } },
		{ .pattern = "a{2,03}", .yes = { "a{2,03}" }, .no = { "aa" } },
		{ .pattern = "a{0}b{0,1}", .yes = { "", "b" }, .no = { "a" } },
		{ .pattern = "a{1234567890}", .yes = { "a{1234567890}" }, .no = { "a" } },
		{ .pattern = "a{1,1234567890}", .yes = { "a{1,1234567890}" }, .no = { "a" } },
		{ .pattern = ".", .yes = { "a", "\xc3\xa9", "\xff", "\xe2\x82" }, .no = { "\n", "", "ab" } },
		{ .pattern = "..", .yes = { "\xff\xff", "\xe2\x82z", "\xe2\xff" },
		  .no = { "\xe2\x82", "\xf0\x9f\x98" } },
		{ .pattern = "\\x41\\x{1F600}\\x{e9}", .yes = { "A\xf0\x9f\x98\x80\xc3\xa9" },
		  .no = { "A\xf0\x9f\x98\x80", "A" } },
		{ .pattern = "\\xaF\\x{10ffff}", .yes = { "\xc2\xaf\xf4\x8f\xbf\xbf" } },
		{ .pattern = "\\a\\f\\n\\r\\t\\v", .yes = { "\a\f\n\r\t\v" } },
		{ .pattern = "\\101\\0122\\177", .yes = { "A\n2\x7f" }, .no = { "A\n2", "A\x0b\x7f" } },
		{ .pattern = "[\\060-\\071]", .yes = { "0", "5", "9" }, .no = { "/", ":", "6-" } },
		{ .pattern = "\\.\\*\\\\\\(\\[", .yes = { ".*\\([" }, .no = { "a*\\([" } },
		{ .pattern = "[abc]", .yes = { "a", "b", "c" }, .no = { "d", "", "ab" } },
		{ .pattern = "[ac]", .yes = { "a", "c" }, .no = { "b" } },
		{ .pattern = "[^a-\\x{10fffe}]", .yes = { "`", "\xf4\x8f\xbf\xbf" },
		  .no = { "a", "\xf4\x8f\xbf\xbe" } },
		{ .pattern = "[^abc]", .yes = { "d", "\xc3\xa9", "\n", "\xff" }, .no = { "a", "b", "c" } },
		{ .pattern = "[a-cx-z]", .yes = { "a", "c", "x", "z" }, .no = { "d", "w", "-" } },
		{ .pattern = "[^a-cb-e]", .yes = { "f", "`" }, .no = { "a", "c", "d", "e" } },
		{ .pattern = "[]a-]", .yes = { "]", "a", "-" }, .no = { "b" } },
		{ .pattern = "[^]]", .yes = { "a" }, .no = { "]" } },
		{ .pattern = "[-a]", .yes = { "-", "a" }, .no = { "b" } },
		{ .pattern = "[\\x41\\]]", .yes = { "A", "]" }, .no = { "\\", "x" } },
		{ .pattern = "[\xc3\xa9-\xc3\xab]", .yes = { "\xc3\xa9", "\xc3\xaa", "\xc3\xab" },
		  .no = { "\xc3\xa8", "\xc3\xac" } },
		{ .pattern = "[[:]", .yes = { "[", ":" }, .no = { "]" } },
		{ .pattern = "[a:b:]", .yes = { "a", "b", ":" }, .no = { "" } },
		{ .pattern = "[[a:]", .yes = { "[", "a", ":" }, .no = { "]" } },
		{ .pattern = "[[:digit:]a]+", .yes = { "0a9", "9" }, .no = { "b", "" } },
		{ .pattern = "[[:^digit:]]", .yes = { "a", "\xc3\xa9", "/", ":" }, .no = { "0", "9" } },
		{ .pattern = "[[:word:]]", .yes = { "a", "Z", "0", "_" }, .no = { "-", "\xc3\xa9" } },
		{ .pattern = "[^[:alnum:]]", .yes = { "_", "\xc3\xa9" }, .no = { "a", "0" } },
		{ .pattern = "[[:ascii:]]", .yes = { "\x7f", "\x01", "a" }, .no = { "\xc2\x80", "\xff" } },
		{ .pattern = "[[:xdigit:][:upper:]]", .yes = { "f", "F", "G" }, .no = { "g" } },
		{ .pattern = "[[:blank:]][[:space:]]", .yes = { " \n", "\t\v" }, .no = { "\n ", "  x" } },
		{ .pattern = "[[:cntrl:]][[:punct:]][[:lower:]]", .yes = { "\x1b~z" }, .no = { "a~z", "\x1bzz" } },
		{ .pattern = "[[:graph:]][[:print:]]", .yes = { "! ", "~~" }, .no = { "  ", "!\n" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		for (int k = 0; k < 4; k++) {
			if (row[i].yes[k] && !match(row[i].pattern, row[i].yes[k]))
				fail_msg("%s does not match '%s'", row[i].pattern, row[i].yes[k]);
			if (row[i].no[k] && match(row[i].pattern, row[i].no[k]))
				fail_msg("%s matches '%s'", row[i].pattern, row[i].no[k]);
		}
	}
}

static void test_a_nul_is_a_character(void **state)
{
	static const struct {
		const char *pattern;
		bool yes;
	} row[] = {
		{ .pattern = ".", .yes = true }, { .pattern = "\\0", .yes = true },
		{ .pattern = "[^a]", .yes = true }, { .pattern = "[[:ascii:]]", .yes = true },
		{ .pattern = "[[:cntrl:]]", .yes = true }, { .pattern = "[[:^print:]]", .yes = true },
		{ .pattern = "[[:word:]]", .yes = false }, { .pattern = "[[:^cntrl:]]", .yes = false },
		{ .pattern = "", .yes = false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (match_str(row[i].pattern, (struct str){ "\0", 1 }) != row[i].yes)
			fail_msg("%s", row[i].pattern);
	}
}

static void test_nothing_behind_a_text_is_read(void **state)
{
	(void)state;
	assert_true(match_str("a.", (struct str){ "a\xe2\x82\xac", 3 }));	/* a character that is cut off */
	assert_true(match_str("a$", (struct str){ "a\nb", 1 }));
	assert_false(match_str("a\nb", (struct str){ "a\nb", 2 }));
}

/* The same piece n times between two others. */
static char *repeated(const char *before, const char *piece, unsigned int n, const char *after)
{
	size_t size = strlen(before) + strlen(piece) * n + strlen(after) + 1;
	struct buf b;

	b = (struct buf){ .p = malloc(size), .size = size };
	buf_text(&b, before);
	while (n--)
		buf_text(&b, piece);
	buf_text(&b, after);
	b.p[b.n] = '\0';
	return b.p;
}

/* Return: the error, NULL if there is none. */
static const char *refusal(const char *pattern)
{
	struct arena *arena = arena_new(0, 0);
	const char *why = NULL;
	size_t at = 0;
	const struct regex *re = regex_new(arena, str_of(pattern), &why, &at);

	assert_int_equal(!re, !!why);
	assert_true(at <= strlen(pattern));
	arena_free(arena);
	return why;
}

static void test_each_limit_has_its_place(void **state)
{
	static const struct {
		const char *name, *before, *piece;
		unsigned int most;	/* pieces that are accepted; one more is not */
		const char *after, *after_more, *why;
	} row[] = {
		{ .name = "nested", .before = "", .piece = "(", .most = 250, .after = ")",
		  .why = "it is nested too deeply" },
		{ .name = "states", .before = "", .piece = "a", .most = 4095, .after = "", .why = "it is too large" },
		{ .name = "groups in a row", .before = "", .piece = "a(b)", .most = 2047, .after = "",
		  .why = "it is too large" },
		{ .name = "states of a repetition", .before = "(", .piece = "aaaa", .most = 40, .after = "){25}",
		  .why = "it is too large" },
		{ .name = "states of a repetition, all but one", .before = "(", .piece = "a", .most = 7,
		  .after = "){512}", .why = "it is too large" },
		{ .name = "states of a loop", .before = "(", .piece = "a", .most = 4094, .after = ")*",
		  .why = "it is too large" },
		{ .name = "parts of a class", .before = "[", .piece = "a", .most = 256, .after = "]",
		  .why = "a class has too many parts" },
		{ .name = "parts of a class by names", .before = "[[:xdigit:]", .piece = "a", .most = 253,
		  .after = "]", .why = "a class has too many parts" },
		{ .name = "parts of a class beyond ASCII", .before = "[", .piece = "\xf0\x9f\x98\x80", .most = 256,
		  .after = "]", .why = "a class has too many parts" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		bool nested = row[i].piece[0] == '(';
		const char *why;

		for (unsigned int more = 0; more < 2; more++) {
			unsigned int n = row[i].most + more;
			char *end = nested ? repeated("", row[i].after, n, "") : NULL;
			char *pattern = repeated(row[i].before, row[i].piece, n, end ? end : row[i].after);

			why = refusal(pattern);
			if (more ? !why || strcmp(why, row[i].why) : !!why)
				fail_msg("%s: %u: %s", row[i].name, n, why ? why : "accepted");
			free(pattern);
			free(end);
		}
	}
}

static void test_repetitions_have_a_limit(void **state)
{
	static const struct {
		const char *yes, *no;
	} row[] = {
		{ .yes = "a{1000}", .no = "a{1001}" },
		{ .yes = "a{0,1000}", .no = "a{0,1001}" },
		{ .yes = "a{1000,}", .no = "a{1001,}" },
		{ .yes = "a{3,3}", .no = "a{3,2}" },
		{ .yes = "a{1234567890}", .no = "a{123456789}" },
		{ .yes = "(a{10}){100}", .no = "(a{10}){101}" },
		{ .yes = "((a{10}){10}){10}", .no = "((a{10}){10}){11}" },
		{ .yes = "(a{1}){1000}", .no = "(a{2}){501}" },
		{ .yes = "(a{0,1}){1000}", .no = "(a{0,2}){501}" },
		{ .yes = "(a{1000})*", .no = "(a{1000}){2}" },
		{ .yes = "(b|a{500}){2}", .no = "(b|a{500}){3}" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (refusal(row[i].yes))
			fail_msg("%s: %s", row[i].yes, refusal(row[i].yes));
		if (!refusal(row[i].no) || strcmp(refusal(row[i].no), "invalid number of repetitions"))
			fail_msg("%s: %s", row[i].no, refusal(row[i].no) ? refusal(row[i].no) : "accepted");
	}
}

static void test_the_length_has_a_limit(void **state)
{
	const unsigned int zeros = 65535 - 6;
	char *pattern;

	(void)state;
	/* One character, so the length is the limit that is met first. */
	pattern = repeated("\\x{", "0", zeros, "41}");
	assert_null(refusal(pattern));
	free(pattern);
	pattern = repeated("\\x{", "0", zeros + 1, "41}");
	assert_string_equal(refusal(pattern), "it is too large");
	free(pattern);
}

static void test_what_is_no_expression_is_refused(void **state)
{
	static const char *const row[] = {
		"(", ")", "a)", "[", "[a", "[a-", "*", "+a", "?", "a|*", "(*)", "{2}", "a**{2,1}", "\\", "[\\",
		"\\x", "\\x4", "\\xg0", "\\x{", "\\x{}", "\\x{41", "\\x{110000}", "\\x{g}", "\\1", "\\18", "\\9", "\\d",
		"\\pL", "[b-a]", "[a-b-c]", "[[:foo:]]", "[[:]:]", "\xff", "[\xe2\x82]", "(?:a)", "a\xc3",
		"\\\x80", "\\\xc3\xa9",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (!refusal(row[i]))
			fail_msg("%s is accepted", row[i]);
	}
}

static void test_a_piece_is_in_every_text_that_matches(void **state)
{
	static const struct {
		const char *pattern, *piece;
	} row[] = {
		{ .pattern = "abc", .piece = "abc" },
		{ .pattern = ".*abc.*", .piece = "abc" },
		{ .pattern = "ab.*cde", .piece = "cde" },
		{ .pattern = "abc|abd", .piece = "" },
		{ .pattern = "(abc)?d", .piece = "d" },
		{ .pattern = "x(abc)+", .piece = "x" },
		{ .pattern = "a[bc]d", .piece = "a" },
		{ .pattern = "a\xc3\xa9zz", .piece = "zz" },
		{ .pattern = "[[:digit:]]*", .piece = "" },
		{ .pattern = A64 "b", .piece = A64 },
		{ .pattern = ".*" A64, .piece = A64 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct arena *arena = arena_new(0, 0);
		const char *why;
		size_t at;
		const struct regex *re = regex_new(arena, str_of(row[i].pattern), &why, &at);
		struct str piece = regex_piece(re);

		if (!str_eq(piece, str_of(row[i].piece)))
			fail_msg("%s: '" STR_FMT "'", row[i].pattern, STR_ARG(piece));
		arena_free(arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_expression_matches_the_whole_text),
		cmocka_unit_test(test_a_nul_is_a_character),
		cmocka_unit_test(test_nothing_behind_a_text_is_read),
		cmocka_unit_test(test_each_limit_has_its_place),
		cmocka_unit_test(test_repetitions_have_a_limit),
		cmocka_unit_test(test_the_length_has_a_limit),
		cmocka_unit_test(test_what_is_no_expression_is_refused),
		cmocka_unit_test(test_a_piece_is_in_every_text_that_matches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
