// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes records of the tasks that were alive before the hooks were armed. The
 * walk goes by pid number, so tasks may come and go between two calls. Values
 * whose reading may sleep are first gathered in a buffer; then the record is
 * written as by any hook.
 */
#include <linux/auxvec.h>
#include <linux/cred.h>
#include <linux/delay.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/kdev_t.h>
#include <linux/mm.h>
#include <linux/pid.h>
#include <linux/pid_namespace.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/tty.h>
#include "compat/fs.h"
#include "compat/mm.h"
#include "fill_table.h"
#include "part.h"
#include "path.h"
#include "task.h"

/* Bytes gathered for one part. */
struct blob {
	bool known;
	u32 len, full, head;
	unsigned int prov;
	char *at;		/* in bytes[] */
};

struct gathered {
	struct ev_header header;
	struct saker_who who;
	u64 group_start_ns;
	struct blob exe, argv, cwd, std_path[3];	/* of descriptors 0 to 2 */
	struct ev_fd std_fd[3];
	struct ev_comm exec_comm;
	char bytes[6][PATH_MAX];
	char argv_bytes[SAKER_ARGV_MAX];
	unsigned int waits;	/* for locks of memory, that this step may still take */
};

#define STEP_WAITS	100	/* half a millisecond each, or more */

static void gather_path(struct blob *b, char *buf, const struct path *path)
{
	char *p = saker_path_print(path, buf, PATH_MAX);

	b->known = true;
	if (IS_ERR(p)) {
		b->prov = EV_PROV_UNREADABLE;
		return;
	}
	b->at = p;
	b->len = buf + PATH_MAX - 1 - p;
	b->full = b->len;
	b->head = b->len;
}

static void gather_cwd(struct gathered *g, struct task_struct *task)
{
	struct path pwd = {};

	task_lock(task);
	if (task->fs)
		get_fs_pwd(task->fs, &pwd);
	task_unlock(task);
	if (!pwd.dentry)
		return;
	gather_path(&g->cwd, g->bytes[2], &pwd);
	path_put(&pwd);
}

/* Descriptor @nr of any task; with a reference. The lock keeps its table. */
static struct file *task_file(struct task_struct *task, unsigned int nr)
{
	struct file *file = NULL;
	struct fdtable *fdt;

	task_lock(task);
	if (task->files) {
		rcu_read_lock();
		fdt = rcu_dereference(task->files->fdt);
		if (nr < fdt->max_fds)
			file = saker_get_file_rcu(&fdt->fd[nr]);
		rcu_read_unlock();
	}
	task_unlock(task);
	return file;
}

static void gather_std(struct gathered *g, struct task_struct *task)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(g->std_fd); i++) {
		struct file *file = task_file(task, i);

		if (!file)
			continue;
		rcu_read_lock();	/* for the peer of a socket */
		saker_file_fd(&g->std_fd[i], file);
		rcu_read_unlock();
		if (saker_fd_has_path(g->std_fd[i].kind))
			gather_path(&g->std_path[i], g->bytes[3 + i], &file->f_path);
		fput(file);
	}
}

static void gather_exe(struct gathered *g, struct task_struct *task, struct mm_struct *mm)
{
	struct file *exe = saker_get_file_rcu(&mm->exe_file);

	if (!exe)
		return;
	gather_path(&g->exe, g->bytes[0], &exe->f_path);
	rcu_read_lock();
	saker_task_exe(&g->who, exe, __task_cred(task));
	rcu_read_unlock();
	fput(exe);
}

/*
 * memory_is_locked() - would a read of the memory wait for its lock?
 *
 * A hostile task holds the lock as long as it likes: with an access to a page of a file whose
 * server does not respond. It could stop the start of the agent for good. Between this check and
 * the read there is a moment in which it may take the lock, but it cannot know which.
 */
static bool memory_is_locked(struct gathered *g, struct mm_struct *mm)
{
	while (!saker_mmap_read_trylock(mm)) {
		if (!g->waits)
			return true;
		g->waits--;
		usleep_range(500, 1000);
	}
	saker_mmap_read_unlock(mm);
	return false;
}

/*
 * gather_argv() - head and tail of the arguments as they are in the process now
 *
 * FOLL_ANON: only anonymous pages are read. A page of a file could block
 * without limit, if the server of its file system does not respond.
 */
static void gather_argv(struct gathered *g, struct task_struct *task, struct mm_struct *mm)
{
	unsigned long start = READ_ONCE(mm->arg_start), end = READ_ONCE(mm->arg_end);
	unsigned long full = end > start ? end - start - 1 : 0;
	u32 keep = min_t(unsigned long, full, SAKER_ARGV_MAX);
	u32 head = keep < full ? keep / 2 : keep;
	struct blob *b = &g->argv;

	b->known = true;
	b->at = g->argv_bytes;
	b->prov = EV_PROV_USER;
	if (memory_is_locked(g, mm) ||
	    access_process_vm(task, start, b->at, head, FOLL_FORCE | FOLL_ANON) != head ||
	    access_process_vm(task, start + full - (keep - head), b->at + head, keep - head,
			      FOLL_FORCE | FOLL_ANON) != keep - head) {
		b->prov |= EV_PROV_UNREADABLE;
		return;
	}
	b->len = keep;
	b->full = min_t(unsigned long, full, SAKER_UNMEASURED);
	b->head = head;
}

/*
 * gather_exec_comm() - the name that the exec gave the task
 *
 * comm may have been set since. The kernel keeps where the path is that the program was
 * started by (AT_EXECFN); its last component was the name. A 32-bit program has no entry
 * of that form, and the name stays empty.
 */
static void gather_exec_comm(struct gathered *g, struct task_struct *task,
			     struct mm_struct *mm)
{
	char *path = g->bytes[1], *name;
	unsigned long at = 0;
	unsigned int i;
	int n;

	for (i = 0; i + 1 < AT_VECTOR_SIZE && mm->saved_auxv[i]; i += 2)
		if (mm->saved_auxv[i] == AT_EXECFN)
			at = mm->saved_auxv[i + 1];
	if (!at || memory_is_locked(g, mm))
		return;
	n = access_process_vm(task, at, path, PATH_MAX - 1, FOLL_FORCE | FOLL_ANON);
	if (n <= 0)
		return;
	path[n] = 0;
	name = strrchr(path, '/');
	strscpy(g->exec_comm.s, name ? name + 1 : path, sizeof(g->exec_comm.s));
}

static u32 task_tty(struct task_struct *task)
{
	struct sighand_struct *sighand;
	u32 dev = 0;

	rcu_read_lock();
	sighand = rcu_dereference(task->sighand);
	if (sighand) {
		spin_lock_irq(&sighand->siglock);
		/* The lock protects the tty only while this task still has it. */
		if (sighand == rcu_access_pointer(task->sighand) && task->signal->tty)
			dev = new_encode_dev(tty_devnum(task->signal->tty));
		spin_unlock_irq(&sighand->siglock);
	}
	rcu_read_unlock();
	return dev;
}

static void gather(struct gathered *g, struct task_struct *task)
{
	struct mm_struct *mm;

	memset(g, 0, offsetof(struct gathered, bytes));
	rcu_read_lock();
	saker_task_header(&g->header, task);
	saker_task_who(&g->who, task);
	/*
	 * The reference held is to the task alone; if it was reaped, its leader may already be
	 * freed.
	 */
	if (pid_alive(task))
		g->group_start_ns = saker_start_boottime(task->group_leader);
	rcu_read_unlock();
	g->who.tty = task_tty(task);
	/* Values that the threads of a process share are recorded once. */
	if (!thread_group_leader(task))
		return;
	gather_cwd(g, task);
	gather_std(g, task);
	mm = get_task_mm(task);
	if (!mm)
		return;
	gather_exe(g, task, mm);
	gather_argv(g, task, mm);
	gather_exec_comm(g, task, mm);
	mmput(mm);
}

u32 saker_need_task(const struct saker_fill *f)
{
	const struct gathered *g = f->obj;

	u32 need = SAKER_NEED(g->exe.len) + SAKER_NEED(g->argv.len) + SAKER_NEED(g->cwd.len);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(g->std_path); i++)
		need += SAKER_NEED(g->std_path[i].len);
	return need;
}

static void blob_part(struct saker_fill *f, struct ev_part *part, unsigned int field,
		      const struct blob *b)
{
	if (!b->known)
		return;
	saker_part_kernel(f, part, field, b->at, b->len, b->full);
	part->head = b->head;
	if (b->prov)
		saker_prov_set(f, field, b->prov);
}

int saker_fill_task(struct saker_fill *f)
{
	struct ev_task *e = (struct ev_task *)f->rec;
	const struct gathered *g = f->obj;

	e->hdr.tid = g->header.tid;
	e->hdr.tgid = g->header.tgid;
	e->hdr.start_ns = g->header.start_ns;
	e->hdr.cgroup_id = g->header.cgroup_id;
	e->group_start_ns = g->group_start_ns;
	memcpy((void *)e + offsetof(struct ev_task, ppid), &g->who, sizeof(g->who));
	e->exec_comm = g->exec_comm;
	if (e->exec_comm.s[0])		/* from memory that the process can write to */
		saker_prov_set(f, EV_FIELD(task, exec_comm), EV_PROV_USER);
	blob_part(SAKER_PART(f, task, exe), &g->exe);
	blob_part(SAKER_PART(f, task, argv), &g->argv);
	blob_part(SAKER_PART(f, task, cwd), &g->cwd);
	e->stdin_fd = g->std_fd[0];
	e->stdout_fd = g->std_fd[1];
	e->stderr_fd = g->std_fd[2];
	blob_part(SAKER_PART(f, task, stdin_path), &g->std_path[0]);
	blob_part(SAKER_PART(f, task, stdout_path), &g->std_path[1]);
	blob_part(SAKER_PART(f, task, stderr_path), &g->std_path[2]);
	return SAKER_FILL_OK;
}

int saker_fill_snapshot_end(struct saker_fill *f)
{
	struct ev_snapshot_end *e = (struct ev_snapshot_end *)f->rec;

	e->tasks = *(const u64 *)f->obj;
	return SAKER_FILL_OK;
}

/* The first task with number @nr or higher; @nr is set to its number. */
static struct task_struct *task_from(int *nr)
{
	struct task_struct *task = NULL;
	struct pid *pid;

	rcu_read_lock();
	for (; !task; (*nr)++) {
		pid = idr_get_next(&init_pid_ns.idr, nr);
		if (!pid)
			break;
		task = pid_task(pid, PIDTYPE_PID);
		if (task) {
			get_task_struct(task);
			break;
		}
	}
	rcu_read_unlock();
	return task;
}

static int emit(u32 type, const void *what)
{
	struct saker_fill f = { .flags = EV_F_SNAPSHOT, .nr = -1, .obj = what };

	return saker_emit(&f, type);
}

/*
 * The cursor holds the next number (low half) and the tasks recorded by earlier calls (high
 * half).
 */
int saker_snapshot_step(u64 *cursor, u64 *tasks)
{
	struct gathered *g = kvmalloc(sizeof(*g), GFP_KERNEL);
	u64 emitted = *cursor >> 32, before = emitted;
	int nr = max_t(int, (u32)*cursor, 1);
	struct task_struct *task;
	int ret = 0;

	/* Reading another process's memory and path may sleep; no lock of ours is held. */
	might_sleep();
	if (!g)
		return -ENOMEM;
	g->waits = STEP_WAITS;
	while ((task = task_from(&nr))) {
		gather(g, task);
		put_task_struct(task);
		ret = emit(EV_task, g);
		if (ret == SAKER_EMIT_AGAIN)
			break;
		if (ret == SAKER_FILL_OK)
			emitted++;
		nr++;
		if (fatal_signal_pending(current))
			break;
		cond_resched();
	}
	if (!task)
		ret = emit(EV_snapshot_end, &emitted);
	*cursor = task || ret == SAKER_EMIT_AGAIN ? emitted << 32 | (u32)nr : 0;
	*tasks = emitted - before;
	kvfree(g);
	return 0;
}
