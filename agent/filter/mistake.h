/* SPDX-License-Identifier: Apache-2.0 */
/* What is often written in a condition in place of something else, and what was meant. */
#ifndef FILTER_MISTAKE_H
#define FILTER_MISTAKE_H

#include "filter/ast.h"

/* "and", "or" or "not" for a word that means it elsewhere: &&, AND, !; NULL if it is none. Static. */
const char *mistake_keyword(struct str word);

/* A hint for a word or symbols in place of an operator; NULL if there is none. Static. */
const char *mistake_operator(struct str word);

/* A hint for an operator and what follows it without a blank, => where >= was meant; NULL: none. */
const char *mistake_symbols(const struct check *check, const struct word *word);

/*
 * Adds a hint to the error: the constant @text does not fit the type of @check's field, of which
 * another field may hold what was meant.
 */
void mistake_constant(struct filter_error *err, struct arena *arena, const struct check *check,
		      const struct word *word, struct str text);

#endif /* FILTER_MISTAKE_H */
