/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluates every rule for an event, without the index, so that tests can compare the results. */
#ifndef RULE_TEST_EVERY_H
#define RULE_TEST_EVERY_H

#include "rule/evaluator.h"

/* As engine_eval(), but without counters. */
static inline unsigned int eval_every(struct evaluator *e, const struct event *ev,
				      engine_match_fn *on_match, void *arg)
{
	unsigned int matches = 0;

	vm_begin(e->vm, ev);
	for (uint32_t i = 0; i < e->set->nrules && (!matches || e->set->match_all); i++) {
		const struct rule *rule = &e->set->rules[i];
		const enum answer a = vm_run(e->vm, rule->condition.entry);

		if (a == ANSWER_FALSE)
			continue;
		matches++;
		on_match(arg, &(struct match){ .rule = rule, .event = ev, .evaluator = e,
					       .undecided = a == ANSWER_UNDECIDED });
	}
	return matches;
}

#endif /* RULE_TEST_EVERY_H */
