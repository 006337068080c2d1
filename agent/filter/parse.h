/* SPDX-License-Identifier: Apache-2.0 */
/* Parses the text of a condition into a syntax tree. */
#ifndef FILTER_PARSE_H
#define FILTER_PARSE_H

#include "filter/ast.h"
#include "filter/lex.h"

/**
 * filter_parse() - parse a condition
 * @arena:	owns the tree; @text must live as long
 * @origin:	stored in every node
 * @fields:	names that are allowed, NULL for all
 * @err:	zeroed by the caller
 *
 * Return: the tree, or NULL with *@err set. Fields that do not exist are set in *@err too, but
 * do not end the parse: filter_check() fails for such a tree.
 */
struct expr *filter_parse(struct arena *arena, struct str text, const void *origin,
			  const struct field_set *fields, struct filter_error *err);

/* An operator by its text, as in an exception's comps; with its modifier after a blank. */
bool op_find(struct str text, enum op *ret, enum modifier *modifier);

#endif /* FILTER_PARSE_H */
