/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Declares the compiler's estimates of how likely a check holds, before any
 * event is seen. Checks are ordered and rules are indexed by them; a wrong
 * estimate costs time, never a match.
 */
#ifndef FILTER_GUESS_H
#define FILTER_GUESS_H

#include "filter/program.h"

/* Whether events have only few values of it, so that one value is not selective. */
bool guess_common(const struct operand *op);

/* How likely a predicate holds: above 0, below 1. */
float guess_chance(const struct program *p, const struct pred *pred);

/* The same before the index has selected rules: it may compare what they would compare first. */
float guess_chance_before(const struct program *p, const struct pred *pred);

#endif /* FILTER_GUESS_H */
