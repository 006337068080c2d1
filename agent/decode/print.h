/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Any field of any event as text, by its kind: what `saker trace` shows and
 * golden tests compare. Everything on one line, escaped, bounded, without
 * allocation.
 */
#ifndef DECODE_PRINT_H
#define DECODE_PRINT_H

#include "decode/event.h"
#include "decode/schema.h"
#include "lib/buf.h"
#include "lib/jsonw.h"

/* "O_RDONLY|O_CLOEXEC"; a number if the set has no such flags. @sep stands between names. */
void print_flags(struct buf *b, unsigned int kind_id, uint64_t value, char sep);

/* "10.0.0.1:1234->10.0.0.2:80", "[::1]:22->[::1]:4000", "unix 4711->4712" */
void print_tuple(struct buf *b, const struct ev_tuple *tuple);

/* "ENOENT"; NULL for a number that is no error. */
const char *print_errno_name(int err);

/* Names of set capabilities, or the number where a bit has none. */
void print_caps(struct buf *b, uint64_t caps);

/**
 * print_field() - the value of one field, with a mark if it is not simply the kernel's
 *
 * Marks stand behind the value: ~fd by descriptor from a shared table, ~user
 * from user memory, ~agent learnt by the agent, ~cut:N truncated from N
 * bytes, ~unreadable, ~pending.
 */
void print_field(struct buf *b, const struct event *ev, const struct schema_field *f);

/* The marks alone. */
void print_marks(struct buf *b, const struct event *ev, const struct schema_field *f);

/* Without the marks that say where the value came from. */
void print_field_plain(struct buf *b, const struct event *ev, const struct schema_field *f);

/* A part that is not there and has nothing to say about why, or an unused reserve. */
bool print_is_absent(const struct event *ev, const struct schema_field *f);

/* " ia32 io_uring": what is special about it, if anything is. */
void print_header_flags(struct buf *b, const struct ev_header *hdr);

/* "8:1" */
void print_dev(struct buf *b, uint64_t dev);

/* All fields that are present, as name=value, with spaces between. */
void print_args(struct buf *b, const struct event *ev);

/* One line of trace: number, time, cpu, thread, type, args. No newline. */
void print_event(struct buf *b, const struct event *ev);

/* The same as a JSON object, typed. */
void print_event_json(struct buf *b, const struct event *ev);

/* Its keys alone, into an object that is open. */
void print_record_json(struct jsonw *w, const struct event *ev);

#endif /* DECODE_PRINT_H */
