/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs the prefilter, as driver/prefilter.c. What the hook excludes is noted in the pending
 * entry of the call. What is tested lies in map memory: on the stack the verifier would
 * follow each of its values.
 */
#ifndef SAKER_BPF_PREFILTER_H
#define SAKER_BPF_PREFILTER_H

#include "call.h"
#include "pending.h"

#define GIVEN_MAX	224		/* a longer path as given is unknown */

/*
 * Memory of one test: 16 zeros and the path as given, and what is known of the open. At the hook
 * it is where the path of the file will be; at the exit, which is within a section, it
 * belongs to the CPU. Functions that the verifier walks once have its number as argument, not
 * its address.
 */
struct pf_room {
	union { __u64 zeros[2]; char given[SAKER_PF_GIVEN]; };
	struct saker_pf_facts facts;
};

_Static_assert(sizeof(struct pf_room) <= sizeof(((struct bpf_pending *)0)->text) +
	       sizeof(((struct bpf_pending *)0)->slack), "no place for the prefilter at the hook");
_Static_assert(sizeof(struct pf_room) <= sizeof(struct bpf_walk), "nor at the exit");

struct pf_args {
	__u64 name;
	__u32 flags, mode;
	bool at_fd;
};

#define PF_PROGRAM	((const struct saker_prefilter *)control.prefilter)

/* Does the program belong to this selection? */
static __always_inline bool pf_is_of(const struct saker_selection *sel)
{
	return PF_PROGRAM->generation == sel->generation;
}

/* Has the program stayed the same since pf_is_of()? */
static __always_inline bool pf_is_still_of(const struct saker_selection *sel)
{
	barrier();
	return *(volatile const __u64 *)&PF_PROGRAM->generation == sel->generation;
}

#define PF_ROOM_OF_CPU	BPF_PENDING_SLOTS

static __always_inline struct pf_room *pf_room(__u32 room)
{
	struct bpf_pending *p;
	struct bpf_cpu *cpu;

	if (room < PF_ROOM_OF_CPU) {
		p = pending_slot(room);
		if (!p)
			return NULL;
		/* Without this the compiler adds the offset before the check. */
		asm volatile("" : "+r"(p));
		return (void *)p->text;
	}
	cpu = this_cpu();
	if (!cpu)
		return NULL;
	asm volatile("" : "+r"(cpu));
	return (void *)&cpu->state.walk;
}

__noinline int pf_slash(__u32 room, __u32 end, __u32 len, __u32 from)
{
	struct pf_room *r = pf_room(room);

	return r ? saker_pf_slash(r->given, end, len, from) : SAKER_PF_TAIL;
}

__noinline int pf_two_dots(__u32 room, __u32 end, __u32 len)
{
	struct pf_room *r = pf_room(room);

	return r ? saker_pf_two_dots(r->given, end, len) : 1;
}

/* An argument, at a hook or at the exit of the call: the registers may be an address only. */
#define PF_ARG(r, abi, wide, narrow)	\
	((abi) == EV_ABI_IA32 ? (__u32)HOT(r, narrow) : HOT(r, wide))
#define PF_ARG0(r, abi)	PF_ARG(r, abi, di, bx)
#define PF_ARG1(r, abi)	PF_ARG(r, abi, si, cx)
#define PF_ARG2(r, abi)	PF_ARG(r, abi, dx, dx)
#define PF_ARG3(r, abi)	PF_ARG(r, abi, r10, si)

/* False: they are in user memory. */
static __always_inline bool pf_args(struct pf_args *a, struct pt_regs *regs, __u32 abi, __u32 nr)
{
	a->at_fd = false;
	if (number_is(abi, nr, openat)) {
		a->at_fd = (int)PF_ARG0(regs, abi) != AT_FDCWD;
		a->name = PF_ARG1(regs, abi);
		a->flags = PF_ARG2(regs, abi);
		a->mode = PF_ARG3(regs, abi);
		return true;
	}
	if (number_is(abi, nr, openat2))
		return false;
	a->name = PF_ARG0(regs, abi);
	a->flags = PF_ARG1(regs, abi);
	a->mode = PF_ARG2(regs, abi);
	if (number_is(abi, nr, creat)) {
		a->mode = a->flags;
		a->flags = O_CREAT | O_WRONLY | O_TRUNC;
	}
	return true;
}

static __always_inline __u64 pf_shape(const struct pf_args *a, bool failed, __u32 kind)
{
	const __u32 shape = saker_pf_shape(a->flags, a->mode, failed, kind);

	return PF_PROGRAM->shape[bounded(shape, SAKER_PF_SHAPES - 1)];
}

/* The name of a dentry, unless it changes meanwhile. */
static __always_inline void pf_dentry(enum how how, struct saker_pf_name *n, struct dentry *d)
{
	__u32 seq = LOAD(how, d, d_seq.seqcount.sequence), len = LOAD(how, d, d_name.len);
	const unsigned char *name = LOAD(how, d, d_name.name);
	__u64 words[2] = {};

	n->what = SAKER_PF_UNKNOWN;
	if (!len || bpf_probe_read_kernel(words, sizeof(words), name + len - sizeof(words)))
		return;
	saker_pf_name_set(n, words[1], words[0], len);
	if (seq & 1 || LOAD(how, d, d_seq.seqcount.sequence) != seq)
		n->what = SAKER_PF_UNKNOWN;
}

/* The name a directory has in a path; the root of a mount is called as its mount point. */
static __always_inline void pf_dir(enum how how, struct saker_pf_name *n, struct dentry *dir,
				   struct vfsmount *mnt)
{
	n->what = SAKER_PF_UNKNOWN;
	if (dir != LOAD(how, mnt, mnt_root) && dir != LOAD(how, dir, d_parent))
		pf_dentry(how, n, dir);
}

/* A deleted file has " (deleted)" behind its name; one with d_dname is no path. */
static __always_inline void pf_path(enum how how, struct saker_pf_facts *facts, struct dentry *d,
				    struct vfsmount *mnt)
{
	const struct dentry_operations *op = LOAD(how, d, d_op);
	struct dentry *parent = LOAD(how, d, d_parent);

	facts->leaf.what = SAKER_PF_UNKNOWN;
	facts->parent.what = SAKER_PF_UNKNOWN;
	if (d == parent || d == LOAD(how, mnt, mnt_root) || !LOAD(how, d, d_hash.pprev) ||
	    (op && LOAD(how, op, d_dname)))
		return;
	pf_dentry(how, &facts->leaf, d);
	pf_dir(how, &facts->parent, parent, mnt);
}

static __always_inline void pf_pwd(struct saker_pf_name *n, struct task_struct *task)
{
	struct fs_struct *fs = HOT(task, fs);
	struct dentry *d = BPF_CORE_READ(fs, pwd.dentry);

	if (d && BPF_CORE_READ(d, d_hash.pprev))
		pf_dir(HELPER, n, d, BPF_CORE_READ(fs, pwd.mnt));
}

static __always_inline void pf_given(struct pf_room *room, __u64 name, bool at_fd)
{
	struct saker_pf_facts *facts = &room->facts;
	long n = bpf_probe_read_user_str(room->given + 16, GIVEN_MAX, (void *)name);
	__u64 len;

	room->zeros[0] = 0;
	room->zeros[1] = 0;
	facts->given_leaf.what = SAKER_PF_UNKNOWN;
	facts->given_parent.what = SAKER_PF_UNKNOWN;
	facts->dots = 1;
	if (n <= 0 || n >= GIVEN_MAX)
		return;
	len = bounded(n - 1, GIVEN_MAX - 1);
	saker_pf_given(facts, room->given, 16 + len, len < SAKER_PF_TAIL ? len : SAKER_PF_TAIL,
		       len > SAKER_PF_TAIL, at_fd);
	if (facts->single)
		pf_pwd(&facts->given_parent, current_task());
}

/*
 * Test the names: those of the resolved path are in the room already.
 *
 * Return: the clauses of @left that remain.
 */
__noinline __u64 pf_names(__u32 number, __u64 left, __u64 name, __u32 at_fd)
{
	struct pf_room *room = pf_room(number);

	if (!room)
		return left;
	room->facts.room = number;
	pf_given(room, name, at_fd);
	return saker_pf_names(PF_PROGRAM, &room->facts, left);
}

/* At the hook: can no rule match this open? */
static __always_inline bool pf_excludes_file(enum how how, struct file *file, __u32 kind,
					     struct bpf_pending *p, struct task_struct *task,
					     __u32 abi, __u32 nr)
{
	struct pf_room *room = (void *)p->text;
	const struct saker_selection *sel = selection();
	struct pf_args a = {};
	__u64 left;

	if (!pf_is_of(sel) || !pf_args(&a, current_regs(task), abi, nr))
		return false;
	left = pf_shape(&a, false, kind);
	if (left) {
		pf_path(how, &room->facts, LOAD(how, file, f_path.dentry),
			LOAD(how, file, f_path.mnt));
		left = pf_names(p->slot, left, a.name, a.at_fd);
	}
	return !left && pf_is_still_of(sel);
}

/* The entry of a call whose file the hook has excluded, or not; NULL: it has none at its home. */
static __always_inline const struct bpf_pending *pf_entry(const struct fill *f)
{
	struct task_struct *task = f->current;
	const struct bpf_pending *e = pending_slot(pending_home(f->task, pending_uid(task)));

	if (!e || e->task != f->task || e->start != HOT(task, start_boottime) ||
	    e->call != call_place(f->abi, f->nr) || pending_is_stale(e))
		return NULL;
	return e;
}

static __always_inline __u32 pf_kind(enum how how, struct inode *inode)
{
	struct super_block *sb = LOAD(how, inode, i_sb);
	__u32 mode = LOAD(how, inode, i_mode) & S_IFMT;

	if (mode == S_IFDIR)
		return SAKER_PF_DIR;
	return mode == S_IFREG && !(LOAD(how, sb, s_flags) & SB_KERNMOUNT) ? SAKER_PF_FILE : 0;
}

/* The clauses that are left for the file of the descriptor, of which the record would be. */
static __always_inline __u64 pf_by_fd(const struct fill *f, struct pf_room *room,
				      const struct pf_args *a)
{
	struct file *file = fd_get(f->ret).file;

	room->facts.leaf.what = SAKER_PF_UNKNOWN;
	room->facts.parent.what = SAKER_PF_UNKNOWN;
	if (!file)
		return pf_shape(a, false, 0);
	pf_path(HELPER, &room->facts, BPF_CORE_READ(file, f_path.dentry),
		BPF_CORE_READ(file, f_path.mnt));
	return pf_shape(a, false, pf_kind(HELPER, BPF_CORE_READ(file, f_inode)));
}

/*
 * At the exit of an open, within a section: is it excluded? If the hook has not seen the file,
 * it is found by its descriptor; if the call failed, there is none.
 *
 * A function of its own: it is not called from another one, as their stacks would add up.
 */
static __attribute__((noinline)) bool open_is_excluded(struct fill *f)
{
	struct pf_room *room = (void *)&f->cpu->state.walk;
	bool failed = f->flags & EV_F_FAILED;
	const struct bpf_pending *entry;
	struct pf_args a = {};
	__u64 left;

	if (!pf_is_of(f->sel) || !f->regs || !pf_args(&a, f->regs, f->abi, f->nr))
		return false;
	if (failed) {
		room->facts.leaf.what = SAKER_PF_ABSENT;
		room->facts.parent.what = SAKER_PF_ABSENT;
		left = pf_shape(&a, true, 0);
	} else {
		entry = a.flags & O_PATH ? NULL : pf_entry(f);
		if (entry)
			return entry->excluded == BPF_EXCLUDED;
		left = pf_by_fd(f, room, &a);
	}
	if (left)
		left = pf_names(PF_ROOM_OF_CPU, left, a.name, a.at_fd);
	return !left && pf_is_still_of(f->sel);
}

#endif /* SAKER_BPF_PREFILTER_H */
