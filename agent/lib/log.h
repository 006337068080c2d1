/* SPDX-License-Identifier: Apache-2.0 */
/* Messages to the operator, on standard error. Only app/ speaks; the rest of the agent returns. */
#ifndef LIB_LOG_H
#define LIB_LOG_H

#include "lib/str.h"

/* One line, with the program's name in front: "saker: ". */
void log_line(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Text as it is, line by line. */
void log_text(struct str text);

#endif /* LIB_LOG_H */
