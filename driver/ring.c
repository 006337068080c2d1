// SPDX-License-Identifier: GPL-2.0-only
/*
 * Implements the slow paths of the ring's writer, taken when room may be short.
 * ring.h has the protocol and the inline fast paths.
 */
#include <linux/compiler.h>
#include <linux/kernel.h>
#include <asm/barrier.h>
#include "fill.h"
#include "ring.h"

static u64 ring_free(const struct saker_ring *r)
{
	return r->size - (r->head - r->tail);
}

/* The consumer's tail is read once and used only if it is a possible value. */
static void ring_refresh_tail(struct saker_ring *r)
{
	/* Pairs with the consumer's release: it has read everything before its tail. */
	u64 tail = smp_load_acquire(&r->consumer->tail);

	if (unlikely(tail < r->tail || tail > READ_ONCE(r->producer->head) || tail % 8)) {
		WRITE_ONCE(r->producer->bad_tail, r->producer->bad_tail + 1);
		return;
	}
	WRITE_ONCE(r->tail, tail); /* poll() reads it on any CPU */
}

/* How many bytes must be free before this class may reserve @len bytes. */
static u64 ring_threshold(const struct saker_ring *r, u32 len, enum saker_ring_class class)
{
	u64 floor = class == SAKER_RING_ORDINARY ? r->size / 8 : 0;

	if (unlikely(r->lossy[class]))
		return max_t(u64, floor + len, floor + r->size / 8);
	return floor + len;
}

/* How far the fast path may reserve without reading the tail: nowhere while records are dropped. */
static void ring_refresh_limits(struct saker_ring *r)
{
	u64 end = r->tail + r->size;

	r->limit[SAKER_RING_ORDINARY] = r->lossy[SAKER_RING_ORDINARY] ? 0 : end - r->size / 8;
	r->limit[SAKER_RING_RESERVED] = r->lossy[SAKER_RING_RESERVED] ? 0 : end;
}

static int ring_try(struct saker_ring *r, u32 len, u32 record, enum saker_ring_class class)
{
	u64 threshold = ring_threshold(r, len, class);

	if (unlikely(record > r->size / 8))
		return SAKER_DROP(too_big);
	if (unlikely(ring_free(r) < threshold)) {
		ring_refresh_tail(r);
		if (ring_free(r) < threshold) {
			bool again = r->lossy[class];

			r->lossy[class] = true;
			if (ring_free(r) < len)
				return SAKER_DROP(ring_full);
			return again ? SAKER_DROP(hysteresis) : SAKER_DROP(headroom);
		}
	}
	r->lossy[class] = false;
	return 0;
}

void *saker_ring_reserve_slow(struct saker_ring *r, u32 len, u32 record,
			      enum saker_ring_class class)
{
	u64 head = r->head;
	int ret = ring_try(r, len, record, class);

	ring_refresh_limits(r);
	if (ret)
		return ERR_PTR(ret);
	r->head = head + len;
	return r->data + (head & (r->size - 1));
}

bool saker_ring_wake_due(const struct saker_ring *r)
{
	u64 head = READ_ONCE(r->producer->head);
	u64 tail = READ_ONCE(r->consumer->tail);
	u32 wake = READ_ONCE(r->consumer->wake);

	/* A consumer that writes a false tail only loses its own records. */
	if (tail > head || head - tail > r->size)
		tail = READ_ONCE(r->tail);
	if (head == tail)
		return false;
	return wake == SAKER_WAKE_ANY || head - tail >= READ_ONCE(r->watermark) ||
	       (wake != SAKER_WAKE_FULL && (s64)(READ_ONCE(r->urgent) - tail) > 0);
}

bool saker_ring_fits(struct saker_ring *r, u32 len)
{
	if (ring_free(r) < len)
		ring_refresh_tail(r);
	return ring_free(r) >= len &&
	       (!r->lossy[SAKER_RING_RESERVED] || ring_free(r) >= r->size / 8);
}

bool saker_ring_half_full(struct saker_ring *r)
{
	if (ring_free(r) >= r->size / 2)
		return false;
	ring_refresh_tail(r);
	return ring_free(r) < r->size / 2;
}

void saker_ring_sanitize(struct saker_ring *r)
{
	ring_refresh_tail(r);
	WRITE_ONCE(r->consumer->tail, r->tail);
	WRITE_ONCE(r->consumer->wake, SAKER_WAKE_WATERMARK);
}
