/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evaluates rules for events. The rule set is shared and immutable; an
 * evaluator has the state of one thread.
 */
#ifndef RULE_ENGINE_H
#define RULE_ENGINE_H

#include "filter/vm.h"
#include "rule/rule.h"

struct event;
struct evaluator;

struct rule_counters {
	uint64_t evaluated;
	uint64_t matched;
	uint64_t undecided;	/* matches that depend on a value that was not known */
	uint64_t sampled;	/* evaluations that were timed, one in 1,024 */
	uint64_t sampled_ns;
};

/* Takes its own reference. Return: NULL without memory. */
struct evaluator *evaluator_new(struct ruleset *set);
void evaluator_free(struct evaluator *evaluator);	/* NULL is fine */

/* By rule number. */
const struct rule_counters *evaluator_counters(const struct evaluator *evaluator);

/**
 * evaluator_inherit() - continue the counters of another evaluator
 * @from:	of an older set: a rule counts as the same if its name is
 * Return: 0, or -ENOMEM, and all count from zero.
 */
int evaluator_inherit(struct evaluator *evaluator, const struct evaluator *from);

struct match {
	const struct rule *rule;
	const struct event *event;
	struct evaluator *evaluator;	/* for the checks' values, until the event is retired */
	bool undecided;			/* it matched because a value was not known yet */
};

typedef void engine_match_fn(void *arg, const struct match *match);

/**
 * engine_eval() - evaluate the rules for one event
 * @on_match:	called for the first rule that matches, or for each, as the set says
 *
 * Return: the number of matches.
 */
unsigned int engine_eval(struct evaluator *evaluator, const struct event *ev,
			 engine_match_fn *on_match, void *arg);

struct match_check {
	uint32_t number;	/* number in the canonical condition */
	uint8_t verdict;	/* of the check itself: 0 false, 1 true, 2 missing, 3 undecided */
	bool negated;		/* the check is under a not */
	bool given;		/* the value is the path as given */
	bool has_value;
	struct value value;	/* borrowed until the event is retired */
	const struct check *check;
};

/**
 * match_check() - one of the checks that were evaluated for a match
 * @pos:	0 at first; advanced by each call
 * Return: false after the last.
 */
bool match_check(const struct match *match, uint32_t *pos, struct match_check *ret);

#endif /* RULE_ENGINE_H */
