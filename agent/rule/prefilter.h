/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Derives the prefilter of a rule set: the program that the driver runs for each open, and for
 * other events that it can exclude (saker/prefilter.h). It lets every event pass that a rule can
 * match; docs/decisions/0018 gives the reasons.
 */
#ifndef RULE_PREFILTER_H
#define RULE_PREFILTER_H

#include <stdio.h>
#include <saker/prefilter.h>
#include "rule/rule.h"

struct clause;
struct event_filters;
struct prefilter;

/* @set must live as long. Return: 0 or -ENOMEM. */
int prefilter_new(struct prefilter **ret, const struct ruleset *set);
void prefilter_free(struct prefilter *prefilter);	/* NULL is fine */

/* Its generation is 0; the source that loads it sets it. Valid as long as @prefilter. */
const struct saker_prefilter *prefilter_program(const struct prefilter *prefilter);

/*
 * Prints the clauses of one rule, by its number, for opens and for each other event that is tested;
 * nothing if there is none. The other form is a JSON object, or null.
 */
void prefilter_explain(FILE *out, const struct prefilter *prefilter, uint32_t rule);
void prefilter_explain_json(FILE *out, const struct prefilter *prefilter, uint32_t rule);

/* For the two above. Can the rule match an open? */
bool prefilter_opens(const struct prefilter *prefilter, uint32_t rule);

/* Clause @i of a rule, with its bit; NULL: it has no more. */
const struct clause *prefilter_clause(const struct prefilter *prefilter, uint32_t rule, uint32_t i,
				      uint32_t *bit);

/* A name of a clause: '=' and a whole name, or '~' and its end. */
struct str prefilter_name(const struct prefilter *prefilter, uint32_t id);

/* What it requires of other events. */
struct event_filters *prefilter_events(const struct prefilter *prefilter);

#endif /* RULE_PREFILTER_H */
