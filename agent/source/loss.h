/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks that every event is accounted for: on each CPU every sequence number must be a record or
 * be in a gap, and each counters record of the driver must match what was received since the one
 * before, by type and by reason. Works for every source, captures included.
 */
#ifndef SOURCE_LOSS_H
#define SOURCE_LOSS_H

#include <stdint.h>
#include "decode/event.h"

struct loss;

enum loss_kind {
	LOSS_GAP,		/* events were dropped, as a gap reports */
	LOSS_ORDER,		/* a sequence number came twice or out of order */
	LOSS_NUMBERS,		/* sequence numbers are missing, and no gap reports them */
	LOSS_HITS,		/* since the last counters, hits are not emitted + filtered + dropped */
	LOSS_EMITTED,		/* the driver emitted more or fewer records than were received */
	LOSS_DROPPED,		/* the driver dropped more or fewer events than its gaps report */
	LOSS_KINDS,
};

struct loss_report {
	enum loss_kind kind;
	uint16_t cpu;
	uint16_t type;		/* enum ev_type, if it concerns one */
	uint16_t reason;	/* enum ev_drop, for LOSS_GAP (the first) and LOSS_DROPPED */
	uint32_t sums;		/* all mismatches of this record; the first is described here */
	uint32_t kinds;		/* of these, a bit each */
	uint64_t ts_ns;		/* of the record with the mismatch or the gap */
	uint64_t want, got;	/* expected; LOSS_GAP: number of dropped events */
};

/* Called at most once for each record. */
typedef void loss_report_fn(void *ctx, const struct loss_report *report);

struct loss_stats {
	uint64_t lost;		/* events in gaps */
	uint64_t gaps;
	uint64_t checks;	/* counters records compared */
	uint64_t broken;	/* mismatches */
};

/* Return: 0 or -ENOMEM. */
int loss_new(struct loss **ret, loss_report_fn *report, void *ctx);
void loss_free(struct loss *loss);		/* NULL is allowed */

/**
 * loss_check() - account for one record
 * @cpu:	in whose ring it was
 * @hdr:	every record of the source, also of an unknown type
 * @ev:		the decoded record, or NULL if it cannot be decoded
 *
 * Return: 0 or -ENOMEM.
 */
int loss_check(struct loss *loss, uint16_t cpu, const struct ev_header *hdr,
	       const struct event *ev);

const char *loss_kind_text(enum loss_kind kind);
void loss_stats(const struct loss *loss, struct loss_stats *ret);

#endif /* SOURCE_LOSS_H */
