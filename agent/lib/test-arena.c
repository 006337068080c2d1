/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that an arena keeps its limit, its alignment and its first chunk. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "lib/arena.h"

static void test_memory_is_zeroed_and_aligned(void **state)
{
	struct arena *arena = arena_new(256, 0);
	unsigned char *first = NULL;
	size_t size, i;

	(void)state;
	assert_non_null(arena);
	for (int round = 0; round < 3; round++) {
		for (size = 0; size < 600; size += 7) {
			unsigned char *p = arena_alloc(arena, size);

			assert_non_null(p);
			first = size ? first : p;
			assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
			for (i = 0; i < size; i++)
				assert_int_equal(p[i], 0);
			memset(p, 0xff, size);
		}
		arena_reset(arena);
		assert_ptr_equal(arena_alloc(arena, 1), first);
		arena_reset(arena);
	}
	arena_free(arena);
	arena_free(NULL);
}

static void test_limit_holds_and_reset_gives_back(void **state)
{
	struct arena *arena = arena_new(128, 1024);
	size_t got = 0;

	(void)state;
	while (arena_alloc(arena, 16))
		got += 16;
	assert_int_equal(got, 1024);
	assert_null(arena_alloc(arena, 1));
	assert_null(arena_alloc(arena, SIZE_MAX));
	arena_reset(arena);
	assert_non_null(arena_alloc(arena, 512));
	assert_null(arena_alloc(arena, 1024));
	arena_free(arena);
}

static void test_steady_use_stays_in_the_first_chunk(void **state)
{
	struct arena *arena = arena_new(4096, 0);
	char *first = arena_alloc(arena, 64);

	(void)state;
	for (int i = 0; i < 100; i++) {
		assert_non_null(arena_alloc(arena, 8192));
		arena_reset(arena);
		assert_ptr_equal(arena_alloc(arena, 64), first);
	}
	arena_free(arena);
}

static void test_strings_end_with_nul_that_does_not_count(void **state)
{
	struct arena *arena = arena_new(0, 0);
	struct str s = arena_str(arena, (struct str){ "abcdef", 3 });

	(void)state;
	assert_int_equal(s.n, 3);
	assert_string_equal(s.p, "abc");
	s = arena_printf(arena, "%s-%d", "x", 42);
	assert_int_equal(s.n, 4);
	assert_string_equal(s.p, "x-42");
	s = arena_str(arena, (struct str){ 0 });
	assert_non_null(s.p);
	assert_int_equal(s.n, 0);
	arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_memory_is_zeroed_and_aligned),
		cmocka_unit_test(test_limit_holds_and_reset_gives_back),
		cmocka_unit_test(test_steady_use_stays_in_the_first_chunk),
		cmocka_unit_test(test_strings_end_with_nul_that_does_not_count),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
