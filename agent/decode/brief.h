/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the main values of an event in few words; brief.def lists the fields. */
#ifndef DECODE_BRIEF_H
#define DECODE_BRIEF_H

#include "decode/event.h"
#include "lib/buf.h"

/* "/etc/shadow O_RDONLY = 3", "/bin/sh -c ls = ENOENT". No newline. */
void brief_put(struct buf *b, const struct event *ev);

/* The row of an event in brief.def; NULL if it has none. */
const char *brief_fields(unsigned int type);

#endif /* DECODE_BRIEF_H */
