/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds rules that never match first, because an earlier rule matches
 * everything they match. Ten thousand rules are fifty million pairs, so most
 * are excluded without a comparison: a rule is entered under the checks of the
 * rarest part that its condition needs. A rule that it covers has a check that
 * implies one of these, and finds the rule there.
 */
#include "rule/shadow.h"
#include <errno.h>
#include <stdlib.h>
#include "filter/pattern.h"
#include "filter/pred.h"
#include "lib/grow.h"
#include "rule/loader.h"
#include "rule/logic.h"

#define VALUES_MAX	64u		/* a check of more values is entered as a whole */
#define PAIRS_MAX	20000000u	/* compared; hostile files make many similar rules */
#define ENTRY_NONE	UINT32_MAX

struct entry {			/* a rule entered under a check */
	uint32_t rule, pred, next;
};

/* Bounds for a rule that covers another, in two words: they exclude most pairs. */
struct sketch {
	uint64_t slots, types;
};

struct shadows {
	const struct ruleset *set;
	const struct program *p;
	uint32_t *first_value;	/* by slot: number of its first constant's place */
	uint32_t nvalues, nplaces;
	uint32_t *counts;	/* by place: parts that may be entered there */
	uint32_t *places;	/* by value, predicate, slot: the last entry */
	struct entry *entries;
	uint32_t nentries, room;
	uint32_t *plain;	/* rules that are entered nowhere */
	uint32_t nplain;
	uint32_t *stamps;	/* by rule: the last rule that was compared with it, plus one */
	struct sketch *sketches;
	uint32_t pairs;
	bool no_memory;
};

/* -- places -- */

static uint32_t place_of_value(const struct shadows *s, const struct pred *pred, uint32_t id)
{
	return s->first_value[pred->slot] + id;
}

static uint32_t place_of_pred(const struct shadows *s, uint32_t pred)
{
	return s->nvalues + pred;
}

static uint32_t place_of_slot(const struct shadows *s, uint32_t slot)
{
	return s->nvalues + s->p->npreds + slot;
}

/* Whether a check is implied only by itself or by checks of values that pass it. */
static bool is_entered(const struct pred *pred, const struct node *literal)
{
	switch ((enum matcher)pred->matcher) {
	case MATCH_NEVER:
	case MATCH_TYPES:
	case MATCH_EXISTS:
	case MATCH_FLAG:
		return false;
	case MATCH_SYMBOLS:
		return !literal->negate && !pred->invert;
	default:
		return !literal->negate;
	}
}

/* Whether only its constants pass it. */
static bool is_of_values(const struct pred *pred, const struct node *literal)
{
	return !literal->negate && ((pred->matcher == MATCH_SYMBOLS && !pred->invert) ||
				    (pred->matcher == MATCH_FLAG && pred->check->op != OP_NE));
}

static bool by_value(const struct pred *pred)
{
	return pred->matcher == MATCH_SYMBOLS && pred->symbols.n <= VALUES_MAX;
}

typedef void place_fn(struct shadows *s, uint32_t place, uint32_t pred, void *arg);

/* Calls @on with each place of the checks below @node. Return: false if one of them has none. */
static bool each_place(struct shadows *s, const struct node *node, place_fn *on, void *arg)
{
	const struct pred *pred;
	bool all = true;

	if (node->kind == NODE_AND || node->kind == NODE_OR) {
		for (uint32_t i = 0; i < node->nkids && all; i++)
			all = each_place(s, node->kids[i], on, arg);
		return all;
	}
	if (node->kind != NODE_LITERAL)
		return false;
	pred = &s->p->preds[node->pred];
	if (!is_entered(pred, node))
		return false;
	for (uint32_t i = 0; by_value(pred) && i < pred->symbols.n; i++)
		on(s, place_of_value(s, pred, pred->symbols.ids[i]), node->pred, arg);
	if (!by_value(pred)) {
		on(s, place_of_pred(s, node->pred), node->pred, arg);
		on(s, place_of_slot(s, pred->slot), node->pred, arg);
	}
	return true;
}

static void count(struct shadows *s, uint32_t place, uint32_t pred, void *arg)
{
	(void)pred;
	(void)arg;
	s->counts[place]++;
}

static void add_count(struct shadows *s, uint32_t place, uint32_t pred, void *arg)
{
	(void)pred;
	*(uint64_t *)arg += s->counts[place];
}

static void enter(struct shadows *s, uint32_t place, uint32_t pred, void *arg)
{
	const uint32_t *rule = arg;

	if (GROW(s->entries, s->nentries, s->room, 1024) < 0) {
		s->no_memory = true;
		return;
	}
	s->entries[s->nentries] = (struct entry){ *rule, pred, s->places[place] };
	s->places[place] = s->nentries++;
}

/* A rule's condition is true only if each of these parts is. */
static uint32_t parts_of(const struct node *const *node, const struct node *const **parts)
{
	if ((*node)->kind == NODE_AND) {
		*parts = (const struct node *const *)(*node)->kids;
		return (*node)->nkids;
	}
	*parts = node;
	return 1;
}

static void count_rule(struct shadows *s, const struct node *node)
{
	const struct node *const *parts;
	uint32_t n = parts_of(&node, &parts);

	for (uint32_t i = 0; i < n; i++)
		each_place(s, parts[i], count, NULL);
}

static void enter_rule(struct shadows *s, uint32_t rule)
{
	const struct node *node = s->set->rules[rule].condition.node, *best = NULL;
	const struct node *const *parts;
	uint32_t n = parts_of(&node, &parts);
	uint64_t least = UINT64_MAX;

	for (uint32_t i = 0; i < n; i++) {
		uint64_t cost = 0;

		if (each_place(s, parts[i], add_count, &cost) && cost < least) {
			least = cost;
			best = parts[i];
		}
	}
	if (best)
		each_place(s, best, enter, &rule);
	else
		s->plain[s->nplain++] = rule;
}

/* -- sketches -- */

/* The slots that every evaluation of the rule reads, as bits; types excluded. */
static uint64_t slots_of(const struct program *p, const struct node *node, bool all)
{
	const struct pred *pred;
	uint64_t bits = 0;

	if (node->kind == NODE_LITERAL) {
		pred = &p->preds[node->pred];
		return pred->matcher == MATCH_TYPES ? 0 : 1ull << (pred->slot % 64);
	}
	for (uint32_t i = 0; (node->kind == NODE_AND || (all && node->kind == NODE_OR)) &&
	     i < node->nkids; i++) {
		if (all || node->kids[i]->kind == NODE_LITERAL)
			bits |= slots_of(p, node->kids[i], all);
	}
	return bits;
}

static bool types_within(const struct condition *narrow, const struct condition *wide)
{
	for (size_t i = 0; i < TYPE_WORDS; i++) {
		if (narrow->types[i] & ~wide->types[i])
			return false;
	}
	return true;
}

static uint64_t types_folded(const struct condition *c)
{
	uint64_t folded = 0;

	for (size_t i = 0; i < TYPE_WORDS; i++)
		folded |= c->types[i] << (i * 7 % 64) | c->types[i] >> (63 - i * 7 % 64) >> 1;
	return folded;
}

/* -- search -- */

struct search {			/* for the first rule that covers @rule */
	uint32_t rule;
	uint64_t slots;		/* of all its checks */
	uint32_t best;		/* or the rule itself */
};

static void compare(struct shadows *s, struct search *search, uint32_t k)
{
	const struct rule *narrow = &s->set->rules[search->rule], *wide = &s->set->rules[k];

	if (k >= search->best || s->stamps[k] == search->rule + 1)
		return;
	s->stamps[k] = search->rule + 1;
	s->pairs++;
	if (!(s->sketches[k].slots & ~search->slots) &&
	    !(s->sketches[search->rule].types & ~s->sketches[k].types) &&
	    types_within(&narrow->condition, &wide->condition) &&
	    str_eq(narrow->source, wide->source) &&
	    condition_covers(s->p, &wide->condition, &narrow->condition))
		search->best = k;
}

static void compare_all(struct shadows *s, struct search *search, uint32_t place)
{
	for (uint32_t i = s->places[place]; i != ENTRY_NONE; i = s->entries[i].next)
		compare(s, search, s->entries[i].rule);
}

/* Rules entered by a pattern, or by many values, that the value passes. */
static void compare_passed(struct shadows *s, struct search *search, uint32_t slot,
			   const struct value *value)
{
	const struct entry *e;

	for (uint32_t i = s->places[place_of_slot(s, slot)]; i != ENTRY_NONE; i = e->next) {
		e = &s->entries[i];

		if (s->p->preds[e->pred].matcher == MATCH_SLOT || e->rule >= search->best ||
		    s->stamps[e->rule] == search->rule + 1)
			continue;
		s->pairs++;
		if (pred_holds(s->p, &s->p->preds[e->pred], value, NULL))
			compare(s, search, e->rule);
	}
}

/* Of a check of several values: the place of the value that is in the fewest checks. */
static uint32_t rarest_value(const struct shadows *s, const struct pred *pred)
{
	uint32_t best;

	if (pred->matcher == MATCH_FLAG)
		return place_of_value(s, pred, value_symbol(&s->p->slots[pred->slot].dict,
							    &pred->check->values[0]));
	best = place_of_value(s, pred, pred->symbols.ids[0]);
	for (uint32_t i = 1; i < pred->symbols.n; i++) {
		uint32_t place = place_of_value(s, pred, pred->symbols.ids[i]);

		best = s->counts[place] < s->counts[best] ? place : best;
	}
	return best;
}

/* Compares the earlier rules that have a check implied by a check below @node. */
static void find(struct shadows *s, struct search *search, const struct node *node)
{
	const struct pred *pred;

	if (node->kind == NODE_AND || node->kind == NODE_OR) {
		for (uint32_t i = 0; i < node->nkids; i++)
			find(s, search, node->kids[i]);
	}
	if (node->kind != NODE_LITERAL)
		return;
	pred = &s->p->preds[node->pred];
	if (is_entered(pred, node))
		compare_all(s, search, place_of_pred(s, node->pred));
	if (!is_of_values(pred, node))
		return;
	/* All its values pass the check it implies, so trying one is enough. */
	compare_all(s, search, rarest_value(s, pred));
	compare_passed(s, search, pred->slot, &pred->check->values[0]);
}

static const struct rule *shadow_of(struct shadows *s, uint32_t rule)
{
	const struct condition *c = &s->set->rules[rule].condition;
	struct search search = { .rule = rule, .best = rule };

	search.slots = slots_of(s->p, c->node, true);
	s->sketches[rule] = (struct sketch){ slots_of(s->p, c->node, false), types_folded(c) };
	find(s, &search, c->node);
	for (uint32_t i = 0; i < s->nplain; i++)
		compare(s, &search, s->plain[i]);
	return search.best < rule ? &s->set->rules[search.best] : NULL;
}

static void warn(struct ruleset_loader *l, const struct rule *rule, const struct rule *by)
{
	uint32_t id = loader_find(&l->rule_names, rule->name);

	if (!id)
		return;
	loader_warn(l, "SAKER_SHADOWED", "rule", rule->name, l->rules[id - 1]->place,
		    "the rule never matches first: \"" STR_FMT "\" (" STR_FMT ":%u) is before it and "
		    "matches everything it matches", STR_ARG(by->name), STR_ARG(by->file), by->line);
	loader_hint(l, "put the narrower rule first, or add an exception to the other one");
}

static void warn_limit(struct ruleset_loader *l, const struct rule *rule)
{
	uint32_t id = loader_find(&l->rule_names, rule->name);

	if (id)
		loader_warn(l, "SAKER_SHADOWED", "rule", rule->name, l->rules[id - 1]->place,
			    "too many rules are similar: whether this rule and later ones ever match "
			    "first is not known");
}

/*
 * What a rule with an error will match is not known before it is corrected. That a rule matches
 * nothing is reported as such.
 */
static bool is_compared(const struct ruleset_loader *l, const struct rule *rule)
{
	const uint32_t id = loader_find(&l->rule_names, rule->name);

	return !(id && l->rules[id - 1]->wrong) && types_folded(&rule->condition) &&
	       rule->condition.entry != VERDICT_FALSE;
}

static int shadows_init(struct shadows *s)
{
	const struct program *p = s->p;

	s->first_value = malloc((p->nslots + 1) * sizeof(*s->first_value));
	s->plain = malloc((s->set->nrules + 1) * sizeof(*s->plain));
	s->stamps = calloc(s->set->nrules + 1, sizeof(*s->stamps));
	s->sketches = calloc(s->set->nrules + 1, sizeof(*s->sketches));
	if (!s->first_value || !s->plain || !s->stamps || !s->sketches)
		return -ENOMEM;
	for (uint32_t i = 0; i < p->nslots; i++) {
		s->first_value[i] = s->nvalues;
		s->nvalues += p->slots[i].dict.count + 1;
	}
	s->nplaces = s->nvalues + p->npreds + p->nslots;
	s->counts = calloc(s->nplaces + 1, sizeof(*s->counts));
	s->places = malloc((s->nplaces + 1) * sizeof(*s->places));
	if (!s->counts || !s->places)
		return -ENOMEM;
	memset(s->places, 0xff, (s->nplaces + 1) * sizeof(*s->places));
	return 0;
}

static void shadows_uninit(struct shadows *s)
{
	free(s->first_value);
	free(s->counts);
	free(s->places);
	free(s->entries);
	free(s->plain);
	free(s->stamps);
	free(s->sketches);
}

int shadows_warn(struct ruleset_loader *l, const struct ruleset *set)
{
	struct shadows s = { .set = set, .p = &set->program };
	int r = shadows_init(&s);

	for (uint32_t i = 0; r == 0 && i < set->nrules; i++)
		count_rule(&s, set->rules[i].condition.node);
	for (uint32_t i = 0; r == 0 && i < set->nrules; i++) {
		const struct rule *by = NULL;

		if (s.pairs > PAIRS_MAX) {
			warn_limit(l, &set->rules[i]);
			break;
		}
		if (!is_compared(l, &set->rules[i]))
			continue;
		by = shadow_of(&s, i);
		if (by)
			warn(l, &set->rules[i], by);
		enter_rule(&s, i);
		r = s.no_memory ? -ENOMEM : 0;
	}
	shadows_uninit(&s);
	return r;
}
