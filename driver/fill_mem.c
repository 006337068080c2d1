// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the records of ptrace, process_vm_writev and memfd_create. A pid
 * argument is a number in the caller's pid namespace; the record identifies its
 * task by the number in the initial namespace and by the start time.
 */
#include <linux/fs.h>
#include <linux/pid.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include "arch/arch.h"
#include "fill_table.h"
#include "part.h"
#include "path.h"

/* The task with number @nr in the caller's namespace; it may have exited since the call. */
static void target_find(s32 nr, u32 *tid, u64 *start_ns)
{
	struct task_struct *task;

	/* pid_task() checks for this lock, although preemption is off. */
	rcu_read_lock();
	task = nr > 0 ? pid_task(find_vpid(nr), PIDTYPE_PID) : NULL;
	if (task) {
		*tid = task->pid;
		*start_ns = task->start_boottime;
	}
	rcu_read_unlock();
}

int saker_fill_ptrace(struct saker_fill *f)
{
	struct ev_ptrace *e = (struct ev_ptrace *)f->rec;

	e->res = f->ret;
	e->request = (s32)saker_arg(f, 0);
	e->pid = saker_arg(f, 1);
	e->addr = saker_arg(f, 2);
	e->data = saker_arg(f, 3);
	target_find(e->pid, &e->target, &e->target_start_ns);
	return SAKER_FILL_OK;
}

int saker_fill_process_vm_writev(struct saker_fill *f)
{
	struct ev_process_vm_writev *e = (struct ev_process_vm_writev *)f->rec;

	e->res = f->ret;
	e->pid = saker_arg(f, 0);
	e->liovcnt = saker_arg(f, 2);
	e->riovcnt = saker_arg(f, 4);
	e->flags = saker_arg(f, 5);
	target_find(e->pid, &e->target, &e->target_start_ns);
	return SAKER_FILL_OK;
}

int saker_fill_memfd_create(struct saker_fill *f)
{
	struct ev_memfd_create *e = (struct ev_memfd_create *)f->rec;
	struct saker_fd fd;
	unsigned int prov;

	e->res = f->ret;
	e->flags = saker_arg(f, 1);
	saker_part_user_str(SAKER_PART(f, memfd_create, name), (void __user *)saker_arg(f, 0));
	if (f->flags & EV_F_FAILED)
		return SAKER_FILL_OK;
	fd = saker_fd_get(f->ret);
	prov = fd.prov | (fd.file ? 0 : EV_PROV_UNREADABLE);
	if (fd.file) {
		e->dev = saker_inode_dev(file_inode(fd.file));
		e->ino = file_inode(fd.file)->i_ino;
		saker_fd_put(fd);
	}
	if (prov) {
		saker_prov_set(f, EV_FIELD(memfd_create, dev), prov);
		saker_prov_set(f, EV_FIELD(memfd_create, ino), prov);
	}
	return SAKER_FILL_OK;
}
