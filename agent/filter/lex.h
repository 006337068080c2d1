/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Scans the words of a condition. A word depends on what is expected (a bare
 * value may contain what elsewhere is an operator), so the parser requests one
 * kind of word and gets it or nothing.
 */
#ifndef FILTER_LEX_H
#define FILTER_LEX_H

#include "filter/ast.h"

/* Falco's message for a NUL where no byte buffer is compared. */
#define LEX_NUL_ERROR	"filter value cannot contain a NUL byte (\\x00)"

struct field_set {		/* the fields that may be named */
	const struct field_def *table;
	unsigned int count;
};

struct lexer {
	struct str text;
	uint32_t pos;
	uint32_t depth;
	bool recover;				/* a field that does not exist does not end the parse */
	struct arena *arena;
	struct filter_error *err;
	const struct field_set *fields;		/* NULL: all of fields.def */
};

void lex_blank(struct lexer *lx);
bool lex_end(const struct lexer *lx);
bool lex_is_blank(const struct lexer *lx);	/* a blank is next */

/* Takes the literal, whatever follows it. */
bool lex_take(struct lexer *lx, const char *literal);

/* Lengths of the next word as: a name with dots, a name, a number; 0 if it is not one. */
uint32_t lex_dotted(const struct lexer *lx);
uint32_t lex_name(const struct lexer *lx);
uint32_t lex_number(const struct lexer *lx);

/* Length of the letters after a number of @n bytes: the unit of a duration. */
uint32_t lex_unit(const struct lexer *lx, uint32_t n);

/*
 * Takes a bare or a quoted value, or, with @bare false, only a quoted one. A quoted one may contain
 * NUL. Return: 1 if taken, 0 if there is none, -1 if it is invalid (the error is set).
 */
int lex_value(struct lexer *lx, bool bare, struct word *ret);

/* The argument of a field up to its bracket. Same results; *ret is the text. */
int lex_argument(struct lexer *lx, struct str *ret);

/* The next text, for messages: at most one word. */
struct str lex_peek(const struct lexer *lx);

#endif /* FILTER_LEX_H */
