/* SPDX-License-Identifier: Apache-2.0 */
/* Prints how the index finds a rule. */
#ifndef RULE_INDEX_EXPLAIN_H
#define RULE_INDEX_EXPLAIN_H

#include <stdio.h>
#include "rule/rule.h"

/* The first of its event types' keys; nothing if no event can match it. */
void index_explain(FILE *out, const struct ruleset *set, const struct rule *rule);

#endif /* RULE_INDEX_EXPLAIN_H */
