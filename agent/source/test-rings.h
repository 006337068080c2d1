/* SPDX-License-Identifier: Apache-2.0 */
/* Simulates the rings of several CPUs and their clock, for the tests of merge.c. */
#ifndef SOURCE_TEST_RINGS_H
#define SOURCE_TEST_RINGS_H

#include <stdlib.h>
#include <string.h>
#include "source/merge.h"

#define CPUS	9
#define SIZE	4096u

static uint64_t clock_ns;		/* the test's time */
static unsigned int readings;		/* of it */

static inline uint64_t test_now(void)
{
	readings++;
	return clock_ns;
}

static uint64_t seed = 88172645463325252ull;

static inline uint32_t rnd(uint32_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (uint32_t)(seed >> 32) % below;
}

struct cpu {
	struct saker_producer producer;
	struct saker_consumer consumer;
	unsigned char data[2 * SIZE] __attribute__((aligned(8)));
	uint64_t filling;		/* start time of the record being filled; 0: none */
	uint64_t seq;
};

static inline struct cpu *cpus_new(struct merge_ring *rings, unsigned int n)
{
	struct cpu *cpus = calloc(n, sizeof(*cpus));

	assert_non_null(cpus);
	clock_ns = 1000000;
	for (unsigned int i = 0; i < n; i++) {
		cpus[i].producer.magic = SAKER_RING_MAGIC;
		cpus[i].producer.size = SIZE;
		rings[i] = (struct merge_ring){
			&cpus[i].producer, &cpus[i].consumer, cpus[i].data, SIZE, (uint16_t)i,
		};
	}
	return cpus;
}

/* Writes as the double mapping shows it. */
static inline void put(struct cpu *c, const void *p, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		uint64_t at = (c->producer.head + i) & (SIZE - 1);

		c->data[at] = c->data[at + SIZE] = ((const unsigned char *)p)[i];
	}
	c->producer.head += n;
}

static inline bool publish(struct cpu *c, uint64_t ts, unsigned int cpu)
{
	struct {
		struct ev_header hdr;
		char body[64];
	} rec = { .hdr = { .type = EV_syscall, .ts_ns = ts, .tid = cpu } };

	rec.hdr.len = (uint32_t)sizeof(rec.hdr) + 8 * rnd(8);
	rec.hdr.fixed_len = sizeof(rec.hdr);
	if (c->producer.head + rec.hdr.len + 8 - c->consumer.tail > SIZE)
		return false;
	if (rnd(10) == 0) {
		struct ev_header pad = { .len = 8, .fixed_len = 8, .type = EV_OTHER };

		put(c, &pad, 8);
	}
	rec.hdr.seq = ++c->seq;
	put(c, &rec, rec.hdr.len);
	c->producer.last_ts_ns = ts;
	return true;
}

#endif /* SOURCE_TEST_RINGS_H */
