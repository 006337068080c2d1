/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the clocks in use: records have CLOCK_BOOTTIME, alerts the time of day. */
#ifndef LIB_CLOCK_H
#define LIB_CLOCK_H

#include <stdint.h>

#define NS_PER_S	1000000000ull
#define NS_PER_MS	1000000ull
#define NS_PER_US	1000ull

uint64_t clock_boottime_ns(void);
uint64_t clock_monotonic_ns(void);	/* for durations: does not count suspended time */
int64_t clock_realtime_ns(void);

/* Time of day minus CLOCK_BOOTTIME, robust against preemption between the two readings. */
int64_t clock_offset_ns(void);

#endif /* LIB_CLOCK_H */
