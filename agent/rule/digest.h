/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A number that says whether two rules ask the same: of the canonical
 * condition, so comments, order of files and unused lists do not count. Alerts
 * carry it, because the numbers of their checks mean nothing in another text.
 */
#ifndef RULE_DIGEST_H
#define RULE_DIGEST_H

#include <stdint.h>
#include "rule/rule.h"

/* Return: 0 or -ENOMEM. */
int rule_digest(const struct rule *rule, uint64_t *ret);

#endif /* RULE_DIGEST_H */
