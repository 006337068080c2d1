/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The module's locks, in the order in which they are taken:
 *
 *   saker_session_lock		consumer, selection, hooks, settings
 *   cpus_read_lock()		a CPU that is seen online stays so
 *   rings_lock (rings.c)	the pointers to the rings; also taken by a CPU that comes up,
 *				which holds the kernel's cpus_write_lock() then
 *
 * All may sleep: they are for process context. A hook takes none of them: what it reads is
 * published to it by RCU, by an ordered store, or by work that runs on its own CPU
 * with preemption off.
 */
#ifndef SAKER_LOCK_H
#define SAKER_LOCK_H

#include <linux/lockdep.h>
#include <linux/mutex.h>

extern struct mutex saker_session_lock;		/* session.c */

#endif /* SAKER_LOCK_H */
