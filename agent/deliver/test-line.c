/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that lines have exactly the expected bytes: hostile text, exact numbers, lines that
 * do not fit.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "alert/format.h"
#include "deliver/line.h"

static const struct alert_field fields[] = {
	{ .name = { "evt.num", 7 }, .value = { .type = VALUE_U64, .u = UINT64_MAX } },
	{ .name = { "evt.type", 8 }, .value = { .type = VALUE_STR, .s = { "a\"\\\n\x01\xff", 6 } } },
	{ .name = { "fd.mode", 7 }, .field_flags = FIELD_OCT,
	  .value = { .type = VALUE_U64, .u = 0644 } },
	{ .name = { "fd.sip", 6 }, .value = { .type = VALUE_IP,
					      .ip = { 4, 32, { 127, 0, 0, 1 } } } },
	{ .name = { "fd.sport", 8 }, .value = { .type = VALUE_PORT, .u = 443 } },
	{ .name = { "proc.pid", 8 }, .value = { .type = VALUE_S64, .i = -1 } },
	{ .name = { "proc.tty", 8 }, .missing = true },
	{ .name = { "x", 1 }, .value = { .type = VALUE_BOOL, .u = 1 } },
};

static const struct str tags[] = { { "T1059", 5 }, { "host", 4 } };

static struct alert make_alert(void)
{
	return (struct alert){
		.time_ns = 1700000000123456789, .hostname = STR("h"), .source = STR("syscall"),
		.rule = STR("A \"rule\""), .priority = PRIORITY_INFORMATIONAL,
		.tags = tags, .ntags = 2,
		.output = { "x\ny\x1b[31m\x7f\xc2\x85 \xe2\x82\xac \xff\\", 22 },
		.fields = fields, .nfields = sizeof(fields) / sizeof(fields[0]),
	};
}

static void check_line(const char *want, bool json, bool iso)
{
	const struct line_config config = { .iso8601 = iso, .utc = true };
	struct alert alert = make_alert();
	char text[4096];
	struct buf b = BUF_ON(text);

	alert.output.n = strlen(alert.output.p);
	(json ? line_json : line_text)(&b, &alert, &config);
	if (!str_eq(buf_as_str(&b), str_of(want)))
		fail_msg("\nwant %s\ngot  " STR_FMT, want, STR_ARG(buf_as_str(&b)));
}

static void test_a_hostile_name_makes_no_second_line(void **state)
{
	(void)state;
	check_line("22:13:20.123456789: Informational x\\ny\\u001b[31m\\u007f\\u0085 \xe2\x82\xac "
		   "\xef\xbf\xbd\\\\", false, false);
	check_line("2023-11-14T22:13:20.123456789+0000: Informational x\\ny\\u001b[31m\\u007f\\u0085 "
		   "\xe2\x82\xac \xef\xbf\xbd\\\\", false, true);
}

static void test_json_has_the_expected_bytes(void **state)
{
	(void)state;
	check_line("{\"hostname\":\"h\",\"output\":\"22:13:20.123456789: Informational x\\ny\\u001b[31m"
		   "\\u007f\\u0085 \xe2\x82\xac \xef\xbf\xbd\\\\\",\"output_fields\":{"
		   "\"evt.num\":18446744073709551615,\"evt.time\":1700000000123456789,"
		   "\"evt.type\":\"a\\\"\\\\\\n\\u0001\xef\xbf\xbd\",\"fd.mode\":\"644\","
		   "\"fd.sip\":\"127.0.0.1\",\"fd.sport\":443,\"proc.pid\":-1,\"proc.tty\":null,"
		   "\"x\":true},\"priority\":\"Informational\",\"rule\":\"A \\\"rule\\\"\","
		   "\"source\":\"syscall\",\"tags\":[\"T1059\",\"host\"],"
		   "\"time\":\"2023-11-14T22:13:20.123456789Z\"}", true, false);
}

static void test_a_line_has_the_checks_if_they_are_selected(void **state)
{
	static const struct value names[] = {
		{ .type = VALUE_STR, .s = { "a,b", 3 } }, { .type = VALUE_STR, .s = { "c", 1 } },
	};
	static const struct alert_check checks[] = {
		{ .check = 0, .verdict = ALERT_TRUE, .has_value = true, .field = { "evt.num", 7 },
		  .value = { .type = VALUE_U64, .u = UINT64_MAX } },
		{ .check = 2, .verdict = ALERT_MISSING, .field = { "fd.name", 7 } },
		{ .check = 3, .verdict = ALERT_FALSE, .has_value = true, .cut = true,
		  .field = { "proc.aname", 10 },
		  .value = { .type = VALUE_STR, .count = 2, .list = names } },
		{ .check = 4, .verdict = ALERT_UNDECIDED, .has_value = true, .given = true,
		  .field = { "fd.name", 7 }, .value = { .type = VALUE_STR, .s = { "\n", 1 } } },
	};
	const struct line_config config = { .utc = true, .checks = true };
	const struct alert alert = {
		.id = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 },
		.rule = STR("r"), .source = STR("syscall"), .checks = checks, .nchecks = 4,
		.rule_digest = 0xabc, .fingerprint = 0xfedcba9876543210,
	};
	char text[4096];
	struct buf b = BUF_ON(text);
	struct str all;
	const char *from;

	(void)state;
	line_json(&b, &alert, &config);
	all = buf_as_str(&b);
	from = memmem(all.p, all.n, "\"saker\"", 7);
	assert_non_null(from);
	all.n = (size_t)((const char *)memmem(all.p, all.n, ",\"source\"", 9) - from);
	all.p = from;
	if (!str_eq(all, STR("\"saker\":{\"checks\":["
			     "{\"check\":0,\"field\":\"evt.num\",\"value\":18446744073709551615,"
			     "\"verdict\":\"true\"},"
			     "{\"check\":2,\"field\":\"fd.name\",\"verdict\":\"missing\"},"
			     "{\"check\":3,\"cut\":true,\"field\":\"proc.aname\","
			     "\"value\":[\"a,b\",\"c\"],\"verdict\":\"false\"},"
			     "{\"check\":4,\"field\":\"fd.name\",\"given\":true,"
			     "\"value\":\"\\n\",\"verdict\":\"undecided\"}],"
			     "\"digest\":\"0000000000000abc\","
			     "\"fingerprint\":\"fedcba9876543210\","
			     "\"id\":\"01020304-0506-0708-090a-0b0c0d0e0f10\"}")))
		fail_msg("got " STR_FMT, STR_ARG(all));
}

static void test_a_long_alert_is_cut_and_stays_json(void **state)
{
	const struct line_config config = { .utc = true };
	static char big[100000], text[16384];
	struct buf b = BUF_ON(text);
	struct alert alert = make_alert();

	(void)state;
	memset(big, 'a', sizeof(big));
	alert.output = (struct str){ big, sizeof(big) };
	line_json(&b, &alert, &config);
	assert_false(b.cut);
	assert_true(str_ends(buf_as_str(&b), STR("Z\"}")));
	assert_non_null(memmem(text, b.n, "aaa [cut]\",", 11));

	for (size_t i = 1; i + 1 < sizeof(big); i += 2)
		memcpy(big + i, "\xc3\xa9", 2);
	b.n = 0;
	line_json(&b, &alert, &config);
	assert_non_null(memmem(text, b.n, "\xc3\xa9 [cut]\",", 10));
}

/* The longest that a process can make: every field full, each byte six in JSON, and lists. */
static void test_an_alert_of_many_long_fields_fits_into_a_line(void **state)
{
	enum { FIELDS = 60, ITEMS = 64, BYTES = 4096 };
	const struct line_config config = { .utc = true };
	static char bytes[BYTES], room[8192];
	static struct value items[ITEMS];
	struct alert_field many[FIELDS] = { { .missing = true } };
	struct alert alert = make_alert();
	struct buf b = BUF_ON(room);

	(void)state;
	memset(bytes, '\1', sizeof(bytes));
	for (int i = 0; i < ITEMS; i++)
		items[i] = (struct value){ .type = VALUE_STR, .s = { bytes, BYTES } };
	for (int i = 0; i < FIELDS; i++)
		many[i] = (struct alert_field){ .name = STR("f"), .value = items[0] };
	many[0].value.list = items;
	many[0].value.count = ITEMS;
	alert.fields = many;
	alert.nfields = FIELDS;
	alert.output = (struct str){ bytes, BYTES };
	line_json(&b, &alert, &config);
	assert_false(b.cut);
	assert_true(str_ends(buf_as_str(&b), STR("Z\"}")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_hostile_name_makes_no_second_line),
		cmocka_unit_test(test_json_has_the_expected_bytes),
		cmocka_unit_test(test_a_line_has_the_checks_if_they_are_selected),
		cmocka_unit_test(test_a_long_alert_is_cut_and_stays_json),
		cmocka_unit_test(test_an_alert_of_many_long_fields_fits_into_a_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
