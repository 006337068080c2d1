/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fills the records of exec, as driver/fill_exec.c, and hooks
 * sched_process_exec. There all values are the ones the kernel used: bprm holds
 * the file, and the kernel has just written the new stack. For a failed exec
 * only the caller's arguments exist.
 */
#include "call.h"
#include "second.h"
#include "sock.h"
#include "task.h"

#define WHO_AT(f)	(f)->at, __builtin_offsetof(struct ev_execve, ppid)

/*
 * Standard descriptors, in the struct ev_execve at place(). If the table is the one that
 * was made with the task (it holds 64), the verifier knows its files.
 */
static __always_inline bool exec_fd(struct bpf_cpu *cpu, struct files_struct *files, __u64 nr,
				    __u64 at, __u64 off)
{
	struct file **own = member_of(struct files_struct, files, fd_array), *file;
	struct fdtable *fdt = HOT(files, fdt);
	struct ev_fd *fd = place(cpu, at, off);
	struct by_fd by;

	if (!fdt)
		return false;
	if ((void *)HOT(fdt, fd) != (void *)own) {
		by = fd_get(nr);
		if (by.file)
			file_fd((__u64)by.file, at, off);
		return by.file;
	}
	file = HOT_AT(own + nr);
	if (!file)
		return false;
	fd_describe(PLAIN, fd, file);
	if (fd->kind == EV_FD_SOCKET)
		sock_tuple(address_of(&cpu->state.loop, file), at,
			   off + __builtin_offsetof(struct ev_fd, sock), EV_ROLE_UNKNOWN);
	return true;
}

#define EXEC_FD(cpu, files, at, nr, name) \
	(exec_fd(cpu, files, nr, at, __builtin_offsetof(struct ev_execve, name)) << (nr))

/* All three. Return: which are open, a bit each, if other tasks may change the table; else 0. */
__noinline int exec_fds(__u64 at)
{
	struct files_struct *files = HOT(current_task(), files);
	struct bpf_cpu *cpu = this_cpu();
	__u32 open;

	if (!cpu || !files)
		return 0;
	open = EXEC_FD(cpu, files, at, 0, stdin_fd) | EXEC_FD(cpu, files, at, 1, stdout_fd) |
	       EXEC_FD(cpu, files, at, 2, stderr_fd);
	return HOT(files, count.counter) != 1 ? open : 0;
}

/* Was it opened by a path, or does it have a name like one? */
static __always_inline bool fd_has_path(__u32 kind)
{
	return (kind != EV_FD_NONE && kind <= EV_FD_SYMLINK) || kind == EV_FD_MEMFD;
}

/* exec_fd_path() - the path of descriptor @nr, as path_print() */
__noinline int exec_fd_path(__u64 nr, __u64 at, __u64 used)
{
	struct file *file = fd_get(nr).file;

	if (!file)
		return -EFAULT;
	return path_print((__u64)LOAD(HELPER, file, f_path.mnt),
			  (__u64)LOAD(HELPER, file, f_path.dentry), at, used);
}

/*
 * The paths of descriptors 0 to 2 are the last parts of a record, and share the room of one
 * and what the others left: a path is unreadable if the longest would not fit.
 */
static __always_inline void exec_std(struct fill *f, __u32 nr, const struct ev_fd *fd,
				     struct ev_part *path, __u32 fd_field, __u32 path_field,
				     __u32 shared, __u64 end)
{
	__u32 prov = shared >> nr & 1 ? EV_PROV_SHARED_FD : EV_PROV_KERNEL;

	if (prov)
		prov_set(f, fd_field, prov);
	if (!(f->sel->flags & SAKER_SEL_STD_PATHS) || !fd_has_path(fd->kind))
		return;
	part_path_end(f, path, path_field,
		      f->used + ROOM_PATH <= end ? exec_fd_path(nr, f->at, f->used) : -ENAMETOOLONG,
		      prov);
	used_forget(f);
}

#define EXEC_STD(f, e, nr, name, shared, end)					\
	exec_std(f, nr, &(e)->name##_fd, &(e)->name##_path, EV_FIELD(execve, name##_fd),	\
		 EV_FIELD(execve, name##_path), shared, end)

/* @end: where the room of the record ends */
static __always_inline void exec_descriptors(struct fill *f, struct ev_execve *e, __u64 end)
{
	__u32 shared = exec_fds(f->at);

	EXEC_STD(f, e, 0, stdin, shared, end);
	EXEC_STD(f, e, 1, stdout, shared, end);
	EXEC_STD(f, e, 2, stderr, shared, end);
}

/* Room for the paths of descriptors 0 to 2. */
static __always_inline __u64 exec_std_room(const struct saker_selection *sel)
{
	return sel->flags & SAKER_SEL_STD_PATHS ? ROOM_PATH : 0;
}

static __always_inline void exec_cwd(struct fill *f)
{
	part_path_end(PART(f, execve, cwd), path_cwd(f->at, f->used), 0);
	used_forget(f);
}

/*
 * Bytes of arguments, or of environment, that are kept. In a small ring both are cut, as
 * a record takes an eighth of it at most: a record without its middle is better than none.
 */
static __always_inline __u64 exec_limit(const struct saker_selection *sel, __u64 limit)
{
	__u64 other = sizeof(struct ev_execve) + 3 * ROOM_PATH + exec_std_room(sel) + 64;
	__u64 most = (ring_mask + 1) / 8;

	most = most > other ? ((most - other) / 2) & ~7ull : 0;
	return limit < most ? limit : most;
}

static __always_inline __u64 exec_argv(const struct saker_selection *sel)
{
	return exec_limit(sel, argv_limit(sel));
}

static __always_inline __u64 exec_env(const struct saker_selection *sel)
{
	return exec_limit(sel, env_limit(sel));
}

static __always_inline __u64 room_exec_failed(void)
{
	const struct saker_selection *sel = selection();

	return 2 * ROOM_PATH + exec_std_room(sel) + exec_argv(sel) + exec_env(sel) + 64;
}

FILLER(execve, 0, room_exec_failed(), RESERVED | URGENT)
{
	__u32 base = call_is(f, execveat) ? 1 : 0;
	__u64 filename = base ? arg(f, 1) : arg(f, 0);
	__u64 argv = base ? arg(f, 2) : arg(f, 1);
	__u64 envp = base ? arg(f, 3) : arg(f, 2);

	e->res = f->ret;
	task_who(WHO_AT(f));
	part_user_str(PART(f, execve, filename), filename);
	part_user_argv(PART(f, execve, argv), argv, exec_argv(f->sel));
	if (exec_env(f->sel))
		part_user_argv(PART(f, execve, env), envp, exec_env(f->sel));
	exec_cwd(f);
	exec_descriptors(f, e, sizeof(*e) + room_exec_failed());
	return FILL_OK;
}

static __always_inline __u64 block_room(__u64 start, __u64 end, __u64 limit)
{
	__u64 n = end > start ? end - start : 0;

	return (n < limit ? n : limit) + 24;
}

/* The number that root of the task's user namespace has outside; ~0 if there is none. */
static __always_inline __u32 root_of(struct user_namespace *ns)
{
	__u32 n = BPF_CORE_READ(ns, uid_map.nr_extents), i;
	struct uid_gid_extent e[5] = {};

	if (n > 5) {
		bpf_probe_read_kernel(e, sizeof(e[0]), BPF_CORE_READ(ns, uid_map.forward));
		n = 1;
	} else {
		bpf_core_read(e, sizeof(e), &ns->uid_map.extent);
	}
	#pragma unroll
	for (i = 0; i < 5; i++)
		if (i < n && !e[i].first)
			return e[i].lower_first;
	return ~0u;
}

/* As exec_caps() in driver/fill_exec.c. */
__noinline int exec_caps(__u64 at)
{
	const struct cred *cred = HOT(current_task(), cred);
	__u32 uid, euid, root = 0;
	__u64 permitted = 0, ambient = 0;
	struct bpf_cpu *cpu = this_cpu();
	struct ev_execve *e;

	if (!cpu || !cred)
		return 0;
	if (!cred_is_of_host(cred))
		root = root_of(HOT(cred, user_ns));
	uid = HOT(cred, uid.val);
	euid = HOT(cred, euid.val);
	if (!(HOT(cred, securebits) & 1) && (uid == root || euid == root))
		return 0;
	bpf_core_read(&permitted, 8, &cred->cap_permitted);
	bpf_core_read(&ambient, 8, &cred->cap_ambient);
	e = place(cpu, at, 0);
	e->exe_caps = permitted & ~ambient;
	return 0;
}

HOOK_TWICE(sched_process_exec, "?tp_btf/sched_process_exec")
{
	struct task_struct *task = (void *)ctx[0];
	struct linux_binprm *bprm = (void *)ctx[2];
	struct mm_struct *mm = HOT(task, mm);
	__u64 arg_start = HOT(mm, arg_start), arg_end = HOT(mm, arg_end);
	__u64 env_start = HOT(mm, env_start), env_end = HOT(mm, env_end);
	const struct saker_selection *sel = selection();
	__u64 room = 3 * ROOM_PATH + exec_std_room(sel) +
		     block_room(arg_start, arg_end, exec_argv(sel)) +
		     block_room(env_start, env_end, exec_env(sel));
	struct fill f = { .nr = -1, .current = current_task() };
	struct ev_execve *e;
	char *dst;
	long n;

	if (!EMIT_OPEN(&f, execve, room, RESERVED | URGENT))
		return 0;
	e = f.rec;
	task_who(WHO_AT(&f));
	task_exe(WHO_AT(&f));
	if (HOT(bprm, interp) != HOT(bprm, filename))
		e->exe_flags |= FLAG_exe_flags_INTERPRETER;
	exec_caps(f.at);
	e->argc = HOT(bprm, argc);
	e->envc = HOT(bprm, envc);
	part_path_end(PART(&f, execve, exe), path_exe(f.at, f.used), 0);
	dst = part_at(&f);
	n = bpf_probe_read_kernel_str(dst, PART_PATH_MAX, HOT(bprm, filename));
	n = n > 0 ? bounded(n - 1, 0xfff) : 0;
	*(__u64 *)(dst + n) = 0;
	part_end(&f, &e->filename, n, n, n);
	part_exec_args(PART(&f, execve, argv), arg_start, arg_end, exec_argv(f.sel));
	used_forget(&f);
	if (exec_env(f.sel))
		part_exec_args(PART(&f, execve, env), env_start, env_end, exec_env(f.sel));
	exec_cwd(&f);
	exec_descriptors(&f, e, sizeof(*e) + room);
	EMIT_CLOSE(&f, execve, RESERVED | URGENT);
	return 0;
}
