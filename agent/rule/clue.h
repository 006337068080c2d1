/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a condition needs, by which its rule can be found. A clue is a fact
 * about one slot: its value is this constant, begins with this text, is in this
 * network. A predicate that is true shows at least one of its clues; so a rule
 * all of whose ways to be true lead over such predicates can only match an event
 * that shows one of theirs.
 */
#ifndef RULE_CLUE_H
#define RULE_CLUE_H

#include "filter/program.h"

enum clue_kind {
	CLUE_VALUE,		/* the number of a constant in the slot's dictionary */
	CLUE_FRONT,		/* texts the value begins with, */
	CLUE_END,		/* ends with, */
	CLUE_INSIDE,		/* has in it, */
	CLUE_FOLDED,		/* has in it in any case */
	CLUE_NET,
	CLUE_KINDS,
};

struct clue {
	uint32_t slot;
	enum clue_kind kind;
	struct str text;	/* of a network its key; of a value its place in the dictionary */
};

/*
 * All clues of a program, numbered: first the constants of each slot's
 * dictionary, then what is looked for in texts and addresses.
 */
struct clues {
	const struct program *p;
	uint32_t n, nvalues, room;
	uint32_t *first_value;	/* by slot: number of its constant 0, which does not exist */
	uint32_t whole;		/* slot of the path that others are parts of, or SLOT_NONE */
	bool whole_given;	/* some check reads it as given, too */
	struct clue *others;	/* from nvalues on */
	struct dict names;	/* of others */
	uint32_t *starts;	/* by predicate, in shown[] */
	uint32_t *shown;
	uint32_t nshown, shown_room;
	struct arena *arena;
};

/* Return: 0 or -ENOMEM; to be freed in both cases. */
int clues_init(struct clues *clues, const struct program *p);
void clues_uninit(struct clues *clues);

struct clue clue_of(const struct clues *clues, uint32_t number);

/* Clues, one of which shows if @pred is true. Return: how many; 0: it has none. */
static inline uint32_t clues_shown(const struct clues *clues, uint32_t pred, const uint32_t **ret)
{
	uint32_t n = clues->starts[pred + 1] - clues->starts[pred];

	*ret = n ? clues->shown + clues->starts[pred] : NULL;
	return n;
}

#endif /* RULE_CLUE_H */
