/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Merge: one stream in order of time out of one ring per CPU.
 *
 * A record may leave when no CPU can still publish an older one. For a CPU
 * with a record waiting that is plain to see. For an empty one it is its
 * frontier: no record that it has yet to publish is older than that.
 *
 *	frontier = busy ? time of the last record had from it : clock, read before busy and head
 *
 * The driver sets busy before it reads the clock for a record, and clears it
 * after publishing the head. So who reads the clock, then busy as 0, then
 * head, knows that what is not under head will be stamped later.
 *
 * Nothing ages: a record waits exactly as long as another CPU is inside one
 * fill that began before it, plus MERGE_SLACK_NS. A turn costs O(log CPUs);
 * an empty ring is looked at only when its frontier holds a record back.
 */
#ifndef SOURCE_MERGE_H
#define SOURCE_MERGE_H

#include <stddef.h>
#include <stdint.h>
#include <saker/device.h>

/* The kernel's NMI-safe clock and clock_gettime() may differ by a few ns around an update. */
#define MERGE_SLACK_NS	2000

struct merge;

struct merge_ring {			/* mapped by the source; must outlive the merge */
	const struct saker_producer *producer;
	struct saker_consumer *consumer;
	const unsigned char *data;	/* twice in a row: no record wraps */
	uint64_t size;			/* a power of two */
};

enum {
	MERGE_EMPTY = 1,	/* no ring has a record */
	MERGE_BLOCKED = 2,	/* records wait for a CPU that is filling one */
};

struct merge_stats {
	uint64_t records;
	uint64_t broken;	/* times a ring held what is no record: skipped to its head */
	uint64_t disorder;	/* records older than the one handed out before */
	uint64_t refreshes;	/* looks at a producer page */
};

/**
 * merge_new() - begin where the consumer pages say
 * @now:	CLOCK_BOOTTIME; another in tests
 * Return: 0, -EINVAL for a ring whose page is no ring's, or -ENOMEM.
 */
int merge_new(struct merge **ret, const struct merge_ring *rings, unsigned int nrings,
	      uint64_t (*now)(void));

/* One more ring, of a CPU that came up. 0, -EINVAL or -ENOMEM. */
int merge_add(struct merge *merge, const struct merge_ring *ring);

void merge_free(struct merge *merge);		/* NULL is fine */

/**
 * merge_next() - the oldest record
 * @ret:	borrowed until merge_release(), which must come before the next call
 * Return: 0, MERGE_EMPTY or MERGE_BLOCKED.
 */
int merge_next(struct merge *merge, const struct ev_header **ret);

/* Give the space of the last record back to the driver. */
void merge_release(struct merge *merge);

/**
 * merge_wake() - say on every consumer page what shall wake us
 * @wake:	enum saker_wake
 * Return: 0, or for SAKER_WAKE_ANY MERGE_BLOCKED if a record came first: do not sleep.
 */
int merge_wake(struct merge *merge, uint32_t wake);

void merge_stats(const struct merge *merge, struct merge_stats *ret);

#endif /* SOURCE_MERGE_H */
