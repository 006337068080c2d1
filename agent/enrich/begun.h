/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Joins the two records of a call that is recorded at its entry, as it may not return, and at
 * its exit if it does: they are one event. The first is evaluated at once, with an unknown result,
 * on which each check counts as true; so the second could match nothing that the first did not.
 */
#ifndef ENRICH_BEGUN_H
#define ENRICH_BEGUN_H

#include <stdbool.h>
#include <stdint.h>
#include "decode/event.h"

#define BEGUN_SLOTS	16	/* such calls that are under way; of more, the oldest are forgotten */

struct begun {
	struct {
		uint64_t start_ns;	/* of the thread; 0: free */
		uint32_t origin, tid;
		int32_t nr;
		uint32_t abi;
	} call[BEGUN_SLOTS];
	uint32_t next;
};

/**
 * begun_apply() - note a call that begins
 *
 * Return: is @ev the exit of such a call?
 */
bool begun_apply(struct begun *begun, const struct event *ev);

#endif /* ENRICH_BEGUN_H */
