/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Derives the prefilter: the clauses of each rule that can match an open, merged until they
 * fit into 64 bits, and their names in a hash table. A name that finds no place makes the
 * clause with most names independent of names.
 */
#include "rule/prefilter.h"
#include <errno.h>
#include <stdlib.h>
#include "lib/grow.h"
#include "rule/prefilter_event.h"
#include "rule/prefilter_literal.h"
#include "rule/prefilter_slot.h"

#define CLAUSES_ALL	63u	/* bits; the last one is never used */

struct shared {			/* a clause of one or several rules */
	struct clause clause;
	uint32_t at;		/* the clause it was merged into; itself: none */
};

struct owned {			/* clauses of one rule, in shared[] */
	uint32_t first, n;
	bool opens;		/* it can match an open */
};

struct prefilter {
	struct arena *arena;
	struct literals literals;
	struct shared *shared;
	uint32_t nshared, room;
	struct owned *rules;
	uint32_t nrules;
	uint32_t *owns;		/* by rule: numbers in shared[] */
	uint32_t nowns, own_room;
	struct clause clauses[CLAUSES_ALL];
	uint32_t bits[CLAUSES_ALL];	/* their number in shared[] */
	uint32_t nclauses;
	struct event_filters *events;
	bool without_sets;	/* the values of other events found no place */
	struct saker_prefilter *program;
};

/* -- the clauses of one condition -- */

static int derive(struct prefilter *pf, const struct node *node, struct clauses *ret);

static int derive_kids(struct prefilter *pf, const struct node *node, struct clauses *ret)
{
	int r = derive(pf, node->kids[0], ret);

	for (uint32_t i = 1; r == 0 && i < node->nkids; i++) {
		struct clauses kid = { .n = 0 };

		r = derive(pf, node->kids[i], &kid);
		if (r == 0)
			r = node->kind == NODE_AND ? clauses_and(ret, &kid, pf->arena) :
						     clauses_or(ret, &kid, pf->arena);
	}
	return r;
}

static int derive(struct prefilter *pf, const struct node *node, struct clauses *ret)
{
	ret->n = 0;
	switch (node->kind) {
	case NODE_FALSE:
		return 0;
	case NODE_TRUE:
		clause_init(&ret->v[ret->n++]);
		return 0;
	case NODE_LITERAL:
		return literal_clauses(&pf->literals, node, ret);
	default:
		return derive_kids(pf, node, ret);
	}
}

/* -- the clauses of all rules -- */

/* The number of an equal clause, or of a new one. Negative: -ENOMEM. */
static int64_t share(struct prefilter *pf, const struct clause *clause)
{
	for (uint32_t i = 0; i < pf->nshared && i < 4 * CLAUSES_ALL; i++)
		if (clause_same(&pf->shared[i].clause, clause))
			return i;
	if (GROW(pf->shared, pf->nshared, pf->room, 64) < 0)
		return -ENOMEM;
	pf->shared[pf->nshared] = (struct shared){ *clause, pf->nshared };
	return pf->nshared++;
}

static int own(struct prefilter *pf, struct owned *rule, const struct clause *clause)
{
	int64_t number = share(pf, clause);

	if (number < 0 || GROW(pf->owns, pf->nowns, pf->own_room, 64) < 0)
		return -ENOMEM;
	pf->owns[pf->nowns++] = (uint32_t)number;
	rule->n++;
	return 0;
}

static int add_rule(struct prefilter *pf, const struct rule *rule, struct owned *ret)
{
	struct clauses clauses = { .n = 0 };
	int r = 0;

	*ret = (struct owned){ .first = pf->nowns };
	ret->opens = !rule->disabled && literal_is_open(rule->condition.types);
	if (ret->opens)
		r = derive(pf, rule->condition.node, &clauses);
	for (uint32_t i = 0; r == 0 && i < clauses.n; i++)
		r = own(pf, ret, &clauses.v[i]);
	return r;
}

/*
 * Gives each clause a bit. While there are too many, a clause is merged with another one that
 * depends on the same tests; there are eight combinations of tests, so that is enough.
 */
static int number_clauses(struct prefilter *pf)
{
	uint32_t turn = 0;

	for (uint32_t i = 0; i < pf->nshared; i++) {
		const struct clause *c = &pf->shared[i].clause;
		uint32_t to = pf->nclauses, tries = 0;
		int r;

		if (pf->nclauses < CLAUSES_ALL) {
			pf->bits[to] = i;
			pf->clauses[pf->nclauses++] = *c;
			continue;
		}
		for (; tries < CLAUSES_ALL; tries++) {
			to = turn++ % CLAUSES_ALL;
			if (clause_tests(&pf->clauses[to]) == clause_tests(c))
				break;
		}
		pf->shared[i].at = pf->bits[to];
		r = clause_merge(&pf->clauses[to], c, pf->arena);
		if (r < 0)
			return r;
	}
	return 0;
}

/* -- the program -- */

static struct saker_pf_name pf_name_of(struct str s)
{
	unsigned char words[16] = { 0 };
	const size_t n = s.n < sizeof(words) ? s.n : sizeof(words);
	struct saker_pf_name name;
	uint64_t last, before;

	memcpy(words + sizeof(words) - n, s.p + s.n - n, n);
	memcpy(&before, words, sizeof(before));
	memcpy(&last, words + sizeof(before), sizeof(last));
	saker_pf_name_set(&name, last, before, (uint32_t)s.n);
	return name;
}

static bool put_end(struct saker_prefilter *p, const struct saker_pf_name *name, uint32_t bits,
		    uint64_t bit)
{
	for (uint32_t i = 0; i < SAKER_PF_ENDS; i++) {
		struct saker_pf_end *end = &p->end[i];

		if (i < p->nends && (end->last != name->last || end->bits != bits))
			continue;
		*end = (struct saker_pf_end){ name->last, end->clauses | bit, bits, 0 };
		if (i == p->nends)
			p->nends++;
		return true;
	}
	return false;
}

static bool put_names(const struct prefilter *pf, struct saker_prefilter *p,
		      const struct names *names, uint64_t which, uint64_t bit)
{
	bool fits = true;

	for (uint32_t i = 0; fits && i < names->n; i++) {
		const struct str key = pf->literals.names.keys[names->ids[i] - 1];
		const struct saker_pf_name name = pf_name_of((struct str){ key.p + 1, key.n - 1 });

		fits = *key.p == '=' ? prefilter_put(p, saker_pf_key(&name, which), bit) :
				       put_end(p, &name, name.len * 8, bit);
	}
	return fits;
}

/* Return: whether all names found a place. */
static bool fill(const struct prefilter *pf, struct saker_prefilter *p)
{
	bool fits = true;

	for (uint32_t i = 0; fits && i < pf->nclauses; i++) {
		const struct clause *c = &pf->clauses[i];
		const uint64_t bit = 1ull << i;

		for (uint32_t s = 0; s < SAKER_PF_SHAPES; s++)
			p->shape[s] |= c->shape[s / 64] >> (s % 64) & 1 ? bit : 0;
		p->any_leaf |= c->leaf.any ? bit : 0;
		p->any_parent |= c->parent.any ? bit : 0;
		p->any_dots |= c->dots ? 0 : bit;
		fits = put_names(pf, p, &c->leaf, SAKER_PF_LEAF, bit) &&
		       put_names(pf, p, &c->parent, SAKER_PF_PARENT, bit);
	}
	return fits;
}

/* The largest set of names; NULL if there is none. */
static struct names *largest(struct prefilter *pf)
{
	struct names *ret = NULL;

	for (uint32_t i = 0; i < pf->nclauses; i++) {
		struct names *sets[2] = { &pf->clauses[i].leaf, &pf->clauses[i].parent };

		for (int k = 0; k < 2; k++)
			if (!sets[k]->any && (!ret || sets[k]->n > ret->n))
				ret = sets[k];
	}
	return ret;
}

/* Less is put into the program: no values of other events, or else the largest set of names. */
static void make_room(struct prefilter *pf, bool names_fit)
{
	struct names *most = largest(pf);

	if (names_fit || !most)
		pf->without_sets = true;
	else
		*most = (struct names){ .any = true };
}

static int program_make(struct prefilter *pf)
{
	uint32_t nslots = 64;
	bool fits;

	for (;;) {
		struct saker_prefilter *p = calloc(1, SAKER_PF_SIZE(nslots));

		if (!p)
			return -ENOMEM;
		p->size = SAKER_PF_SIZE(nslots);
		p->nslots = nslots;
		fits = fill(pf, p);
		if (fits && event_filters_put(pf->events, p, !pf->without_sets)) {
			pf->program = p;
			return 0;
		}
		free(p);
		if (nslots < SAKER_PF_SLOTS)
			nslots *= 2;
		else
			make_room(pf, fits);
	}
}

static int make(struct prefilter *pf, const struct ruleset *set)
{
	int r = literals_init(&pf->literals, &set->program, pf->arena);

	if (r == 0 && !pf->rules)
		r = -ENOMEM;
	for (uint32_t i = 0; r == 0 && i < set->nrules; i++)
		r = add_rule(pf, &set->rules[i], &pf->rules[i]);
	if (r == 0)
		r = number_clauses(pf);
	if (r == 0)
		r = event_filters_new(&pf->events, set);
	return r < 0 ? r : program_make(pf);
}

int prefilter_new(struct prefilter **ret, const struct ruleset *set)
{
	struct prefilter *pf = calloc(1, sizeof(*pf));
	int r = -ENOMEM;

	if (!pf)
		return r;
	pf->arena = arena_new(0, 0);
	pf->rules = calloc(set->nrules + 1, sizeof(*pf->rules));
	pf->nrules = set->nrules;
	if (pf->arena)
		r = make(pf, set);
	if (r < 0) {
		prefilter_free(pf);
		return r;
	}
	*ret = pf;
	return 0;
}

void prefilter_free(struct prefilter *pf)
{
	if (!pf)
		return;
	literals_uninit(&pf->literals);
	event_filters_free(pf->events);
	arena_free(pf->arena);
	free(pf->shared);
	free(pf->rules);
	free(pf->owns);
	free(pf->program);
	free(pf);
}

const struct saker_prefilter *prefilter_program(const struct prefilter *pf)
{
	return pf->program;
}

/* -- for explain -- */

bool prefilter_opens(const struct prefilter *pf, uint32_t rule)
{
	return pf->rules[rule].opens;
}

const struct clause *prefilter_clause(const struct prefilter *pf, uint32_t rule, uint32_t i,
				      uint32_t *bit)
{
	const struct owned *owned = &pf->rules[rule];
	const struct shared *s;

	if (i >= owned->n)
		return NULL;
	s = &pf->shared[pf->owns[owned->first + i]];
	*bit = 0;
	while (*bit < pf->nclauses && pf->bits[*bit] != s->at)
		++*bit;
	return &pf->clauses[*bit];
}

struct event_filters *prefilter_events(const struct prefilter *pf)
{
	return pf->events;
}

struct str prefilter_name(const struct prefilter *pf, uint32_t id)
{
	return pf->literals.names.keys[id - 1];
}
