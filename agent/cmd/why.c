/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saker why: prints the condition of an alert's rule, one check per line, each with its
 * result and the value it read. The text after the marks is valid condition syntax.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "explain/alerts.h"
#include "cmd/cmd.h"
#include "explain/evidence.h"
#include "explain/judge.h"
#include "lib/log.h"
#include "ruleset/rules.h"
#include "filter/print.h"
#include "lib/cleanup.h"
#include "lib/jsonw.h"
#include "lib/text.h"

#define WORDS_SHOWN	6	/* of a list */
#define VALUE_SHOWN	200	/* bytes */
#define JSON_BYTES	(1u << 20)	/* of one answer */

struct why {
	const struct ruleset *set;
	bool json;
	bool given;			/* rule files with -r */
	unsigned int n;			/* alerts so far */
	struct arena *arena;
	const struct judgement *j;
	uint32_t number;		/* of the next check */
};

DEFINE_CLEANUP(struct ruleset *, ruleset_unref)

static void put_line(const char *mark, unsigned int depth, const char *join)
{
	printf("  %-13s %*s%s", mark, (int)(4 * depth), "", join);
}

/* A value as a condition reads it; lists in parentheses, control characters escaped. */
static void put_value(const json_t *value)
{
	char room[VALUE_SHOWN], text[4096];
	struct buf all = BUF_ON(text), shown = BUF_ON(room);

	if (json_is_array(value))
		buf_char(&all, '(');
	for (size_t i = 0; i < json_array_size(value); i++) {
		buf_text(&all, i ? ", " : "");
		evidence_text(json_array_get(value, i), &all);
	}
	if (json_is_array(value))
		buf_char(&all, ')');
	else
		evidence_text(value, &all);
	buf_escaped(&shown, buf_as_str(&all));
	printf(STR_FMT "%s", STR_ARG(buf_as_str(&shown)), shown.cut || all.cut ? "..." : "");
}

static void put_check(struct why *w, const struct check *check, const char *join,
		      const char *negated, unsigned int depth)
{
	uint32_t i = w->number++;
	const struct known *known = w->j->known[i];

	put_line(mark_name((enum mark)w->j->marks[i]), depth, join);
	fputs(negated, stdout);
	check_print_short(stdout, check, WORDS_SHOWN);
	if (known && known->value && !json_is_null(known->value)) {
		fputs("    saw ", stdout);
		put_value(known->value);
		if (known->cut)
			fputs(" (cut)", stdout);
		if (known->given)
			fputs(" (the path as given)", stdout);
	}
	putchar('\n');
}

static void put_part(struct why *w, const struct expr *e, const char *join, unsigned int depth);

/* The parts of a chain, those of a chain of the same kind within it among them. */
static void put_parts(struct why *w, const struct expr *e, unsigned int depth, bool *first)
{
	for (uint32_t i = 0; i < e->nkids; i++) {
		const struct expr *kid = expr_inner(e->kids[i]);

		if (kid->kind == e->kind) {
			put_parts(w, kid, depth, first);
			continue;
		}
		put_part(w, kid, *first ? "" : e->kind == EXPR_AND ? "and " : "or ", depth);
		*first = false;
	}
}

/*
 * @join precedes the first line: "and ", "or ", or nothing. The mark of a negated check or group
 * is that of the part after the "not".
 */
static void put_part(struct why *w, const struct expr *e, const char *join, unsigned int depth)
{
	uint32_t number = w->number;
	const char *negated = "";
	bool first = true;
	enum mark mark;

	e = expr_inner(e);
	if (e->kind == EXPR_NOT) {
		negated = "not ";
		e = expr_inner(e->kids[0]);
	}
	if (e->kind == EXPR_CHECK) {
		put_check(w, e->check, join, negated, depth);
		return;
	}
	mark = judge_part(w->j, e, &number);
	put_line(mark == MARK_UNKNOWN ? "" : mark_name(mark), depth, join);
	printf("%s(\n", negated);
	put_parts(w, e, depth + 1, &first);
	put_line("", depth, ")\n");
}

static const char *remark(const struct judgement *j, const struct evidence *e)
{
	if (j->same_text)
		return NULL;
	return e->digest.p ? "the rule's condition has changed since the alert; the marks are "
			     "those of the current condition with the values of the alert" :
			     "the alert lacks the values of its checks (use `saker run --checks`); "
			     "the marks are computed from its output fields";
}

static void print_text(struct why *w, const struct rule *rule, const struct evidence *e)
{
	const char *note = remark(w->j, e);
	const struct expr *top = expr_inner(rule->expr);
	char text[8192];
	struct buf b = BUF_ON(text);
	bool first = true;

	buf_escaped(&b, e->output);
	printf("%s" STR_FMT " (" STR_FMT ":%u)\n", w->n > 1 ? "\n" : "", STR_ARG(rule->name),
	       STR_ARG(rule->file), rule->line);
	if (e->output.n)
		printf("  " STR_FMT "\n", STR_ARG(buf_as_str(&b)));
	if (note)
		printf("  note: %s\n", note);
	putchar('\n');
	if (top->kind == EXPR_AND || top->kind == EXPR_OR)
		put_parts(w, top, 0, &first);
	else
		put_part(w, top, "", 0);
}

static void json_value(struct jsonw *w, const json_t *v)
{
	uint64_t wide;

	if (evidence_wide(v, &wide)) {
		jsonw_u64(w, wide);
		return;
	}
	switch (json_typeof(v)) {
	case JSON_ARRAY:
		jsonw_begin(w, '[');
		for (size_t i = 0; i < json_array_size(v); i++)
			json_value(w, json_array_get(v, i));
		jsonw_end(w, ']');
		break;
	case JSON_STRING:
		jsonw_str(w, (struct str){ json_string_value(v), json_string_length(v) });
		break;
	case JSON_INTEGER:
		jsonw_s64(w, json_integer_value(v));
		break;
	case JSON_REAL:
		jsonw_double(w, json_real_value(v));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		jsonw_bool(w, json_is_true(v));
		break;
	default:
		jsonw_null(w);
	}
}

/* Text printed to a FILE, as a JSON string. */
static void json_printed(struct jsonw *w, const char *key, const struct expr *e,
			 const struct check *check)
{
	_cleanup_(freep) char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);

	if (!out)
		return;
	if (check)
		check_print(out, check);
	else
		expr_print(out, e, NULL, NULL);
	fclose(out);
	jsonw_key(w, str_of(key));
	jsonw_str(w, (struct str){ text, n });
}

static void json_check(struct why *why, struct jsonw *w, const struct leaf *leaf, uint32_t i)
{
	const struct known *known = why->j->known[i];

	jsonw_begin(w, '{');
	jsonw_key(w, STR("check"));
	jsonw_u64(w, i);
	if (known && known->given) {
		jsonw_key(w, STR("given"));
		jsonw_bool(w, true);
	}
	jsonw_key(w, STR("mark"));
	jsonw_str(w, str_of(mark_name((enum mark)why->j->marks[i])));
	jsonw_key(w, STR("negated"));
	jsonw_bool(w, leaf->negate);
	json_printed(w, "text", NULL, leaf->check);
	if (known && known->value) {
		jsonw_key(w, STR("value"));
		json_value(w, known->value);
	}
	jsonw_end(w, '}');
}

static int print_json(struct why *why, const struct rule *rule)
{
	_cleanup_(freep) char *room = malloc(JSON_BYTES);
	struct buf b = { .p = room, .size = JSON_BYTES };
	struct jsonw w = JSONW(&b);
	uint32_t number = 0;

	if (!room)
		return -ENOMEM;
	jsonw_begin(&w, '{');
	jsonw_key(&w, STR("checks"));
	jsonw_begin(&w, '[');
	for (uint32_t i = 0; i < rule->condition.nleaves; i++)
		json_check(why, &w, &rule->condition.leaves[i], i);
	jsonw_end(&w, ']');
	json_printed(&w, "condition", rule->expr, NULL);
	jsonw_key(&w, STR("result"));
	jsonw_str(&w, str_of(mark_name(judge_part(why->j, rule->expr, &number))));
	jsonw_key(&w, STR("rule"));
	jsonw_str(&w, rule->name);
	jsonw_key(&w, STR("same_text"));
	jsonw_bool(&w, why->j->same_text);
	jsonw_end(&w, '}');
	printf(STR_FMT "\n", STR_ARG(buf_as_str(&b)));
	return b.cut ? -EMSGSIZE : 0;
}

static int explain(struct why *w, const struct evidence *e)
{
	const struct rule *rule = rules_find(w->set, e->rule, alerts_todo(w->given), stderr);
	struct judgement j;
	int r;

	if (!rule)
		return EXIT_NO;
	r = judge(&j, w->set, rule, e, w->arena);
	if (r < 0)
		return r;
	w->j = &j;
	w->number = 0;
	if (w->json)
		return print_json(w, rule);
	print_text(w, rule, e);
	return 0;
}

static int each_alert(void *ctx, struct str line)
{
	struct why *w = ctx;
	struct evidence e = { 0 };
	struct str what = { 0 };
	int r;

	w->n++;
	arena_reset(w->arena);
	r = evidence_parse(&e, line, w->arena, &what);
	if (r == -EINVAL) {
		log_line("not an alert: " STR_FMT, STR_ARG(what));
		return EXIT_NO;
	}
	if (r == 0)
		r = explain(w, &e);
	evidence_uninit(&e);
	return r;
}

int cmd_why(const struct args *args)
{
	_cleanup_(rule_files_uninit) struct rule_files files = { .v = NULL };
	_cleanup_(ruleset_unrefp) struct ruleset *set = NULL;
	struct why w = { .json = args->json, .given = args->nrules };
	struct error err = { 0 };
	int r;

	if (alerts_check(args->operands[0], &err) < 0) {
		log_line("%s", err.text);
		return EXIT_CANNOT;
	}
	r = rules_find_sound(&files, NULL, args->rules, args->nrules, stderr);
	if (r == 0)
		r = rules_load_quietly(&set, &files, stderr);
	if (r < 0)
		return r == -EINVAL ? EXIT_NO : EXIT_CANNOT;
	w.set = set;
	w.arena = arena_new(0, 0);
	r = w.arena ? alerts_each(args->operands[0], each_alert, &w, &err) : -ENOMEM;
	arena_free(w.arena);
	if (r == 0 && !w.n) {
		log_line("no alert in JSON found; saker run --checks (or --json) writes them");
		return EXIT_NO;
	}
	if (err.code)
		log_line("%s", err.text);
	else if (r == -ENOMEM || r == -EMSGSIZE)
		log_line("explaining an alert: %s", strerror(-r));
	return r < 0 ? EXIT_CANNOT : r;
}
