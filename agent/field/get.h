/* SPDX-License-Identifier: Apache-2.0 */
/* Small helpers of the extractors; for field/field_*.c only. */
#ifndef FIELD_GET_H
#define FIELD_GET_H

#include <errno.h>
#include "decode/event.h"
#include "field/field.h"
#include "lib/arena.h"

#define EXTRACT(name)								\
	int field_##name(struct value *ret, const struct event *ev, const struct field_arg *arg)

/* Missing if absent, present if empty. */
static inline int get_str(struct value *ret, struct str s)
{
	if (!s.p)
		return FIELD_MISSING;
	*ret = (struct value){ .type = VALUE_STR, .s = s };
	return 0;
}

/* Of text that was made in the event's arena: absent means there was no room. */
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

/* Time of day of a CLOCK_BOOTTIME in this event's stream. */
static inline int64_t get_wall_ns(const struct event *ev, uint64_t boottime_ns)
{
	return ev->time_ns - (int64_t)ev->hdr->ts_ns + (int64_t)boottime_ns;
}

/* The result of a call. False for events that have none. */
bool event_res(const struct event *ev, int64_t *ret);

#endif /* FIELD_GET_H */
