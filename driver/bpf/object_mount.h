/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds a mount for a file of which a function hook is passed the dentry only.
 */
#ifndef SAKER_BPF_OBJECT_MOUNT_H
#define SAKER_BPF_OBJECT_MOUNT_H

#include "call.h"
#include "path.h"

/* Is a file on this mount? Then it has a path there. As mount_has() in driver/path.c. */
__noinline int object_is_on(__u64 vfs, __u64 leaf)
{
	struct dentry *dentry = (void *)leaf, *top, *parent;
	struct vfsmount *mnt = (void *)vfs;

	if (!mnt || BPF_CORE_READ(mnt, mnt_sb) != BPF_CORE_READ(dentry, d_sb))
		return 0;
	top = BPF_CORE_READ(mnt, mnt_root);
	for (__u32 i = 0; i < BPF_PATH_STEPS; i++) {
		if (dentry == top)
			return 1;
		parent = BPF_CORE_READ(dentry, d_parent);
		if (parent == dentry)
			return 0;
		dentry = parent;
	}
	return 0;
}

/* The first argument of the call of the current task. */
static __always_inline __u64 object_first_arg(struct task_struct *task)
{
	struct pt_regs *regs = current_regs(task);
	__u32 abi;

	call_number(task, HOT(regs, orig_ax), &abi);
	return abi == EV_ABI_IA32 ? HOT(regs, bx) : HOT(regs, di);
}

/* As dentry_text() in driver/path.c: a mount that the task uses and that has the file, or NULL. */
static __always_inline struct vfsmount *object_mount(struct dentry *dentry)
{
	struct task_struct *task = current_task();
	struct fs_struct *fs = HOT(task, fs);
	struct file *file = fd_get(object_first_arg(task)).file;
	struct vfsmount *mnt = BPF_CORE_READ(file, f_path.mnt);

	if (object_is_on((__u64)mnt, (__u64)dentry))
		return mnt;
	if (!fs)
		return NULL;
	mnt = BPF_CORE_READ(fs, pwd.mnt);
	if (object_is_on((__u64)mnt, (__u64)dentry))
		return mnt;
	mnt = BPF_CORE_READ(fs, root.mnt);
	return object_is_on((__u64)mnt, (__u64)dentry) ? mnt : NULL;
}

#endif /* SAKER_BPF_OBJECT_MOUNT_H */
