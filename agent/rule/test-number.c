/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests which checks of the number and of the type of an event are decided at load, by the event
 * types that remain.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include "rule/load.h"

#define R(name, condition)								\
	"- rule: " name "\n  desc: d\n  output: o\n  priority: info\n  condition: " condition "\n"

/* evt.num counts from 1; the table has the checks that Falco decides at load, and no others. */
static const struct { const char *condition, *types; } numbers[] = {
	{ "evt.num = 0", "none" }, { "evt.num == 0", "none" }, { "evt.num < 0", "none" },
	{ "evt.num < 1", "none" }, { "evt.num <= 0", "none" }, { "evt.num in (0)", "none" },
	{ "evt.num in (0, 0x0)", "none" }, { "evt.num in ()", "none" },
	{ "not evt.num > 0", "none" }, { "not (evt.num >= 1)", "none" },
	{ "not evt.num != 0", "none" }, { "zero", "none" }, { "not not zero", "none" },
	{ "evt.type = open and evt.num = 0", "none" }, { "evt.type = open and zero", "none" },
	{ "evt.type = open or evt.num < 1", "open" }, { "evt.type = open or zero", "open" },
	{ "evt.type = open and not zero", "open" }, { "evt.num >= 0 and evt.type = open", "open" },
	{ "(proc.name = a and zero) or evt.type = open", "open" },
	{ "evt.num != 0", "all" }, { "evt.num > 0", "all" }, { "evt.num >= 0", "all" },
	{ "evt.num >= 1", "all" }, { "not zero", "all" }, { "evt.type = open or not zero", "all" },
	{ "evt.num = 1", "all" }, { "evt.num <= 1", "all" }, { "evt.num > 1", "all" },
	{ "evt.num in (0, 1)", "all" }, { "evt.num < 2", "all" }, { "evt.num >= 2", "all" },
	{ "evt.num = val(proc.pid)", "all" }, { "evt.num exists", "all" },
	{ "evt.num = 18446744073709551615", "all" },
};

static const char *types_of(const struct condition *c)
{
	uint32_t n = 0, open = 0;

	for (uint32_t t = 0; t <= EVT_TYPE_COUNT; t++) {
		bool has = c->types[t / 64] >> (t % 64) & 1;

		n += has;
		open += has && str_eq(evt_type_name((evt_type_t)t), STR("open"));
	}
	return !n ? "none" : n > 100 ? "all" : n == open ? "open" : "some";
}

static void test_what_the_event_number_decides_is_settled_at_load(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		char file[512];
		struct ruleset_loader *l = ruleset_loader_new(NULL);
		const struct diag_list *list = ruleset_loader_diags(l);
		struct ruleset *set = NULL;
		const char *got;

		snprintf(file, sizeof(file), "- macro: zero\n  condition: evt.num = 0\n" R("R", "%s")
			 R("S", "evt.type = dup and zero"), numbers[i].condition);
		ruleset_loader_add_source(l, STR("a"), str_of(file), STR(""), STR(""));
		assert_int_equal(ruleset_loader_finish(l, &set), 0);
		assert_int_equal(set->nrules, 2);
		got = types_of(&set->rules[0].condition);
		if (strcmp(got, numbers[i].types) || list->warnings != !strcmp(got, "all"))
			fail_msg("%s: types %s, not %s; %u warnings", numbers[i].condition, got,
				 numbers[i].types, list->warnings);
		ruleset_unref(set);
		ruleset_loader_free(l);
	}
}

/* As the kernel calls them; a call and the event that records it may have one name. */
static void test_a_check_of_the_type_decides_for_each_type(void **state)
{
	static const struct {
		const char *condition, *types;
	} row[] = {
		{ .condition = "evt.type in (read, pread, procexit)", .types = "read pread64 procexit read" },
		{ .condition = "syscall.type in (read, procexit)", .types = "read" },
		{ .condition = "evt.type in () or syscall.type = open", .types = "open" },
		{ .condition = "evt.type.is[open] = 1", .types = "open" },
		{ .condition = "evt.type.is[open] = 1 or evt.type.is[read] = 1", .types = "read open" },
		{ .condition = "evt.type endswith procexi and evt.type = open", .types = "" },
		{ .condition = "evt.type startswith pread", .types = "pread64 preadv preadv2" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char file[512], got[256] = "";
		struct ruleset_loader *l = ruleset_loader_new(NULL);
		struct ruleset *set = NULL;

		snprintf(file, sizeof(file), R("R", "%s"), row[i].condition);
		ruleset_loader_add_source(l, STR("a"), str_of(file), STR(""), STR(""));
		assert_int_equal(ruleset_loader_finish(l, &set), 0);
		for (uint32_t t = 0; t <= EVT_TYPE_COUNT; t++) {
			struct str name = evt_type_name((evt_type_t)t);

			if (set->rules[0].condition.types[t / 64] >> (t % 64) & 1)
				snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s" STR_FMT,
					 got[0] ? " " : "", STR_ARG(name));
		}
		if (strcmp(got, row[i].types))
			fail_msg("%s: %s", row[i].condition, got);
		ruleset_unref(set);
		ruleset_loader_free(l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_the_event_number_decides_is_settled_at_load),
		cmocka_unit_test(test_a_check_of_the_type_decides_for_each_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
