/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluates a condition by walking its tree, without any sharing between rules. */
#include "engine_naive.h"
#include "filter/fieldref.h"
#include "filter/pattern.h"

static bool path_below(struct str path, struct str prefix)
{
	while (prefix.n && prefix.p[prefix.n - 1] == '/')
		prefix.n--;
	return str_starts(path, prefix) && (path.n == prefix.n || path.p[prefix.n] == '/');
}

static bool one_holds(const struct check *check, const struct value *v, const struct value *constant)
{
	if (check->op == OP_PMATCH)
		return path_below(v->s, constant->s);
	if (check->op == OP_REGEX)
		return false;	/* compiling it for each event would prove nothing */
	return value_compare(check->op, v, constant);
}

static bool value_holds(const struct check *check, const struct value *v)
{
	uint32_t hits = 0;

	for (uint32_t i = 0; i < check->nvalues; i++)
		hits += one_holds(check, v, &check->values[i]);
	switch (check->modifier) {
	case MODIFIER_ALLOF:
		return hits == check->nvalues;
	case MODIFIER_ONEOF:
		return hits == 1;
	default:
		return check->op == OP_NE ? hits == check->nvalues : hits;
	}
}

static bool check_holds(const struct check *check, const struct event *ev)
{
	struct value v;

	if (operand_read(check->lhs, ev, &v) || check->rhs)
		return false;
	if (check->op == OP_EXISTS || !v.count)
		return check->op == OP_EXISTS || value_holds(check, &v);
	for (uint32_t i = 0; i < v.count; i++) {
		if (value_holds(check, &v.list[i]))
			return true;
	}
	return false;
}

static bool holds(const struct expr *e, const struct event *ev)
{
	switch (e->kind) {
	case EXPR_NOT:
		return !holds(e->kids[0], ev);
	case EXPR_MACRO:
		return holds(e->macro.target, ev);
	case EXPR_CHECK:
		return check_holds(e->check, ev);
	default:
		for (uint32_t i = 0; i < e->nkids; i++) {
			if (holds(e->kids[i], ev) != (e->kind == EXPR_AND))
				return e->kind != EXPR_AND;
		}
		return e->kind == EXPR_AND;
	}
}

unsigned int naive_eval(const struct ruleset *set, const struct event *ev)
{
	unsigned int matches = 0;

	for (uint32_t i = 0; i < set->nrules && (set->match_all || !matches); i++)
		matches += holds(set->rules[i].expr, ev);
	return matches;
}
