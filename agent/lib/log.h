/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Messages to the operator, on standard error. Only commands log; libraries return
 * errors. If standard error is the journal, each line has its priority, so that
 * `journalctl -p err` finds it.
 */
#ifndef LIB_LOG_H
#define LIB_LOG_H

#include <syslog.h>
#include "lib/messages.h"
#include "lib/str.h"

/* Something went wrong: one line of priority LOG_ERR, with "saker: " in front. */
void log_line(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* The same with another priority of syslog.h: LOG_INFO for information. */
void log_at(int priority, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Text as it is, line by line, each with that priority. */
void log_text(int priority, struct str text);

/* Each message as by log_at(); then the list is empty. */
void log_messages(struct messages *said);

#endif /* LIB_LOG_H */
