/* SPDX-License-Identifier: Apache-2.0 */
/* Declares the state of the index while it is built; for index_build.c and index_leaf.c. */
#ifndef RULE_INDEX_BUILDER_H
#define RULE_INDEX_BUILDER_H

#include "rule/index_table.h"
#include "rule/key.h"

#define RULE_COST	40.0f	/* ns to evaluate one rule up to the check that fails, about */

/*
 * Hostile files make huge conditions from few bytes: beyond this, rules of further types are not
 * indexed but always evaluated.
 */
#define WORK_MAX	20000000u	/* checks */

struct numbers {
	uint32_t *items;
	uint32_t n, room;
};

/* 0 or -ENOMEM. */
int numbers_add(struct numbers *numbers, uint32_t number);

struct builder {
	struct ruleset *set;
	struct index *index;
	struct known known;
	struct chooser chooser;
	float *costs;		/* by clue: cost of the rules it finds, for the present class */
	bool *used;		/* by clue: some leaf has it */
	bool *allowed;		/* by place: slot * CLUE_KINDS + kind */
	uint32_t *given;	/* by slot: its twin, or SLOT_NONE */
	float *needs;		/* by predicate and answer: cost of the rules that need it */
	float worth;		/* of the rule whose needs are being added */
	struct numbers touched;	/* predicates counted in needs */
	uint64_t work;		/* checks of all conditions of all classes so far */
	int error;		/* of a callback */
};

/* Adds a list of rules. *@ret is LIST_NONE if there are none. 0 or -ENOMEM. */
int builder_list(struct builder *b, const uint32_t *rules, uint32_t n, uint32_t *ret);

/* Allocates arrays for each slot, predicate and clue. 0 or -ENOMEM; must be freed in both cases. */
int builder_init(struct builder *b, struct ruleset *set, struct index *index);
void builder_uninit(struct builder *b);

#endif /* RULE_INDEX_BUILDER_H */
