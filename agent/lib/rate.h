/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A limit on how often something is done: so many at once, then one each
 * interval (a token bucket). Zero it to begin.
 */
#ifndef LIB_RATE_H
#define LIB_RATE_H

#include <stdbool.h>
#include <stdint.h>

struct rate {
	uint64_t spent_ns;	/* up to when the time is used up; it may not run ahead of the clock */
	uint64_t left_out;	/* refused since whoever uses it set this to 0 */
};

/**
 * rate_take() - may it be done once more?
 * @now_ns:	any clock; one that was put back begins anew
 * @every_ns:	between two of them in the long run
 * @burst:	how many more may be done at once after a rest
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
