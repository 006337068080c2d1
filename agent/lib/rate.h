/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A rate limit (token bucket): a burst, then one per interval. Initialise with zero.
 */
#ifndef LIB_RATE_H
#define LIB_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct rate {
	uint64_t spent_ns;	/* up to when the time is used up; it may not run ahead of the clock */
	uint64_t left_out;	/* refused; the user resets it to 0 */
};

/**
 * rate_take() - whether one more is within the limit
 * @now_ns:	any clock; if it goes back, the limit starts again
 * @every_ns:	long-term interval between two
 * @burst:	how many more at once after a pause
 */
static inline bool rate_take(struct rate *rate, uint64_t now_ns, uint64_t every_ns, uint32_t burst)
{
	const uint64_t room_ns = every_ns * burst;

	if (rate->spent_ns > now_ns && rate->spent_ns - now_ns > room_ns + every_ns)
		rate->spent_ns = now_ns;
	if (now_ns > room_ns && rate->spent_ns < now_ns - room_ns)
		rate->spent_ns = now_ns - room_ns;
	if (rate->spent_ns > now_ns) {
		rate->left_out++;
		return false;
	}
	rate->spent_ns += every_ns;
	return true;
}

#endif /* LIB_RATE_H */
