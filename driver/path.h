/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads paths and kinds from struct file and struct path.
 */
#ifndef SAKER_PATH_H
#define SAKER_PATH_H

#include <linux/dcache.h>
#include <linux/fdtable.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/kdev_t.h>
#include <linux/magic.h>
#include <linux/nospec.h>
#include <linux/sched.h>
#include "fill.h"
#include "fill/object.h"
#include "part.h"

#ifndef PID_FS_MAGIC
#define PID_FS_MAGIC 0x50494446	/* from 6.9 on, pidfds have a file system of their own */
#endif

/* A path as text, in the caller's memory. */
struct saker_text {
	const char *at;
	u32 len;
	u32 full;		/* its full length, or SAKER_UNMEASURED */
	u32 prov;		/* EV_PROV_TRUNCATED, EV_PROV_UNREADABLE, or 0 */
};

/**
 * saker_path_text() - a resolved path, relative to the root of current
 * @path:	held by the caller, or valid within RCU
 * @buf:	the text is placed somewhere in it; @room bytes, and 8 beyond, that keep
 *	their value
 *
 * As saker_part_path(), which writes the part directly. Return: 0, or -errno: the text is
 * truncated or unreadable; -ENAMETOOLONG if more room would have helped.
 */
int saker_path_text(struct saker_text *ret, const struct path *path, char *buf, u32 room);

/**
 * saker_path_name() - likewise, of a name in a directory
 * @dir:	the directory; the lock of its inode is held, so the name does not change
 * @name:	need not exist, and may be about to be removed
 */
int saker_path_name(struct saker_text *ret, const struct path *dir, const struct dentry *name,
		    char *buf, u32 room);

/**
 * saker_object_dentry() - the file that a hook was passed, if it exists and is recorded by number
 * @args:	arguments of the hooked function
 */
static inline const struct dentry *saker_object_dentry(const struct object *o,
						       const unsigned long *args)
{
	switch (o->kind) {
	case OBJECT_AT:
		return ((const struct path *)args[o->a])->dentry;
	case OBJECT_FILE:
		return ((const struct file *)args[o->a])->f_path.dentry;
	case OBJECT_OF:
		return (const struct dentry *)args[o->a];
	}
	return NULL;
}

/**
 * saker_object_text() - likewise, of an object that a hook was passed
 * @args:	arguments of the hooked function
 */
int saker_object_text(struct saker_text *ret, const struct object *o, const unsigned long *args,
		      char *buf, u32 room);

/**
 * saker_part_text() - write a part from a path that was resolved before
 * @prov:	EV_PROV_KERNEL or EV_PROV_SHARED_FD: how it was found
 */
void saker_part_text(struct saker_fill *f, struct ev_part *part, unsigned int field,
		     const struct saker_text *text, unsigned int prov);

/**
 * saker_part_path() - a resolved path, relative to the root of current
 * @path:	held by the caller, or valid within RCU
 * @prov:	EV_PROV_KERNEL or EV_PROV_SHARED_FD: how @path was found
 *
 * Task context. Of a path longer than PATH_MAX the end is kept, if the kernel
 * provides it; after exit_fs() there is no root, and the part is unreadable.
 */
void saker_part_path(struct saker_fill *f, struct ev_part *part, unsigned int field,
		     const struct path *path, unsigned int prov);

/**
 * saker_part_path_whole() - a resolved path up to the root of its mount namespace
 *
 * So a chroot takes nothing off it. Takes task_lock(), a leaf. Not within another.
 */
void saker_part_path_whole(struct saker_fill *f, struct ev_part *part, unsigned int field,
			   const struct path *path);

/**
 * saker_part_pwd() - working directory of current
 */
void saker_part_pwd(struct saker_fill *f, struct ev_part *part, unsigned int field);

/**
 * saker_path_print() - call d_path() unless the file system would take a lock of its own
 *
 * Return: as d_path(); -EINVAL for objects whose name would need a lock.
 */
char *saker_path_print(const struct path *path, char *buf, int len);

/* saker_dentry_is_named() - does it have a name? If not, d_dname() generates one. */
static inline bool saker_dentry_is_named(const struct dentry *dentry)
{
	return likely(!dentry->d_op || !dentry->d_op->d_dname);
}

/**
 * saker_file_kind() - enum ev_fd_kind
 */
u32 saker_file_kind_unusual(const struct file *file);

static inline u32 saker_file_kind(const struct file *file)
{
	if (likely(S_ISREG(file_inode(file)->i_mode) && saker_dentry_is_named(file->f_path.dentry)))
		return EV_FD_FILE;
	return saker_file_kind_unusual(file);
}

static inline u32 saker_inode_dev(const struct inode *inode)
{
	return new_encode_dev(inode->i_sb->s_dev);
}

/* saker_fd_has_path() - was it opened by a path, or does it have a name like one? */
static inline bool saker_fd_has_path(u32 kind)
{
	return (kind != EV_FD_NONE && kind <= EV_FD_SYMLINK) || kind == EV_FD_MEMFD;
}

/**
 * saker_file_fd() - describe the file or socket behind a descriptor
 * @file:	held; within RCU or with preemption off
 */
void saker_file_fd(struct ev_fd *fd, struct file *file);

/* A file by descriptor, and how far the descriptor can be trusted. */
struct saker_fd {
	struct file *file;	/* NULL if there is none */
	unsigned int prov;	/* EV_PROV_KERNEL or EV_PROV_SHARED_FD */
};

/**
 * saker_fd_get() - what is behind a descriptor of current now, O_PATH too
 *
 * No reference is taken if no other task shares the table, as then no other task
 * can close the file. A task that shared the table, replaced the descriptor and
 * has exited since is not noticed; so the file is evidence, not proof.
 */
static inline struct saker_fd saker_fd_get(unsigned int nr)
{
	struct files_struct *files = current->files;
	struct saker_fd fd = {};
	struct fdtable *fdt;

	if (unlikely(!files))
		return fd;
	if (unlikely(atomic_read(&files->count) != 1)) {
		fd.file = fget_raw(nr);
		fd.prov = EV_PROV_SHARED_FD;
		return fd;
	}
	fdt = rcu_dereference_raw(files->fdt);
	if (nr < fdt->max_fds)
		fd.file = rcu_dereference_raw(fdt->fd[array_index_nospec(nr, fdt->max_fds)]);
	return fd;
}

static inline void saker_fd_put(struct saker_fd fd)
{
	if (unlikely(fd.prov && fd.file))
		fput(fd.file);
}

#endif /* SAKER_PATH_H */
