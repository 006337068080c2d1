/* SPDX-License-Identifier: Apache-2.0 */
/* Walks a condition in which some literals are already decided. */
#include "rule/key.h"
#include "lib/grow.h"
#include <stdlib.h>

static enum truth literal_truth(const struct known *known, const struct node *node)
{
	const struct pred *pred = &known->p->preds[node->pred];
	enum truth answer = known->answers[node->pred];

	if (pred->matcher == MATCH_TYPES)
		answer = pred->types[known->type_bit / 64] >> (known->type_bit % 64) & 1 ?
			 TRUTH_TRUE : TRUTH_FALSE;
	if (answer == TRUTH_OPEN || !node->negate)
		return answer;
	return answer == TRUTH_TRUE ? TRUTH_FALSE : TRUTH_TRUE;
}

/* The result of a part that decides the whole, and the one that has no effect. */
static enum truth final_of(const struct node *node)
{
	return node->kind == NODE_AND ? TRUTH_FALSE : TRUTH_TRUE;
}

static enum truth neutral_of(const struct node *node)
{
	return node->kind == NODE_AND ? TRUTH_TRUE : TRUTH_FALSE;
}

enum truth known_truth(const struct known *known, const struct node *node)
{
	bool open = false;

	switch (node->kind) {
	case NODE_FALSE:
		return TRUTH_FALSE;
	case NODE_TRUE:
		return TRUTH_TRUE;
	case NODE_LITERAL:
		return literal_truth(known, node);
	case NODE_AND:
	case NODE_OR:
		break;
	}
	for (uint32_t i = 0; i < node->nkids; i++) {
		enum truth kid = known_truth(known, node->kids[i]);

		if (kid == final_of(node))
			return kid;
		open |= kid == TRUTH_OPEN;
	}
	return open ? TRUTH_OPEN : neutral_of(node);
}

#define NEEDS_DEPTH	8	/* deeper ones are not worth the loading time */

static void needs(const struct known *known, const struct node *node,
		  void (*found)(void *ctx, const struct node *literal), void *ctx, uint32_t depth)
{
	const struct node *only = NULL;

	if (node->kind == NODE_LITERAL && literal_truth(known, node) == TRUTH_OPEN)
		found(ctx, node);
	if ((node->kind != NODE_AND && node->kind != NODE_OR) || depth == NEEDS_DEPTH)
		return;
	for (uint32_t i = 0; i < node->nkids; i++) {
		if (node->kind == NODE_AND)
			needs(known, node->kids[i], found, ctx, depth + 1);
		else if (known_truth(known, node->kids[i]) == TRUTH_FALSE)
			continue;
		else if (only)
			return;
		else
			only = node->kids[i];
	}
	if (only)
		needs(known, only, found, ctx, depth + 1);
}

void known_needs(const struct known *known, const struct node *node,
		 void (*found)(void *ctx, const struct node *literal), void *ctx)
{
	needs(known, node, found, ctx, 0);
}

void known_literals(const struct known *known, const struct node *node,
		    void (*found)(void *ctx, const struct node *literal), void *ctx)
{
	if (node->kind == NODE_LITERAL && !node->negate &&
	    literal_truth(known, node) == TRUTH_OPEN)
		found(ctx, node);
	if (node->kind != NODE_AND && node->kind != NODE_OR)
		return;
	for (uint32_t i = 0; i < node->nkids; i++)
		known_literals(known, node->kids[i], found, ctx);
}

static bool append(struct chooser *c, uint32_t clue)
{
	if (GROW(c->chosen, c->n, c->room, 1024) < 0) {
		c->no_memory = true;
		return false;
	}
	c->chosen[c->n++] = clue;
	return true;
}

static bool allowed(const struct chooser *c, uint32_t clue)
{
	const struct clue what = clue_of(c->clues, clue);

	return c->allowed[what.slot * CLUE_KINDS + what.kind];
}

static float choose_literal(struct chooser *c, const struct node *node)
{
	const uint32_t begin = c->n, *shown;
	uint32_t n = clues_shown(c->clues, node->pred, &shown);
	float cost = 0;

	if (node->negate || !n || !allowed(c, shown[0]))
		return KEY_NONE;
	for (uint32_t i = 0; i < n; i++) {
		/*
		 * The constants of one predicate are mostly of one kind; those of patterns are not.
		 */
		if ((shown[i] >= c->clues->nvalues && !allowed(c, shown[i])) ||
		    !append(c, shown[i])) {
			c->n = begin;
			return KEY_NONE;
		}
		cost += c->costs[shown[i]];
	}
	return cost;
}

/* Keeps the clues chosen from @from on, moved to @begin. */
static void keep(struct chooser *c, uint32_t begin, uint32_t from)
{
	if (c->n > from)
		memmove(c->chosen + begin, c->chosen + from, (c->n - from) * sizeof(*c->chosen));
	c->n = begin + c->n - from;
}

static enum truth walk(struct chooser *c, const struct node *node, float *cost);

/* All parts must hold, so the clues of one are enough. */
static enum truth walk_and(struct chooser *c, const struct node *node, float *cost)
{
	const uint32_t begin = c->n;
	enum truth truth = TRUTH_TRUE;

	*cost = KEY_NONE;
	for (uint32_t i = 0; i < node->nkids; i++) {
		uint32_t from = c->n;
		float kid_cost;
		enum truth kid = walk(c, node->kids[i], &kid_cost);

		if (kid == TRUTH_FALSE) {
			c->n = begin;
			return kid;
		}
		if (kid == TRUTH_OPEN)
			truth = kid;
		if (kid == TRUTH_OPEN && kid_cost < *cost) {
			*cost = kid_cost;
			keep(c, begin, from);
		} else {
			c->n = from;
		}
	}
	return truth;
}

/* Any part may be the one that holds, so each needs clues. */
static enum truth walk_or(struct chooser *c, const struct node *node, float *cost)
{
	const uint32_t begin = c->n;
	enum truth truth = TRUTH_FALSE;

	*cost = 0;
	for (uint32_t i = 0; i < node->nkids; i++) {
		float kid_cost;
		enum truth kid = walk(c, node->kids[i], &kid_cost);

		if (kid == TRUTH_FALSE)
			continue;
		truth = kid;
		if (kid == TRUTH_TRUE)
			break;
		*cost = *cost + kid_cost < KEY_NONE ? *cost + kid_cost : KEY_NONE;
	}
	if (truth != TRUTH_OPEN || *cost >= KEY_NONE)
		c->n = begin;
	return truth;
}

static enum truth walk(struct chooser *c, const struct node *node, float *cost)
{
	enum truth truth;

	switch (node->kind) {
	case NODE_AND:
		return walk_and(c, node, cost);
	case NODE_OR:
		return walk_or(c, node, cost);
	default:
		truth = known_truth(c->known, node);
		if (truth == TRUTH_OPEN)
			*cost = choose_literal(c, node);
		return truth;
	}
}

float key_choose(struct chooser *c, const struct node *node)
{
	const uint32_t begin = c->n;
	float cost;

	if (walk(c, node, &cost) == TRUTH_OPEN && cost < KEY_NONE)
		return cost;
	c->n = begin;
	return KEY_NONE;
}
