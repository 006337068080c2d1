/* SPDX-License-Identifier: Apache-2.0 */
/* Allocates the index while it is built: arrays by slot, predicate and clue, and lists of rules. */
#include "rule/index_builder.h"
#include "lib/grow.h"
#include <errno.h>
#include <stdlib.h>

int numbers_add(struct numbers *numbers, uint32_t number)
{
	if (GROW(numbers->items, numbers->n, numbers->room, 64) < 0)
		return -ENOMEM;
	numbers->items[numbers->n++] = number;
	return 0;
}

int builder_list(struct builder *b, const uint32_t *rules, uint32_t n, uint32_t *ret)
{
	struct index *index = b->index;

	*ret = LIST_NONE;
	if (!n)
		return 0;
	if (GROW(index->lists, index->nlists, index->list_room, 256) < 0)
		return -ENOMEM;
	if (index->nnumbers + n > index->number_room) {
		uint32_t room = (index->nnumbers + n) * 2;
		uint32_t *numbers = realloc(index->rules, room * sizeof(*numbers));

		if (!numbers)
			return -ENOMEM;
		index->rules = numbers;
		index->number_room = room;
	}
	memcpy(index->rules + index->nnumbers, rules, n * sizeof(*rules));
	index->lists[index->nlists] = (struct rule_list){ index->nnumbers, n };
	index->nnumbers += n;
	*ret = index->nlists++;
	return 0;
}

int builder_init(struct builder *b, struct ruleset *set, struct index *index)
{
	const struct program *p = &set->program;

	*b = (struct builder){ .set = set, .index = index, .known = { .p = p } };
	index->nslots = p->nslots;
	index->nrules = set->nrules;
	index->arena = arena_new(0, 0);
	index->slots = calloc(p->nslots + 1, sizeof(*index->slots));
	b->known.answers = calloc(p->npreds + 1, sizeof(*b->known.answers));
	b->needs = calloc(p->npreds * 2 + 2, sizeof(*b->needs));
	b->given = malloc((p->nslots + 1) * sizeof(*b->given));
	b->allowed = malloc((p->nslots + 1) * CLUE_KINDS);
	if (clues_init(&index->clues, p) < 0 || !index->arena || !index->slots ||
	    !b->known.answers || !b->needs || !b->given || !b->allowed)
		return -ENOMEM;
	b->costs = calloc(index->clues.n + 1, sizeof(*b->costs));
	b->used = calloc(index->clues.n + 1, sizeof(*b->used));
	b->chooser = (struct chooser){ .clues = &index->clues, .known = &b->known,
				       .costs = b->costs, .allowed = b->allowed };
	for (uint32_t i = 0; i < p->nslots; i++)
		b->given[i] = SLOT_NONE;
	for (uint32_t i = 0; i < p->nslots; i++) {
		if (p->slots[i].dict_of != i)
			b->given[p->slots[i].dict_of] = i;
	}
	return b->costs && b->used ? 0 : -ENOMEM;
}

void builder_uninit(struct builder *b)
{
	free(b->known.answers);
	free(b->chooser.chosen);
	free(b->costs);
	free(b->used);
	free(b->allowed);
	free(b->given);
	free(b->needs);
	free(b->touched.items);
}
