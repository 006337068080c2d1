/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the normal form: negations are moved to the checks, nested ands and ors
 * are merged, checks decided at load are removed, and checks are ordered by
 * what they decide for their cost. A path check that is not negated may also
 * hold for the path as given: that can only add matches. A negated one must
 * not.
 */
#include <errno.h>
#include <stdlib.h>
#include "filter/guess.h"
#include "filter/pred.h"

struct walk {
	struct program *p;
	struct condition *c;
	uint32_t leaf_room;
};

static int node_of(struct walk *w, struct expr *e, bool negate, struct node **ret);

static struct node *node_new(struct walk *w, enum node_kind kind)
{
	struct node *node = arena_alloc(w->p->arena, sizeof(*node));

	if (node)
		node->kind = kind;
	return node;
}

static int leaf_add(struct walk *w, const struct check *check, bool negate, uint32_t *ret)
{
	struct condition *c = w->c;

	if (c->nleaves == w->leaf_room) {
		uint32_t room = w->leaf_room ? w->leaf_room * 2 : 8;
		struct leaf *leaves = arena_alloc(w->p->arena, room * sizeof(*leaves));

		if (!leaves)
			return -ENOMEM;
		if (c->nleaves)
			memcpy(leaves, c->leaves, c->nleaves * sizeof(*leaves));
		c->leaves = leaves;
		w->leaf_room = room;
	}
	*ret = c->nleaves;
	c->leaves[c->nleaves++] = (struct leaf){ .pred = PRED_NONE, .negate = negate,
						 .check = check };
	return 0;
}

/*
 * Events are numbered from 1, which decides these checks of the number and no others. Falco decides
 * the same ones: placeholder rules contain evt.num = 0, and match no event.
 */
static bool number_decided(const struct check *check, bool *ret)
{
	static const struct { enum op op; uint64_t below; bool answer; } table[] = {
		{ OP_EQ, 1, false }, { OP_LT, 2, false }, { OP_LE, 1, false }, { OP_IN, 1, false },
		{ OP_NE, 1, true }, { OP_GT, 1, true }, { OP_GE, 2, true },
	};
	const struct operand *lhs = check->lhs;

	if (lhs->kind != OPERAND_FIELD || check->rhs || check->modifier != MODIFIER_NONE ||
	    !check->nvalues || !(lhs->field->flags & FIELD_FROM_ONE))
		return false;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		uint32_t k = 0;

		while (k < check->nvalues && check->values[k].u < table[i].below)
			k++;
		*ret = table[i].answer;
		if (check->op == table[i].op)
			return k == check->nvalues;
	}
	return false;
}

/* evt.dir is always "<": events are recorded when the call returns. */
static bool decided(const struct program *p, const struct check *check, uint32_t pred, bool *ret)
{
	static const struct value exit_event = { .type = VALUE_STR, .s = { "<", 1 } };
	const struct operand *lhs = check->lhs;

	if (p->preds[pred].matcher == MATCH_NEVER) {
		*ret = false;
		return true;
	}
	if (number_decided(check, ret))
		return true;
	if (lhs->kind != OPERAND_FIELD || check->rhs ||
	    !(lhs->field->flags & FIELD_DIRECTION))
		return false;
	*ret = check->op == OP_EXISTS || pred_holds(p, &p->preds[pred], &exit_event, NULL);
	return true;
}

static int literal(struct walk *w, struct expr *e, bool negate, struct node **ret)
{
	uint32_t number, pred;
	bool answer;
	int r;

	r = leaf_add(w, e->check, negate, &number);
	if (r == 0)
		r = pred_intern(w->p, e->check, !negate, &pred);
	if (r < 0)
		return r;
	if (decided(w->p, e->check, pred, &answer)) {
		w->c->leaves[number].constant = answer;
		*ret = node_new(w, answer != negate ? NODE_TRUE : NODE_FALSE);
		return *ret ? 0 : -ENOMEM;
	}
	w->c->leaves[number].pred = pred;
	*ret = node_new(w, NODE_LITERAL);
	if (!*ret)
		return -ENOMEM;
	(*ret)->pred = pred;
	(*ret)->check = number;
	(*ret)->negate = negate;
	(*ret)->cost = w->p->preds[pred].cost;
	(*ret)->chance = guess_chance(w->p, &w->p->preds[pred]);
	if (negate)
		(*ret)->chance = 1 - (*ret)->chance;
	return 0;
}

/* Moves the parts of a chain into one array; chains of the same kind within it are merged. */
static void gather(struct node **kids, uint32_t *n, struct node *kid, enum node_kind kind)
{
	if (kid->kind != kind) {
		kids[(*n)++] = kid;
		return;
	}
	for (uint32_t i = 0; i < kid->nkids; i++)
		kids[(*n)++] = kid->kids[i];
}

/* How likely a part decides a chain: a false one an and, a true one an or. */
static float settles(const struct node *kid, enum node_kind kind)
{
	return kind == NODE_AND ? 1 - kid->chance : kid->chance;
}

/* Whether to evaluate @a before @b: the order of cost divided by probability is cheapest. */
static bool before(const struct node *a, const struct node *b, enum node_kind kind)
{
	return a->cost * settles(b, kind) < b->cost * settles(a, kind);
}

/* Merges two sorted halves of kids; equal ones keep their order. */
static void sort_kids(struct node **kids, struct node **spare, uint32_t n, enum node_kind kind)
{
	uint32_t half = n / 2, i = 0, j = half;

	if (n < 2)
		return;
	sort_kids(kids, spare, half, kind);
	sort_kids(kids + half, spare, n - half, kind);
	for (uint32_t k = 0; k < n; k++) {
		bool right = i == half || (j < n && before(kids[j], kids[i], kind));

		spare[k] = right ? kids[j++] : kids[i++];
	}
	memcpy(kids, spare, n * sizeof(*kids));
}

/* The expected cost of evaluating the parts in order until one decides, and the probability. */
static void weigh(struct node *node)
{
	float open = 1;

	for (uint32_t i = 0; i < node->nkids; i++) {
		node->cost += open * node->kids[i]->cost;
		open *= 1 - settles(node->kids[i], node->kind);
	}
	node->chance = node->kind == NODE_AND ? open : 1 - open;
}

static int chain(struct walk *w, struct expr *e, bool negate, struct node **ret)
{
	bool is_and = (e->kind == EXPR_AND) != negate;
	enum node_kind kind = is_and ? NODE_AND : NODE_OR;
	enum node_kind neutral = is_and ? NODE_TRUE : NODE_FALSE;
	enum node_kind final = is_and ? NODE_FALSE : NODE_TRUE;
	struct node **kids, **spare, *node;
	uint32_t n = 0, room = 0;
	bool is_final = false;

	kids = arena_alloc(w->p->arena, e->nkids * sizeof(*kids));
	if (!kids)
		return -ENOMEM;
	for (uint32_t i = 0; i < e->nkids; i++) {
		struct node *kid;
		int r = node_of(w, e->kids[i], negate, &kid);

		if (r < 0)
			return r;
		if (kid->kind == final)
			is_final = true;
		if (kid->kind == neutral || kid->kind == final)
			continue;
		kids[n++] = kid;
		room += kid->kind == kind ? kid->nkids : 1;
	}
	if (is_final || n <= 1) {
		*ret = is_final ? node_new(w, final) : n ? kids[0] : node_new(w, neutral);
		return *ret ? 0 : -ENOMEM;
	}
	node = node_new(w, kind);
	if (!node)
		return -ENOMEM;
	node->kids = arena_alloc(w->p->arena, room * sizeof(*kids));
	spare = arena_alloc(w->p->arena, room * sizeof(*kids));
	if (!node->kids || !spare)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++)
		gather(node->kids, &node->nkids, kids[i], kind);
	sort_kids(node->kids, spare, node->nkids, kind);
	weigh(node);
	*ret = node;
	return 0;
}

static int node_of(struct walk *w, struct expr *e, bool negate, struct node **ret)
{
	switch (e->kind) {
	case EXPR_NOT:
		return node_of(w, e->kids[0], !negate, ret);
	case EXPR_MACRO:
		return node_of(w, e->macro.target, negate, ret);
	case EXPR_CHECK:
		return literal(w, e, negate, ret);
	default:
		return chain(w, e, negate, ret);
	}
}

int normalise(struct program *p, struct expr *e, struct condition *ret)
{
	struct walk w = { .p = p, .c = ret };

	return node_of(&w, e, false, &ret->node);
}

/* The event types for which a condition can be true. */
void node_types(const struct program *p, const struct node *node, uint64_t types[TYPE_WORDS])
{
	uint64_t kid[TYPE_WORDS];
	const struct pred *pred;

	memset(types, node->kind == NODE_FALSE || node->kind == NODE_OR ? 0 : 0xff,
	       TYPE_WORDS * sizeof(*types));
	if (node->kind == NODE_LITERAL) {
		pred = &p->preds[node->pred];
		for (size_t i = 0; pred->matcher == MATCH_TYPES && i < TYPE_WORDS; i++)
			types[i] = node->negate ? ~pred->types[i] : pred->types[i];
		return;
	}
	if (node->kind != NODE_AND && node->kind != NODE_OR)
		return;
	for (uint32_t i = 0; i < node->nkids; i++) {
		node_types(p, node->kids[i], kid);
		for (size_t j = 0; j < TYPE_WORDS; j++)
			types[j] = node->kind == NODE_AND ? types[j] & kid[j] : types[j] | kid[j];
	}
}
