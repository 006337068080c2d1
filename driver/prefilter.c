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

static void mark_excluded(struct saker_prefilter_state *s)
{
	unsigned long *mark = saker_mark_of(s);

	if (likely(saker_mark_get(mark) != SAKER_MARK_PASSED))
		WRITE_ONCE(*mark, saker_mark_value());
}

static void mark_passed(struct saker_prefilter_state *s)
{
	unsigned long *mark = saker_mark_of(s);

	if (unlikely(saker_mark_get(mark) == SAKER_MARK_EXCLUDED))
		WRITE_ONCE(*mark, saker_mark_value() | SAKER_MARK_PASSED_BIT);
}

/* -- arguments -- */

struct open_args {
	const void __user *name;
	u32 flags, mode;
	bool at_fd;
};

static noinline bool open_args_ia32(struct open_args *a, const struct pt_regs *regs,
				    unsigned int nr)
{
	if (nr == SAKER_NR_openat_ia32) {
		a->at_fd = (int)regs->bx != AT_FDCWD;
		a->name = (const void __user *)(regs->cx & U32_MAX);
		a->flags = regs->dx;
		a->mode = regs->si;
		return true;
	}
	a->at_fd = false;
	a->name = (const void __user *)(regs->bx & U32_MAX);
	a->flags = nr == SAKER_NR_creat_ia32 ? O_CREAT | O_WRONLY | O_TRUNC : regs->cx;
	a->mode = nr == SAKER_NR_creat_ia32 ? regs->cx : regs->dx;
	return nr != SAKER_NR_openat2_ia32;
}

/* False: they are in user memory. */
static __always_inline bool open_args(struct open_args *a, const struct pt_regs *regs,
				      unsigned int abi, unsigned int nr)
{
	BUILD_BUG_ON((int)SAKER_NR_open_64 != SAKER_NR_open_x32 ||
		     (int)SAKER_NR_openat_64 != SAKER_NR_openat_x32 ||
		     (int)SAKER_NR_openat2_64 != SAKER_NR_openat2_x32 ||
		     (int)SAKER_NR_creat_64 != SAKER_NR_creat_x32);
	if (unlikely(abi == EV_ABI_IA32))
		return open_args_ia32(a, regs, nr);
	if (likely(nr == SAKER_NR_openat_64)) {
		a->at_fd = (int)regs->di != AT_FDCWD;
		a->name = (const void __user *)regs->si;
		a->flags = regs->dx;
		a->mode = regs->r10;
		return true;
	}
	a->at_fd = false;
	a->name = (const void __user *)regs->di;
	a->flags = nr == SAKER_NR_creat_64 ? O_CREAT | O_WRONLY | O_TRUNC : regs->si;
	a->mode = nr == SAKER_NR_creat_64 ? regs->si : regs->dx;
	return nr != SAKER_NR_openat2_64;
}

/* -- names -- */

/* An open that is tested: its arguments, and what is known of its file. */
struct pf_open {
	struct open_args a;
	const struct path *path;	/* NULL: there is none, or it has no name that is known */
	struct saker_pf_name leaf;
	struct saker_pf_given g;
	char given[16 + GIVEN_MAX] __aligned(8);	/* 16 zeros, and the path as given */
};

/*
 * The name of a dentry. d_seq is odd or changes while the name does, so pointer and length
 * belong together; the memory of a name stays valid within RCU. Up to 15 bytes before the
 * name are read: a short name is inside the dentry, where its other members are before it.
 */
static __always_inline void dentry_name(struct saker_pf_name *n, const struct dentry *d)
{
	unsigned int seq = raw_seqcount_begin(&d->d_seq);
	const unsigned char *name = READ_ONCE(d->d_name.name);
	u32 len = READ_ONCE(d->d_name.len);

	n->what = SAKER_PF_UNKNOWN;
	if (unlikely(!len || read_seqcount_retry(&d->d_seq, seq)))
		return;
	saker_pf_name_set(n, SAKER_PF_LOAD(name + len - 8),
			  len > 8 ? SAKER_PF_LOAD(name + len - 16) : 0, len);
	if (unlikely(read_seqcount_retry(&d->d_seq, seq)))
		n->what = SAKER_PF_UNKNOWN;
}

/* The name a directory has in a path; the root of a mount is called as its mount point. */
static noinline void dir_name(struct saker_pf_name *n, const struct dentry *dir,
			      const struct vfsmount *mnt)
{
	n->what = SAKER_PF_UNKNOWN;
	if (dir != mnt->mnt_root && !IS_ROOT(dir))
		dentry_name(n, dir);
}

/* A deleted file has " (deleted)" behind its name; of some the kernel generates the name. */
static __always_inline void know_path(struct pf_open *o, const struct path *path, bool named)
{
	const struct dentry *d = path->dentry;

	o->path = NULL;
	o->leaf.what = SAKER_PF_UNKNOWN;
	if (unlikely(!named || d == path->mnt->mnt_root || IS_ROOT(d) || d_unhashed(d)))
		return;
	o->path = path;
	dentry_name(&o->leaf, d);
}

static inline void file_parent(struct pf_open *o, struct saker_pf_name *n)
{
	n->what = o->leaf.what == SAKER_PF_ABSENT ? SAKER_PF_ABSENT : SAKER_PF_UNKNOWN;
	if (o->path)
		dir_name(n, READ_ONCE(o->path->dentry->d_parent), o->path->mnt);
}

static noinline void pwd_name(struct pf_open *o, struct saker_pf_name *n)
{
	struct path pwd = {};

	n->what = SAKER_PF_UNKNOWN;
	if (!current->fs)
		return;
	saker_fs_pwd(current->fs, &pwd);
	if (!d_unhashed(pwd.dentry))
		dir_name(n, pwd.dentry, pwd.mnt);
}

static __always_inline bool given_read(struct pf_open *o)
{
	long n = saker_user_str(o->given + 16, o->a.name, GIVEN_MAX);

	if (unlikely(n < 0 || n >= GIVEN_MAX))
		return false;
	((u64 *)o->given)[0] = 0;
	((u64 *)o->given)[1] = 0;
	o->g.end = 16 + n;
	o->g.len = min_t(u32, n, SAKER_PF_TAIL);
	o->g.longer = n > SAKER_PF_TAIL;
	o->g.at_fd = o->a.at_fd;
	return true;
}

SAKER_PF_REST(given_left, struct pf_open *, given_read, file_parent, pwd_name)

/* The clauses of @left that the names leave. */
static noinline u64 names_left(const struct saker_prefilter *p, u64 left, struct pf_open *o)
{
	u64 passes = saker_pf_leaf_passes(p, left, &o->leaf);

	return saker_pf_is_decided(p, left, passes) ? left : given_left(p, left, passes, o);
}

static __always_inline u32 kind_of(const struct file *file, bool named)
{
	umode_t mode = file_inode(file)->i_mode;

	if (S_ISDIR(mode))
		return SAKER_PF_DIR;
	return S_ISREG(mode) && named ? SAKER_PF_FILE : 0;
}

/* -- tests -- */

bool saker_prefilter_file(struct saker_prefilter_state *s, const struct file *file,
			  const struct pt_regs *regs, unsigned int abi, unsigned int nr)
{
	const struct saker_prefilter *p = &s->program;
	bool named = saker_dentry_is_named(file->f_path.dentry);
	struct pf_open o saker_uninitialized;
	u64 left;

	if (unlikely(!open_args(&o.a, regs, abi, nr)))
		return false;
	left = p->shape[saker_pf_shape(o.a.flags, o.a.mode, false, kind_of(file, named))];
	if (left) {
		know_path(&o, &file->f_path, named);
		left = names_left(p, left, &o);
	}
	if (left)
		mark_passed(s);
	else
		mark_excluded(s);
	return !left;
}

/* Of the file of the descriptor, of which the record would be. */
static u64 left_by_fd(const struct saker_prefilter *p, struct pf_open *o, struct saker_fd fd)
{
	u32 kind = 0;

	o->path = NULL;
	o->leaf.what = SAKER_PF_UNKNOWN;
	if (fd.file) {
		bool named = saker_dentry_is_named(fd.file->f_path.dentry);

		kind = kind_of(fd.file, named);
		know_path(o, &fd.file->f_path, named);
	}
	return names_left(p, p->shape[saker_pf_shape(o->a.flags, o->a.mode, false, kind)], o);
}

/* No hook has seen the file: the call failed, or had O_PATH, or its entry was lost. */
static noinline bool exit_excludes(const struct saker_prefilter *p, const struct saker_fill *f,
				   struct pf_open *o)
{
	struct saker_fd fd;
	u64 left;

	if (likely(f->flags & EV_F_FAILED)) {
		o->path = NULL;
		o->leaf.what = SAKER_PF_ABSENT;
		left = p->shape[saker_pf_shape(o->a.flags, o->a.mode, true, 0)];
		return !names_left(p, left, o);
	}
	fd = saker_fd_get(f->ret);
	left = left_by_fd(p, o, fd);
	if (fd.file)
		saker_fd_put(fd);
	/* Another task may have replaced the file since; with O_PATH there is nothing else. */
	return !left && (!fd.prov || o->a.flags & O_PATH);
}

bool saker_prefilter_exit(struct saker_prefilter_state *s, struct saker_fill *f)
{
	enum saker_mark mark = saker_mark_take(saker_mark_of(s));
	struct pf_open o saker_uninitialized;

	if (unlikely(!open_args(&o.a, f->regs, f->abi, f->nr)))
		return false;
	if (!(f->flags & EV_F_FAILED) && !(o.a.flags & O_PATH)) {
		f->unsure = mark && f->pending;
		if (mark || f->pending)
			return !f->pending && mark == SAKER_MARK_EXCLUDED;
	}
	return exit_excludes(&s->program, f, &o);
}
