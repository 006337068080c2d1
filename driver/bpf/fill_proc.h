/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fills the records of clone, fork and exit, as driver/fill_proc.c, and hooks
 * them, as driver/hook_sched.c. The flags of a clone are read from the child
 * itself; the caller's registers add only those flags that leave no trace in the
 * child.
 */
#include "call.h"
#include "pending.h"
#include "second.h"
#include "task.h"

#define CLONE_UNSEEN								\
	(FLAG_clone_flags_CLONE_VFORK | FLAG_clone_flags_CLONE_PTRACE |		\
	 FLAG_clone_flags_CLONE_PIDFD | FLAG_clone_flags_CLONE_SYSVSEM |	\
	 FLAG_clone_flags_CLONE_SETTLS | FLAG_clone_flags_CLONE_PARENT_SETTID |	\
	 FLAG_clone_flags_CLONE_CHILD_CLEARTID | FLAG_clone_flags_CLONE_CHILD_SETTID | \
	 FLAG_clone_flags_CLONE_UNTRACED | FLAG_clone_flags_CLONE_CLEAR_SIGHAND | \
	 FLAG_clone_flags_CLONE_INTO_CGROUP)
#define DIFFERS(a, b, member)	(HOT(a, member) != HOT(b, member))

/* As pid_ns(), of a task whose type the verifier knows. */
static __always_inline struct pid_namespace *task_pid_ns(struct task_struct *task)
{
	struct pid *pid = HOT(task, thread_pid);

	if (!pid)
		return NULL;
	return HOT(pid, level) ? pid_ns(pid) : HOT(pid, numbers[0].ns);
}

static __always_inline __u64 shared_namespaces(struct task_struct *child,
					       struct task_struct *parent)
{
	struct nsproxy *a = HOT(child, nsproxy), *b = HOT(parent, nsproxy);
	const struct cred *own = HOT(child, real_cred), *cred = HOT(parent, real_cred);
	__u64 flags = 0;

	if (task_pid_ns(child) != task_pid_ns(parent))
		flags |= FLAG_clone_flags_CLONE_NEWPID;
	if (own && cred && DIFFERS(own, cred, user_ns))
		flags |= FLAG_clone_flags_CLONE_NEWUSER;
	if (a == b || !a || !b)
		return flags;
	flags |= DIFFERS(a, b, uts_ns) ? FLAG_clone_flags_CLONE_NEWUTS : 0;
	flags |= DIFFERS(a, b, ipc_ns) ? FLAG_clone_flags_CLONE_NEWIPC : 0;
	flags |= DIFFERS(a, b, mnt_ns) ? FLAG_clone_flags_CLONE_NEWNS : 0;
	flags |= DIFFERS(a, b, net_ns) ? FLAG_clone_flags_CLONE_NEWNET : 0;
	flags |= DIFFERS(a, b, cgroup_ns) ? FLAG_clone_flags_CLONE_NEWCGROUP : 0;
	return flags;
}

/* What child and parent share in fact. @memory: as for known_no_more() */
static __always_inline __u64 clone_seen(struct task_struct *child, struct task_struct *parent,
					__u64 *memory)
{
	__u64 flags = known_no_more(memory, shared_namespaces(child, parent));
	struct task_struct *real_parent = HOT(child, real_parent);

	if (HOT(child, mm) && !DIFFERS(child, parent, mm))
		flags |= FLAG_clone_flags_CLONE_VM;
	if (HOT(child, fs) && !DIFFERS(child, parent, fs))
		flags |= FLAG_clone_flags_CLONE_FS;
	flags = known_no_more(memory, flags);
	if (HOT(child, files) && !DIFFERS(child, parent, files))
		flags |= FLAG_clone_flags_CLONE_FILES;
	if (!DIFFERS(child, parent, sighand))
		flags |= FLAG_clone_flags_CLONE_SIGHAND;
	if (!DIFFERS(child, parent, tgid))
		flags |= FLAG_clone_flags_CLONE_THREAD;
	else if (real_parent != HOT(parent, group_leader) && real_parent != parent)
		flags |= FLAG_clone_flags_CLONE_PARENT;
	return flags;
}

/* clone3 takes the flags in the first word of a struct in user memory. */
static __always_inline __u64 clone3_flags(struct fill *f, __u64 args, __u64 mask)
{
	__u32 prov = EV_PROV_USER;
	__u64 flags = 0;

	if (bpf_probe_read_user(&flags, sizeof(flags), (void *)args))
		prov |= EV_PROV_UNREADABLE;
	flags &= mask;
	if (flags || prov != EV_PROV_USER)
		prov_set(f, EV_FIELD(clone, clone_flags), prov);
	return flags;
}

/*
 * clone_flags() - the flags of a clone, fork or clone3 call
 * @regs:	of the call; NULL: a kernel thread, which is in none
 * @child:	NULL if it failed
 */
static __always_inline __u64 clone_flags(struct fill *f, struct pt_regs *regs, __u32 abi, __s32 nr,
					 struct task_struct *child)
{
	__u64 first = 0;

	if (regs)
		first = abi == EV_ABI_IA32 ? (__u32)HOT(regs, bx) : HOT(regs, di);
	if (number_is(abi, nr, clone))
		return first & ~(__u64)CSIGNAL;
	if (number_is(abi, nr, fork))
		return 0;
	if (number_is(abi, nr, vfork))
		return FLAG_clone_flags_CLONE_VFORK | FLAG_clone_flags_CLONE_VM;
	if (!child)
		return number_is(abi, nr, clone3) ? clone3_flags(f, first, ~0ull) : 0;
	return clone_seen(child, current_task(), &f->cpu->state.loop) |
	       (number_is(abi, nr, clone3) ? clone3_flags(f, first, CLONE_UNSEEN) : 0);
}

FILLER(clone, 0, 0, RESERVED)
{
	e->res = f->ret;
	e->clone_flags = clone_flags(f, f->regs, f->abi, f->nr, NULL);
	task_comm(&e->comm, f->current);
	return FILL_OK;
}

/* The child as its own namespace and that of its parent see it. */
static __always_inline void clone_numbers(struct ev_clone *e, struct task_struct *child,
					  struct task_struct *parent)
{
	struct pid *pid = HOT(child, thread_pid), *other = HOT(parent, thread_pid);
	struct signal_struct *signal = HOT(child, signal);
	struct pid_namespace *ns;
	__u32 level;

	if (!pid || !other)
		return;
	level = HOT(pid, level);
	if (!level) {
		ns = HOT(pid, numbers[0].ns);
		e->res = HOT(child, pid);
		e->child_vtid = HOT(child, pid);
		e->child_vpid = HOT(child, tgid);
		e->child_pidns = HOT(ns, ns.inum);
		return;
	}
	ns = pid_ns(pid);
	e->res = pid_in(pid, pid_ns(other), HOT(other, level));
	e->child_vtid = pid_in(pid, ns, level);
	e->child_vpid = pid_in(SIGNAL_PID(signal, TGID), ns, level);
	e->child_pidns = BPF_CORE_READ(ns, ns.inum);
}

HOOK_TWICE(sched_process_fork, "?tp_btf/sched_process_fork")
{
	struct task_struct *parent = (void *)ctx[0], *child = (void *)ctx[1], *heir;
	struct fill f = { .nr = -1, .current = current_task() };
	struct ev_clone *e;
	struct pt_regs *regs = NULL;
	__u32 abi = EV_ABI_64, nr = -1;

	if (!EMIT_OPEN(&f, clone, 0, RESERVED))
		return 0;
	e = f.rec;
	/* The system call that the parent is in. A kernel thread is in none. */
	if (!(HOT(parent, flags) & (PF_KTHREAD | PF_IO_WORKER))) {
		regs = current_regs(f.current);
		nr = call_number(f.current, current_orig_ax(f.current), &abi);
		if (type_of(abi, nr) == EV_clone) {
			e->hdr.nr = nr;
			e->hdr.flags |= EV_F_SYSCALL | abi;
		}
	}
	e->clone_flags = clone_flags(&f, regs, abi, nr, child);
	clone_numbers(e, child, parent);
	e->child_start_ns = HOT(child, start_boottime);
	e->child_cgroup_id = task_cgroup_id(child);
	e->child_tid = HOT(child, pid);
	e->child_tgid = HOT(child, tgid);
	heir = HOT(child, real_parent);
	if (heir)
		e->child_ppid = HOT(heir, tgid);
	task_comm(&e->comm, child);
	EMIT_CLOSE(&f, clone, RESERVED);
	return 0;
}

/* The name that an exec gives is in its own record. */
static __always_inline bool is_in_exec(struct task_struct *task)
{
	__u32 abi, nr;

	if (HOT(task, flags) & (PF_KTHREAD | PF_IO_WORKER))
		return false;
	nr = call_number(task, current_orig_ax(task), &abi);
	return type_of(abi, nr) == EV_execve;
}

SEC("?tp_btf/task_rename")
int BPF_PROG(task_rename, struct task_struct *task, const char *comm)
{
	struct fill f = { .nr = -1, .current = current_task() };
	struct ev_setname *e;

	if ((__u32)bpf_get_current_pid_tgid() == (__u32)task->pid && is_in_exec(f.current))
		return 0;
	if (!EMIT_OPEN(&f, setname, 0, RESERVED))
		return 0;
	e = f.rec;
	e->target_tid = task->pid;
	e->target_tgid = task->tgid;
	e->target_start_ns = HOT(task, start_boottime);
	task_comm(&e->old, task);
	bpf_probe_read_kernel_str(e->comm.s, sizeof(e->comm.s), comm);
	EMIT_CLOSE(&f, setname, RESERVED);
	return 0;
}

#define REAPER_STEPS	64

/* A thread of a process that is not exiting; 0 if there is none. */
__noinline int thread_alive(__u64 process)
{
	struct signal_struct *signal = BPF_CORE_READ((struct task_struct *)process, signal);
	void *head = member_of(struct signal_struct, signal, thread_head);
	struct list_head *at = BPF_CORE_READ(signal, thread_head.next);
	struct task_struct *t;
	int i;

	for (i = 0; i < REAPER_STEPS; i++) {
		if ((void *)at == head || !at)
			return 0;
		t = (void *)at - bpf_core_field_offset(struct task_struct, thread_node);
		if (!(BPF_CORE_READ(t, flags) & PF_EXITING))
			return BPF_CORE_READ(t, tgid);
		at = BPF_CORE_READ(at, next);
	}
	return 0;
}

/* The process that inherits the children, as find_new_reaper() will decide. */
static __always_inline __u32 exit_reaper(struct task_struct *father, __u64 address)
{
	struct pid_namespace *ns = pid_ns(BPF_CORE_READ(father, thread_pid));
	struct signal_struct *signal = BPF_CORE_READ(father, signal);
	__u32 tgid = thread_alive(address);
	struct task_struct *reaper;
	int i;

	if (tgid)
		return tgid;
	if (BPF_CORE_READ_BITFIELD_PROBED(signal, has_child_subreaper)) {
		reaper = BPF_CORE_READ(father, real_parent);
		for (i = 0; i < REAPER_STEPS; i++) {
			if (!BPF_CORE_READ(reaper, pid) ||
			    pid_ns(BPF_CORE_READ(reaper, thread_pid)) != ns)
				break;
			signal = BPF_CORE_READ(reaper, signal);
			if (BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper)) {
				tgid = thread_alive((__u64)reaper);
				if (tgid)
					return tgid;
			}
			reaper = BPF_CORE_READ(reaper, real_parent);
		}
	}
	return BPF_CORE_READ(ns, child_reaper, tgid);
}

/* The consumer has exited: orphan_ns counts from now on. Its own exit is still not recorded. */
static __always_inline void consumer_leaves(struct task_struct *task)
{
	struct signal_struct *signal = HOT(task, signal);

	if (!by_consumer(bpf_get_current_pid_tgid()) ||
	    HOT(signal, live.counter))
		return;
	control.left_ns = bpf_ktime_get_boot_ns();
	control.consumer_tgid = 0;
	control.state = SAKER_STATE_ORPHAN;
}

/*
 * Whether the thread is the last; before 6.16 several threads that end together may each be
 * reported as it.
 */
static __always_inline bool group_dead(const __u64 *ctx, struct task_struct *task)
{
	struct signal_struct *signal = HOT(task, signal);

	return exit_says_last ? ctx[1] & 0xff : !HOT(signal, live.counter);
}

HOOK_TWICE(sched_process_exit, "?tp_btf/sched_process_exit")
{
	struct task_struct *task = (void *)ctx[0];
	__u64 self = bpf_get_current_pid_tgid();
	struct fill f = { .nr = -1, .current = current_task() };
	struct ev_procexit *e;
	__u32 code;

	pending_forget(f.current, self);
	if (task_has_uring(f.current))
		pending_trust(self);
	if (!EMIT_OPEN(&f, procexit, 0, RESERVED)) {
		consumer_leaves(task);
		return 0;
	}
	e = f.rec;
	code = HOT(task, exit_code);
	e->status = code;
	e->sig = code & 0x7f;
	e->core = !!(code & 0x80);
	e->group_dead = group_dead(ctx, task);
	if ((void *)HOT(task, children.next) != member_of(struct task_struct, task, children)) {
		e->reaper = exit_reaper(task, address_of(&f.cpu->state.loop, task));
		if (e->reaper == self >> 32 && e->group_dead)
			e->reaper = 0;
	}
	EMIT_CLOSE(&f, procexit, RESERVED);
	consumer_leaves(task);
	return 0;
}
