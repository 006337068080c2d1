// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reads the fields that describe a task. struct pid already holds the number in
 * every namespace; reading it under RCU costs a tenth of the kernel's helper
 * functions.
 */
#include "task.h"

#include <asm/word-at-a-time.h>
#include <linux/audit.h>
#include <linux/build_bug.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/sched/signal.h>
#include <linux/string.h>
#include <saker/flags.h>
#include "compat/fs.h"
#include "path.h"

#define WHO_OF(ev)								\
	static_assert(offsetofend(struct ev_##ev, comm) -			\
		      offsetof(struct ev_##ev, ppid) == sizeof(struct saker_who) && \
		      offsetof(struct ev_##ev, comm) - offsetof(struct ev_##ev, ppid) == \
		      offsetof(struct saker_who, comm))
WHO_OF(execve);
WHO_OF(task);

/* The bytes of a word up to its NUL; later bytes are left over from an older name. */
static inline u64 word_of_name(u64 word, bool *end)
{
	const struct word_at_a_time constants = WORD_AT_A_TIME_CONSTANTS;
	unsigned long zeros;

	*end = has_zero(word, &zeros, &constants);
	if (!*end)
		return word;
	zeros = create_zero_mask(prep_zero_mask(word, zeros, &constants));
	return word & zero_bytemask(zeros);
}

void saker_task_comm(struct ev_comm *comm, const struct task_struct *task)
{
	u64 word[2];
	bool end;

	BUILD_BUG_ON(sizeof(word) != TASK_COMM_LEN || sizeof(word) != sizeof(*comm));
	memcpy(word, task->comm, sizeof(word));
	word[0] = word_of_name(word[0], &end);
	word[1] = end ? 0 : word_of_name(word[1], &end);
	memcpy(comm, word, sizeof(word));
}

/*
 * pidns_start_ns() - when the first process of @task's pid namespace started
 *
 * ns->child_reaper is a thread of that process, not always its first. While a task
 * runs in the namespace the reaper is alive: the last thread of its process waits
 * until all others are reaped (zap_pid_ns_processes()). So for current it can be
 * read, which is cheap. When only a zombie holds the namespace, the pointer is left
 * standing although that thread was freed: then number 1 is looked up.
 */
static u64 pidns_start_ns(struct pid_namespace *ns, const struct task_struct *task)
{
	struct task_struct *init;
	u64 start = 0;

	if (likely(task == current))
		return saker_start_boottime(READ_ONCE(ns->child_reaper)->group_leader);
	/* pid_task() checks for this lock, although a hook has preemption off. */
	rcu_read_lock();
	init = pid_task(find_pid_ns(1, ns), PIDTYPE_PID);
	if (init)
		start = saker_start_boottime(init);
	rcu_read_unlock();
	return start;
}

static void who_pids(struct saker_who *who, struct task_struct *task)
{
	struct pid *pid = task_pid(task);
	struct pid *pgrp = task_pgrp(task), *session = task_session(task);
	struct pid_namespace *ns = pid ? ns_of_pid(pid) : NULL;

	if (!ns)		/* just reaped: its parent may be freed too */
		return;
	who->ppid = saker_rcu_dereference(task->real_parent)->tgid;
	who->pgid = saker_pid_in(pgrp, &init_pid_ns);
	who->sid = saker_pid_in(session, &init_pid_ns);
	who->vtid = saker_pid_in(pid, ns);
	who->vpid = saker_pid_in(task_tgid(task), ns);
	who->vpgid = saker_pid_in(pgrp, ns);
	who->pidns = ns->ns.inum;
	who->pidns_start_ns = pidns_start_ns(ns, task);
}

static void who_cred(struct saker_who *who, const struct cred *cred)
{
	who->uid = __kuid_val(cred->uid);
	who->euid = __kuid_val(cred->euid);
	who->gid = __kgid_val(cred->gid);
	who->egid = __kgid_val(cred->egid);
	who->cap_inheritable = saker_cap(cred->cap_inheritable);
	who->cap_permitted = saker_cap(cred->cap_permitted);
	who->cap_effective = saker_cap(cred->cap_effective);
}

void saker_task_who(struct saker_who *who, struct task_struct *task)
{
	saker_assert_rcu();
	who_pids(who, task);
	who_cred(who, saker_rcu_dereference(task->real_cred));
	who->loginuid = __kuid_val(audit_get_loginuid(task));
	who->sessionid = audit_get_sessionid(task);
	saker_task_comm(&who->comm, task);
}

static u64 timespec_ns(struct timespec64 ts)
{
	return (u64)ts.tv_sec * NSEC_PER_SEC + ts.tv_nsec;
}

/* groups_search() is not exported. */
static bool cred_in_group(const struct cred *cred, kgid_t gid)
{
	const struct group_info *groups = cred->group_info;
	unsigned int left = 0, right = groups->ngroups;

	if (gid_eq(cred->fsgid, gid))
		return true;
	while (left < right) {
		unsigned int middle = (left + right) / 2;

		if (gid_eq(groups->gid[middle], gid))
			return true;
		if (gid_gt(gid, groups->gid[middle]))
			left = middle + 1;
		else
			right = middle;
	}
	return false;
}

/*
 * exe_writable() - do these credentials permit writing the file?
 *
 * By mode bits and capability alone, because inode_permission() may sleep.
 * Access control lists and security modules may decide otherwise.
 */
static bool exe_writable(const struct file *exe, const struct inode *inode,
			 const struct cred *cred)
{
	umode_t mode = inode->i_mode;

	if (IS_IMMUTABLE(inode) || sb_rdonly(inode->i_sb) ||
	    READ_ONCE(exe->f_path.mnt->mnt_flags) & MNT_READONLY)
		return false;
	if (cap_raised(cred->cap_effective, CAP_DAC_OVERRIDE) && cred->user_ns == &init_user_ns)
		return true;
	if (uid_eq(cred->fsuid, inode->i_uid))
		return mode & 0200;
	if (cred_in_group(cred, inode->i_gid))
		return mode & 0020;
	return mode & 0002;
}

static u32 exe_flags(const struct file *exe, const struct inode *inode, const struct cred *cred)
{
	u32 layer = saker_inode_layer(inode), flags = 0;

	if (layer)
		flags = layer == SAKER_file_layer_upper ? SAKER_exe_flags_UPPER_LAYER :
							  SAKER_exe_flags_LOWER_LAYER;
	if (saker_file_kind(exe) == EV_FD_MEMFD)
		flags |= SAKER_exe_flags_MEMFD;
	if (!inode->i_nlink || d_unlinked(exe->f_path.dentry))
		flags |= SAKER_exe_flags_UNLINKED;
	if (exe_writable(exe, inode, cred))
		flags |= SAKER_exe_flags_WRITABLE;
	if (inode->i_mode & S_ISUID)
		flags |= SAKER_exe_flags_SETUID;
	if ((inode->i_mode & (S_ISGID | 0010)) == (S_ISGID | 0010))
		flags |= SAKER_exe_flags_SETGID;
	return flags;
}

void saker_task_exe(struct saker_who *who, const struct file *exe, const struct cred *cred)
{
	const struct inode *inode = file_inode(exe);

	who->exe_ino = saker_inode_ino(inode);
	who->exe_dev = saker_inode_dev(inode);
	who->exe_ctime_ns = timespec_ns(saker_inode_ctime(inode));
	who->exe_mtime_ns = timespec_ns(saker_inode_mtime(inode));
	who->exe_flags = exe_flags(exe, inode, cred);
}
