/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Proves which conditions imply or exclude each other, without events. Checks
 * are compared in compiled form; of a check that only a few values pass, these
 * values are tried. "true" is certain; "false" means not proved.
 */
#include "rule/logic.h"
#include "filter/pattern.h"
#include "filter/pred.h"

#define STEPS_MAX	20000	/* comparisons of one pair of conditions */

static const struct pred *pred_of(const struct program *p, const struct node *literal)
{
	return &p->preds[literal->pred];
}

/* One value, the same for every check of the slot. */
static bool is_single(const struct program *p, const struct pred *pred)
{
	return pred->quantor == QUANTOR_ONE && !p->slots[pred->slot].op->list;
}

/* Only its constants pass it. */
static bool is_finite(const struct pred *pred, const struct node *literal)
{
	if (pred->matcher == MATCH_FLAG)
		return pred->check->op != OP_NE && !literal->negate;
	return pred->matcher == MATCH_SYMBOLS && !pred->invert && !literal->negate;
}

static bool needs_value(const struct pred *pred)
{
	return pred->matcher == MATCH_SYMBOLS || pred->matcher == MATCH_EACH ||
	       pred->matcher == MATCH_FLAG || pred->matcher == MATCH_NUMBER ||
	       pred->matcher == MATCH_NEEDLES ||
	       pred->matcher == MATCH_PATHS || pred->matcher == MATCH_NETS;
}

/* Whether the constants of @from all pass @to, or with @pass false, whether none does. */
static bool constants_all(const struct program *p, const struct pred *from, const struct pred *to,
			  bool negate, bool pass)
{
	for (uint32_t i = 0; i < from->check->nvalues; i++) {
		if ((pred_holds(p, to, &from->check->values[i], NULL) != negate) != pass)
			return false;
	}
	return from->check->nvalues > 0;
}

static bool types_subset(const struct node *b, const struct pred *in, const struct node *a,
			 const struct pred *of)
{
	for (size_t i = 0; i < TYPE_WORDS; i++) {
		uint64_t x = b->negate ? ~in->types[i] : in->types[i];
		uint64_t y = a->negate ? ~of->types[i] : of->types[i];

		if (x & ~y)
			return false;
	}
	return true;
}

static bool symbols_subset(const struct symbols *in, const struct symbols *of)
{
	for (uint32_t i = 0; i < in->n; i++) {
		if (!symbols_has(of, in->ids[i]))
			return false;
	}
	return true;
}

/* @b implies @a. */
static bool literal_implies(const struct program *p, const struct node *b, const struct node *a)
{
	const struct pred *pb = pred_of(p, b), *pa = pred_of(p, a);

	if (b->pred == a->pred)
		return b->negate == a->negate;
	if (pb->matcher == MATCH_TYPES && pa->matcher == MATCH_TYPES)
		return types_subset(b, pb, a, pa);
	if (pb->matcher == MATCH_TYPES || pa->matcher == MATCH_TYPES || pb->slot != pa->slot)
		return false;
	/* A path that passes as given must be able to pass the other check so, too. */
	if (pb->given != SLOT_NONE && pa->given != pb->given)
		return false;
	if (pa->matcher == MATCH_EXISTS)
		return !a->negate && !b->negate && needs_value(pb);
	if (!is_single(p, pb) || !is_single(p, pa) || !needs_value(pa))
		return false;
	if (is_finite(pb, b))
		return constants_all(p, pb, pa, a->negate, true);
	return b->negate && a->negate && pb->matcher == MATCH_SYMBOLS && !pb->invert &&
	       pa->matcher == MATCH_SYMBOLS && !pa->invert &&
	       symbols_subset(&pa->symbols, &pb->symbols);
}

static bool implies(const struct program *p, const struct node *b, const struct node *a,
		    uint32_t *steps);

/* Whether some (or, with @all, each) part of the chain @of is in the relation. */
static bool parts(const struct program *p, const struct node *b, const struct node *a,
		  const struct node *of, bool all, uint32_t *steps)
{
	/* Expensive checks are at the end and differ most between rules. */
	for (uint32_t i = of->nkids; i-- > 0;) {
		bool r = implies(p, of == b ? of->kids[i] : b, of == a ? of->kids[i] : a, steps);

		if (r != all)
			return r;
	}
	return all;
}

static bool implies(const struct program *p, const struct node *b, const struct node *a,
		    uint32_t *steps)
{
	if (++*steps > STEPS_MAX)
		return false;
	if (a->kind == NODE_TRUE || b->kind == NODE_FALSE)
		return true;
	if (b->kind == NODE_OR)
		return parts(p, b, a, b, true, steps);
	if (a->kind == NODE_AND)
		return parts(p, b, a, a, true, steps);
	if (a->kind == NODE_OR && parts(p, b, a, a, false, steps))
		return true;
	if (b->kind == NODE_AND)
		return parts(p, b, a, b, false, steps);
	return a->kind == NODE_LITERAL && b->kind == NODE_LITERAL && literal_implies(p, b, a);
}

bool condition_covers(const struct program *p, const struct condition *wide,
		      const struct condition *narrow)
{
	uint32_t steps = 0;

	return implies(p, narrow->node, wide->node, &steps);
}

/* -- exclusion -- */

/* Two texts that would both have to be at the same end. */
static bool ends_differ(enum op op, struct str a, struct str b)
{
	return op == OP_STARTSWITH ? !str_starts(a, b) && !str_starts(b, a) :
	       op == OP_ENDSWITH ? !str_ends(a, b) && !str_ends(b, a) : false;
}

/* x < 3 and x > 5. Of constants c and d: nothing is at most c and at least d if c < d. */
static bool ranges_differ(enum op low, const struct value *c, enum op high, const struct value *d)
{
	bool below = low == OP_LT || low == OP_LE, above = high == OP_GT || high == OP_GE;
	bool open = low == OP_LT || high == OP_GT;

	return below && above && (value_compare(OP_LT, c, d) ||
				  (open && value_compare(OP_EQ, c, d)));
}

static bool patterns_exclude(const struct pred *a, const struct pred *b)
{
	const struct value *x = a->values, *y = b->values;

	if ((a->matcher != MATCH_EACH && a->matcher != MATCH_NUMBER) || a->n != 1 ||
	    (b->matcher != MATCH_EACH && b->matcher != MATCH_NUMBER) || b->n != 1)
		return false;
	if (a->op == b->op && x->type == VALUE_STR && ends_differ((enum op)a->op, x->s, y->s))
		return true;
	return ranges_differ((enum op)a->op, x, (enum op)b->op, y) ||
	       ranges_differ((enum op)b->op, y, (enum op)a->op, x);
}

bool literals_exclude(const struct program *p, const struct node *a, const struct node *b)
{
	const struct pred *pa = pred_of(p, a), *pb = pred_of(p, b);

	if (a->pred == b->pred)
		return a->negate != b->negate;
	if (pa->matcher == MATCH_TYPES && pb->matcher == MATCH_TYPES) {
		const struct node not_b = { .negate = !b->negate };

		return types_subset(a, pa, &not_b, pb);
	}
	if (pa->matcher == MATCH_TYPES || pb->matcher == MATCH_TYPES || pa->slot != pb->slot)
		return false;
	if (pa->matcher == MATCH_EXISTS || pb->matcher == MATCH_EXISTS)
		return pa->matcher == MATCH_EXISTS ? a->negate && !b->negate && needs_value(pb) :
						     b->negate && !a->negate && needs_value(pa);
	if (!is_single(p, pa) || !is_single(p, pb) || !needs_value(pa) || !needs_value(pb))
		return false;
	if (is_finite(pa, a))
		return constants_all(p, pa, pb, b->negate, false);
	if (is_finite(pb, b))
		return constants_all(p, pb, pa, a->negate, false);
	return !a->negate && !b->negate && patterns_exclude(pa, pb);
}
