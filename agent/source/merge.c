/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the rings in a binary heap. The key of a ring with a record is its time, of an empty ring
 * its frontier; at equal keys a record comes first. If the least key is a record, it is returned;
 * if it is a frontier, that ring is read again, once per call.
 */
#include "source/merge.h"
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include "lib/cleanup.h"

struct lane {
	struct merge_ring ring;
	uint64_t tail;		/* of the oldest record not released */
	uint64_t head;		/* the producer's position when it was last read */
	uint64_t key;		/* time of the record at tail, or the frontier */
	uint64_t looked;	/* the call in which the producer page was last read */
	uint32_t len;		/* of the record at tail; 0: not yet read */
};

struct merge {
	uint64_t (*now)(void);
	uint64_t clock;		/* the clock when it was last read, minus slack */
	uint64_t turn;
	uint64_t last_ts;
	uint64_t fence;
	struct merge_stats stats;
	unsigned int nrings;
	unsigned int nready;	/* number of lanes with a record */
	struct lane *out;	/* lane whose record is not released yet */
	struct lane **heap;
};

DEFINE_CLEANUP(struct merge *, merge_free)

static bool ring_bad(const struct merge_ring *r)
{
	return r->producer->magic != SAKER_RING_MAGIC || r->producer->size != r->size ||
	       !r->size || (r->size & (r->size - 1));
}

int merge_new(struct merge **ret, const struct merge_ring *rings, unsigned int nrings,
	      uint64_t (*now)(void))
{
	_cleanup_(merge_freep) struct merge *m = calloc(1, sizeof(*m));
	int r;

	if (!m)
		return -ENOMEM;
	m->now = now;
	for (unsigned int i = 0; i < nrings; i++) {
		r = merge_add(m, &rings[i]);
		if (r < 0)
			return r;
	}
	*ret = TAKE_PTR(m);
	return 0;
}

int merge_add(struct merge *m, const struct merge_ring *ring)
{
	_cleanup_(freep) struct lane *l = NULL;
	struct lane **heap;

	if (ring_bad(ring))
		return -EINVAL;
	l = calloc(1, sizeof(*l));
	heap = realloc(m->heap, (m->nrings + 1) * sizeof(*heap));
	if (heap)
		m->heap = heap;
	if (!l || !heap)
		return -ENOMEM;
	l->ring = *ring;
	l->tail = __atomic_load_n(&ring->consumer->tail, __ATOMIC_ACQUIRE);
	l->head = l->tail;
	/* Key 0 is the least: the lane goes to the top, and those above it move down by one. */
	for (unsigned int i = m->nrings++; ; i = (i - 1) / 2) {
		if (!i) {
			heap[0] = TAKE_PTR(l);
			return 0;
		}
		heap[i] = heap[(i - 1) / 2];
	}
}

void merge_free(struct merge *m)
{
	if (!m)
		return;
	for (unsigned int i = 0; i < m->nrings; i++)
		free(m->heap[i]);
	free(m->heap);
	free(m);
}

static inline bool before(const struct lane *a, const struct lane *b)
{
	if (a->key != b->key)
		return a->key < b->key;
	if (!a->len != !b->len)
		return a->len;
	return a->looked < b->looked;
}

/* Moves the lane at the top down, because its key has grown. */
static void heap_settle(struct merge *m)
{
	struct lane *l = m->heap[0];
	unsigned int i = 0, child;

	while ((child = 2 * i + 1) < m->nrings) {
		if (child + 1 < m->nrings && before(m->heap[child + 1], m->heap[child]))
			child++;
		if (!before(m->heap[child], l))
			break;
		m->heap[i] = m->heap[child];
		i = child;
	}
	m->heap[i] = l;
}

static void lane_publish_tail(struct lane *l)
{
	__atomic_store_n(&l->ring.consumer->tail, l->tail, __ATOMIC_RELEASE);
}

/* Reads the record at tail, if it is below the known head. Sets len and key. */
static bool lane_peek(struct merge *m, struct lane *l)
{
	const struct ev_header *hdr;
	const uint64_t tail = l->tail;
	uint64_t room;

	for (l->len = 0; (room = l->head - l->tail) != 0; l->tail += hdr->len) {
		hdr = (const struct ev_header *)(l->ring.data + (l->tail & (l->ring.size - 1)));
		if (room > l->ring.size || room % 8 || hdr->len < 8 || hdr->len % 8 ||
		    hdr->len > room) {
			m->stats.broken++;
			l->tail = l->head;
			break;
		}
		if (hdr->type == EV_OTHER && (hdr->len < sizeof(*hdr) || !hdr->seq))
			continue;		/* padding; it is counted if it has a sequence number */
		if (hdr->len < sizeof(*hdr)) {
			m->stats.broken++;
			continue;
		}
		l->len = hdr->len;
		if (hdr->ts_ns > l->key)	/* keys never decrease: the heap relies on it */
			l->key = hdr->ts_ns;
		return true;
	}
	if (l->tail != tail)
		lane_publish_tail(l);
	return false;
}

static uint64_t clock_floor(struct merge *m, const struct lane *l)
{
	uint64_t now;

	if (m->clock > l->key)		/* an older reading of the clock is valid too, and saves one */
		return m->clock;
	now = m->now();
	m->clock = now > MERGE_SLACK_NS ? now - MERGE_SLACK_NS : 0;
	/*
	 * The clock is read before busy, with a full barrier; the driver has one after setting
	 * busy.
	 */
	__atomic_fetch_add(&m->fence, 1, __ATOMIC_SEQ_CST);
	return m->clock;
}

/* Reads the producer page of an empty lane: finds a record, or a later frontier. */
static void lane_look(struct merge *m, struct lane *l)
{
	const struct saker_producer *p = l->ring.producer;
	uint64_t frontier = clock_floor(m, l);
	uint64_t busy = __atomic_load_n(&p->busy, __ATOMIC_ACQUIRE);

	m->stats.refreshes++;
	l->looked = m->turn;
	l->head = __atomic_load_n(&p->head, __ATOMIC_ACQUIRE);
	if (lane_peek(m, l)) {
		m->nready++;
		return;
	}
	/* Busy: the next record is not older than the last one, whose time is the key already. */
	if (!busy && frontier > l->key)
		l->key = frontier;
}

int merge_next(struct merge *m, const struct ev_header **ret, uint16_t *cpu)
{
	unsigned int looked = 0;
	struct lane *l;

	if (!m->nrings)
		return MERGE_EMPTY;
	m->turn++;
	for (l = m->heap[0]; !l->len; l = m->heap[0]) {
		if (l->looked == m->turn)
			return m->nready || looked < m->nrings ? MERGE_BLOCKED : MERGE_EMPTY;
		lane_look(m, l);
		heap_settle(m);
		looked++;
	}
	*ret = (const struct ev_header *)(l->ring.data + (l->tail & (l->ring.size - 1)));
	if ((*ret)->ts_ns < m->last_ts)
		m->stats.disorder++;
	else
		m->last_ts = (*ret)->ts_ns;
	m->stats.records++;
	*cpu = l->ring.cpu;
	m->out = l;
	return 0;
}

void merge_release(struct merge *m)
{
	struct lane *l = m->out;

	if (!l)
		return;
	m->out = NULL;
	l->tail += l->len;
	lane_publish_tail(l);
	if (!lane_peek(m, l))
		m->nready--;	/* its key stays: the lane has no older record */
	heap_settle(m);
}

int merge_wake(struct merge *m, uint32_t wake)
{
	bool any = m->nready;

	for (unsigned int i = 0; i < m->nrings; i++)
		__atomic_store_n(&m->heap[i]->ring.consumer->wake, wake, __ATOMIC_RELAXED);
	if (wake != SAKER_WAKE_ANY)
		return 0;
	/*
	 * The driver publishes, then reads wake; we set wake, then read the head: one of the two
	 * sees the other's write.
	 */
	__atomic_fetch_add(&m->fence, 1, __ATOMIC_SEQ_CST);
	for (unsigned int i = 0; i < m->nrings && !any; i++) {
		const struct lane *l = m->heap[i];

		any = __atomic_load_n(&l->ring.producer->head, __ATOMIC_ACQUIRE) != l->head;
	}
	return any ? MERGE_BLOCKED : 0;
}

void merge_stats(const struct merge *m, struct merge_stats *ret)
{
	*ret = m->stats;
}
