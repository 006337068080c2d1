/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Estimates how likely checks hold: rules name rare values, one program, one
 * file, one network of many.
 */
#include "filter/guess.h"
#include "filter/fieldref.h"

#define SELDOM	0.1f

bool guess_common(const struct operand *op)
{
	return op->type == VALUE_BOOL ||
	       (op->kind == OPERAND_FIELD && op->field->flags & FIELD_COMMON);
}

/* Counts are mostly not below zero. */
static float chance_of_number(const struct pred *pred)
{
	const struct value *limit = pred->values;

	return pred->op == OP_GE && limit->type == VALUE_S64 && limit->i <= 0 ? 1 - SELDOM : 0.5f;
}

float guess_chance(const struct program *p, const struct pred *pred)
{
	const struct operand *op = p->slots[pred->slot].op;
	float chance = SELDOM;

	if (pred->matcher == MATCH_EXISTS)
		chance = 1 - SELDOM;
	else if (pred->matcher == MATCH_NUMBER)
		chance = chance_of_number(pred);
	else if (pred->matcher == MATCH_NETS)
		chance = 2 * SELDOM;
	else if (pred->matcher != MATCH_TYPES && guess_common(op))
		chance = 0.5f;
	return pred->invert ? 1 - chance : chance;
}

/*
 * The descriptor of a failed open is below zero, and a program that searches a path fails many
 * times. The index compares the sign first, once for all rules, so a rule need not do so.
 */
float guess_chance_before(const struct program *p, const struct pred *pred)
{
	const struct operand *op = p->slots[pred->slot].op;

	if (pred->matcher == MATCH_NUMBER && op->kind == OPERAND_FIELD &&
	    op->field->flags & FIELD_SHAPE_SIGN)
		return 0.5f;
	return guess_chance(p, pred);
}
