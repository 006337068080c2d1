/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Verifies what the evaluator assumes and does not test: numbers in range, jumps only
 * forward and within the condition, matchers with their data. A program that fails is a
 * bug of the compiler and is never run.
 */
#include "filter/program.h"

static bool slot_ok(const struct program *p, uint32_t i)
{
	const struct slot *slot = &p->slots[i];

	if (!slot->op || slot->dict_of >= p->nslots)
		return false;
	for (uint32_t a = 0; a < slot->op->nargs; a++) {
		if (slot->args[a] >= p->nslots || slot->args[a] == i)
			return false;
	}
	if (slot->op->kind != OPERAND_FIELD)
		return !slot->extract && !slot->own_path;
	if (!slot->op->field || (slot->own_path && !slot->given) ||
	    (slot->own_path && !(slot->op->field->flags & FIELD_OWN_PATH)))
		return false;
	return slot->type == slot->op->type &&
	       slot->extract == (slot->given ? slot->op->field->given : slot->op->field->extract);
}

static bool symbols_ok(const struct program *p, const struct pred *pred)
{
	const struct symbols *set = &pred->symbols;
	uint32_t count = p->slots[p->slots[pred->slot].dict_of].dict.count;

	for (uint32_t i = 0; i < set->n; i++) {
		if (set->ids[i] == 0 || set->ids[i] > count ||
		    (i && set->ids[i] <= set->ids[i - 1]))
			return false;
		if (set->nbits && (set->ids[i] >= set->nbits ||
				   !(set->bits[set->ids[i] / 64] >> (set->ids[i] % 64) & 1)))
			return false;
	}
	return true;
}

static bool pred_ok(const struct program *p, const struct pred *pred)
{
	if (pred->slot >= p->nslots || (pred->given != SLOT_NONE && pred->given >= p->nslots))
		return false;
	switch ((enum matcher)pred->matcher) {
	case MATCH_NEVER:
	case MATCH_EXISTS:
		return true;
	case MATCH_FLAG:
		return p->slots[pred->slot].type == VALUE_BOOL;
	case MATCH_TYPES:
		return pred->types;
	case MATCH_SYMBOLS:
		return symbols_ok(p, pred);
	case MATCH_NUMBER:
		return pred->n == 1 && pred->values &&
		       p->slots[pred->slot].type == pred->values[0].type &&
		       pred->op >= OP_LE && pred->op <= OP_GT;
	case MATCH_NEEDLES:
		return pred->n && pred->needles && p->slots[pred->slot].type == VALUE_STR;
	case MATCH_EACH:
		return pred->n && pred->values && (pred->op == OP_REGEX) == (pred->regexes != NULL);
	case MATCH_NETS:
		return pred->n && pred->nets;
	case MATCH_PATHS:
		return pred->paths;
	case MATCH_SLOT:
		return pred->rhs < p->nslots;
	}
	return false;
}

bool program_verify(const struct program *p)
{
	for (uint32_t i = 0; i < p->nslots; i++) {
		if (!slot_ok(p, i))
			return false;
	}
	for (uint32_t i = 0; i < p->npreds; i++) {
		if (!pred_ok(p, &p->preds[i]))
			return false;
	}
	return true;
}

static bool jump_ok(uint32_t from, uint32_t to, uint32_t end)
{
	return to >= VERDICT_FALSE || (to > from && to < end);
}

bool condition_verify(const struct program *p, const struct condition *c)
{
	if (c->entry >= VERDICT_FALSE)
		return true;
	if (c->end > p->ninsns || c->entry >= c->end)
		return false;
	for (uint32_t i = c->entry; i < c->end; i++) {
		const struct insn *insn = &p->insns[i];

		if (insn->pred >> 1 >= p->npreds || insn->check >= c->nleaves ||
		    !jump_ok(i, insn->yes, c->end) || !jump_ok(i, insn->no, c->end))
			return false;
	}
	return true;
}
