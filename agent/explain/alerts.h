/* SPDX-License-Identifier: Apache-2.0 */
/* Alerts given to a command: JSON lines of a file, of standard input, or one on the command line. */
#ifndef EXPLAIN_ALERTS_H
#define EXPLAIN_ALERTS_H

#include "lib/str.h"

/**
 * alerts_each() - hand every line that could be an alert to a function
 * @from:	a path; "-" or NULL for standard input; or the alert itself, from its { on
 * @each:	a positive or negative result ends it and is passed on
 *
 * Lines that do not begin with { are not alerts: a file of a service's output has both.
 * Return: 0, what @each said, or -errno if the input cannot be read (it was logged).
 */
int alerts_each(const char *from, int (*each)(void *ctx, struct str line), void *ctx);

#endif /* EXPLAIN_ALERTS_H */
