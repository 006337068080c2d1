/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compiles the normal form to instructions. They are written from the last to the
 * first, so the target of each jump exists already, and reversed at the end. So jumps
 * can only go forward.
 */
#include <errno.h>
#include <stdlib.h>
#include "filter/pred.h"
#include "lib/grow.h"

#define INSNS_MAX	(1u << 26)

void program_init(struct program *p, struct arena *arena)
{
	*p = (struct program){ .arena = arena };
}

void program_uninit(struct program *p)
{
	for (uint32_t i = 0; i < p->nslots; i++)
		dict_uninit(&p->slots[i].dict);
	for (uint32_t i = 0; i < p->npreds; i++)
		pred_uninit(&p->preds[i]);
	dict_uninit(&p->slot_names);
	dict_uninit(&p->pred_names);
	free(p->slots);
	free(p->preds);
	free(p->insns);
	*p = (struct program){ 0 };
}

/* Positions are counted backwards while writing: the entry of a part is the number after it. */
static int emit(struct program *p, const struct node *node, uint32_t yes, uint32_t no,
		uint32_t *entry)
{
	if (p->ninsns >= INSNS_MAX)
		return -E2BIG;
	if (GROW(p->insns, p->ninsns, p->insn_room, 1024) < 0)
		return -ENOMEM;
	*entry = p->ninsns;
	p->insns[p->ninsns++] = (struct insn){
		.pred = node->pred << 1 | node->negate, .check = node->check, .yes = yes, .no = no,
	};
	return 0;
}

static int generate(struct program *p, const struct node *node, uint32_t yes, uint32_t no,
		    uint32_t *entry)
{
	switch (node->kind) {
	case NODE_TRUE:
		*entry = yes;
		return 0;
	case NODE_FALSE:
		*entry = no;
		return 0;
	case NODE_LITERAL:
		return emit(p, node, yes, no, entry);
	case NODE_AND:
	case NODE_OR:
		break;
	}
	for (uint32_t i = node->nkids; i-- > 0;) {
		int r = generate(p, node->kids[i], yes, no, entry);

		if (r < 0)
			return r;
		if (node->kind == NODE_AND)
			yes = *entry;
		else
			no = *entry;
	}
	return 0;
}

static uint32_t turn(uint32_t to, uint32_t first, uint32_t last)
{
	return to >= VERDICT_FALSE ? to : first + last - to;
}

int program_add(struct program *p, struct expr *e, struct condition *ret)
{
	uint32_t first = p->ninsns, last;
	int r;

	*ret = (struct condition){ 0 };
	r = normalise(p, e, ret);
	if (r == 0)
		r = generate(p, ret->node, VERDICT_TRUE, VERDICT_FALSE, &ret->entry);
	if (r < 0)
		return r;
	last = p->ninsns - 1;
	for (uint32_t i = first, j = last; p->ninsns > first && i < j; i++, j--) {
		struct insn swap = p->insns[i];

		p->insns[i] = p->insns[j];
		p->insns[j] = swap;
	}
	for (uint32_t i = first; i < p->ninsns; i++) {
		p->insns[i].yes = turn(p->insns[i].yes, first, last);
		p->insns[i].no = turn(p->insns[i].no, first, last);
	}
	ret->entry = turn(ret->entry, first, last);
	ret->end = p->ninsns;
	node_types(p, ret->node, ret->types);
	return 0;
}

/* A bitmap, if that is not much larger than the list of numbers. */
static int symbols_seal(struct program *p, struct pred *pred)
{
	const struct slot *slot = &p->slots[p->slots[pred->slot].dict_of];
	struct symbols *set = &pred->symbols;
	uint32_t words = (slot->dict.count + 1 + 63) / 64;

	if (set->n <= 8 || (words > 64 && words > set->n * 8))
		return 0;
	set->bits = arena_alloc(p->arena, words * sizeof(*set->bits));
	if (!set->bits)
		return -ENOMEM;
	set->nbits = words * 64;
	for (uint32_t i = 0; i < set->n; i++)
		set->bits[set->ids[i] / 64] |= 1ull << (set->ids[i] % 64);
	return 0;
}

int program_seal(struct program *p)
{
	for (uint32_t i = 0; i < p->npreds; i++) {
		int r = p->preds[i].matcher == MATCH_SYMBOLS ? symbols_seal(p, &p->preds[i]) : 0;

		if (r < 0)
			return r;
	}
	dict_uninit(&p->slot_names);
	dict_uninit(&p->pred_names);
	return program_verify(p) ? 0 : -EINVAL;
}
