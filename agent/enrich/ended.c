/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the processes that have just ended, in a ring by process number. */
#include "enrich/ended.h"
#include <stdbool.h>

void ended_apply(struct ended *ended, struct event *ev)
{
	const struct ev_header *hdr = ev->hdr;
	unsigned int slot = hdr->tgid % ENDED_SLOTS;
	bool same;

	if (!ev->procexit->group_dead)
		return;
	/*
	 * A process number is reused only when all its threads have ended: a thread that began
	 * before belongs to the old process.
	 */
	same = ended->last[slot].ts_ns && ended->last[slot].origin == ev->place.origin &&
	       ended->last[slot].tgid == hdr->tgid && hdr->start_ns <= ended->last[slot].ts_ns;
	if (same) {
		ended->record = *ev->procexit;
		ended->record.group_dead = 0;
		ended->record.hdr.flags &= ~EV_F_MORE;		/* only the fixed part is copied */
		ev->hdr = &ended->record.hdr;
		ev->body = &ended->record;
		return;
	}
	ended->last[slot].ts_ns = hdr->ts_ns;
	ended->last[slot].origin = ev->place.origin;
	ended->last[slot].tgid = hdr->tgid;
}
