/* SPDX-License-Identifier: Apache-2.0 */
/* Writes the time at the start of a line, for deliver/text.c and deliver/json.c only. */
#ifndef DELIVER_WHEN_H
#define DELIVER_WHEN_H

#include "deliver/line.h"

/* Writes strftime() of @format, then nanoseconds, then @behind. */
void put_time(struct buf *b, int64_t time_ns, const char *format, bool utc, const char *behind);

/* "10:15:00.123456789: Warning " */
void put_prefix(struct buf *b, const struct alert *alert, const struct line_config *config);

#endif /* DELIVER_WHEN_H */
