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
#define DIFFERS(a, b, member)	(BPF_CORE_READ(a, member) != BPF_CORE_READ(b, member))

static __always_inline __u64 shared_namespaces(struct task_struct *child,
					       struct task_struct *parent)
{
	struct nsproxy *a = BPF_CORE_READ(child, nsproxy), *b = BPF_CORE_READ(parent, nsproxy);
	__u64 flags = 0;

	if (pid_ns(BPF_CORE_READ(child, thread_pid)) != pid_ns(BPF_CORE_READ(parent, thread_pid)))
		flags |= FLAG_clone_flags_CLONE_NEWPID;
	if (BPF_CORE_READ(child, real_cred, user_ns) != BPF_CORE_READ(parent, real_cred, user_ns))
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

/* What child and parent share in fact. */
__noinline int clone_seen(__u64 child_addr, __u64 at, __u64 used)
{
	struct task_struct *parent = (void *)bpf_get_current_task(), *real_parent;
	struct task_struct *child = (void *)child_addr;
	__u64 flags = shared_namespaces(child, parent);
	struct bpf_cpu *cpu = this_cpu();

	if (!cpu)
		return 0;
	if (BPF_CORE_READ(child, mm) && !DIFFERS(child, parent, mm))
		flags |= FLAG_clone_flags_CLONE_VM;
	if (BPF_CORE_READ(child, fs) && !DIFFERS(child, parent, fs))
		flags |= FLAG_clone_flags_CLONE_FS;
	if (BPF_CORE_READ(child, files) && !DIFFERS(child, parent, files))
		flags |= FLAG_clone_flags_CLONE_FILES;
	if (!DIFFERS(child, parent, sighand))
		flags |= FLAG_clone_flags_CLONE_SIGHAND;
	real_parent = BPF_CORE_READ(child, real_parent);
	if (!DIFFERS(child, parent, tgid))
		flags |= FLAG_clone_flags_CLONE_THREAD;
	else if (real_parent != BPF_CORE_READ(parent, group_leader) && real_parent != parent)
		flags |= FLAG_clone_flags_CLONE_PARENT;
	*(__u64 *)place(cpu, at, used) |= flags;
	return 0;
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

static __always_inline void clone_flags(struct fill *f, struct ev_clone *e, struct pt_regs *regs,
					__u32 abi, __s32 nr, struct task_struct *child)
{
	const __u64 seen = __builtin_offsetof(struct ev_clone, clone_flags);
	__u64 first = 0;
	__u64 address = child ? address_of(&f->cpu->state.loop, child) : 0;

	if (regs)
		bpf_probe_read_kernel(&first, sizeof(first),
				      (void *)regs + (abi == EV_ABI_IA32 ?
					bpf_core_field_offset(struct pt_regs, bx) :
					bpf_core_field_offset(struct pt_regs, di)));
	if (abi == EV_ABI_IA32)
		first = (__u32)first;
	if (number_is(abi, nr, clone)) {
		e->clone_flags = first & ~(__u64)CSIGNAL;
	} else if (number_is(abi, nr, fork)) {
		e->clone_flags = 0;
	} else if (number_is(abi, nr, vfork)) {
		e->clone_flags = FLAG_clone_flags_CLONE_VFORK | FLAG_clone_flags_CLONE_VM;
	} else if (number_is(abi, nr, clone3)) {
		e->clone_flags = clone3_flags(f, first, child ? CLONE_UNSEEN : ~0ull);
		if (child)
			clone_seen(address, f->at, seen);
	} else if (child) {
		clone_seen(address, f->at, seen);
	}
}

FILLER(clone, 0, 0, RESERVED)
{
	e->res = f->ret;
	clone_flags(f, e, f->regs, f->abi, f->nr, NULL);
	task_comm(&e->comm, (void *)bpf_get_current_task());
	return FILL_OK;
}

HOOK_TWICE(sched_process_fork, "?tp_btf/sched_process_fork")
{
	struct task_struct *parent = (void *)ctx[0], *child = (void *)ctx[1];
	struct fill f = { .nr = -1, .current = current_task() };
	struct ev_clone *e;
	struct pid *pid;
	struct pid_namespace *ns;
	struct pt_regs *regs = NULL;
	__u32 abi = EV_ABI_64, nr = -1;
	int tgid = bpf_core_enum_value(enum pid_type, PIDTYPE_TGID) & 3;

	if (!EMIT_OPEN(&f, clone, 0, RESERVED))
		return 0;
	e = f.rec;
	/* The system call that the parent is in. A kernel thread is in none. */
	if (!(BPF_CORE_READ(parent, flags) & (PF_KTHREAD | PF_IO_WORKER))) {
		regs = current_regs(current_task());
		nr = call_number(current_task(), current_orig_ax(current_task()), &abi);
		if (type_of(abi, nr) == EV_clone) {
			e->hdr.nr = nr;
			e->hdr.flags |= EV_F_SYSCALL | abi;
		}
	}
	clone_flags(&f, e, regs, abi, nr, child);
	pid = BPF_CORE_READ(child, thread_pid);
	ns = pid_ns(pid);
	e->res = pid_in(pid, pid_ns(BPF_CORE_READ(parent, thread_pid)));
	e->child_start_ns = BPF_CORE_READ(child, start_boottime);
	e->child_cgroup_id = task_cgroup_id(child);
	e->child_tid = BPF_CORE_READ(child, pid);
	e->child_tgid = BPF_CORE_READ(child, tgid);
	e->child_ppid = BPF_CORE_READ(child, real_parent, tgid);
	e->child_vtid = pid_in(pid, ns);
	e->child_vpid = pid_in(BPF_CORE_READ(child, signal, pids[tgid]), ns);
	e->child_pidns = BPF_CORE_READ(ns, ns.inum);
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
	e->target_start_ns = BPF_CORE_READ(task, start_boottime);
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
	if (!by_consumer(current_task(), bpf_get_current_pid_tgid()) ||
	    BPF_CORE_READ(task, signal, live.counter))
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
	return exit_says_last ? ctx[1] & 0xff : !BPF_CORE_READ(task, signal, live.counter);
}

HOOK_TWICE(sched_process_exit, "?tp_btf/sched_process_exit")
{
	struct task_struct *task = (void *)ctx[0];
	__u64 self = bpf_get_current_pid_tgid();
	struct fill f = { .nr = -1, .current = current_task() };
	struct ev_procexit *e;
	__u32 code;

	pending_forget(self);
	if (task_has_uring(f.current))
		pending_trust(self);
	if (!EMIT_OPEN(&f, procexit, 0, RESERVED)) {
		consumer_leaves(task);
		return 0;
	}
	e = f.rec;
	code = BPF_CORE_READ(task, exit_code);
	e->status = code;
	e->sig = code & 0x7f;
	e->core = !!(code & 0x80);
	e->group_dead = group_dead(ctx, task);
	if (BPF_CORE_READ(task, children.next) !=
	    member_of(struct task_struct, task, children)) {
		e->reaper = exit_reaper(task, address_of(&f.cpu->state.loop, task));
		if (e->reaper == self >> 32 && e->group_dead)
			e->reaper = 0;
	}
	EMIT_CLOSE(&f, procexit, RESERVED);
	consumer_leaves(task);
	return 0;
}
