// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds what the prefilter tests: the arguments of an open, the name of a file and of its
 * directory from their dentries, the path as given from user memory.
 */
#include "prefilter.h"

#include <linux/dcache.h>
#include <linux/fcntl.h>
#include <linux/fs.h>
#include <linux/mount.h>
#include <linux/seqlock.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include "arch/arch.h"
#include "compat/compiler.h"
#include "compat/fs.h"
#include "lock.h"
#include "nr.h"
#include "path.h"
#include "user.h"

#define GIVEN_MAX	224	/* a longer path as given is unknown; SAKER_PF_GIVEN - 40 */

struct saker_prefilter_state __rcu *saker_prefilter;

static void replace(struct saker_prefilter_state *s)
{
	struct saker_prefilter_state *old =
		rcu_dereference_protected(saker_prefilter, lockdep_is_held(&saker_session_lock));

	rcu_assign_pointer(saker_prefilter, s);
	if (!old)
		return;
	synchronize_rcu();
	vfree(old);
}

void saker_prefilter_unload(void)
{
	replace(NULL);
}

int saker_prefilter_load(const void __user *at, u32 size, u64 generation)
{
	struct saker_prefilter_state *s;
	const char *why;
	int ret = 0;

	if (size < sizeof(s->program) || size > SAKER_PF_SIZE(SAKER_PF_SLOTS))
		return -EINVAL;
	s = vzalloc(offsetof(struct saker_prefilter_state, program) + size);
	if (!s)
		return -ENOMEM;
	if (copy_from_user(&s->program, at, size))
		ret = -EFAULT;
	else if (saker_pf_check(&s->program, size, &why))
		ret = -EINVAL;
	else if (s->program.generation != generation)
		ret = -ESTALE;
	if (ret)
		vfree(s);
	else
		replace(s);
	return ret;
}

/* -- marks -- */

static unsigned long *mark_of(struct saker_prefilter_state *s)
{
	return &s->marks[hash_ptr(current, SAKER_MARK_BITS)];
}

static void mark_set(struct saker_prefilter_state *s)
{
	WRITE_ONCE(*mark_of(s), (unsigned long)current);
}

static bool mark_take(struct saker_prefilter_state *s)
{
	unsigned long *mark = mark_of(s);

	if (READ_ONCE(*mark) != (unsigned long)current)
		return false;
	WRITE_ONCE(*mark, 0);
	return true;
}

/* -- arguments -- */

struct open_args {
	const void __user *name;
	u32 flags, mode;
	bool at_fd;
};

/* False: they are in user memory. */
static bool open_args(struct open_args *a, const struct saker_fill *f)
{
	bool at = saker_call_is(f, openat);
	unsigned int first = at;

	if (!at && saker_call_is(f, openat2))
		return false;
	a->at_fd = at && (int)saker_arg(f, 0) != AT_FDCWD;
	a->name = (const void __user *)saker_arg(f, first);
	if (saker_call_is(f, creat)) {
		a->flags = O_CREAT | O_WRONLY | O_TRUNC;
		a->mode = saker_arg(f, 1);
	} else {
		a->flags = saker_arg(f, first + 1);
		a->mode = saker_arg(f, first + 2);
	}
	return true;
}

/* -- names -- */

/*
 * The name of a dentry. d_seq is odd or changes while the name does, so pointer and length
 * belong together; the memory of a name stays valid within RCU. Up to 15 bytes before the
 * name are read: a short name is inside the dentry, where its other members are before it.
 */
static void dentry_name(struct saker_pf_name *n, const struct dentry *d)
{
	unsigned int seq = raw_seqcount_begin(&d->d_seq);
	const unsigned char *name = READ_ONCE(d->d_name.name);
	u32 len = READ_ONCE(d->d_name.len);

	n->what = SAKER_PF_UNKNOWN;
	if (unlikely(!len || read_seqcount_retry(&d->d_seq, seq)))
		return;
	saker_pf_name_set(n, SAKER_PF_LOAD(name + len - 8), SAKER_PF_LOAD(name + len - 16), len);
	if (unlikely(read_seqcount_retry(&d->d_seq, seq)))
		n->what = SAKER_PF_UNKNOWN;
}

/* The name a directory has in a path; the root of a mount is called as its mount point. */
static void dir_name(struct saker_pf_name *n, const struct dentry *dir, const struct vfsmount *mnt)
{
	if (unlikely(dir == mnt->mnt_root || IS_ROOT(dir)))
		n->what = SAKER_PF_UNKNOWN;
	else
		dentry_name(n, dir);
}

/* A deleted file has " (deleted)" behind its name. */
static void path_names(struct saker_pf_facts *facts, const struct path *path)
{
	const struct dentry *d = path->dentry;

	if (unlikely(!saker_dentry_is_named(d) || d == path->mnt->mnt_root || IS_ROOT(d) ||
		     d_unhashed(d))) {
		facts->leaf.what = SAKER_PF_UNKNOWN;
		facts->parent.what = SAKER_PF_UNKNOWN;
		return;
	}
	dentry_name(&facts->leaf, d);
	dir_name(&facts->parent, READ_ONCE(d->d_parent), path->mnt);
}

static noinline void pwd_name(struct saker_pf_name *n)
{
	struct path pwd = {};

	if (!current->fs)
		return;
	saker_fs_pwd(current->fs, &pwd);
	if (!d_unhashed(pwd.dentry))
		dir_name(n, pwd.dentry, pwd.mnt);
}

static void given_names(struct saker_pf_facts *facts, const struct open_args *a)
{
	char buf[16 + GIVEN_MAX] __aligned(8) saker_uninitialized;
	long n;

	((u64 *)buf)[0] = 0;
	((u64 *)buf)[1] = 0;
	n = saker_user_str(buf + 16, a->name, GIVEN_MAX);
	if (unlikely(n < 0 || n >= GIVEN_MAX)) {
		facts->given_leaf.what = SAKER_PF_UNKNOWN;
		facts->given_parent.what = SAKER_PF_UNKNOWN;
		facts->dots = 1;
		return;
	}
	saker_pf_given(facts, buf, 16 + n, min_t(u32, n, SAKER_PF_TAIL), n > SAKER_PF_TAIL,
		       a->at_fd);
	if (unlikely(facts->single))
		pwd_name(&facts->given_parent);
}

static u32 kind_of(const struct file *file)
{
	umode_t mode = file_inode(file)->i_mode;

	if (S_ISDIR(mode))
		return SAKER_PF_DIR;
	return S_ISREG(mode) && saker_dentry_is_named(file->f_path.dentry) ? SAKER_PF_FILE : 0;
}

/* -- tests -- */

bool saker_prefilter_file(struct saker_prefilter_state *s, const struct file *file,
			  struct pt_regs *regs, unsigned int abi, unsigned int nr)
{
	const struct saker_prefilter *p = &s->program;
	struct saker_fill f saker_uninitialized;
	struct saker_pf_facts facts saker_uninitialized;
	struct open_args a saker_uninitialized;
	u64 left;

	f.regs = regs;
	f.abi = abi;
	f.nr = nr;
	if (unlikely(!open_args(&a, &f)))
		return false;
	left = p->shape[saker_pf_shape(a.flags, a.mode, false, kind_of(file))];
	if (left) {
		path_names(&facts, &file->f_path);
		given_names(&facts, &a);
		left = saker_pf_names(p, &facts, left);
	}
	if (!left)
		mark_set(s);
	return !left;
}

/* The clauses that are left for the file of the descriptor, of which the record would be. */
static u64 left_by_fd(const struct saker_prefilter *p, struct saker_pf_facts *facts,
		      const struct saker_fill *f, const struct open_args *a)
{
	struct saker_fd fd = saker_fd_get(f->ret);
	u32 kind = 0;

	if (fd.file) {
		kind = kind_of(fd.file);
		path_names(facts, &fd.file->f_path);
		saker_fd_put(fd);
	} else {
		facts->leaf.what = SAKER_PF_UNKNOWN;
		facts->parent.what = SAKER_PF_UNKNOWN;
	}
	return p->shape[saker_pf_shape(a->flags, a->mode, false, kind)];
}

/* No hook has seen the file: the call failed, or had O_PATH, or its entry was lost. */
static bool exit_excludes(const struct saker_prefilter *p, const struct saker_fill *f,
			  const struct open_args *a)
{
	struct saker_pf_facts facts saker_uninitialized;
	u64 left;

	if (f->flags & EV_F_FAILED) {
		left = p->shape[saker_pf_shape(a->flags, a->mode, true, 0)];
		facts.leaf.what = SAKER_PF_ABSENT;
		facts.parent.what = SAKER_PF_ABSENT;
	} else {
		left = left_by_fd(p, &facts, f, a);
	}
	if (!left)
		return true;
	given_names(&facts, a);
	return !saker_pf_names(p, &facts, left);
}

bool saker_prefilter_exit(struct saker_prefilter_state *s, struct saker_fill *f)
{
	bool marked = mark_take(s), failed = f->flags & EV_F_FAILED;
	struct open_args a;

	if (unlikely(!open_args(&a, f)))
		return false;
	if (likely(!failed && !(a.flags & O_PATH))) {
		f->unsure = marked && f->pending;
		if (marked || f->pending)
			return !f->pending;
	}
	return exit_excludes(&s->program, f, &a);
}
