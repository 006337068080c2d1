/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Derives the prefilter of a rule set: the program that the driver runs for each open
 * (saker/prefilter.h). It lets every open pass that a rule can match; docs/decisions/0018 gives
 * the reasons.
 */
#ifndef RULE_PREFILTER_H
#define RULE_PREFILTER_H

#include <stdio.h>
#include <saker/prefilter.h>
#include "rule/rule.h"

struct prefilter;

/* Return: 0 or -ENOMEM. */
int prefilter_new(struct prefilter **ret, const struct ruleset *set);
void prefilter_free(struct prefilter *prefilter);	/* NULL is fine */

/* Its generation is 0; the source that loads it sets it. Valid as long as @prefilter. */
const struct saker_prefilter *prefilter_program(const struct prefilter *prefilter);

/* Prints the clauses of one rule, by its number; nothing if it matches no open. */
void prefilter_explain(FILE *out, const struct prefilter *prefilter, uint32_t rule);

#endif /* RULE_PREFILTER_H */
