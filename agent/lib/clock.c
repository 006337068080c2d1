/* SPDX-License-Identifier: Apache-2.0 */
/* Reads clocks. */
#include "lib/clock.h"
#include <time.h>

static uint64_t clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

uint64_t clock_boottime_ns(void)
{
	return clock_ns(CLOCK_BOOTTIME);
}

uint64_t clock_monotonic_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

int64_t clock_realtime_ns(void)
{
	return (int64_t)clock_ns(CLOCK_REALTIME);
}

int64_t clock_offset_ns(void)
{
	uint64_t best = UINT64_MAX;
	int64_t offset = 0;

	for (int i = 0; i < 5; i++) {	/* keep the closest pair of readings */
		uint64_t before = clock_boottime_ns();
		int64_t now = clock_realtime_ns();
		uint64_t took = clock_boottime_ns() - before;

		if (took < best) {
			best = took;
			offset = now - (int64_t)(before + took / 2);
		}
	}
	return offset;
}
