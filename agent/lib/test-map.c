/* SPDX-License-Identifier: Apache-2.0 */
/* Compares the map with a plain array, and SipHash with the vectors of its authors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "lib/map.h"
#include "lib/siphash.h"

#define KEYS	300

static void test_map_agrees_with_an_array(void **state)
{
	const uint64_t key[2] = { 1, 2 };
	void *twin[KEYS] = { NULL };
	uint64_t rnd = 88172645463325252ull;
	size_t count = 0, pos, seen;
	struct map map;

	(void)state;
	map_init(&map, key);
	assert_null(map_get(&map, 1, 1));
	assert_null(map_del(&map, 1, 1));
	for (int i = 0; i < 200000; i++) {
		uint64_t a, b;

		rnd ^= rnd << 13;
		rnd ^= rnd >> 7;
		rnd ^= rnd << 17;
		a = rnd % KEYS;
		b = a % 3;
		if (rnd >> 40 & 1) {
			void *item = &twin[rnd >> 20 & 0xff];

			assert_int_equal(map_put(&map, a, b, item), 0);
			count += !twin[a];
			twin[a] = item;
		} else {
			assert_ptr_equal(map_del(&map, a, b), twin[a]);
			count -= twin[a] != NULL;
			twin[a] = NULL;
		}
		assert_int_equal(map.count, count);
		a = rnd >> 8 & 0xff;
		assert_ptr_equal(map_get(&map, a, a % 3), twin[a]);
	}
	for (pos = 0, seen = 0; map_next(&map, &pos); seen++)
		;
	assert_int_equal(seen, count);
	for (uint64_t a = 0; a < KEYS; a++)
		assert_ptr_equal(map_get(&map, a, a % 3), twin[a]);
	map_uninit(&map);
	assert_int_equal(map.count, 0);		/* as new */
	assert_int_equal(map.mask, 0);
	assert_null(map_get(&map, 1, 1));
	pos = 0;
	assert_null(map_next(&map, &pos));
	assert_int_equal(map_put(&map, 1, 1, twin), 0);
	assert_int_equal(map.count, 1);
	assert_ptr_equal(map_get(&map, 1, 1), twin);
	map_uninit(&map);
}

static void test_at_most_half_of_the_slots_are_used(void **state)
{
	const uint64_t key[2] = { 1, 2 };
	struct map map;

	(void)state;
	map_init(&map, key);
	for (uint64_t i = 1; i <= 65; i++) {
		assert_int_equal(map_put(&map, i, i, &map), 0);
		assert_int_equal(map.mask + 1, i <= 32 ? 64 : i <= 64 ? 128 : 256);
	}
	map_uninit(&map);
}

/* The order of 50 items with this key, as a number. */
static uint64_t order_of(uint64_t first, uint64_t second)
{
	const uint64_t key[2] = { first, second };
	uint64_t order = 0;
	char items[50];
	size_t pos = 0;
	struct map map;

	map_init(&map, key);
	for (size_t i = 0; i < 50; i++)
		assert_int_equal(map_put(&map, i, i, &items[i]), 0);
	for (char *item; (item = map_next(&map, &pos));)
		order = order * 31 + (uint64_t)(item - items);
	map_uninit(&map);
	return order;
}

static void test_the_order_depends_on_both_halves_of_the_key(void **state)
{
	(void)state;
	assert_true(order_of(1, 2) == order_of(1, 2));
	assert_true(order_of(1, 2) != order_of(1, 3));
	assert_true(order_of(1, 2) != order_of(3, 2));
	assert_true(order_of(1, 2) != order_of(2, 1));
}

/* Key 00 01 .. 0f, input 00 01 .. : vectors of the paper. */
static void test_siphash_vectors(void **state)
{
	static const uint64_t key[2] = { 0x0706050403020100ull, 0x0f0e0d0c0b0a0908ull };
	static const struct {
		size_t n;
		uint64_t hash;
	} vectors[] = {
		{ 0, 0x726fdb47dd0e0e31ull },
		{ 1, 0x74f839c593dc67fdull },
		{ 8, 0x93f5f5799a932462ull },
		{ 15, 0xa129ca6149be45e5ull },
	};
	char input[16];

	(void)state;
	for (int i = 0; i < 16; i++)
		input[i] = (char)i;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		assert_true(siphash24(key, (struct str){ input, vectors[i].n }) ==
			    vectors[i].hash);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_map_agrees_with_an_array),
		cmocka_unit_test(test_at_most_half_of_the_slots_are_used),
		cmocka_unit_test(test_the_order_depends_on_both_halves_of_the_key),
		cmocka_unit_test(test_siphash_vectors),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
