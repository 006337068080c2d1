/* SPDX-License-Identifier: Apache-2.0 */
/* Makes leaves of the index: the key of each rule; for index_build.c. */
#ifndef RULE_INDEX_LEAF_H
#define RULE_INDEX_LEAF_H

#include "rule/index_builder.h"

struct pick {			/* a rule's key: in chooser.chosen */
	uint32_t start, n;
	float cost;		/* ns an event, about, to evaluate a rule with this key */
	float worth;		/* plus its share of the search: saved if it cannot match */
};

struct picks {
	const uint32_t *rules;
	uint32_t n;
	struct pick *items;
	float *plain;		/* cost of each rule without a key */
	uint32_t *used;		/* by place: number of rules with a clue there */
};

/**
 * builder_choose() - choose the best keys of rules for the events of the builder's class
 * @rules:	borrowed as long as @ret lives
 * @ret:	to be freed in any case; its clues are the chooser's until the next call
 *
 * Return: 0 or -ENOMEM.
 */
int builder_choose(struct builder *b, const uint32_t *rules, uint32_t n, struct picks *ret);
void picks_uninit(struct picks *picks);

/* Makes the leaf with the keys chosen last. 0 or -ENOMEM. */
int builder_leaf(struct builder *b, const struct picks *picks, uint32_t *ret);

#endif /* RULE_INDEX_LEAF_H */
