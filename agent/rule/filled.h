/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds checks that cannot hold: the events do not have the field, or no value
 * is as long as the constant.
 */
#ifndef RULE_FILLED_H
#define RULE_FILLED_H

#include "rule/load.h"

struct buf;
struct note;

/**
 * filled_lint() - warn of such checks, and of output fields that are always missing
 * @loader:	that made @set; gets the warnings, each with its rules, and the summary
 * Return: 0 or -ENOMEM.
 */
int filled_lint(struct ruleset_loader *loader, const struct ruleset *set);

/* Prints a note of loader->unfilled: "fd.sport is not filled for listen: ...". */
void filled_put(struct buf *b, const struct note *note);

#endif /* RULE_FILLED_H */
