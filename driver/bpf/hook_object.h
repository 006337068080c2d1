/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hooks the functions of saker/hooks.def, as driver/hook_object.c: each has a program at its
 * entry, by fentry or else by a kprobe.
 */
#include "fill_row.h"
#include "call.h"
#include "object.h"
#include "prefilter_event.h"

/*
 * object_alone() - record what no call of the task does
 * @pending:	number of its slot + 1; 0: it has none
 */
__noinline int object_alone(__u32 type, __u64 pending)
{
	struct fill f = { .nr = -1, .flags = EV_F_IO_URING, .current = current_task(),
			  .pending = pending };
	const struct row *row;
	__u32 i;

	type = bounded(type, EV_TYPE_MAX - 1);
	row = &rows[type];
	if (!emit_open(&f, type, row->fixed, ROW_FIXED_MAX - sizeof(struct ev_header), 0,
		       row->room + ROW_FIXED_MAX, row->traits, false))
		return 0;
	f.cpu->state.by_uring++;
	row_state(&f);
	#pragma clang loop unroll(disable)
	for (i = 0; i < ROW_FIELDS_MAX; i++) {
		if (i >= row->n)
			break;
		row_fill_alone(type, i);
	}
	f.used = f.cpu->state.row.used;
	emit_close(&f, type, 0, row->traits);
	return 0;
}

/* Stored as numbers: the functions that read them are verified separately. */
static __always_inline void object_arguments(volatile __u64 *arg, const __u64 *args, __u32 n)
{
	arg[0] = args[0];
	if (n > 1)
		arg[1] = args[1];
	if (n > 2)
		arg[2] = args[2];
	if (n > 3)
		arg[3] = args[3];
}

/*
 * Copy both objects: paths by plain loads if the hook was passed pointers of known type, anything
 * else by functions of their own.
 */
static __always_inline void object_copy(enum how how, struct bpf_pending *p, __u32 hook,
					const __u64 *args, __u32 n)
{
	const struct object *first = &object_hooks[hook].object[0];
	const struct object *second = &object_hooks[hook].object[1];
	bool second_done = second->kind == OBJECT_NONE || second->kind == OBJECT_ADDRESS;
	bool first_done = false;
	__u32 renames;

	if (IS_PLAIN(how) && plain_is_path(first) && !(selection()->flags & SAKER_SEL_NO_PATH)) {
		renames = rename_count();
		first_done = plain_note(p, 0, first, args);
		if (first_done && plain_is_path(second))
			second_done = plain_note(p, 1, second, args);
		if (renames % 2 || renames != rename_count()) {
			first_done = false;
			second_done = second->kind == OBJECT_NONE;	/* only paths are here */
		}
	}
	if (IS_PLAIN(how) && first->kind == OBJECT_SOCKET)
		first_done = plain_socket(p, &object_hooks[hook], args);
	if (first_done && second_done)
		return;
	object_arguments(p->arg, args, n);
	if (!first_done)
		object_note(p->slot, 0, hook);
	if (!second_done)
		object_note(p->slot, 1, hook);
}

/* How it ends is not seen here; the files are recorded at once. */
static __always_inline void objects_alone(enum how how, struct task_struct *task, __u64 self,
					  __u32 hook, __u32 event, const __u64 *args, __u32 n)
{
	struct bpf_pending *p;
	__u32 seen = 0;

	if (!selection()->event[event])
		return;
	p = pending_of(task, self, CALL_ALONE, &seen);
	if (!p) {
		object_alone(event, 0);
		return;
	}
	object_copy(how, p, hook, args, n);
	object_alone(event, p->slot + 1);
	pending_release(p, p->slot);
}

/* Within a call that the hook serves: the record is written at the exit of the call. */
static __always_inline void objects_of_call(enum how how, struct task_struct *task, __u64 self,
					    __u32 hook, __u32 call, const __u64 *args, __u32 n)
{
	__u32 seen = 0;
	struct bpf_pending *p = pending_of(task, self, call, &seen);

	if (!p)
		return;
	/* As objects_note() in driver/pending.c. */
	if (seen && object_hooks[hook].once)
		__sync_fetch_and_add(&control.unpaired, 1);
	else
		object_copy(how, p, hook, args, n);
	pending_park(p, self);
}

/* As object_is_inner() in driver/hook_object.c. */
static __always_inline bool object_is_inner(struct task_struct *task, __u32 hook)
{
	return object_hooks[hook].object[0].kind == OBJECT_OF &&
	       HOT(task, cred) != HOT(task, real_cred);
}

static __always_inline bool way_is_mapped(__u32 ways)
{
	return (ways & OBJECT_WAY_MAPPED) == OBJECT_WAY_MAPPED;
}

/* Have the functions of mapped rows an argument before the others? */
static __always_inline bool mapping_is_passed(void)
{
	return bpf_core_field_exists(struct vfsmount___userns, mnt_userns) ||
	       bpf_core_field_exists(struct vfsmount___idmap, mnt_idmap);
}

static __always_inline int on_object(enum how how, __u32 hook, __u32 event, __u32 other, bool uring,
				     const __u64 *args, __u32 n)
{
	__u64 self = bpf_get_current_pid_tgid();
	struct task_struct *task = current_task();
	__u32 abi, nr, type, flags = HOT(task, flags);
	bool serves;

	if (flags & (PF_IO_WORKER | PF_KTHREAD | PF_EXITING)) {
		if (uring && flags & PF_IO_WORKER)
			objects_alone(how, task, self, hook, event, args, n);
		return 0;
	}
	nr = call_number(task, current_orig_ax(task), &abi);
	type = type_of(abi, nr);
	if (type == EV_syscall && number_is(abi, nr, socketcall))
		type = socketcall_type(current_bx(task));
	serves = type == event || type == other;
	if (uring && task_has_uring(task) && by_uring(task, self, serves))
		objects_alone(how, task, self, hook, event, args, n);
	else if (serves && !object_is_inner(task, hook) && is_wanted(nr) &&
		 !by_consumer(self) && !call_is_excluded(type, abi, nr, ~0u))
		objects_of_call(how, task, self, hook, call_place(abi, nr), args, n);
	return 0;
}

/*
 * The barrier keeps the compiler from loading both forms from one place: an offset from the context
 * must be a constant.
 */
#define OBJECT_ENTRY(program, function, hook, event, other, ways, n)			\
SEC("?fentry/" #function)								\
int program(__u64 *ctx)									\
{											\
	__u64 args[OBJECT_ARGS] = {};							\
											\
	if (!way_is_mapped(OBJECT_WAY_##ways))						\
		return on_object(PLAIN, OBJECT_HOOK_##hook, EV_##event, EV_##other,	\
				 OBJECT_WAY_##ways & OBJECT_WAY_URING, ctx, n);		\
	if (mapping_is_passed()) {							\
		object_arguments(args, ctx + 1, n);					\
		barrier();								\
	} else {									\
		object_arguments(args, ctx, n);						\
	}										\
	return on_object(HELPER, OBJECT_HOOK_##hook, EV_##event, EV_##other,		\
			 OBJECT_WAY_##ways & OBJECT_WAY_URING, args, n);		\
}

#define HOOK(function, event, other, ways, first, second)				\
OBJECT_ENTRY(function, function, function, event, other, ways,				\
	     OBJECT_COUNT(first, second))						\
SEC("?kprobe/" #function)								\
int function##_kprobe(struct pt_regs *regs)						\
{											\
	__u64 args[OBJECT_ARGS] = { regs->di, regs->si, regs->dx, regs->cx };		\
											\
	if (way_is_mapped(OBJECT_WAY_##ways) && mapping_is_passed()) {			\
		args[0] = regs->si;							\
		args[1] = regs->dx;							\
	}										\
	return on_object(HELPER, OBJECT_HOOK_##function, EV_##event, EV_##other,	\
			 OBJECT_WAY_##ways & OBJECT_WAY_URING, args,			\
			 OBJECT_COUNT(first, second));					\
}
#include <saker/hooks.def>
#undef HOOK

/*
 * Before 6.1 no program may stand at a function with structures as arguments, as
 * security_path_chown() has: there it stands at its only caller.
 */
OBJECT_ENTRY(security_path_chown_caller, chown_common, security_path_chown, chown, chown, CALLS, 1)
