/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hides the differences between kernels for files: inode times, the lock of
 * fs_struct, a file held by another task's mm.
 */
#ifndef SAKER_COMPAT_FS_H
#define SAKER_COMPAT_FS_H

#include <linux/fs.h>
#include <linux/fs_struct.h>
#include <linux/magic.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/seqlock.h>
#include <saker/flags.h>
#ifdef HAVE_OPEN_HOW
#include <linux/openat2.h>
#else
struct open_how {				/* as openat2() has it, which this kernel lacks */
	u64 flags, mode, resolve;
};
#endif

/* What overlayfs keeps behind the inode of a file: it declares that in no header. */
struct saker_overlay_layers {
	const struct dentry *upper;	/* NULL: the file is in a lower layer only */
	const struct inode *lower;	/* NULL: it never was in one */
};

/**
 * saker_inode_ino() - the number of a file, as stat() returns it
 *
 * Where an overlay's inode has another number: that of the file in the layer it came from, which is
 * right if all layers are on one file system.
 */
static inline u64 saker_inode_ino(const struct inode *inode)
{
#ifndef HAVE_OVERLAY_INO
	const struct saker_overlay_layers *layers = (const void *)(inode + 1);

	if (inode->i_sb->s_magic == OVERLAYFS_SUPER_MAGIC && S_ISREG(inode->i_mode)) {
		if (READ_ONCE(layers->lower))
			return layers->lower->i_ino;
		if (READ_ONCE(layers->upper))
			return d_inode(layers->upper)->i_ino;
	}
#endif
	return inode->i_ino;
}

/* saker_inode_layer() - in which layer of an overlay the file lies, or 0 */
static inline u32 saker_inode_layer(const struct inode *inode)
{
	const struct saker_overlay_layers *layers = (const void *)(inode + 1);

	if (likely(inode->i_sb->s_magic != OVERLAYFS_SUPER_MAGIC))
		return 0;
	return READ_ONCE(layers->upper) ? SAKER_file_layer_upper : SAKER_file_layer_lower;
}

/**
 * saker_file_layer() - likewise, of a file that is opened
 *
 * When the function hook sees a file, it has not yet been copied to the upper layer, as it will be
 * if it may be written.
 */
static inline u32 saker_file_layer(const struct file *file)
{
	u32 layer = saker_inode_layer(file_inode(file));

	if (unlikely(layer) && (OPEN_FMODE(file->f_flags) & FMODE_WRITE || file->f_flags & O_TRUNC))
		return SAKER_file_layer_upper;
	return layer;
}

static inline struct timespec64 saker_inode_ctime(const struct inode *inode)
{
#ifdef HAVE_INODE_GET_CTIME
	return inode_get_ctime(inode);
#else
	return inode->i_ctime;
#endif
}

static inline struct timespec64 saker_inode_mtime(const struct inode *inode)
{
#ifdef HAVE_INODE_GET_MTIME
	return inode_get_mtime(inode);
#else
	return inode->i_mtime;
#endif
}

static inline void saker_fs_copy(struct fs_struct *fs, const struct path *from, struct path *path)
{
	unsigned int seq;

#ifdef HAVE_FS_STRUCT_SEQLOCK
	do {
		seq = read_seqbegin(&fs->seq);
		*path = *from;
	} while (read_seqretry(&fs->seq, seq));
#else
	do {
		seq = read_seqcount_begin(&fs->seq);
		*path = *from;
	} while (read_seqcount_retry(&fs->seq, seq));
#endif
}

/* saker_fs_pwd() - working directory, as getcwd() reads it: valid within RCU, no reference */
static inline void saker_fs_pwd(struct fs_struct *fs, struct path *pwd)
{
	saker_fs_copy(fs, &fs->pwd, pwd);
}

/* saker_fs_root() - likewise, the root */
static inline void saker_fs_root(struct fs_struct *fs, struct path *root)
{
	saker_fs_copy(fs, &fs->root, root);
}

/* saker_get_file_rcu() - a reference to the file behind an RCU pointer, or NULL */
static inline struct file *saker_get_file_rcu(struct file __rcu **at)
{
	struct file *file;

	rcu_read_lock();
#ifdef HAVE_GET_FILE_RCU_POINTER
	file = get_file_rcu(at);
#else
	do {
		file = rcu_dereference(*at);
	} while (file && !get_file_rcu(file));
#endif
	rcu_read_unlock();
	return file;
}

/*
 * saker_task_has_uring() - may work of io_uring run in this task?
 *
 * Before v5.10 a task does not show it. From v5.6 on, with openat2(), io_uring opens files, so
 * it may; before, it does nothing that a function hook sees.
 */
static inline bool saker_task_has_uring(const struct task_struct *task)
{
#ifdef HAVE_TASK_IO_URING
	return task->io_uring;
#elif defined(CONFIG_IO_URING) && defined(HAVE_OPEN_HOW)
	return true;
#else
	return false;
#endif
}

#endif /* SAKER_COMPAT_FS_H */
