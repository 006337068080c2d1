/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Applies records to the process table. Records arrive in time order but
 * describe each other's tasks, so a record may be about a task that another one
 * has already made; what an event contained has priority over what was read
 * later.
 */
#include "enrich/proc.h"
#include <errno.h>
#include "enrich/proc_table.h"

/* The fields that execve and task records have under the same name. */
#define IDS_COPY(process, rec)						\
	do {								\
		(process)->pgid = (rec)->pgid;				\
		(process)->sid = (rec)->sid;				\
		(process)->vpid = (rec)->vpid;				\
		(process)->vpgid = (rec)->vpgid;			\
		(process)->pidns = (rec)->pidns;			\
		(process)->loginuid = (rec)->loginuid;			\
		(process)->sessionid = (rec)->sessionid;		\
		(process)->tty = (rec)->tty;				\
		(process)->pidns_start_ns = (rec)->pidns_start_ns;	\
		(process)->ids_known = true;				\
	} while (0)

#define CRED_OF(rec, is_live)						\
	((struct proc_cred){						\
		.uid = (rec)->uid, .euid = (rec)->euid,			\
		.gid = (rec)->gid, .egid = (rec)->egid,			\
		.cap_inheritable = (rec)->cap_inheritable,		\
		.cap_permitted = (rec)->cap_permitted,			\
		.cap_effective = (rec)->cap_effective,			\
		.known = true, .live = (is_live),			\
	})

/*
 * Finds the process that a record about its first thread belongs to, and removes an older one with
 * that number. NULL in *@ret with 0: it must be made.
 */
static int process_meant(struct proc_table *table, uint32_t origin, uint32_t tgid,
			 uint64_t start_ns, bool coarse, struct process **ret)
{
	struct process *process = process_find(table, origin, tgid);
	int order;

	*ret = process;
	if (!process)
		return 0;
	order = start_cmp(process->start_ns, process->start_coarse, start_ns, coarse);
	if (order > 0) {
		table->stats.late++;
		return PROC_LATE;
	}
	if (order < 0) {
		table->stats.reused++;
		process_drop(process, ORPHAN_UNKNOWN, 0);
		*ret = NULL;
		return 0;
	}
	if (start_ns && (!process->start_ns || (process->start_coarse && !coarse))) {
		process->start_ns = start_ns;
		process->start_coarse = coarse;
	}
	return 0;
}

static int process_get(struct proc_table *table, uint32_t origin, uint32_t tgid,
		       uint64_t start_ns, bool coarse, struct process **ret)
{
	int r = process_meant(table, origin, tgid, start_ns, coarse, ret);

	if (r || *ret)
		return r;
	*ret = process_new(table, origin, tgid, start_ns, coarse);
	return *ret ? 0 : -ENOMEM;
}

/* The thread with this number and start in this process; made if it does not exist. */
static int thread_get(struct process *process, uint32_t tid, uint64_t start_ns, bool coarse,
		      struct proc **ret)
{
	struct proc_table *table = process->table;
	struct proc *thread = thread_find(table, process->origin, tid);
	int order;

	if (thread && thread->process != process) {
		table->stats.reused++;
		thread_drop(thread);	/* its exit, or an exec in its group, was dropped */
		thread = NULL;
	}
	if (thread) {
		order = start_cmp(thread->start_ns, thread->start_coarse, start_ns, coarse);
		if (order > 0) {
			table->stats.late++;
			return PROC_LATE;
		}
		if (order < 0) {
			table->stats.reused++;
			thread_drop(thread);
			thread = NULL;
		} else if (start_ns && (!thread->start_ns || (thread->start_coarse && !coarse))) {
			thread->start_ns = start_ns;
			thread->start_coarse = coarse;
		}
	}
	if (!thread)
		thread = thread_new(process, tid, start_ns, coarse);
	*ret = thread;
	return thread ? 0 : -ENOMEM;
}

/* -- clone -- */

static void process_inherit(struct process *child, const struct process *parent,
			    const struct ev_clone *rec, uint64_t child_start_ns)
{
	child->vpid = rec->child_vpid;
	child->pidns = rec->child_pidns;
	if (!parent)
		return;
	process_set_image(child, exec_image_ref(parent->image));
	child->moved = parent->moved;
	child->pgid = parent->pgid;
	child->sid = parent->sid;
	child->vpgid = parent->pidns == rec->child_pidns ? parent->vpgid : 0;
	child->loginuid = parent->loginuid;
	child->sessionid = parent->sessionid;
	child->tty = parent->tty;
	child->ids_known = parent->ids_known;
	child->pidns_start_ns = parent->pidns == rec->child_pidns ? parent->pidns_start_ns :
			       child_start_ns;
}

/* Fills in the new process from its parent, unless its own records came first and had more. */
static int clone_process(struct proc_table *table, const struct event *ev, struct proc *self,
			 struct process **ret)
{
	const struct ev_clone *rec = ev->clone;
	struct process *child;
	int r;

	r = process_get(table, ev->place.origin, rec->child_tgid, rec->child_start_ns, false,
			&child);
	if (r)
		return r;
	*ret = child;
	process_touch(child, ev->hdr->ts_ns);
	if (child->image || child->ids_known) {
		if (!child->ppid)
			process_adopt(child, rec->child_ppid);
		return 0;
	}
	process_inherit(child, self ? self->process : NULL, rec, rec->child_start_ns);
	child->cgroup_id = rec->child_cgroup_id;
	child->comm = rec->comm;
	if (self && !child->cred.live)
		child->cred = self->cred;
	process_adopt(child, rec->child_ppid);
	return 0;
}

/* A living thread never makes another with its own number, or with that of its process. */
static bool is_itself(const struct proc *self, const struct ev_clone *rec)
{
	return rec->child_tid == self->tid || rec->child_tid == self->process->tgid;
}

int proc_clone(struct proc_table *table, const struct event *ev, struct proc *self)
{
	const struct ev_clone *rec = ev->clone;
	struct process *process = NULL;
	struct proc *thread;
	bool known;
	int r;

	if ((ev->hdr->flags & EV_F_FAILED) || rec->res < 0 || !rec->child_tid)
		return 0;
	if (self && is_itself(self, rec)) {
		table->stats.late++;
		return 0;
	}
	if (self)
		process_front(self->process);
	if (rec->child_tgid == rec->child_tid) {
		r = clone_process(table, ev, self, &process);
	} else {
		process = process_find(table, ev->place.origin, rec->child_tgid);
		if (!process)
			return 0;	/* its first own record adds it */
		r = 0;
	}
	if (r)
		return r == PROC_LATE ? 0 : r;
	thread = thread_find(table, ev->place.origin, rec->child_tid);
	known = thread && thread->process == process && thread->vtid;
	r = thread_get(process, rec->child_tid, rec->child_start_ns, false, &thread);
	if (r)
		return r == PROC_LATE ? 0 : r;
	if (known && process->image && process->image->live && process->tgid == rec->child_tid)
		return 0;	/* it has run already, possibly another program */
	thread->vtid = rec->child_vtid;
	thread->comm = rec->comm;
	if (self && !thread->cred.live)
		thread->cred = self->cred;
	return 0;
}

/* -- exec -- */

/* After an exec the first thread is the only one. */
static void exec_end_threads(struct process *process)
{
	struct proc *thread, *older;

	for (thread = process->threads; thread; thread = older) {
		older = thread->older;
		if (thread->tid != process->tgid)
			thread_drop(thread);
	}
}

int proc_exec(struct proc_table *table, const struct event *ev, struct proc **ret)
{
	const struct ev_execve *rec = ev->execve;
	const struct ev_header *hdr = ev->hdr;
	struct exec_image *image = NULL;
	struct process *process;
	struct proc *thread;
	int r;

	r = process_get(table, ev->place.origin, hdr->tgid, hdr->start_ns, false, &process);
	if (r)
		return r;
	process_touch(process, hdr->ts_ns);
	exec_end_threads(process);
	r = thread_get(process, hdr->tgid, hdr->start_ns, false, &thread);
	if (r)
		return r;
	process_front(process);		/* the last to be evicted, if its program needs memory */
	if (exec_image_new(&image, ev) < 0)
		table->stats.no_memory++;	/* then the program is unknown, not the old one */
	process_set_image(process, image);
	IDS_COPY(process, rec);
	process_adopt(process, rec->ppid);
	process->comm = rec->comm;
	process->cred = CRED_OF(rec, true);
	thread->comm = rec->comm;
	thread->cred = process->cred;
	thread->vtid = rec->vtid;
	*ret = thread;
	return image ? 0 : -ENOMEM;
}

/* -- task -- */

static void task_fill_process(struct process *process, const struct event *ev)
{
	const struct ev_task *rec = ev->task;
	struct exec_image *image;

	IDS_COPY(process, rec);
	process_adopt(process, rec->ppid);
	if (process->image && process->image->live)
		return;
	if (exec_image_new(&image, ev) == 0)
		process_set_image(process, image);
	else
		process->table->stats.no_memory++;
	process->comm = rec->comm;
}

int proc_task(struct proc_table *table, const struct event *ev, struct proc **ret)
{
	const struct ev_task *rec = ev->task;
	const struct ev_header *hdr = ev->hdr;
	bool coarse = ev_prov(hdr, EV_FIELD(task, group_start_ns)) == EV_PROV_AGENT;
	struct process *process;
	struct proc *thread;
	int r;

	r = process_get(table, ev->place.origin, hdr->tgid, rec->group_start_ns, coarse, &process);
	if (r)
		return r;
	process_touch(process, hdr->ts_ns);
	if (!process->ids_known || !process->image || hdr->tid == hdr->tgid)
		task_fill_process(process, ev);
	r = thread_get(process, hdr->tid, hdr->start_ns, coarse, &thread);
	if (r)
		return r;
	thread->vtid = rec->vtid;
	if (!thread->cred.live)
		thread->cred = CRED_OF(rec, false);
	if (!process->image || !process->image->live)
		thread->comm = rec->comm;
	if (hdr->tid == hdr->tgid || !process->cred.known)
		process->cred = thread->cred;
	*ret = thread;
	return 0;
}

/* -- other records -- */

void proc_setid(struct proc *self, const struct ev_setid *rec)
{
	struct proc_cred *cred = &self->cred;

	cred->uid = rec->uid;
	cred->euid = rec->euid;
	cred->gid = rec->gid;
	cred->egid = rec->egid;
	cred->cap_permitted = rec->cap_permitted;
	cred->cap_effective = rec->cap_effective;
	cred->known = true;
	cred->live = true;
	if (self->tid == self->process->tgid)
		self->process->cred = *cred;
}

/* A thread renames itself, or another one of its process. */
void proc_setname(struct proc_table *table, const struct event *ev)
{
	const struct ev_setname *rec = ev->setname;
	struct proc *thread = thread_find(table, ev->place.origin, rec->target_tid);

	if (!thread ||
	    start_cmp(thread->start_ns, thread->start_coarse, rec->target_start_ns, false))
		return;
	thread->comm = rec->comm;
	if (thread->tid == thread->process->tgid)
		thread->process->comm = rec->comm;
}

void proc_retire(const struct event *ev, struct proc *self)
{
	if (ev->procexit->group_dead && !self->process->gone)
		process_drop(self->process, ORPHAN_TO_REAPER, ev->procexit->reaper);
	else if (!self->gone)
		thread_drop(self);
}
