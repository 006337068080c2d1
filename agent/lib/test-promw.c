/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the exposition format byte by byte, with every kind of label value. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "lib/promw.h"

struct page {
	char *text;
	size_t n;
	struct promw w;
};

static int page_open(void **state)
{
	struct page *page = calloc(1, sizeof(*page));

	page->w = PROMW(open_memstream(&page->text, &page->n));
	*state = page;
	return page->w.out ? 0 : -1;
}

static int page_free(void **state)
{
	struct page *page = *state;

	fclose(page->w.out);
	free(page->text);
	free(page);
	return 0;
}

static void assert_page(struct page *page, const char *want)
{
	fflush(page->w.out);
	assert_string_equal(page->text, want);
}

static void test_a_family_is_announced_once(void **state)
{
	struct page *page = *state;
	struct promw *w = &page->w;

	promw_family(w, "hits_total", PROMW_COUNTER, "what was seen");
	promw_label(w, "event", STR("open"));
	promw_label(w, "cpu", STR("0"));
	promw_u64(w, UINT64_MAX);
	promw_label(w, "event", STR(""));
	promw_u64(w, 0);
	promw_family(w, "armed", PROMW_GAUGE, "whether");
	promw_u64(w, 1);
	assert_page(page, "# HELP hits_total what was seen\n"
			  "# TYPE hits_total counter\n"
			  "hits_total{event=\"open\",cpu=\"0\"} 18446744073709551615\n"
			  "hits_total{event=\"\"} 0\n"
			  "# HELP armed whether\n"
			  "# TYPE armed gauge\n"
			  "armed 1\n");
}

static void test_a_family_without_samples_is_not(void **state)
{
	struct page *page = *state;

	promw_family(&page->w, "nothing_total", PROMW_COUNTER, "nothing");
	promw_family(&page->w, "one", PROMW_GAUGE, "one");
	promw_u64(&page->w, 1);
	assert_page(page, "# HELP one one\n# TYPE one gauge\none 1\n");
}

static void test_hostile_text_stays_where_it_is(void **state)
{
	struct page *page = *state;

	promw_family(&page->w, "m", PROMW_GAUGE, "a \\ and a \"\nline");
	promw_label(&page->w, "why", STR("\\ \"} 1\n# TYPE m x\t\xff\xc3\xa9\xed\xa0\x80"));
	promw_u64(&page->w, 1);
	assert_page(page, "# HELP m a \\\\ and a \"\\nline\n# TYPE m gauge\n"
			  "m{why=\"\\\\ \\\"} 1\\n# TYPE m x\t\xef\xbf\xbd\xc3\xa9"
			  "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\"} 1\n");
}

static void test_seconds_are_exact(void **state)
{
	struct page *page = *state;

	promw_family(&page->w, "s_total", PROMW_COUNTER, "s");
	promw_seconds(&page->w, 1);
	promw_seconds(&page->w, 12000000345);
	promw_seconds(&page->w, UINT64_MAX);
	assert_page(page, "# HELP s_total s\n# TYPE s_total counter\ns_total 0.000000001\n"
			  "s_total 12.000000345\ns_total 18446744073.709551615\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_family_is_announced_once, page_open, page_free),
		cmocka_unit_test_setup_teardown(test_a_family_without_samples_is_not, page_open,
						page_free),
		cmocka_unit_test_setup_teardown(test_hostile_text_stays_where_it_is, page_open,
						page_free),
		cmocka_unit_test_setup_teardown(test_seconds_are_exact, page_open, page_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
