/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Copies what the functions of saker/hooks.def are passed into the slot of the call, as
 * driver/pending.c. The hooks pass addresses; dentries are walked from the leaf to the root, so
 * the text is written from its end to its beginning, into the slot or into a block.
 */
#ifndef SAKER_BPF_OBJECT_H
#define SAKER_BPF_OBJECT_H

#include "object_mount.h"
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

/* Bytes of a name that is in its dentry: at most so many words. */
#define SHORT_WORDS	4

static __always_inline void words_put(__u64 *to, const __u64 *from, __u64 len)
{
	to[0] = from[0];
	if (len > 8)
		to[1] = from[1];
	if (len > 16)
		to[2] = from[2];
	if (len > 24)
		to[3] = from[3];
}

/*
 * Put "/" and a name, which is at @from if it is short, in front of the text that begins at @at.
 * Words are written, and what follows the name is restored.
 *
 * Return: where the text begins then; -ENAMETOOLONG: there is no room.
 */
static __always_inline int text_put(char *text, __u32 at, const __u64 *from,
				    const unsigned char *name, __u64 len)
{
	__u64 next, *to;

	if (len >= at)
		return -ENAMETOOLONG;
	at = bounded(at, BPF_PENDING_TEXT - 1);
	next = *(__u64 *)(text + at);
	len = bounded(len, 0xff);
	at = bounded(at - len - 1, BPF_PENDING_TEXT - 1);
	text[at] = '/';
	to = (__u64 *)(text + at + 1);
	if (from && len <= SHORT_WORDS * 8) {
		words_put(to, from, len);
	} else {
		bpf_probe_read_kernel(to, len, name);
	}
	*(__u64 *)(text + bounded(at + len + 1, BPF_PENDING_TEXT - 1)) = next;
	return at;
}

/* A dentry up to the end of its short name. */
struct dentry_block { __u64 word[12]; };

/* The short name in the copy of a dentry, if it has one and the copy has it. */
static __always_inline const __u64 *block_short_name(const struct dentry_block *copy,
						     __u64 dentry, __u64 name)
{
	if (short_name_at() + SHORT_WORDS * 8 > sizeof(*copy) || !name_is_short(dentry, name))
		return NULL;
	return (void *)copy + short_name_at();
}

/* Put "/" and a name in front of the text. @from: likewise, if it is short; else NULL */
static __always_inline int object_put(struct bpf_pending *p, struct bpf_opened *o,
				      const __u64 *from, const unsigned char *name, __u64 len)
{
	__u64 next, *after;
	char *text;

	len = bounded(len, 0xff);
	text = object_room(p, o, len + 1);
	if (!text)
		return -ENAMETOOLONG;
	*text = '/';
	if (!from || len >= SHORT_WORDS * 8) {
		bpf_probe_read_kernel(text + 1, len, name);
		return 0;
	}
	after = (__u64 *)(text + 1 + bounded(len, SHORT_WORDS * 8 - 1));
	next = *after;
	words_put((__u64 *)(text + 1), from, len);
	*after = next;
	return 0;
}

/* Put the names from a dentry to the root of the current task in front of the text. */
__noinline int object_walk(__u32 slot, __u32 which, __u64 vfs, __u64 leaf)
{
	struct fs_struct *fs = HOT(current_task(), fs);
	void *mnt = (void *)vfs - bpf_core_field_offset(struct mount, mnt), *above;
	struct dentry *dentry = (void *)leaf, *parent, *top;
	struct bpf_pending *p = pending_slot(slot);
	struct dentry_block of_dentry;
	const unsigned char *name;
	struct walk_end end = {};
	struct vfsmount *root;
	struct bpf_opened *o;
	struct block of_mnt;
	bool is_read = true;
	int r;

	if (!p || !fs)
		return -EFAULT;
	o = object_of(p, which);
	root = HOT(fs, root.mnt);
	end.mnt = root;
	end.dentry = HOT(fs, root.dentry);
	block_read(&of_mnt, mnt);
	top = IN(&of_mnt, mnt, struct mount, mnt.mnt_root);
	for (__u32 i = 0; i < BPF_PATH_STEPS + BPF_PATH_MOUNTS; i++) {
		if (walk_is_over(&end, member_of(struct mount, mnt, mnt), dentry))
			return 0;
		if (dentry == top) {
			if (!is_read)
				block_read(&of_mnt, mnt);
			above = IN(&of_mnt, mnt, struct mount, mnt_parent);
			if (above == mnt || !above)
				return 0;	/* outside the task's root, as in d_path() */
			dentry = IN(&of_mnt, mnt, struct mount, mnt_mountpoint);
			mnt = above;
			/* Most walks end on the mount of the root, whose root needs no helper. */
			is_read = member_of(struct mount, mnt, mnt) != (void *)end.mnt;
			if (is_read)
				block_read(&of_mnt, mnt);
			top = is_read ? IN(&of_mnt, mnt, struct mount, mnt.mnt_root) :
					HOT(root, mnt_root);
			continue;
		}
		block_read(&of_dentry, dentry);
		parent = IN(&of_dentry, dentry, struct dentry, d_parent);
		if (parent == dentry)
			return 0;	/* moved out of its mount, as in d_path() */
		name = IN(&of_dentry, dentry, struct dentry, d_name.name);
		r = object_put(p, o, block_short_name(&of_dentry, (__u64)dentry, (__u64)name), name,
			       IN(&of_dentry, dentry, struct dentry, d_name.len));
		if (r < 0)
			return r;
		dentry = parent;
	}
	return -EFAULT;
}

/* Names on the first mount of a path that are read by plain loads. */
#define PLAIN_NAMES	12

/* Put the name of a dentry in front of the text, by plain loads. Return: as text_put(). */
static __always_inline int plain_put(char *text, int at, struct dentry *dentry)
{
	const unsigned char *name = HOT(dentry, d_name.name);
	const bool is_short = name_is_short((__u64)dentry, (__u64)name);

	return text_put(text, at, is_short ? (void *)dentry + short_name_at() : NULL, name,
			HOT(dentry, d_name.len));
}

/*
 * plain_names() - put the names from a dentry up to the root of its mount in front of the text
 * @at:		where the text begins
 *
 * Return: where it begins then; with PLAIN_OVER if the walk has come to the root of the current
 * task; or -errno.
 */
#define PLAIN_OVER	0x1000

static __noinline int plain_names(char *text, int at, struct vfsmount *mnt, struct dentry *dentry)
{
	struct fs_struct *fs = HOT(current_task(), fs);
	struct dentry *root, *top = HOT(mnt, mnt_root), *parent;
	bool last;

	if (!fs)
		return -EFAULT;
	root = HOT(fs, root.dentry);
	last = HOT(fs, root.mnt) == mnt;
	for (__u32 i = 0; i < PLAIN_NAMES; i++) {
		if (last && dentry == root)
			return at | PLAIN_OVER;
		if (dentry == top)
			return at;
		parent = HOT(dentry, d_parent);
		if (parent == dentry)
			return at | PLAIN_OVER;	/* moved out of its mount, as in d_path() */
		at = plain_put(text, at, dentry);
		if (at < 0)
			return at;
		dentry = parent;
	}
	return -ENAMETOOLONG;
}

/*
 * plain_path() - the path of a dentry, in front of the end that the text has in a slot
 * @leaf:	a name in that directory; NULL: the dentry is the file
 *
 * Return: false: object_note() has to write it.
 */
static __always_inline bool plain_path(struct bpf_pending *p, __u32 which, struct vfsmount *mnt,
				       struct dentry *dentry, struct dentry *leaf)
{
	struct bpf_opened *o = object_of(p, which);
	int at, end = BPF_PENDING_TEXT - 1;

	if (o->block || (which && p->first.block))
		return false;
	if (which && p->first.len > 0)
		end = bounded(p->first.at, BPF_PENDING_TEXT - 1);
	if (!leaf && (!dentry_is_named(PLAIN, dentry) || dentry_is_gone(PLAIN, dentry)))
		return false;
	at = leaf ? plain_put(p->text, end, leaf) : end;
	if (at >= 0)
		at = plain_names(p->text, at, mnt, dentry);
	if (at < 0)
		return false;
	o->at = at & ~PLAIN_OVER;
	if (!(at & PLAIN_OVER) &&
	    object_walk(p->slot, which, address_of(&p->arg[0], mnt),
			address_of(&p->arg[1], HOT(mnt, mnt_root))) < 0)
		return false;
	at = *(volatile __u32 *)&o->at;
	if (at == end)
		return false;		/* "/" */
	o->len = end - at + 1;
	return true;
}

static __always_inline bool plain_is_path(const struct object *row)
{
	return row->kind == OBJECT_NAME || row->kind == OBJECT_BESIDE || row->kind == OBJECT_AT ||
	       row->kind == OBJECT_ROOT;
}

/* An object that is passed as a pointer of known type; false: it is not written. */
static __always_inline bool plain_note(struct bpf_pending *p, __u32 which, const struct object *row,
				       const __u64 *args)
{
	struct path *path = (struct path *)args[row->a];
	struct vfsmount *mnt = (struct vfsmount *)args[row->a];
	struct dentry *dentry = (struct dentry *)args[row->b];
	struct inode *inode;

	switch (row->kind) {
	case OBJECT_NAME:
		return plain_path(p, which, path->mnt, path->dentry, dentry);
	case OBJECT_BESIDE:
		return plain_path(p, which, path->mnt, dentry, NULL);
	case OBJECT_AT:
		inode = path->dentry->d_inode;
		object_of(p, which)->ino = inode->i_ino;
		object_of(p, which)->dev = dev_encode(inode->i_sb->s_dev);
		return plain_path(p, which, path->mnt, path->dentry, NULL);
	case OBJECT_ROOT:
		return plain_path(p, which, mnt, mnt->mnt_root, NULL);
	}
	return false;
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
		return object_put(p, o, NULL, BPF_CORE_READ(dentry, d_name.name),
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
	if (row->kind == OBJECT_FILE)
		path = member_of(struct file, first, f_path);
	if (row->kind == OBJECT_ROOT) {
		dentry = BPF_CORE_READ(mnt, mnt_root);
	} else if (row->kind == OBJECT_OF) {
		dentry = (void *)first;
		mnt = object_mount(dentry);
		if (!mnt)
			return -EFAULT;
	} else {
		mnt = BPF_CORE_READ(path, mnt);
		dentry = row->kind == OBJECT_AT || row->kind == OBJECT_FILE ?
			 BPF_CORE_READ(path, dentry) : (void *)second;
	}
	r = object_print(slot, which, (__u64)mnt, (__u64)dentry, row->kind == OBJECT_NAME);
	if (r < 0)
		return r;
	return end - *(volatile __u32 *)&o->at + 1;
}

/* As saker_object_dentry(). */
static __always_inline struct dentry *object_dentry(const struct bpf_pending *p,
						    const struct object *row)
{
	__u64 arg = p->arg[row->a & (OBJECT_ARGS - 1)];
	struct path *path = (void *)arg;

	if (row->kind == OBJECT_OF)
		return (void *)arg;
	if (row->kind == OBJECT_FILE)
		path = member_of(struct file, arg, f_path);
	else if (row->kind != OBJECT_AT)
		return NULL;
	return BPF_CORE_READ(path, dentry);
}

static __always_inline void object_identify(struct bpf_opened *o, struct dentry *dentry)
{
	struct inode *inode = BPF_CORE_READ(dentry, d_inode);

	o->ino = BPF_CORE_READ(inode, i_ino);
	o->dev = inode_dev(inode);
}

/* The address that the socket is given; without one, the name that a unix socket has. */
static __always_inline void address_note(struct bpf_bound *b, struct sock *sk,
					 const struct object *row, const __u64 *args)
{
	struct unix_address *own;
	__u64 from = 0, len = 0;

	if (row->kind == OBJECT_ADDRESS) {
		from = args[row->a & (OBJECT_ARGS - 1)];
		len = (__u32)args[row->b & (OBJECT_ARGS - 1)];
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
	p->bound.socket = (__u64)sock;
	p->bound.sk = (__u64)sk;
	p->bound.len = 0;
	if (!sk)
		return 0;
	tuple_kind(&p->bound.tuple, sk);
	tuple_ends((void *)p->bound.addr, &p->bound.tuple, sk);
	address_note(&p->bound, sk, &row->object[1], p->arg);
	return 0;
}

/*
 * plain_socket() - likewise, from arguments that are pointers of known type; of IPv4
 *
 * A socket that is given an address has none before. Return: false: socket_note() has to copy it.
 */
static __always_inline bool plain_socket(struct bpf_pending *p, const struct object_hook *row,
					 const __u64 *args)
{
	struct socket *sock = (struct socket *)args[row->object[0].a];
	struct bpf_bound *b = &p->bound;
	struct sock *sk = sock->sk;
	struct inet_sock *inet;
	__be32 address = 0;

	if (sk->__sk_common.skc_family != AF_INET || !sock->file)
		return false;
	__builtin_memset(&b->tuple, 0, sizeof(b->tuple));
	b->tuple.ino = sock->file->f_inode->i_ino;
	b->tuple.family = AF_INET;
	b->tuple.type = sk->sk_type;
	b->tuple.protocol = sk->sk_protocol;
	b->tuple.state = sk->__sk_common.skc_state;
	b->tuple.lport = sk->__sk_common.skc_num;
	b->tuple.rport = bpf_ntohs(sk->__sk_common.skc_dport);
	address = sk->__sk_common.skc_daddr;
	__builtin_memcpy(b->tuple.raddr, &address, sizeof(address));
	b->socket = address_of(&p->arg[0], sock);
	b->sk = address_of(&p->arg[1], sk);
	if (row->object[1].kind != OBJECT_ADDRESS) {
		inet = (void *)b->sk;
		address = BPF_CORE_READ(inet, inet_saddr);
		__builtin_memcpy(b->tuple.laddr, &address, sizeof(address));
	}
	address_note(b, NULL, &row->object[1], args);
	return true;
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
	struct dentry *dentry;
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
	dentry = object_dentry(p, row);
	if (dentry)
		object_identify(o, dentry);
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
