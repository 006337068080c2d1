/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Regular expressions in RE2's POSIX syntax, matched as a whole, in time
 * linear in the text whatever the expression is.
 */
#ifndef FILTER_REGEX_H
#define FILTER_REGEX_H

#include "filter/ast.h"

struct regex;

/* Whether the text is an expression; else false with *@err set at the place given. */
bool regex_check(struct str text, struct arena *arena, struct filter_error *err, uint32_t off,
		 uint32_t len);

#endif /* FILTER_REGEX_H */
