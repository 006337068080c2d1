/* SPDX-License-Identifier: Apache-2.0 */
/* Adds notes to rule files about what behaves differently from Falco. */
#ifndef EXPLAIN_DIFF_H
#define EXPLAIN_DIFF_H

#include "rule/load.h"

/**
 * diff_add() - check all rules of a set
 * @loader:	finished, as for ruleset_lint(); gets the notes, each with the rules it concerns
 * Return: 0 or -ENOMEM.
 */
int diff_add(struct ruleset_loader *loader);

#endif /* EXPLAIN_DIFF_H */
