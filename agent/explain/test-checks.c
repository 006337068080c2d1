/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests how much of what the checks of a rule read is stored with an alert: each limit, and one
 * beyond it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "decode/event.h"
#include "explain/checks.h"
#include "rule/engine.h"
#include "rule/load.h"
#include "rule/test-every.h"

#define MOST	600

static struct value value;		/* that the field has */

static int get(struct value *ret, const struct event *ev, const struct field_arg *arg)
{
	(void)ev;
	(void)arg;
	*ret = value;
	return 0;
}

static const struct field_def fields[] = {
	{ .name = "t.list", .type = VALUE_STR, .flags = FIELD_LIST, .sources = 1u << FIELD_SOURCE_SYSCALL,
	  .extract = get, .doc = "" },
	{ .name = "t.str", .type = VALUE_STR, .sources = 1u << FIELD_SOURCE_SYSCALL, .extract = get, .doc = "" },
};

static void on_match(void *arg, const struct match *match)
{
	checks_collect(arg, match);
}

/* The checks of a rule with this condition. */
static void collect(struct checks *ret, const char *condition)
{
	const struct field_set names = { fields, 2 };
	const struct rules_options options = { .fields = &names };
	struct ruleset_loader *l = ruleset_loader_new(&options);
	struct ruleset *set = NULL;
	struct evaluator *e;
	struct event ev = { .type = evt_type_find(STR("open")), .arena = arena_new(0, 0) };
	char *yaml = NULL;
	size_t n;
	FILE *f = open_memstream(&yaml, &n);

	fprintf(f, "- {rule: R, desc: d, output: o, priority: info, condition: '%s'}\n", condition);
	fclose(f);
	ruleset_loader_add_source(l, STR("case"), (struct str){ yaml, n }, STR(""), STR(""));
	if (ruleset_loader_finish(l, &set) < 0)
		fail_msg("%s: %s", condition, ruleset_loader_diags(l)->items[0].text.p);
	e = evaluator_new(set);
	ret->n = 7;		/* those of another match */
	eval_every(e, &ev, on_match, ret);
	evaluator_free(e);
	arena_free(ev.arena);
	ruleset_unref(set);
	ruleset_loader_free(l);
	free(yaml);
}

/* A condition of @n checks that "aaa...", or a list of it, passes, behind @first. */
static void collect_behind(struct checks *ret, const char *first, unsigned int n, bool list)
{
	char *condition = NULL;
	size_t size;
	FILE *f = open_memstream(&condition, &size);

	fputs(first, f);
	for (unsigned int i = 0; i < n; i++)
		fprintf(f, "%snot %s b%ub%s", i ? " and " : "",
			list ? "t.list intersects (" : "t.str contains", i, list ? ")" : "");
	fclose(f);
	collect(ret, condition);
	free(condition);
}

static void collect_many(struct checks *ret, unsigned int n, bool list)
{
	collect_behind(ret, "", n, list);
}

static unsigned int valued(const struct checks *checks)
{
	unsigned int n = 0;

	for (uint32_t i = 0; i < checks->n; i++) {
		assert_int_equal(checks->check[i].cut, !checks->check[i].has_value);
		n += checks->check[i].has_value;
	}
	return n;
}

static void test_256_checks_are_stored(void **state)
{
	struct checks *checks = malloc(sizeof(*checks));

	(void)state;
	value = (struct value){ .type = VALUE_STR, .s = STR("a") };
	collect_many(checks, 256, false);
	assert_int_equal(checks->n, 256);
	assert_int_equal(valued(checks), 256);
	collect_many(checks, 257, false);
	assert_int_equal(checks->n, 256);
	/* One of the first two is not evaluated, so the number of the last is not that of those stored. */
	collect_behind(checks, "(t.str contains a or t.str startswith a) and ", 256, false);
	assert_int_equal(checks->n, 256);
	free(checks);
}

static void test_4096_bytes_of_values_are_stored(void **state)
{
	static char text[512];
	struct checks *checks = malloc(sizeof(*checks));
	struct value elements[16];

	(void)state;
	memset(text, 'a', sizeof(text));
	value = (struct value){ .type = VALUE_STR, .s = { text, 512 } };
	collect_many(checks, 9, false);
	assert_int_equal(valued(checks), 8);
	value.s.n = 511;
	collect_many(checks, 9, false);
	assert_int_equal(valued(checks), 8);
	value.s.n = 455;				/* nine times: 4095 */
	collect_many(checks, 9, false);
	assert_int_equal(valued(checks), 9);
	value.s.n = 456;
	collect_many(checks, 9, false);
	assert_int_equal(valued(checks), 8);
	for (size_t i = 0; i < 16; i++)
		elements[i] = (struct value){ .type = VALUE_STR, .s = { text, 32 } };
	value = (struct value){ .type = VALUE_STR, .count = 16, .list = elements };
	collect_many(checks, 9, true);
	assert_int_equal(valued(checks), 8);
	free(checks);
}

static void test_512_bytes_of_a_text_are_stored_in_whole_characters(void **state)
{
	static char text[MOST];
	struct checks *checks = malloc(sizeof(*checks));
	const struct alert_check *check = &checks->check[0];

	(void)state;
	memset(text, 'a', sizeof(text));
	for (size_t n = 512; n <= 513; n++) {
		value = (struct value){ .type = VALUE_STR, .s = { text, n } };
		collect(checks, "t.str contains a");
		assert_int_equal(check->value.s.n, 512);
		assert_int_equal(check->cut, n > 512);
		assert_true(check->has_value);
	}
	for (unsigned char last = 0x80; last < 0xc0; last++) {
		memcpy(text + 510, "\xe2\x82", 2);
		text[512] = (char)last;
		collect(checks, "t.str contains a");
		assert_int_equal(check->value.s.n, 510);
		assert_true(check->cut);
	}
	memcpy(text + 510, "aa\xe2", 3);			/* the first byte of the next one */
	collect(checks, "t.str contains a");
	assert_int_equal(check->value.s.n, 512);
	free(checks);
}

static void test_16_elements_of_a_list_are_stored(void **state)
{
	struct checks *checks = malloc(sizeof(*checks));
	struct value elements[17];

	(void)state;
	for (size_t i = 0; i < 17; i++)
		elements[i] = (struct value){ .type = VALUE_STR, .s = STR("a") };
	for (uint32_t n = 16; n <= 17; n++) {
		value = (struct value){ .type = VALUE_STR, .count = n, .list = elements };
		collect(checks, "t.list intersects (a)");
		assert_int_equal(checks->n, 1);
		assert_int_equal(checks->check[0].value.count, 16);
		assert_int_equal(checks->check[0].cut, n > 16);
	}
	free(checks);
}

static void test_each_check_has_the_name_of_its_field(void **state)
{
	struct checks *checks = malloc(sizeof(*checks));

	(void)state;
	value = (struct value){ .type = VALUE_STR, .s = STR("a") };
	collect(checks, "tolower(t.str) contains a and toupper(t.str) contains A and t.str contains a");
	assert_int_equal(checks->n, 3);
	for (uint32_t i = 0; i < 3; i++) {
		static const char *const names[] = { "tolower(t.str)", "toupper(t.str)", "t.str" };

		assert_int_equal(checks->check[i].check, i);
		assert_true(str_eq(checks->check[i].field, str_of(names[i])));
	}
	free(checks);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_256_checks_are_stored),
		cmocka_unit_test(test_4096_bytes_of_values_are_stored),
		cmocka_unit_test(test_512_bytes_of_a_text_are_stored_in_whole_characters),
		cmocka_unit_test(test_each_check_has_the_name_of_its_field),
		cmocka_unit_test(test_16_elements_of_a_list_are_stored),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
