/* SPDX-License-Identifier: Apache-2.0 */
/* Prints what the compiler made of a rule, as text. */
#ifndef RULE_EXPLAIN_H
#define RULE_EXPLAIN_H

#include <stdio.h>
#include "rule/rule.h"

/* Canonical condition, event types, index key, program. */
void rule_explain(FILE *out, const struct ruleset *set, const struct rule *rule);

#endif /* RULE_EXPLAIN_H */
