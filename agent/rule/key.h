/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chooses the key of a rule: clues, one of which must be in an event for the
 * rule to match. A condition often allows several keys; the best is the one
 * that events show most rarely, relative to the cost of its search.
 */
#ifndef RULE_KEY_H
#define RULE_KEY_H

#include "rule/clue.h"

enum truth { TRUTH_OPEN, TRUTH_FALSE, TRUTH_TRUE };

/* What is already decided for the events in question. */
struct known {
	const struct program *p;
	uint32_t type_bit;
	uint8_t *answers;	/* enum truth, by predicate */
};

/* The result of a condition for such events. */
enum truth known_truth(const struct known *known, const struct node *node);

/* Calls @found for each open literal without which the condition cannot be true. */
void known_needs(const struct known *known, const struct node *node,
		 void (*found)(void *ctx, const struct node *literal), void *ctx);

/* The same for each open literal that is not negated, needed or not. */
void known_literals(const struct known *known, const struct node *node,
		    void (*found)(void *ctx, const struct node *literal), void *ctx);

#define KEY_NONE	1e9f	/* the cost of a rule that has no key */

struct chooser {
	const struct clues *clues;
	const struct known *known;
	const float *costs;	/* by clue: probability that an event has it */
	const bool *allowed;	/* by slot * CLUE_KINDS + kind */
	uint32_t *chosen;	/* grows; the caller frees it */
	uint32_t n, room;
	bool no_memory;
};

/**
 * key_choose() - the cheapest key of a condition that is open
 * Return: its cost, with its clues appended to chosen[]; or KEY_NONE.
 */
float key_choose(struct chooser *c, const struct node *node);

#endif /* RULE_KEY_H */
