/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fills the records of the calls that open a file or copy a descriptor, as
 * driver/fill_file.c. An opened file is recorded as the function hook saw it;
 * the descriptor is read only if the hook saw nothing.
 */
#include "call.h"
#include "pending.h"
#include "sock.h"

struct open_how_user { __u64 flags, mode, resolve; };

static __always_inline void open_how(struct fill *f, struct ev_open *e)
{
	struct open_how_user how = {};
	__u32 prov = EV_PROV_USER;

	if (arg(f, 3) < sizeof(how) ||
	    bpf_probe_read_user(&how, sizeof(how), (void *)arg(f, 2)))
		prov |= EV_PROV_UNREADABLE;
	e->flags = how.flags;
	e->mode = how.mode;
	e->resolve = how.resolve;
	prov_set(f, EV_FIELD(open, flags), prov);
	prov_set(f, EV_FIELD(open, mode), prov);
	prov_set(f, EV_FIELD(open, resolve), prov);
}

#define OPEN_HAS_MODE	(O_CREAT | O_TMPFILE_BIT)

/* Return: the path as given. */
static __always_inline __u64 open_arguments(struct fill *f, struct ev_open *e)
{
	__u64 name;
	bool creat;

	if (call_is(f, openat)) {
		e->dirfd = arg(f, 0);
		name = arg(f, 1);
		e->flags = arg(f, 2);
		if (e->flags & OPEN_HAS_MODE)
			e->mode = arg(f, 3);
	} else if (call_is(f, openat2)) {
		e->dirfd = arg(f, 0);
		name = arg(f, 1);
		open_how(f, e);
	} else {
		creat = call_is(f, creat);
		e->dirfd = AT_FDCWD;
		name = arg(f, 0);
		e->flags = creat ? O_CREAT | O_WRONLY | O_TRUNC : arg(f, 1);
		e->mode = creat ? arg(f, 1) : arg(f, 2);
	}
	/* If no file is created, the mode register holds an unrelated value. */
	if (!(e->flags & OPEN_HAS_MODE))
		e->mode = 0;
	e->mode &= S_IALLUGO;
	return name;
}

/* Most paths are short; a helper call costs more than copying these words. */
struct short_path { __u64 word[8]; };

/* Both addresses are multiples of eight. */
static __always_inline void path_copy(void *dst, const void *src, __u64 len)
{
	if (len < sizeof(struct short_path))
		*(struct short_path *)dst = *(const struct short_path *)src;
	else
		bpf_probe_read_kernel(dst, len, src);
	*(__u64 *)(dst + len) = 0;
}

/* The file as the hook saw it. */
static __always_inline void open_seen(struct fill *f, struct ev_open *e,
				      const struct bpf_pending *p, const struct bpf_opened *o,
				      __u32 prov)
{
	const char *text = p->text;
	char *dst = part_at(f);
	__u64 len;

	e->dev = o->dev;
	e->ino = o->ino;
	e->kind = o->kind;
	e->layer = o->layer;
	e->file_flags = o->flags;
	if (prov) {
		prov_set(f, EV_FIELD(open, dev), prov);
		prov_set(f, EV_FIELD(open, ino), prov);
		prov_set(f, EV_FIELD(open, kind), prov);
		prov_set(f, EV_FIELD(open, file_flags), prov);
		prov_set(f, EV_FIELD(open, layer), prov);
	}
	if (f->sel->flags & SAKER_SEL_NO_PATH)
		return;
	if (o->len <= 0 && o->len != -ENAMETOOLONG) {
		prov_set(f, EV_FIELD(open, path), prov | EV_PROV_UNREADABLE);
		return;
	}
	if (o->block) {
		const struct bpf_block *block = block_at(o->block - 1);

		text = block ? block->text : text;
	}
	/* From 5.14 on, the buffer holds the end of a path that is longer. */
	len = o->len > 0 ? bounded(o->len - 1, 0xfff) : PART_PATH_MAX - 1;
	path_copy(dst, text, len);
	if (o->len > 0) {
		part_end(f, &e->path, len, len, len);
	} else {
		part_end(f, &e->path, len, UNMEASURED, 0);
		prov |= EV_PROV_TRUNCATED;
	}
	if (prov)
		prov_set(f, EV_FIELD(open, path), prov);
}

/* The hook saw nothing: O_PATH never reaches it, the table was full, or the kernel lacks it. */
static __always_inline void open_by_fd(struct fill *f, struct ev_open *e)
{
	struct by_fd fd = fd_get(f->ret);
	struct file *file = fd.file;
	struct inode *inode;
	__u32 prov = fd.prov;

	if (!file) {
		prov |= EV_PROV_UNREADABLE;
		prov_set(f, EV_FIELD(open, dev), prov);
		prov_set(f, EV_FIELD(open, ino), prov);
		prov_set(f, EV_FIELD(open, kind), prov);
		prov_set(f, EV_FIELD(open, layer), prov);
		prov_set(f, EV_FIELD(open, path), prov);
		return;
	}
	inode = BPF_CORE_READ(file, f_inode);
	e->dev = inode_dev(inode);
	e->ino = BPF_CORE_READ(inode, i_ino);
	e->kind = file_kind((__u64)file);
	e->file_flags = BPF_CORE_READ(file, f_flags);
	e->layer = file_layer(BPF_CORE_READ(inode, i_sb, s_magic), inode, e->file_flags);
	if (prov) {
		prov_set(f, EV_FIELD(open, dev), prov);
		prov_set(f, EV_FIELD(open, ino), prov);
		prov_set(f, EV_FIELD(open, kind), prov);
		prov_set(f, EV_FIELD(open, file_flags), prov);
		prov_set(f, EV_FIELD(open, layer), prov);
	}
	if (!(f->sel->flags & SAKER_SEL_NO_PATH))
		part_path(PART(f, open, path), BPF_CORE_READ(file, f_path.mnt),
			  BPF_CORE_READ(file, f_path.dentry), prov);
}

/* As opened_is() of driver/pending.c: a file freed in the same call may have had this address. */
static __always_inline bool opened_is(const struct bpf_opened *o, struct file *file,
				      struct inode *inode)
{
	return file && o->file == (__u64)file && o->ino == BPF_CORE_READ(inode, i_ino) &&
	       o->dev == inode_dev(inode);
}

/*
 * choose() - find the object behind the descriptor among several
 * @prov:	out: EV_PROV_KERNEL or EV_PROV_SHARED_FD
 *
 * As saker_pending_choose(): the file opened first is the one the call requested,
 * unless io_uring's work may have come before it. Return: NULL if it is none of them.
 */
static __always_inline struct bpf_opened *choose(const struct fill *f, struct bpf_pending *p,
						 bool no_open, bool uring, __u32 *prov)
{
	struct by_fd now = fd_get(f->ret);
	struct file *file = now.file;
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	*prov = EV_PROV_KERNEL;
	if (p->count > 1 && opened_is(&p->last, file, inode))
		return &p->last;
	if (opened_is(&p->first, file, inode))
		return &p->first;
	if (no_open || !now.prov)
		return NULL;
	*prov = EV_PROV_SHARED_FD;
	return p->count > 1 && uring ? &p->last : &p->first;
}

/* Record a successful open. @p: entry of the function hook, or NULL. */
static __always_inline void open_done(struct fill *f, struct ev_open *e, struct bpf_pending *p)
{
	bool uring = task_has_uring(f->current);
	/* The flags of openat2 lie in user memory, which may have changed since. */
	bool no_open = e->flags & O_PATH && !call_is(f, openat2);
	struct bpf_opened *o = p ? &p->first : NULL;
	__u32 prov = 0;

	if (uring)
		pending_trust(f->task);
	if (p && (f->unsure || p->count > 1 || no_open || uring))
		o = choose(f, p, no_open, uring, &prov);
	if (o) {
		open_seen(f, e, p, o, prov);
		return;
	}
	open_by_fd(f, e);
	if (!(e->flags & O_PATH)) {
		f->cpu->state.by_fd++;
		pending_unseen();
	}
}

FILLER_OR(open, 2 * ROOM_PATH, ROOM_PATH, 0, call_lost(&f))
{
	__u64 name = open_arguments(f, e);
	struct bpf_pending *p;
	__u32 slot = 0;

	e->res = f->ret;
	p = pending_take_of(f, &slot);
	part_user_str(PART(f, open, name), name);
	used_forget(f);
	if (!(f->flags & EV_F_FAILED))
		open_done(f, e, p);
	else
		call_doubt(f);
	if (p)
		pending_release(p, slot);
	return FILL_OK;
}

static __always_inline bool call_is_fcntl(const struct fill *f)
{
	return call_is(f, fcntl) || call_is(f, fcntl64);
}

static __always_inline void dup_arguments(struct fill *f, struct ev_dup *e)
{
	e->oldfd = arg(f, 0);
	e->newfd = -1;
	if (call_is_fcntl(f)) {
		e->cmd = arg(f, 1);
		e->flags = arg(f, 2);
		e->arg = arg(f, 2);
	} else if (!call_is(f, dup)) {
		e->newfd = arg(f, 1);
		if (call_is(f, dup3))
			e->flags = arg(f, 2);
	}
}

/* As dup_shows() in driver/fill_file.c. */
static __always_inline __u32 dup_shows(const struct fill *f, const struct ev_dup *e)
{
	if (call_is_fcntl(f) && e->cmd != F_DUPFD && e->cmd != F_DUPFD_CLOEXEC)
		return e->oldfd;
	return f->ret;
}

FILLER(dup, ROOM_PATH, 0, 0)
{
	struct file *file;
	struct by_fd fd;
	__u32 kind;

	e->res = f->ret;
	dup_arguments(f, e);
	if (f->flags & EV_F_FAILED)
		return FILL_OK;
	fd = fd_get(dup_shows(f, e));
	file = fd.file;
	if (!file) {
		prov_set(f, EV_FIELD(dup, file), EV_PROV_SHARED_FD | EV_PROV_UNREADABLE);
		prov_set(f, EV_FIELD(dup, path), EV_PROV_SHARED_FD | EV_PROV_UNREADABLE);
		return FILL_OK;
	}
	kind = file_fd((__u64)file, f->at, __builtin_offsetof(struct ev_dup, file));
	if (fd.prov)
		prov_set(f, EV_FIELD(dup, file), fd.prov);
	if (kind == EV_FD_SOCKET)
		part_unix_own(f, &e->path, file_sock(file));
	else if (kind <= EV_FD_SYMLINK || kind == EV_FD_MEMFD)
		part_path(PART(f, dup, path), BPF_CORE_READ(file, f_path.mnt),
			  BPF_CORE_READ(file, f_path.dentry), fd.prov);
	return FILL_OK;
}
