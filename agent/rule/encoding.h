/* SPDX-License-Identifier: Apache-2.0 */
/* Finds out that a file is no UTF-8, and which encoding it seems to have. */
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
