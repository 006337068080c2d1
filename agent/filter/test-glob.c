/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compares globs with fnmatch(3), whose meaning they have: every pattern of up to five pieces on
 * short texts. A backslash at the end is the one difference: here it is itself.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>
#include "filter/pattern.h"

#define PIECES	5u		/* at most */

struct space {
	const char *const *pieces, *const *texts;
	unsigned int npieces, ntexts, most;
	bool fold;
};

/* The pattern with this number. Return: false if it ends with a backslash that escapes nothing. */
static bool make(const struct space *s, uint32_t number, unsigned int n, char *ret)
{
	unsigned int slashes = 0;
	size_t at = 0;

	for (; n--; number /= s->npieces) {
		const char *piece = s->pieces[number % s->npieces];

		strcpy(ret + at, piece);
		at += strlen(piece);
	}
	ret[at] = '\0';
	while (at && ret[--at] == '\\')
		slashes++;
	return slashes % 2 == 0;
}

static void compare(const struct space *s)
{
	char pattern[PIECES * 16];

	for (unsigned int n = 0, count = 1; n <= s->most; n++, count *= s->npieces) {
		for (uint32_t number = 0; number < count; number++) {
			if (!make(s, number, n, pattern))
				continue;
			for (unsigned int t = 0; t < s->ntexts; t++) {
				bool want = !fnmatch(pattern, s->texts[t], s->fold ? FNM_CASEFOLD : 0);

				if (glob_match(str_of(pattern), str_of(s->texts[t]), s->fold) != want)
					fail_msg("%s %s %s", pattern, want ? "does not match" : "matches", s->texts[t]);
			}
		}
	}
}

static void test_a_glob_matches_what_fnmatch_does(void **state)
{
	static const char *const pieces[] = { "a", "b", "*", "?", "[", "]", "!", "-", "\\", "^" };
	static const char *const texts[] = {
		"", "a", "b", "-", "]", "[", "!", "\\", "^", "*", "ab", "ba", "a-", "aa", "-a", "[a", "a]", "[]",
		"[a]", "\\a", "!a", "aba", "abab", "aaab",
	};
	const struct space space = { pieces, texts, 10, 24, PIECES, false };

	(void)state;
	compare(&space);
}

static void test_a_glob_that_ignores_case_does_so_as_fnmatch(void **state)
{
	static const char *const pieces[] = { "a", "C", "*", "[", "]", "-", "!", "\xc3" };
	static const char *const texts[] = {
		"", "a", "A", "b", "B", "c", "C", "d", "_", "-", "\xc3", "\xe3", "Aa", "bC", "Ca", "[A", "cac",
	};
	const struct space space = { pieces, texts, 8, 17, PIECES, true };

	(void)state;
	compare(&space);
}

static void test_classes_of_characters_are_those_of_fnmatch(void **state)
{
	static const char *const pieces[] = {
		"a", "[", "]", "!", "[:alnum:]", "[:alpha:]", "[:blank:]", "[:cntrl:]", "[:digit:]", "[:graph:]",
		"[:lower:]", "[:print:]", "[:punct:]", "[:space:]", "[:upper:]", "[:xdigit:]", "[:",
		"[:nosuch:]", "[:a1:]", ":]",
	};
	static const char *const texts[] = {
		"a", "g", "z", "A", "0", "9", "_", " ", "\t", "\n", "\x01", "\x7f", "\x80", "\xff", ":", "[", "]", "x",
	};
	struct space space = { pieces, texts, 20, 18, 4, false };

	(void)state;
	compare(&space);
	space.fold = true;
	compare(&space);
}

static void test_what_follows_a_pattern_is_not_read(void **state)
{
	(void)state;
	assert_true(glob_match((struct str){ "a*b", 2 }, STR("ab"), false));
	assert_false(glob_match((struct str){ "abc", 2 }, STR("abc"), false));
	assert_true(glob_match((struct str){ "ab*", 2 }, STR("ab"), false));
	assert_false(glob_match((struct str){ "ab*", 2 }, STR("abc"), false));
	assert_false(glob_match((struct str){ "[a]", 2 }, STR("a"), false));	/* no bracket closes it */
	assert_true(glob_match((struct str){ "[a]", 2 }, STR("[a"), false));
	assert_true(glob_match((struct str){ "a\\*", 2 }, STR("a\\"), false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_glob_matches_what_fnmatch_does),
		cmocka_unit_test(test_a_glob_that_ignores_case_does_so_as_fnmatch),
		cmocka_unit_test(test_classes_of_characters_are_those_of_fnmatch),
		cmocka_unit_test(test_what_follows_a_pattern_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
