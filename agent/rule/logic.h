/* SPDX-License-Identifier: Apache-2.0 */
/* Declares proofs about conditions, without events: one implies the other, two checks exclude each other. */
#ifndef RULE_LOGIC_H
#define RULE_LOGIC_H

#include "rule/load.h"

/* Whether every event that matches @narrow also matches @wide; false if that cannot be proved. */
bool condition_covers(const struct program *p, const struct condition *wide,
		      const struct condition *narrow);

/*
 * Whether no value can pass both checks; false if that cannot be proved. A path that resolves to
 * another path is two values: each may pass one check.
 */
bool literals_exclude(const struct program *p, const struct node *a, const struct node *b);

#endif /* RULE_LOGIC_H */
