/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads where a mount is mounted. The kernel declares this for itself only, and d_path(), which
 * reads it, costs three times as much as a walk of our own.
 */
#ifndef SAKER_MOUNT_H
#define SAKER_MOUNT_H

#include <linux/compiler.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/mount.h>
#include <linux/types.h>

/* The beginning of the kernel's struct mount, if saker_mount_is_known() is true. */
struct saker_mount {
	struct hlist_node hash;
	struct saker_mount *parent;	/* itself: it is not mounted anywhere */
	struct dentry *mountpoint;	/* in the parent */
	struct vfsmount mnt;
};

extern bool saker_mount_known;

/* saker_mount_init() - compare this form of a mount with what the kernel says; may sleep */
void saker_mount_init(void);

/* saker_mount_is_known() - is struct saker_mount the form that this kernel has? */
static inline bool saker_mount_is_known(void)
{
	return likely(saker_mount_known);
}

/* The mount with this vfsmount. Within RCU. */
static inline const struct saker_mount *saker_mount_of(const struct vfsmount *mnt)
{
	return container_of(mnt, struct saker_mount, mnt);
}

#endif /* SAKER_MOUNT_H */
