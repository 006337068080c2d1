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

static __always_inline void exec_fd(struct fill *f, __u32 nr, __u32 off, __u32 field)
{
	struct by_fd fd = fd_get(nr);

	if (!fd.file)
		return;
	file_fd((__u64)fd.file, f->at, off);
	if (fd.prov)
		prov_set(f, field, fd.prov);
}

static __always_inline void exec_fds(struct fill *f)
{
	exec_fd(f, 0, __builtin_offsetof(struct ev_execve, stdin_fd), EV_FIELD(execve, stdin_fd));
	exec_fd(f, 1, __builtin_offsetof(struct ev_execve, stdout_fd), EV_FIELD(execve, stdout_fd));
	exec_fd(f, 2, __builtin_offsetof(struct ev_execve, stderr_fd), EV_FIELD(execve, stderr_fd));
}

static __always_inline void exec_cwd(struct fill *f)
{
	struct task_struct *task = (void *)bpf_get_current_task();
	struct fs_struct *fs = BPF_CORE_READ(task, fs);

	part_path(PART(f, execve, cwd), BPF_CORE_READ(fs, pwd.mnt),
		  BPF_CORE_READ(fs, pwd.dentry), 0);
}

/*
 * Bytes of arguments, or of environment, that are kept. In a small ring both are cut, as
 * a record takes an eighth of it at most: a record without its middle is better than none.
 */
static __always_inline __u64 exec_limit(__u64 limit)
{
	const __u64 other = sizeof(struct ev_execve) + 3 * ROOM_PATH + 64;
	__u64 most = (ring_mask + 1) / 8;

	most = most > other ? ((most - other) / 2) & ~7ull : 0;
	return limit < most ? limit : most;
}

static __always_inline __u64 exec_argv(const struct saker_selection *sel)
{
	return exec_limit(argv_limit(sel));
}

static __always_inline __u64 exec_env(const struct saker_selection *sel)
{
	return exec_limit(env_limit(sel));
}

static __always_inline __u64 room_exec_failed(void)
{
	const struct saker_selection *sel = selection();

	return 2 * ROOM_PATH + exec_argv(sel) + exec_env(sel) + 64;
}

FILLER(execve, 0, room_exec_failed(), RESERVED | URGENT)
{
	__u32 base = call_is(f, execveat) ? 1 : 0;
	__u64 filename = base ? arg(f, 1) : arg(f, 0);
	__u64 argv = base ? arg(f, 2) : arg(f, 1);
	__u64 envp = base ? arg(f, 3) : arg(f, 2);

	e->res = f->ret;
	task_who(WHO_AT(f));
	exec_fds(f);
	part_user_str(PART(f, execve, filename), filename);
	part_user_argv(PART(f, execve, argv), argv, exec_argv(f->sel));
	if (exec_env(f->sel))
		part_user_argv(PART(f, execve, env), envp, exec_env(f->sel));
	exec_cwd(f);
	return FILL_OK;
}

static __always_inline __u64 block_room(__u64 start, __u64 end, __u64 limit)
{
	__u64 n = end > start ? end - start : 0;

	return (n < limit ? n : limit) + 24;
}

HOOK_TWICE(sched_process_exec, "?tp_btf/sched_process_exec")
{
	struct task_struct *task = (void *)ctx[0];
	struct linux_binprm *bprm = (void *)ctx[2];
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	__u64 arg_start = BPF_CORE_READ(mm, arg_start), arg_end = BPF_CORE_READ(mm, arg_end);
	__u64 env_start = BPF_CORE_READ(mm, env_start), env_end = BPF_CORE_READ(mm, env_end);
	struct file *exe = BPF_CORE_READ(bprm, file);
	struct fill f = { .nr = -1, .current = current_task() };
	struct ev_execve *e;
	char *dst;
	long n;

	if (!EMIT_OPEN(&f, execve,
		       3 * ROOM_PATH + block_room(arg_start, arg_end, exec_argv(selection())) +
		       block_room(env_start, env_end, exec_env(selection())), RESERVED | URGENT))
		return 0;
	e = f.rec;
	task_who(WHO_AT(&f));
	task_exe((__u64)exe, WHO_AT(&f));
	exec_fds(&f);
	e->argc = BPF_CORE_READ(bprm, argc);
	e->envc = BPF_CORE_READ(bprm, envc);
	part_path_whole(PART(&f, execve, exe), BPF_CORE_READ(exe, f_path.mnt),
			BPF_CORE_READ(exe, f_path.dentry));
	dst = part_at(&f);
	n = bpf_probe_read_kernel_str(dst, PART_PATH_MAX, BPF_CORE_READ(bprm, filename));
	n = n > 0 ? bounded(n - 1, 0xfff) : 0;
	*(__u64 *)(dst + n) = 0;
	part_end(&f, &e->filename, n, n, n);
	part_exec_args(PART(&f, execve, argv), arg_start, arg_end, exec_argv(f.sel));
	if (exec_env(f.sel))
		part_exec_args(PART(&f, execve, env), env_start, env_end, exec_env(f.sel));
	exec_cwd(&f);
	EMIT_CLOSE(&f, execve, RESERVED | URGENT);
	return 0;
}
