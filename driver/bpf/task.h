/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads the fields of a task that several events share, as driver/task.c.
 */
#ifndef SAKER_BPF_TASK_H
#define SAKER_BPF_TASK_H

#include "path.h"

enum {
#define FLAGSET(set, reading)
#define FLAG(set, name, value)	FLAG_##set##_##name = value,
#include <saker/flags.def>
#undef FLAGSET
#undef FLAG
};

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

/* Number of a pid at a level of namespaces, 0 being the initial one. */
static __always_inline __u32 pid_at(struct pid *pid, __u32 level)
{
	struct upid upid = {};

	if (!pid || level > BPF_CORE_READ(pid, level))
		return 0;
	level = bounded(level, 31);
	bpf_probe_read_kernel(&upid.nr, sizeof(upid.nr),
			      member_of(struct pid, pid, numbers) +
			      level * bpf_core_type_size(struct upid) +
			      bpf_core_field_offset(struct upid, nr));
	return upid.nr;
}

/* The namespace a pid was created in. */
static __always_inline struct pid_namespace *pid_ns(struct pid *pid)
{
	struct pid_namespace *ns = NULL;
	__u32 level;

	if (!pid)
		return NULL;
	level = bounded(BPF_CORE_READ(pid, level), 31);
	bpf_probe_read_kernel(&ns, sizeof(ns),
			      member_of(struct pid, pid, numbers) +
			      level * bpf_core_type_size(struct upid) +
			      bpf_core_field_offset(struct upid, ns));
	return ns;
}

/* Number of a pid as a namespace sees it; 0 if it does not. */
static __always_inline __u32 pid_in(struct pid *pid, struct pid_namespace *ns)
{
	__u32 level = bounded(BPF_CORE_READ(ns, level), 31);
	struct pid_namespace *of = NULL;

	if (!pid || level > BPF_CORE_READ(pid, level))
		return 0;
	bpf_probe_read_kernel(&of, sizeof(of),
			      member_of(struct pid, pid, numbers) +
			      level * bpf_core_type_size(struct upid) +
			      bpf_core_field_offset(struct upid, ns));
	return of == ns ? pid_at(pid, level) : 0;
}

/* The bytes of a name up to its NUL; later bytes are left over from an older one. */
static __always_inline void task_comm(struct ev_comm *to, struct task_struct *task)
{
	char comm[16];

	__builtin_memset(comm, 0, sizeof(comm));
	bpf_probe_read_kernel_str(comm, sizeof(comm),
				  member_of(struct task_struct, task, comm));
	__builtin_memcpy(to, comm, sizeof(comm));
}

static __always_inline void who_pids(struct who *who, struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	int tgid = bpf_core_enum_value(enum pid_type, PIDTYPE_TGID) & 3;
	int pgid = bpf_core_enum_value(enum pid_type, PIDTYPE_PGID) & 3;
	int sid = bpf_core_enum_value(enum pid_type, PIDTYPE_SID) & 3;
	struct pid *group = BPF_CORE_READ(signal, pids[pgid]);
	struct pid_namespace *ns = pid_ns(pid);
	struct task_struct *reaper;

	if (!ns)
		return;
	who->ppid = BPF_CORE_READ(task, real_parent, tgid);
	who->pgid = pid_at(group, 0);
	who->sid = pid_at(BPF_CORE_READ(signal, pids[sid]), 0);
	who->vtid = pid_in(pid, ns);
	who->vpid = pid_in(BPF_CORE_READ(signal, pids[tgid]), ns);
	who->vpgid = pid_in(group, ns);
	who->pidns = BPF_CORE_READ(ns, ns.inum);
	/*
	 * As pidns_start_ns() of driver/task.c: the start of the namespace's first
	 * process, as the reaper may be a younger thread of it. That process is alive
	 * here: @task runs in the namespace, and the last thread of the first process ends
	 * after all others have.
	 */
	reaper = BPF_CORE_READ(ns, child_reaper);
	if (reaper)
		who->pidns_start_ns = BPF_CORE_READ(reaper, group_leader, start_boottime);
}

static __always_inline void who_cred(struct who *who, const struct cred *cred)
{
	who->uid = BPF_CORE_READ(cred, uid.val);
	who->euid = BPF_CORE_READ(cred, euid.val);
	who->gid = BPF_CORE_READ(cred, gid.val);
	who->egid = BPF_CORE_READ(cred, egid.val);
	bpf_core_read(&who->cap_inheritable, 8, &cred->cap_inheritable);
	bpf_core_read(&who->cap_permitted, 8, &cred->cap_permitted);
	bpf_core_read(&who->cap_effective, 8, &cred->cap_effective);
}

static __always_inline void who_audit(struct who *who, struct task_struct *task)
{
	struct task_struct___audit *audit = (void *)task;

	who->loginuid = ~0u;
	who->sessionid = ~0u;
	if (bpf_core_field_exists(audit->loginuid)) {
		who->loginuid = BPF_CORE_READ(audit, loginuid.val);
		who->sessionid = BPF_CORE_READ(audit, sessionid);
	}
}

static __always_inline __u32 task_tty(struct task_struct *task)
{
	struct tty_struct *tty = BPF_CORE_READ(task, signal, tty);
	__u32 major, minor;

	if (!tty)
		return 0;
	major = BPF_CORE_READ(tty, driver, major);
	minor = BPF_CORE_READ(tty, driver, minor_start) + BPF_CORE_READ(tty, index);
	return dev_encode(major << 20 | minor);
}

/* Everything but the executable, into a zeroed struct who at place(). */
__noinline int task_who(__u64 at, __u64 used)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct bpf_cpu *cpu = this_cpu();
	struct who *who;

	if (!cpu)
		return 0;
	who = place(cpu, at, used);
	who_pids(who, task);
	who_cred(who, BPF_CORE_READ(task, real_cred));
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
		*ctime = BPF_CORE_READ(split, i_ctime_sec) * NSEC +
			 (BPF_CORE_READ(split, i_ctime_nsec) & ~TIME_QUERIED);
	else if (bpf_core_field_exists(hidden->__i_ctime))
		*ctime = BPF_CORE_READ(hidden, __i_ctime.tv_sec) * NSEC +
			 BPF_CORE_READ(hidden, __i_ctime.tv_nsec);
	else
		*ctime = BPF_CORE_READ(pair, i_ctime.tv_sec) * NSEC +
			 BPF_CORE_READ(pair, i_ctime.tv_nsec);
	if (bpf_core_field_exists(split->i_mtime_sec))
		*mtime = BPF_CORE_READ(split, i_mtime_sec) * NSEC +
			 BPF_CORE_READ(split, i_mtime_nsec);
	else if (bpf_core_field_exists(hidden->__i_mtime))
		*mtime = BPF_CORE_READ(hidden, __i_mtime.tv_sec) * NSEC +
			 BPF_CORE_READ(hidden, __i_mtime.tv_nsec);
	else
		*mtime = BPF_CORE_READ(pair, i_mtime.tv_sec) * NSEC +
			 BPF_CORE_READ(pair, i_mtime.tv_nsec);
}

/* Is a group one of those of these credentials? They are sorted. */
static __always_inline bool cred_in_group(const struct cred *cred, __u32 gid)
{
	struct group_info *groups = BPF_CORE_READ(cred, group_info);
	__u32 left = 0, right = BPF_CORE_READ(groups, ngroups), middle, have;
	int i;

	if (BPF_CORE_READ(cred, fsgid.val) == gid)
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
	return !BPF_CORE_READ(cred, user_ns, parent);
}

/* Do these credentials permit writing the file? By mode bits and capability, as driver/task.c. */
static __always_inline bool exe_writable(struct file *exe, struct inode *inode,
					 const struct cred *cred)
{
	__u32 mode = BPF_CORE_READ(inode, i_mode);
	__u64 caps = 0;

	bpf_core_read(&caps, 8, &cred->cap_effective);
	if (BPF_CORE_READ(inode, i_flags) & S_IMMUTABLE ||
	    BPF_CORE_READ(inode, i_sb, s_flags) & SB_RDONLY ||
	    BPF_CORE_READ(exe, f_path.mnt, mnt_flags) & MNT_READONLY)
		return false;
	if (caps & 1ull << CAP_DAC_OVERRIDE && cred_is_of_host(cred))
		return true;
	if (BPF_CORE_READ(cred, fsuid.val) == BPF_CORE_READ(inode, i_uid.val))
		return mode & 0200;
	if (cred_in_group(cred, BPF_CORE_READ(inode, i_gid.val)))
		return mode & 0020;
	return mode & 0002;
}

/* Inode, times and what is special about an executable, into the struct who at place(). */
__noinline int task_exe(__u64 addr, __u64 at, __u64 used)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	const struct cred *cred = BPF_CORE_READ(task, cred);
	struct file *exe = (void *)addr;
	struct inode *inode = BPF_CORE_READ(exe, f_inode);
	struct dentry *dentry = BPF_CORE_READ(exe, f_path.dentry);
	__u32 mode = BPF_CORE_READ(inode, i_mode), flags = 0;
	struct bpf_cpu *cpu = this_cpu();
	struct who *who;

	if (!cpu)
		return 0;
	who = place(cpu, at, used);
	who->exe_ino = BPF_CORE_READ(inode, i_ino);
	who->exe_dev = inode_dev(inode);
	inode_times(inode, &who->exe_ctime_ns, &who->exe_mtime_ns);
	if (file_kind(addr) == EV_FD_MEMFD)
		flags |= FLAG_exe_flags_MEMFD;
	if (!BPF_CORE_READ(inode, i_nlink) || (!BPF_CORE_READ(dentry, d_hash.pprev) &&
					       BPF_CORE_READ(dentry, d_parent) != dentry))
		flags |= FLAG_exe_flags_UNLINKED;
	if (exe_writable(exe, inode, cred))
		flags |= FLAG_exe_flags_WRITABLE;
	if (mode & S_ISUID)
		flags |= FLAG_exe_flags_SETUID;
	if ((mode & (S_ISGID | 0010)) == (S_ISGID | 0010))
		flags |= FLAG_exe_flags_SETGID;
	who->exe_flags = flags;
	return 0;
}

#endif /* SAKER_BPF_TASK_H */
