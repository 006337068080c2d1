/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes Prometheus' text exposition format, version 0.0.4, one sample after the other,
 * with braces and quotes. The header of a family is written with its first sample, so a
 * family without samples is omitted.
 *
 *	struct promw w = PROMW(file);
 *	promw_family(&w, "hits_total", PROMW_COUNTER, "what was seen");
 *	promw_label(&w, "event", STR("open"));
 *	promw_u64(&w, 5);			hits_total{event="open"} 5
 */
#ifndef LIB_PROMW_H
#define LIB_PROMW_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "lib/str.h"

#define PROMW_CONTENT_TYPE	"text/plain; version=0.0.4; charset=utf-8"

enum promw_type { PROMW_COUNTER, PROMW_GAUGE };

struct promw {
	FILE *out;
	const char *name, *help;	/* of the family */
	enum promw_type type;
	bool announced;
	bool labels;			/* the sample under way has some */
};

#define PROMW(file)	((struct promw){ .out = (file) })

/* Starts a family. Both strings are borrowed until the next. */
void promw_family(struct promw *w, const char *name, enum promw_type type, const char *help);

/* @name: letters, digits and _, no digit first. Bytes of @value that are not UTF-8 become U+FFFD. */
void promw_label(struct promw *w, const char *name, struct str value);

/* The sample's number, which ends it. */
void promw_u64(struct promw *w, uint64_t v);
void promw_seconds(struct promw *w, uint64_t ns);

const char *promw_type_name(enum promw_type type);	/* "counter", "gauge". Static. */

#endif /* LIB_PROMW_H */
