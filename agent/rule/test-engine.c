/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests what the engine counts, which rules the index excludes, and what it says of each check of
 * a match. That the same rules match with the index and without is the subject of test-random.c.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include "decode/event.h"
#include "rule/engine.h"
#include "rule/load.h"

/* Fields. */

enum { TEXT, PATH, NET, LIST, ANY, NONE, FIELDS };

struct answer_of {
	struct value value;
	int result;
};

struct fake {
	struct event ev;
	struct answer_of is[FIELDS], given;	/* given: of the path */
	struct value elements[2];
};

static int get(struct value *ret, const struct answer_of *a)
{
	*ret = a->value;
	return a->result;
}

#define FIELD(id, from)									\
	static int get_##id(struct value *ret, const struct event *ev, const struct field_arg *arg)	\
	{										\
		(void)arg;								\
		return get(ret, &((const struct fake *)ev)->from);			\
	}
FIELD(text, is[TEXT]) FIELD(path, is[PATH]) FIELD(net, is[NET]) FIELD(list, is[LIST]) FIELD(any, is[ANY])
FIELD(given, given)

#define SYS	(1u << FIELD_SOURCE_SYSCALL)

static const struct field_def fields[] = {
	[TEXT] = { .name = "t.text", .type = VALUE_STR, .sources = SYS, .extract = get_text, .doc = "" },
	[PATH] = { .name = "t.path", .type = VALUE_STR, .flags = FIELD_PATH | FIELD_WHOLE_PATH | FIELD_OWN_PATH,
		   .sources = SYS, .extract = get_path, .given = get_given, .doc = "" },
	[NET] = { .name = "t.net", .type = VALUE_NET, .sources = SYS, .extract = get_net, .doc = "" },
	[LIST] = { .name = "t.list", .type = VALUE_STR, .flags = FIELD_LIST, .sources = SYS, .extract = get_list,
		   .doc = "" },
	[ANY] = { .name = "t.any", .type = VALUE_STR, .flags = FIELD_ANY, .sources = SYS, .extract = get_any,
		  .doc = "" },
	[NONE] = { .name = "t.none", .type = VALUE_STR, .sources = SYS, .doc = "" },
	{ .name = "evt.type", .type = VALUE_STR, .flags = FIELD_TYPES, .sources = SYS, .extract = get_text, .doc = "" },
};

/* An event whose fields are all missing. */
static struct fake nothing(void)
{
	static const struct ev_header other = { .type = EV_OTHER };	/* whose path is not known to be straight */
	struct fake f = { .ev = { .type = evt_type_find(STR("open")), .hdr = &other } };

	for (int i = 0; i < FIELDS; i++)
		f.is[i].result = FIELD_MISSING;
	f.given.result = FIELD_MISSING;
	return f;
}

static void set_text(struct answer_of *a, const char *text)
{
	*a = (struct answer_of){ .value = { .type = VALUE_STR, .s = str_of(text) } };
}

/* Rules. */

static struct ruleset *load(char *text)
{
	const struct field_set names = { fields, sizeof(fields) / sizeof(fields[0]) };
	const struct rules_options options = { .fields = &names, .match_all = true };
	struct ruleset_loader *l = ruleset_loader_new(&options);
	struct ruleset *set = NULL;

	ruleset_loader_add_source(l, STR("case"), str_of(text), STR(""), STR(""));
	if (ruleset_loader_finish(l, &set) < 0) {
		diag_list_print(stderr, ruleset_loader_diags(l));
		fail_msg("%.2000s", text);
	}
	ruleset_loader_free(l);
	free(text);
	return set;
}

/* Rules R0, R1, ...: the condition with the number in place of each %u. */
static struct ruleset *load_many(const char *condition, unsigned int n)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	for (unsigned int i = 0; i < n; i++) {
		fprintf(f, "- rule: R%u\n  desc: d\n  output: o\n  priority: info\n  condition: ", i);
		for (const char *p = condition; *p; p++) {
			if (p[0] == '%' && p[1] == 'u')
				fprintf(f, "%u", i);
			else if (p == condition || p[-1] != '%')
				putc(*p, f);
		}
		putc('\n', f);
	}
	fclose(f);
	return load(text);
}

static void ignore(void *arg, const struct match *match)
{
	(void)arg;
	(void)match;
}

/* The index. */

#define RULES	20

/* The rules that are evaluated for an event: "3 5", or "all". */
static void evaluated(const char *condition, const struct fake *f, char *ret, size_t room)
{
	struct ruleset *set = load_many(condition, RULES);
	struct evaluator *e = evaluator_new(set);
	unsigned int n = 0;
	size_t used = 0;

	ret[0] = '\0';
	engine_eval(e, &f->ev, ignore, NULL);
	for (unsigned int i = 0; i < RULES; i++) {
		if (!evaluator_counters(e)[i].evaluated)
			continue;
		n++;
		used += (size_t)snprintf(ret + used, room - used, "%s%u", n > 1 ? " " : "", i);
	}
	if (n == RULES)
		snprintf(ret, room, "all");
	evaluator_free(e);
	ruleset_unref(set);
}

static void test_only_rules_that_a_value_can_match_are_evaluated(void **state)
{
	static const struct {
		const char *condition;
		int field;
		const char *value, *want;
	} row[] = {
		{ .condition = "t.text = x%uy", .field = TEXT, .value = "x3y", .want = "3" },
		{ .condition = "t.text = x%uy", .field = TEXT, .value = "x3", .want = "" },
		{ .condition = "t.text startswith x%uy", .field = TEXT, .value = "x3yz", .want = "3" },
		{ .condition = "t.text endswith x%uy", .field = TEXT, .value = "zx3y", .want = "3" },
		{ .condition = "t.text contains x%uy", .field = TEXT, .value = "zx3yz", .want = "3" },
		{ .condition = "t.text icontains X%uy", .field = TEXT, .value = "zx3Yz", .want = "3" },
		{ .condition = "t.text glob x%uyy*", .field = TEXT, .value = "x3yyy", .want = "3" },
		{ .condition = "t.text in (x%uy, z%uy)", .field = TEXT, .value = "z3y", .want = "3" },
		{ .condition = "t.path = /x%u/y", .field = PATH, .value = "/x3/y", .want = "3" },
		{ .condition = "t.path startswith /x%u/y", .field = PATH, .value = "/x3/yz", .want = "3" },
		{ .condition = "t.path endswith /x%uy", .field = PATH, .value = "/z/x3y", .want = "3" },
		{ .condition = "t.any = x%uy", .field = ANY, .value = "x3y", .want = "3" },
		{ .condition = "t.any startswith x%uy", .field = ANY, .value = "x3yz", .want = "3" },
		{ .condition = "t.list intersects (x%uy, z%uy)", .field = LIST, .value = "x3y", .want = "3" },
		{ .condition = "not t.text = x%uy", .field = TEXT, .value = "x3y", .want = "all" },
	};
	char got[128];

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct fake f = nothing();
		struct answer_of *a = &f.is[row[i].field];

		if (strcmp(row[i].want, "all")) {
			evaluated(row[i].condition, &f, got, sizeof(got));
			if (got[0])
				fail_msg("%s: %s without a value", row[i].condition, got);
		}
		set_text(a, row[i].value);
		if (row[i].field == LIST || row[i].field == ANY) {
			f.elements[0] = (struct value){ .type = VALUE_STR, .s = STR("other") };
			f.elements[1] = a->value;
			a->value.list = f.elements;
			a->value.count = 2;
		}
		evaluated(row[i].condition, &f, got, sizeof(got));
		if (strcmp(got, row[i].want))
			fail_msg("%s: %s", row[i].condition, got);
		a->result = FIELD_PENDING;
		evaluated(row[i].condition, &f, got, sizeof(got));
		if (strcmp(got, "all"))
			fail_msg("%s: %s of a value that is not known yet", row[i].condition, got);
		a->result = 0;
		a->value.cut = true;
		evaluated(row[i].condition, &f, got, sizeof(got));
		if (strcmp(got, "all"))
			fail_msg("%s: %s of a value that is cut", row[i].condition, got);
	}
}

static void test_both_forms_of_a_path_select_rules(void **state)
{
	struct fake f = nothing();
	char got[128];

	(void)state;
	set_text(&f.is[PATH], "/x3/y");
	set_text(&f.given, "/x5/y");
	evaluated("t.path = /x%u/y", &f, got, sizeof(got));
	assert_string_equal(got, "3 5");
	f.given.value.s = f.is[PATH].value.s;
	evaluated("t.path = /x%u/y", &f, got, sizeof(got));
	assert_string_equal(got, "3");
	f.given.result = FIELD_PENDING;
	evaluated("t.path = /x%u/y", &f, got, sizeof(got));
	assert_string_equal(got, "all");
}

/* It is compared with nothing, so every rule is evaluated. */
static void test_an_element_of_another_type_excludes_no_rule(void **state)
{
	static const struct {
		const char *condition;
		int field;
		enum value_type is;
	} row[] = {
		{ .condition = "t.any startswith x%uy", .field = ANY, .is = VALUE_STR },
		{ .condition = "t.net = 10.%u.0.0/16", .field = NET, .is = VALUE_NET },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct value element = { .type = VALUE_U64, .u = 1 };
		struct fake f = nothing();
		char got[128];

		f.is[row[i].field] = (struct answer_of){
			.value = { .type = row[i].is, .list = &element, .count = 1 } };
		evaluated(row[i].condition, &f, got, sizeof(got));
		assert_string_equal(got, "all");
	}
}

static void test_an_address_selects_the_rules_of_its_networks(void **state)
{
	struct fake f = nothing();
	char got[128];

	(void)state;
	f.is[NET] = (struct answer_of){
		.value = { .type = VALUE_IP, .ip = { .family = 4, .prefix = 32, .b = { 10, 3, 2, 1 } } } };
	evaluated("t.net = 10.%u.0.0/16", &f, got, sizeof(got));
	assert_string_equal(got, "3");
	evaluated("t.net in (10.%u.0.0/16, 10.1%u.0.0/16)", &f, got, sizeof(got));
	assert_string_equal(got, "3");
	f.is[NET].value.type = VALUE_NET;
	evaluated("t.net = 10.%u.0.0/16", &f, got, sizeof(got));
	assert_string_equal(got, "3");
}

/* Rules of one summary word of the set of rules are 4,096. */
static void test_a_rule_of_many_is_found(void **state)
{
	static const unsigned int numbers[] = { 0, 63, 64, 4031, 4032, 4095, 4096, 8191, 8192, 8199 };
	struct ruleset *set = load_many("t.text in (x%u, all)", 8200);
	struct evaluator *e = evaluator_new(set);
	struct fake f = nothing();

	(void)state;
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		char text[16];

		snprintf(text, sizeof(text), "x%u", numbers[i]);
		set_text(&f.is[TEXT], text);
		assert_int_equal(engine_eval(e, &f.ev, ignore, NULL), 1);
		assert_int_equal(evaluator_counters(e)[numbers[i]].matched, 1);
	}
	set_text(&f.is[TEXT], "all");
	assert_int_equal(engine_eval(e, &f.ev, ignore, NULL), 8200);
	f.ev.type = evt_type_find(STR("openat"));
	set_text(&f.is[TEXT], "none");
	assert_int_equal(engine_eval(e, &f.ev, ignore, NULL), 0);
	evaluator_free(e);
	ruleset_unref(set);
}

/* Counters. */

static void test_each_rule_counts_evaluations_and_matches(void **state)
{
	struct ruleset *set = load_many("evt.type = open and (t.text = x%u or t.any = y)", 2), *older;
	struct evaluator *e = evaluator_new(set), *next;
	const struct rule_counters *c = evaluator_counters(e);
	struct fake f = nothing();

	(void)state;
	set_text(&f.is[TEXT], "x1");
	f.is[ANY].result = FIELD_PENDING;
	assert_int_equal(engine_eval(e, &f.ev, ignore, NULL), 2);
	assert_int_equal(c[0].matched, 1);
	assert_int_equal(c[0].undecided, 1);
	assert_int_equal(c[1].matched, 1);
	assert_int_equal(c[1].undecided, 0);
	f.ev.type = evt_type_find(STR("connect"));
	assert_int_equal(engine_eval(e, &f.ev, ignore, NULL), 0);
	assert_int_equal(c[1].evaluated, 1);

	older = load_many("evt.type = open and t.text = x%u", 3);
	next = evaluator_new(older);
	assert_int_equal(evaluator_inherit(next, e), 0);
	assert_int_equal(evaluator_counters(next)[1].matched, 1);
	assert_int_equal(evaluator_counters(next)[0].undecided, 1);
	assert_int_equal(evaluator_counters(next)[2].matched, 0);
	evaluator_free(next);
	ruleset_unref(older);
	older = load_many("", 0);
	next = evaluator_new(older);
	assert_int_equal(evaluator_inherit(e, next), 0);
	assert_int_equal(c[1].matched, 1);
	evaluator_free(next);
	ruleset_unref(older);
	evaluator_free(e);
	ruleset_unref(set);
}

static void test_one_evaluation_in_1024_is_timed(void **state)
{
	const unsigned int n = 200 * 1024;
	struct ruleset *set = load_many("t.text != x%u", 1);
	struct evaluator *e = evaluator_new(set);
	const struct rule_counters *c = evaluator_counters(e);
	struct fake f = nothing();

	(void)state;
	set_text(&f.is[TEXT], "x0");
	for (unsigned int i = 0; i < n; i++)
		engine_eval(e, &f.ev, ignore, NULL);
	assert_int_equal(c->evaluated, n);
	assert_in_range(c->sampled, 150, 250);
	assert_true(c->sampled_ns > 0);
	assert_true(c->sampled_ns < 60ull * 1000000000);
	evaluator_free(e);
	ruleset_unref(set);
}

/* Values that several constants or elements are compared with. */

static void check_match(const char *condition, const char *text, struct fake *f, bool matches)
{
	struct ruleset *set = load_many(condition, 1);
	struct evaluator *e = evaluator_new(set);

	set_text(&f->is[TEXT], text);
	if (engine_eval(e, &f->ev, ignore, NULL) != matches)
		fail_msg("%s: %s", condition, text);
	evaluator_free(e);
	ruleset_unref(set);
}

static void test_a_text_is_compared_with_each_element_of_a_list(void **state)
{
	static const struct {
		const char *condition, *text;
		bool matches;
	} row[] = {
		{ .condition = "t.text in val(t.list)", .text = "a", .matches = true },
		{ .condition = "t.text in val(t.list)", .text = "b", .matches = true },
		{ .condition = "t.text in val(t.list)", .text = "c", .matches = false },
		{ .condition = "not t.text in val(t.list)", .text = "b", .matches = false },
		{ .condition = "not t.text in val(t.list)", .text = "c", .matches = true },
		{ .condition = "t.text in ()", .text = "a", .matches = false },
		{ .condition = "not t.text in ()", .text = "a", .matches = true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct fake f = nothing();

		f.elements[0] = (struct value){ .type = VALUE_STR, .s = STR("a") };
		f.elements[1] = (struct value){ .type = VALUE_STR, .s = STR("b") };
		f.is[LIST] = (struct answer_of){
			.value = { .type = VALUE_STR, .list = f.elements, .count = 2 } };
		check_match(row[i].condition, row[i].text, &f, row[i].matches);
	}
}

#define FOUR	"anyof (a1, b1, c1, d1)"

static void test_four_texts_are_found_as_one_is(void **state)
{
	static const struct {
		const char *condition, *text;
		bool matches;
	} row[] = {
		{ .condition = "t.text contains " FOUR, .text = "zc1z", .matches = true },
		{ .condition = "t.text contains " FOUR, .text = "zC1z", .matches = false },
		{ .condition = "t.text icontains " FOUR, .text = "zC1z", .matches = true },
		{ .condition = "t.text startswith " FOUR, .text = "c1z", .matches = true },
		{ .condition = "t.text startswith " FOUR, .text = "zc1", .matches = false },
		{ .condition = "t.text endswith " FOUR, .text = "zc1", .matches = true },
		{ .condition = "t.text endswith " FOUR, .text = "c1z", .matches = false },
		{ .condition = "t.text contains anyof (\"\", b1, c1, d1)", .text = "z", .matches = true },
		{ .condition = "t.text endswith anyof (a1, b1, c1, \"\")", .text = "z", .matches = true },
		{ .condition = "t.text contains oneof (a1, b1, c1, d1)", .text = "a1b1", .matches = false },
		{ .condition = "t.text != allof (a1, b1, c1, d1)", .text = "c1", .matches = false },
		{ .condition = "t.text != allof (a1, b1, c1, d1)", .text = "z", .matches = true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct fake f = nothing();

		check_match(row[i].condition, row[i].text, &f, row[i].matches);
	}
}

/* Checks of a match. */

static void print_checks(void *arg, const struct match *match)
{
	struct match_check c;
	uint32_t pos = 0;

	fputs(match->undecided ? "undecided" : "decided", arg);
	while (match_check(match, &pos, &c)) {
		static const char *const verdicts[] = { "false", "true", "missing", "undecided" };

		fprintf(arg, ", %u%s %s", c.number, c.negated ? " not" : "", verdicts[c.verdict]);
		if (c.has_value)
			fprintf(arg, " of " STR_FMT "%s", STR_ARG(c.value.s), c.given ? " as given" : "");
	}
}

static void test_each_check_of_a_match_has_its_verdict_and_value(void **state)
{
	static const struct {
		const char *condition, *want;
	} row[] = {
		{ "t.text = x", "decided, 0 true of x" },
		{ "not t.text = y", "decided, 0 not false of x" },
		{ "t.text = y or t.text startswith x", "decided, 0 false of x, 1 true of x" },
		{ "t.none exists or t.text = x", "decided, 0 missing, 1 true of x" },
		{ "not t.none = y", "decided, 0 not missing" },
		{ "t.list intersects (y)", "undecided, 0 undecided" },
		{ "t.any = y", "undecided, 0 undecided" },	/* a value of another type than its field's */
		{ "t.path = /is", "decided, 0 true of /is" },
		{ "t.path = /given", "decided, 0 true of /given as given" },
		{ "t.path startswith /", "decided, 0 true of /is" },
		{ "t.path = /other or t.text = x", "decided, 0 false of /is, 1 true of x" },
		{ "not t.path = /other", "decided, 0 not false of /is" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct ruleset *set = load_many(row[i].condition, 1);
		struct evaluator *e = evaluator_new(set);
		struct fake f = nothing();
		char *got = NULL;
		size_t n;
		FILE *out = open_memstream(&got, &n);

		set_text(&f.is[TEXT], "x");
		set_text(&f.is[PATH], "/is");
		set_text(&f.given, "/given");
		f.is[LIST].result = FIELD_PENDING;
		f.is[ANY] = (struct answer_of){ .value = { .type = VALUE_U64, .u = 1 } };
		engine_eval(e, &f.ev, print_checks, out);
		fclose(out);
		if (strcmp(got, row[i].want))
			fail_msg("%s: %s", row[i].condition, got);
		free(got);
		evaluator_free(e);
		ruleset_unref(set);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_only_rules_that_a_value_can_match_are_evaluated),
		cmocka_unit_test(test_both_forms_of_a_path_select_rules),
		cmocka_unit_test(test_an_element_of_another_type_excludes_no_rule),
		cmocka_unit_test(test_an_address_selects_the_rules_of_its_networks),
		cmocka_unit_test(test_a_rule_of_many_is_found),
		cmocka_unit_test(test_each_rule_counts_evaluations_and_matches),
		cmocka_unit_test(test_one_evaluation_in_1024_is_timed),
		cmocka_unit_test(test_a_text_is_compared_with_each_element_of_a_list),
		cmocka_unit_test(test_four_texts_are_found_as_one_is),
		cmocka_unit_test(test_each_check_of_a_match_has_its_verdict_and_value),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
