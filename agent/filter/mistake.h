/* SPDX-License-Identifier: Apache-2.0 */
/* Finds hints for frequent mistakes in conditions. */
#ifndef FILTER_MISTAKE_H
#define FILTER_MISTAKE_H

#include "filter/ast.h"

/*
 * "and", "or" or "not" for a word of the same meaning elsewhere: &&, AND, !; NULL if there is none.
 * Static.
 */
const char *mistake_keyword(struct str word);

/* A hint for a word or symbols used instead of an operator; NULL if there is none. Static. */
const char *mistake_operator(struct str word);

/* A hint for an operator and the symbol directly after it, as => for >=; NULL: none. */
const char *mistake_symbols(const struct check *check, const struct word *word);

/*
 * Adds a hint to the error: the constant @text does not fit the type of @check's field, but another
 * field may have such values.
 */
void mistake_constant(struct filter_error *err, struct arena *arena, const struct check *check,
		      const struct word *word, struct str text);

/*
 * A warning: the operator compares letter by letter, but the text is a pattern. Absent: none.
 * Static.
 */
struct str mistake_pattern(enum op op, struct str text);

/* A warning: no value of @lhs is like @text, but those of another field are. Absent: none. */
struct str mistake_value(struct arena *arena, const struct operand *lhs, struct str text);

#endif /* FILTER_MISTAKE_H */
