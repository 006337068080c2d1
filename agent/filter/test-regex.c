/* SPDX-License-Identifier: Apache-2.0 */
/* Proves what a regular expression sees of text that is no UTF-8: U+FFFD for each invalid part. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "filter/regex.h"

static bool matches(const char *pattern, struct str text)
{
	struct arena *arena = arena_new(0, 0);
	const char *why;
	size_t at;
	const struct regex *re = regex_new(arena, str_of(pattern), &why, &at);
	bool r;

	assert_non_null(re);
	r = regex_match(re, text);
	arena_free(arena);
	return r;
}

/* How many characters '.' sees. */
static unsigned int characters(struct str text)
{
	static const char *const dots[] = { "", ".", "..", "...", "....", "....." };
	unsigned int n = 0;

	for (unsigned int i = 0; i < sizeof(dots) / sizeof(dots[0]); i++) {
		if (matches(dots[i], text))
			n = i;
	}
	return n;
}

static void test_an_invalid_part_is_one_character(void **state)
{
	static const struct { struct str text; unsigned int n; } cases[] = {
		{ STR("\xff"), 1 }, { STR("\x80"), 1 }, { STR("\xe9"), 1 },
		{ STR("\xe2\x82z"), 2 }, { STR("\xe2\x82"), 1 }, { STR("\xf0\x9f\x98"), 1 },
		{ STR("\xc0\xaf"), 2 }, { STR("\xf0\x80\x80"), 3 }, { STR("\xed\xa0\x80"), 3 },
		{ STR("\xe2\x82\xe2\x82\xac"), 2 }, { STR("\xf4\x90\x80\x80"), 4 },
		{ STR("a\x7f\x01"), 3 }, { STR("\xc2\x85"), 1 }, { STR("\xef\xbf\xbe"), 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (characters(cases[i].text) != cases[i].n)
			fail_msg("case %zu: %u characters, not %u", i, characters(cases[i].text),
				 cases[i].n);
	}
}

static void test_invalid_parts_match_the_replacement_character(void **state)
{
	(void)state;
	assert_true(matches("trunc.z", STR("trunc\xe2\x82z")));
	assert_false(matches("trunc..z", STR("trunc\xe2\x82z")));
	assert_true(matches("over..z", STR("over\xc0\xafz")));
	assert_true(matches("\xef\xbf\xbd", STR("\xe2\x82")));
	assert_true(matches("[\xef\xbf\xbd]{3}", STR("\xed\xa0\x80")));
	assert_true(matches("a\\x{FFFD}", STR("a\xff")));
	assert_false(matches("\xc3\xbf", STR("\xff")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_invalid_part_is_one_character),
		cmocka_unit_test(test_invalid_parts_match_the_replacement_character),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
