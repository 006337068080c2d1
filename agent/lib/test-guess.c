/* SPDX-License-Identifier: Apache-2.0 */
/* Tests how many letters two words differ in, and which of several names is the nearest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "lib/guess.h"

static void test_letters_are_inserted_deleted_replaced_and_swapped(void **state)
{
#define PAIR(a_, b_, distance_)	{ .a = a_, .b = b_, .distance = distance_ }
	static const struct {
		const char *a, *b;
		unsigned int distance;
	} row[] = {
		PAIR("", "", 0), PAIR("", "abc", 3), PAIR("abc", "", 3), PAIR("abc", "abc", 0),
		PAIR("abc", "abcd", 1), PAIR("abcd", "abc", 1), PAIR("abc", "xabc", 1),
		PAIR("abc", "axc", 1), PAIR("ab", "ba", 1), PAIR("abcd", "abdc", 1),
		PAIR("abcd", "badc", 2), PAIR("ab", "cd", 2), PAIR("abcdef", "fabcde", 2),
		PAIR("kitten", "sitting", 3), PAIR("abc", "cab", 2),
	};
#undef PAIR

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		for (unsigned int limit = 0; limit < 9; limit++) {
			unsigned int want = row[i].distance < limit ? row[i].distance : limit;
			unsigned int got = guess_distance(str_of(row[i].a), str_of(row[i].b), limit);

			if (got != want)
				fail_msg("%s, %s, limit %u: %u", row[i].a, row[i].b, limit, got);
		}
	}
}

static void test_words_of_64_letters_are_compared(void **state)
{
	char a[66], b[66];

	(void)state;
	memset(a, 'a', sizeof(a));
	memcpy(b, a, sizeof(a));
	b[1] = 'b';
	assert_int_equal(guess_distance((struct str){ a, 64 }, (struct str){ b, 64 }, 9), 1);
	assert_int_equal(guess_distance((struct str){ a, 65 }, (struct str){ b, 64 }, 9), 9);
	assert_int_equal(guess_distance((struct str){ a, 64 }, (struct str){ b, 65 }, 9), 9);
	assert_int_equal(guess_distance((struct str){ a, 65 }, (struct str){ b, 65 }, 9), 9);
}

static void test_the_nearest_name_is_guessed(void **state)
{
	static const struct {
		const char *wanted, *names[3], *best;
	} row[] = {
		{ .wanted = "fd.nam", .names = { "fd.num", "fd.name", "fd.lip" },
		  .best = "fd.name" },
		{ .wanted = "fd.nam", .names = { "fd.name", "fd.num", "fd.lip" },
		  .best = "fd.name" },
		{ .wanted = "abcdef", .names = { "abxxxf", "abcxxf", "abcdxf" }, .best = "abcdxf" },
		{ .wanted = "abcdef", .names = { "xbcdef", "abcdex", "axcdef" }, .best = "abcdex" },
		{ .wanted = "abcdef", .names = { "abcdxx", "abcdxy", "abxdef" }, .best = "abxdef" },
		/* one letter may always be wrong, */
		{ .wanted = "a", .names = { "b", "c", "bc" }, .best = "b" },
		{ .wanted = "ab", .names = { "cd", "ef", "" } },
		{ .wanted = "abc", .names = { "axy", "xbz", "xyz" } },
		/* and a third of the letters */
		{ .wanted = "abcdef", .names = { "abcxyf", "uvwxyz", "" }, .best = "abcxyf" },
		{ .wanted = "abcdef", .names = { "abwxyf", "uvwxyz", "" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct guess guess = guess_init(str_of(row[i].wanted));

		for (size_t k = 0; k < 3; k++)
			guess_try(&guess, row[i].names[k]);
		if (!guess.best != !row[i].best || (guess.best && strcmp(guess.best, row[i].best)))
			fail_msg("%s: %s", row[i].wanted, guess.best ? guess.best : "none");
	}
}

static void test_only_the_letters_of_a_word_are_compared(void **state)
{
	struct guess guess = guess_init((struct str){ "abcd", 2 });

	(void)state;
	guess_try(&guess, "abx");
	guess_try(&guess, "abc");		/* as near, and right for as long */
	assert_string_equal(guess.best, "abx");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_letters_are_inserted_deleted_replaced_and_swapped),
		cmocka_unit_test(test_words_of_64_letters_are_compared),
		cmocka_unit_test(test_the_nearest_name_is_guessed),
		cmocka_unit_test(test_only_the_letters_of_a_word_are_compared),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
