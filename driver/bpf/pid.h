/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds a task by its number. No helper does, so the kernel's own table is walked: the pids of
 * a namespace are a radix tree of at most four levels.
 */
#ifndef SAKER_BPF_PID_H
#define SAKER_BPF_PID_H

#include "task.h"

struct xa_node { __u8 shift; void *slots[64]; } __attribute__((preserve_access_index));
struct xarray { void *xa_head; } __attribute__((preserve_access_index));
struct idr { struct xarray idr_rt; unsigned int idr_base; } __attribute__((preserve_access_index));
struct pid_namespace___idr { struct idr idr; } __attribute__((preserve_access_index));
struct hlist_head { void *first; } __attribute__((preserve_access_index));
struct pid___tasks { struct hlist_head tasks[4]; } __attribute__((preserve_access_index));
struct task_struct___links {
	struct { void *next; } pid_links[4];
} __attribute__((preserve_access_index));

#define XA_INTERNAL	2u	/* in the low bits of an entry: a node, not a value */
#define XA_LEVELS	6

/* struct pid of number @nr in @ns; NULL if there is none. */
static __always_inline struct pid *pid_find(struct pid_namespace *ns, __u32 nr)
{
	struct pid_namespace___idr *ids = (void *)ns;
	__u64 entry = (__u64)BPF_CORE_READ(ids, idr.idr_rt.xa_head);
	struct xa_node *node;
	__u32 i, slot, shift;

	nr -= BPF_CORE_READ(ids, idr.idr_base);
	for (i = 0; i < XA_LEVELS; i++) {
		if ((entry & 3) != XA_INTERNAL || entry < 4096)
			return i || !nr ? (void *)entry : NULL;
		node = (void *)(entry - XA_INTERNAL);
		shift = BPF_CORE_READ(node, shift) & 31;
		slot = nr >> shift;
		if (slot > 63 && !i)
			return NULL;
		slot &= 63;
		entry = 0;
		bpf_probe_read_kernel(&entry, sizeof(entry),
				      member_of(struct xa_node, node, slots) +
				      (__u64)slot * 8);
	}
	return NULL;
}

/* The task of @pid, as pid_task(); nothing if it has exited. */
static __always_inline void pid_task(struct pid *pid, __u32 *tid, __u64 *start_ns)
{
	struct task_struct *task;
	void *link;

	if (!pid)
		return;
	link = BPF_CORE_READ((struct pid___tasks *)pid, tasks[0].first);
	if (!link)
		return;
	task = link - bpf_core_field_offset(struct task_struct___links, pid_links);
	*tid = BPF_CORE_READ(task, pid);
	*start_ns = BPF_CORE_READ(task, start_boottime);
}

/* The task with number @nr in the caller's namespace; it may have exited since the call. */
static __always_inline void target_find(__s32 nr, __u32 *tid, __u64 *start_ns)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct pid_namespace *ns = pid_ns(BPF_CORE_READ(task, thread_pid));

	pid_task(nr > 0 ? pid_find(ns, nr) : NULL, tid, start_ns);
}

/* The struct pid of a pidfd: from 6.9 on it belongs to the inode. */
static __always_inline struct pid *file_pid(struct file *file)
{
	if (BPF_CORE_READ(file, f_inode, i_sb, s_magic) == PID_FS_MAGIC)
		return BPF_CORE_READ(file, f_inode, i_private);
	return BPF_CORE_READ(file, private_data);
}

#endif /* SAKER_BPF_PID_H */
