/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds checks that exclude each other, and rules that never match. Each pair
 * of places is reported once, however many rules use the macro they are in.
 */
#include "rule/lint.h"
#include <errno.h>
#include <stdlib.h>
#include "filter/print.h"
#include "lib/buf.h"
#include "rule/loader.h"
#include "rule/logic.h"
#include "rule/shadow.h"

#define FACTS_MAX	64	/* checks that must hold together; more are not compared */

struct lint {
	struct ruleset_loader *l;
	const struct ruleset *set;
	const struct rule *rule;
	const struct node *facts[FACTS_MAX];
	uint32_t nfacts;
	struct pair { const struct expr *a, *b; } *reported;
	uint32_t nreported;
};

/* The check with this number in reading order, for its place. */
static const struct expr *check_at(const struct expr *e, uint32_t *number)
{
	const struct expr *found;

	while (e->kind == EXPR_MACRO)
		e = e->macro.target;
	if (e->kind == EXPR_CHECK)
		return (*number)-- ? NULL : e;
	for (uint32_t i = 0; i < e->nkids; i++) {
		found = check_at(e->kids[i], number);
		if (found)
			return found;
	}
	return NULL;
}

static const struct expr *place_of(const struct lint *lint, const struct node *literal)
{
	uint32_t number = literal->check;

	return check_at(lint->rule->expr, &number);
}

static bool is_reported(struct lint *lint, const struct expr *a, const struct expr *b)
{
	const struct pair pair = { a, b };

	for (uint32_t i = 0; i < lint->nreported; i++) {
		if (lint->reported[i].a == a && lint->reported[i].b == b)
			return true;
	}
	loader_push(lint->l, &lint->reported, &lint->nreported, &pair, sizeof(pair));
	return false;
}

static struct str check_text(struct arena *arena, const struct check *check, bool negated)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	struct str ret = { 0 };

	if (!out)
		return ret;
	fputs(negated ? "not " : "", out);
	check_print_short(out, check, 4);
	if (fclose(out) == 0)
		ret = arena_str(arena, (struct str){ text, n });
	free(text);
	return ret;
}

/*
 * @around: one check encloses the other. If the branch is in a macro, other rules may need it, so
 * it is not reported; if both checks are in one text, it is.
 */
static void report_pair(struct lint *lint, const struct node *a, const struct node *b, bool around)
{
	const struct node *first = a->check < b->check ? a : b, *second = first == a ? b : a;
	const struct expr *at = place_of(lint, second), *other = place_of(lint, first);
	const struct pred *pred = &lint->set->program.preds[first->pred];
	struct str text, hint = { 0 };

	/* The same place, plain and negated, is a macro that users are expected to redefine. */
	if (!at || !other || at == other || (around && at->origin != other->origin) ||
	    is_reported(lint, at, other))
		return;
	text = check_text(lint->l->arena, other->check, first->negate);
	text = arena_printf(lint->l->arena, second->negate ? "this excludes every %s that passes '"
			    STR_FMT "'" : "no %s passes both this and '" STR_FMT "'",
			    pred->given == SLOT_NONE ? "event" : "path", STR_ARG(text));
	if (!first->negate && !second->negate)
		hint = STR("to match one of several values, use 'in (a, b)' or join two checks with 'or'");
	loader_text_diag(lint->l, DIAG_WARNING, "SAKER_CONTRADICTION", at->origin, at->off, at->len,
			 text, hint);
}

/* Is the check part of an exception of the rule? */
static bool is_of_exception(const struct lint *lint, const struct node *literal)
{
	const struct expr *at = place_of(lint, literal);
	const struct text *text = at ? at->origin : NULL;

	return text && text->exceptions && at->off >= text->exceptions;
}

enum literal_in { IN_AND, IN_OR, IN_DEAD_OR };	/* no part of the last can hold */

/*
 * Reports what excludes the literal. A part of an exception that the rule requires anyway is
 * redundant, and no mistake, unless the exception is one for every event of the rule.
 *
 * Return: whether the literal never holds beside the facts.
 */
static bool excludes_any(struct lint *lint, const struct node *literal, uint32_t n, uint32_t outer,
			 enum literal_in in)
{
	const bool quiet = in == IN_OR && is_of_exception(lint, literal);
	bool any = false;

	for (uint32_t k = 0; k < n; k++) {
		if (!literals_exclude(&lint->set->program, lint->facts[k], literal))
			continue;
		if (!quiet)
			report_pair(lint, lint->facts[k], literal, in != IN_AND || k < outer);
		any |= lint->set->program.preds[literal->pred].given == SLOT_NONE;
	}
	return any;
}

/*
 * @outer: how many facts hold around this node. Return: whether the node never holds: one part of
 * an "and", or every part of an "or".
 */
static bool contradictions(struct lint *lint, const struct node *node, uint32_t outer)
{
	bool every = node->kind == NODE_AND, never = !every;
	uint32_t n = outer;

	if (node->kind != NODE_AND && node->kind != NODE_OR)
		return false;
	for (uint32_t i = 0; every && i < node->nkids && n < FACTS_MAX; i++) {
		const struct node *kid = node->kids[i];

		if (kid->kind != NODE_LITERAL)
			continue;
		never |= excludes_any(lint, kid, n, outer, IN_AND);
		lint->facts[n++] = kid;
	}
	for (uint32_t i = 0; i < node->nkids; i++) {
		const struct node *kid = node->kids[i];
		bool dead = !every && kid->kind == NODE_LITERAL ?
			    excludes_any(lint, kid, n, outer, IN_OR) : contradictions(lint, kid, n);

		never = every ? never || dead : never && dead;
	}
	for (uint32_t i = 0; never && !every && i < node->nkids; i++)
		if (node->kids[i]->kind == NODE_LITERAL)
			excludes_any(lint, node->kids[i], n, outer, IN_DEAD_OR);
	return never;
}

/* a and b or c: an 'or' in which some parts are joined by 'and' without parentheses. */
static void precedence(struct lint *lint, const struct expr *e)
{
	const struct expr *joined = NULL;
	bool single = false;

	if (e->kind == EXPR_MACRO)
		precedence(lint, e->macro.target);
	if (e->kind == EXPR_MACRO || e->kind == EXPR_CHECK)
		return;
	for (uint32_t i = 0; i < e->nkids; i++) {
		const struct expr *kid = e->kids[i];

		precedence(lint, kid);
		if (e->kind != EXPR_OR)
			continue;
		single |= kid->kind != EXPR_AND;
		if (kid->kind == EXPR_AND && !kid->grouped && !joined)
			joined = kid;
	}
	if (!joined || !single || is_reported(lint, e, e))
		return;
	loader_text_diag(lint->l, DIAG_WARNING, "SAKER_PRECEDENCE", joined->origin, joined->off,
			 joined->len, STR("'and' binds more tightly than 'or': a and b or c means "
					  "(a and b) or c"),
			 STR("put parentheses around the parts that belong together"));
}

/* Files without an item, most often a wrong file name. */
static void empty_files(struct ruleset_loader *l)
{
	static const struct yaml nothing = { .kind = YAML_LIST };

	for (uint32_t i = 0; i < l->nsources; i++) {
		if (!l->sources[i]->items && !l->sources[i]->errors)
			loader_warn(l, "SAKER_EMPTY", "rules content", STR(""),
				    (struct place){ l->sources[i], &nothing },
				    "the file has no rules, macros or lists");
	}
}

static struct rule_item *item_of(const struct lint *lint, const struct rule *rule)
{
	uint32_t id = loader_find(&lint->l->rule_names, rule->name);

	return id ? lint->l->rules[id - 1] : NULL;
}

/* The reason why a check that was decided at load never holds. */
static bool never_hint(struct lint *lint, const struct leaf *leaf)
{
	const struct check *check = leaf->check;
	struct str text;

	if (!check->nvalues && check->nwords) {
		loader_hint(lint->l, "the list " STR_FMT " is empty", STR_ARG(check->words[0].text));
		return true;
	}
	if (check->lhs->kind != OPERAND_FIELD ||
	    !(check->lhs->field->flags & FIELD_FROM_ONE))
		return false;
	text = check_text(lint->l->arena, check, leaf->negate);
	loader_hint(lint->l, "no event passes '" STR_FMT "': event numbers start at 1",
		    STR_ARG(text));
	return true;
}

bool condition_is_never(const struct condition *c)
{
	bool any = false;

	for (size_t i = 0; i < TYPE_WORDS; i++)
		any |= c->types[i];
	return c->entry == VERDICT_FALSE || !any;
}

static void never(struct lint *lint)
{
	const struct rule_item *item = item_of(lint, lint->rule);
	const struct condition *c = &lint->rule->condition;

	if (!item || !condition_is_never(c))
		return;
	loader_warn(lint->l, "SAKER_CONTRADICTION", "rule", item->name, item->place,
		    c->entry == VERDICT_FALSE ? "the rule can never match" :
		    "the rule can never match: no event type passes its checks");
	for (uint32_t i = 0; i < c->nleaves; i++) {
		const struct leaf *leaf = &c->leaves[i];

		if (leaf->pred == PRED_NONE && leaf->constant == leaf->negate &&
		    never_hint(lint, leaf))
			return;
	}
}

int ruleset_lint(struct ruleset_loader *l)
{
	const struct ruleset *set = l->set;
	struct lint lint = { .l = l, .set = set };
	int r = 0;

	empty_files(l);
	for (uint32_t i = 0; i < set->nrules; i++) {
		lint.rule = &set->rules[i];
		precedence(&lint, lint.rule->expr);
		if (contradictions(&lint, lint.rule->condition.node, 0))
			l->fires[i] = FIRES_NEVER;
		never(&lint);
	}
	if (!set->match_all)
		r = shadows_warn(l, set);
	diag_list_sort(&l->diags);
	return l->no_memory ? -ENOMEM : r;
}
