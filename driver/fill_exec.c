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
#include <linux/tty.h>
#include "arch/arch.h"
#include "fill_table.h"
#include "nr.h"
#include "part.h"
#include "path.h"
#include "task.h"

static u32 block_need(unsigned long start, unsigned long end, u32 limit)
{
	return end > start ? SAKER_NEED(min_t(unsigned long, end - start, limit)) : 8;
}

u32 saker_need_execve(const struct saker_fill *f)
{
	u32 argv = saker_argv_limit(f->sel), env = saker_env_limit(f->sel);
	const struct mm_struct *mm = current->mm;

	if (f->regs)
		return SAKER_NEED_PATH + SAKER_NEED_STR + SAKER_NEED(argv) + SAKER_NEED(env);
	return 2 * SAKER_NEED_PATH + SAKER_NEED_STR +
	       block_need(mm->arg_start, mm->arg_end, argv) +
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

static void exec_fd(struct saker_fill *f, struct ev_fd *to, unsigned int field, unsigned int nr)
{
	struct saker_fd fd = saker_fd_get(nr);

	if (!fd.file)
		return;
	saker_file_fd(to, fd.file);
	saker_fd_put(fd);
	if (fd.prov)
		ev_prov_set(f->rec, field, fd.prov);
}

static void exec_fds(struct saker_fill *f, struct ev_execve *e)
{
	exec_fd(f, &e->stdin_fd, EV_FIELD(execve, stdin_fd), 0);
	exec_fd(f, &e->stdout_fd, EV_FIELD(execve, stdout_fd), 1);
	exec_fd(f, &e->stderr_fd, EV_FIELD(execve, stderr_fd), 2);
}

static struct saker_who *exec_who(struct ev_execve *e)
{
	return (void *)e + offsetof(struct ev_execve, ppid);
}

static void exec_done(struct saker_fill *f, struct ev_execve *e, const struct linux_binprm *bprm)
{
	const struct mm_struct *mm = current->mm;
	struct saker_who *who = exec_who(e);
	u32 env = saker_env_limit(f->sel);
	u32 len = strlen(bprm->filename);

	who->tty = current_tty();
	saker_task_exe(who, bprm->file, current_cred());
	exec_fds(f, e);
	saker_part_path(SAKER_PART(f, execve, exe), &bprm->file->f_path, EV_PROV_KERNEL);
	saker_part_kernel(SAKER_PART(f, execve, filename), bprm->filename, len, len);
	saker_part_exec_args(SAKER_PART(f, execve, argv), mm->arg_start, mm->arg_end,
			     saker_argv_limit(f->sel));
	if (env)
		saker_part_exec_args(SAKER_PART(f, execve, env), mm->env_start, mm->env_end, env);
	saker_part_pwd(SAKER_PART(f, execve, cwd));
}

static void exec_failed(struct saker_fill *f, struct ev_execve *e)
{
	unsigned int at = saker_call_is(f, execveat) ? 1 : 0;
	u32 env = saker_env_limit(f->sel);

	exec_who(e)->tty = current_tty();
	exec_fds(f, e);
	saker_part_user_str(SAKER_PART(f, execve, filename), (void __user *)saker_arg(f, at));
	saker_part_user_argv(SAKER_PART(f, execve, argv), saker_arg(f, at + 1),
			     saker_argv_limit(f->sel));
	if (env)
		saker_part_user_argv(SAKER_PART(f, execve, env), saker_arg(f, at + 2), env);
	saker_part_pwd(SAKER_PART(f, execve, cwd));
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
