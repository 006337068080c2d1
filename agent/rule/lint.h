/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is no error, and what only the whole rule set shows: checks of which no
 * value can pass both, rules that can never match, and rules that never match
 * first because an earlier one matches all they match. For `saker check`; an agent
 * that loads rules does not wait for it.
 */
#ifndef RULE_LINT_H
#define RULE_LINT_H

#include "rule/load.h"

/**
 * ruleset_lint() - add warnings
 * @loader:	that made @set
 * Return: 0 or -ENOMEM.
 */
int ruleset_lint(struct ruleset_loader *loader, const struct ruleset *set);

/* Whether whatever matches @narrow also matches @wide; false if that cannot be shown. */
bool condition_covers(const struct program *p, const struct condition *wide,
		      const struct condition *narrow);

/*
 * Whether a value that passes one check cannot pass the other; false if that cannot be shown.
 * A path that resolves to another than was given is two values: one may pass each.
 */
bool literals_exclude(const struct program *p, const struct node *a, const struct node *b);

#endif /* RULE_LINT_H */
