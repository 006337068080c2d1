/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Warns about what only the whole rule set shows: checks that exclude each
 * other, rules that can never match, and rules that never match first because
 * an earlier one matches everything they match. For `saker check`; an agent
 * that loads rules does not wait for it.
 */
#ifndef RULE_LINT_H
#define RULE_LINT_H

#include "rule/load.h"

/**
 * ruleset_lint() - add warnings
 * @loader:	finished; after errors only if ruleset_loader_check() was called
 * Return: 0 or -ENOMEM.
 */
int ruleset_lint(struct ruleset_loader *loader);

/* Whether the compiled condition holds for no event. */
bool condition_is_never(const struct condition *c);

/* Whether every event that matches @narrow also matches @wide; false if that cannot be proved. */
bool condition_covers(const struct program *p, const struct condition *wide,
		      const struct condition *narrow);

/*
 * Whether no value can pass both checks; false if that cannot be proved. A path that resolves to
 * another path is two values: each may pass one check.
 */
bool literals_exclude(const struct program *p, const struct node *a, const struct node *b);

#endif /* RULE_LINT_H */
