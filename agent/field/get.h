/* SPDX-License-Identifier: Apache-2.0 */
/* Helpers of the extractors, only for field/field_*.c. */
#ifndef FIELD_GET_H
#define FIELD_GET_H

#include <errno.h>
#include "decode/event.h"
#include "field/field.h"
#include "lib/arena.h"

#define EXTRACT(name)								\
	int field_##name(struct value *ret, const struct event *ev, const struct field_arg *arg)

/* Absent text is missing; empty text is a value. */
static inline int get_str(struct value *ret, struct str s)
{
	if (!s.p)
		return FIELD_MISSING;
	*ret = (struct value){ .type = VALUE_STR, .s = s };
	return 0;
}

/* Text of which a part in the middle may be missing. */
static inline int get_cut_str(struct value *ret, struct str s, bool cut)
{
	int r = get_str(ret, s);

	if (r == 0)
		ret->cut = cut;
	return r;
}

/* A path of which the front may be missing: of a longer one the record has the end. */
static inline int get_path(struct value *ret, struct str s, bool cut)
{
	int r = get_str(ret, s);

	if (r == 0)
		ret->cut = ret->no_front = cut;
	return r;
}

/* For text made in the event's arena: absent means that the arena is full. */
static inline int get_made(struct value *ret, struct str s)
{
	return s.p ? get_str(ret, s) : -ENOMEM;
}

static inline int get_u64(struct value *ret, uint64_t v)
{
	*ret = (struct value){ .type = VALUE_U64, .u = v };
	return 0;
}

static inline int get_s64(struct value *ret, int64_t v)
{
	*ret = (struct value){ .type = VALUE_S64, .i = v };
	return 0;
}

static inline int get_bool(struct value *ret, bool v)
{
	*ret = (struct value){ .type = VALUE_BOOL, .u = v };
	return 0;
}

static inline int get_time(struct value *ret, enum value_type type, int64_t v)
{
	*ret = (struct value){ .type = type, .i = v };
	return 0;
}

/* a - b of two times. Those of a capture can be any numbers, so that it may wrap. */
static inline int64_t get_ns_between(int64_t a, int64_t b)
{
	return (int64_t)((uint64_t)a - (uint64_t)b);
}

/* Converts CLOCK_BOOTTIME to wall clock time, by the event's times; may wrap, as above. */
static inline int64_t get_wall_ns(const struct event *ev, uint64_t boottime_ns)
{
	return (int64_t)((uint64_t)ev->time_ns - ev->hdr->ts_ns + boottime_ns);
}

/*
 * The result of a call. Return: 0; FIELD_MISSING if the event has none; FIELD_PENDING if it was
 * recorded before there was one.
 */
int event_res(const struct event *ev, int64_t *ret);

#endif /* FIELD_GET_H */
