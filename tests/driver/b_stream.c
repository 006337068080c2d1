// SPDX-License-Identifier: Apache-2.0
/*
 * Records about the stream, and the snapshot. What /proc says of
 * every task is compared with the task records, field by field, and nobody may
 * be missing, however small the ring.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include "border.h"
#include "lib/fuse.h"

static void selection_is_recorded(void)
{
	struct seen s = { 0 };
	uint64_t first;

	attach(1 << 20);
	sk_close(&sk); /* if the size was changed, the first record went with the old rings */
	attach(0);
	arm(select_opens());
	first = sk_generation(&sk) - 1;
	arm(select_opens());
	look(&s);
	CHECK(s.n[EV_selection] >= 2);
	CHECK_IS(s.selection.generation, first + 1);
	CHECK_IS(s.selection.previous, first);
	CHECK(s.n[EV_counters] > 0);
	CHECK_IS(s.bad_sums, 0);
	CHECK(s.consumers && s.consumer[s.consumers - 1].pid == (uint32_t)getpid());
}

static unsigned char *tasks[1 << 16]; /* task record by tid */
static unsigned int twice;
static uint64_t walked, ends;

static int keep(void *arg, unsigned int cpu, const struct ev_header *h)
{
	(void)arg;
	(void)cpu;
	if (h->type == EV_snapshot_end) {
		ends++;
		walked = ((const struct ev_snapshot_end *)h)->tasks;
	}
	if (h->type != EV_task || h->tid >= 1 << 16)
		return 0;
	twice += tasks[h->tid] != NULL;
	tasks[h->tid] = memcpy(malloc(h->len), h, h->len);
	return 0;
}

static uint64_t snapshot(void)
{
	struct saker_snapshot snap = { 0 };
	uint64_t n = 0;

	for (int i = 0; i < 1 << 16; i++) {
		free(tasks[i]);
		tasks[i] = NULL;
	}
	twice = walked = ends = 0;
	do {
		CHECK_IS(sk_snapshot(&sk, &snap), 0);
		n += snap.tasks;
		while (sk_drain(&sk, keep, NULL))
			;
	} while (snap.cursor && !broken);
	sk_flush(&sk);
	while (sk_drain(&sk, keep, NULL))
		;
	return n;
}

static void slurp(const char *path, char *buf, size_t room, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, room - 1);

	if (fd >= 0)
		close(fd);
	*len = n < 0 ? 0 : n;
	buf[*len] = 0;
}

static bool part_is(const struct ev_header *h, const ev_part *p, const char *should, size_t len)
{
	uint32_t n;
	const unsigned char *is = sk_part(h, p, &n);

	return n == len && (!n || !memcmp(is, should, n));
}

/* Descriptor @nr: open or not, and its path; objects without a path have one of their own form. */
static void compare_std(const struct ev_header *h, int pid, int nr, const struct ev_fd *fd,
			const struct ev_part *part)
{
	char path[64], text[4096];
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/fd/%d", pid, nr);
	n = readlink(path, text, sizeof(text));
	CHECK_IS(fd->kind != EV_FD_NONE, n > 0);
	CHECK(part_is(h, part, text, n > 0 && text[0] == '/' ? n : 0));
}

static void compare_links(const struct ev_task *t, int pid)
{
	char path[64], text[4096];
	struct stat st;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	n = readlink(path, text, sizeof(text));
	CHECK(part_is(&t->hdr, &t->exe, text, n < 0 ? 0 : n));
	if (n >= 0 && stat(path, &st) == 0)
		CHECK_IS(t->exe_ino, st.st_ino);
	snprintf(path, sizeof(path), "/proc/%d/cwd", pid);
	n = readlink(path, text, sizeof(text));
	CHECK(part_is(&t->hdr, &t->cwd, text, n < 0 ? 0 : n));
	compare_std(&t->hdr, pid, 0, &t->stdin_fd, &t->stdin_path);
	compare_std(&t->hdr, pid, 1, &t->stdout_fd, &t->stdout_path);
	compare_std(&t->hdr, pid, 2, &t->stderr_fd, &t->stderr_path);
}

static void compare_task(int pid, int tid)
{
	const struct ev_task *t = (const void *)tasks[tid];
	char path[80], buf[8192], comm[64] = "", *p;
	unsigned long long start = 0;
	int ppid = 0, pgid = 0, sid = 0;
	size_t len;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", pid, tid);
	slurp(path, buf, sizeof(buf), &len);
	p = strrchr(buf, ')');
	if (!p)
		return; /* it has ended */
	border_check(t != NULL, "a task has its record", __FILE__, __LINE__, tid);
	if (!t)
		return;
	snprintf(comm, sizeof(comm), "%.*s", (int)(p - strchr(buf, '(') - 1), strchr(buf, '(') + 1);
	sscanf(p + 4, "%d %d %d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
	       &ppid, &pgid, &sid, &start);
	CHECK_IS(t->hdr.tgid, pid);
	CHECK_IS(t->hdr.flags & EV_F_SNAPSHOT, EV_F_SNAPSHOT);
	CHECK_IS(t->hdr.start_ns / 10000000, (long)start);
	CHECK_IS(t->ppid, ppid);
	CHECK_IS(t->pgid, pgid);
	CHECK_IS(t->sid, sid);
	CHECK_IS(t->vtid, tid);
	CHECK_IS(t->vpid, pid);
	if (!strncmp(comm, "kworker", 7))
		comm[0] = 0; /* /proc adds what it works at */
	if (comm[0])
		border_check(!strncmp(t->comm.s, comm, 15), comm, __FILE__, __LINE__, tid);
	if (pid != tid)
		return;
	CHECK_IS(t->group_start_ns, t->hdr.start_ns);
	if (t->exec_comm.s[0])
		CHECK_IS(ev_prov(&t->hdr, EV_FIELD(task, exec_comm)), EV_PROV_USER);
	compare_links(t, pid);
	snprintf(path, sizeof(path), "/proc/%d/cmdline", pid);
	slurp(path, buf, sizeof(buf), &len);
	if (len && !buf[len - 1])
		len--;
	border_check(part_is(&t->hdr, &t->argv, buf, len), "argv is as /proc has it", __FILE__,
		     __LINE__, pid);
}

static void each_task(void)
{
	DIR *procs = opendir("/proc"), *threads;
	struct dirent *p, *t;
	char path[300];

	while ((p = readdir(procs)))
		if (atoi(p->d_name) > 0) {
			snprintf(path, sizeof(path), "/proc/%s/task", p->d_name);
			threads = opendir(path);
			while (threads && (t = readdir(threads)))
				if (atoi(t->d_name) > 0)
					compare_task(atoi(p->d_name), atoi(t->d_name));
			if (threads)
				closedir(threads);
		}
	closedir(procs);
}

static void *wait_for_ever(void *arg)
{
	pause();
	return arg;
}

/* Children of all sorts: with threads, with another user, many of them. */
static void populate(pid_t *child, int n)
{
	for (int i = 0; i < n; i++) {
		child[i] = fork();
		if (child[i])
			continue;
		sk_disown(&sk);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (i == 0)
			for (int k = 0; k < 3; k++)
				pthread_create(&(pthread_t){ 0 }, NULL, wait_for_ever, NULL);
		if (i == 1 && (chdir("/tmp") || setregid(5, 5) || setreuid(65534, 65534)))
			_exit(1);
		if (i == 2)
			execl("/bin/busybox", "sleep", "1000", NULL);
		pause();
	}
	usleep(300000);
}

static void snapshot_with(uint64_t ring, int children)
{
	static pid_t child[400];
	struct saker_selection *sel = select_opens();
	uint64_t n;

	sel->event[EV_clone] = sel->event[EV_procexit] = 1;
	attach(ring);
	populate(child, children);
	arm(sel);
	n = snapshot();
	CHECK(n >= (uint64_t)children);
	CHECK_IS(ends, 1);
	CHECK_IS(walked, n);
	CHECK_IS(twice, 0);
	each_task();
	if (tasks[child[1]])
		CHECK_IS(((struct ev_task *)tasks[child[1]])->uid, 65534);
	for (int i = 0; i < children; i++) {
		kill(child[i], SIGKILL);
		waitpid(child[i], NULL, 0);
	}
}

static void snapshot_whole(void)
{
	snapshot_with(1 << 20, 10);
}
static void snapshot_resumed(void)
{
	snapshot_with(128 << 10, 240);
}

/* -- a process whose memory is locked -- */

#define STUCK	"/tmp/stuck"

static pid_t in_child(void (*body)(const char *page), const char *page)
{
	pid_t pid = fork();

	if (!pid) {
		sk_disown(&sk);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		body(page);
		for (;;)
			pause();
	}
	return pid;
}

static pid_t locked;

/* Waits for the file's server, and holds the lock of the other process's memory. */
static void touch_memory(const char *page)
{
	char name[32], byte;

	snprintf(name, sizeof(name), "/proc/%d/mem", locked);
	pread(open(name, O_RDONLY), &byte, 1, (off_t)(uintptr_t)page);
}

/* Wants the lock for itself, so that all others wait behind it. */
static void want_lock(const char *page)
{
	(void)page;
	sleep(2);
	mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void snapshot_beside_locked(void)
{
	const struct ev_task *task;
	const char *page;
	struct fuse fuse;
	pid_t touching;

	mkdir(STUCK, 0755);
	if (fuse_mount(&fuse, STUCK, "/proc/self/exe", "/") < 0)
		border_skip("this kernel has no FUSE");
	fuse.will->reads_hang = true;
	page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, open(STUCK "/file", O_RDONLY), 0);
	CHECK(page != MAP_FAILED);
	locked = in_child(want_lock, NULL);
	touching = in_child(touch_memory, page);
	for (int i = 0; i < 500 && !fuse.will->asked; i++)
		usleep(10000);
	CHECK(fuse.will->asked > 0);
	sleep(3);
	attach(1 << 20);
	arm(select_opens());
	alarm(20);		/* ends this program if the snapshot waits */
	snapshot();
	alarm(0);
	CHECK_IS(ends, 1);
	task = (const struct ev_task *)tasks[locked];
	CHECK(task && ev_prov(&task->hdr, EV_FIELD(task, argv)) & EV_PROV_UNREADABLE);
	task = (const struct ev_task *)tasks[touching];
	CHECK(task && !(ev_prov(&task->hdr, EV_FIELD(task, argv)) & EV_PROV_UNREADABLE));
	fuse_unmount(&fuse);
	kill(locked, SIGKILL);
	kill(touching, SIGKILL);
	waitpid(locked, NULL, 0);
	waitpid(touching, NULL, 0);
}

/* -- pid namespaces whose first process has lost its first thread -- */

static char stack[65536];
static int told_pipe[2];

static void *exec_beside(void *arg)
{
	usleep(200000);
	if (!fork()) {
		execl("/bin/true", "true", NULL);
		_exit(1);
	}
	usleep(200000);
	syscall(SYS_exit, 0);
	return arg;
}

/* The first thread ends first, the other 200 ms later has a child exec, then ends too. */
static int first_of_namespace(void *arg)
{
	pthread_t other;

	(void)arg;
	sk_disown(&sk);
	usleep(100000);		/* its start and the thread's differ by a clock tick */
	pthread_create(&other, NULL, exec_beside, NULL);
	syscall(SYS_exit, 0);
	return 0;
}

/* Makes the namespace and does not wait for its zombie. */
static int parent_of_namespace(void *arg)
{
	pid_t first = clone(first_of_namespace, stack + sizeof(stack), CLONE_NEWPID | SIGCHLD, NULL);

	(void)arg;
	if (write(told_pipe[1], &first, sizeof(first)) == sizeof(first) && first > 0)
		pause();
	return 1;
}

static struct ev_execve inside;

static int keep_exec(void *arg, unsigned int cpu, const struct ev_header *h)
{
	(void)cpu;
	if (h->type == EV_execve && ((const struct ev_execve *)h)->pidns == *(uint32_t *)arg)
		memcpy(&inside, h, sizeof(inside));
	return keep(NULL, cpu, h);
}

static unsigned long long start_ticks(pid_t pid)
{
	unsigned long long start = 0;
	char path[64], buf[1024], *p;
	size_t len;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	slurp(path, buf, sizeof(buf), &len);
	p = strrchr(buf, ')');
	if (p)
		sscanf(p + 4, "%*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %*u %*u %*d %*d %*d %*d %*d %*d %llu",
		       &start);
	return start;
}

/*
 * The namespace's start is read while its first thread is a zombie, and again when the
 * last thread has been freed and only the zombie is left.
 */
static void half_dead_namespace(void)
{
	struct saker_selection *sel = select_opens();
	char path[64], text[64] = "";
	unsigned long long ticks;
	uint32_t ns = 0;
	pid_t parent, first = 0;

	sel->event[EV_execve] = 1;
	attach(1 << 20);
	arm(sel);
	memset(&inside, 0, sizeof(inside));
	CHECK_IS(pipe(told_pipe), 0);
	fflush(stdout);
	parent = fork();
	if (!parent)
		_exit(parent_of_namespace(NULL));
	CHECK_IS(read(told_pipe[0], &first, sizeof(first)), sizeof(first));
	ticks = start_ticks(first);
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", first);
	CHECK(readlink(path, text, sizeof(text) - 1) > 0 && sscanf(text, "pid:[%u]", &ns) == 1);
	usleep(1500000);
	while (sk_drain(&sk, keep_exec, &ns))
		;
	CHECK(inside.hdr.type == EV_execve);
	CHECK_IS(inside.pidns_start_ns / 10000000, (long)ticks);
	if (sk.driver == &sk_kmod) {
		const struct ev_task *t;

		usleep(500000); /* the memory of the last thread is free */
		snapshot();
		t = (const void *)tasks[first];
		CHECK(t != NULL);
		if (t) {
			CHECK_IS(t->pidns_start_ns, t->hdr.start_ns);
			CHECK_IS(t->hdr.start_ns / 10000000, (long)ticks);
		}
	}
	kill(parent, SIGKILL);
	waitpid(parent, NULL, 0);
}

BORDER_TESTS(stream,
	TEST("a new selection, its counters and the consumer are in the stream", selection_is_recorded),
	TEST("the snapshot holds every task as /proc shows it",
	     snapshot_whole, .module_only = "the agent reads the tasks from /proc"),
	TEST("the snapshot resumes where a small ring was half full",
	     snapshot_resumed, .module_only = "the agent reads the tasks from /proc"),
	TEST("the snapshot does not wait for a process whose memory is locked",
	     snapshot_beside_locked, .module_only = "the agent reads the tasks from /proc"),
	TEST("a pid namespace starts with its first process, although that has lost its first thread",
	     half_dead_namespace),
);
