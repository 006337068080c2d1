// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the records of exec. At sched_process_exec all values are the ones the
 * kernel used: bprm holds the file, and the kernel has just written the new
 * stack. For a failed exec only the caller's arguments exist.
 */
#include <linux/binfmts.h>
#include <linux/kdev_t.h>
#include <linux/mm_types.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/securebits.h>
#include <linux/tty.h>
#include <linux/uidgid.h>
#include <linux/user_namespace.h>
#include <saker/flags.h>
#include "arch/arch.h"
#include "fill_table.h"
#include "nr.h"
#include "part.h"
#include "path.h"
#include "ring.h"
#include "stats.h"
#include "task.h"

#define STD_COUNT	3	/* descriptors 0 to 2 */
#define STD_PATHS	(SAKER_NEED_PATH + STD_COUNT * 8)	/* their paths, together */

/* Room for paths: executable, file name and working directory; those of descriptors 0 to 2. */
static u32 exec_paths(const struct saker_selection *sel)
{
	return 2 * SAKER_NEED_PATH + SAKER_NEED_STR +
	       (sel->flags & SAKER_SEL_STD_PATHS ? STD_PATHS : 0);
}

/*
 * exec_limit() - bytes of arguments, or of environment, that are kept
 *
 * In a small ring both are cut, as a record takes an eighth of it at most: a record
 * without its middle is better than none.
 */
static u32 exec_limit(const struct saker_selection *sel, u32 limit)
{
	const struct saker_ring *r = this_cpu_ptr(saker_cpus)->ring;
	const u32 other = sizeof(struct ev_execve) + SAKER_ZERO_STEP + exec_paths(sel) + 4 * 8;
	u64 most = r->size / 8;

	most = most > other ? (most - other) / 2 : 0;
	return min_t(u64, limit, ALIGN_DOWN(most, 8));
}

static u32 argv_limit(const struct saker_fill *f)
{
	return exec_limit(f->sel, saker_argv_limit(f->sel));
}

static u32 env_limit(const struct saker_fill *f)
{
	return exec_limit(f->sel, saker_env_limit(f->sel));
}

static u32 block_need(unsigned long start, unsigned long end, u32 limit)
{
	return end > start ? SAKER_NEED(min_t(unsigned long, end - start, limit)) : 8;
}

u32 saker_need_execve(const struct saker_fill *f)
{
	u32 argv = argv_limit(f), env = env_limit(f);
	const struct mm_struct *mm = current->mm;

	if (f->regs)
		return exec_paths(f->sel) - SAKER_NEED_PATH + SAKER_NEED(argv) + SAKER_NEED(env);
	return exec_paths(f->sel) + block_need(mm->arg_start, mm->arg_end, argv) +
	       block_need(mm->env_start, mm->env_end, env);
}

/* Takes siglock, a leaf lock; once per exec is rare enough for that. */
static u32 current_tty(void)
{
	struct tty_struct *tty = get_current_tty();
	u32 dev;

	if (!tty)
		return 0;
	dev = new_encode_dev(tty_devnum(tty));
	tty_kref_put(tty);
	return dev;
}

/* The fields of descriptors 0 to 2: what it is, and its path. */
static const struct {
	u16 fd, fd_field, path, path_field;
} std_fields[STD_COUNT] = {
#define STD_FIELDS(name)							\
	{ offsetof(struct ev_execve, name##_fd), EV_FIELD(execve, name##_fd),	\
	  offsetof(struct ev_execve, name##_path), EV_FIELD(execve, name##_path) }
	STD_FIELDS(stdin), STD_FIELDS(stdout), STD_FIELDS(stderr),
};

/*
 * exec_fds() - what descriptors 0 to 2 are
 *
 * Their paths are the last parts of a record, and share the room of one: long ones are
 * cut, and take none of the arguments.
 */
static void exec_fds(struct saker_fill *f, struct ev_execve *e)
{
	bool paths = f->sel->flags & SAKER_SEL_STD_PATHS;
	unsigned int i;

	for (i = 0; i < STD_COUNT; i++) {
		struct ev_fd *to = (void *)e + std_fields[i].fd;
		struct saker_fd fd = saker_fd_get(i);

		if (!fd.file)
			continue;
		saker_file_fd(to, fd.file);
		if (paths && saker_fd_has_path(to->kind))
			saker_part_path(f, (void *)e + std_fields[i].path,
					std_fields[i].path_field, &fd.file->f_path, fd.prov);
		saker_fd_put(fd);
		if (fd.prov)
			saker_prov_set(f, std_fields[i].fd_field, fd.prov);
	}
}

static struct saker_who *exec_who(struct ev_execve *e)
{
	return (void *)e + offsetof(struct ev_execve, ppid);
}

/*
 * exec_caps() - the capabilities that the program has because its file has them
 *
 * Without root's privilege all permitted ones are ambient or the file's.
 */
static u64 exec_caps(const struct cred *cred)
{
	kuid_t root = make_kuid(cred->user_ns, 0);

	if (!issecure(SECURE_NOROOT) && (uid_eq(cred->uid, root) || uid_eq(cred->euid, root)))
		return 0;
	return saker_cap(cred->cap_permitted) & ~saker_cap(cred->cap_ambient);
}

static void exec_done(struct saker_fill *f, struct ev_execve *e, const struct linux_binprm *bprm)
{
	const struct mm_struct *mm = current->mm;
	struct saker_who *who = exec_who(e);
	u32 env = env_limit(f);
	u32 len = strlen(bprm->filename);

	who->tty = current_tty();
	saker_task_exe(who, bprm->file, current_cred());
	if (bprm->interp != bprm->filename)
		who->exe_flags |= SAKER_exe_flags_INTERPRETER;
	e->exe_caps = exec_caps(current_cred());
	e->argc = bprm->argc;
	e->envc = bprm->envc;
	saker_part_path_whole(SAKER_PART(f, execve, exe), &bprm->file->f_path);
	saker_part_kernel(SAKER_PART(f, execve, filename), bprm->filename, len, len);
	saker_part_exec_args(SAKER_PART(f, execve, argv), mm->arg_start, mm->arg_end,
			     argv_limit(f));
	if (env)
		saker_part_exec_args(SAKER_PART(f, execve, env), mm->env_start, mm->env_end, env);
	saker_part_pwd(SAKER_PART(f, execve, cwd));
	exec_fds(f, e);
}

static void exec_failed(struct saker_fill *f, struct ev_execve *e)
{
	unsigned int at = saker_call_is(f, execveat) ? 1 : 0;
	u32 env = env_limit(f);

	exec_who(e)->tty = current_tty();
	saker_part_user_str(SAKER_PART(f, execve, filename), (void __user *)saker_arg(f, at));
	saker_part_user_argv(SAKER_PART(f, execve, argv), saker_arg(f, at + 1),
			     argv_limit(f));
	if (env)
		saker_part_user_argv(SAKER_PART(f, execve, env), saker_arg(f, at + 2), env);
	saker_part_pwd(SAKER_PART(f, execve, cwd));
	exec_fds(f, e);
}

int saker_fill_execve(struct saker_fill *f)
{
	struct ev_execve *e = (struct ev_execve *)f->rec;

	saker_task_who(exec_who(e), current);
	if (f->regs) {
		e->res = f->ret;
		exec_failed(f, e);
	} else {
		exec_done(f, e, f->obj);
	}
	return SAKER_FILL_OK;
}
