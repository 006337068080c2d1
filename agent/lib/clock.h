/* SPDX-License-Identifier: Apache-2.0 */
/* The clocks of the product: records carry CLOCK_BOOTTIME, people read the time of day. */
#ifndef LIB_CLOCK_H
#define LIB_CLOCK_H

#include <stdint.h>

#define NS_PER_S	1000000000ull
#define NS_PER_MS	1000000ull
#define NS_PER_US	1000ull

uint64_t clock_boottime_ns(void);
int64_t clock_realtime_ns(void);

/* Time of day minus CLOCK_BOOTTIME, read so that a preemption between the two cannot spoil it. */
int64_t clock_offset_ns(void);

#endif /* LIB_CLOCK_H */
