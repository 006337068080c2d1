/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The value of a field of one event, or a constant of a rule. Bytes are borrowed from the
 * record, a table, the event's arena or the rule set.
 */
#ifndef FIELD_VALUE_H
#define FIELD_VALUE_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/str.h"

enum value_type {
	VALUE_STR,		/* CHARBUF, and all fields compared as text */
	VALUE_S64,
	VALUE_U64,
	VALUE_BOOL,
	VALUE_IP,
	VALUE_NET,		/* address and prefix length */
	VALUE_PORT,
	VALUE_ABSTIME,		/* ns since 1970 */
	VALUE_RELTIME,		/* ns */
	VALUE_DOUBLE,
};

/* IPv4 in the first four bytes, the rest zero. */
struct ip_addr {
	uint8_t family;		/* 4 or 6 */
	uint8_t prefix;		/* prefix length, for VALUE_NET */
	uint8_t b[16];
};

struct value {
	enum value_type type;
	uint32_t count : 30;	/* number of elements in list[]; 0 for a single value */
	bool cut : 1;		/* a part of the text, or of an element's, is missing */
	bool no_front : 1;	/* with cut: it is the front; else a part in the middle */
	union {
		struct str s;
		int64_t i;	/* S64, ABSTIME, RELTIME */
		uint64_t u;	/* U64, PORT, BOOL */
		double d;
		struct ip_addr ip;
		const struct value *list;	/* elements of this type */
	};
};

/* One value of which nothing is missing, as most are: one test for both. */
static inline bool value_is_plain(const struct value *v)
{
	return !(v->count | v->cut);
}

#endif /* FIELD_VALUE_H */
