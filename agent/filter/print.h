/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints a condition in its canonical form: macros and lists expanded, no unneeded
 * parentheses, '=' for '=='. Alerts refer to checks by their number in this form,
 * counted from 0 in reading order.
 */
#ifndef FILTER_PRINT_H
#define FILTER_PRINT_H

#include <stdio.h>
#include "filter/ast.h"
#include "lib/buf.h"

/* Called before and after each check, in order; may be NULL. */
typedef void print_mark_fn(void *ctx, FILE *out, uint32_t number, bool behind);

void expr_print(FILE *out, const struct expr *e, print_mark_fn *mark, void *ctx);
void check_print(FILE *out, const struct check *check);

/* The same, with at most @words values of a long list. */
void check_print_short(FILE *out, const struct check *check, uint32_t words);

/* The node that is printed for @e: macros expanded, double negations removed. */
const struct expr *expr_inner(const struct expr *e);

/* The same into memory; cut if it does not fit. */
void operand_text(struct buf *b, const struct operand *op);

/* A value of a condition: bare where it can be, else quoted and escaped. */
void word_print(FILE *out, struct str word);

#endif /* FILTER_PRINT_H */
