/* SPDX-License-Identifier: Apache-2.0 */
/* What the driver shall record, from what the rules can match and the tables must know. */
#ifndef RULESET_SELECT_H
#define RULESET_SELECT_H

#include <stdbool.h>
#include <stdint.h>
#include <saker/device.h>
#include "rule/rule.h"

/**
 * select_make() - the selection for a set of event types
 * @types:	a bit each by evt_type_t, as ruleset_evt_types() tells; NULL: the events of
 *		the schema, but not the calls that would be recorded generically
 * @env:	rules read the environment
 */
void select_make(struct saker_selection *ret, const uint64_t types[TYPE_WORDS], bool env);

/*
 * The same, for all that a rule set can match. @needs: FIELD_NEEDS_... of its outputs, beside
 * what its conditions read.
 */
void select_for_rules(struct saker_selection *ret, const struct ruleset *set, uint64_t needs);

#endif /* RULESET_SELECT_H */
