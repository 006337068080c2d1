/* SPDX-License-Identifier: Apache-2.0 */
/* The events and system calls of a driver's coverage that are listed, one event after the other. */
#ifndef COVERAGE_LIST_H
#define COVERAGE_LIST_H

#include "lib/jsonw.h"
#include "coverage/covered.h"

#define COVERAGE_JSON_BYTES	(256u << 10)	/* enough for all events */

struct coverage_list {
	const struct covered *covered;
	struct str part;		/* of the name of an event or call; empty: all */
	bool blind;			/* only events of which something is not seen */
	unsigned int event;		/* the present one */
	struct coverage coverage;	/* of its calls that are listed */
	unsigned int next;
};

extern const char *const coverage_way_names[COVER_WAYS];
extern const char *const coverage_kind_names[];		/* by enum coverage_kind */

/* Goes to the next event that is listed. Return: false at the end. */
bool coverage_list_next(struct coverage_list *list);

/* Whether a system call is recorded as the present event, and listed. */
bool coverage_list_call(const struct coverage_list *list, evt_type_t type);

/*
 * Whether a hook sees the present event if it happens in this way (64-bit, ia32, x32, io_uring):
 * "yes" or "no"; NULL if another hook sees this way, or if the event cannot happen in it.
 */
const char *coverage_list_way(const struct coverage_list *list, const struct coverage_row *row,
			      unsigned int way);

/* What restricts the driver here. Calls @fn for each, with one line. */
void coverage_list_limits(const struct covered *covered, void (*fn)(void *ctx, const char *what),
			  void *ctx);

/* Writes the whole list, which must be at its begin, as one object. @kernel: its release */
void coverage_list_json(struct jsonw *w, struct coverage_list *list, const char *kernel);

#endif /* COVERAGE_LIST_H */
