/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Events against rules. The rule set is shared and never changes; what one
 * thread needs to evaluate it is an evaluator.
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
	uint64_t undecided;	/* of the matches, those that rest on a value nobody had */
	uint64_t sampled;	/* evaluations whose time was taken, one in 1,024 */
	uint64_t sampled_ns;
};

/* Takes its own reference. Return: NULL without memory. */
struct evaluator *evaluator_new(struct ruleset *set);
void evaluator_free(struct evaluator *evaluator);	/* NULL is fine */

const struct ruleset *evaluator_ruleset(const struct evaluator *evaluator);

/* By rule number. */
const struct rule_counters *evaluator_counters(const struct evaluator *evaluator);

/**
 * evaluator_inherit() - go on counting where another evaluator stops
 * @from:	of an older set: a rule counts as the same if its name is
 * Return: 0, or -ENOMEM, and all count from zero.
 */
int evaluator_inherit(struct evaluator *evaluator, const struct evaluator *from);

struct match {
	const struct rule *rule;
	const struct event *event;
	struct evaluator *evaluator;	/* for the checks' values, while the event lasts */
	bool undecided;			/* it may only have matched because a value was not there yet */
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

/* The same answer without any index: the twin that tests compare with. */
unsigned int engine_eval_all(struct evaluator *evaluator, const struct event *ev,
			     engine_match_fn *on_match, void *arg);

struct match_check {
	uint32_t number;	/* of the check in the canonical condition */
	uint8_t verdict;	/* of the check itself: 0 false, 1 true, 2 missing, 3 undecided */
	bool negated;		/* it stands under a not */
	bool given;		/* the value is the path as given */
	bool has_value;
	struct value value;	/* borrowed until the event is retired */
	const struct check *check;
};

/**
 * match_check() - one of the checks that were asked for a match
 * @pos:	0 at first, then as it was left
 * Return: false behind the last.
 */
bool match_check(const struct match *match, uint32_t *pos, struct match_check *ret);

#endif /* RULE_ENGINE_H */
