/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Declares the syntax tree of a condition: checks joined by and, or, not, with
 * macros and lists by name. Every node has its position in the text. Later
 * passes add their results to the nodes; nodes are never moved.
 */
#ifndef FILTER_AST_H
#define FILTER_AST_H

#include <stdint.h>
#include "field/field.h"
#include "lib/arena.h"

enum op {
#define OP(name, text, rhs, types, doc)	OP_##name,
#include "filter/ops.def"
#undef OP
	OP_COUNT,
};

enum modifier { MODIFIER_NONE, MODIFIER_ONEOF, MODIFIER_ANYOF, MODIFIER_ALLOF };

enum xform {
#define XFORM(name, text, min, max, type, doc)	XFORM_##name,
#include "filter/xforms.def"
#undef XFORM
	XFORM_COUNT,
};

enum operand_kind { OPERAND_FIELD, OPERAND_CONST, OPERAND_LIST, OPERAND_XFORM };

/* Where a value comes from. */
struct operand {
	enum operand_kind kind;
	uint32_t off, len;		/* place in its text */
	enum value_type type;		/* of a value, or of each of several */
	bool list;			/* yields several, and is compared as a list */
	bool buffer;			/* bytes, not text */
	const struct field_def *field;
	struct field_arg arg;		/* of a field; of getopt the option */
	struct value constant;
	enum xform xform;
	struct operand **args;		/* of a transformer or list */
	uint32_t nargs;
};

struct word {				/* a constant as written */
	struct str text;		/* escapes undone */
	uint32_t off, len;
	bool quoted;
	const struct list *list;	/* replaced by the values of a list; set by resolve */
};

struct list {				/* the values of a list name used as a word */
	struct str name;
	const struct word *words;
	uint32_t nwords;
};

struct check {
	struct operand *lhs;
	enum op op;
	enum modifier modifier;
	struct operand *rhs;		/* a field or transformer; NULL for constants */
	bool list_name;			/* words[0] is the name of a list, not a word */
	bool broken;			/* a list in it is wrong, which was reported */
	struct word *words;
	uint32_t nwords;
	uint32_t op_off, op_len;

	struct value *values;		/* the words as values of lhs' type; set by check */
	uint32_t nvalues;
	uint32_t nlinked;		/* the last of these: resolved by the host's links */
	uint32_t pred[2];		/* in the program, by path variant; ~0 until compiled */
};

enum expr_kind { EXPR_AND, EXPR_OR, EXPR_NOT, EXPR_CHECK, EXPR_MACRO };

struct expr {
	enum expr_kind kind;
	bool grouped;			/* in parentheses of its own */
	uint32_t off, len;
	const void *origin;		/* the text of the node; used by the loader */
	union {
		struct {
			struct expr **kids;
			uint32_t nkids;
		};
		struct check *check;
		struct {
			struct str name;
			struct expr *target;	/* set by resolve */
		} macro;
	};
};

/* Limits of nesting and size of a condition, with its macros expanded. */
#define EXPR_DEPTH_MAX	1000
#define EXPR_SIZE_MAX	200000

/* Why a text is not a valid condition. */
enum filter_error_kind {
	FILTER_SYNTAX,		/* syntax error */
	FILTER_UNKNOWN,		/* a field or event type that does not exist */
	FILTER_TYPE,		/* the check is invalid for its field */
	FILTER_NAME,		/* a macro or list that does not exist, or contains itself */
	FILTER_LIMIT,		/* too deep, too large, not supported */
	FILTER_NOMEM,
};

struct filter_error {
	enum filter_error_kind kind;
	uint32_t off, len;
	struct str text;	/* in the arena; kind FILTER_NOMEM has none */
	struct str hint;
	struct filter_error *more;	/* of the same text; the last may be empty */
};

/* Sets an error unless one is set: the first counts. Return: false, for callers to return. */
bool filter_fail(struct filter_error *err, struct arena *arena, enum filter_error_kind kind,
		 uint32_t off, uint32_t len, const char *fmt, ...)
	__attribute__((format(printf, 6, 7)));
/* Place for the next error of the same text: one without an error yet, or FILTER_NOMEM. */
struct filter_error *filter_more(struct filter_error *err, struct arena *arena);

/* Whether there is any error: the search for further ones goes on after the first. */
bool filter_failed(const struct filter_error *err);

void filter_hint(struct filter_error *err, struct arena *arena, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

const char *op_text(enum op op);
const char *modifier_text(enum modifier modifier);
const char *xform_text(enum xform xform);

#endif /* FILTER_AST_H */
