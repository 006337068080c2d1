/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds rules by clues. A clue is a fact about one slot: its value is this
 * constant, begins with this text, is in this network. A predicate that is true
 * has at least one of its clues in the event; so a rule whose condition needs
 * such predicates can only match an event with one of their clues.
 */
#ifndef RULE_CLUE_H
#define RULE_CLUE_H

#include "filter/program.h"

enum clue_kind {
	CLUE_VALUE,		/* the number of a constant in the slot's dictionary */
	CLUE_FRONT,		/* texts the value begins with, */
	CLUE_END,		/* ends with, */
	CLUE_INSIDE,		/* contains, */
	CLUE_FOLDED,		/* contains in any case */
	CLUE_NET,
	CLUE_KINDS,
};

struct clue {
	uint32_t slot;
	enum clue_kind kind;
	struct str text;	/* of a network its key; of a value its number in the dictionary */
};

/*
 * All clues of a program, numbered: first the constants of each slot's dictionary, then texts and
 * networks.
 */
struct clues {
	const struct program *p;
	uint32_t n, nvalues, room;
	uint32_t *first_value;	/* by slot: clue of its constant 0, which does not exist */
	uint32_t whole;		/* slot of the path that others are parts of, or SLOT_NONE */
	bool whole_given;	/* some check reads it as given, too */
	struct clue *others;	/* from nvalues on */
	struct dict names;	/* of others */
	uint32_t *starts;	/* by predicate, in shown[] */
	uint32_t *shown;
	uint32_t nshown, shown_room;
	struct arena *arena;
};

/* Return: 0 or -ENOMEM; must be freed in both cases. */
int clues_init(struct clues *clues, const struct program *p);
void clues_uninit(struct clues *clues);

struct clue clue_of(const struct clues *clues, uint32_t number);

/*
 * The clues of @pred: if it is true, one of them is in the event. Return: how many; 0: it has none.
 */
static inline uint32_t clues_shown(const struct clues *clues, uint32_t pred, const uint32_t **ret)
{
	uint32_t n = clues->starts[pred + 1] - clues->starts[pred];

	*ret = n ? clues->shown + clues->starts[pred] : NULL;
	return n;
}

#endif /* RULE_CLUE_H */
