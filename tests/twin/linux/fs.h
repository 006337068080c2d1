/* SPDX-License-Identifier: GPL-2.0-only */
/* As much of files, names and descriptors as the pending table reads. */
#ifndef TWIN_LINUX_FS_H
#define TWIN_LINUX_FS_H

#include <fcntl.h>
#include <sys/stat.h>
#include "kernel.h"

struct timespec64 {
	s64 tv_sec;
	long tv_nsec;
};

struct super_block {
	u32 s_dev;
	unsigned long s_magic;
};

#define FMODE_WRITE		2u
#define OPEN_FMODE(flags)	(((flags) + 1) & 3)

struct inode {
	u64 i_ino;
	u16 i_mode;
	struct super_block *i_sb;
	struct timespec64 i_ctime, i_mtime;
};

struct dentry;

struct dentry_operations {
	char *(*d_dname)(struct dentry *dentry, char *buf, int len);
};

struct dentry {
	const char *name;
	struct inode *d_inode;
	const struct dentry_operations *d_op;
};

struct path {
	struct dentry *dentry;
};

struct file {
	struct path f_path;
	u32 f_flags;
	long references;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	atomic_t count;			/* of the tasks that share it */
	struct fdtable *fdt;
};

struct fs_struct {
	unsigned int seq;
	struct path root, pwd;
};

#define read_seqcount_begin(seq)	(*(seq))
#define read_seqcount_retry(seq, was)	(*(seq) != (was))
#define file_inode(file)	((file)->f_path.dentry->d_inode)
#define d_backing_inode(dentry)	((dentry)->d_inode)
#define new_encode_dev(dev)	(dev)
#define file_count(file)	((file)->references)
#define array_index_nospec(i, n)	(i)

static inline struct file *get_file(struct file *file)
{
	file->references++;
	return file;
}

#define get_file_rcu(file)	((file)->references++ > 0)

/* test-pending-twin.c makes the files and descriptors. */
struct file *shmem_file_setup(const char *name, u64 size, unsigned long flags);
void fput(struct file *file);
struct file *fget_raw(unsigned int fd);
int get_unused_fd_flags(unsigned int flags);
void fd_install(unsigned int fd, struct file *file);
int close_fd(unsigned int fd);

#endif
