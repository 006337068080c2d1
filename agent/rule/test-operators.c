/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests every operator on every type of field: a value that passes, one that
 * does not, a missing one, and under a not; or the error. The golden file has a
 * line for each case; with SAKER_GOLDEN_WRITE=1 this program writes it.
 *
 *	condition ; value ; true | false
 *	condition ; refused: text
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include "alert/format.h"
#include "decode/event.h"
#include "filter/constant.h"
#include "rule/engine.h"
#include "rule/load.h"
#include "rule/test-every.h"

static const char golden[] = "tests/filter/matrix.golden";

/* One event: the only field that has a value, and what it is. */
struct fake {
	struct event ev;
	const struct value *value;	/* NULL: missing */
};

static int get(struct value *ret, const struct event *ev, const struct field_arg *arg)
{
	const struct fake *fake = (const struct fake *)ev;

	(void)arg;
	if (!fake->value)
		return FIELD_MISSING;
	*ret = *fake->value;
	return 0;
}

#define SYS		(1u << FIELD_SOURCE_SYSCALL)
#define FIELD(name, type, flags)	{ name, VALUE_##type, flags, SYS, get, NULL, NULL, "" }

static const struct field_def fields[] = {
	FIELD("t.str", STR, 0), FIELD("t.buffer", STR, FIELD_BUFFER), FIELD("t.s64", S64, 0),
	FIELD("t.u64", U64, 0), FIELD("t.bool", BOOL, 0), FIELD("t.ip", IP, 0),
	FIELD("t.net", NET, 0), FIELD("t.port", PORT, 0), FIELD("t.abstime", ABSTIME, 0),
	FIELD("t.reltime", RELTIME, 0), FIELD("t.double", DOUBLE, 0),
	FIELD("t.list", STR, FIELD_LIST), FIELD("t.any", STR, FIELD_ANY),
};

/* What is tried on each type: the text of a value, the first the constant of the condition. */
static const struct { enum value_type type; const char *texts[6]; } samples[] = {
	{ VALUE_STR, { "/ab/c", "/ab/d", "/ab", "AB", "x" } },
	{ VALUE_S64, { "5", "-6", "4", "6" } },
	{ VALUE_U64, { "5", "4", "18446744073709551615" } },
	{ VALUE_BOOL, { "true", "false" } },
	{ VALUE_IP, { "10.0.0.1", "10.0.0.2", "::1" } },
	{ VALUE_NET, { "10.0.0.0/24", "10.1.0.0/24" } },
	{ VALUE_PORT, { "443", "80", "444" } },
	{ VALUE_ABSTIME, { "1700000000000000000", "5", "1700000000000000001" } },
	{ VALUE_RELTIME, { "1000000000", "5", "1000000001" } },
	{ VALUE_DOUBLE, { "5", "4", "6" } },
};

static const struct { const char *text, *rhs; } ops[] = {
#define OP(name, text, rhs, types, doc)	{ text, #rhs },
#include "filter/ops.def"
#undef OP
};

/* Constants that an operator needs in a form of its own. */
static const struct { const char *op, *constant; } forms[] = {
	{ "bcontains", "2f6162" }, { "bstartswith", "2f6162" }, { "glob", "/a?/*" },
	{ "iglob", "/A?/*" }, { "regex", "\"/[a-b]+/c?\"" }, { "contains", "b/" },
	{ "icontains", "B/" }, { "startswith", "/ab/" }, { "endswith", "/c" }, { "pmatch", "(/ab)" },
};

static const char *const *texts_of(const struct field_def *f)
{
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		if (samples[i].type == f->type)
			return samples[i].texts;
	}
	return NULL;
}

static void put_condition(FILE *out, size_t op, const char *modifier, const struct field_def *f)
{
	const char *constant = texts_of(f)[0];

	fprintf(out, "%s %s", f->name, ops[op].text);
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]) && f->type == VALUE_STR; i++) {
		if (!strcmp(forms[i].op, ops[op].text))
			constant = forms[i].constant;
	}
	if (*modifier)
		fprintf(out, " %s (%s, x)", modifier, constant);
	else if (!strcmp(ops[op].rhs, "LIST") && *constant != '(')
		fprintf(out, " (%s, %s)", constant, texts_of(f)[0]);
	else if (strcmp(ops[op].rhs, "NONE"))
		fprintf(out, " %s", constant);
}

static void on_match(void *arg, const struct match *match)
{
	assert_false(match->undecided);
	*(bool *)arg = true;
}

static void put_value(FILE *out, const struct value *v)
{
	char text[128];
	struct buf b = BUF_ON(text);

	if (v)
		format_value(&b, v, 0);
	fprintf(out, STR_FMT, STR_ARG(v ? buf_as_str(&b) : STR("(missing)")));
}

static bool evaluate(struct evaluator *e, const struct value *v)
{
	struct fake fake = { .value = v };
	bool holds = false;

	fake.ev.type = evt_type_find(STR("open"));
	fake.ev.arena = arena_new(0, 0);
	eval_every(e, &fake.ev, on_match, &holds);
	arena_free(fake.ev.arena);
	return holds;
}

static struct ruleset *load(const char *condition, bool negated, struct ruleset_loader *l)
{
	struct ruleset *set = NULL;
	char yaml[512];

	snprintf(yaml, sizeof(yaml), "- rule: R\n  desc: d\n  output: o\n  priority: info\n"
		 "  condition: %s%s\n", negated ? "not " : "", condition);
	ruleset_loader_add_source(l, STR("case"), str_of(yaml), STR(""), STR(""));
	return ruleset_loader_finish(l, &set) < 0 ? NULL : set;
}

static bool answer(const char *condition, bool negated, const struct value *v)
{
	const struct field_set names = { fields, sizeof(fields) / sizeof(fields[0]) };
	const struct rules_options options = { .fields = &names };
	struct ruleset_loader *l = ruleset_loader_new(&options);
	struct ruleset *set = load(condition, negated, l);
	struct evaluator *e = evaluator_new(set);
	bool r = evaluate(e, v);

	evaluator_free(e);
	ruleset_unref(set);
	ruleset_loader_free(l);
	return r;
}

static bool parse_value(struct value *v, struct value *element, const struct field_def *f,
			const char *text)
{
	if (constant_parse(v, f->type, str_of(text)) < 0)
		return false;
	if (!(f->flags & (FIELD_LIST | FIELD_ANY)))
		return true;
	element[0] = *v;
	constant_parse(&element[1], f->type, str_of("x"));
	*v = (struct value){ .type = f->type, .count = 2, .list = element };
	return true;
}

/* The first value that passes, the first that does not, and none at all. */
static void put_answers(FILE *out, const char *condition, const struct field_def *f)
{
	const char *const *texts = texts_of(f);
	bool seen[2] = { false, false };
	struct value v, element[2];

	for (int i = 0; i < 6 && texts[i]; i++) {
		bool holds;

		assert_true(parse_value(&v, element, f, texts[i]));
		holds = answer(condition, false, &v);
		assert_int_equal(answer(condition, true, &v), !holds);
		if (seen[holds])
			continue;
		seen[holds] = true;
		fprintf(out, "%s ; ", condition);
		put_value(out, &v);
		fprintf(out, " ; %s\n", holds ? "true" : "false");
	}
	fprintf(out, "%s ; (missing) ; %s\n", condition,
		answer(condition, false, NULL) ? "true" : "false");
	fprintf(out, "not %s ; (missing) ; %s\n", condition,
		answer(condition, true, NULL) ? "true" : "false");
}

static void put_case(FILE *out, size_t op, const char *modifier, const struct field_def *f)
{
	const struct field_set names = { fields, sizeof(fields) / sizeof(fields[0]) };
	const struct rules_options options = { .fields = &names };
	struct ruleset_loader *l = ruleset_loader_new(&options);
	const struct diag_list *diags = ruleset_loader_diags(l);
	char *condition = NULL;
	struct ruleset *set;
	size_t n;
	FILE *text = open_memstream(&condition, &n);

	put_condition(text, op, modifier, f);
	fclose(text);
	set = load(condition, false, l);
	if (set) {
		put_answers(out, condition, f);
	} else {
		assert_int_equal(diags->errors, 1);
		fprintf(out, "%s ; refused: " STR_FMT "\n", condition,
			STR_ARG(diags->items[diags->n - 1].text));
	}
	ruleset_unref(set);
	ruleset_loader_free(l);
	free(condition);
}

static void test_every_operator_on_every_type(void **state)
{
	static const char *const modifiers[] = { "oneof", "anyof", "allof" };
	char *now = NULL, was[200000];
	size_t n, len;
	FILE *out = open_memstream(&now, &n), *file;

	(void)state;
	fprintf(out, "# Every operator on every type; written by agent/rule/test-operators.c.\n");
	for (size_t op = 0; op < sizeof(ops) / sizeof(ops[0]); op++) {
		for (size_t f = 0; f < sizeof(fields) / sizeof(fields[0]); f++)
			put_case(out, op, "", &fields[f]);
		for (size_t m = 0; m < sizeof(modifiers) / sizeof(modifiers[0]); m++)
			put_case(out, op, modifiers[m], &fields[0]);
	}
	fclose(out);
	file = fopen(golden, getenv("SAKER_GOLDEN_WRITE") ? "w+" : "r");
	assert_non_null(file);
	if (getenv("SAKER_GOLDEN_WRITE")) {
		fputs(now, file);
		rewind(file);
	}
	len = fread(was, 1, sizeof(was) - 1, file);
	was[len] = 0;
	fclose(file);
	for (size_t i = 0, line = 1; i < n && i < len; line += now[i++] == '\n') {
		if (now[i] != was[i])
			fail_msg("%s:%zu: not %.60s", golden, line, now + i);
	}
	assert_int_equal(n, len);
	free(now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_operator_on_every_type),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
