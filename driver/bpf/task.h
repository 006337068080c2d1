/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads the fields of a task that several events share, as driver/task.c.
 */
#ifndef SAKER_BPF_TASK_H
#define SAKER_BPF_TASK_H

#include "path.h"

/* The fields execve and task have in common, from ppid to comm; as struct saker_who. */
struct who {
	__u32 ppid, pgid, sid, vtid, vpid, vpgid;
	__u32 uid, euid, gid, egid, loginuid, sessionid;
	__u32 tty, pidns;
	__u64 cap_inheritable, cap_permitted, cap_effective;
	__u64 pidns_start_ns;
	__u64 exe_ino, exe_ctime_ns, exe_mtime_ns;
	__u32 exe_dev, exe_flags;
	struct ev_comm comm;
};

_Static_assert(__builtin_offsetof(struct ev_execve, stdin_fd) -
	       __builtin_offsetof(struct ev_execve, ppid) == sizeof(struct who), "who");

/* Number and namespace of a pid at a level that it has, 0 being the initial namespace. */
static __always_inline struct upid pid_numbers(struct pid *pid, __u32 level)
{
	__u64 raw[2] = {}, size = bpf_core_type_size(struct upid);
	struct upid upid = {};

	if (size != sizeof(raw))
		return upid;
	bpf_probe_read_kernel(raw, sizeof(raw), member_of(struct pid, pid, numbers) +
						(__u64)bounded(level, 31) * size);
	upid.nr = *(int *)((void *)raw + bpf_core_field_offset(struct upid, nr));
	upid.ns = *(void **)((void *)raw + bpf_core_field_offset(struct upid, ns));
	return upid;
}

/* The namespace a pid was created in. */
static __always_inline struct pid_namespace *pid_ns(struct pid *pid)
{
	return pid ? pid_numbers(pid, BPF_CORE_READ(pid, level)).ns : NULL;
}

/* Number of a pid as a namespace of this level sees it; 0 if it does not. */
static __always_inline __u32 pid_in(struct pid *pid, struct pid_namespace *ns, __u32 level)
{
	struct upid upid;

	if (!pid || level > BPF_CORE_READ(pid, level))
		return 0;
	upid = pid_numbers(pid, level);
	return upid.ns == ns ? upid.nr : 0;
}

/* The initial namespace sees every pid. */
static __always_inline __u32 pid_in_host(struct pid *pid)
{
	return pid ? HOT(pid, numbers[0].nr) : 0;
}

/* A pid of a process; its process group, its session. */
static __always_inline struct pid *signal_pid(struct signal_struct *signal, __u64 type)
{
	struct pid **pids = member_of(struct signal_struct, signal, pids);

	return HOT_AT(pids + (type & 3));
}

#define SIGNAL_PID(signal, type) \
	signal_pid(signal, bpf_core_enum_value(enum pid_type, PIDTYPE_##type))

/* The bytes of a word up to its NUL. @end: set if it has one. */
static __always_inline __u64 word_of_name(__u64 word, bool *end)
{
	const __u64 ones = 0x0101010101010101ull, tops = ones << 7;
	__u64 zeros = (word - ones) & ~word & tops;

	*end = zeros;
	return zeros ? word & (((zeros & -zeros) >> 7) - 1) : word;
}

/* The bytes of a name up to its NUL; later bytes are left over from an older one. */
static __always_inline void task_comm(struct ev_comm *to, struct task_struct *task)
{
	__u64 *from = member_of(struct task_struct, task, comm);
	__u64 word[2];
	bool end;

	word[0] = word_of_name(HOT_AT(from), &end);
	word[1] = end ? 0 : word_of_name(HOT_AT(from + 1), &end);
	__builtin_memcpy(to, word, sizeof(word));
}

/*
 * who_in_host(), who_in_ns() - a process as its own namespace sees it: the initial one,
 * whose numbers the task has itself, or a namespace within
 *
 * As pidns_start_ns() of driver/task.c: the start of the namespace's first process, as the
 * reaper may be a younger thread of it. That process is alive here: the task runs in the
 * namespace, and the last thread of the first process ends after all others have.
 */
static __always_inline void who_in_host(struct who *who, struct task_struct *task, struct pid *pid)
{
	struct pid_namespace *ns = HOT(pid, numbers[0].ns);
	struct task_struct *reaper;

	who->vtid = HOT(task, pid);
	who->vpid = HOT(task, tgid);
	who->vpgid = who->pgid;
	who->pidns = HOT(ns, ns.inum);
	reaper = HOT(ns, child_reaper);
	if (!reaper)
		return;
	reaper = HOT(reaper, group_leader);
	who->pidns_start_ns = HOT(reaper, start_boottime);
}

static __always_inline void who_in_ns(struct who *who, struct pid *pid, __u32 level,
				      struct pid *leader, struct pid *group)
{
	struct upid own = pid_numbers(pid, level);
	struct task_struct *reaper = BPF_CORE_READ(own.ns, child_reaper);

	who->vtid = own.nr;
	who->vpid = pid_in(leader, own.ns, level);
	who->vpgid = pid_in(group, own.ns, level);
	who->pidns = BPF_CORE_READ(own.ns, ns.inum);
	if (reaper)
		who->pidns_start_ns = BPF_CORE_READ(reaper, group_leader, start_boottime);
}

static __always_inline void who_pids(struct who *who, struct task_struct *task)
{
	struct signal_struct *signal = HOT(task, signal);
	struct task_struct *parent = HOT(task, real_parent);
	struct pid *pid = HOT(task, thread_pid), *group = SIGNAL_PID(signal, PGID);
	__u32 level;

	if (!pid || !parent)
		return;
	who->ppid = HOT(parent, tgid);
	who->pgid = pid_in_host(group);
	who->sid = pid_in_host(SIGNAL_PID(signal, SID));
	level = HOT(pid, level);
	if (level)
		who_in_ns(who, pid, level, SIGNAL_PID(signal, TGID), group);
	else
		who_in_host(who, task, pid);
}

/* A set of capabilities: a word, or two of 32 bits before 6.3, which are the same. */
#define CAPS(cred, set)	HOT_AT((__u64 *)member_of(struct cred, cred, set))

static __always_inline void who_cred(struct who *who, const struct cred *cred)
{
	who->uid = HOT(cred, uid.val);
	who->euid = HOT(cred, euid.val);
	who->gid = HOT(cred, gid.val);
	who->egid = HOT(cred, egid.val);
	who->cap_inheritable = CAPS(cred, cap_inheritable);
	who->cap_permitted = CAPS(cred, cap_permitted);
	who->cap_effective = CAPS(cred, cap_effective);
}

static __always_inline void who_audit(struct who *who, struct task_struct *task)
{
	struct task_struct___audit *audit = (void *)task;

	who->loginuid = ~0u;
	who->sessionid = ~0u;
	if (bpf_core_field_exists(audit->loginuid)) {
		who->loginuid = HOT(audit, loginuid.val);
		who->sessionid = HOT(audit, sessionid);
	}
}

static __always_inline __u32 task_tty(struct task_struct *task)
{
	struct signal_struct *signal = HOT(task, signal);
	struct tty_struct *tty = HOT(signal, tty);
	struct tty_driver *driver;

	if (!tty)
		return 0;
	driver = HOT(tty, driver);
	return dev_encode(HOT(driver, major) << 20 |
			  (HOT(driver, minor_start) + HOT(tty, index)));
}

/* Everything but the executable, into a zeroed struct who at place(). */
__noinline int task_who(__u64 at, __u64 used)
{
	struct task_struct *task = current_task();
	const struct cred *cred = HOT(task, real_cred);
	struct bpf_cpu *cpu = this_cpu();
	struct who *who;

	if (!cpu || !cred)
		return 0;
	who = place(cpu, at, used);
	who_pids(who, task);
	who_cred(who, cred);
	who_audit(who, task);
	who->tty = task_tty(task);
	task_comm(&who->comm, task);
	return 0;
}

#define NSEC	1000000000ull
#define TIME_QUERIED	0x80000000u	/* the kernel's own mark in the split form (multigrain times) */

static __always_inline void inode_times(struct inode *inode, __u64 *ctime, __u64 *mtime)
{
	struct inode___split *split = (void *)inode;
	struct inode___hidden *hidden = (void *)inode;
	struct inode___pair *pair = (void *)inode;

	if (bpf_core_field_exists(split->i_ctime_sec))
		*ctime = HOT(split, i_ctime_sec) * NSEC +
			 (HOT(split, i_ctime_nsec) & ~TIME_QUERIED);
	else if (bpf_core_field_exists(hidden->__i_ctime))
		*ctime = HOT(hidden, __i_ctime.tv_sec) * NSEC +
			 HOT(hidden, __i_ctime.tv_nsec);
	else
		*ctime = HOT(pair, i_ctime.tv_sec) * NSEC +
			 HOT(pair, i_ctime.tv_nsec);
	if (bpf_core_field_exists(split->i_mtime_sec))
		*mtime = HOT(split, i_mtime_sec) * NSEC +
			 HOT(split, i_mtime_nsec);
	else if (bpf_core_field_exists(hidden->__i_mtime))
		*mtime = HOT(hidden, __i_mtime.tv_sec) * NSEC +
			 HOT(hidden, __i_mtime.tv_nsec);
	else
		*mtime = HOT(pair, i_mtime.tv_sec) * NSEC +
			 HOT(pair, i_mtime.tv_nsec);
}

/* Is a group one of those of these credentials? They are sorted. */
static __always_inline bool cred_in_group(const struct cred *cred, __u32 gid)
{
	struct group_info *groups = BPF_CORE_READ(cred, group_info);
	__u32 left = 0, right = BPF_CORE_READ(groups, ngroups), middle, have;
	int i;

	if (HOT(cred, fsgid.val) == gid)
		return true;
	for (i = 0; i < 17; i++) {	/* NGROUPS_MAX is 65,536 */
		if (left >= right)
			return false;
		middle = (left + right) / 2;
		have = 0;
		bpf_probe_read_kernel(&have, sizeof(have),
				      member_of(struct group_info, groups, gid) +
				      (__u64)middle * sizeof(have));
		if (have == gid)
			return true;
		if (gid > have)
			left = middle + 1;
		else
			right = middle;
	}
	return false;
}

/* Is it the initial user namespace? Only that has no parent. */
static __always_inline bool cred_is_of_host(const struct cred *cred)
{
	struct user_namespace *ns = HOT(cred, user_ns);

	return !HOT(ns, parent);
}

/* Do these credentials permit writing the file? By mode bits and capability, as driver/task.c. */
static __always_inline bool exe_writable(struct file *exe, struct inode *inode,
					 const struct cred *cred)
{
	struct super_block *sb = HOT(inode, i_sb);
	struct vfsmount *mnt = HOT(exe, f_path.mnt);
	__u32 mode = HOT(inode, i_mode);

	if (HOT(inode, i_flags) & S_IMMUTABLE || HOT(sb, s_flags) & SB_RDONLY ||
	    HOT(mnt, mnt_flags) & MNT_READONLY)
		return false;
	if (CAPS(cred, cap_effective) & 1ull << CAP_DAC_OVERRIDE && cred_is_of_host(cred))
		return true;
	if (HOT(cred, fsuid.val) == HOT(inode, i_uid.val))
		return mode & 0200;
	if (cred_in_group(cred, HOT(inode, i_gid.val)))
		return mode & 0020;
	return mode & 0002;
}

static __always_inline __u32 exe_layer(struct inode *inode)
{
	struct super_block *sb = HOT(inode, i_sb);

	if (HOT(sb, s_magic) != OVERLAYFS_SUPER_MAGIC)
		return 0;
	return overlay_layer(inode) == FLAG_file_layer_upper ? FLAG_exe_flags_UPPER_LAYER :
							       FLAG_exe_flags_LOWER_LAYER;
}

static __always_inline __u32 exe_flags(struct file *exe, struct inode *inode,
				       const struct cred *cred)
{
	__u32 mode = HOT(inode, i_mode), flags = exe_layer(inode);

	if (kind_of(PLAIN, exe) == EV_FD_MEMFD)
		flags |= FLAG_exe_flags_MEMFD;
	if (!HOT(inode, i_nlink) || dentry_is_gone(PLAIN, HOT(exe, f_path.dentry)))
		flags |= FLAG_exe_flags_UNLINKED;
	if (exe_writable(exe, inode, cred))
		flags |= FLAG_exe_flags_WRITABLE;
	if (mode & S_ISUID)
		flags |= FLAG_exe_flags_SETUID;
	if ((mode & (S_ISGID | 0010)) == (S_ISGID | 0010))
		flags |= FLAG_exe_flags_SETGID;
	return flags;
}

/*
 * Inode, times and what is special about the executable of the current task, into the
 * struct who at place().
 */
__noinline int task_exe(__u64 at, __u64 used)
{
	const struct cred *cred = HOT(current_task(), cred);
	struct file *exe = current_exe();
	struct bpf_cpu *cpu = this_cpu();
	struct super_block *sb;
	struct inode *inode;
	struct who *who;

	if (!cpu || !cred || !exe)
		return 0;
	who = place(cpu, at, used);
	inode = HOT(exe, f_inode);
	sb = HOT(inode, i_sb);
	who->exe_ino = HOT(inode, i_ino);
	who->exe_dev = dev_encode(HOT(sb, s_dev));
	inode_times(inode, &who->exe_ctime_ns, &who->exe_mtime_ns);
	who->exe_flags = exe_flags(exe, inode, cred);
	return 0;
}

#endif /* SAKER_BPF_TASK_H */
