/* SPDX-License-Identifier: Apache-2.0 */
/* What a predicate says of a value, without an event: the core of the evaluator, used at load too. */
#ifndef FILTER_PRED_H
#define FILTER_PRED_H

#include "filter/program.h"

/**
 * pred_holds() - the answer of a predicate of one value that is there
 * @v:		may be a list
 * @rhs:	the other side of MATCH_SLOT, else NULL
 *
 * Not for MATCH_TYPES and MATCH_EXISTS, which do not ask for a value.
 */
bool pred_holds(const struct program *p, const struct pred *pred, const struct value *v,
		const struct value *rhs);

#endif /* FILTER_PRED_H */
