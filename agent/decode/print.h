/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints any field of any event as text, by kind, for `saker trace` and golden tests: on
 * one line, escaped, bounded, without allocation.
 */
#ifndef DECODE_PRINT_H
#define DECODE_PRINT_H

#include "decode/event.h"
#include "decode/schema.h"
#include "lib/buf.h"
#include "lib/jsonw.h"

/* "O_RDONLY|O_CLOEXEC"; a number if the set has no such flags. @sep separates the names. */
void print_flags(struct buf *b, unsigned int kind_id, uint64_t value, char sep);

/* "10.0.0.1:1234->10.0.0.2:80", "[::1]:22->[::1]:4000", "unix 4711->4712" */
void print_tuple(struct buf *b, const struct ev_tuple *tuple);

/* "ENOENT"; NULL for a number that is not an error. */
const char *print_errno_name(int err);

/* Names of the set capabilities; the number if a bit has no name. */
void print_caps(struct buf *b, uint64_t caps);

/**
 * print_field() - print the value of one field, with marks unless the kernel is its only origin
 *
 * Marks follow the value: ~fd by descriptor from a shared table, ~user
 * from user memory, ~agent set by the agent, ~cut:N truncated from N
 * bytes, ~unreadable, ~pending.
 */
void print_field(struct buf *b, const struct event *ev, const struct schema_field *f);

/* Only the marks. */
void print_marks(struct buf *b, const struct event *ev, const struct schema_field *f);

/* The value without marks. */
void print_field_plain(struct buf *b, const struct event *ev, const struct schema_field *f);

/* Is it an absent part without a mark that says why, or a reserved field? */
bool print_is_absent(const struct event *ev, const struct schema_field *f);

/* " ia32 io_uring": the flags of the record that are unusual. */
void print_header_flags(struct buf *b, const struct ev_header *hdr);

/* "8:1" */
void print_dev(struct buf *b, uint64_t dev);

/* All fields that are present, as name=value, with spaces between. */
void print_args(struct buf *b, const struct event *ev);

/* One line of trace: number, time, cpu, thread, type, args. No newline. */
void print_event(struct buf *b, const struct event *ev);

/* The same, typed, as keys of a JSON object that was begun. */
void print_record_json(struct jsonw *w, const struct event *ev);

#endif /* DECODE_PRINT_H */
