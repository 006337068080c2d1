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

enum {
#define FLAGSET(set, reading)
#define FLAG(set, name, value)	FLAG_##set##_##name = value,
#include <saker/flags.def>
#undef FLAGSET
#undef FLAG
};

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
static __always_inline bool dentry_is_named(enum how how, struct dentry *dentry)
{
	const struct dentry_operations *op = LOAD(how, dentry, d_op);

	return !op || !LOAD(how, op, d_dname);
}

/* Is it the name of no file any more? */
static __always_inline bool dentry_is_gone(enum how how, struct dentry *dentry)
{
	return !LOAD(how, dentry, d_hash.pprev) && LOAD(how, dentry, d_parent) != dentry;
}

/* Offset of a short name in its dentry; 0 if this kernel has neither member. */
static __always_inline __u32 short_name_at(void)
{
	if (bpf_core_field_exists(((struct dentry___iname *)0)->d_iname))
		return bpf_core_field_offset(struct dentry___iname, d_iname);
	if (bpf_core_field_exists(((struct dentry___shortname *)0)->d_shortname))
		return bpf_core_field_offset(struct dentry___shortname, d_shortname);
	return 0;
}

/* Is the name of the dentry in the dentry itself? */
static __always_inline bool name_is_short(__u64 dentry, __u64 name)
{
	__u64 inside = dentry + short_name_at();

	/* Without this the compiler loads from the name, which is a number for the verifier. */
	asm volatile("" : "+r"(inside));
	return short_name_at() && name == inside;
}

static __always_inline __u64 dentry_name8(enum how how, struct dentry *dentry)
{
	__u64 word = 0;

	bpf_probe_read_kernel(&word, sizeof(word), LOAD(how, dentry, d_name.name));
	return word;
}

static __always_inline __u32 anon_kind(enum how how, struct dentry *dentry)
{
	__u64 word = dentry_name8(how, dentry);

	for (__u32 i = 0; i < sizeof(anon_kinds) / sizeof(*anon_kinds); i++)
		if ((word & anon_kinds[i].bits) == anon_kinds[i].name)
			return anon_kinds[i].kind;
	return EV_FD_ANON;
}

/* enum ev_fd_kind of a file, as saker_file_kind(). */
static __always_inline __u32 kind_of(enum how how, struct file *file)
{
	struct dentry *dentry = LOAD(how, file, f_path.dentry);
	struct inode *inode = LOAD(how, file, f_inode);
	struct super_block *sb = LOAD(how, inode, i_sb);
	__u64 magic = LOAD(how, sb, s_magic);

	switch (LOAD(how, inode, i_mode) & S_IFMT) {
	case S_IFREG:
		if (magic == PID_FS_MAGIC)
			return EV_FD_PIDFD;
		if (!dentry_is_named(how, dentry) && (dentry_name8(how, dentry) & NAME_BITS(6)) ==
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
	return anon_kind(how, dentry);
}

/* The same of a file of which only the address is known. */
__noinline int file_kind(__u64 addr)
{
	return kind_of(HELPER, (void *)addr);
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

/* Where a walk ends: the root of the current task, or, if @whole, that of its mount namespace. */
struct walk_end {
	struct vfsmount *mnt;
	struct dentry *dentry;
	bool whole;
};

static __always_inline bool walk_is_over(const struct walk_end *end, void *mnt, void *dentry)
{
	return dentry == end->dentry && mnt == end->mnt && !end->whole;
}

static __always_inline void walk_note(struct bpf_walk *walk, __u64 n, const unsigned char *name,
				      __u64 len)
{
	__u64 i = bounded(n, BPF_PATH_STEPS - 1);

	walk->step[i].name = (__u64)name;
	walk->step[i].len = len;
	walk->steps = n + 1;
}

/*
 * path_walk_plain() - the names up to the root of the first mount, by plain loads
 *
 * Return: 0, 1 if the walk ends here, or -errno.
 */
static __always_inline int path_walk_plain(struct bpf_walk *walk, const struct walk_end *end,
					   struct vfsmount *mnt, struct dentry *dentry)
{
	struct dentry *top = HOT(mnt, mnt_root), *parent;

	for (__u32 n = 0; n <= BPF_PATH_STEPS; n++) {
		if (walk_is_over(end, mnt, dentry))
			return 1;
		if (dentry == top)
			return 0;
		parent = HOT(dentry, d_parent);
		if (dentry == parent)
			return 1;
		if (n < BPF_PATH_STEPS)
			walk_note(walk, n, HOT(dentry, d_name.name), HOT(dentry, d_name.len));
		dentry = parent;
	}
	return -ENAMETOOLONG;
}

/* path_walk() - names from the leaf to the root, after those that @walk has. Return: how many. */
static __always_inline int path_walk(struct bpf_walk *walk, const struct walk_end *end,
				     struct vfsmount *vfs, struct dentry *dentry)
{
	void *mnt = (void *)vfs - bpf_core_field_offset(struct mount, mnt), *above;
	struct block of_dentry;
	struct dentry *parent;
	__u64 n;

	block_read(walk->mount, mnt);
	for (__u32 i = 0; i < BPF_PATH_STEPS + BPF_PATH_MOUNTS; i++) {
		n = *(volatile __u64 *)&walk->steps;
		if (walk_is_over(end, member_of(struct mount, mnt, mnt), dentry))
			return n;
		if (dentry == IN(walk->mount, mnt, struct mount, mnt.mnt_root)) {
			above = IN(walk->mount, mnt, struct mount, mnt_parent);
			if (above == mnt || !above)
				return n;	/* outside the task's root, as in d_path() */
			dentry = IN(walk->mount, mnt, struct mount, mnt_mountpoint);
			mnt = above;
			block_read(walk->mount, mnt);
			continue;
		}
		block_read(&of_dentry, dentry);
		parent = IN(&of_dentry, dentry, struct dentry, d_parent);
		if (parent == dentry)
			return n;	/* moved out of its mount, as in d_path() */
		if (n >= BPF_PATH_STEPS)
			return -ENAMETOOLONG;
		walk_note(walk, n, IN(&of_dentry, dentry, struct dentry, d_name.name),
			  IN(&of_dentry, dentry, struct dentry, d_name.len));
		dentry = parent;
	}
	return -ENAMETOOLONG;
}

/* Files outside every mount: "/memfd:name". */
static __always_inline int path_unnamed(enum how how, struct bpf_walk *walk, struct dentry *dentry)
{
	struct super_block *sb = LOAD(how, dentry, d_sb);
	__u64 magic = LOAD(how, sb, s_magic);

	if (magic != TMPFS_MAGIC && magic != HUGETLBFS_MAGIC)
		return -EFAULT;
	walk_note(walk, 0, LOAD(how, dentry, d_name.name), LOAD(how, dentry, d_name.len));
	return 1;
}

/* Where walks of the current task end. Return: false if it has no root. */
static __always_inline bool walk_end_of_task(struct walk_end *end, bool whole)
{
	struct fs_struct *fs = HOT(current_task(), fs);

	if (!fs)
		return false;
	end->mnt = HOT(fs, root.mnt);
	end->dentry = HOT(fs, root.dentry);
	end->whole = whole;
	return true;
}

/*
 * path_above() - path_walk() on the names that state.walk has, from an address on
 *
 * A function of its own, as path_put(), so that the verifier walks its loop once in each program.
 */
__noinline int path_above(__u64 mnt, __u64 dentry, __u32 whole)
{
	struct bpf_cpu *cpu = this_cpu();
	struct walk_end end = {};

	if (!cpu || !dentry || !walk_end_of_task(&end, whole))
		return -EFAULT;
	return path_walk(&cpu->state.walk, &end, (void *)mnt, (void *)dentry);
}

/* The same from a pointer, by plain loads up to the root of the first mount. */
static __always_inline int path_names(struct bpf_cpu *cpu, struct vfsmount *mnt,
				      struct dentry *dentry, bool whole)
{
	struct walk_end end = {};
	int over;

	if (!walk_end_of_task(&end, whole))
		return -EFAULT;
	over = path_walk_plain(&cpu->state.walk, &end, mnt, dentry);
	if (over)
		return over < 0 ? over : (int)*(volatile __u64 *)&cpu->state.walk.steps;
	return path_above(address_of(&cpu->state.loop, mnt),
			  address_of(&cpu->state.loop, HOT(mnt, mnt_root)), whole);
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

static __always_inline int path_mark_gone(char *dst, int n)
{
	__u64 len;

	if (n > PART_PATH_MAX - 11)
		return -ENAMETOOLONG;
	len = bounded(n, 0xfff);
	__builtin_memcpy(dst + len, " (deleted)", 10);
	return len + 10;
}

/* path_put() - the @steps names that state.walk has, into the record. @at, @used: as for place() */
__noinline int path_put(__u64 at, __u64 used, __u32 steps, __u32 gone)
{
	struct bpf_cpu *cpu = this_cpu();
	char *dst;
	int n;

	if (!cpu)
		return -EFAULT;
	dst = place(cpu, at, used);
	n = path_join(&cpu->state.walk, dst, steps);
	return gone && n >= 0 ? path_mark_gone(dst, n) : n;
}

/*
 * path_text() - a path by addresses, relative to the root of the current task
 * @walk:	not used by any other program meanwhile
 * @dst:	PART_PATH_MAX bytes, and BPF_PATH_SLACK for the verifier
 *
 * Return: its length, or -errno: unreadable.
 */
static __always_inline int path_text(struct bpf_walk *walk, struct vfsmount *mnt,
				     struct dentry *dentry, char *dst)
{
	__u32 renames = rename_count();
	bool named = dentry_is_named(HELPER, dentry);
	bool gone = !named || dentry_is_gone(HELPER, dentry);
	struct walk_end end = {};
	int n;

	walk->steps = 0;
	if (!walk_end_of_task(&end, false))
		return -EFAULT;
	n = named ? path_walk(walk, &end, mnt, dentry) : path_unnamed(HELPER, walk, dentry);
	if (n >= 0)
		n = path_join(walk, dst, n);
	if (n < 0)
		return n;
	if (renames % 2 || renames != rename_count())
		return -EFAULT;
	return gone ? path_mark_gone(dst, n) : n;
}

/*
 * path_write() - write a path into the record that is being filled
 * @whole:	relative to the root of the mount namespace, not to that of the current task
 * @at, @used:	where it goes, as for place()
 *
 * Return: as path_text().
 */
static __always_inline int path_write(enum how how, struct bpf_cpu *cpu, struct vfsmount *mnt,
				      struct dentry *dentry, bool whole, __u64 at, __u64 used)
{
	__u32 renames = rename_count();
	bool named = dentry_is_named(how, dentry);
	bool gone = !named || dentry_is_gone(how, dentry);
	int n;

	cpu->state.walk.steps = 0;
	if (!named)
		n = path_unnamed(how, &cpu->state.walk, dentry);
	else if (how == PLAIN)
		n = path_names(cpu, mnt, dentry, whole);
	else
		n = path_above((__u64)mnt, (__u64)dentry, whole);
	if (n >= 0)
		n = path_put(at, used, n, gone);
	return n < 0 || (renames % 2 == 0 && renames == rename_count()) ? n : -EFAULT;
}

/* path_print() - path_write() by addresses, relative to the root of the current task */
__noinline int path_print(__u64 mnt, __u64 dentry, __u64 at, __u64 used)
{
	struct bpf_cpu *cpu = this_cpu();

	if (!cpu || !dentry)
		return -EFAULT;
	return path_write(HELPER, cpu, (void *)mnt, (void *)dentry, false, at, used);
}

/* path_cwd() - the working directory of the current task, as path_print() */
__noinline int path_cwd(__u64 at, __u64 used)
{
	struct fs_struct *fs = HOT(current_task(), fs);
	struct bpf_cpu *cpu = this_cpu();

	if (!cpu || !fs)
		return -EFAULT;
	return path_write(PLAIN, cpu, HOT(fs, pwd.mnt), HOT(fs, pwd.dentry), false, at, used);
}

/* The executable of the current task; NULL: it has none. */
static __always_inline struct file *current_exe(void)
{
	struct mm_struct *mm = HOT(current_task(), mm);

	return mm ? HOT(mm, exe_file) : NULL;
}

/* path_exe() - the executable of the current task, up to the root of its mount namespace */
__noinline int path_exe(__u64 at, __u64 used)
{
	struct file *exe = current_exe();
	struct bpf_cpu *cpu = this_cpu();

	if (!cpu || !exe)
		return -EFAULT;
	return path_write(PLAIN, cpu, HOT(exe, f_path.mnt), HOT(exe, f_path.dentry), true, at,
			  used);
}

/* A path was written at the end of the record; @n: as path_print() returned. */
static __always_inline void part_path_end(struct fill *f, struct ev_part *part, __u32 field, int n,
					  __u32 prov)
{
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
	part_path_end(f, part, field,
		      path_print((__u64)mnt, (__u64)dentry, f->at, f->used), prov);
}

/* A file by descriptor, and how reliable the descriptor is, as in driver/path.h. */
struct by_fd {
	struct file *file;
	__u32 prov;
};

/* As saker_inode_layer() in driver/compat/fs.h, of an inode of an overlay. */
static __always_inline __u32 overlay_layer(struct inode *inode)
{
	__u64 upper = 0;

	bpf_probe_read_kernel(&upper, 8, (void *)inode + bpf_core_type_size(struct inode));
	return upper ? FLAG_file_layer_upper : FLAG_file_layer_lower;
}

/* As saker_file_layer() there. @magic: of its file system */
static __always_inline __u32 file_layer(__u64 magic, struct inode *inode, __u32 flags)
{
	if (magic != OVERLAYFS_SUPER_MAGIC)
		return 0;
	if ((flags + 1) & FMODE_WRITE || flags & O_TRUNC)
		return FLAG_file_layer_upper;
	return overlay_layer(inode);
}

static __always_inline struct by_fd fd_get(__u32 nr)
{
	struct task_struct *task = current_task();
	struct files_struct *files = HOT(task, files);
	struct by_fd ret = {};
	struct fdtable *fdt;

	if (!files)
		return ret;
	if (HOT(files, count.counter) != 1)
		ret.prov = EV_PROV_SHARED_FD;
	fdt = HOT(files, fdt);
	if (nr < HOT(fdt, max_fds))
		bpf_probe_read_kernel(&ret.file, sizeof(ret.file), HOT(fdt, fd) + nr);
	return ret;
}

#endif /* SAKER_BPF_PATH_H */
