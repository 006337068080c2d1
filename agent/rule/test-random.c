/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests random rules on random events against an evaluator that shares no code
 * with the engine: it walks the tree from which the rule's text was printed,
 * with its own string functions. SAKER_RANDOM_PAIRS and SAKER_RANDOM_SEED set
 * the number of pairs of rule and event, and the seed.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fnmatch.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include "alert/format.h"
#include "decode/event.h"
#include "filter/constant.h"
#include "rule/engine.h"
#include "rule/lint.h"
#include "rule/load.h"
#include "rule/loader.h"
#include "rule/logic.h"
#include "rule/test-every.h"
#include "rule/test-naive.h"

/* Events. */

static struct value random_value(int field)
{
	struct value v = { .type = fields[field].type };
	const char *s = pick_word();

	if (v.type == VALUE_STR) {
		v.s = str_of(s);
	} else if (field == IP || field == NET) {
		v.type = VALUE_IP;
		v.ip = (struct ip_addr){ .family = 4, .prefix = 32, .b = { 10 } };
		v.ip.b[field == NET ? 1 + chance(2) : 3] = (uint8_t)chance(3);
	} else if (field == B0) {
		v.u = chance(2);
	} else {
		v.i = (int)chance(5) - (v.type == VALUE_S64);
	}
	return v;
}

static int random_result(void)
{
	unsigned int what = chance(20);

	return what == 0 ? FIELD_PENDING : what == 1 ? -ENOMEM : what < 4 ? FIELD_MISSING : 0;
}

/* The parts of a path, if there is one. */
static void split_path(struct answer_of *a)
{
	const char *path = a->values[PATH].s.p, *slash = strrchr(path, '/');
	size_t n = slash > path ? (size_t)(slash - path) : 1;

	a->results[DIRECTORY] = a->results[FILENAME] = a->results[PATH];
	if (!a->results[PATH] && !slash)
		a->results[DIRECTORY] = FIELD_MISSING;
	snprintf(a->directory, sizeof(a->directory), "%.*s", (int)n, path);
	a->values[DIRECTORY].s = str_of(a->directory);
	a->values[FILENAME].s = str_of(slash ? slash + 1 : path);
}

static void random_path(struct answer_of *a)
{
	for (int i = PATH; i <= FILENAME; i++)
		a->values[i].type = VALUE_STR;
	a->values[PATH].s = str_of(pick_word());
	a->results[PATH] = random_result();
	split_path(a);
}

/* Few shapes, so that they repeat: what each decides, and what it decides of a number. */
static void random_shape(struct fake *f)
{
	static const int results[12] = { FIELD_PENDING, FIELD_MISSING, -ENOMEM };
	unsigned int shape = chance(12);

	f->rec.flags = shape;
	f->rec.res = shape % 3 ? 1 : -1;
	f->is.values[B0].u = shape & 1;
	f->is.results[B0] = results[shape];
	f->is.values[N0].i = shape % 3 ? (int)chance(4) : -1;
	f->is.results[N0] = results[shape * 5 % 12];
}

static void random_event(struct fake *f)
{
	f->ev.type = evt_type_find(str_of(PICK(types)));
	for (int i = 0; i < FIELDS; i++) {
		f->is.results[i] = random_result();
		f->is.values[i] = random_value(i);
		if (i != LIST && i != ANY && i != BOTH)
			continue;
		f->is.values[i].count = 1 + chance(3);
		for (unsigned int k = 0; k < f->is.values[i].count; k++)
			f->elements[i][k] = random_value(i);
		f->is.values[i].list = f->elements[i];
	}
	random_path(&f->is);
	random_path(&f->given);
	random_shape(f);
}

/* The comparison. */

#define RULES	150	/* at most; enough for the index to search for most kinds of checks */
#define FEW	12

struct answers {
	unsigned int n;
	uint32_t rules[RULES];
	bool undecided[RULES];
};

static void on_match(void *arg, const struct match *match)
{
	struct answers *a = arg;
	struct match_check check;

	assert_true(a->n < RULES);
	a->rules[a->n] = match->rule->number;
	a->undecided[a->n++] = match->undecided;
	for (uint32_t pos = 0; match_check(match, &pos, &check);)
		assert_true(check.verdict <= 3);
}

static unsigned int shadows;			/* seen */

/* The first rule before @rule that covers it, found by comparing it with each. */
static const struct rule *naive_shadow(const struct ruleset *set, uint32_t rule)
{
	const struct condition *narrow = &set->rules[rule].condition;

	for (uint32_t i = 0; narrow->entry != VERDICT_FALSE && i < rule; i++) {
		if (condition_covers(&set->program, &set->rules[i].condition, narrow))
			return &set->rules[i];
	}
	return NULL;
}

/* The warning about the rule; its text names the earlier one. */
static struct str warned_shadow(const struct diag_list *list, struct str rule)
{
	for (uint32_t i = 0; i < list->n; i++) {
		const struct diag *d = &list->items[i];

		if (str_eq(str_of(d->code), STR("SAKER_SHADOWED")) && str_eq(d->item_name, rule))
			return d->text;
	}
	return STR("");
}

/* The search by checks must find the same as comparing all pairs. */
static void check_shadows(struct ruleset_loader *l, const struct ruleset *set, const char *text)
{
	if (ruleset_loader_diags(l)->warnings > DIAG_MAX)
		return;
	for (uint32_t i = 0; i < set->nrules; i++) {
		const struct rule *want = naive_shadow(set, i);
		struct str got = warned_shadow(ruleset_loader_diags(l), set->rules[i].name);
		char name[32] = "";

		if (want)
			snprintf(name, sizeof(name), "\"" STR_FMT "\"", STR_ARG(want->name));
		shadows += want != NULL;
		if (want ? !memmem(got.p, got.n, name, strlen(name)) : got.n > 0)
			fail_msg("R%u: %s before it, but the warning is: " STR_FMT "\n%s", i, name,
				 STR_ARG(got), text);
	}
}

static bool never[RULES];		/* of the last set: rules that lint says can never match */

static struct ruleset *load(struct tree **trees, unsigned int nrules, bool all, char **text)
{
	struct rules_options options = { .fields = &field_set, .match_all = all };
	struct ruleset_loader *l = ruleset_loader_new(&options);
	char *macro_text = NULL, *rule_text = NULL;
	size_t n, macro_n;
	FILE *macros = open_memstream(&macro_text, &macro_n), *out = open_memstream(&rule_text, &n);
	struct ruleset *set = NULL;
	int r;

	for (unsigned int i = 0; i < nrules; i++) {
		fprintf(out, "- rule: R%u\n  desc: d\n  output: o\n  priority: info\n  condition: >\n    ", i);
		put_tree(out, macros, trees[i]);
		fputs("\n", out);
	}
	fclose(macros);
	fputs(macro_text, out);		/* macros are looked up after all is read */
	fclose(out);
	r = ruleset_loader_add_source(l, STR("random"), str_of(rule_text), STR("test"), STR(""));
	if (r == 0)
		r = ruleset_loader_finish(l, &set);
	if (r) {
		diag_list_print(stderr, ruleset_loader_diags(l));
		fail_msg("%s\nseed %llu", rule_text, (unsigned long long)seed);
	}
	assert_int_equal(ruleset_lint(l), 0);
	for (uint32_t i = 0; i < set->nrules; i++)
		never[i] = l->fires[i] == FIRES_NEVER;
	if (!all)
		check_shadows(l, set, rule_text);
	ruleset_loader_free(l);
	free(macro_text);
	*text = rule_text;
	return set;
}

static void show_values(const char *what, const struct answer_of *a, int first, int last)
{
	for (int i = first; i <= last; i++) {
		char text[256];
		struct buf b = BUF_ON(text);

		format_value(&b, &a->values[i], 0);
		print_error("%s%s: " STR_FMT " (%d)\n", what, fields[i].name,
			    STR_ARG(buf_as_str(&b)), a->results[i]);
	}
}

static void show(const struct fake *f)
{
	print_error("evt.type " STR_FMT "\n", STR_ARG(evt_type_name(f->ev.type)));
	show_values("", &f->is, 0, FIELDS - 1);
	show_values("given ", &f->given, PATH, FILENAME);
}

static void compare(const struct answers *want, const struct answers *got, const char *what,
		    const char *text, const struct fake *f)
{
	bool same = want->n == got->n;

	for (unsigned int i = 0; same && i < want->n; i++)
		same = want->rules[i] == got->rules[i] && want->undecided[i] == got->undecided[i];
	if (!same)
		show(f);
	if (!same)
		fail_msg("%s: %u matches, not %u; first R%u, not R%u\n%s", what, got->n, want->n,
			 got->n ? got->rules[0] : 99, want->n ? want->rules[0] : 99, text);
}

static unsigned int covers, exclusions, nevers;		/* seen true */

static const bool *matched(const struct answers *a, uint32_t rule)
{
	for (unsigned int i = 0; i < a->n; i++) {
		if (a->rules[i] == rule)
			return &a->undecided[i];
	}
	return NULL;
}

/* What was proved without an event must hold for every event. */
static void check_logic(const struct ruleset *set, const struct answers *got, const char *text,
			const struct fake *f)
{
	const struct program *p = &set->program;

	for (uint32_t i = 0; i < set->nrules; i++) {
		const struct node *node = set->rules[i].condition.node;
		const bool *undecided = matched(got, i);

		nevers += never[i];
		if (never[i] && undecided && !*undecided)
			fail_msg("R%u can never match\n%s", i, text);
		for (uint32_t k = 0; undecided && k < set->nrules; k++) {
			if (k == i || !condition_covers(p, &set->rules[k].condition,
							&set->rules[i].condition))
				continue;
			covers++;
			if (!matched(got, k))
				show(f);
			if (!matched(got, k))
				fail_msg("R%u does not cover R%u\n%s", k, i, text);
		}
		for (uint32_t a = 0; node->kind == NODE_AND && a < node->nkids; a++) {
			for (uint32_t b = 0; b < a; b++) {
				const struct node *x = node->kids[a], *y = node->kids[b];

				if (x->kind != NODE_LITERAL || y->kind != NODE_LITERAL ||
				    p->preds[x->pred].given != SLOT_NONE ||
				    !literals_exclude(p, x, y))
					continue;
				exclusions++;
				if (undecided && !*undecided)
					fail_msg("R%u passes what excludes each other\n%s", i, text);
			}
		}
	}
}

static void test_engine_agrees_with_a_naive_evaluator(void **state)
{
	const char *env = getenv("SAKER_RANDOM_PAIRS");
	uint64_t wanted = env ? strtoull(env, NULL, 10) : 200000, pairs = 0, hits = 0;
	struct fake *f = calloc(1, sizeof(*f));

	(void)state;
	if (getenv("SAKER_RANDOM_SEED"))
		seed = strtoull(getenv("SAKER_RANDOM_SEED"), NULL, 10);
	f->ev.arena = arena_new(0, 0);
	f->rec.hdr.type = EV_open;
	f->ev.hdr = &f->rec.hdr;
	f->ev.open = &f->rec;
	while (pairs < wanted) {
		struct tree *trees[RULES];
		unsigned int nrules = chance(4) ? FEW : RULES;
		bool all = chance(2);
		struct evaluator *e;
		struct ruleset *set;
		char *text;

		compose();
		for (unsigned int i = 0; i < nrules; i++)
			trees[i] = nrules > FEW && chance(8) ? selective_tree() :
							       random_tree(1 + chance(3));
		set = load(trees, nrules, all, &text);
		e = evaluator_new(set);
		for (unsigned int k = 0; k < 40; k++) {
			struct answers want = { 0 }, got = { 0 }, plain = { 0 };

			random_event(f);
			for (uint32_t i = 0; i < nrules && (all || !want.n); i++, pairs++) {
				if (!holds(trees[i], f, true, true))
					continue;
				hits++;
				want.undecided[want.n] = !holds(trees[i], f, true, false);
				want.rules[want.n++] = i;
			}
			engine_eval(e, &f->ev, on_match, &got);
			compare(&want, &got, "with the index", text, f);
			eval_every(e, &f->ev, on_match, &plain);
			compare(&want, &plain, "without the index", text, f);
			if (all && nrules == FEW)
				check_logic(set, &plain, text, f);
			arena_reset(f->ev.arena);
		}
		evaluator_free(e);
		ruleset_unref(set);
		free(text);
		while (pool_used)
			free(pool[--pool_used]);
	}
	assert_true(hits * 5 >= pairs);
	assert_true(regexes_compared * 8 >= pairs);
	assert_true(covers > 100 && exclusions > 100 && shadows > 100 && nevers > 100);
	for (unsigned int op = 0; op < OP_COUNT; op++) {
		if (!seen[op][0] || !seen[op][1])
			fail_msg("%s was never %s", op_text((enum op)op),
				 seen[op][0] ? "true" : "false");
	}
	arena_free(f->ev.arena);
	free(f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_engine_agrees_with_a_naive_evaluator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
