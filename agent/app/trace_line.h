/* SPDX-License-Identifier: Apache-2.0 */
/* An event as a line of `saker trace`: who did it, where, and what matters of it. */
#ifndef APP_TRACE_LINE_H
#define APP_TRACE_LINE_H

#include "decode/event.h"
#include "lib/buf.h"

/*
 * 18:10:43.367021 cat[18686]  root  cron.service  openat /etc/hostname O_RDONLY = 3
 * Local time, process and its number (and the thread's, if it is another), user, container or
 * else systemd unit, event, brief.def's fields. No newline.
 */
void trace_line(struct buf *b, const struct event *ev);

/* A JSON object: the same, and the whole record. */
void trace_json(struct buf *b, const struct event *ev);

#endif /* APP_TRACE_LINE_H */
