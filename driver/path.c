// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes paths and determines kinds of files. d_path() writes at the end of the
 * reserved room; the path is then moved down to its place. So no separate
 * buffer is needed.
 */
#include "path.h"

#include <linux/compiler.h>
#include <linux/fs_struct.h>
#include <linux/lockdep.h>
#include <linux/magic.h>
#include <linux/mount.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include <linux/seqlock.h>
#include <linux/string.h>
#include "arch/arch.h"
#include "compat/compiler.h"
#include "compat/fs.h"
#include "mount.h"
#include "sock.h"
#include "task.h"

/*
 * File systems whose d_dname() only prints a number. Others, such as dma-buf,
 * take a lock.
 */
static bool dname_harmless(const struct dentry *dentry)
{
	switch (dentry->d_sb->s_magic) {
	case TMPFS_MAGIC:
	case HUGETLBFS_MAGIC:
	case PIPEFS_MAGIC:
	case SOCKFS_MAGIC:
	case ANON_INODE_FS_MAGIC:
	case NSFS_MAGIC:
		return true;
	}
	return false;
}

char *saker_path_print(const struct path *path, char *buf, int len)
{
	const struct dentry *dentry = path->dentry;

	if (unlikely(!dentry || !current->fs))
		return ERR_PTR(-EINVAL);
	if (!saker_dentry_is_named(dentry) && !dname_harmless(dentry))
		return ERR_PTR(-EINVAL);
	return d_path(path, buf, len);
}

/* Is a byte of the word 0? */
static bool word_has_nul(unsigned long word)
{
	const unsigned long ones = 0x0101010101010101ul;

	static_assert(sizeof(word) == 8);
	return (word - ones) & ~word & ones << 7;
}

/*
 * name_copy() - the @len bytes of a dentry's name to @dst
 *
 * A name begins at a multiple of eight bytes, and so does what follows its memory: words are
 * read, and words are written. What the last one overwrites behind the name is restored. A rename
 * may leave length and name of different dentries; so the first NUL ends it.
 * Return: false if there is one, and the name is not whole.
 */
static __always_inline bool name_copy(char *dst, const unsigned char *name, u32 len)
{
	unsigned long word, after;

	for (; len >= sizeof(word); len -= sizeof(word)) {
		word = read_word_at_a_time(name);
		if (unlikely(word_has_nul(word)))
			return false;
		memcpy(dst, &word, sizeof(word));
		name += sizeof(word);
		dst += sizeof(word);
	}
	if (!len)
		return true;
	word = read_word_at_a_time(name);
	if (unlikely(word_has_nul(word | ~0ul << len * 8)))
		return false;
	memcpy(&after, dst + len, sizeof(after));
	memcpy(dst, &word, sizeof(word));
	memcpy(dst + len, &after, sizeof(after));
	return true;
}

/*
 * names_walk() - write the names from @dentry up to @top, before @end
 * @top:	on the same mount
 * @mnt:	the mount
 *
 * Return: where they begin; NULL: d_path() has to print them.
 */
static __always_inline char *names_walk(const struct dentry *dentry, const struct dentry *top,
					const struct vfsmount *mnt, char *buf, char *end)
{
	const struct dentry *parent;
	const unsigned char *name;
	u32 len;

	for (; dentry != top; dentry = parent) {
		parent = READ_ONCE(dentry->d_parent);
		if (unlikely(parent == dentry || dentry == mnt->mnt_root))
			return NULL;
		/* Pairs with the barrier after a long name was written, as in d_path(). */
		name = smp_load_acquire(&dentry->d_name.name);
		len = READ_ONCE(dentry->d_name.len);
		if (unlikely(end - buf <= len))
			return NULL;
		end -= len;
		if (unlikely(!name_copy(end, name, len)))
			return NULL;
		*--end = '/';
	}
	return end;
}

/* A mount that a walk has left: a change of its place shows that the walk is not whole. */
struct left {
	const struct saker_mount *mount, *parent;
	const struct dentry *mountpoint;
};

#define WALK_MOUNTS	6	/* so many are left at most; d_path() prints other paths */

/*
 * mounts_walk() - write the names from @dentry up to the mount @top, before @end
 * @dentry:	in and out: then on that mount; NULL: all names are written
 * @top:	NULL: up to the root of the mount namespace
 * @left:	out: the mounts between, @n of them
 *
 * Return: as names_walk().
 */
static noinline char *mounts_walk(const struct dentry **dentry, const struct vfsmount *mnt,
				  const struct vfsmount *top, struct left *left, unsigned int *n,
				  char *buf, char *end)
{
	struct left *l;

	if (!saker_mount_is_known())
		return NULL;
	for (; mnt != top; mnt = &l->parent->mnt) {
		if (unlikely(*n == WALK_MOUNTS))
			return NULL;
		l = &left[(*n)++];
		l->mount = saker_mount_of(mnt);
		l->parent = READ_ONCE(l->mount->parent);
		l->mountpoint = READ_ONCE(l->mount->mountpoint);
		end = names_walk(*dentry, mnt->mnt_root, mnt, buf, end);
		if (unlikely(!end))
			return NULL;
		*dentry = l->mountpoint;
		if (unlikely(l->parent == l->mount)) {
			*dentry = NULL;
			return top ? NULL : end;
		}
	}
	return end;
}

static __always_inline bool mounts_stayed(const struct left *left, unsigned int n)
{
	smp_rmb();		/* parent and mountpoint are read again after all names */
	for (; n; n--, left++)
		if (READ_ONCE(left->mount->parent) != left->parent ||
		    READ_ONCE(left->mount->mountpoint) != left->mountpoint)
			return false;
	return true;
}

/*
 * path_walk() - a path up to the root of current, as d_path() prints it
 * @dentry:	of the path, or a name in that directory
 *
 * It costs a third of d_path(), which copies byte by byte or with checks for faults. A rename
 * within it is noticed by the kernel's count of them, and a mount that is moved by its members,
 * which then differ from before. Return: where it begins, before the NUL at the end of @buf; NULL:
 * something is in the way, or it does not end at that root: then d_path() is called.
 */
static char *path_walk(const struct path *path, const struct dentry *dentry, char *buf, int room)
{
	char *end = buf + room - 1, *ret = end;
	struct left left[WALK_MOUNTS] saker_uninitialized;
	unsigned int seq, n = 0;
	struct path root;

	if (unlikely(!current->fs))
		return NULL;
	saker_fs_root(current->fs, &root);
	if (unlikely(d_unlinked(path->dentry)))
		return NULL;
	*end = 0;
	seq = read_seqbegin(&rename_lock);
	if (path->mnt != root.mnt)
		ret = mounts_walk(&dentry, path->mnt, root.mnt, left, &n, buf, end);
	if (likely(ret && dentry))
		ret = names_walk(dentry, root.dentry, root.mnt, buf, ret);
	if (unlikely(!ret || read_seqretry(&rename_lock, seq) || !mounts_stayed(left, n)))
		return NULL;
	if (unlikely(ret == end))
		*--ret = '/';
	return ret;
}

static __always_inline int path_text(struct saker_text *t, const struct path *path, char *buf,
				     u32 room)
{
	char *p;

	p = path_walk(path, path->dentry, buf, room);
	if (!p) {
		*buf = 0;
		p = saker_path_print(path, buf, room);
	}
	t->prov = 0;
	if (!IS_ERR(p)) {
		t->at = p;
		t->len = buf + room - 1 - p;
		t->full = t->len;
		return 0;
	}
	if (p == ERR_PTR(-ENAMETOOLONG) && *buf) {
		/* From 5.14 on, the buffer then holds the end of the path. */
		t->at = buf;
		t->len = room - 1;
		t->full = SAKER_UNMEASURED;
		t->prov = EV_PROV_TRUNCATED;
	} else {
		t->len = 0;
		t->prov = EV_PROV_UNREADABLE;
	}
	return PTR_ERR(p);
}

int saker_path_text(struct saker_text *ret, const struct path *path, char *buf, u32 room)
{
	return path_text(ret, path, buf, room);
}

/* The directory, and then the name. */
static noinline int path_name_slow(struct saker_text *ret, const struct path *dir,
				   const struct dentry *name, char *buf, u32 room)
{
	u32 len = name->d_name.len;
	char *end;
	int r;

	lockdep_assert_held(&d_inode(dir->dentry)->i_rwsem);
	if (room < len + sizeof("//")) {
		*ret = (struct saker_text){ .prov = EV_PROV_UNREADABLE };
		return -ENAMETOOLONG;
	}
	r = path_text(ret, dir, buf, room - len - 1);
	if (ret->prov & EV_PROV_UNREADABLE)
		return r;
	end = (char *)ret->at + ret->len;
	if (ret->len == 1)	/* "/" */
		ret->len = 0, end--;
	*end++ = '/';
	memcpy(end, name->d_name.name, len);
	end[len] = 0;
	ret->len += 1 + len;
	if (!r)
		ret->full = ret->len;
	return r;
}

int saker_path_name(struct saker_text *ret, const struct path *dir, const struct dentry *name,
		    char *buf, u32 room)
{
	char *p = NULL;

	if (likely(READ_ONCE(name->d_parent) == dir->dentry && room > sizeof("//")))
		p = path_walk(dir, name, buf, room);
	if (unlikely(!p))
		return path_name_slow(ret, dir, name, buf, room);
	ret->at = p;
	ret->len = buf + room - 1 - p;
	ret->full = ret->len;
	ret->prov = 0;
	return 0;
}

/* As saker_path_text(), of a string. */
static int string_text(struct saker_text *t, const char *s, char *buf, u32 room)
{
	size_t len;

	*t = (struct saker_text){ .prov = EV_PROV_UNREADABLE };
	if (!s)
		return -EFAULT;
	len = strnlen(s, room);
	if (len == room)
		return -ENAMETOOLONG;
	memcpy(buf, s, len);
	*t = (struct saker_text){ .at = buf, .len = len, .full = len };
	return 0;
}

/* Is a file on this mount? Then it has a path there. */
static bool mount_has(const struct path *on, struct dentry *dentry)
{
	return on->mnt && on->mnt->mnt_sb == dentry->d_sb && is_subdir(dentry, on->mnt->mnt_root);
}

/* The file of the descriptor that is the first argument of the call, if it is one. */
static struct saker_fd fd_of_call(void)
{
	struct saker_fill f = { .regs = task_pt_regs(current) };
	unsigned int abi;

	saker_syscall_nr(f.regs, &abi);
	f.abi = abi;
	return saker_fd_get(saker_arg(&f, 0));
}

/*
 * dentry_text() - the path of a file whose mount is not known
 *
 * It is printed as a file of a mount of the same file system: that of the call's descriptor, of the
 * working directory or of the root. Without one, the path is unreadable.
 */
static int dentry_text(struct saker_text *t, struct dentry *dentry, char *buf, u32 room)
{
	struct saker_fd fd = fd_of_call();
	struct path path = {}, root;
	int r = -EFAULT;

	if (fd.file)
		path.mnt = fd.file->f_path.mnt;
	if (!mount_has(&path, dentry) && current->fs) {
		saker_fs_pwd(current->fs, &path);
		saker_fs_root(current->fs, &root);
		if (!mount_has(&path, dentry))
			path.mnt = root.mnt;
	}
	*t = (struct saker_text){ .prov = EV_PROV_UNREADABLE };
	if (mount_has(&path, dentry)) {
		path.dentry = dentry;
		r = saker_path_text(t, &path, buf, room);
	}
	saker_fd_put(fd);
	return r;
}

int saker_object_text(struct saker_text *t, const struct object *o, const unsigned long *args,
		      char *buf, u32 room)
{
	const struct path *path = (const struct path *)args[o->a];
	struct path other;

	switch (o->kind) {
	case OBJECT_NAME:
		return saker_path_name(t, path, (const struct dentry *)args[o->b], buf, room);
	case OBJECT_AT:
		return saker_path_text(t, path, buf, room);
	case OBJECT_FILE:
		return saker_path_text(t, &((const struct file *)path)->f_path, buf, room);
	case OBJECT_OF:
		return dentry_text(t, (struct dentry *)path, buf, room);
	case OBJECT_TEXT:
		return string_text(t, (const char *)args[o->a], buf, room);
	case OBJECT_BESIDE:
		other.mnt = path->mnt;
		other.dentry = (struct dentry *)args[o->b];
		return saker_path_text(t, &other, buf, room);
	default:
		other.mnt = (struct vfsmount *)args[o->a];
		other.dentry = other.mnt->mnt_root;
		return saker_path_text(t, &other, buf, room);
	}
}

/*
 * words_move_down() - move @len bytes from @src down to @dst, a word at a time
 *
 * Reads up to seven bytes too far; zeroes the rest of the last word.
 */
static void words_move_down(char *dst, const char *src, u32 len)
{
	u32 at;

	for (at = 0; at < len; at += 8)
		*(u64 *)(dst + at) = *(const u64 *)(src + at);
	if (len % 8)
		*(u64 *)(dst + ALIGN_DOWN(len, 8)) &= (1ull << len % 8 * 8) - 1;
}

static __always_inline void part_text(struct saker_fill *f, struct ev_part *part,
				      unsigned int field, const struct saker_text *t,
				      unsigned int prov)
{
	if (likely(!(t->prov & EV_PROV_UNREADABLE))) {
		words_move_down(saker_part_at(f), t->at, t->len);
		saker_part_end(f, part, t->len, t->full, t->full == t->len ? t->len : 0);
	}
	prov |= t->prov;
	if (unlikely(prov))
		saker_prov_set(f, field, prov);
}

void saker_part_text(struct saker_fill *f, struct ev_part *part, unsigned int field,
		     const struct saker_text *text, unsigned int prov)
{
	/*
	 * The row of the filler reserves room for a path; this check catches a row that does
	 * not.
	 */
	if (WARN_ON_ONCE(f->used + text->len + sizeof(u64) > f->room)) {
		saker_prov_set(f, field, prov | EV_PROV_UNREADABLE);
		return;
	}
	part_text(f, part, field, text, prov);
}

void saker_part_path(struct saker_fill *f, struct ev_part *part, unsigned int field,
		     const struct path *path, unsigned int prov)
{
	u32 room = saker_part_room(f, PATH_MAX);
	struct saker_text t;

	if (!room) {
		saker_prov_set(f, field, prov | EV_PROV_UNREADABLE);
		return;
	}
	path_text(&t, path, saker_part_at(f), room);
	part_text(f, part, field, &t, prov);
}

/*
 * A root that no path meets: d_path() compares it and never looks into it. It is
 * the only function that is exported and right across mounts, and it stops at the
 * root of current.
 */
static struct fs_struct no_root;

void saker_part_path_whole(struct saker_fill *f, struct ev_part *part, unsigned int field,
			   const struct path *path)
{
	struct fs_struct *fs;

	/* An interrupt may have come while this task holds the lock. */
	WARN_ON_ONCE(IS_ENABLED(CONFIG_PROVE_LOCKING) && !in_task());
	/* Other tasks look at ours under this lock only, as /proc does. */
	task_lock(current);
	fs = current->fs;
	if (fs)
		current->fs = &no_root;
	saker_part_path(f, part, field, path, EV_PROV_KERNEL);
	current->fs = fs;
	task_unlock(current);
}

void saker_part_pwd(struct saker_fill *f, struct ev_part *part, unsigned int field)
{
	struct path pwd = {};

	if (current->fs)
		saker_fs_pwd(current->fs, &pwd);
	saker_part_path(f, part, field, &pwd, EV_PROV_KERNEL);
}

/* Anonymous files are distinguished by the names the kernel gives them. */
static const struct {
	const char *name;
	u32 kind;
} anon_kinds[] = {
	{ "[eventfd]", EV_FD_EVENT },
	{ "[eventpoll]", EV_FD_EVENTPOLL },
	{ "inotify", EV_FD_INOTIFY },
	{ "[signalfd]", EV_FD_SIGNAL },
	{ "[timerfd]", EV_FD_TIMER },
	{ "[pidfd]", EV_FD_PIDFD },
	{ "[io_uring]", EV_FD_IO_URING },
	{ "[userfaultfd]", EV_FD_USERFAULT },
	{ "bpf-", EV_FD_BPF },
	{ "bpf_", EV_FD_BPF },
};

static u32 anon_kind(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(anon_kinds); i++)
		if (!strncmp(name, anon_kinds[i].name, strlen(anon_kinds[i].name)))
			return anon_kinds[i].kind;
	return EV_FD_ANON;
}

/* A regular file outside every mount, created by memfd_create(). */
static bool file_is_memfd(const struct file *file)
{
	const struct dentry *dentry = file->f_path.dentry;

	return !saker_dentry_is_named(dentry) &&
	       !strncmp(dentry->d_name.name, "memfd:", 6);
}

u32 saker_file_kind_unusual(const struct file *file)
{
	const struct inode *inode = file_inode(file);

	switch (inode->i_mode & S_IFMT) {
	case S_IFREG:
		if (inode->i_sb->s_magic == PID_FS_MAGIC)
			return EV_FD_PIDFD;
		return file_is_memfd(file) ? EV_FD_MEMFD : EV_FD_FILE;
	case S_IFDIR:
		return EV_FD_DIR;
	case S_IFCHR:
		return EV_FD_CHR;
	case S_IFBLK:
		return EV_FD_BLK;
	case S_IFIFO:
		return inode->i_sb->s_magic == PIPEFS_MAGIC ? EV_FD_PIPE : EV_FD_FIFO;
	case S_IFLNK:
		return EV_FD_SYMLINK;
	case S_IFSOCK:
		return EV_FD_SOCKET;
	}
	return anon_kind(file->f_path.dentry->d_name.name);
}

void saker_file_fd(struct ev_fd *fd, struct file *file)
{
	const struct inode *inode = file_inode(file);

	saker_assert_rcu();	/* for a socket */
	fd->kind = saker_file_kind(file);
	fd->flags = file->f_flags;
	fd->dev = saker_inode_dev(inode);
	fd->ino = saker_inode_ino(inode);
	if (fd->kind == EV_FD_CHR || fd->kind == EV_FD_BLK)
		fd->rdev = new_encode_dev(inode->i_rdev);
	if (fd->kind == EV_FD_SOCKET)
		saker_sock_tuple(&fd->sock, file, EV_ROLE_UNKNOWN);
}
