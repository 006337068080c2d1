/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds which exit ends a process. Before Linux 6.16 no hook shows which thread was the
 * last of its process: threads that end together may each be recorded as the last.
 * The first of these records ends the process; in the others group_dead is cleared.
 */
#ifndef ENRICH_ENDED_H
#define ENRICH_ENDED_H

#include <stdint.h>
#include "decode/event.h"

#define ENDED_SLOTS	1024	/* a power of two; process numbers are assigned in turn */

struct ended {
	struct {
		uint64_t ts_ns;		/* of the end; 0: free */
		uint32_t origin, tgid;
	} last[ENDED_SLOTS];
	struct ev_procexit record;	/* the copy whose group_dead is cleared */
};

/**
 * ended_apply() - let a process end once
 * @ev:		a procexit; if its process has ended already, it is replaced by a copy of the
 *		record, valid until the next call
 */
void ended_apply(struct ended *ended, struct event *ev);

#endif /* ENRICH_ENDED_H */
