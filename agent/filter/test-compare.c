/* SPDX-License-Identifier: Apache-2.0 */
/* Tests how values are compared: numbers of all types by value, addresses by every byte, paths by component. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "filter/constant.h"
#include "filter/pattern.h"
#include "lib/arena.h"

#define S64(n)		{ .type = VALUE_S64, .i = (n) }
#define U64(n)		{ .type = VALUE_U64, .u = (n) }
#define TIME(n)		{ .type = VALUE_ABSTIME, .i = (n) }
#define SPAN(n)		{ .type = VALUE_RELTIME, .i = (n) }
#define DOUBLE(n)	{ .type = VALUE_DOUBLE, .d = (n) }

static void compare(const struct value *a, const struct value *b, int order)
{
	const struct { enum op op; bool holds; } row[] = {
		{ OP_EQ, order == 0 }, { OP_IN, order == 0 }, { OP_INTERSECTS, order == 0 },
		{ OP_NE, order != 0 }, { OP_LT, order < 0 }, { OP_LE, order <= 0 }, { OP_GT, order > 0 },
		{ OP_GE, order >= 0 }, { OP_EXISTS, false },
	};

	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (value_compare(row[i].op, a, b) != row[i].holds)
			fail_msg("operator %d, order %d, types %d and %d", row[i].op, order, a->type, b->type);
	}
}

static void test_numbers_of_all_types_are_compared_by_value(void **state)
{
	static const struct { int place; struct value v; } row[] = {	/* equal ones have the same place */
		{ 0, S64(INT64_MIN) }, { 0, TIME(INT64_MIN) }, { 0, DOUBLE(-0x1p63) },
		{ 1, S64(-6) }, { 1, SPAN(-6) }, { 1, DOUBLE(-6) },
		{ 2, S64(-5) }, { 2, TIME(-5) },
		{ 3, S64(0) }, { 3, U64(0) }, { 3, DOUBLE(0) },
		{ 4, DOUBLE(0.5) },
		{ 5, S64(5) }, { 5, U64(5) }, { 5, DOUBLE(5) }, { 5, TIME(5) }, { 5, SPAN(5) },
		{ 6, S64(6) }, { 6, U64(6) },
		{ 7, U64(1ull << 63) }, { 7, DOUBLE(0x1p63) },
		{ 8, U64(UINT64_MAX - 4095) }, { 8, DOUBLE(0x1p64 - 4096) },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		for (size_t k = 0; k < sizeof(row) / sizeof(row[0]); k++)
			compare(&row[i].v, &row[k].v, row[i].place - row[k].place);
}

static void test_texts_are_compared_by_byte(void **state)
{
	static const char *const texts[] = { "", "A", "Ab", "a", "ab", "b", "\xff" };

	(void)state;
	for (int i = 0; i < 7; i++) {
		for (int k = 0; k < 7; k++) {
			const struct value a = { .type = VALUE_STR, .s = str_of(texts[i]) };
			const struct value b = { .type = VALUE_STR, .s = str_of(texts[k]) };

			compare(&a, &b, i - k);
		}
	}
}

static void test_an_address_is_compared_with_every_byte(void **state)
{
	(void)state;
	for (uint8_t family = 4; family <= 6; family += 2) {
		for (unsigned int i = 0; i < (family == 4 ? 4u : 16u); i++) {
			struct value a = { .type = VALUE_IP, .ip = { .family = family } }, b = a, net;

			memset(a.ip.b, 7, family == 4 ? 4 : 16);
			b = a;
			assert_true(value_compare(OP_EQ, &a, &b));
			b.ip.b[i] ^= 1;
			assert_false(value_compare(OP_EQ, &a, &b));
			assert_true(value_compare(OP_NE, &a, &b));
			/* The networks that differ in this bit, and up to it. */
			net = b;
			net.type = VALUE_NET;
			net.ip.prefix = (uint8_t)(8 * i + 8);
			assert_false(value_compare(OP_EQ, &a, &net));
			assert_true(value_compare(OP_NE, &a, &net));
			assert_true(value_compare(OP_EQ, &b, &net));
			net.ip.prefix--;
			assert_true(value_compare(OP_EQ, &a, &net));
			assert_false(value_compare(OP_NE, &a, &net));
		}
	}
}

static void test_truths_are_equal_or_not(void **state)
{
	const struct value yes = { .type = VALUE_BOOL, .u = 1 }, no = { .type = VALUE_BOOL, .u = 0 };

	(void)state;
	assert_true(value_compare(OP_EQ, &yes, &yes));
	assert_true(value_compare(OP_EQ, &no, &no));
	assert_false(value_compare(OP_EQ, &yes, &no));
}

static void test_addresses_of_two_versions_differ(void **state)
{
	const struct value a = { .type = VALUE_IP, .ip = { .family = 4 } };
	const struct value b = { .type = VALUE_IP, .ip = { .family = 6 } };

	(void)state;
	assert_false(value_compare(OP_EQ, &a, &b));
}

static void test_a_value_is_found_among_constants_if_it_is_equal(void **state)
{
	static const struct value constants[] = {
		{ .type = VALUE_IP, .ip = { .family = 4, .b = { 10, 0, 0, 1 } } },
		{ .type = VALUE_IP, .ip = { .family = 6, .b = { [15] = 1 } } },
		{ .type = VALUE_NET, .ip = { .family = 4, .prefix = 8, .b = { 10 } } },
		U64(0x0102030405060708), S64(-1), { .type = VALUE_STR, .s = STR_INIT("text") },
	};
	static const struct value others[] = {
		{ .type = VALUE_IP, .ip = { .family = 6, .b = { 10, 0, 0, 1 } } },
		{ .type = VALUE_IP, .ip = { .family = 6, .b = { [15] = 2 } } },
		{ .type = VALUE_NET, .ip = { .family = 4, .prefix = 9, .b = { 10 } } },
		{ .type = VALUE_NET, .ip = { .family = 4, .prefix = 1, .b = { 10, 0, 0, 1 } } },
		U64(0x0202030405060708), U64(0x0102030405060709), S64(1),
		{ .type = VALUE_STR, .s = STR_INIT("texts") },
	};
	unsigned char rooms[sizeof(constants) / sizeof(constants[0])][20];
	struct dict dict = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++)
		assert_int_equal(dict_add(&dict, value_key(&constants[i], rooms[i])), i + 1);
	for (size_t i = 0; i < sizeof(constants) / sizeof(constants[0]); i++) {
		struct value v = constants[i];
		unsigned char room[20];

		if (v.type != VALUE_STR)
			assert_int_equal(value_key(&v, room).n, v.type == VALUE_IP || v.type == VALUE_NET ? 18 : 8);
		if (v.type == VALUE_IP)
			v.ip.prefix = 7;		/* has none */
		assert_int_equal(value_symbol(&dict, &v), i + 1);
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(value_symbol(&dict, &others[i]), 0);
	dict_uninit(&dict);
}

static void test_a_text_contains_a_part(void **state)
{
#define PART(text_, part_, plain_, folded_) \
	{ .text = text_, .part = part_, .plain = plain_, .folded = folded_ }
	static const struct { const char *text, *part; bool plain, folded; } row[] = {
		PART("", "", true, true), PART("a", "", true, true), PART("", "a", false, false),
		PART("abc", "a", true, true), PART("abc", "c", true, true),
		PART("abc", "abc", true, true), PART("abc", "abcd", false, false),
		PART("abc", "bd", false, false), PART("aab", "ab", true, true),
		PART("ABC", "bc", false, true), PART("abc", "BC", false, true),
		PART("aZ", "z", false, true), PART("aA", "a", true, true),
		PART("[a", "{a", false, false), PART("@", "`", false, false),
		PART("\xc3", "\xe3", false, false),
	};
#undef PART

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct str text = str_of(row[i].text), part = str_of(row[i].part);
		const struct value a = { .type = VALUE_STR, .s = text }, b = { .type = VALUE_STR, .s = part };

		if (str_contains(text, part) != row[i].plain || str_icontains(text, part) != row[i].folded)
			fail_msg("%s, %s", row[i].text, row[i].part);
		assert_int_equal(value_compare(OP_CONTAINS, &a, &b), row[i].plain);
		assert_int_equal(value_compare(OP_BCONTAINS, &a, &b), row[i].plain);
		assert_int_equal(value_compare(OP_ICONTAINS, &a, &b), row[i].folded);
	}
}

static void test_each_operator_on_text_is_its_own(void **state)
{
#define CHECK(op_, text_, part_, holds_) \
	{ .op = OP_##op_, .text = text_, .part = part_, .holds = holds_ }
	static const struct { enum op op; const char *text, *part; bool holds; } row[] = {
		CHECK(STARTSWITH, "abc", "ab", true), CHECK(STARTSWITH, "abc", "bc", false),
		CHECK(BSTARTSWITH, "abc", "ab", true), CHECK(BSTARTSWITH, "abc", "bc", false),
		CHECK(ENDSWITH, "abc", "bc", true), CHECK(ENDSWITH, "abc", "ab", false),
		CHECK(GLOB, "abc", "a*", true), CHECK(GLOB, "abc", "A*", false),
		CHECK(GLOB, "a*", "abc", false), CHECK(IGLOB, "abc", "A*", true),
		CHECK(IGLOB, "abc", "B*", false),
	};
#undef CHECK

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		const struct value a = { .type = VALUE_STR, .s = str_of(row[i].text) };
		const struct value b = { .type = VALUE_STR, .s = str_of(row[i].part) };

		if (value_compare(row[i].op, &a, &b) != row[i].holds)
			fail_msg("operator %d: %s, %s", row[i].op, row[i].text, row[i].part);
	}
}

static bool below(const char *const *prefixes, const char *text)
{
	struct arena *arena = arena_new(0, 0);
	struct value values[4];
	struct paths paths;
	uint32_t n = 0;
	bool r;

	for (; prefixes[n]; n++)
		values[n] = (struct value){ .type = VALUE_STR, .s = str_of(prefixes[n]) };
	assert_int_equal(paths_init(&paths, arena, values, n), 0);
	r = paths_match(&paths, str_of(text));
	paths_uninit(&paths);
	arena_free(arena);
	return r;
}

static void test_a_path_is_below_a_prefix_by_component(void **state)
{
#define BELOW(text_, holds_, ...) \
	{ .text = text_, .holds = holds_, .prefixes = { __VA_ARGS__ } }
	static const struct { const char *prefixes[4], *text; bool holds; } row[] = {
		BELOW("/etc", true, "/etc"), BELOW("/etc/passwd", true, "/etc"),
		BELOW("/etc/", true, "/etc"), BELOW("/etcx", false, "/etc"),
		BELOW("/et", false, "/etc"), BELOW("/x/etc", false, "/etc"),
		BELOW("/etc", true, "/etc/"), BELOW("/etc/a", true, "/etc//"),
		BELOW("/a", true, "/"), BELOW("a", false, "/"), BELOW("", true, "/"),
		BELOW("", false, "/a"), BELOW("/b/c/d", true, "/a", "/b/c"),
		BELOW("/b/d", false, "/a", "/b/c"), BELOW("a/b", true, "a"),
		BELOW("/a", false, NULL),
		/* A component with a pattern stands for one component. */
		BELOW("/abc", true, "/a*"), BELOW("/abc/d", true, "/a*"), BELOW("/b", false, "/a*"),
		BELOW("/ab/c", true, "/a?"), BELOW("/a/b", false, "/a?"),
		BELOW("/b", true, "/[ab]"), BELOW("/c", false, "/[ab]"),
		BELOW("/[ab]", false, "/[ab]"),
		BELOW("/ax/b/c", true, "/a*/b"), BELOW("/ax/c", false, "/a*/b"),
		BELOW("/ax", false, "/a*/b"), BELOW("/ax/y/b", false, "/a*/b"),
		BELOW("/ax", true, "/a*/"), BELOW("/bc", true, "/x", "/a*", "/b*"),
		BELOW("/x/y", true, "/x", "/a*", "/b*"), BELOW("/c", false, "/a*", "/b*"),
		BELOW("/", false, "/*"), BELOW("", false, "*"), BELOW("/A", false, "/a?"),
		BELOW("/A/bc", false, "/a/b?"),
	};
#undef BELOW

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		if (below(row[i].prefixes, row[i].text) != row[i].holds)
			fail_msg("%s of %s", row[i].text, row[i].prefixes[0]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_of_all_types_are_compared_by_value),
		cmocka_unit_test(test_texts_are_compared_by_byte),
		cmocka_unit_test(test_an_address_is_compared_with_every_byte),
		cmocka_unit_test(test_truths_are_equal_or_not),
		cmocka_unit_test(test_addresses_of_two_versions_differ),
		cmocka_unit_test(test_a_value_is_found_among_constants_if_it_is_equal),
		cmocka_unit_test(test_a_text_contains_a_part),
		cmocka_unit_test(test_each_operator_on_text_is_its_own),
		cmocka_unit_test(test_a_path_is_below_a_prefix_by_component),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
