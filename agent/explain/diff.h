/* SPDX-License-Identifier: Apache-2.0 */
/* What would behave differently from Falco: notes at the places of rule files, beside the warnings. */
#ifndef EXPLAIN_DIFF_H
#define EXPLAIN_DIFF_H

#include "rule/load.h"

/**
 * diff_add() - look through all rules of a set
 * @loader:	that made @set; gets the notes, each with the rules it concerns
 * Return: 0 or -ENOMEM.
 */
int diff_add(struct ruleset_loader *loader, const struct ruleset *set);

#endif /* EXPLAIN_DIFF_H */
