/* SPDX-License-Identifier: Apache-2.0 */
/* Joins clauses of the prefilter by and, or; merges them into weaker ones where there are too many. */
#include "rule/clause.h"
#include <errno.h>
#include <string.h>

void clause_init(struct clause *clause)
{
	*clause = (struct clause){ .leaf.any = true, .parent.any = true };
	memset(clause->shape, 0xff, sizeof(clause->shape));
}

static bool shape_is_empty(const struct clause *c)
{
	for (size_t i = 0; i < SAKER_PF_SHAPES / 64; i++)
		if (c->shape[i])
			return false;
	return true;
}

int names_union(struct names *a, const struct names *b, struct arena *arena)
{
	uint32_t *ids, n = 0, i = 0, k = 0;

	if (a->any || b->any || a->n + b->n > NAMES_MAX) {
		*a = (struct names){ .any = true };
		return 0;
	}
	ids = arena_alloc(arena, (a->n + b->n + 1) * sizeof(*ids));
	if (!ids)
		return -ENOMEM;
	while (i < a->n || k < b->n) {
		if (k == b->n || (i < a->n && a->ids[i] < b->ids[k]))
			ids[n++] = a->ids[i++];
		else if (i == a->n || b->ids[k] < a->ids[i])
			ids[n++] = b->ids[k++];
		else
			ids[n++] = (k++, a->ids[i++]);
	}
	*a = (struct names){ .ids = ids, .n = n };
	return 0;
}

/*
 * Of two sets that must both be met the smaller is kept. Their intersection would be too small:
 * one may be met by the resolved path, the other by the path as given.
 */
static void names_narrow(struct names *a, const struct names *b)
{
	if (!b->any && (a->any || b->n < a->n))
		*a = *b;
}

int clause_merge(struct clause *a, const struct clause *b, struct arena *arena)
{
	int r = names_union(&a->leaf, &b->leaf, arena);

	for (size_t i = 0; i < SAKER_PF_SHAPES / 64; i++)
		a->shape[i] |= b->shape[i];
	a->dots &= b->dots;
	return r < 0 ? r : names_union(&a->parent, &b->parent, arena);
}

static bool names_same(const struct names *a, const struct names *b)
{
	return a->any == b->any && a->n == b->n &&
	       (a->n == 0 || !memcmp(a->ids, b->ids, a->n * sizeof(*a->ids)));
}

bool clause_same(const struct clause *a, const struct clause *b)
{
	return !memcmp(a->shape, b->shape, sizeof(a->shape)) && a->dots == b->dots &&
	       names_same(&a->leaf, &b->leaf) && names_same(&a->parent, &b->parent);
}

unsigned int clause_tests(const struct clause *c)
{
	return (unsigned int)c->leaf.any << 2 | (unsigned int)c->parent.any << 1 |
	       (unsigned int)!c->dots;
}

/* Merges the last clause into the one that is most like it. */
static int drop_last(struct clauses *c, struct arena *arena)
{
	const struct clause last = c->v[--c->n];
	uint32_t to = 0;

	for (uint32_t i = 0; i < c->n; i++)
		if (clause_tests(&c->v[i]) == clause_tests(&last))
			to = i;
	return clause_merge(&c->v[to], &last, arena);
}

static bool has(const struct clauses *c, const struct clause *clause)
{
	for (uint32_t i = 0; i < c->n; i++)
		if (clause_same(&c->v[i], clause))
			return true;
	return false;
}

/* Adds one that holds for some way to open and is not there yet. */
static int add(struct clauses *c, const struct clause *clause, struct arena *arena)
{
	int r = 0;

	if (shape_is_empty(clause) || has(c, clause))
		return 0;
	if (c->n == CLAUSES_MAX)
		r = drop_last(c, arena);
	c->v[c->n++] = *clause;
	return r;
}

int clauses_or(struct clauses *a, const struct clauses *b, struct arena *arena)
{
	int r = 0;

	for (uint32_t i = 0; r == 0 && i < b->n; i++)
		r = add(a, &b->v[i], arena);
	return r;
}

static void narrow(struct clause *a, const struct clause *b)
{
	for (size_t i = 0; i < SAKER_PF_SHAPES / 64; i++)
		a->shape[i] &= b->shape[i];
	names_narrow(&a->leaf, &b->leaf);
	names_narrow(&a->parent, &b->parent);
	a->dots |= b->dots;
}

int clauses_and(struct clauses *a, const struct clauses *b, struct arena *arena)
{
	struct clauses right = *b, both = { .n = 0 };
	int r = 0;

	while (r == 0 && a->n * right.n > CLAUSES_MAX)
		r = drop_last(a->n > right.n ? a : &right, arena);
	for (uint32_t i = 0; r == 0 && i < a->n; i++) {
		for (uint32_t k = 0; r == 0 && k < right.n; k++) {
			struct clause c = a->v[i];

			narrow(&c, &right.v[k]);
			r = add(&both, &c, arena);
		}
	}
	*a = both;
	return r;
}
