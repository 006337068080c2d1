/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Wakes a consumer that waits in poll(). poll() sets one word in kernel memory;
 * the first hook that clears it raises one interrupt, which wakes the consumer. So
 * a busy consumer costs the hooks one load, and no hook takes a lock.
 */
#ifndef SAKER_WAKE_H
#define SAKER_WAKE_H

#include <linux/atomic.h>
#include <linux/poll.h>
#include "ring.h"

extern atomic_t saker_wake_armed;

/* The slow path: a consumer waits; must it be woken for this? */
void saker_wake_slow(struct saker_ring *r);

/**
 * saker_wake() - after publishing: wake the consumer if it waits for this
 */
static inline void saker_wake(struct saker_ring *r)
{
	if (atomic_read(&saker_wake_armed))
		saker_wake_slow(r);
}

/**
 * saker_wake_poll() - poll() of the device
 * @due:	checks all rings
 *
 * Sets the word before it checks the rings, so nothing published meanwhile is
 * missed.
 */
__poll_t saker_wake_poll(struct file *file, struct poll_table_struct *wait, bool (*due)(void));

/* Wait for the interrupt, after the last hook was disarmed. */
void saker_wake_sync(void);

#endif /* SAKER_WAKE_H */
