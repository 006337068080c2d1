/* SPDX-License-Identifier: Apache-2.0 */
/* Adds notes to rule files about what behaves differently from Falco. */
#ifndef EXPLAIN_DIFF_H
#define EXPLAIN_DIFF_H

#include "rule/load.h"

/**
 * diff_add() - check all rules of a set
 * @loader:	that made @set; gets the notes, each with the rules it concerns
 * Return: 0 or -ENOMEM.
 */
int diff_add(struct ruleset_loader *loader, const struct ruleset *set);

#endif /* EXPLAIN_DIFF_H */
