/* SPDX-License-Identifier: Apache-2.0 */
/* Tests buffers: numbers at their limits, and text that does not fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "lib/buf.h"
#include "lib/text.h"

static void assert_buf(const struct buf *b, const char *want)
{
	assert_true(str_eq(buf_as_str(b), str_of(want)));
}

static void test_numbers_at_their_edges(void **state)
{
	char mem[256];
	struct buf b = BUF_ON(mem);

	(void)state;
	buf_s64(&b, INT64_MIN);
	buf_char(&b, ' ');
	buf_u64(&b, UINT64_MAX);
	buf_char(&b, ' ');
	buf_hex(&b, 0);
	buf_char(&b, ' ');
	buf_oct(&b, 0644);
	buf_char(&b, ' ');
	buf_oct(&b, 0);
	assert_buf(&b, "-9223372036854775808 18446744073709551615 0x0 0644 0");
	assert_false(b.cut);
}

static void test_what_does_not_fit_is_cut_and_reported(void **state)
{
	(void)state;
	for (size_t size = 0; size < 24; size++) {
		char *mem = malloc(size ? size : 1);	/* the sanitizer watches its end */
		struct buf b = { .p = mem, .size = size };

		buf_text(&b, "abc");
		buf_printf(&b, "%d", 12345);
		buf_json(&b, STR("q\"\n"));
		buf_escaped(&b, STR("\x1b"));
		assert_true(b.n <= size);
		assert_int_equal(b.cut, size < 3 + 5 + 7 + 4);
		free(mem);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_numbers_at_their_edges),
		cmocka_unit_test(test_what_does_not_fit_is_cut_and_reported),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
