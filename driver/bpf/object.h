/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Copies what the functions of saker/hooks.def are passed into the slot of the call, as
 * driver/pending.c. The hooks pass addresses; dentries are walked from the leaf to the root, so
 * the text is written from its end to its beginning, into the slot or into a block.
 */
#ifndef SAKER_BPF_OBJECT_H
#define SAKER_BPF_OBJECT_H

#include "pending.h"
#include "sock.h"
#include "../fill/object.h"

#define OBJECT_PLACES	32	/* rows of the table, for an index that the verifier bounds */

_Static_assert(OBJECT_HOOKS <= OBJECT_PLACES, "an index of the hooks' table is cut");
_Static_assert(OBJECT_ARGS == sizeof(((struct bpf_pending *)0)->arg) / sizeof(__u64), "saker/bpf.h");

static const struct object_hook object_hooks[OBJECT_PLACES] = {
#define HOOK(function, event, other, ways, first, second)	\
	[OBJECT_HOOK_##function] = OBJECT_HOOK(event, other, ways, first, second),
#include <saker/hooks.def>
#undef HOOK
};

/* Object @which of a slot: the first or the second. */
static __always_inline struct bpf_opened *object_of(struct bpf_pending *p, __u32 which)
{
	return which ? &p->last : &p->first;
}

/* Where the text of an object begins. NULL cannot be. */
static __always_inline char *object_text(struct bpf_pending *p, const struct bpf_opened *o)
{
	__u32 at = *(volatile __u32 *)&o->at;
	struct bpf_block *block;

	if (!o->block)
		return p->text + bounded(at, BPF_PENDING_TEXT - 1);
	block = block_at(o->block - 1);
	return block ? block->text + bounded(at, 0xfff) : NULL;
}

/* Put @n bytes in front of the text. Return: where they go; NULL: there is no room. */
static __always_inline char *object_room(struct bpf_pending *p, struct bpf_opened *o, __u32 n)
{
	__u32 at = *(volatile __u32 *)&o->at;

	if (at < n)
		return NULL;
	*(volatile __u32 *)&o->at = at - n;
	return object_text(p, o);
}

/* Put "/" and a name in front of the text. */
static __always_inline int object_put(struct bpf_pending *p, struct bpf_opened *o,
				      const unsigned char *name, __u64 len)
{
	char *text;

	len = bounded(len, 0xff);
	text = object_room(p, o, len + 1);
	if (!text)
		return -ENAMETOOLONG;
	*text = '/';
	bpf_probe_read_kernel(text + 1, len, name);
	return 0;
}

/* Put the names from a dentry to the root of the current task in front of the text. */
__noinline int object_walk(__u32 slot, __u32 which, __u64 vfs, __u64 leaf)
{
	struct fs_struct *fs = HOT(current_task(), fs);
	void *mnt = (void *)vfs - bpf_core_field_offset(struct mount, mnt), *above;
	struct dentry *dentry = (void *)leaf, *parent;
	struct bpf_pending *p = pending_slot(slot);
	struct block of_mnt, of_dentry;
	struct walk_end end = {};
	struct bpf_opened *o;
	int r;

	if (!p || !fs)
		return -EFAULT;
	o = object_of(p, which);
	end.mnt = HOT(fs, root.mnt);
	end.dentry = HOT(fs, root.dentry);
	block_read(&of_mnt, mnt);
	for (__u32 i = 0; i < BPF_PATH_STEPS + BPF_PATH_MOUNTS; i++) {
		if (walk_is_over(&end, member_of(struct mount, mnt, mnt), dentry))
			return 0;
		if (dentry == IN(&of_mnt, mnt, struct mount, mnt.mnt_root)) {
			above = IN(&of_mnt, mnt, struct mount, mnt_parent);
			if (above == mnt || !above)
				return 0;	/* outside the task's root, as in d_path() */
			dentry = IN(&of_mnt, mnt, struct mount, mnt_mountpoint);
			mnt = above;
			block_read(&of_mnt, mnt);
			continue;
		}
		block_read(&of_dentry, dentry);
		parent = IN(&of_dentry, dentry, struct dentry, d_parent);
		if (parent == dentry)
			return 0;	/* moved out of its mount, as in d_path() */
		r = object_put(p, o, IN(&of_dentry, dentry, struct dentry, d_name.name),
			       IN(&of_dentry, dentry, struct dentry, d_name.len));
		if (r < 0)
			return r;
		dentry = parent;
	}
	return -EFAULT;
}

static __always_inline int object_suffix(struct bpf_pending *p, struct bpf_opened *o)
{
	char *text = object_room(p, o, 10);

	if (!text)
		return -ENAMETOOLONG;
	__builtin_memcpy(text, " (deleted)", 10);
	return 0;
}

/*
 * object_print() - write the path of a dentry before the end that the object's text has
 * @named:	it is a name, whether a file has it or not
 *
 * Return: 0, or -errno: it does not fit, or is unreadable.
 */
__noinline int object_print(__u32 slot, __u32 which, __u64 mnt, __u64 leaf, __u32 named)
{
	struct bpf_pending *p = pending_slot(slot);
	struct dentry *dentry = (void *)leaf;
	__u32 renames = rename_count(), end;
	struct super_block *sb;
	struct bpf_opened *o;
	bool unnamed;
	__u64 magic;
	char *text;
	int r;

	if (!p)
		return -EFAULT;
	o = object_of(p, which);
	end = o->at;
	unnamed = !named && !dentry_is_named(HELPER, dentry);
	if (!named && (unnamed || dentry_is_gone(HELPER, dentry))) {
		r = object_suffix(p, o);
		if (r < 0)
			return r;
	}
	if (unnamed) {
		sb = BPF_CORE_READ(dentry, d_sb);
		magic = BPF_CORE_READ(sb, s_magic);
		if (magic != TMPFS_MAGIC && magic != HUGETLBFS_MAGIC)
			return -EFAULT;
		return object_put(p, o, BPF_CORE_READ(dentry, d_name.name),
				  BPF_CORE_READ(dentry, d_name.len));
	}
	r = object_walk(slot, which, mnt, leaf);
	if (r < 0)
		return r;
	if (*(volatile __u32 *)&o->at == end) {
		text = object_room(p, o, 1);
		if (!text)
			return -ENAMETOOLONG;
		*text = '/';
	}
	return renames % 2 || renames != rename_count() ? -EFAULT : 0;
}

/* A string: where object_print() would write. Return: its length with the NUL, or -errno. */
static __always_inline long object_string(struct bpf_pending *p, struct bpf_opened *o, __u64 string)
{
	__u64 room = bounded(o->at, BPF_PENDING_TEXT - 1);
	struct bpf_block *block;
	long n;

	o->at = 0;
	if (!o->block) {
		n = bpf_probe_read_kernel_str(p->text, room, (void *)string);
		return n < (long)room ? n : -ENAMETOOLONG;
	}
	block = block_at(o->block - 1);
	return block ? bpf_probe_read_kernel_str(block->text, 4096, (void *)string) : -EFAULT;
}

/* Write the text of an object. Return: its length with a NUL, or -errno. */
static __always_inline long object_write(struct bpf_pending *p, __u32 slot, __u32 which,
					 const struct object *row)
{
	__u64 first = p->arg[row->a & (OBJECT_ARGS - 1)];
	__u64 second = p->arg[row->b & (OBJECT_ARGS - 1)];
	struct bpf_opened *o = object_of(p, which);
	struct vfsmount *mnt = (void *)first;
	struct path *path = (void *)first;
	struct dentry *dentry;
	__u32 end = o->at;
	int r;

	if (row->kind == OBJECT_TEXT)
		return object_string(p, o, first);
	if (row->kind == OBJECT_ROOT) {
		dentry = BPF_CORE_READ(mnt, mnt_root);
	} else {
		mnt = BPF_CORE_READ(path, mnt);
		dentry = row->kind == OBJECT_AT ? BPF_CORE_READ(path, dentry) : (void *)second;
	}
	r = object_print(slot, which, (__u64)mnt, (__u64)dentry, row->kind == OBJECT_NAME);
	if (r < 0)
		return r;
	return end - *(volatile __u32 *)&o->at + 1;
}

static __always_inline void object_identify(struct bpf_opened *o, struct path *path)
{
	struct inode *inode = BPF_CORE_READ(path, dentry, d_inode);

	o->ino = BPF_CORE_READ(inode, i_ino);
	o->dev = inode_dev(inode);
}

/* The address that the socket is given; without one, the name that a unix socket has. */
static __always_inline void address_note(struct bpf_pending *p, struct sock *sk,
					 const struct object *row)
{
	struct bpf_bound *b = &p->bound;
	struct unix_address *own;
	__u64 from = 0, len = 0;

	if (row->kind == OBJECT_ADDRESS) {
		from = p->arg[row->a & (OBJECT_ARGS - 1)];
		len = (__u32)p->arg[row->b & (OBJECT_ARGS - 1)];
	} else if (b->tuple.family == AF_UNIX) {
		own = BPF_CORE_READ((struct unix_sock *)sk, addr);
		if (own) {
			from = (__u64)member_of(struct unix_address, own, name);
			len = (__u32)BPF_CORE_READ(own, len);
		}
	}
	len = len < 128 ? len : 128;
	len = bounded(len, 0xff);
	if (!from || len > 128)
		len = 0;
	b->len = len;
	if (len)
		bpf_probe_read_kernel(b->addr, len, (void *)from);
}

/*
 * socket_note() - copy the socket of the arguments that a claimed slot has
 *
 * A function of its own, so that the verifier walks it once.
 */
__noinline int socket_note(__u32 slot, __u32 hook)
{
	struct bpf_pending *p = pending_slot(slot);
	const struct object_hook *row = &object_hooks[bounded(hook, OBJECT_PLACES - 1)];
	struct socket *sock;
	struct sock *sk;

	if (!p)
		return 0;
	sock = (void *)p->arg[row->object[0].a & (OBJECT_ARGS - 1)];
	sk = BPF_CORE_READ(sock, sk);
	__builtin_memset(&p->bound.tuple, 0, sizeof(p->bound.tuple));
	bpf_probe_read_kernel(&p->bound.tuple.ino, sizeof(__u64),
			      member_of(struct socket_alloc, sock, vfs_inode.i_ino));
	p->bound.len = 0;
	if (!sk)
		return 0;
	tuple_kind(&p->bound.tuple, sk);
	tuple_ends((void *)p->bound.addr, &p->bound.tuple, sk);
	address_note(p, sk, &row->object[1]);
	return 0;
}

/*
 * object_note() - copy an object of the arguments that a claimed slot has
 *
 * A function of its own, so that the verifier walks it once.
 */
__noinline int object_note(__u32 slot, __u32 which, __u32 hook)
{
	struct bpf_pending *p = pending_slot(slot);
	const struct object *row;
	struct bpf_opened *o;
	long n;

	hook = bounded(hook, OBJECT_PLACES - 1);
	row = which ? &object_hooks[hook].object[1] : &object_hooks[hook].object[0];
	if (row->kind == OBJECT_SOCKET)
		return socket_note(slot, hook);
	if (!p || row->kind == OBJECT_NONE || row->kind == OBJECT_ADDRESS)
		return 0;
	o = object_of(p, which);
	if (o->block) {
		block_give(o->block);
		o->block = 0;
	}
	o->at = which && p->first.len > 0 && !p->first.block ? p->first.at : BPF_PENDING_TEXT;
	o->len = 0;
	if (row->kind == OBJECT_AT)
		object_identify(o, (struct path *)p->arg[row->a & (OBJECT_ARGS - 1)]);
	if (selection()->flags & SAKER_SEL_NO_PATH)
		return 0;
	n = object_write(p, slot, which, row);
	if (n == -ENAMETOOLONG) {
		o->block = block_take(p->task, p->uid);
		if (!o->block)
			__sync_fetch_and_add(&control.unpaired, 1);
		o->at = 4096;
		n = o->block ? object_write(p, slot, which, row) : -EFAULT;
	}
	o->len = n;
	return 0;
}

#endif /* SAKER_BPF_OBJECT_H */
