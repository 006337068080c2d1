/* SPDX-License-Identifier: Apache-2.0 */
/* Made-up rule files of the shapes that people write, for the engine's benchmark. */
#ifndef BENCH_ENGINE_RULES_H
#define BENCH_ENGINE_RULES_H

#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>

/**
 * rules_print() - lists, macros and @n rules, as YAML; the same for the same numbers
 * @seed:	another one makes other names in the same shapes
 *
 * Up to 93 rules their types of events stand in the proportions of Falco's own 93 rules. From
 * then on 15 in 100 have no check of equality that is not negated.
 */
void rules_print(FILE *out, unsigned int n, uint64_t seed);

#endif /* BENCH_ENGINE_RULES_H */
