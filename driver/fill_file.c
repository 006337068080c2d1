// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the records of the calls that open a file or copy a descriptor. An
 * opened file is recorded as the function hook saw it. The descriptor is read
 * only if the hook saw nothing; the field's provenance then says how reliable
 * it is.
 */
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/slab.h>
#include "arch/arch.h"
#include "compat/fs.h"
#include "fill_table.h"
#include "nr.h"
#include "part.h"
#include "path.h"
#include "pending.h"
#include "sock.h"
#include "user.h"

/* Rare, and not inlined: its buffer would add a stack guard to every open. */
static noinline void open_how(struct saker_fill *f, struct ev_open *e)
{
	void __user *at = (void __user *)saker_arg(f, 2);
	unsigned int prov = EV_PROV_USER;
	struct open_how how = {};

	if (saker_arg(f, 3) < sizeof(how) || saker_user_bytes((char *)&how, at, sizeof(how)))
		prov |= EV_PROV_UNREADABLE;
	e->flags = how.flags;
	e->mode = how.mode;
	e->resolve = how.resolve;
	saker_prov_set(f, EV_FIELD(open, flags), prov);
	saker_prov_set(f, EV_FIELD(open, mode), prov);
	saker_prov_set(f, EV_FIELD(open, resolve), prov);
}

static const struct {
	s16 openat, openat2, creat;
} open_calls[EV_ABI_COUNT] = {
	[EV_ABI_64] = { SAKER_NR_openat_64, SAKER_NR_openat2_64, SAKER_NR_creat_64 },
	[EV_ABI_IA32] = { SAKER_NR_openat_ia32, SAKER_NR_openat2_ia32, SAKER_NR_creat_ia32 },
	[EV_ABI_X32] = { SAKER_NR_openat_x32, SAKER_NR_openat2_x32, SAKER_NR_creat_x32 },
};

/* Return: the path as given. */
static unsigned long open_arguments(struct saker_fill *f, struct ev_open *e)
{
	unsigned long name;

	if (likely(f->nr == open_calls[f->abi].openat)) {
		unsigned long dirfd = saker_arg(f, 0), flags = saker_arg(f, 2);
		unsigned long mode = saker_arg(f, 3);

		name = saker_arg(f, 1);
		e->dirfd = dirfd;
		e->flags = flags;
		e->mode = mode;
	} else if (f->nr == open_calls[f->abi].openat2) {
		e->dirfd = saker_arg(f, 0);
		name = saker_arg(f, 1);
		open_how(f, e);
	} else {
		bool creat = f->nr == open_calls[f->abi].creat;

		e->dirfd = AT_FDCWD;
		name = saker_arg(f, 0);
		e->flags = creat ? O_CREAT | O_WRONLY | O_TRUNC : saker_arg(f, 1);
		e->mode = saker_arg(f, creat ? 1 : 2);
	}
	/* If no file is created, the mode register holds an unrelated value. */
	if (!(e->flags & (O_CREAT | __O_TMPFILE)))
		e->mode = 0;
	e->mode &= S_IALLUGO;
	return name;
}

static void open_prov(struct saker_fill *f, unsigned int prov)
{
	saker_prov_set(f, EV_FIELD(open, dev), prov);
	saker_prov_set(f, EV_FIELD(open, ino), prov);
	saker_prov_set(f, EV_FIELD(open, kind), prov);
	saker_prov_set(f, EV_FIELD(open, file_flags), prov);
	saker_prov_set(f, EV_FIELD(open, layer), prov);
}

static void open_file(struct saker_fill *f, struct ev_open *e, struct file *file,
		      unsigned int prov)
{
	const struct inode *inode = file_inode(file);

	e->dev = saker_inode_dev(inode);
	e->ino = saker_inode_ino(inode);
	e->kind = saker_file_kind(file);
	e->layer = saker_file_layer(file);
	e->file_flags = file->f_flags;
	if (unlikely(prov))
		open_prov(f, prov);
	if (!(f->sel->flags & SAKER_SEL_NO_PATH))
		saker_part_path(SAKER_PART(f, open, path), &file->f_path, prov);
}

/* The file as the hook saw it, before the open finished. */
static void open_seen(struct saker_fill *f, struct ev_open *e, const struct saker_opened *o,
		      unsigned int prov)
{
	e->dev = o->dev;
	e->ino = o->ino;
	e->kind = o->kind;
	e->layer = o->layer;
	e->file_flags = o->flags;
	if (unlikely(prov))
		open_prov(f, prov);
	if (!(f->sel->flags & SAKER_SEL_NO_PATH))
		saker_part_text(SAKER_PART(f, open, path), &o->path, prov);
}

/* The hook saw nothing: O_PATH never reaches it, the entry was unpaired, or the kernel lacks it. */
static noinline void open_by_fd(struct saker_fill *f, struct ev_open *e)
{
	struct saker_fd fd = saker_fd_get(f->ret);
	unsigned int prov = fd.prov | EV_PROV_UNREADABLE;

	/* In doubt the hook noted nothing; now the registers are those of this call. */
	if (saker_task_has_uring(current))
		saker_pending_trust();
	if (!(e->flags & O_PATH))
		saker_pending_unseen();
	if (fd.file) {
		open_file(f, e, fd.file, fd.prov);
		saker_fd_put(fd);
		return;
	}
	saker_prov_set(f, EV_FIELD(open, dev), prov);
	saker_prov_set(f, EV_FIELD(open, ino), prov);
	saker_prov_set(f, EV_FIELD(open, kind), prov);
	saker_prov_set(f, EV_FIELD(open, layer), prov);
	saker_prov_set(f, EV_FIELD(open, path), prov);
}

/* The flags of openat2 are in user memory, which may have changed since: do not rely on them. */
static bool open_is_path_only(const struct saker_fill *f, const struct ev_open *e)
{
	return unlikely(e->flags & O_PATH) && f->nr != open_calls[f->abi].openat2;
}

/* Recorded before the result is known, and without the request's arguments. */
static noinline int open_by_uring(struct saker_fill *f, struct ev_open *e)
{
	e->dirfd = AT_FDCWD;
	saker_prov_set(f, EV_FIELD(open, res), EV_PROV_PENDING);
	saker_prov_set(f, EV_FIELD(open, dirfd), EV_PROV_UNREADABLE);
	saker_prov_set(f, EV_FIELD(open, mode), EV_PROV_UNREADABLE);
	saker_prov_set(f, EV_FIELD(open, resolve), EV_PROV_UNREADABLE);
	saker_prov_set(f, EV_FIELD(open, name), EV_PROV_UNREADABLE);
	open_file(f, e, (struct file *)f->obj, EV_PROV_KERNEL);
	e->flags = e->file_flags;
	return SAKER_FILL_OK;
}

int saker_fill_open(struct saker_fill *f)
{
	struct ev_open *e = (struct ev_open *)f->rec;
	struct saker_seen seen = {};
	unsigned long name;

	if (unlikely(!f->regs))
		return open_by_uring(f, e);
	e->res = f->ret;
	name = open_arguments(f, e);
	saker_part_user_str(SAKER_PART(f, open, name), (void __user *)name);
	if (f->flags & EV_F_FAILED)
		return SAKER_FILL_OK;
	if (likely(f->pending))
		seen = saker_pending_opened(f->pending, f->ret, open_is_path_only(f, e),
					    f->unsure);
	if (likely(seen.opened))
		open_seen(f, e, seen.opened, seen.prov);
	else
		open_by_fd(f, e);
	return SAKER_FILL_OK;
}

static bool call_is_fcntl(const struct saker_fill *f)
{
	return saker_call_is(f, fcntl) || saker_call_is(f, fcntl64);
}

/* The descriptor whose file is recorded: the new one, or of fcntl's other commands their own. */
static int dup_shows(const struct saker_fill *f, const struct ev_dup *e)
{
	if (call_is_fcntl(f) && e->cmd != F_DUPFD && e->cmd != F_DUPFD_CLOEXEC)
		return e->oldfd;
	return f->ret;
}

static void dup_arguments(struct saker_fill *f, struct ev_dup *e)
{
	e->oldfd = saker_arg(f, 0);
	e->newfd = -1;
	if (call_is_fcntl(f)) {
		e->cmd = saker_arg(f, 1);
		e->flags = saker_arg(f, 2);
		e->arg = saker_arg(f, 2);
	} else if (!saker_call_is(f, dup)) {
		e->newfd = saker_arg(f, 1);
		if (saker_call_is(f, dup3))
			e->flags = saker_arg(f, 2);
	}
}

static void dup_file(struct saker_fill *f, struct ev_dup *e, struct file *file, unsigned int prov)
{
	saker_file_fd(&e->file, file);
	if (prov)
		saker_prov_set(f, EV_FIELD(dup, file), prov);
	if (e->file.kind == EV_FD_SOCKET)
		saker_part_unix_own(SAKER_PART(f, dup, path), saker_file_sock(file));
	else if (e->file.kind <= EV_FD_SYMLINK || e->file.kind == EV_FD_MEMFD)
		saker_part_path(SAKER_PART(f, dup, path), &file->f_path, prov);
}

int saker_fill_dup(struct saker_fill *f)
{
	struct ev_dup *e = (struct ev_dup *)f->rec;
	struct saker_fd fd;

	e->res = f->ret;
	dup_arguments(f, e);
	if (f->flags & EV_F_FAILED)
		return SAKER_FILL_OK;
	fd = saker_fd_get(dup_shows(f, e));
	if (fd.file) {
		dup_file(f, e, fd.file, fd.prov);
		saker_fd_put(fd);
	} else {
		saker_prov_set(f, EV_FIELD(dup, file), EV_PROV_SHARED_FD | EV_PROV_UNREADABLE);
		saker_prov_set(f, EV_FIELD(dup, path), EV_PROV_SHARED_FD | EV_PROV_UNREADABLE);
	}
	return SAKER_FILL_OK;
}
