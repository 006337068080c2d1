/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds one leaf of the index: each rule gets its cheapest key; then searches
 * that serve too few rules are dropped, and these rules take the best key among
 * the remaining searches, or none.
 */
#include "rule/index_leaf.h"
#include <errno.h>
#include <stdlib.h>
#include "filter/fieldref.h"
#include "lib/grow.h"

#define ROUNDS	3

struct found {			/* a rule found by a clue */
	uint32_t clue, rule;
};

static uint32_t place_of(const struct builder *b, uint32_t number)
{
	const struct clue clue = clue_of(&b->index->clues, number);

	return clue.slot * CLUE_KINDS + (uint32_t)clue.kind;
}

/* The key of rule @i, if it is cheaper than none. */
static struct pick choose(struct builder *b, const struct picks *picks, uint32_t i)
{
	struct pick pick = { .start = b->chooser.n };

	pick.cost = key_choose(&b->chooser, b->set->rules[picks->rules[i]].condition.node);
	pick.n = b->chooser.n - pick.start;
	if (pick.cost >= picks->plain[i]) {
		b->chooser.n = pick.start;
		pick.n = 0;
		pick.cost = picks->plain[i];
	}
	return pick;
}

/* The cost of a rule without its best key: all constants of the key are compared. */
static float plain_cost(const struct builder *b, const struct pick *pick)
{
	static const float kinds[CLUE_KINDS] = { 1, 6, 6, 40, 150, 10 };
	float cost = RULE_COST;

	for (uint32_t k = 0; k < pick->n; k++)
		cost += kinds[place_of(b, b->chooser.chosen[pick->start + k]) % CLUE_KINDS];
	return cost;
}

static void choose_first(struct builder *b, struct picks *picks)
{
	for (uint32_t i = 0; i < picks->n; i++) {
		picks->plain[i] = KEY_NONE;
		picks->items[i] = choose(b, picks, i);
		picks->plain[i] = plain_cost(b, &picks->items[i]);
		if (picks->items[i].cost > picks->plain[i])
			picks->items[i].cost = picks->plain[i];
	}
}

static bool uses(const struct builder *b, const struct pick *pick, uint32_t place)
{
	for (uint32_t i = 0; i < pick->n; i++) {
		if (place_of(b, b->chooser.chosen[pick->start + i]) == place)
			return true;
	}
	return false;
}

static void count_uses(const struct builder *b, struct picks *picks)
{
	memset(picks->used, 0, b->index->nslots * CLUE_KINDS * sizeof(*picks->used));
	for (uint32_t i = 0; i < picks->n; i++) {
		const struct pick *pick = &picks->items[i];
		uint32_t last = UINT32_MAX;

		for (uint32_t k = 0; k < pick->n; k++) {
			uint32_t place = place_of(b, b->chooser.chosen[pick->start + k]);

			picks->used[place] += place != last;
			last = place;
		}
	}
}

/* The cost of a search there for each event, in ns, about. */
static float place_cost(const struct builder *b, const uint32_t *used, uint32_t place)
{
	static const float kinds[CLUE_KINDS] = { 14, 15, 15, 60, 80, 25 };
	const uint32_t slot = place / CLUE_KINDS;
	const struct operand *op = b->set->program.slots[slot].op;
	float cost = kinds[place % CLUE_KINDS];
	bool alone = true;

	for (uint32_t kind = 0; kind < CLUE_KINDS; kind++)
		alone &= slot * CLUE_KINDS + kind == place || !used[slot * CLUE_KINDS + kind];
	if (alone)
		cost += op->kind != OPERAND_FIELD || op->list || operand_is_any(op) ? 100 : 10;
	return cost;
}

/* Drops a search if that is cheaper. Return: whether it was dropped. */
static bool give_up(struct builder *b, struct picks *picks, uint32_t place)
{
	const uint32_t begin = b->chooser.n;
	float saved = place_cost(b, picks->used, place);

	b->allowed[place] = false;
	for (uint32_t i = 0; i < picks->n && saved > 0; i++) {
		if (!uses(b, &picks->items[i], place))
			continue;
		saved -= choose(b, picks, i).cost - picks->items[i].cost;
		b->chooser.n = begin;
	}
	if (saved <= 0) {
		b->allowed[place] = true;
		return false;
	}
	for (uint32_t i = 0; i < picks->n; i++) {
		if (uses(b, &picks->items[i], place))
			picks->items[i] = choose(b, picks, i);
	}
	return true;
}

static void choose_all(struct builder *b, struct picks *picks)
{
	const uint32_t nplaces = b->index->nslots * CLUE_KINDS;
	bool better = true;

	b->chooser.n = 0;
	memset(b->allowed, true, nplaces);
	choose_first(b, picks);
	for (int round = 0; better && round < ROUNDS; round++) {
		better = false;
		count_uses(b, picks);
		for (uint32_t place = 0; place < nplaces; place++)
			b->allowed[place] = picks->used[place];
		for (uint32_t place = 0; place < nplaces; place++) {
			if (!picks->used[place] || !give_up(b, picks, place))
				continue;
			better = true;
			count_uses(b, picks);
		}
	}
	count_uses(b, picks);
}

/* With its share of the cost of the search that finds the rule. */
static float worth_of(const struct builder *b, const struct picks *picks, const struct pick *pick)
{
	float worth = pick->cost;
	uint32_t last = UINT32_MAX;

	for (uint32_t k = 0; k < pick->n; k++) {
		uint32_t place = place_of(b, b->chooser.chosen[pick->start + k]);

		if (place != last)
			worth += place_cost(b, picks->used, place) / (float)picks->used[place];
		last = place;
	}
	return worth;
}

void picks_uninit(struct picks *picks)
{
	free(picks->items);
	free(picks->plain);
	free(picks->used);
}

int builder_choose(struct builder *b, const uint32_t *rules, uint32_t n, struct picks *ret)
{
	*ret = (struct picks){ .rules = rules, .n = n };
	ret->items = calloc(n + 1, sizeof(*ret->items));
	ret->plain = calloc(n + 1, sizeof(*ret->plain));
	ret->used = calloc(b->index->nslots * CLUE_KINDS + 1, sizeof(*ret->used));
	if (!ret->items || !ret->plain || !ret->used)
		return -ENOMEM;
	if (b->work < WORK_MAX)
		choose_all(b, ret);
	for (uint32_t i = 0; i < n; i++)
		ret->items[i].worth = worth_of(b, ret, &ret->items[i]);
	return b->chooser.no_memory ? -ENOMEM : 0;
}

/* -- tables -- */

static int compare_found(const void *a, const void *b)
{
	const struct found *x = a, *y = b;

	if (x->clue != y->clue)
		return x->clue < y->clue ? -1 : 1;
	return (x->rule > y->rule) - (x->rule < y->rule);
}

static void enter(struct index_leaf *leaf, uint32_t clue, uint32_t list)
{
	uint32_t i = entry_home(clue, leaf->mask);

	while (leaf->table[i].clue)
		i = (i + 1) & leaf->mask;
	leaf->table[i] = (struct entry){ clue, list };
}

/* A list for each clue; @found is in order. */
static int fill_table(struct builder *b, struct index_leaf *leaf, const struct found *found,
		      uint32_t n)
{
	uint32_t nclues = 0, room = 2;
	uint32_t *rules = malloc((n + 1) * sizeof(*rules));
	int r = rules ? 0 : -ENOMEM;

	for (uint32_t i = 0; i < n; i++)
		nclues += !i || found[i].clue != found[i - 1].clue;
	while (room < nclues * 2)
		room *= 2;
	leaf->mask = room - 1;
	leaf->table = arena_alloc(b->index->arena, room * sizeof(*leaf->table));
	if (!leaf->table)
		r = -ENOMEM;
	for (uint32_t i = 0, end; r == 0 && i < n; i = end) {
		uint32_t list, nrules = 0;

		for (end = i; end < n && found[end].clue == found[i].clue; end++) {
			if (!nrules || rules[nrules - 1] != found[end].rule)
				rules[nrules++] = found[end].rule;
		}
		r = builder_list(b, rules, nrules, &list);
		if (r == 0)
			enter(leaf, found[i].clue, list);
		b->used[found[i].clue] = true;
	}
	free(rules);
	return r;
}

static int fill_clues(struct builder *b, struct index_leaf *leaf, const struct picks *picks)
{
	struct found *found;
	uint32_t n = 0;
	int r;

	for (uint32_t i = 0; i < picks->n; i++)
		n += picks->items[i].n;
	found = malloc((n + 1) * sizeof(*found));
	if (!found)
		return -ENOMEM;
	n = 0;
	for (uint32_t i = 0; i < picks->n; i++) {
		const struct pick *pick = &picks->items[i];

		for (uint32_t k = 0; k < pick->n; k++)
			found[n++] = (struct found){ b->chooser.chosen[pick->start + k],
						     picks->rules[i] };
	}
	qsort(found, n, sizeof(*found), compare_found);
	r = fill_table(b, leaf, found, n);
	free(found);
	return r;
}

/* Lists the rules that may be found in a slot; with SLOT_NONE, those without a key. */
static int list_of_slot(struct builder *b, const struct picks *picks, uint32_t slot, uint32_t *ret)
{
	struct numbers rules = { 0 };
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < picks->n; i++) {
		const struct pick *pick = &picks->items[i];
		bool in = slot == SLOT_NONE && !pick->n;

		for (uint32_t k = 0; !in && k < pick->n; k++)
			in = place_of(b, b->chooser.chosen[pick->start + k]) / CLUE_KINDS == slot;
		if (in)
			r = numbers_add(&rules, picks->rules[i]);
	}
	if (r == 0)
		r = builder_list(b, rules.items, rules.n, ret);
	free(rules.items);
	return r;
}

static bool is_path(const struct operand *op)
{
	return op->kind == OPERAND_FIELD && op->field->flags & FIELD_PATH;
}

static int fill_probes(struct builder *b, struct index_leaf *leaf, const struct picks *picks)
{
	int r = 0;

	leaf->probes = arena_alloc(b->index->arena, (b->index->nslots + 1) * sizeof(*leaf->probes));
	if (!leaf->probes)
		return -ENOMEM;
	for (uint32_t slot = 0; r == 0 && slot < b->index->nslots; slot++) {
		struct probe probe = { .slot = slot, .given = b->given[slot] };

		for (uint32_t kind = 0; kind < CLUE_KINDS; kind++)
			probe.kinds |= (uint32_t)!!picks->used[slot * CLUE_KINDS + kind] << kind;
		if (!probe.kinds)
			continue;
		probe.by_value = probe.kinds & ~(1u << CLUE_VALUE);
		probe.is_path = is_path(b->set->program.slots[slot].op);
		/* Found by the search for texts at the beginning, if there is one. */
		probe.by_symbol = probe.kinds & 1u << CLUE_VALUE &&
				  !(probe.kinds & 1u << CLUE_FRONT);
		r = list_of_slot(b, picks, slot, &probe.all);
		leaf->probes[leaf->nprobes++] = probe;
	}
	return r;
}

static int leaf_add(struct builder *b, const struct index_leaf *leaf, uint32_t *ret)
{
	struct index *index = b->index;

	if (GROW(index->leaves, index->nleaves, index->leaf_room, 64) < 0)
		return -ENOMEM;
	index->leaves[index->nleaves] = *leaf;
	*ret = index->nleaves++;
	return 0;
}

int builder_leaf(struct builder *b, const struct picks *picks, uint32_t *ret)
{
	struct index_leaf leaf = { .plain = LIST_NONE };
	int r = list_of_slot(b, picks, SLOT_NONE, &leaf.plain);

	if (r == 0)
		r = fill_clues(b, &leaf, picks);
	if (r == 0)
		r = fill_probes(b, &leaf, picks);
	return r < 0 ? r : leaf_add(b, &leaf, ret);
}
