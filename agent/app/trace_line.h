/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints an event as a line of `saker trace`: process, user, origin, and the most important fields.
 */
#ifndef APP_TRACE_LINE_H
#define APP_TRACE_LINE_H

#include "decode/event.h"
#include "lib/buf.h"

/*
 * Example:
 *
 * 18:10:43.367021 cat[18686]  root  cron.service  openat /etc/hostname O_RDONLY = 3
 *
 * Local time, process and its id (and the thread's, if it differs), user, container or else systemd
 * unit, event, and the fields of brief.def. No newline.
 */
void trace_line(struct buf *b, const struct event *ev);

/* The same as a JSON object, with all recorded fields. */
void trace_json(struct buf *b, const struct event *ev);

#endif /* APP_TRACE_LINE_H */
