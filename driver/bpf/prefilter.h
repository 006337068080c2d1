/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs the prefilter, as driver/prefilter.c and driver/prefilter.h describe. The path as given lies
 * in map memory: on the stack the verifier would follow each of its values. At the hook that
 * is an entry of the pending table, which is taken only if that path has to be read.
 */
#ifndef SAKER_BPF_PREFILTER_H
#define SAKER_BPF_PREFILTER_H

#include "call.h"
#include "pending.h"

#define GIVEN_MAX	224		/* a longer path as given is unknown */

/*
 * Memory of the tests that need the path as given: 16 zeros and that path. At the hook it is where
 * the path of the file will be; at the exit, which is within a section, it belongs to the CPU.
 * Functions that the verifier walks once have its number as argument, not its address.
 */
struct pf_room {
	union { __u64 zeros[2]; char given[SAKER_PF_GIVEN]; };
	struct saker_pf_name leaf, parent;	/* of the resolved path */
	struct saker_pf_given g;
	__u64 name;				/* address of the path as given */
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

/* Offset of a short name in its dentry; 0 if this kernel has neither member. */
static __always_inline __u32 pf_short_at(void)
{
	if (bpf_core_field_exists(((struct dentry___iname *)0)->d_iname))
		return bpf_core_field_offset(struct dentry___iname, d_iname);
	if (bpf_core_field_exists(((struct dentry___shortname *)0)->d_shortname))
		return bpf_core_field_offset(struct dentry___shortname, d_shortname);
	return 0;
}

/* The last 16 bytes of a name; a short one is in its dentry. False: they cannot be read. */
static __always_inline bool pf_name_words(enum how how, __u64 words[2], struct dentry *d,
					  const unsigned char *name, __u32 len)
{
	__u64 first, second, shift, inside = (__u64)d + pf_short_at();

	/* Without this the compiler loads from the name, which is a number for the verifier. */
	asm volatile("" : "+r"(inside));
	if (!IS_PLAIN(how) || len > 16 || !pf_short_at() || (__u64)name != inside)
		return !bpf_probe_read_kernel(words, 16, name + len - 16);
	first = *(const __u64 *)((void *)d + pf_short_at());
	second = *(const __u64 *)((void *)d + pf_short_at() + 8);
	shift = 8 * (16 - len);
	if (shift >= 64) {
		words[0] = 0;
		words[1] = first << (shift & 63);
	} else {
		words[0] = first << shift;
		words[1] = second << shift | (shift ? first >> (64 - shift) : 0);
	}
	return true;
}

/* The name of a dentry, unless it changes meanwhile. */
static __always_inline void pf_dentry(enum how how, struct saker_pf_name *n, struct dentry *d)
{
	__u32 seq = LOAD(how, d, d_seq.seqcount.sequence), len = LOAD(how, d, d_name.len);
	const unsigned char *name = LOAD(how, d, d_name.name);
	__u64 words[2] = {};

	n->what = SAKER_PF_UNKNOWN;
	if (!len || !pf_name_words(how, words, d, name, len))
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

/* Has it a name in a path? A deleted file has " (deleted)" behind it; one with d_dname is no path. */
static __always_inline bool pf_has_name(enum how how, struct dentry *d, struct vfsmount *mnt)
{
	const struct dentry_operations *op = LOAD(how, d, d_op);

	return d != LOAD(how, d, d_parent) && d != LOAD(how, mnt, mnt_root) &&
	       LOAD(how, d, d_hash.pprev) && !(op && LOAD(how, op, d_dname));
}

static __always_inline void pf_leaf(enum how how, struct saker_pf_name *n, struct dentry *d,
				    struct vfsmount *mnt)
{
	n->what = SAKER_PF_UNKNOWN;
	if (pf_has_name(how, d, mnt))
		pf_dentry(how, n, d);
}

static __always_inline void pf_parent(enum how how, struct saker_pf_name *n, struct dentry *d,
				      struct vfsmount *mnt)
{
	n->what = SAKER_PF_UNKNOWN;
	if (pf_has_name(how, d, mnt))
		pf_dir(how, n, LOAD(how, d, d_parent), mnt);
}

/*
 * Has the path as given the same last name? The walk of the current task is at this dentry's name,
 * has followed no link, and the file system compares names by their bytes.
 */
static __always_inline bool pf_is_as_given(enum how how, struct task_struct *task, struct dentry *d)
{
	struct nameidata *walk;

	/* By the helper it costs more than reading the path as given. */
	if (!IS_PLAIN(how) ||
	    !bpf_core_field_exists(((struct nameidata *)0)->total_link_count))
		return false;
	walk = task->nameidata;
	return !walk->total_link_count && walk->last.hash == d->d_name.hash &&
	       walk->last.len == d->d_name.len && !(d->d_flags & DCACHE_OP_COMPARE);
}

static __always_inline void pf_cwd(struct pf_room *room, struct saker_pf_name *n)
{
	struct task_struct *task = current_task();
	struct fs_struct *fs = HOT(task, fs);
	struct dentry *d = BPF_CORE_READ(fs, pwd.dentry);

	n->what = SAKER_PF_UNKNOWN;
	if (d && BPF_CORE_READ(d, d_hash.pprev))
		pf_dir(HELPER, n, d, BPF_CORE_READ(fs, pwd.mnt));
}

static __always_inline bool pf_read(struct pf_room *room)
{
	long n = bpf_probe_read_user_str(room->given + 16, GIVEN_MAX, (void *)room->name);
	__u64 len;

	if (n <= 0 || n >= GIVEN_MAX)
		return false;
	room->zeros[0] = 0;
	room->zeros[1] = 0;
	len = bounded(n - 1, GIVEN_MAX - 1);
	room->g.end = 16 + len;
	room->g.len = len < SAKER_PF_TAIL ? len : SAKER_PF_TAIL;
	room->g.longer = len > SAKER_PF_TAIL;
	return true;
}

static __always_inline void pf_room_parent(struct pf_room *room, struct saker_pf_name *n)
{
	*n = room->parent;
}

SAKER_PF_REST(pf_rest_in, struct pf_room *, pf_read, pf_room_parent, pf_cwd)

/*
 * The tests that need the path as given. The names of the resolved path are in the room already.
 *
 * Return: the clauses of @left that remain.
 */
__noinline __u64 pf_rest(__u32 number, __u64 left, __u64 passes, __u64 name, __u32 at_fd)
{
	struct pf_room *room = pf_room(number);

	if (!room)
		return left;
	room->g.room = number;
	room->g.at_fd = at_fd;
	room->name = name;
	return pf_rest_in(PF_PROGRAM, left, passes, room);
}

/* -- marks -- */

/* As enum saker_mark of driver/prefilter.h. */
enum pf_mark { PF_UNMARKED, PF_EXCLUDED, PF_PASSED, PF_CONNECT };

#define PF_PASSED_BIT	1ull
#define PF_CONNECT_BIT	2ull
#define PF_KINDS	3ull

static __always_inline __u64 *pf_mark(__u64 self)
{
	__u32 place = (__u32)self * 2654435761u >> 20;

	return &control.marks[bounded(place, BPF_MARKS - 1)];
}

/*
 * Of the current task and no other, also not of one that has its number later; and of this
 * program: a call that ends after a reload is tested by the new one.
 */
static __always_inline __u64 pf_mark_value(struct task_struct *task, __u64 self)
{
	return (HOT(task, start_boottime) ^ self * 0x9e3779b97f4a7c15ull ^
		PF_PROGRAM->generation * 0xc2b2ae3d27d4eb4full) & ~PF_KINDS;
}

/* As saker_mark_get() of driver/prefilter.h. */
static __always_inline enum pf_mark pf_mark_get(struct task_struct *task, __u64 self)
{
	__u64 word = *(volatile __u64 *)pf_mark(self);

	if ((word & ~PF_KINDS) != pf_mark_value(task, self))
		return PF_UNMARKED;
	return PF_EXCLUDED + (word & PF_KINDS);
}

static __always_inline enum pf_mark pf_mark_take(struct task_struct *task, __u64 self)
{
	enum pf_mark ret = pf_mark_get(task, self);

	if (ret)
		*(volatile __u64 *)pf_mark(self) = 0;
	return ret;
}

/* A file of the call is excluded. */
static __always_inline void pf_mark_excluded(struct task_struct *task, __u64 self)
{
	if (pf_mark_get(task, self) != PF_PASSED)
		*(volatile __u64 *)pf_mark(self) = pf_mark_value(task, self);
}

/* One passes, after another one that was excluded or not. */
static __always_inline void pf_mark_passed(struct task_struct *task, __u64 self)
{
	if (pf_mark_get(task, self) == PF_EXCLUDED)
		*(volatile __u64 *)pf_mark(self) = pf_mark_value(task, self) | PF_PASSED_BIT;
}

/* -- tests -- */

static __always_inline __u32 pf_kind(enum how how, struct inode *inode)
{
	struct super_block *sb = LOAD(how, inode, i_sb);
	__u32 mode = LOAD(how, inode, i_mode) & S_IFMT;

	if (mode == S_IFDIR)
		return SAKER_PF_DIR;
	return mode == S_IFREG && !(LOAD(how, sb, s_flags) & SB_KERNMOUNT) ? SAKER_PF_FILE : 0;
}

/* What the hook finds before it reads the path as given. */
struct pf_test {
	struct pf_args a;
	__u64 left, passes;
	struct saker_pf_name leaf;
};

/*
 * At the hook: the tests that need only the file and the arguments. Return: can a rule match it, as
 * far as these tests show?
 */
static __always_inline bool pf_test_file(enum how how, struct pf_test *t, struct file *file,
					 __u32 kind, struct task_struct *task, __u32 abi, __u32 nr)
{
	struct dentry *d = LOAD(how, file, f_path.dentry);

	if (!pf_args(&t->a, current_regs(task), abi, nr)) {
		t->left = 0;	/* no further test */
		return true;
	}
	t->left = pf_shape(&t->a, false, kind);
	if (!t->left)
		return false;
	pf_leaf(how, &t->leaf, d, LOAD(how, file, f_path.mnt));
	t->passes = saker_pf_leaf_passes(PF_PROGRAM, t->left, &t->leaf);
	if (t->left & ~t->passes && pf_is_as_given(how, task, d))
		t->left &= t->passes;
	return t->left;
}

/* The rest of the tests, in a pending entry. Return: can a rule match it? */
static __always_inline bool pf_test_rest(enum how how, struct pf_test *t, struct file *file,
					 struct bpf_pending *p)
{
	struct pf_room *room = (void *)p->text;

	if (saker_pf_is_decided(PF_PROGRAM, t->left, t->passes))
		return true;
	room->leaf = t->leaf;
	room->parent.what = SAKER_PF_UNKNOWN;
	if (t->left & ~PF_PROGRAM->any_parent)
		pf_parent(how, &room->parent, LOAD(how, file, f_path.dentry),
			  LOAD(how, file, f_path.mnt));
	return pf_rest(p->slot, t->left, t->passes, t->a.name, t->a.at_fd);
}

/* The clauses that are left for the file of the descriptor, of which the record would be. */
static __always_inline __u64 pf_by_fd(const struct fill *f, struct pf_room *room,
				      const struct pf_args *a)
{
	struct file *file = fd_get(f->ret).file;
	struct vfsmount *mnt;
	struct dentry *d;

	room->leaf.what = SAKER_PF_UNKNOWN;
	room->parent.what = SAKER_PF_UNKNOWN;
	if (!file)
		return pf_shape(a, false, 0);
	d = BPF_CORE_READ(file, f_path.dentry);
	mnt = BPF_CORE_READ(file, f_path.mnt);
	pf_leaf(HELPER, &room->leaf, d, mnt);
	if (~PF_PROGRAM->any_parent)
		pf_parent(HELPER, &room->parent, d, mnt);
	return pf_shape(a, false, pf_kind(HELPER, BPF_CORE_READ(file, f_inode)));
}

/* Has the hook noted a file of the current task's call? */
static __always_inline bool pf_is_noted(struct task_struct *task, __u64 self)
{
	__u32 slot = pending_home(self, pending_uid(task));
	const struct bpf_pending *p = pending_slot(slot);

	if (p && p->task != self)
		p = pending_away(p, self, &slot);
	return p && p->start == HOT(task, start_boottime) && !pending_is_stale(p);
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
	struct pf_args a = {};
	__u64 left, passes;
	enum pf_mark mark;
	bool noted;

	if (!pf_is_of(f->sel) || !f->regs)
		return false;
	mark = pf_mark_take(f->current, f->task);
	f->unsure = mark;
	if (!pf_args(&a, f->regs, f->abi, f->nr))
		return false;
	if (f->flags & EV_F_FAILED) {
		room->leaf.what = SAKER_PF_ABSENT;
		room->parent.what = SAKER_PF_ABSENT;
		left = pf_shape(&a, true, 0);
	} else {
		noted = pf_is_noted(f->current, f->task);
		if (!(a.flags & O_PATH) && (noted || mark))
			return !noted && mark == PF_EXCLUDED;
		/* Another task may have replaced the file since. */
		if (!(a.flags & O_PATH) && fd_get(f->ret).prov)
			return false;
		left = pf_by_fd(f, room, &a);
	}
	passes = saker_pf_leaf_passes(PF_PROGRAM, left, &room->leaf);
	if (!saker_pf_is_decided(PF_PROGRAM, left, passes))
		left = pf_rest(PF_ROOM_OF_CPU, left, passes, a.name, a.at_fd);
	return !left && pf_is_still_of(f->sel);
}

/* -- the short way -- */

/* Count a hit that is excluded. */
static __always_inline void excluded_count(__u32 type)
{
	struct bpf_cpu *cpu = section_open(type);

	if (!cpu)
		return;
	if (cpu->state.aside)
		settle();
	tally_of(cpu, type)->hits++;
	tally_of(cpu, type)->filtered++;
	section_close(cpu, cpu->producer.last_ts_ns, 0);
}

/*
 * At the exit of an open: has the hook excluded its file, the only one it saw? Then the hit is
 * counted, and nothing else is to be done.
 */
static __always_inline bool open_ends(struct task_struct *task, bool failed)
{
	__u64 self = bpf_get_current_pid_tgid();
	const struct bpf_pending *home;
	enum pf_mark mark;

	if (!pf_is_of(selection()))
		return false;
	mark = pf_mark_get(task, self);
	if (!mark)
		return false;
	if (!failed) {
		if (mark != PF_EXCLUDED)
			return false;
		home = pending_slot(pending_home(self, pending_uid(task)));
		if (control.left_ns || !home || home->task == self || home->displaced)
			return false;
	}
	*(volatile __u64 *)pf_mark(self) = 0;
	if (failed)
		return false;
	excluded_count(EV_open);
	return true;
}

#endif /* SAKER_BPF_PREFILTER_H */
