// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fills the records of clone, fork and exit. The flags of a clone are read from
 * the child itself; the caller's registers add only those flags that leave no
 * trace in the child.
 */
#include <linux/cgroup.h>
#include <linux/cred.h>
#include <linux/nsproxy.h>
#include <linux/sched.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/sched/task_stack.h>
#include "arch/arch.h"
#include "compat/compiler.h"
#include "fill_table.h"
#include "nr.h"
#include "select.h"
#include "task.h"
#include "user.h"

/* Flags of clone3 that cannot be derived by comparing child and parent. */
#define CLONE_UNSEEN	(CLONE_VFORK | CLONE_PTRACE | CLONE_PIDFD | CLONE_SYSVSEM | \
			 CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID | \
			 CLONE_CHILD_SETTID | CLONE_UNTRACED | CLONE_CLEAR_SIGHAND | \
			 CLONE_INTO_CGROUP)

static u64 shared_namespaces(const struct task_struct *child, const struct task_struct *parent)
{
	const struct nsproxy *a = child->nsproxy, *b = parent->nsproxy;
	u64 flags = 0;

	if (ns_of_pid(task_pid((struct task_struct *)child)) !=
	    ns_of_pid(task_pid((struct task_struct *)parent)))
		flags |= CLONE_NEWPID;
	if (saker_rcu_dereference(child->real_cred)->user_ns !=
	    saker_rcu_dereference(parent->real_cred)->user_ns)
		flags |= CLONE_NEWUSER;
	if (a == b || !a || !b)
		return flags;
	if (a->uts_ns != b->uts_ns)
		flags |= CLONE_NEWUTS;
	if (a->ipc_ns != b->ipc_ns)
		flags |= CLONE_NEWIPC;
	if (a->mnt_ns != b->mnt_ns)
		flags |= CLONE_NEWNS;
	if (a->net_ns != b->net_ns)
		flags |= CLONE_NEWNET;
	if (a->cgroup_ns != b->cgroup_ns)
		flags |= CLONE_NEWCGROUP;
	return flags;
}

/* What child and parent share in fact. */
static u64 clone_seen(const struct task_struct *child, const struct task_struct *parent)
{
	u64 flags = shared_namespaces(child, parent);

	if (child->mm && child->mm == parent->mm)
		flags |= CLONE_VM;
	if (child->fs && child->fs == parent->fs)
		flags |= CLONE_FS;
	if (child->files && child->files == parent->files)
		flags |= CLONE_FILES;
	if (rcu_access_pointer(child->sighand) == rcu_access_pointer(parent->sighand))
		flags |= CLONE_SIGHAND;
	if (child->tgid == parent->tgid)
		flags |= CLONE_THREAD;
	else if (rcu_access_pointer(child->real_parent) != parent->group_leader &&
		 rcu_access_pointer(child->real_parent) != parent)
		flags |= CLONE_PARENT;
	return flags;
}

/* clone3 takes the flags in the first word of a struct in user memory. */
static u64 clone3_unseen(struct saker_fill *f, const struct saker_fill *call, u64 mask)
{
	void __user *at = (void __user *)saker_arg(call, 0);
	unsigned int prov = EV_PROV_USER;
	u64 flags = 0;

	if (saker_user_bytes((char *)&flags, at, sizeof(flags)))
		prov |= EV_PROV_UNREADABLE;
	flags &= mask;
	if (flags || prov != EV_PROV_USER)
		saker_prov_set(f, EV_FIELD(clone, clone_flags), prov);
	return flags;
}

/*
 * clone_flags() - the flags of a clone, fork or clone3 call
 * @call:	its registers and number
 * @child:	NULL if it failed
 */
static u64 clone_flags(struct saker_fill *f, const struct saker_fill *call,
		       const struct task_struct *child)
{
	if (saker_call_is(call, clone))
		return saker_arg(call, 0) & ~(u64)CSIGNAL;
	if (saker_call_is(call, fork))
		return 0;
	if (saker_call_is(call, vfork))
		return CLONE_VFORK | CLONE_VM;
	if (saker_call_is(call, clone3)) {
		if (!child)
			return clone3_unseen(f, call, ~0ull);
		return clone_seen(child, current) | clone3_unseen(f, call, CLONE_UNSEEN);
	}
	return child ? clone_seen(child, current) : 0;
}

/* The system call that the parent is in. A kernel thread is in none. */
static void clone_call(struct saker_fill *f, struct saker_fill *call)
{
	struct ev_header *h = f->rec;
	unsigned int abi;

	if (current->flags & (PF_KTHREAD | PF_IO_WORKER))
		return;
	call->regs = task_pt_regs(current);
	call->nr = saker_syscall_nr(call->regs, &abi);
	call->abi = abi;
	if (saker_type_of(call->abi, call->nr) != EV_clone)
		return;
	h->nr = call->nr;
	h->flags |= EV_F_SYSCALL | call->abi;
}

/* The child as its own pid namespace and that of its parent see it; mostly they are one. */
static void clone_numbers(struct ev_clone *e, struct task_struct *child)
{
	const struct pid *pid = task_pid(child);
	const struct upid *own = &pid->numbers[pid->level];
	struct pid_namespace *of_parent = ns_of_pid(task_pid(current));

	e->res = of_parent == own->ns ? own->nr : saker_pid_in(pid, of_parent);
	e->child_vtid = own->nr;
	e->child_vpid = thread_group_leader(child) ? own->nr :
						     saker_pid_in(task_tgid(child), own->ns);
	e->child_pidns = own->ns->ns.inum;
}

static void clone_done(struct saker_fill *f, struct ev_clone *e, struct task_struct *child)
{
	struct saker_fill call saker_uninitialized;

	call.nr = -1;
	call.abi = 0;
	call.regs = NULL;
	clone_call(f, &call);
	e->clone_flags = clone_flags(f, &call, child);
	clone_numbers(e, child);
	e->child_start_ns = saker_start_boottime(child);
	e->child_cgroup_id = saker_task_cgroup_id(child);
	e->child_tid = child->pid;
	e->child_tgid = child->tgid;
	e->child_ppid = saker_rcu_dereference(child->real_parent)->tgid;
	saker_task_comm(&e->comm, child);
}

int saker_fill_clone(struct saker_fill *f)
{
	struct ev_clone *e = (struct ev_clone *)f->rec;

	if (!f->regs) {
		clone_done(f, e, (struct task_struct *)f->obj);
		return SAKER_FILL_OK;
	}
	e->res = f->ret;
	e->clone_flags = clone_flags(f, f, NULL);
	saker_task_comm(&e->comm, current);
	return SAKER_FILL_OK;
}

/*
 * saker_predicate_setname() - not the name that an exec gives: that is in its own record
 *
 * Kernel threads are in no call.
 */
int saker_predicate_setname(const struct saker_fill *f)
{
	const struct saker_rename *rename = f->obj;
	unsigned int abi, nr;

	if (current->flags & (PF_KTHREAD | PF_IO_WORKER) || rename->task != current)
		return SAKER_FILL_OK;
	nr = saker_syscall_nr(task_pt_regs(current), &abi);
	return saker_type_of(abi, nr) == EV_execve ? SAKER_FILL_FILTERED : SAKER_FILL_OK;
}

int saker_fill_setname(struct saker_fill *f)
{
	struct ev_setname *e = (struct ev_setname *)f->rec;
	const struct saker_rename *rename = f->obj;

	e->target_tid = rename->task->pid;
	e->target_tgid = rename->task->tgid;
	e->target_start_ns = saker_start_boottime(rename->task);
	saker_task_comm(&e->old, rename->task);
	memcpy(e->comm.s, rename->comm, strnlen(rename->comm, sizeof(e->comm.s) - 1));
	return SAKER_FILL_OK;
}

static struct task_struct *alive_thread(struct task_struct *process)
{
	struct task_struct *t;

	for_each_thread(process, t)
		if (!(t->flags & PF_EXITING))
			return t;
	return NULL;
}

/*
 * exit_reaper() - the process that inherits the children, as find_new_reaper() will decide
 *
 * Without tasklist_lock the result may be outdated: the reaper may exit
 * meanwhile. The namespace's reaper is alive: @father still runs in it, and its
 * last thread waits for all others to be reaped before it is
 * (zap_pid_ns_processes()).
 */
static struct task_struct *exit_reaper(struct task_struct *father)
{
	struct pid_namespace *ns = ns_of_pid(task_pid(father));
	struct task_struct *t = alive_thread(father), *reaper;
	unsigned int hops = 0;

	if (t)
		return t;
	if (father->signal->has_child_subreaper) {
		reaper = saker_rcu_dereference(father->real_parent);
		while (reaper != &init_task && hops++ < PID_MAX_DEFAULT && pid_alive(reaper) &&
		       ns_of_pid(task_pid(reaper)) == ns) {
			t = reaper->signal->is_child_subreaper ? alive_thread(reaper) : NULL;
			if (t)
				return t;
			reaper = saker_rcu_dereference(reaper->real_parent);
		}
	}
	return READ_ONCE(ns->child_reaper);
}

int saker_fill_procexit(struct saker_fill *f)
{
	struct ev_procexit *e = (struct ev_procexit *)f->rec;
	struct task_struct *task = (struct task_struct *)f->obj, *reaper = NULL;

	e->status = task->exit_code;
	e->sig = task->exit_code & 0x7f;
	e->core = !!(task->exit_code & 0x80);
	e->group_dead = f->ret;
	if (!list_empty(&task->children))
		reaper = exit_reaper(task);
	if (reaper && reaper != task)
		e->reaper = reaper->tgid;
	return SAKER_FILL_OK;
}
