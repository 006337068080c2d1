/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the compiler takes events to be like, before it has seen one: how likely a
 * check holds. By it checks are put in order and rules are indexed; a bad guess costs
 * time, never a match.
 */
#ifndef FILTER_GUESS_H
#define FILTER_GUESS_H

#include "filter/program.h"

/* Whether events have only a few values of it, so that one of them is not selective. */
bool guess_common(const struct operand *op);

/* How likely a predicate holds: above 0, below 1. */
float guess_chance(const struct program *p, const struct pred *pred);

#endif /* FILTER_GUESS_H */
