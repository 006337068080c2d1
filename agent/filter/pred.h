/* SPDX-License-Identifier: Apache-2.0 */
/* Evaluates a predicate on a value, without an event; also used at load. */
#ifndef FILTER_PRED_H
#define FILTER_PRED_H

#include "filter/program.h"

/* Frees what is not in the program's arena. */
void pred_uninit(struct pred *pred);

/* MATCH_NUMBER: both of one type. */
static inline bool number_holds(enum op op, const struct value *a, const struct value *b)
{
	const bool is_signed = a->type != VALUE_U64 && a->type != VALUE_PORT;
	/* With the sign bit inverted, signed numbers sort like unsigned ones. */
	const uint64_t sign = is_signed ? 1ull << 63 : 0, x = a->u ^ sign, y = b->u ^ sign;

	return op == OP_LT ? x < y : op == OP_LE ? x <= y : op == OP_GT ? x > y : x >= y;
}

/**
 * pred_holds() - evaluate a predicate on a value that exists
 * @v:		may be a list
 * @rhs:	the other side of MATCH_SLOT, else NULL
 *
 * Not for MATCH_TYPES and MATCH_EXISTS, which do not read a value.
 */
bool pred_holds(const struct program *p, const struct pred *pred, const struct value *v,
		const struct value *rhs);

#endif /* FILTER_PRED_H */
