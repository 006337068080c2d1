/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests in user space how the prefilter cuts a path as given into names: each function against a
 * second one that takes one byte at a time.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <kunit/test.h>
#include "given.h"

static void test_a_byte_is_found_in_a_word(void **state)
{
	for (unsigned int i = 0; i < 100000; i++) {
		u64 word = rnd() & (i % 2 ? ~0ull : rnd());
		u8 c = i % 3 ? '/' : rnd(), found = 0;

		for (unsigned int k = 0; k < 8; k++) {
			if (rnd() % 4 == 0)
				word = (word & ~(0xffull << 8 * k)) | (u64)(c ^ (rnd() % 2 << 7)) << 8 * k;
		}
		for (unsigned int k = 0; k < 8; k++)
			found |= ((word >> 8 * k & 0xff) == c) << k;
		assert_int_equal(saker_pf_bytes(word, c), found);
	}
}

static void test_zeros_above_the_highest_bit_are_counted(void **state)
{
	for (u32 bits = 0; bits < 256; bits++) {
		u32 zeros = 8;

		while (bits >> (8 - zeros))
			zeros--;
		assert_int_equal(saker_pf_zeros(bits), zeros);
	}
}

static void test_a_slash_is_found_from_any_place(void **state)
{
	struct given o;

	for (unsigned int i = 0; i < 20000; i++) {
		u32 from = rnd() % (TAIL + 2);

		given_random(&o);
		assert_int_equal(saker_pf_slash(o.buf, o.g.end, o.g.len, from), slash_of(&o, from));
	}
}

static void test_two_dots_are_found_anywhere(void **state)
{
	struct given o;
	char path[TAIL];

	for (u32 len = 0; len <= TAIL; len++)
		for (u32 at = 0; at + 1 < len; at++) {
			memset(path, 'a', sizeof(path));
			path[at] = path[at + 1] = '.';
			given_set(&o, path, len, false, false);
			assert_true(saker_pf_two_dots(o.buf, o.g.end, o.g.len));
			path[at + 1] = 'a';
			given_set(&o, path, len, false, false);
			assert_false(saker_pf_two_dots(o.buf, o.g.end, o.g.len));
		}
}

static void test_a_random_path_is_cut_into_names(void **state)
{
	struct given o;

	for (unsigned int i = 0; i < 50000; i++) {
		struct saker_pf_name should;

		given_random(&o);
		saker_pf_given_leaf(&o.g, o.buf);
		should = leaf_of(&o);
		name_is(&o.g.name, &should);
		assert_int_equal(o.g.leaf, should.what);
		assert_int_equal(saker_pf_is_single(&o.g), is_single(&o));
		assert_int_equal(saker_pf_two_dots(o.buf, o.g.end, o.g.len), has_two_dots(&o));
		if (is_single(&o))
			continue;
		saker_pf_given_parent(&o.g, o.buf);
		should = parent_of(&o);
		name_is(&o.g.name, &should);
	}
}

static void test_a_name_is_its_last_sixteen_bytes(void **state)
{
	for (u32 len = 0; len < 40; len++) {
		char bytes[40];
		struct saker_pf_name n, should;
		u64 last = rnd(), before = rnd();

		memset(bytes, 'p', sizeof(bytes));
		should = name_of(bytes, len);
		memcpy(&last, len >= 8 ? bytes : (char *)&last, 8);
		memcpy(&before, len >= 16 ? bytes : (char *)&before, 8);
		if (len && len < 8)
			memcpy((char *)&last + 8 - len, bytes, len);
		if (len > 8 && len < 16)
			memcpy((char *)&before + 16 - len, bytes, len - 8);
		saker_pf_name_set(&n, last, before, len);
		assert_int_equal(n.what, SAKER_PF_NAMED);
		should.what = SAKER_PF_NAMED;
		name_is(&n, &should);
	}
}

/* Is the name the last one, behind a slash, with fewer than 16 bytes? */
static void test_the_last_name_is_known_again(void **state)
{
	struct given o;

	for (unsigned int i = 0; i < 50000; i++) {
		char other[20];
		struct saker_pf_name n;
		u32 slash, len;

		given_random(&o);
		slash = slash_of(&o, 0);
		len = i % 2 && slash < sizeof(other) ? slash : rnd() % sizeof(other);
		memset(other, 'x', sizeof(other));
		if (slash < TAIL && slash <= len)
			memcpy(other + len - slash, o.path + o.len - slash, slash);
		if (len && i % 8 == 0)
			other[rnd() % len] ^= 1;
		n = name_of(other, len);
		assert_int_equal(saker_pf_given_is(&o.g, o.buf, &n),
				 n.what == SAKER_PF_NAMED && len < 16 && slash == len &&
				 !memcmp(other, o.path + o.len - len, len));
		n.what = SAKER_PF_UNKNOWN;
		assert_false(saker_pf_given_is(&o.g, o.buf, &n));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_byte_is_found_in_a_word),
		cmocka_unit_test(test_zeros_above_the_highest_bit_are_counted),
		cmocka_unit_test(test_a_slash_is_found_from_any_place),
		cmocka_unit_test(test_two_dots_are_found_anywhere),
		cmocka_unit_test(test_a_random_path_is_cut_into_names),
		cmocka_unit_test(test_a_name_is_its_last_sixteen_bytes),
		cmocka_unit_test(test_the_last_name_is_known_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
