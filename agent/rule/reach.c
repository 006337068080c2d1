/* SPDX-License-Identifier: Apache-2.0 */
/* Finds for which event types a part of a condition can hold. A missing value makes a check false. */
#include "rule/reach.h"
#include "decode/schema.h"
#include "decode/type.h"
#include "filter/check.h"

bool types_any(const struct types *t)
{
	for (size_t i = 0; i < TYPE_WORDS; i++)
		if (t->w[i])
			return true;
	return false;
}

void types_and(struct types *t, const struct types *with)
{
	for (size_t i = 0; i < TYPE_WORDS; i++)
		t->w[i] &= with->w[i];
}

void types_or(uint64_t w[TYPE_WORDS], const struct types *with)
{
	for (size_t i = 0; i < TYPE_WORDS; i++)
		w[i] |= with->w[i];
}

struct types types_without(struct types t, const struct types *others)
{
	for (size_t i = 0; i < TYPE_WORDS; i++)
		t.w[i] &= ~others->w[i];
	return t;
}

void types_add(struct types *t, evt_type_t type)
{
	t->w[type / 64] |= 1ull << (type % 64);
}

uint32_t types_count(const uint64_t w[TYPE_WORDS])
{
	uint32_t n = 0;

	for (size_t i = 0; i < TYPE_WORDS; i++)
		n += (uint32_t)__builtin_popcountll(w[i]);
	return n;
}

/* Whether records of the type exist: not those of the stream, nor those the agent makes itself. */
static bool can_occur(evt_type_t type)
{
	const enum ev_type event = evt_type_event(type);

	return event >= EV_execve && event != EV_task && (event < EV_user || event > EV_rules) &&
	       schema_event(event) && evt_type_find(evt_type_name(type)) == type;
}

void reach_init(struct reach *r, const struct ruleset *set)
{
	*r = (struct reach){ .set = set };
	for (evt_type_t type = 0; type < EVT_TYPE_COUNT; type++) {
		if (!can_occur(type))
			continue;
		types_add(&r->all, type);
		if (evt_type_event(type) == EV_syscall)
			types_add(&r->generic, type);
		for (int on = 0; on < ON_COUNT; on++)
			if (field_filled_on((enum field_on)on, type))
				types_add(&r->on[on], type);
	}
}

/* Compares the parsed arguments, because two texts may be the same number. */
static bool is_same_arg(const struct field_arg *a, const struct field_arg *b)
{
	return a->present == b->present && a->is_index == b->is_index &&
	       (a->is_index ? a->index == b->index : a->resolved == b->resolved);
}

static struct types arg_types(struct reach *r, const struct operand *op)
{
	const struct field_arg *arg = &op->arg;
	const uint64_t number = arg->is_index ? arg->index : arg->resolved;
	struct arg_types *kept = &r->args[number % REACH_ARGS];

	if (kept->field == op->field && is_same_arg(&kept->arg, arg))
		return kept->types;
	*kept = (struct arg_types){ .field = op->field, .arg = *arg };
	for (evt_type_t type = 0; type < EVT_TYPE_COUNT; type++)
		if (field_filled(op->field, arg, type))
			types_add(&kept->types, type);
	types_and(&kept->types, &r->all);
	return kept->types;
}

struct types reach_field(struct reach *r, const struct operand *op)
{
	const enum field_on on = FIELD_ON(op->field->flags);

	if (!op->field->extract)
		return (struct types){ 0 };
	return on == ON_ARGS ? arg_types(r, op) : r->on[on];
}

struct types reach_operand(struct reach *r, const struct operand *op)
{
	struct types types = r->all, arg;

	if (op->kind == OPERAND_FIELD)
		return reach_field(r, op);
	for (uint32_t i = 0; i < op->nargs; i++) {
		arg = reach_operand(r, op->args[i]);
		types_and(&types, &arg);
	}
	return types;
}

bool reach_is_for_false(const struct check *check)
{
	return check->lhs->type == VALUE_BOOL && check->lhs->kind == OPERAND_FIELD &&
	       check->lhs->field->extract && check->nvalues == 1 &&
	       ((check->op == OP_EQ && !check->values[0].u) ||
		(check->op == OP_NE && check->values[0].u));
}

/*
 * If the check is of the event's type: the types that pass it. Return: false if it is another
 * check.
 */
static bool passed_types(const struct reach *r, const struct check *check, bool negate,
			 struct types *ret)
{
	const uint32_t number = check->pred[check->pred[0] == PRED_NONE];
	const struct pred *pred = number != PRED_NONE ? &r->set->program.preds[number] : NULL;

	*ret = r->all;
	if (check->lhs->kind != OPERAND_FIELD || !field_is_evt_type(check->lhs->field) || !pred ||
	    pred->matcher != MATCH_TYPES)
		return false;
	for (size_t i = 0; i < TYPE_WORDS; i++)
		ret->w[i] &= negate ? ~pred->types[i] : pred->types[i];
	return true;
}

struct types reach_expr(struct reach *r, const struct expr *e, bool negate,
			unsigned int levels)
{
	struct types types, kid;
	bool every;

	if (e->kind == EXPR_MACRO)
		return reach_expr(r, e->macro.target, negate, levels);
	if (e->kind == EXPR_NOT)
		return reach_expr(r, e->kids[0], !negate, levels);
	if (e->kind == EXPR_CHECK) {
		if (passed_types(r, e->check, negate, &types) || levels != REACH_EVERY || negate ||
		    reach_is_for_false(e->check))
			return types;
		types = reach_operand(r, e->check->lhs);
		kid = e->check->rhs ? reach_operand(r, e->check->rhs) : r->all;
		types_and(&types, &kid);
		return types;
	}
	if (!levels)
		return r->all;
	levels -= levels != REACH_EVERY;
	every = (e->kind == EXPR_AND) != negate;
	types = every ? r->all : (struct types){ 0 };
	for (uint32_t i = 0; i < e->nkids; i++) {
		kid = reach_expr(r, e->kids[i], negate, levels);
		if (every)
			types_and(&types, &kid);
		else
			types_or(types.w, &kid);
	}
	return types;
}
