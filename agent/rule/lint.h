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

#endif /* RULE_LINT_H */
