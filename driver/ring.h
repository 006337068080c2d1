/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes bytes to the ring of a CPU, whatever the event. Each ring has one writer;
 * it can only be interrupted by a nested hook, which ends before the outer one
 * continues. So positions are plain 64-bit numbers, a nested record follows the
 * outer one, and only the outermost hook publishes.
 *
 *   saker_ring_enter()      busy is set; the clock may be read from here on
 *   saker_ring_reserve()    room for the worst case, contiguous
 *     … fill in place …
 *   saker_ring_trim()       give back what was not used (0: all of it)
 *   saker_ring_leave()      outermost: publish, busy is cleared, is a wake-up due?
 *
 * All of it with preemption off on the ring's CPU, never from an interrupt.
 * It uses barriers, READ_ONCE and nothing else of the kernel, so that a
 * threaded twin in user space can run it under a race detector.
 */
#ifndef SAKER_RING_H
#define SAKER_RING_H

#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/types.h>
#include <asm/barrier.h>
#include <saker/device.h>

struct page;
struct vm_area_struct;

/* Which records may use the last eighth of a ring. */
enum saker_ring_class {
	SAKER_RING_ORDINARY,
	SAKER_RING_RESERVED,		/* process, credential, module, ptrace, stream records */
	SAKER_RING_CLASSES,
};

struct saker_ring {
	/* Written by the hooks. */
	u64 head;			/* end of the last reservation */
	u64 tail;			/* last valid tail read from the consumer */
	u64 urgent;			/* end of the last record that requires a wake-up */
	u64 last_ts;			/* time of the last record */
	u32 depth;			/* nested users */
	bool lossy[SAKER_RING_CLASSES];	/* a record was dropped; resumes when an eighth is free */
	u64 limit[SAKER_RING_CLASSES];	/* how far head may go without reading tail */

	/* Constant while hooks run. */
	u64 size;			/* a power of two */
	u64 watermark;			/* bytes in use at which a busy consumer is woken */
	char *data;			/* mapped twice in a row */
	struct saker_producer *producer;
	struct saker_consumer *consumer;
	u32 cpu;

	/* private to ring_mem.c */
	unsigned int npages;		/* of data */
	struct page **pages;		/* producer, consumer, data, data again */
};

/*
 * The fast paths, inline. The time-ordered merge is exact, without waiting,
 * because of this order:
 *
 *   hook                               consumer
 *     busy = 1                           T = clock
 *     full barrier (A)                   full barrier
 *     ts = clock                         b = load-acquire busy
 *     … record …                         h = load-acquire head
 *     store-release head (B)
 *     store-release busy = 0 (C)
 *
 * If b is 0, then either the hook has not yet set busy, and by the two full
 * barriers its clock reading comes after T; or C was seen, and with it B: the
 * record is before h. So all records older than T are before h. If b is not 0,
 * they are not older than last_ts_ns, read before head.
 */
static inline void saker_ring_enter(struct saker_ring *r)
{
	if (r->depth++)
		return;
	WRITE_ONCE(r->producer->busy, 1);
	smp_mb(); /* A: busy is seen before any clock reading that follows */
}

/* ring.c: the slow path, if the tail must be read again or a record was dropped before. */
void *saker_ring_reserve_slow(struct saker_ring *r, u32 len, u32 record,
			      enum saker_ring_class class);

/**
 * saker_ring_reserve() - reserve room at the head and move the head to its end
 * @len:	bytes, a multiple of 8
 * @record:	bytes of the record itself; stream records before it take the rest
 *
 * Return: the start of the room, or ERR_PTR(SAKER_DROP(reason)).
 */
static inline void *saker_ring_reserve(struct saker_ring *r, u32 len, u32 record,
				       enum saker_ring_class class)
{
	u64 head = r->head;

	if (unlikely(head + len > r->limit[class] || record > r->size / 8))
		return saker_ring_reserve_slow(r, len, record, class);
	r->head = head + len;
	return r->data + (head & (r->size - 1));
}

/**
 * saker_ring_trim() - shorten a reservation
 * @end:	r->head as saker_ring_reserve() left it
 * @room:	bytes reserved in front of that
 * @used:	bytes used, a multiple of 8; 0 takes the record back
 *
 * Return: the length to write into the record. That is @used, or @room if a
 * nested hook reserved room after it: then nothing can be given back.
 */
static inline u32 saker_ring_trim(struct saker_ring *r, u64 end, u32 room, u32 used)
{
	if (unlikely(r->head != end))
		return room;
	r->head = end - room + used;
	return used;
}

/**
 * saker_ring_leave() - end of a use; the outermost publishes
 *
 * Return: true if the consumer may be waiting for what was published; then
 * saker_ring_wake_due() decides whether to wake it.
 */
static inline bool saker_ring_leave(struct saker_ring *r, u64 seq)
{
	struct saker_producer *p = r->producer;
	bool news;

	if (--r->depth)
		return false;
	news = p->head != r->head;
	if (news) {
		WRITE_ONCE(p->seq, seq);
		WRITE_ONCE(p->last_ts_ns, r->last_ts);
		smp_store_release(&p->head, r->head); /* B */
	}
	smp_store_release(&p->busy, 0); /* C */
	/*
	 * The consumer announces that it will sleep, then reads the heads; this side publishes,
	 * then reads the announcement.
	 */
	smp_mb();
	return news;
}

/* ring.c */

/**
 * saker_ring_wake_due() - must the consumer be woken for what was published
 *
 * May be called on any CPU; poll() uses it too. It never misses a due wake-up if
 * a full barrier separates publishing (or announcing sleep) from this call.
 */
bool saker_ring_wake_due(const struct saker_ring *r);

/**
 * saker_ring_fits() - would @len bytes fit, ignoring the part reserved for some records
 */
bool saker_ring_fits(struct saker_ring *r, u32 len);

/**
 * saker_ring_half_full() - is there no room for records that can wait
 */
bool saker_ring_half_full(struct saker_ring *r);

/**
 * saker_ring_sanitize() - reset the page that a former consumer wrote
 *
 * Only while no consumer is attached. The last tail is kept if it is a possible
 * value.
 */
void saker_ring_sanitize(struct saker_ring *r);

/* ring_mem.c */

/**
 * saker_ring_new() - a ring on the node of its CPU, zeroed
 * @size:	of the data, a power of two, at least SAKER_RING_MIN
 *
 * May sleep. Return: NULL if memory was refused.
 */
struct saker_ring *__must_check saker_ring_new(unsigned int cpu, u64 size, u64 generation);
void saker_ring_free(struct saker_ring *r);

/**
 * saker_ring_mmap() - map the part of the ring at an offset
 * @off:	byte offset below SAKER_RING_STRIDE
 *
 * Producer page and data can never be made writable; the consumer page is
 * writable. No mapping is inherited by children or included in core dumps.
 */
int __must_check saker_ring_mmap(struct saker_ring *r, struct vm_area_struct *vma, u64 off);

/* Offset of the ring in the mapping of the device. */
void saker_ring_info(const struct saker_ring *r, struct saker_ring_info *info);

#define SAKER_RING_MIN		(128ull << 10)	/* an eighth holds any record but a huge exec */
#define SAKER_RING_MAX		BIT_ULL(30)
#define SAKER_RING_STRIDE	BIT_ULL(32)	/* of the mapping, per CPU */

#endif /* SAKER_RING_H */
