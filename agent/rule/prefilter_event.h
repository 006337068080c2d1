/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Derives the part of the prefilter that is about events other than opens: for each event that a
 * rule can match, what result and arguments a call must have. Reasons: docs/decisions/0018.
 */
#ifndef RULE_PREFILTER_EVENT_H
#define RULE_PREFILTER_EVENT_H

#include "rule/event_clause.h"
#include "rule/rule.h"

struct event_filters;

/* @set must live as long. Return: 0 or -ENOMEM. */
int event_filters_new(struct event_filters **ret, const struct ruleset *set);
void event_filters_free(struct event_filters *filters);	/* NULL is fine */

/**
 * event_filters_put() - add events and tests to a program
 * @sets:	with the tests that need slots
 * Return: whether all values found a place.
 */
bool event_filters_put(const struct event_filters *filters, struct saker_prefilter *p, bool sets);

/* Are hits of this event tested? Not if a rule matches any of them. */
bool event_filters_test(const struct event_filters *filters, enum ev_type event);

/**
 * event_filters_rule() - what one rule, by its number, requires of an event
 * Return: whether it can match the event.
 */
bool event_filters_rule(struct event_filters *filters, uint32_t rule, enum ev_type event,
			struct event_clauses *ret);

#endif /* RULE_PREFILTER_EVENT_H */
