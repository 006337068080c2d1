/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One event as a view of its record. All pointers lead into the record or into tables that
 * outlive the event; the view is on the loop's stack and owns nothing.
 */
#ifndef DECODE_EVENT_H
#define DECODE_EVENT_H

#include <stdint.h>
#include <saker/event.h>
#include "decode/type.h"
#include "lib/str.h"

struct arena;
struct proc;		/* enrich/proc.h */
struct cgroup;		/* enrich/cgroup.h */
struct enrich;		/* enrich/enrich.h */

struct event {
	const struct ev_header *hdr;	/* the record, borrowed from the source */
	struct ev_place place;		/* CPU and kernel, as the source has them */
	union {				/* its fixed part, in this agent's layout */
		const void *body;
#define EVENT(id, ev, name, traits, doc)	const struct ev_##ev *ev;
#define FIELD(ev, type, field, kind, source, doc)
#define END(ev)
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
	};
	evt_type_t type;		/* evt.type in rules: "openat", "procexit" */
	uint64_t num;			/* evt.num, from 1 */
	int64_t time_ns;		/* wall clock, ns since 1970 */

	/* Set by enrich_apply(); NULL if unknown. */
	const struct proc *proc;	/* the thread that caused the event */
	const struct cgroup *cgroup;
	const struct enrich *enrich;	/* has the names of users, groups and the host */

	struct arena *arena;		/* memory of this event, emptied after it */
};

/* A part's bytes; {NULL, 0} if absent. Borrowed from the record. */
static inline struct str event_part(const struct event *ev, const struct ev_part *part)
{
	if (!part->off)
		return (struct str){ 0 };
	return (struct str){ (const char *)ev->hdr + part->off, part->len };
}

/* Are some of its bytes missing from the record? */
static inline bool event_part_cut(const struct ev_part *part)
{
	return part->off && part->full != part->len;
}

/* Room for the fixed part of a record from an older driver, which is shorter than ours. */
union event_scratch {
#define EVENT(id, ev, name, traits, doc)	struct ev_##ev ev;
#define FIELD(ev, type, field, kind, source, doc)
#define END(ev)
#include <saker/events.def>
#undef EVENT
#undef FIELD
#undef END
};

enum {
	EVENT_UNKNOWN = 1,	/* a type newer than this agent: the caller counts and skips it */
};

/**
 * event_decode() - check a record and make its view
 * @ev:		filled in; the place is CPU 0 of this kernel, enrichment pointers are NULL
 * @scratch:	must live as long as @ev
 * @rec:	the record, 8-aligned
 * @size:	bytes readable at @rec
 *
 * Every length and offset is checked here, and only here.
 *
 * Return: 0, EVENT_UNKNOWN, or -EBADMSG if the record is malformed.
 */
int event_decode(struct event *ev, union event_scratch *scratch, const void *rec, size_t size);

/* True if the driver wakes a busy agent for this event: URGENT in include/saker/events.def. */
bool event_is_urgent(const struct event *ev);

#endif /* DECODE_EVENT_H */
