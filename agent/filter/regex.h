/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Matches regular expressions in RE2's POSIX syntax against the whole text. All
 * states are followed at once, so the time is at most the length of the text
 * times the size of the expression.
 */
#ifndef FILTER_REGEX_H
#define FILTER_REGEX_H

#include "filter/ast.h"

#define REGEX_SIZE_MAX	4096u	/* states of one expression */

struct regex;

/**
 * regex_new() - compile an expression
 * @arena:	owns it
 * @why:	set to a static text if the expression is refused
 * @at:		where in it
 *
 * Return: the expression, or NULL; then *@why is NULL if memory was missing.
 */
const struct regex *regex_new(struct arena *arena, struct str text, const char **why, size_t *at);

/* Whether all of the text matches. Each maximal invalid part of UTF-8 in it is one U+FFFD. */
bool regex_match(const struct regex *re, struct str text);

/* Number of its states: what one byte of text costs. */
uint32_t regex_size(const struct regex *re);

/* A text that is in every text that matches; empty if none is known. */
struct str regex_piece(const struct regex *re);

/* Whether the text is an expression; else false with *@err set at the place given. */
bool regex_check(struct str text, struct arena *arena, struct filter_error *err, uint32_t off,
		 uint32_t len);

#endif /* FILTER_REGEX_H */
