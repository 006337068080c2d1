/* SPDX-License-Identifier: Apache-2.0 */
/* Checks that a file is UTF-8, and guesses its encoding if it is not. */
#ifndef RULE_ENCODING_H
#define RULE_ENCODING_H

#include "lib/arena.h"
#include "lib/str.h"

/**
 * encoding_check() - whether all of a file is UTF-8
 * @at:		else set to the first byte that is not
 * @why:	else set to a text for the user; without memory its p is NULL
 */
bool encoding_check(struct arena *arena, struct str bytes, size_t *at, struct str *why);

#endif /* RULE_ENCODING_H */
