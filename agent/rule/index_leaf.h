/* SPDX-License-Identifier: Apache-2.0 */
/* Leaves of the index: the key that each rule is found by; for index_build.c. */
#ifndef RULE_INDEX_LEAF_H
#define RULE_INDEX_LEAF_H

#include "rule/index_builder.h"

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

#endif /* RULE_INDEX_LEAF_H */
