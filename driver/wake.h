/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Waking a consumer that waits. The one idea: poll() arms one word in kernel
 * memory; the hook that takes it sends one interrupt, in which the sleeper is
 * woken. So a busy consumer costs the hooks one load, and no lock is taken in one.
 */
#ifndef SAKER_WAKE_H
#define SAKER_WAKE_H

#include <linux/atomic.h>
#include <linux/poll.h>
#include "ring.h"

extern atomic_t saker_wake_armed;

/* The slow half: someone waits; does he want this? */
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
 * @due:	asks all rings
 *
 * Arms the word before it asks, so nothing published meanwhile is missed.
 */
__poll_t saker_wake_poll(struct file *file, struct poll_table_struct *wait, bool (*due)(void));

/* When no hook is armed any more: wait for the interrupt. */
void saker_wake_sync(void);

#endif /* SAKER_WAKE_H */
