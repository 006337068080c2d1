/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Manages the session: its consumer and the state of the hooks. Rings, counters
 * and selection belong to the module and outlive a consumer. The device (open,
 * close) and netlink (setters) both call these functions, under one mutex.
 *
 *   IDLE --selection--> ARMED --close--> ORPHAN --orphan_s--> DISARMED
 *    ^                  |  ^               |                     |
 *    +------disarm------+  +-----open------+     <--selection----+
 */
#ifndef SAKER_SESSION_H
#define SAKER_SESSION_H

#include <linux/compiler.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>	/* task_tgid() */
#include <linux/types.h>
#include <saker/device.h>
#include "lock.h"

struct file;
struct netlink_ext_ack;

/* The values GET_INFO returns. */
struct saker_session_info {
	u32 state;
	u32 holder_pid;
	char holder_comm[TASK_COMM_LEN];
	u64 generation;
	u64 ring_size;
	u32 orphan_s;
	u32 watermark;			/* 1/2^n */
};

/*
 * The process whose own calls are not recorded; NULL if there is no consumer. The
 * session holds a reference, so no other process can have this struct pid while
 * it is set. Hooks compare the pointer and never dereference it.
 */
extern struct pid *saker_consumer_pid;

/**
 * saker_by_consumer() - is current a thread of the consumer
 *
 * Does not compare the pid number: it is reused after the consumer has ended,
 * even while a child of the consumer still holds the device.
 */
static __always_inline bool saker_by_consumer(void)
{
	const struct pid *tgid = task_tgid(current);

	return tgid == READ_ONCE(saker_consumer_pid) && tgid;
}

/**
 * saker_session_uninit() - disarm all; when it returns no hook runs
 */
void saker_session_uninit(void);

/**
 * saker_session_attach() - current becomes the consumer
 * @file:	the open device; borrowed until saker_session_detach()
 * @cookie:	out: what setters must show
 *
 * The rings are made on the first call. Return: 0, -EBUSY if there is a
 * consumer, -ENOMEM if memory for the rings is refused.
 */
int __must_check saker_session_attach(struct file *file, u64 *cookie);

/**
 * saker_session_detach() - the consumer left; armed hooks become orphans
 */
void saker_session_detach(void);

/**
 * saker_session_is_consumer() - does the sender of this cookie have the device open
 *
 * The cookie can be read only through the open device. The capability is checked
 * for the task that opened the device, not for the sender: an agent may change
 * settings after it has dropped its capabilities. Under saker_session_lock.
 */
bool saker_session_is_consumer(u64 cookie);

/**
 * saker_session_authorize() - may the sender of this cookie change settings
 *
 * Under saker_session_lock. Return: 0 or -EPERM, which is counted and reported to
 * the health group.
 */
int __must_check saker_session_authorize(u64 cookie);

/* Setters that were refused so far. */
u64 saker_session_denied(void);

/* Setters, under saker_session_lock. */

/**
 * saker_session_select() - replace the selection and arm what it needs
 * @sel:	checked; owned by the session if 0 is returned
 */
int __must_check saker_session_select(struct saker_selection *sel,
				      struct netlink_ext_ack *extack);
int __must_check saker_session_set_state(u32 state, struct netlink_ext_ack *extack);

/**
 * saker_session_set_ring_size() - replace the rings by rings of another size
 *
 * Return: 0, -EINVAL, -ENOMEM, or -EBUSY while armed, mapped or not empty.
 */
int __must_check saker_session_set_ring_size(u64 size, struct netlink_ext_ack *extack);
int __must_check saker_session_set_orphan(u32 seconds, struct netlink_ext_ack *extack);
int __must_check saker_session_set_watermark(u32 shift, struct netlink_ext_ack *extack);

/**
 * saker_session_prefilter() - put a prefilter in force for the present selection
 * @at:		in user memory; @size bytes
 *
 * Return: 0, -ESTALE if it is of another selection, or what saker_prefilter_load() returns.
 */
int __must_check saker_session_prefilter(const void __user *at, u32 size);

/* Under saker_session_lock. */
void saker_session_info(struct saker_session_info *info);

/**
 * saker_session_flush() - write due stream records and exact counters on each CPU
 */
void saker_session_flush(void);

#endif /* SAKER_SESSION_H */
