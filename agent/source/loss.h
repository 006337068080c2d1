/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nothing is lost in silence: the sums of the stream, checked all the time.
 * Per CPU, every number is a record or is in a gap; at each counters record
 * what the driver says it did since the one before is held against what came
 * out here, type by type and reason by reason. Works on any source; a capture
 * is checked like a ring.
 */
#ifndef SOURCE_LOSS_H
#define SOURCE_LOSS_H

#include <stdint.h>
#include "decode/event.h"

struct loss;

enum loss_kind {
	LOSS_GAP,		/* records were lost, and told */
	LOSS_ORDER,		/* a number came that had been passed */
	LOSS_NUMBERS,		/* numbers given out are neither records nor in gaps */
	LOSS_HITS,		/* since the last counters, hits are not emitted + filtered + dropped */
	LOSS_EMITTED,		/* the driver says it emitted more or fewer than came out */
	LOSS_DROPPED,		/* or dropped others than its gaps tell */
	LOSS_KINDS,
};

struct loss_report {
	enum loss_kind kind;
	uint16_t cpu;
	uint16_t type;		/* enum ev_type, where one is meant */
	uint16_t reason;	/* enum ev_drop, for LOSS_GAP (the first) and LOSS_DROPPED */
	uint64_t ts_ns;		/* of the record that told */
	uint64_t want, got;	/* LOSS_GAP: want is how many */
};

typedef void loss_report_fn(void *ctx, const struct loss_report *report);

struct loss_stats {
	uint64_t lost;		/* events in gaps */
	uint64_t gaps;
	uint64_t checks;	/* counters records held against what came out */
	uint64_t broken;	/* sums that did not add up */
};

/* Return: 0 or -ENOMEM. */
int loss_new(struct loss **ret, loss_report_fn *report, void *ctx);
void loss_free(struct loss *loss);		/* NULL is fine */

/**
 * loss_check() - take account of one record
 * @hdr:	every record of the source, also of a type unknown here
 * @ev:		it decoded, or NULL if it could not be
 *
 * Return: 0 or -ENOMEM.
 */
int loss_check(struct loss *loss, const struct ev_header *hdr, const struct event *ev);

const char *loss_kind_text(enum loss_kind kind);
void loss_stats(const struct loss *loss, struct loss_stats *ret);

#endif /* SOURCE_LOSS_H */
