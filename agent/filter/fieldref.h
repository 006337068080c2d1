/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses and reads references to fields, alone or inside transformers:
 * proc.aname[2], evt.arg.flags, toupper(basename(proc.exepath)). Conditions,
 * exceptions and output templates share this syntax.
 */
#ifndef FILTER_FIELDREF_H
#define FILTER_FIELDREF_H

#include "filter/ast.h"
#include "filter/lex.h"

struct event;

/**
 * field_ref_parse() - parse a text that is exactly one reference
 * @arena:	owns the result; @text must live as long
 * @ret:	set on success only
 * @err:	zeroed by the caller; the reason and the place in @text
 *
 * Return: 0, -EINVAL with *@err set, or -ENOMEM.
 */
int field_ref_parse(struct arena *arena, struct str text, struct operand **ret,
		    struct filter_error *err);

/**
 * operand_read() - the value of a reference for one event
 *
 * Same results as a field_extract_fn. Transformed values live in the event's arena.
 */
int operand_read(const struct operand *op, const struct event *ev, struct value *ret);

/*
 * The next operand of a condition; NULL if there is none, or it is invalid (then the error is set).
 */
struct operand *operand_parse(struct lexer *lx);

/* The right-hand side: a transformer or val(field); NULL as above. */
struct operand *operand_parse_rhs(struct lexer *lx);

/* Whether a transformer's name and its parenthesis are next. */
bool operand_is_transformer(const struct lexer *lx);

/* Whether a field in it does not exist; the parser has reported that, and its type is unknown. */
bool operand_is_unknown(const struct operand *op);

/* FIELD_NEEDS_...: what must be recorded so that it has a value. */
uint64_t operand_needs(const struct operand *op);

/* Whether a check passes if any element of the value does. */
static inline bool operand_is_any(const struct operand *op)
{
	return op->kind == OPERAND_FIELD && op->field->flags & FIELD_ANY && !op->arg.present;
}

#endif /* FILTER_FIELDREF_H */
