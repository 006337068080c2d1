/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads paths and kinds of files, as driver/path.h. bpf_d_path() is allowed only
 * in hook_security.h. Everywhere else the dentries are walked, a bounded number
 * of steps. The kernel's rename lock is read before and after; a path that
 * changed or is too deep is recorded as unreadable.
 */
#ifndef SAKER_BPF_PATH_H
#define SAKER_BPF_PATH_H

#include "part.h"

extern const void rename_lock __ksym __weak;

/* From up to 8 bytes of a name to a number that can be compared. */
#define NAME8(a, b, c, d, e, f, g, h)							\
	((__u64)(a) | (__u64)(b) << 8 | (__u64)(c) << 16 | (__u64)(d) << 24 |		\
	 (__u64)(e) << 32 | (__u64)(f) << 40 | (__u64)(g) << 48 | (__u64)(h) << 56)
#define NAME_BITS(n)	(~0ull >> (8 - (n)) * 8)

static const struct {
	__u64 name, bits;
	__u32 kind;
} anon_kinds[] = {
	{ NAME8('[', 'e', 'v', 'e', 'n', 't', 'f', 'd'), NAME_BITS(8), EV_FD_EVENT },
	{ NAME8('[', 'e', 'v', 'e', 'n', 't', 'p', 'o'), NAME_BITS(8), EV_FD_EVENTPOLL },
	{ NAME8('i', 'n', 'o', 't', 'i', 'f', 'y', 0), NAME_BITS(7), EV_FD_INOTIFY },
	{ NAME8('[', 's', 'i', 'g', 'n', 'a', 'l', 'f'), NAME_BITS(8), EV_FD_SIGNAL },
	{ NAME8('[', 't', 'i', 'm', 'e', 'r', 'f', 'd'), NAME_BITS(8), EV_FD_TIMER },
	{ NAME8('[', 'p', 'i', 'd', 'f', 'd', ']', 0), NAME_BITS(7), EV_FD_PIDFD },
	{ NAME8('[', 'i', 'o', '_', 'u', 'r', 'i', 'n'), NAME_BITS(8), EV_FD_IO_URING },
	{ NAME8('[', 'u', 's', 'e', 'r', 'f', 'a', 'u'), NAME_BITS(8), EV_FD_USERFAULT },
	{ NAME8('b', 'p', 'f', '-', 0, 0, 0, 0), NAME_BITS(4), EV_FD_BPF },
	{ NAME8('b', 'p', 'f', '_', 0, 0, 0, 0), NAME_BITS(4), EV_FD_BPF },
};

/* Does it have a name? If not, d_dname() generates one. */
static __always_inline bool dentry_is_named(struct dentry *dentry)
{
	const struct dentry_operations *op = BPF_CORE_READ(dentry, d_op);

	return !op || !BPF_CORE_READ(op, d_dname);
}

static __always_inline __u64 dentry_name8(struct dentry *dentry)
{
	__u64 word = 0;

	bpf_probe_read_kernel(&word, sizeof(word), BPF_CORE_READ(dentry, d_name.name));
	return word;
}

static __always_inline __u32 anon_kind(struct dentry *dentry)
{
	__u64 word = dentry_name8(dentry);

	for (__u32 i = 0; i < sizeof(anon_kinds) / sizeof(*anon_kinds); i++)
		if ((word & anon_kinds[i].bits) == anon_kinds[i].name)
			return anon_kinds[i].kind;
	return EV_FD_ANON;
}

/* enum ev_fd_kind of a file, as saker_file_kind(). */
__noinline int file_kind(__u64 addr)
{
	struct file *file = (void *)addr;
	struct dentry *dentry = BPF_CORE_READ(file, f_path.dentry);
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	__u64 magic = BPF_CORE_READ(inode, i_sb, s_magic);

	switch (BPF_CORE_READ(inode, i_mode) & S_IFMT) {
	case S_IFREG:
		if (magic == PID_FS_MAGIC)
			return EV_FD_PIDFD;
		if (!dentry_is_named(dentry) && (dentry_name8(dentry) & NAME_BITS(6)) ==
						NAME8('m', 'e', 'm', 'f', 'd', ':', 0, 0))
			return EV_FD_MEMFD;
		return EV_FD_FILE;
	case S_IFDIR:
		return EV_FD_DIR;
	case S_IFCHR:
		return EV_FD_CHR;
	case S_IFBLK:
		return EV_FD_BLK;
	case S_IFIFO:
		return magic == PIPEFS_MAGIC ? EV_FD_PIPE : EV_FD_FIFO;
	case S_IFLNK:
		return EV_FD_SYMLINK;
	case S_IFSOCK:
		return EV_FD_SOCKET;
	}
	return anon_kind(dentry);
}

/* new_encode_dev() of the kernel's own form (linux/kdev_t.h). */
static __always_inline __u32 dev_encode(__u32 dev)
{
	__u32 major = dev >> 20, minor = dev & 0xfffff;

	return (minor & 0xff) | major << 8 | (minor & ~0xffu) << 12;
}

static __always_inline __u32 inode_dev(struct inode *inode)
{
	return dev_encode(BPF_CORE_READ(inode, i_sb, s_dev));
}

static __always_inline __u32 rename_count(void)
{
	__u32 count = 0;

	if (&rename_lock)
		bpf_probe_read_kernel(&count, sizeof(count), &rename_lock);
	return count;
}

/*
 * Names from the leaf to the root of the current task, or, with @whole, to that of the mount
 * namespace. Return: how many, or -errno.
 */
static __always_inline int path_walk(struct bpf_walk *walk, struct vfsmount *vfs,
				     struct dentry *dentry, bool whole)
{
	struct fs_struct *fs = BPF_CORE_READ((struct task_struct *)bpf_get_current_task(), fs);
	struct vfsmount *root_mnt = BPF_CORE_READ(fs, root.mnt);
	struct dentry *root = BPF_CORE_READ(fs, root.dentry), *parent;
	struct mount *mnt, *above;
	__u32 i, n;

	if (!fs)
		return -EFAULT;
	walk->steps = 0;
	for (i = 0; i < BPF_PATH_STEPS + BPF_PATH_MOUNTS; i++) {
		n = *(volatile __u64 *)&walk->steps;
		if (dentry == root && vfs == root_mnt && !whole)
			return n;
		parent = BPF_CORE_READ(dentry, d_parent);
		if (dentry == BPF_CORE_READ(vfs, mnt_root) || dentry == parent) {
			mnt = (void *)vfs - bpf_core_field_offset(struct mount, mnt);
			above = BPF_CORE_READ(mnt, mnt_parent);
			if (above == mnt || !above)
				return n;	/* outside the task's root, as in d_path() */
			dentry = BPF_CORE_READ(mnt, mnt_mountpoint);
			vfs = member_of(struct mount, above, mnt);
			continue;
		}
		if (n >= BPF_PATH_STEPS)
			return -ENAMETOOLONG;
		walk->step[n & (BPF_PATH_STEPS - 1)].name =
			(__u64)BPF_CORE_READ(dentry, d_name.name);
		walk->step[n & (BPF_PATH_STEPS - 1)].len = BPF_CORE_READ(dentry, d_name.len);
		walk->steps = n + 1;
		dentry = parent;
	}
	return -ENAMETOOLONG;
}

/* Files outside every mount: "/memfd:name". */
static __always_inline int path_unnamed(struct bpf_walk *walk, struct dentry *dentry)
{
	__u64 magic = BPF_CORE_READ(dentry, d_sb, s_magic);

	if (magic != TMPFS_MAGIC && magic != HUGETLBFS_MAGIC)
		return -EFAULT;
	walk->step[0].name = (__u64)BPF_CORE_READ(dentry, d_name.name);
	walk->step[0].len = BPF_CORE_READ(dentry, d_name.len);
	return 1;
}

/* Write the names that path_walk() found at @dst, from the root on. Return: the length. */
static __always_inline int path_join(const struct bpf_walk *walk, char *dst, __u32 steps)
{
	__u64 len = 0, n;
	__u32 i, k;

	for (i = 0; i < BPF_PATH_STEPS; i++) {
		if (i >= steps)
			break;
		k = (steps - 1 - i) & (BPF_PATH_STEPS - 1);
		n = bounded(walk->step[k].len, 0xff);
		len = bounded(len, 0xfff);
		if (len + n + 2 > PART_PATH_MAX)
			return -ENAMETOOLONG;
		dst[len] = '/';
		bpf_probe_read_kernel(dst + len + 1, n, (void *)walk->step[k].name);
		len += n + 1;
	}
	if (!len) {
		*dst = '/';
		len = 1;
	}
	return len;
}

/*
 * path_text() - a path, relative to the root of the current task
 * @walk:	not used by any other program meanwhile
 * @whole:	relative to the root of the mount namespace
 * @dst:	PART_PATH_MAX bytes, and BPF_PATH_SLACK for the verifier
 *
 * Return: its length, or -errno: unreadable.
 */
static __always_inline int path_text(struct bpf_walk *walk, struct vfsmount *mnt,
				     struct dentry *dentry, bool whole, char *dst)
{
	__u32 renames = rename_count();
	bool gone, named;
	__u64 len;
	int n;

	named = dentry_is_named(dentry);
	gone = !named || (!BPF_CORE_READ(dentry, d_hash.pprev) &&
			  BPF_CORE_READ(dentry, d_parent) != dentry);
	n = named ? path_walk(walk, mnt, dentry, whole) : path_unnamed(walk, dentry);
	if (n < 0)
		return n;
	n = path_join(walk, dst, n);
	if (n < 0)
		return n;
	if (renames % 2 || renames != rename_count())
		return -EFAULT;
	if (!gone)
		return n;
	if (n > PART_PATH_MAX - 11)
		return -ENAMETOOLONG;
	len = bounded(n, 0xfff);
	__builtin_memcpy(dst + len, " (deleted)", 10);
	return len + 10;
}

/*
 * path_print() - write a path into the record that is being filled
 * @at, @used:	where it goes, as for place()
 *
 * A function of its own, so that the verifier walks its loops once. Return: as path_text().
 */
__noinline int path_print(__u64 mnt, __u64 dentry, __u64 at, __u64 used, bool whole)
{
	struct bpf_cpu *cpu = this_cpu();

	if (!cpu || !dentry)
		return -EFAULT;
	return path_text(&cpu->state.walk, (void *)mnt, (void *)dentry, whole,
			 place(cpu, at, used));
}

static __always_inline void part_path_from(struct fill *f, struct ev_part *part, __u32 field,
					   struct vfsmount *mnt, struct dentry *dentry,
					   __u32 prov, bool whole)
{
	int n = path_print((__u64)mnt, (__u64)dentry, f->at, f->used, whole);

	if (n < 0) {
		prov_set(f, field, prov | EV_PROV_UNREADABLE);
		return;
	}
	*(__u64 *)(part_at(f) + bounded(n, 0x1fff)) = 0;
	part_end(f, part, n, n, n);
	if (prov)
		prov_set(f, field, prov);
}

/* As saker_part_path(). */
static __always_inline void part_path(struct fill *f, struct ev_part *part, __u32 field,
				      struct vfsmount *mnt, struct dentry *dentry, __u32 prov)
{
	part_path_from(f, part, field, mnt, dentry, prov, false);
}

/* As saker_part_path_whole(). */
static __always_inline void part_path_whole(struct fill *f, struct ev_part *part, __u32 field,
					    struct vfsmount *mnt, struct dentry *dentry)
{
	part_path_from(f, part, field, mnt, dentry, 0, true);
}

/* A file by descriptor, and how reliable the descriptor is, as in driver/path.h. */
struct by_fd {
	struct file *file;
	__u32 prov;
};

static __always_inline struct by_fd fd_get(__u32 nr)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct files_struct *files = BPF_CORE_READ(task, files);
	struct fdtable *fdt = BPF_CORE_READ(files, fdt);
	struct by_fd ret = {};

	if (BPF_CORE_READ(files, count.counter) != 1)
		ret.prov = EV_PROV_SHARED_FD;
	if (files && nr < BPF_CORE_READ(fdt, max_fds))
		bpf_probe_read_kernel(&ret.file, sizeof(ret.file), BPF_CORE_READ(fdt, fd) + nr);
	return ret;
}

#endif /* SAKER_BPF_PATH_H */
