/* SPDX-License-Identifier: Apache-2.0 */
/* The index while it is made; for index_build.c and index_leaf.c only. */
#ifndef RULE_INDEX_BUILD_H
#define RULE_INDEX_BUILD_H

#include "rule/index_table.h"
#include "rule/key.h"

#define RULE_COST	40.0f	/* ns to evaluate one rule up to the check that fails, about */

/* Hostile files make huge conditions out of few bytes: of further types rules are just evaluated. */
#define WORK_MAX	20000000u	/* checks */

struct numbers {
	uint32_t *items;
	uint32_t n, room;
};

/* 0 or -ENOMEM. */
int numbers_add(struct numbers *numbers, uint32_t number);

struct pick {			/* a rule's key: in chooser.chosen */
	uint32_t start, n;
	float cost;		/* ns an event, about, of evaluating the rule if it is found by it */
	float worth;		/* the same with its share of looking: saved where it cannot match */
};

struct picks {
	const uint32_t *rules;
	uint32_t n;
	struct pick *items;
	float *plain;		/* what each costs without a key */
	uint32_t *used;		/* by place: rules with a clue there */
};

struct builder {
	struct ruleset *set;
	struct index *index;
	struct known known;
	struct chooser chooser;
	float *costs;		/* by clue: what the rules it finds cost, for the present class */
	bool *wanted;		/* by clue: some leaf has it */
	bool *allowed;		/* by place: slot * CLUE_KINDS + kind */
	uint32_t *given;	/* by slot: its twin, or SLOT_NONE */
	float *needs;		/* by predicate and answer: what the rules that need it are worth */
	float worth;		/* of the rule whose needs are being added */
	struct numbers touched;	/* predicates counted in needs */
	uint64_t work;		/* checks of all conditions of all classes so far */
	int error;		/* of a callback */
};

/* A list of rules. *@ret is LIST_NONE if there are none. 0 or -ENOMEM. */
int builder_list(struct builder *b, const uint32_t *rules, uint32_t n, uint32_t *ret);

/**
 * builder_choose() - how rules are best found among the events the builder knows of
 * @rules:	borrowed as long as @ret lives
 * @ret:	to be freed in any case; its clues are the chooser's until the next call
 *
 * Return: 0 or -ENOMEM.
 */
int builder_choose(struct builder *b, const uint32_t *rules, uint32_t n, struct picks *ret);
void picks_uninit(struct picks *picks);

/* The leaf that finds rules as they were last chosen. 0 or -ENOMEM. */
int builder_leaf(struct builder *b, const struct picks *picks, uint32_t *ret);

#endif /* RULE_INDEX_BUILD_H */
