/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text whose middle is missing, as of long arguments: what is found in it is there, what is not
 * found leaves the check undecided, which counts as true. A padded command line hides nothing.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include "decode/event.h"
#include "rule/engine.h"
#include "rule/load.h"
#include "rule/test-every.h"
#include "rule/test-load.h"

static int get(struct value *ret, const struct event *ev, const struct field_arg *arg)
{
	(void)ev;
	(void)arg;
	*ret = (struct value){ .type = VALUE_STR, .s = STR("run one ... last"), .cut = true };
	return 0;
}

/* As a path of more than PATH_MAX: its end is there. */
static int get_end(struct value *ret, const struct event *ev, const struct field_arg *arg)
{
	(void)ev;
	(void)arg;
	*ret = (struct value){ .type = VALUE_STR, .s = STR("/c/d/secret"), .cut = true,
			       .no_front = true };
	return 0;
}

static int get_list(struct value *ret, const struct event *ev, const struct field_arg *arg)
{
	static const struct value list[] = {
		{ .type = VALUE_STR, .s = STR_INIT("sh"), .cut = false },
		{ .type = VALUE_STR, .s = STR_INIT("run one ... last"), .cut = true },
	};

	(void)ev;
	(void)arg;
	*ret = (struct value){ .type = VALUE_STR, .count = 2, .cut = true, .list = list };
	return 0;
}

#define FIELD(name, flags, get) \
	{ name, VALUE_STR, flags, 1u << FIELD_SOURCE_SYSCALL, get, NULL, NULL, "" }

static const struct field_def fields[] = {
	FIELD("t.args", 0, get), FIELD("t.path", 0, get_end), FIELD("t.all", FIELD_ANCESTOR, get_list),
};

enum answer_is { NO, YES, OPEN };

static const struct {
	const char *condition;
	enum answer_is answer;
} cases[] = {
	{ "t.args contains one", YES },
	{ "t.args contains last", YES },
	{ "t.args contains EVILMARK", OPEN },
	{ "not t.args contains EVILMARK", OPEN },
	{ "not t.args contains one", NO },
	{ "t.args icontains EVILMARK", OPEN },
	{ "t.args contains anyof (a1, a2, a3, a4, a5)", OPEN },
	{ "t.args contains anyof (a1, a2, a3, one)", YES },
	{ "t.args glob \"*EVIL*\"", OPEN },
	{ "t.args glob \"run*last\"", OPEN },
	{ "t.args regex \"run.*\"", OPEN },
	{ "t.args startswith \"run one\"", YES },
	{ "t.args startswith sh", NO },
	{ "t.args endswith last", YES },
	{ "t.args endswith first", NO },
	{ "t.args = run", NO },
	{ "t.args != run", YES },
	{ "t.args in (run, walk)", NO },
	{ "t.args exists", YES },
	{ "tolower(t.args) contains evilmark", OPEN },
	{ "tolower(t.args) contains one", YES },
	{ "len(t.args) < 100", OPEN },
	{ "join(\"/\", (t.args, t.args)) contains EVILMARK", OPEN },
	{ "join(\"/\", (t.args, t.args)) contains one", YES },
	{ "getopt(t.args, \"p:\")[p] exists", OPEN },
	{ "getopt(t.args, \"p:\")[p] = secret", OPEN },
	{ "t.path startswith /home/", OPEN },
	{ "not t.path startswith /home/", OPEN },
	{ "t.path startswith /c/d", OPEN },
	{ "t.path pmatch (/home)", OPEN },
	{ "t.path contains home", OPEN },
	{ "t.path contains secret", YES },
	{ "t.path endswith /secret", YES },
	{ "t.path endswith /passwd", NO },
	{ "t.path = /home/secret", NO },
	{ "t.path in (/home/secret, /etc/passwd)", NO },
	{ "tolower(t.path) startswith /home/", OPEN },
	{ "t.all contains EVILMARK", OPEN },
	{ "t.all contains one", YES },
	{ "t.all = sh", YES },
	{ "t.all = bash", NO },
	{ "t.args contains EVILMARK and t.args endswith first", NO },
	{ "t.args contains EVILMARK and t.args endswith last", OPEN },
};

static void on_match(void *arg, const struct match *match)
{
	*(enum answer_is *)arg = match->undecided ? OPEN : YES;
}

static void test_what_is_not_found_in_cut_text_is_undecided(void **state)
{
	struct event ev = { .type = evt_type_find(STR("open")), .arena = arena_new(0, 0) };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ruleset *set = load_condition(fields, sizeof(fields) / sizeof(fields[0]),
						     cases[i].condition);
		struct evaluator *e = evaluator_new(set);
		enum answer_is indexed = NO, plain = NO;

		engine_eval(e, &ev, on_match, &indexed);
		eval_every(e, &ev, on_match, &plain);
		if (indexed != cases[i].answer || plain != cases[i].answer)
			fail_msg("case %zu, %s: %d with the index, %d without", i,
				 cases[i].condition, indexed, plain);
		evaluator_free(e);
		ruleset_unref(set);
	}
	arena_free(ev.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_not_found_in_cut_text_is_undecided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
