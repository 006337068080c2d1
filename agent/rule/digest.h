/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Computes a number that is the same for two rules with the same canonical
 * condition; comments, order of files and unused lists do not change it. Alerts
 * contain it, because the numbers of their checks are valid only for that
 * condition.
 */
#ifndef RULE_DIGEST_H
#define RULE_DIGEST_H

#include <stdint.h>
#include "rule/rule.h"

/* Return: 0 or -ENOMEM. */
int rule_digest(const struct rule *rule, uint64_t *ret);

#endif /* RULE_DIGEST_H */
