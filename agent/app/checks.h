/* SPDX-License-Identifier: Apache-2.0 */
/* What each check of a condition read, as text for the alert: so that `why` needs no event. */
#ifndef APP_CHECKS_H
#define APP_CHECKS_H

#include "alert/alert.h"
#include "rule/engine.h"

#define CHECKS_MAX	256	/* of one alert; conditions with more are told in part */
#define CHECKS_TEXT	4096	/* bytes of values in all */

struct checks {
	struct alert_check check[CHECKS_MAX];
	uint32_t n;
	char text[CHECKS_TEXT];
};

/* Fills in @ret; its texts point into itself. */
void checks_collect(struct checks *ret, const struct match *match);

#endif /* APP_CHECKS_H */
