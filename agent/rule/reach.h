/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the event types for which a part of a condition can hold, or a field can have a value:
 * upwards from the checks, for filled.c.
 */
#ifndef RULE_REACH_H
#define RULE_REACH_H

#include "rule/rule.h"

#define REACH_ARGS	64u		/* kept; a power of two: rules name fewer arguments */
#define REACH_EVERY	UINT32_MAX	/* all levels, and fields that records lack count */

struct types {
	uint64_t w[TYPE_WORDS];
};

/* The types that have an argument: a search by type and name, made once for all checks. */
struct arg_types {
	const struct field_def *field;	/* NULL: not used */
	struct field_arg arg;
	struct types types;
};

struct reach {
	const struct ruleset *set;
	struct types all;		/* that can occur, one number each */
	struct types generic;		/* of which only number, arguments and result are recorded */
	struct types on[ON_COUNT];	/* by enum field_on: the types that fill it */
	struct arg_types args[REACH_ARGS];
};

bool types_any(const struct types *types);
void types_and(struct types *types, const struct types *with);
void types_or(uint64_t words[TYPE_WORDS], const struct types *with);
struct types types_without(struct types types, const struct types *others);
void types_add(struct types *types, evt_type_t type);
uint32_t types_count(const uint64_t words[TYPE_WORDS]);

void reach_init(struct reach *reach, const struct ruleset *set);

/* The types that fill the field of an operand; all fields of one. */
struct types reach_field(struct reach *reach, const struct operand *op);
struct types reach_operand(struct reach *reach, const struct operand *op);

/*
 * The types for which @e can hold. With @levels REACH_EVERY, fields that records lack count too;
 * otherwise only checks of the type, so many levels down: each level is visited once more from each
 * above it.
 */
struct types reach_expr(struct reach *reach, const struct expr *e, bool negate,
			unsigned int levels);

/* A boolean has a value for every event: where it is not filled it is false. */
bool reach_is_for_false(const struct check *check);

#endif /* RULE_REACH_H */
