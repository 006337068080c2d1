/* SPDX-License-Identifier: Apache-2.0 */
/* Tests how constants are parsed: of each type the least, the greatest, and what is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include "filter/constant.h"

#define COUNT(table)	(sizeof(table) / sizeof((table)[0]))

struct row {
	enum value_type type;
	struct str text;
	int64_t i;		/* or u, if it is not negative */
};

static const struct row accepted[] = {
	{ VALUE_U64, STR_INIT("0"), 0 }, { VALUE_U64, STR_INIT("9"), 9 },
	{ VALUE_U64, STR_INIT("1234567890"), 1234567890 }, { VALUE_U64, STR_INIT("007"), 7 },
	{ VALUE_U64, STR_INIT("0x1f"), 31 }, { VALUE_U64, STR_INIT("0XaF"), 0xaf },
	{ VALUE_U64, STR_INIT("0xA9"), 0xa9 }, { VALUE_U64, STR_INIT("0x0"), 0 },
	{ VALUE_U64, STR_INIT("18446744073709551615"), -1 },
	{ VALUE_U64, STR_INIT("0xffffffffffffffff"), -1 },
	{ VALUE_S64, STR_INIT("5"), 5 }, { VALUE_S64, STR_INIT("+5"), 5 }, { VALUE_S64, STR_INIT("-5"), -5 },
	{ VALUE_S64, STR_INIT("-0"), 0 }, { VALUE_S64, STR_INIT("-0x10"), -16 },
	{ VALUE_S64, STR_INIT("9223372036854775807"), INT64_MAX },
	{ VALUE_S64, STR_INIT("-9223372036854775808"), INT64_MIN },
	{ VALUE_ABSTIME, STR_INIT("-7"), -7 }, { VALUE_ABSTIME, STR_INIT("0x7"), 7 },
	{ VALUE_RELTIME, STR_INIT("5"), 5 }, { VALUE_RELTIME, STR_INIT("5ns"), 5 },
	{ VALUE_RELTIME, STR_INIT("5us"), 5000 }, { VALUE_RELTIME, STR_INIT("5ms"), 5000000 },
	{ VALUE_RELTIME, STR_INIT("5s"), 5000000000 }, { VALUE_RELTIME, STR_INIT("5m"), 300000000000 },
	{ VALUE_RELTIME, STR_INIT("5h"), 18000000000000 }, { VALUE_RELTIME, STR_INIT("5d"), 432000000000000 },
	{ VALUE_RELTIME, STR_INIT("-5s"), -5000000000 }, { VALUE_RELTIME, STR_INIT("12s"), 12000000000 },
	{ VALUE_RELTIME, STR_INIT("106751d"), 9223286400000000000 },
	{ VALUE_RELTIME, STR_INIT("0x5d"), 0x5d },	/* and not days */
	{ VALUE_RELTIME, STR_INIT("0X5D"), 0x5d }, { VALUE_RELTIME, STR_INIT("-0x5d"), -0x5d },
	{ VALUE_RELTIME, STR_INIT("+0X5d"), 0x5d },
	{ VALUE_PORT, STR_INIT("0"), 0 }, { VALUE_PORT, STR_INIT("65535"), 65535 },
	{ VALUE_PORT, STR_INIT("http"), 80 }, { VALUE_PORT, STR_INIT("https"), 443 },
	{ VALUE_PORT, STR_INIT("0x50"), 80 },
	{ VALUE_BOOL, STR_INIT("true"), 1 }, { VALUE_BOOL, STR_INIT("false"), 0 },
};

static const struct row refused[] = {
	{ VALUE_U64, STR_INIT(""), 0 }, { VALUE_U64, STR_INIT("a"), 0 }, { VALUE_U64, STR_INIT("1a"), 0 },
	{ VALUE_U64, STR_INIT("-1"), 0 }, { VALUE_U64, STR_INIT("+1"), 0 }, { VALUE_U64, STR_INIT("/"), 0 },
	{ VALUE_U64, STR_INIT(":"), 0 }, { VALUE_U64, STR_INIT("0x"), 0 }, { VALUE_U64, STR_INIT("0X"), 0 },
	{ VALUE_U64, STR_INIT("1x5"), 0 }, { VALUE_U64, STR_INIT("0xg"), 0 }, { VALUE_U64, STR_INIT("0x`"), 0 },
	{ VALUE_U64, STR_INIT("0x/"), 0 }, { VALUE_U64, STR_INIT("0x:"), 0 }, { VALUE_U64, STR_INIT("0x0x1"), 0 },
	{ VALUE_U64, STR_INIT("18446744073709551616"), 0 }, { VALUE_U64, STR_INIT("184467440737095516150"), 0 },
	{ VALUE_U64, STR_INIT("0x10000000000000000"), 0 },
	{ VALUE_S64, STR_INIT(""), 0 }, { VALUE_S64, STR_INIT("-"), 0 }, { VALUE_S64, STR_INIT("+"), 0 },
	{ VALUE_S64, STR_INIT("--1"), 0 }, { VALUE_S64, STR_INIT("+-1"), 0 }, { VALUE_S64, STR_INIT("1-"), 0 },
	{ VALUE_S64, STR_INIT("9223372036854775808"), 0 }, { VALUE_S64, STR_INIT("-9223372036854775809"), 0 },
	{ VALUE_ABSTIME, STR_INIT("5s"), 0 }, { VALUE_ABSTIME, STR_INIT(""), 0 },
	{ VALUE_RELTIME, STR_INIT(""), 0 }, { VALUE_RELTIME, STR_INIT("s"), 0 }, { VALUE_RELTIME, STR_INIT("ns"), 0 },
	{ VALUE_RELTIME, STR_INIT("5 s"), 0 }, { VALUE_RELTIME, STR_INIT("5w"), 0 },
	{ VALUE_RELTIME, STR_INIT("0x5s"), 0 }, { VALUE_RELTIME, STR_INIT("0X5ms"), 0 },
	{ VALUE_RELTIME, STR_INIT("1xs"), 0 }, { VALUE_RELTIME, STR_INIT("106752d"), 0 },
	{ VALUE_RELTIME, STR_INIT("-106752d"), 0 },
	{ VALUE_PORT, STR_INIT("65536"), 0 }, { VALUE_PORT, STR_INIT("HTTP"), 0 }, { VALUE_PORT, STR_INIT(""), 0 },
	{ VALUE_PORT, STR_INIT("-1"), 0 },
	{ VALUE_BOOL, STR_INIT("True"), 0 }, { VALUE_BOOL, STR_INIT("1"), 0 }, { VALUE_BOOL, STR_INIT(""), 0 },
	{ VALUE_DOUBLE, STR_INIT("1.5"), 0 }, { VALUE_DOUBLE, STR_INIT(""), 0 },
	{ VALUE_IP, STR_INIT(""), 0 }, { VALUE_IP, STR_INIT("1.2.3"), 0 }, { VALUE_IP, STR_INIT("1.2.3.4 "), 0 },
	{ VALUE_IP, STR_INIT("1.2.3.4/8"), 0 }, { VALUE_IP, STR_INIT("1.2.3.4\0"), 0 },
	{ VALUE_IP, STR_INIT("::1::"), 0 },
	{ VALUE_IP, STR_INIT("0000:0000:0000:0000:0000:0000:0000:0000:0000:00"), 0 },
	{ VALUE_NET, STR_INIT(""), 0 }, { VALUE_NET, STR_INIT("1.2.3.4"), 0 }, { VALUE_NET, STR_INIT("1.2.3.4/"), 0 },
	{ VALUE_NET, STR_INIT("/8"), 0 }, { VALUE_NET, STR_INIT("1.2.3.4/33"), 0 },
	{ VALUE_NET, STR_INIT("::/129"), 0 },
	{ VALUE_NET, STR_INIT("1.2.3/8"), 0 }, { VALUE_NET, STR_INIT("1.2.3.4/x"), 0 },
	{ VALUE_NET, STR_INIT("1.2.3.4/8/8"), 0 },
	{ (enum value_type)99, STR_INIT("1"), 0 },
};

static void test_a_constant_is_the_value_that_is_written(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(accepted); i++) {
		struct value v = { .count = 1, .cut = true };

		if (constant_parse(&v, accepted[i].type, accepted[i].text) || v.i != accepted[i].i)
			fail_msg("%s as type %d is %lld", accepted[i].text.p, accepted[i].type, (long long)v.i);
		assert_int_equal(v.type, accepted[i].type);
		assert_int_equal(v.count, 0);
		assert_false(v.cut);
	}
}

static void test_anything_else_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++) {
		struct value v;

		if (constant_parse(&v, refused[i].type, refused[i].text) != -EINVAL)
			fail_msg("%s as type %d is %lld", refused[i].text.p, refused[i].type, (long long)v.i);
	}
}

static void test_a_text_is_itself(void **state)
{
	struct value v;

	(void)state;
	assert_int_equal(constant_parse(&v, VALUE_STR, STR("a\0b")), 0);
	assert_true(str_eq(v.s, STR("a\0b")));
	assert_int_equal(v.type, VALUE_STR);
}

static void test_a_fraction_is_compared_with_whole_numbers(void **state)
{
	struct value v;

	(void)state;
	assert_int_equal(constant_parse(&v, VALUE_DOUBLE, STR("-3")), 0);
	assert_true(v.d == -3.0);
	assert_int_equal(constant_parse(&v, VALUE_DOUBLE, STR("0x10")), 0);
	assert_true(v.d == 16.0);
}

static void test_addresses_and_networks(void **state)
{
	static const struct {
		enum value_type type;
		const char *text;
		uint8_t family, prefix, bytes[16];
	} row[] = {
		{ VALUE_IP, "1.2.3.255", 4, 32, { 1, 2, 3, 255 } },
		{ VALUE_IP, "::1", 6, 128, { [15] = 1 } },
		{ VALUE_IP, "::ffff:1.2.3.4", 6, 128, { [10] = 255, 255, 1, 2, 3, 4 } },
		{ VALUE_IP, "2002:2002:2002:2002:2002:2002:132.132.132.132", 6, 128,
		  { 0x20, 2, 0x20, 2, 0x20, 2, 0x20, 2, 0x20, 2, 0x20, 2, 132, 132, 132, 132 } },
		{ VALUE_NET, "10.1.2.3/8", 4, 8, { 10 } },
		{ VALUE_NET, "255.255.255.255/31", 4, 31, { 255, 255, 255, 254 } },
		{ VALUE_NET, "255.255.255.255/32", 4, 32, { 255, 255, 255, 255 } },
		{ VALUE_NET, "255.255.255.255/0", 4, 0, { 0 } },
		{ VALUE_NET, "255.255.255.255/9", 4, 9, { 255, 128 } },
		{ VALUE_NET, "::ffff/128", 6, 128, { [14] = 255, 255 } },
		{ VALUE_NET, "::ffff/127", 6, 127, { [14] = 255, 254 } },
		{ VALUE_NET, "ffff::/0", 6, 0, { 0 } },
		{ VALUE_NET, "ffff::/0xa", 6, 10, { 255, 192 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		struct value v;

		assert_int_equal(constant_parse(&v, row[i].type, str_of(row[i].text)), 0);
		assert_int_equal(v.ip.family, row[i].family);
		assert_int_equal(v.ip.prefix, row[i].prefix);
		assert_memory_equal(v.ip.b, row[i].bytes, 16);
	}
}

static void test_bytes_are_two_digits_each(void **state)
{
	static const char *const wrong[] = { "", "a", "abc", "zz", "0x", "-1", "+1", "a:", "/a", "1g", "00g0" };
	unsigned char out[5];

	(void)state;
	memset(out, 0xaa, sizeof(out));
	assert_int_equal(constant_hex(STR("00fF19Ab"), out), 0);
	assert_memory_equal(out, "\x00\xff\x19\xab\xaa", 5);
	for (size_t i = 0; i < COUNT(wrong); i++)
		assert_int_equal(constant_hex(str_of(wrong[i]), out), -EINVAL);
	assert_int_equal(constant_hex((struct str){ "abcd", 3 }, out), -EINVAL);
}

static void test_numbers_of_all_types_agree_with_each_other(void **state)
{
	static const struct { enum value_type type; bool number; } row[] = {
		{ VALUE_STR, false }, { VALUE_S64, true }, { VALUE_U64, true }, { VALUE_BOOL, false },
		{ VALUE_IP, false }, { VALUE_NET, false }, { VALUE_PORT, true }, { VALUE_ABSTIME, true },
		{ VALUE_RELTIME, true }, { VALUE_DOUBLE, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(row); i++) {
		assert_int_equal(value_is_number(row[i].type), row[i].number);
		for (size_t k = 0; k < COUNT(row); k++)
			assert_int_equal(value_types_agree(row[i].type, row[k].type),
					 i == k || (row[i].number && row[k].number));
	}
}

/* An address with one bit changed is in the network if the bit is behind the prefix. */
static void test_a_network_has_the_addresses_that_begin_as_it(void **state)
{
	(void)state;
	for (unsigned int bits = 32; bits <= 128; bits += 96) {
		const uint8_t family = bits == 32 ? 4 : 6;

		for (unsigned int prefix = 0; prefix <= bits; prefix++) {
			struct ip_addr net = { .family = family, .prefix = (uint8_t)prefix }, ip;

			memset(net.b, 0x5a, bits / 8);
			ip = net;
			assert_true(value_in_net(&ip, &net));
			for (unsigned int bit = 0; bit < bits; bit++) {
				ip.b[bit / 8] ^= (uint8_t)(0x80u >> bit % 8);
				assert_int_equal(value_in_net(&ip, &net), bit >= prefix);
				ip.b[bit / 8] ^= (uint8_t)(0x80u >> bit % 8);
			}
			ip.family = (uint8_t)(10 - family);
			assert_false(value_in_net(&ip, &net));
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_constant_is_the_value_that_is_written),
		cmocka_unit_test(test_anything_else_is_refused),
		cmocka_unit_test(test_a_text_is_itself),
		cmocka_unit_test(test_a_fraction_is_compared_with_whole_numbers),
		cmocka_unit_test(test_addresses_and_networks),
		cmocka_unit_test(test_bytes_are_two_digits_each),
		cmocka_unit_test(test_numbers_of_all_types_agree_with_each_other),
		cmocka_unit_test(test_a_network_has_the_addresses_that_begin_as_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
