/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the calls that were recorded at their entry and have not returned, in a ring. */
#include "enrich/begun.h"

static bool is_recorded_at_entry(const struct ev_header *hdr)
{
	static const uint16_t types[] = {
#define ENTRY(function, event)	EV_##event,
#include <saker/entries.def>
#undef ENTRY
	};

	for (unsigned int i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i] == hdr->type)
			return hdr->flags & EV_F_SYSCALL;
	return false;
}

bool begun_apply(struct begun *begun, const struct event *ev)
{
	const struct ev_header *hdr = ev->hdr;
	const uint32_t abi = hdr->flags & EV_F_ABI_MASK;

	if (!is_recorded_at_entry(hdr))
		return false;
	for (unsigned int i = 0; i < BEGUN_SLOTS; i++) {
		if (!begun->call[i].start_ns || begun->call[i].start_ns != hdr->start_ns ||
		    begun->call[i].tid != hdr->tid || begun->call[i].origin != ev->place.origin)
			continue;
		begun->call[i].start_ns = 0;
		/* A thread makes one call at a time; the exit of this one may have been dropped. */
		if (!(hdr->flags & EV_F_ENTRY))
			return begun->call[i].nr == hdr->nr && begun->call[i].abi == abi;
	}
	if (!(hdr->flags & EV_F_ENTRY))
		return false;
	begun->call[begun->next].start_ns = hdr->start_ns;
	begun->call[begun->next].origin = ev->place.origin;
	begun->call[begun->next].tid = hdr->tid;
	begun->call[begun->next].nr = hdr->nr;
	begun->call[begun->next].abi = abi;
	begun->next = (begun->next + 1) % BEGUN_SLOTS;
	return false;
}
