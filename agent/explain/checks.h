/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Collects the values that each check of a condition read, which the alert
 * stores for `why` and `except`.
 */
#ifndef EXPLAIN_CHECKS_H
#define EXPLAIN_CHECKS_H

#include "alert/alert.h"
#include "rule/engine.h"

#define CHECKS_MAX	256	/* per alert; further checks are omitted */
#define CHECKS_BYTES	4096	/* of values in all */

struct checks {
	struct alert_check check[CHECKS_MAX];
	uint32_t n;
	char names[CHECKS_BYTES];	/* of fields with arguments */
};

/* Fills in @ret. Its values are borrowed until the event is retired. */
void checks_collect(struct checks *ret, const struct match *match);

#endif /* EXPLAIN_CHECKS_H */
