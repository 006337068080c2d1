/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Types with the same rules are one class. In a class, rules whose condition
 * needs a slot's value to be one of a set stand in a table by that value's
 * dictionary number; the others in a plain list. A question to the table costs
 * one lookup, which the conditions themselves would need too. The lists found
 * are merged by rule number, so load order stays.
 */
#include "rule/index.h"
#include <errno.h>
#include <stdlib.h>
#include "filter/fieldref.h"
#include "lib/hash.h"

#define GROUP_MIN	3	/* rules on one slot, below which a table is not worth it */

struct key {			/* the condition is false unless slot's value is in ids */
	uint32_t slot, given;
	uint32_t *ids;
	uint32_t n;
	uint32_t score;		/* less is better */
};

struct numbers {
	uint32_t *rules;
	uint32_t n, room;
};

struct group {
	uint32_t slot, given;
	uint32_t *starts;	/* by symbol; the rules of s are rules[starts[s]..starts[s + 1]) */
	uint32_t *rules;
	uint32_t nsymbols;
	struct numbers all;	/* if the value is not known yet */
};

struct class {
	struct numbers members;	/* all rules of these types */
	struct numbers plain;
	struct group *groups;
	uint32_t ngroups;
	uint64_t hash;
};

struct index {
	struct class *classes;	/* the first is empty */
	uint32_t nclasses;
	uint32_t max_lists;
	struct key *keys;	/* by rule */
	uint32_t nkeys;
	uint16_t class_of[EVT_TYPE_COUNT + 1];
};

struct index_cursor {
	const struct index *index;
	uint32_t n;
	struct run { const uint32_t *at, *end; } runs[];
};

static int list_add(struct numbers *list, uint32_t rule)
{
	if (list->n && list->rules[list->n - 1] == rule)
		return 0;
	if (list->n == list->room) {
		uint32_t room = list->room ? list->room * 2 : 8;
		uint32_t *rules = realloc(list->rules, room * sizeof(*rules));

		if (!rules)
			return -ENOMEM;
		list->rules = rules;
		list->room = room;
	}
	list->rules[list->n++] = rule;
	return 0;
}

/* Values that most events have tell little. */
static uint32_t slot_penalty(const struct operand *op)
{
	static const char *const common[] = {
		"fd.typechar", "fd.type", "evt.res", "fd.l4proto", "evt.num", "fd.num",
		"evt.rawres", "container.id", "user.uid", "user.name", "proc.tty",
	};

	if (op->type == VALUE_BOOL)
		return 10000;
	for (size_t i = 0; op->kind == OPERAND_FIELD && i < sizeof(common) / sizeof(*common); i++) {
		if (str_eq(str_of(op->field->name), str_of(common[i])))
			return 10000;
	}
	return 0;
}

static bool literal_key(const struct program *p, const struct node *node, struct key *ret)
{
	const struct pred *pred = &p->preds[node->pred];

	if (node->negate || pred->matcher != MATCH_SYMBOLS || pred->invert ||
	    pred->quantor != QUANTOR_ONE)
		return false;
	*ret = (struct key){
		.slot = pred->slot, .given = pred->given, .ids = pred->symbols.ids,
		.n = pred->symbols.n,
		.score = pred->symbols.n + slot_penalty(p->slots[pred->slot].op),
	};
	return true;
}

/* Both on one slot: what either needs. */
static int key_union(struct key *a, const struct key *b)
{
	uint32_t *ids = malloc((a->n + b->n + 1) * sizeof(*ids));

	if (!ids)
		return -ENOMEM;
	memcpy(ids, a->ids, a->n * sizeof(*ids));
	memcpy(ids + a->n, b->ids, b->n * sizeof(*ids));
	a->ids = ids;
	a->n += b->n;
	a->score += b->n;
	if (a->given == SLOT_NONE)
		a->given = b->given;
	return 0;
}

/* Return: 1 with a key whose ids the caller frees if @owned, 0 if there is none, -ENOMEM. */
static int node_key(const struct program *p, const struct node *node, struct key *ret, bool *owned)
{
	struct key best = { .score = UINT32_MAX }, kid;
	bool best_owned = false, kid_owned;
	int r = 0;

	*owned = false;
	if (node->kind == NODE_LITERAL)
		return literal_key(p, node, ret);
	if (node->kind != NODE_AND && node->kind != NODE_OR)
		return 0;
	for (uint32_t i = 0; i < node->nkids; i++) {
		r = node_key(p, node->kids[i], &kid, &kid_owned);
		if (r < 0)
			break;
		if (node->kind == NODE_AND) {
			if (r && kid.score < best.score) {
				if (best_owned)
					free(best.ids);
				best = kid;
				best_owned = kid_owned;
			} else if (r && kid_owned) {
				free(kid.ids);
			}
			continue;
		}
		if (r && i && kid.slot == best.slot) {
			uint32_t *old = best_owned ? best.ids : NULL;

			r = key_union(&best, &kid) < 0 ? -ENOMEM : 1;
			if (r == 1) {
				free(old);
				best_owned = true;
			}
			if (kid_owned)
				free(kid.ids);
		} else if (r && !i) {
			best = kid;
			best_owned = kid_owned;
		} else {
			if (r && kid_owned)
				free(kid.ids);
			r = r < 0 ? r : 0;
		}
		if (r <= 0) {
			best.score = UINT32_MAX;
			break;
		}
	}
	if (r < 0 || best.score == UINT32_MAX) {
		if (best_owned)
			free(best.ids);
		return r < 0 ? r : 0;
	}
	*ret = best;
	*owned = best_owned;
	return 1;
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Each once, or a rule would be found twice. */
static void sort_ids(struct key *key)
{
	uint32_t n = 0;

	qsort(key->ids, key->n, sizeof(*key->ids), compare_ids);
	for (uint32_t i = 0; i < key->n; i++) {
		if (!n || key->ids[n - 1] != key->ids[i])
			key->ids[n++] = key->ids[i];
	}
	key->n = n;
}

static int find_keys(struct ruleset *set, struct index *index)
{
	index->keys = calloc(set->nrules + 1, sizeof(*index->keys));
	if (!index->keys)
		return -ENOMEM;
	index->nkeys = set->nrules;
	for (uint32_t i = 0; i < set->nrules; i++) {
		struct key key, *keep = &index->keys[i];
		bool owned;
		int r = node_key(&set->program, set->rules[i].condition.node, &key, &owned);

		keep->slot = SLOT_NONE;
		if (r < 0)
			return r;
		if (!r)
			continue;
		if (key.score < 10000) {
			*keep = key;
			keep->ids = malloc((key.n + 1) * sizeof(*keep->ids));
			if (keep->ids)
				memcpy(keep->ids, key.ids, key.n * sizeof(*keep->ids));
		}
		if (owned)
			free(key.ids);
		if (key.score < 10000 && !keep->ids)
			return -ENOMEM;
		if (keep->ids)
			sort_ids(keep);
	}
	return 0;
}

/* The class with exactly these rules, made if there is none. @members is taken over. */
static int class_find(struct index *index, struct numbers *members, uint32_t *ret)
{
	uint64_t hash = hash_bytes(members->rules, members->n * sizeof(*members->rules));
	struct class *classes;

	for (uint32_t i = 0; i < index->nclasses; i++) {
		struct class *c = &index->classes[i];

		if (c->hash == hash && c->members.n == members->n &&
		    (!members->n || !memcmp(c->members.rules, members->rules,
					    members->n * sizeof(*members->rules)))) {
			free(members->rules);
			*members = (struct numbers){ 0 };
			*ret = i;
			return 0;
		}
	}
	classes = realloc(index->classes, (index->nclasses + 1) * sizeof(*classes));
	if (!classes)
		return -ENOMEM;
	index->classes = classes;
	classes[index->nclasses] = (struct class){ .members = *members, .hash = hash };
	*members = (struct numbers){ 0 };
	*ret = index->nclasses++;
	return 0;
}

static int find_classes(struct ruleset *set, struct index *index)
{
	struct numbers members = { 0 };
	uint32_t id;
	int r = class_find(index, &members, &id);

	for (uint32_t t = 0; r == 0 && t <= EVT_TYPE_COUNT; t++) {
		for (uint32_t i = 0; r == 0 && i < set->nrules; i++) {
			if (set->rules[i].condition.types[t / 64] >> (t % 64) & 1)
				r = list_add(&members, i);
		}
		if (r == 0)
			r = class_find(index, &members, &id);
		if (r == 0)
			index->class_of[t] = (uint16_t)id;
	}
	free(members.rules);
	return r;
}

static int group_fill(const struct ruleset *set, const struct index *index, struct group *g)
{
	const struct program *p = &set->program;
	uint32_t total = 0, *fill;

	g->nsymbols = p->slots[p->slots[g->slot].dict_of].dict.count + 1;
	g->starts = calloc(g->nsymbols + 2, sizeof(*g->starts));
	if (!g->starts)
		return -ENOMEM;
	for (uint32_t i = 0; i < g->all.n; i++) {
		const struct key *key = &index->keys[g->all.rules[i]];

		for (uint32_t k = 0; k < key->n; k++)
			g->starts[key->ids[k] + 1]++;
		total += key->n;
	}
	for (uint32_t s = 0; s < g->nsymbols; s++)
		g->starts[s + 1] += g->starts[s];
	g->rules = malloc((total + 1) * sizeof(*g->rules));
	fill = malloc((g->nsymbols + 1) * sizeof(*fill));
	if (!g->rules || !fill) {
		free(fill);
		return -ENOMEM;
	}
	memcpy(fill, g->starts, g->nsymbols * sizeof(*fill));
	for (uint32_t i = 0; i < g->all.n; i++) {
		const struct key *key = &index->keys[g->all.rules[i]];

		for (uint32_t k = 0; k < key->n; k++)
			g->rules[fill[key->ids[k]]++] = g->all.rules[i];
	}
	free(fill);
	return 0;
}

static int class_group(struct class *c, const struct key *key, struct group **ret)
{
	struct group *groups;

	for (uint32_t i = 0; i < c->ngroups; i++) {
		if (c->groups[i].slot == key->slot) {
			*ret = &c->groups[i];
			return 0;
		}
	}
	groups = realloc(c->groups, (c->ngroups + 1) * sizeof(*groups));
	if (!groups)
		return -ENOMEM;
	c->groups = groups;
	*ret = &groups[c->ngroups++];
	**ret = (struct group){ .slot = key->slot, .given = SLOT_NONE };
	return 0;
}

static void group_drop(struct group *g)
{
	free(g->starts);
	free(g->rules);
	free(g->all.rules);
}

static int fill_class(const struct ruleset *set, const struct index *index, struct class *c)
{
	uint32_t kept = 0;
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < c->members.n; i++) {
		const struct key *key = &index->keys[c->members.rules[i]];
		struct group *g;

		if (key->slot == SLOT_NONE)
			continue;
		r = class_group(c, key, &g);
		if (r == 0)
			r = list_add(&g->all, c->members.rules[i]);
		if (r == 0 && key->given != SLOT_NONE)
			g->given = key->given;
	}
	for (uint32_t i = 0; r == 0 && i < c->ngroups; i++) {
		if (c->groups[i].all.n < GROUP_MIN) {
			group_drop(&c->groups[i]);
			continue;
		}
		c->groups[kept++] = c->groups[i];
	}
	if (r == 0)
		c->ngroups = kept;
	for (uint32_t i = 0; r == 0 && i < c->ngroups; i++)
		r = group_fill(set, index, &c->groups[i]);
	for (uint32_t i = 0; r == 0 && i < c->members.n; i++) {
		bool grouped = false;

		for (uint32_t k = 0; k < c->ngroups; k++)
			grouped |= c->groups[k].slot == index->keys[c->members.rules[i]].slot;
		if (!grouped)
			r = list_add(&c->plain, c->members.rules[i]);
	}
	return r;
}

int index_new(struct ruleset *set)
{
	struct index *index = calloc(1, sizeof(*index));
	int r;

	if (!index)
		return -ENOMEM;
	set->index = index;
	r = find_keys(set, index);
	if (r == 0)
		r = find_classes(set, index);
	for (uint32_t i = 0; r == 0 && i < index->nclasses; i++) {
		r = fill_class(set, index, &index->classes[i]);
		if (index->max_lists < 1 + 2 * index->classes[i].ngroups)
			index->max_lists = 1 + 2 * index->classes[i].ngroups;
	}
	return r;
}

void index_free(struct index *index)
{
	if (!index)
		return;
	for (uint32_t i = 0; i < index->nclasses; i++) {
		struct class *c = &index->classes[i];

		for (uint32_t k = 0; k < c->ngroups; k++)
			group_drop(&c->groups[k]);
		free(c->groups);
		free(c->members.rules);
		free(c->plain.rules);
	}
	for (uint32_t i = 0; i < index->nkeys; i++)
		free(index->keys[i].ids);
	free(index->keys);
	free(index->classes);
	free(index);
}

bool index_wants(const struct index *index, evt_type_t type)
{
	return index->classes[index->class_of[type_bit_of(type)]].members.n;
}

struct index_cursor *index_cursor_new(const struct index *index)
{
	size_t runs = (index->max_lists + 1) * sizeof(struct run);
	struct index_cursor *c = calloc(1, sizeof(*c) + runs);

	if (c)
		c->index = index;
	return c;
}

void index_cursor_free(struct index_cursor *cursor)
{
	free(cursor);
}

static void add_run(struct index_cursor *c, const uint32_t *at, const uint32_t *end)
{
	if (at < end)
		c->runs[c->n++] = (struct run){ at, end };
}

/* The rules of the slot's value; all of the group if it cannot be told. Return: false then. */
static bool add_slot(struct index_cursor *c, struct vm *vm, const struct group *g, uint32_t slot)
{
	uint32_t symbol = 0;
	int r = vm_symbol(vm, slot, &symbol);

	if (r == FIELD_MISSING || (r == 0 && !symbol))
		return true;
	if (r == 0)
		add_run(c, g->rules + g->starts[symbol], g->rules + g->starts[symbol + 1]);
	else
		add_run(c, g->all.rules, g->all.rules + g->all.n);
	return r == 0;
}

void index_begin(struct index_cursor *c, struct vm *vm, evt_type_t type)
{
	const struct class *class = &c->index->classes[c->index->class_of[type_bit_of(type)]];

	c->n = 0;
	add_run(c, class->plain.rules, class->plain.rules + class->plain.n);
	for (uint32_t i = 0; i < class->ngroups; i++) {
		const struct group *g = &class->groups[i];

		if (add_slot(c, vm, g, g->slot) && g->given != SLOT_NONE)
			add_slot(c, vm, g, g->given);
	}
}

uint32_t index_next(struct index_cursor *c)
{
	uint32_t least = INDEX_END;

	for (uint32_t i = 0; i < c->n; i++)
		least = *c->runs[i].at < least ? *c->runs[i].at : least;
	for (uint32_t i = 0; i < c->n;) {
		struct run *run = &c->runs[i];

		if (*run->at == least && ++run->at == run->end)
			*run = c->runs[--c->n];
		else
			i++;
	}
	return least;
}

void index_explain(FILE *out, const struct ruleset *set, const struct rule *rule)
{
	const struct key *key = &set->index->keys[rule->number];
	const struct slot *slot;

	if (key->slot == SLOT_NONE)
		return;
	slot = &set->program.slots[key->slot];
	if (slot->op->kind == OPERAND_FIELD)
		fputs(slot->op->field->name, out);
	else
		fputs("a transformed value", out);
	fprintf(out, ", %u value%s", key->n, key->n == 1 ? "" : "s");
}
