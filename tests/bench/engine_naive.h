/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the engine is measured against: each rule's tree walked as it was
 * written, each check reading its field and comparing it with each constant.
 */
#ifndef BENCH_ENGINE_NAIVE_H
#define BENCH_ENGINE_NAIVE_H

#include "decode/event.h"
#include "rule/rule.h"

/* Return: the number of matches; one at most if the first one counts. */
unsigned int naive_eval(const struct ruleset *set, const struct event *ev);

#endif /* BENCH_ENGINE_NAIVE_H */
