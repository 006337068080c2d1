/* SPDX-License-Identifier: Apache-2.0 */
/* Compares UTF-8 decoding with a table of the bytes of every character. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "lib/text.h"
#include "lib/utf8.h"

static unsigned int encode(uint32_t c, unsigned char *p)
{
	if (c < 0x80) {
		p[0] = (unsigned char)c;
		return 1;
	}
	if (c < 0x800) {
		p[0] = (unsigned char)(0xc0 | c >> 6);
		p[1] = (unsigned char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		p[0] = (unsigned char)(0xe0 | c >> 12);
		p[1] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
		p[2] = (unsigned char)(0x80 | (c & 0x3f));
		return 3;
	}
	p[0] = (unsigned char)(0xf0 | c >> 18);
	p[1] = (unsigned char)(0x80 | (c >> 12 & 0x3f));
	p[2] = (unsigned char)(0x80 | (c >> 6 & 0x3f));
	p[3] = (unsigned char)(0x80 | (c & 0x3f));
	return 4;
}

/* Whether some character is longer than the first @n bytes, and begins with them. */
static unsigned char *begins[4];

static size_t place(const unsigned char *p, unsigned int n)
{
	size_t at = 0;

	for (unsigned int i = 0; i < n; i++)
		at = at << 8 | p[i];
	return at;
}

static int find_beginnings(void **state)
{
	(void)state;
	for (unsigned int n = 1; n < 4; n++) {
		begins[n] = calloc(1, (size_t)1 << 8 * n);
		assert_non_null(begins[n]);
	}
	for (uint32_t c = 0x80; c <= 0x10ffff; c++) {
		unsigned char p[4];
		unsigned int len = encode(c, p);

		for (unsigned int n = 1; (c < 0xd800 || c > 0xdfff) && n < len; n++)
			begins[n][place(p, n)] = 1;
	}
	return 0;
}

static int free_beginnings(void **state)
{
	(void)state;
	for (unsigned int n = 1; n < 4; n++)
		free(begins[n]);
	return 0;
}

static unsigned int twin(const unsigned char *p, unsigned int n)
{
	unsigned int part = 0;

	for (unsigned int i = 1; i <= n && i < 4; i++) {
		if (begins[i][place(p, i)])
			part = i;
	}
	return part ? part : 1;
}

static void test_each_character_is_decoded(void **state)
{
	(void)state;
	for (uint32_t c = 0; c <= 0x10ffff; c++) {
		unsigned char p[4];
		struct str s = { (char *)p, encode(c, p) };
		uint32_t got = 0;

		if (c >= 0xd800 && c <= 0xdfff)
			continue;
		assert_int_equal(utf8_next(s, &got), s.n);
		assert_int_equal(got, c);
		assert_int_equal(utf8_invalid(s), 0);
		for (s.n--; s.n; s.n--) {
			assert_int_equal(utf8_next(s, NULL), 0);
			assert_int_equal(utf8_invalid(s), s.n);
		}
	}
}

/* Bytes on both sides of each border of the table. */
static void test_invalid_parts_are_as_long_as_the_twin_says(void **state)
{
	static const unsigned char edges[] = {
		0x00, 'z', 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0,
		0xe1, 0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xff,
	};
	const unsigned int count = sizeof(edges);
	unsigned char p[4];

	(void)state;
	for (unsigned int i = 0; i < count * count * count * count; i++) {
		unsigned int rest = i;

		for (int k = 0; k < 4; k++, rest /= count)
			p[k] = edges[rest % count];
		for (unsigned int n = 1; n <= 4; n++) {
			struct str s = { (char *)p, n };

			if (utf8_next(s, NULL))
				assert_int_equal(utf8_invalid(s), 0);
			else
				assert_int_equal(utf8_invalid(s), twin(p, n));
		}
	}
}

static void test_the_first_invalid_byte_is_found_wherever_it_is(void **state)
{
	char text[] = "a line of text\xc3\xa9 and more of it";
	const struct str s = { text, sizeof(text) - 1 };

	(void)state;
	assert_int_equal(utf8_bad(s), s.n);
	for (size_t i = 0; i < s.n; i++) {
		char was = text[i];
		size_t bad = was == '\xa9' ? i - 1 : i;

		text[i] = '\xff';
		assert_int_equal(utf8_bad(s), bad);
		assert_int_equal(utf8_bad((struct str){ text, i }), was == '\xa9' ? bad : i);
		text[i] = was;
	}
}

static void test_json_has_one_replacement_for_each_invalid_part(void **state)
{
	static const struct { struct str bytes; const char *json; } cases[] = {
		{ STR("\xff"), "\"\xef\xbf\xbd\"" },
		{ STR("\xe2\x82z"), "\"\xef\xbf\xbdz\"" },
		{ STR("\xe2\x82"), "\"\xef\xbf\xbd\"" },
		{ STR("\xf0\x9f\x98"), "\"\xef\xbf\xbd\"" },
		{ STR("\xc0\xaf"), "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ STR("\xf0\x80\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ STR("\xed\xa0\x80"), "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"" },
		{ STR("a\x80z"), "\"a\xef\xbf\xbdz\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char mem[64];
		struct buf b = BUF_ON(mem);

		buf_json(&b, cases[i].bytes);
		assert_true(str_eq(buf_as_str(&b), str_of(cases[i].json)));
	}
}

static void test_a_text_is_cut_between_characters(void **state)
{
	static const struct { struct str text; size_t max, kept; } cases[] = {
		{ .text = STR(""), .max = 0, .kept = 0 },
		{ .text = STR("abc"), .max = 3, .kept = 3 },
		{ .text = STR("abc"), .max = 9, .kept = 3 },
		{ .text = STR("abc"), .max = 2, .kept = 2 },
		{ .text = STR("abc"), .max = 0, .kept = 0 },
		{ .text = STR("\xc3\xa9z"), .max = 1, .kept = 0 },
		{ .text = STR("\xc3\xa9z"), .max = 2, .kept = 2 },
		{ .text = STR("a\xe2\x82\xac"), .max = 3, .kept = 1 },
		{ .text = STR("a\xf0\x9f\x98\x80z"), .max = 4, .kept = 1 },
		{ .text = STR("a\xf0\x9f\x98\x80z"), .max = 5, .kept = 5 },
		/* no UTF-8: not shortened to nothing */
		{ .text = STR("\x80\x80\x80\x80\x80\x80"), .max = 5, .kept = 5 },
		{ .text = STR("\x80\x80"), .max = 1, .kept = 1 },
		{ .text = STR("\xff\xff\xff"), .max = 2, .kept = 2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(utf8_cut(cases[i].text, cases[i].max), cases[i].kept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_character_is_decoded),
		cmocka_unit_test(test_invalid_parts_are_as_long_as_the_twin_says),
		cmocka_unit_test(test_the_first_invalid_byte_is_found_wherever_it_is),
		cmocka_unit_test(test_json_has_one_replacement_for_each_invalid_part),
		cmocka_unit_test(test_a_text_is_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, find_beginnings, free_beginnings);
}
