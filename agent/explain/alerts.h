/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the alerts given to a command: JSON lines from a file or standard input, or one argument. */
#ifndef EXPLAIN_ALERTS_H
#define EXPLAIN_ALERTS_H

#include <stdbool.h>
#include "lib/error.h"
#include "lib/str.h"

/**
 * alerts_each() - call a function for every line that could be an alert
 * @from:	a path; "-" or NULL for standard input; or the alert itself, from its { on
 * @each:	a result other than 0 ends the loop and is returned
 * @err:	set if the input cannot be read
 *
 * Lines that do not begin with { are skipped: the output of a service has log lines as well.
 * Return: 0, the result of @each, or -errno if the input cannot be read.
 */
int alerts_each(const char *from, int (*each)(void *ctx, struct str line), void *ctx,
		struct error *err);

/* Whether @from can be read, before anything else is done. Return: 0, or -errno and @err. */
int alerts_check(const char *from, struct error *err);

/* What to do if the rule of an alert is not found. @given: rule files were given with -r. */
const char *alerts_todo(bool given);

#endif /* EXPLAIN_ALERTS_H */
