/* SPDX-License-Identifier: Apache-2.0 */
/* Finds rules that never match first, because an earlier one matches everything they match. */
#ifndef RULE_SHADOW_H
#define RULE_SHADOW_H

#include "rule/load.h"

/* Adds a warning for each such rule, with the first of those rules. 0 or -ENOMEM. */
int shadows_warn(struct ruleset_loader *loader, const struct ruleset *set);

#endif /* RULE_SHADOW_H */
