/* SPDX-License-Identifier: Apache-2.0 */
/* Tests every style of escaping on all kinds of bytes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "lib/text.h"

#define R "\xef\xbf\xbd"

/* In the order of enum text_style. */
static const struct {
	const char *bytes;
	const char *want[TEXT_LABEL + 1];
} rows[] = {
	{ "plain /a b", { "plain /a b", "plain /a b", "plain /a b", "plain /a b",
			  "plain /a b", "plain /a b" } },
	{ "q\"uote", { "q\\\"uote", "q\"uote", "q\\\"uote", "q\"uote", "q\"uote",
		       "q\\\"uote" } },
	{ "a\\b", { "a\\\\b", "a\\x5cb", "a\\\\b", "a\\b", "a\\\\b", "a\\\\b" } },
	{ "a\nb", { "a\\nb", "a\\x0ab", "a\\x0ab", "a?b", "a\\nb", "a\\nb" } },
	{ "a\\nb", { "a\\\\nb", "a\\x5cnb", "a\\\\nb", "a\\nb", "a\\\\nb", "a\\\\nb" } },
	{ "\b\t\f\r", { "\\b\\t\\f\\r", "\\x08\\x09\\x0c\\x0d",
			"\\x08\\x09\\x0c\\x0d", "?\t??", "\b\t\f\r", "\b\t\f\r" } },
	{ "\x1b[31m\x01", { "\\u001b[31m\\u0001", "\\x1b[31m\\x01",
			    "\\x1b[31m\\x01", "?[31m?", "\x1b[31m\x01", "\x1b[31m\x01" } },
	{ "\x7f", { "\\u007f", "\\x7f", "\\x7f", "?", "\x7f", "\x7f" } },
	{ "\xc2\x85\xc2\x9f", { "\\u0085\\u009f", "\\xc2\\x85\\xc2\\x9f",
				"\\xc2\\x85\\xc2\\x9f", "??", "\xc2\x85\xc2\x9f",
				"\xc2\x85\xc2\x9f" } },
	{ "\xc2\xa0\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbe",
	  { "\xc2\xa0\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbe",
	    "\xc2\xa0\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbe",
	    "\xc2\xa0\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbe",
	    "\xc2\xa0\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbe",
	    "\xc2\xa0\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbe",
	    "\xc2\xa0\xe2\x82\xac\xf0\x9f\x98\x80\xef\xbf\xbe" } },
	/* line separator, right-to-left override, first and last isolate; the marks beside them */
	{ "\xe2\x80\xa8\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9",
	  { "\\u2028\\u202e\\u2066\\u2069",
	    "\\xe2\\x80\\xa8\\xe2\\x80\\xae\\xe2\\x81\\xa6\\xe2\\x81\\xa9",
	    "\\xe2\\x80\\xa8\\xe2\\x80\\xae\\xe2\\x81\\xa6\\xe2\\x81\\xa9", "????",
	    "\xe2\x80\xa8\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9",
	    "\xe2\x80\xa8\xe2\x80\xae\xe2\x81\xa6\xe2\x81\xa9" } },
	{ "\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa",
	  { "\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa",
	    "\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa",
	    "\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa",
	    "\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa",
	    "\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa",
	    "\xe2\x80\xa7\xe2\x80\xaf\xe2\x81\xa5\xe2\x81\xaa" } },
	/* maximal invalid subparts: the table of the Unicode standard */
	{ "\xff", { R, "\\xff", "\\xff", "?", R, R } },
	{ "\x80", { R, "\\x80", "\\x80", "?", R, R } },
	{ "\xe2\x82z", { R "z", "\\xe2\\x82z", "\\xe2\\x82z", "?z", R "z", R "z" } },
	{ "\xe2\x82", { R, "\\xe2\\x82", "\\xe2\\x82", "?", R, R } },
	{ "\xf0\x9f\x98", { R, "\\xf0\\x9f\\x98", "\\xf0\\x9f\\x98", "?", R, R } },
	{ "a\x80z", { "a" R "z", "a\\x80z", "a\\x80z", "a?z", "a" R "z", "a" R "z" } },
	{ "\xc0\xaf", { R R, "\\xc0\\xaf", "\\xc0\\xaf", "??", R R, R R } },
	{ "\xf0\x80\x80", { R R R, "\\xf0\\x80\\x80", "\\xf0\\x80\\x80", "???", R R R,
			    R R R } },
	{ "\xed\xa0\x80", { R R R, "\\xed\\xa0\\x80", "\\xed\\xa0\\x80", "???", R R R,
			    R R R } },
	{ "\xf4\x90\x80\x80", { R R R R, "\\xf4\\x90\\x80\\x80", "\\xf4\\x90\\x80\\x80",
				"????", R R R R, R R R R } },
};

static void check_text(struct str got, const char *want)
{
	assert_non_null(want);
	if (!str_eq(got, str_of(want)))
		fail_msg("\nwant %s\ngot  " STR_FMT, want, STR_ARG(got));
}

static void test_each_style_escapes_as_its_table_says(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (unsigned int style = 0; style <= TEXT_LABEL; style++) {
			struct str s = str_of(rows[i].bytes);
			char *exact = malloc(s.n), mem[256], *text = NULL;
			struct buf b = BUF_ON(mem);
			size_t n = 0;
			FILE *out = open_memstream(&text, &n);

			memcpy(exact, s.p, s.n);	/* the sanitizer watches its end */
			s.p = exact;
			text_put(&b, s, (enum text_style)style);
			text_write(out, s, (enum text_style)style);
			fclose(out);
			check_text(buf_as_str(&b), rows[i].want[style]);
			check_text((struct str){ text, n }, rows[i].want[style]);
			free(text);
			free(exact);
		}
	}
}

static void test_nul_is_a_control(void **state)
{
	char mem[64];
	struct buf b = BUF_ON(mem);

	(void)state;
	text_put(&b, STR("a\0b"), TEXT_JSON);
	buf_escaped(&b, STR("\0"));
	buf_json(&b, STR("\0"));
	check_text(buf_as_str(&b), "a\\u0000b\\x00\"\\u0000\"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_style_escapes_as_its_table_says),
		cmocka_unit_test(test_nul_is_a_control),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
