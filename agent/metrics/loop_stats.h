/* SPDX-License-Identifier: Apache-2.0 */
/* Counters of the event loop. */
#ifndef METRICS_LOOP_STATS_H
#define METRICS_LOOP_STATS_H

#include <stdint.h>

struct loop_stats {
	uint64_t events;	/* events with a number (evt.num), evaluated by the rules */
	uint64_t unknown;	/* of a type newer than this agent */
	uint64_t malformed;
	uint64_t matches;
	uint64_t wakeups;
};

#endif /* METRICS_LOOP_STATS_H */
