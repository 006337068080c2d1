/* SPDX-License-Identifier: Apache-2.0 */
/* What one check of a condition requires of an event that is no open; for prefilter_event.c. */
#ifndef RULE_EVENT_LITERAL_H
#define RULE_EVENT_LITERAL_H

#include "decode/event.h"
#include "filter/program.h"
#include "lib/arena.h"
#include "rule/event_clause.h"

struct vm;

#define EVENT_CHECKS	256u		/* remembered; a power of two */

/* What a check requires, if it is negated or not. */
struct event_check {
	uint32_t pred;
	uint8_t event;			/* 0: this entry is free */
	struct event_clause clause[2];	/* by whether it is negated */
};

struct event_literals {
	const struct program *p;
	struct vm *vm;
	struct arena *arena;		/* emptied after each evaluation */
	union {
		struct ev_header hdr;
		union event_scratch all;
	} rec;				/* the record that checks are evaluated for */
	struct event_check checks[EVENT_CHECKS];
};

/* Return: 0 or -ENOMEM; must be freed in both cases. */
int event_literals_init(struct event_literals *l, const struct program *p);
void event_literals_uninit(struct event_literals *l);

/* No clause: it never holds for the event. */
void event_literal(struct event_literals *l, enum ev_type event, const struct node *literal,
		   struct event_clauses *ret);

/* Does a set of types have one that is recorded as this event? */
bool event_has_type(enum ev_type event, const uint64_t types[TYPE_WORDS]);

#endif /* RULE_EVENT_LITERAL_H */
