// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wakes the consumer by irq_work.
 */
#include <linux/irq_work.h>
#include <linux/wait.h>
#include "wake.h"

atomic_t saker_wake_armed;

static DECLARE_WAIT_QUEUE_HEAD(wake_queue);

static void wake_now(struct irq_work *work)
{
	wake_up_interruptible_poll(&wake_queue, EPOLLIN | EPOLLRDNORM);
}

static DEFINE_IRQ_WORK(wake_work, wake_now);

void saker_wake_slow(struct saker_ring *r)
{
	if (!saker_ring_wake_due(r) || !atomic_xchg(&saker_wake_armed, 0))
		return;
	WRITE_ONCE(r->producer->wakeups, r->producer->wakeups + 1);
	irq_work_queue(&wake_work);
}

__poll_t saker_wake_poll(struct file *file, struct poll_table_struct *wait, bool (*due)(void))
{
	poll_wait(file, &wake_queue, wait);
	/* Full barrier: armed is seen before the rings are read. Pairs with saker_ring_leave(). */
	atomic_xchg(&saker_wake_armed, 1);
	return due() ? EPOLLIN | EPOLLRDNORM : 0;
}

void saker_wake_sync(void)
{
	irq_work_sync(&wake_work);
}
