/* SPDX-License-Identifier: Apache-2.0 */
/* What one check of a condition requires of an open; for prefilter.c. */
#ifndef RULE_PREFILTER_LITERAL_H
#define RULE_PREFILTER_LITERAL_H

#include "filter/program.h"
#include "lib/dict.h"
#include "rule/clause.h"

struct vm;

#define SHAPE_PREDS_MAX	64u	/* predicates of the way to open; further ones exclude nothing */

/* The ways to open for which a predicate can be true, and can be false. */
struct shape_pred {
	uint32_t pred;
	uint64_t yes[SAKER_PF_SHAPES / 64], no[SAKER_PF_SHAPES / 64];
};

/*
 * Names of clauses by number: '=' and a whole name, or '~' and its end. Their bytes are in the
 * arena.
 */
struct literals {
	const struct program *p;
	struct arena *arena;
	struct vm *vm;
	struct dict names;
	struct shape_pred shapes[SHAPE_PREDS_MAX];
	uint32_t nshapes;
};

/* Return: 0 or -ENOMEM; must be freed in both cases. */
int literals_init(struct literals *l, const struct program *p, struct arena *arena);
void literals_uninit(struct literals *l);

/* No clause: it never holds for an open. Return: 0 or -ENOMEM. */
int literal_clauses(struct literals *l, const struct node *literal, struct clauses *ret);

/* The types that are recorded as an open. */
bool literal_is_open(const uint64_t types[TYPE_WORDS]);

#endif /* RULE_PREFILTER_LITERAL_H */
