/* SPDX-License-Identifier: Apache-2.0 */
/* Declares the state of one thread that evaluates rules: for engine.c and test-every.h. */
#ifndef RULE_EVALUATOR_H
#define RULE_EVALUATOR_H

#include "rule/engine.h"

struct evaluator {
	struct ruleset *set;
	struct vm *vm;
	struct rule_counters *counters;
	struct index_cursor *cursor;
	uint32_t until_sample;		/* evaluations */
	uint32_t chance;
};

#endif /* RULE_EVALUATOR_H */
