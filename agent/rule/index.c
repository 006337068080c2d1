/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the rules that an event can match. The result is a bit set by rule
 * number, with summary bits above its words: rules come out in load order, each
 * once, however often they were found.
 */
#include "rule/index_table.h"
#include <stdlib.h>
#include "decode/event.h"
#include "filter/fieldref.h"
#include "filter/pattern.h"
#include "rule/head.h"
#include "rule/shape.h"

struct index_cursor {
	const struct index *index;
	const struct index_leaf *leaf;
	struct heads *heads;
	struct shapes shapes;
	uint32_t stamp;
	uint32_t *seen;		/* by list: stamp of the event it was added for */
	uint32_t nwords;
	uint32_t at;		/* the first summary word that may not be empty */
	uint64_t *words;	/* a bit for each rule */
	uint64_t *summary;	/* a bit for each of those words that is not 0 */
};

bool index_wants(const struct index *index, evt_type_t type)
{
	return index->classes[index->class_of[type_bit_of(type)]].members.n;
}

struct index_cursor *index_cursor_new(const struct index *index)
{
	struct index_cursor *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->index = index;
	c->nwords = index->nrules / 64 + 1;
	c->seen = calloc(index->nlists + 1, sizeof(*c->seen));
	c->words = calloc(c->nwords, sizeof(*c->words));
	c->summary = calloc(c->nwords / 64 + 1, sizeof(*c->summary));
	c->heads = heads_new();
	if (c->seen && c->words && c->summary && c->heads)
		return c;
	index_cursor_free(c);
	return NULL;
}

void index_cursor_free(struct index_cursor *c)
{
	if (!c)
		return;
	free(c->seen);
	free(c->words);
	free(c->summary);
	heads_free(c->heads);
	free(c);
}

static void add_list(struct index_cursor *c, uint32_t list)
{
	const struct rule_list *l;

	if (list == LIST_NONE || c->seen[list] == c->stamp)
		return;
	c->seen[list] = c->stamp;
	l = &c->index->lists[list];
	for (uint32_t i = 0; i < l->n; i++) {
		uint32_t rule = c->index->rules[l->start + i];

		c->words[rule / 64] |= 1ull << (rule % 64);
		c->summary[rule / 4096] |= 1ull << (rule / 64 % 64);
	}
}

static bool add_clue(void *ctx, uint32_t clue)
{
	struct index_cursor *c = ctx;
	const struct index_leaf *leaf = c->leaf;
	uint32_t i = entry_home(clue, leaf->mask);

	while (leaf->table[i].clue && leaf->table[i].clue != clue)
		i = (i + 1) & leaf->mask;
	if (leaf->table[i].clue)
		add_list(c, leaf->table[i].list);
	return false;
}

static void add_symbol(struct index_cursor *c, const struct probe *probe, uint32_t symbol)
{
	if (symbol)
		add_clue(c, c->index->clues.first_value[probe->slot] + symbol);
}

/* The search in a path starts at the end of its directory. */
static void add_texts(struct index_cursor *c, const struct probe *probe, struct str text)
{
	const struct slot_needles *slot = &c->index->slots[probe->slot];
	const struct head *head = NULL;

	if (probe->is_path)
		head = heads_find(c->heads, probe->slot, slot, text);
	for (uint32_t i = 0; head && i < head->nclues; i++)
		add_clue(c, head->clues[i]);
	for (unsigned int kind = CLUE_FRONT; kind <= CLUE_FOLDED; kind++) {
		if (!(probe->kinds >> kind & 1))
			continue;
		if (head && head->at[kind] != NEEDLES_LOST)
			needles_rest(slot->texts[kind], head->at[kind], text, head->n, add_clue, c);
		else if (!head)
			needles_find(slot->texts[kind], text, add_clue, c);
	}
}

/* Return: false if the value is of no type that clues are compared with. */
static bool add_value(struct index_cursor *c, const struct probe *probe, const struct value *v)
{
	const struct slot_needles *slot = &c->index->slots[probe->slot];

	if (probe->kinds & 1u << CLUE_NET) {
		if (v->type != VALUE_IP && v->type != VALUE_NET)
			return false;
		nets_find(&slot->nets, &v->ip, add_clue, c);
		return true;
	}
	if (v->type != VALUE_STR)
		return false;
	add_texts(c, probe, v->s);
	return true;
}

static bool add_values(struct index_cursor *c, const struct probe *probe, const struct value *v)
{
	const struct dict *dict = &c->index->clues.p->slots[probe->slot].dict;

	for (uint32_t i = 0; i < v->count; i++) {
		if (probe->by_symbol)
			add_symbol(c, probe, value_symbol(dict, &v->list[i]));
		if (probe->by_value && !add_value(c, probe, &v->list[i]))
			return false;
	}
	return true;
}

/* Return: false if the value is not known, or may be anything. */
static bool add_slot(struct index_cursor *c, struct vm *vm, const struct probe *probe,
		     uint32_t slot)
{
	const struct value *v;
	uint32_t symbol;
	int r = vm_slot(vm, slot, &v);

	if (r)
		return r == FIELD_MISSING;
	if (!value_is_plain(v))
		return !v->cut && add_values(c, probe, v);
	if (probe->by_symbol && vm_symbol(vm, slot, &symbol) == 0)
		add_symbol(c, probe, symbol);
	return !probe->by_value || add_value(c, probe, v);
}

static const struct index_leaf *find_leaf(struct index_cursor *c, struct vm *vm,
					  const struct event *ev)
{
	const struct index *index = c->index;
	const struct class *class = &index->classes[index->class_of[type_bit_of(ev->type)]];
	const struct question *q = &index->questions[class->first];

	if (q->by_shape)
		q = &index->questions[shapes_pass(&c->shapes, index->questions, class->first, vm,
						  ev)];
	while (q->pred != PRED_NONE) {
		enum answer a = vm_evaluate(vm, q->pred);

		if (a == ANSWER_UNDECIDED)
			return &index->leaves[class->open];
		q = &index->questions[a == ANSWER_TRUE ? q->yes : q->no];
	}
	return &index->leaves[q->yes];
}

/* Clears what the last event left, if its rules were not all taken. */
static void clear(struct index_cursor *c)
{
	for (uint32_t i = c->at; i <= c->nwords / 64; i++) {
		for (; c->summary[i]; c->summary[i] &= c->summary[i] - 1)
			c->words[i * 64 + (uint32_t)__builtin_ctzll(c->summary[i])] = 0;
	}
	c->at = 0;
	if (!++c->stamp) {
		memset(c->seen, 0, c->index->nlists * sizeof(*c->seen));
		c->stamp = 1;
	}
}

void index_begin(struct index_cursor *c, struct vm *vm, const struct event *ev)
{
	clear(c);
	c->leaf = find_leaf(c, vm, ev);
	add_list(c, c->leaf->plain);
	for (uint32_t i = 0; i < c->leaf->nprobes; i++) {
		const struct probe *probe = &c->leaf->probes[i];

		if (!add_slot(c, vm, probe, probe->slot) ||
		    (probe->given != SLOT_NONE && !vm_same(vm, probe->slot, probe->given) &&
		     !add_slot(c, vm, probe, probe->given)))
			add_list(c, probe->all);
	}
}

uint32_t index_next(struct index_cursor *c)
{
	for (; c->at <= c->nwords / 64; c->at++) {
		uint32_t word, rule;

		if (!c->summary[c->at])
			continue;
		word = c->at * 64 + (uint32_t)__builtin_ctzll(c->summary[c->at]);
		rule = word * 64 + (uint32_t)__builtin_ctzll(c->words[word]);
		c->words[word] &= c->words[word] - 1;
		if (!c->words[word])
			c->summary[c->at] &= c->summary[c->at] - 1;
		return rule;
	}
	c->at = 0;
	return INDEX_END;
}

void index_free(struct index *index)
{
	if (!index)
		return;
	for (uint32_t i = 0; index->slots && i < index->nslots; i++) {
		for (unsigned int kind = 0; kind < CLUE_KINDS; kind++)
			needles_free(index->slots[i].texts[kind]);
		nets_uninit(&index->slots[i].nets);
	}
	free(index->slots);
	clues_uninit(&index->clues);
	arena_free(index->arena);
	free(index->classes);
	free(index->questions);
	free(index->leaves);
	free(index->lists);
	free(index->rules);
	free(index);
}
