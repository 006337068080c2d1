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

/*
 * Counts are mostly not below zero. A descriptor is, if the open failed: every search along a path
 * fails many times.
 */
static float chance_of_number(const struct operand *op, const struct pred *pred)
{
	const struct value *limit = pred->values;

	if (op->kind == OPERAND_FIELD && op->field->flags & FIELD_SHAPE_SIGN)
		return 0.5f;
	return pred->op == OP_GE && limit->type == VALUE_S64 && limit->i <= 0 ? 1 - SELDOM : 0.5f;
}

float guess_chance(const struct program *p, const struct pred *pred)
{
	const struct operand *op = p->slots[pred->slot].op;
	float chance = SELDOM;

	if (pred->matcher == MATCH_EXISTS)
		chance = 1 - SELDOM;
	else if (pred->matcher == MATCH_NUMBER)
		chance = chance_of_number(op, pred);
	else if (pred->matcher == MATCH_NETS)
		chance = 2 * SELDOM;
	else if (pred->matcher != MATCH_TYPES && guess_common(op))
		chance = 0.5f;
	return pred->invert ? 1 - chance : chance;
}
