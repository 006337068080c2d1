/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * security_file_open(), as driver/hook_security.c: the kernel shows the very file
 * it is about to open. The one idea: bpf_d_path() may be called here and at no
 * system call's exit, so the path is taken now and told then.
 */
#include "call.h"
#include "pending.h"

/* A regular file needs no second look, unless it is on a mount of the kernel's own, as a memfd. */
static __always_inline __u32 opened_kind(struct file *file, __u64 *memory)
{
	struct inode *inode = file->f_inode;

	if ((inode->i_mode & S_IFMT) == S_IFREG && !(inode->i_sb->s_flags & SB_KERNMOUNT))
		return EV_FD_FILE;
	return file_kind(address_of(memory, file));
}

static __always_inline void opened_note(struct bpf_opened *o, struct file *file)
{
	struct inode *inode = file->f_inode;

	o->kind = opened_kind(file, &o->file);
	o->file = (__u64)file;
	o->ino = inode->i_ino;
	o->dev = dev_encode(inode->i_sb->s_dev);
	/* What do_dentry_open() takes away when it has succeeded. */
	o->flags = file->f_flags & ~(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC);
	o->path[0] = 0;
	o->len = 0;
	if (selection()->flags & SAKER_SEL_NO_PATH)
		return;
	o->len = bpf_d_path(&file->f_path, o->path, sizeof(o->path));
	if (o->len == -ENAMETOOLONG && !o->path[0])
		o->len = -EFAULT;
}

/* io_uring tells nobody here how it ends; the file is told at once. */
static __always_inline void uring_opens(struct file *file)
{
	struct fill f = { .nr = -1, .flags = EV_F_IO_URING, .current = current_task() };
	struct ev_open *e;
	long n;

	if (!EMIT_OPEN(&f, open, ROOM_PATH, 0))
		return;
	f.cpu->state.by_uring++;
	e = f.rec;
	e->dirfd = AT_FDCWD;
	prov_set(&f, EV_FIELD(open, res), EV_PROV_PENDING);
	prov_set(&f, EV_FIELD(open, dirfd), EV_PROV_UNREADABLE);
	prov_set(&f, EV_FIELD(open, mode), EV_PROV_UNREADABLE);
	prov_set(&f, EV_FIELD(open, resolve), EV_PROV_UNREADABLE);
	prov_set(&f, EV_FIELD(open, name), EV_PROV_UNREADABLE);
	e->dev = dev_encode(file->f_inode->i_sb->s_dev);
	e->ino = file->f_inode->i_ino;
	e->kind = opened_kind(file, &f.cpu->state.loop);
	e->file_flags = file->f_flags;
	e->flags = e->file_flags;
	if (f.sel->flags & SAKER_SEL_NO_PATH)
		goto close;
	n = bpf_d_path(&file->f_path, part_at(&f), PART_PATH_MAX);
	if (n > 0)
		part_end(&f, &e->path, n - 1, n - 1, n - 1);
	else
		prov_set(&f, EV_FIELD(open, path), EV_PROV_UNREADABLE);
close:
	emit_close(&f, EV_open, 0);
}

SEC("?fentry/security_file_open")
int BPF_PROG(security_file_open, struct file *file)
{
	__u32 abi, nr, flags;
	__u64 self = bpf_get_current_pid_tgid();
	struct task_struct *task = current_task();
	struct bpf_pending *p;
	struct bpf_opened *o;

	/* A file of the kernel's own beneath another, as overlayfs opens the real one. */
	if (file->f_mode & FMODE_NOACCOUNT)
		return 0;
	flags = HOT(task, flags);
	if (flags & (PF_IO_WORKER | PF_KTHREAD | PF_DUMPCORE | PF_EXITING)) {
		if (flags & PF_IO_WORKER)
			uring_opens(file);
		return 0;
	}
	nr = call_number(task, current_orig_ax(task), &abi);
	if (number_is(abi, nr, io_uring_enter)) {
		/* The task does the work of its own requests. */
		uring_opens(file);
		return 0;
	}
	if (type_of(abi, nr) != EV_open || !is_wanted(nr) ||
	    control.consumer_tgid == self >> 32)
		return 0;
	p = pending_of(self);
	if (!p)
		return 0;
	o = p->count ? &p->opened[1] : &p->opened[0];
	p->count++;
	opened_note(o, file);
	return 0;
}
