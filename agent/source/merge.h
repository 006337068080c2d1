/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Merges the rings of all CPUs into one stream, ordered by time.
 *
 * A record may be returned when no CPU can still publish an older one. A CPU with a record waiting
 * publishes only later ones. For a CPU with an empty ring the frontier decides: every record that
 * it will publish is at least as late.
 *
 *	frontier = busy ? time of its last record : clock, read before busy and head
 *
 * The driver sets busy before it reads the clock for a record, and clears it after publishing the
 * head. So if the clock is read first, then busy as 0, then the head, all records above that head
 * will get a later time.
 *
 * There is no timeout: a record waits while another CPU is inside a fill that began before it, plus
 * MERGE_SLACK_NS. A call takes O(log CPUs); an empty ring is read only if its frontier holds a
 * record back.
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
	const unsigned char *data;	/* data, mapped twice in a row: no record wraps */
	uint64_t size;			/* a power of two */
	uint16_t cpu;			/* whose ring it is */
};

enum {
	MERGE_EMPTY = 1,	/* all rings are empty */
	MERGE_BLOCKED = 2,	/* records wait for a CPU that is writing one */
};

struct merge_stats {
	uint64_t records;
	uint64_t broken;	/* times a ring had an invalid record; it was skipped to its head */
	uint64_t disorder;	/* records older than the one returned before */
	uint64_t refreshes;	/* reads of a producer page */
};

/**
 * merge_new() - start at the positions in the consumer pages
 * @now:	CLOCK_BOOTTIME; another clock in tests
 * Return: 0, -EINVAL if a page is not valid, or -ENOMEM.
 */
int merge_new(struct merge **ret, const struct merge_ring *rings, unsigned int nrings,
	      uint64_t (*now)(void));

/* Adds the ring of a CPU that came online. Return: 0, -EINVAL or -ENOMEM. */
int merge_add(struct merge *merge, const struct merge_ring *ring);

void merge_free(struct merge *merge);		/* NULL is allowed */

/**
 * merge_next() - return the oldest record
 * @ret:	borrowed until merge_release(), which must be called before the next merge_next()
 * @cpu:	whose ring it was in
 * Return: 0, MERGE_EMPTY or MERGE_BLOCKED.
 */
int merge_next(struct merge *merge, const struct ev_header **ret, uint16_t *cpu);

/* Returns the space of the last record to the driver. */
void merge_release(struct merge *merge);

/**
 * merge_wake() - set on every consumer page when the driver wakes the agent
 * @wake:	enum saker_wake
 * Return: 0, or for SAKER_WAKE_ANY MERGE_BLOCKED if a record came first: do not sleep.
 */
int merge_wake(struct merge *merge, uint32_t wake);

void merge_stats(const struct merge *merge, struct merge_stats *ret);

#endif /* SOURCE_MERGE_H */
