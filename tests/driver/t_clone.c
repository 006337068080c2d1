// SPDX-License-Identifier: Apache-2.0
/*
 * Tests the start and end of tasks. The child writes its own numbers into shared
 * memory; the one record of the fork, made in the parent, must have the same. The
 * child's own return from the call must not make a second record.
 */
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "facts.h"

static uint32_t ns_now(const char *path)
{
	struct stat st;

	MUST(stat(path, &st) == 0);
	return st.st_ino;
}

/* EXPECT the clone that sys() just did, of a process that still is; it came out of the call, too. */
static void made(pid_t tid, pid_t ppid, uint64_t flags, uint32_t prov)
{
	struct who c = task(tid);
	struct call call = last;
	char comm[16];

	prctl(PR_GET_NAME, comm);
	EXPECT(clone, .res = N(tid), .clone_flags = NP(flags, prov),
	       .child_start_ns = ticks(c.start_ticks), .child_cgroup_id = N(c.cgroup),
	       .child_tid = N(tid), .child_tgid = N(c.tgid), .child_ppid = N(ppid),
	       .child_vtid = N(tid), .child_vpid = N(c.tgid),
	       .child_pidns = N(ns_now("/proc/self/ns/pid")), .comm = S(comm));
	last.t1 = ~0ull;
	by(&c);
	EXPECT_NONE(clone);
	last = call;
}

static void reap(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, __WALL);
}

/* One process made by a call; 0 in the child, which only waits to be killed. */
static pid_t fork_by(long pid)
{
	while (!pid)
		pause();
	last.syscall = false;
	MUST(pid > 0);
	return pid;
}

static void fork_call(void)
{
	pid_t pid = fork_by(sys0(SYS_fork));

	made(pid, getpid(), 0, 0);
	reap(pid);
}

static void clone_process(void)
{
	uint64_t flags = CLONE_FS | CLONE_FILES | CLONE_SYSVSEM;
	pid_t pid;

	prctl(PR_SET_NAME, "by another name");
	pid = fork_by(sys(SYS_clone, flags | SIGCHLD, 0, 0, 0, 0));
	made(pid, getpid(), flags, 0);
	reap(pid);
}

static void need_clone3(void)
{
	t_need("clone3", syscall(SYS_clone3, NULL, 0) < 0 && errno == ENOSYS, "");
}

static void clone3_process(void)
{
	struct clone_args args = { .flags = CLONE_FS, .exit_signal = SIGCHLD };
	pid_t pid;

	need_clone3();
	pid = fork_by(sys(SYS_clone3, &args, sizeof(args)));
	made(pid, getpid(), CLONE_FS, EV_PROV_KERNEL);
	reap(pid);
	args.flags = CLONE_FS | CLONE_SYSVSEM;
	pid = fork_by(sys(SYS_clone3, &args, sizeof(args)));
	made(pid, getpid(), args.flags, EV_PROV_USER);
	reap(pid);
}

static void clone_sibling(void)
{
	pid_t pid = fork_by(sys(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0));

	made(pid, getppid(), CLONE_PARENT, 0);
	kill(pid, SIGKILL);
}

/* vfork returns when the child has ended; so the child itself writes down who it was. */
static void vfork_call(void)
{
	struct who *c = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct call parent;
	long pid;

	/* CLONE_VFORK without CLONE_VM has vfork's wait, and a stack of its own. */
	pid = sys(SYS_clone, CLONE_VFORK | SIGCHLD, 0, 0, 0, 0);
	if (!pid) {
		*c = task(syscall(SYS_gettid));
		_exit(0);
	}
	parent = last;
	MUST(pid > 0 && c->tid == pid);
	last = parent;
	last.syscall = false;
	EXPECT(clone, .res = N(pid), .clone_flags = N(CLONE_VFORK),
	       .child_start_ns = ticks(c->start_ticks), .child_cgroup_id = N(c->cgroup),
	       .child_tid = N(pid), .child_tgid = N(pid), .child_ppid = N(getpid()),
	       .child_vtid = N(pid), .child_vpid = N(pid),
	       .child_pidns = N(ns_now("/proc/self/ns/pid")), .comm = S("driver-test"));
}

static void vfork_libc(void)
{
	uint64_t t0 = sk_now();
	pid_t pid = vfork();

	if (!pid)
		_exit(0);
	before();
	last.t0 = t0;
	after();
	MUST(pid > 0);
	EXPECT(clone, .res = N(pid), .clone_flags = N(CLONE_VFORK | CLONE_VM),
	       .child_start_ns = IN(t0, last.t1), .child_cgroup_id = N(me.cgroup),
	       .child_tid = N(pid), .child_tgid = N(pid), .child_ppid = N(getpid()),
	       .child_vtid = N(pid), .child_vpid = N(pid),
	       .child_pidns = N(ns_now("/proc/self/ns/pid")), .comm = S("driver-test"));
}

static pid_t thread_id;

/* By clone(), on memory of its own; it shares what libc keeps for each thread. */
static int wait_for_byte(void *arg)
{
	const int *p = arg;
	char byte;

	return read(p[0], &byte, 1) != 1;
}

static void clone_thread(void)
{
	const uint64_t flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
	static char stack[65536] __attribute__((aligned(16)));
	int p[2], tid;

	MUST(pipe(p) == 0);
	before();
	tid = clone(wait_for_byte, stack + sizeof(stack), flags, p);
	after();
	MUST(tid > 0);
	made(tid, getppid(), flags, 0);
	MUST(write(p[1], "x", 1) == 1);
}

static void *wait_here(void *arg)
{
	pthread_barrier_t *b = arg;

	thread_id = syscall(SYS_gettid);
	pthread_barrier_wait(b);
	pthread_barrier_wait(b);
	return NULL;
}

static void clone3_thread(void)
{
	uint64_t flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			 CLONE_SYSVSEM | CLONE_SETTLS | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID;
	pthread_barrier_t b;
	pthread_t t;

	need_clone3();
	pthread_barrier_init(&b, NULL, 2);
	before();
	MUST(pthread_create(&t, NULL, wait_here, &b) == 0);
	after();
	pthread_barrier_wait(&b);
	made(thread_id, getppid(), flags, EV_PROV_USER);
	pthread_barrier_wait(&b);
	pthread_join(t, NULL);
}

/* The global number of the caller, as the /proc of the initial namespace has it. */
static pid_t global_pid(void)
{
	char buf[32] = "";

	MUST(readlink("/proc/self", buf, sizeof(buf) - 1) > 0);
	return atoi(buf);
}

static void inside_namespace(void)
{
	struct who self = task(global_pid()), c;
	pid_t pid = fork_by(sys0(SYS_fork));
	struct call call = last;
	char path[64];

	c = task(self.tid + 1); /* the next number of the initial namespace, in a quiet VM */
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", self.tid);
	last = call;
	last.who = self;
	MUST(pid == 2);
	EXPECT(clone, .res = N(2), .child_start_ns = ticks(c.start_ticks),
	       .child_cgroup_id = N(c.cgroup), .child_tid = N(c.tid), .child_tgid = N(c.tid),
	       .child_ppid = N(self.tid), .child_vtid = N(2), .child_vpid = N(2),
	       .child_pidns = N(ns_now(path)), .comm = S("driver-test"));
	reap(2);
	_exit(0);
}

static void clone_namespace(void)
{
	char path[64];
	struct who c;
	int p[2];
	pid_t pid;
	long x;

	MUST(unshare(CLONE_NEWPID) == 0 && pipe(p) == 0);
	x = sys0(SYS_fork);
	if (!x) {
		read(p[0], &pid, sizeof(pid));
		inside_namespace();
	}
	pid = x;
	last.syscall = false;
	c = task(pid);
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", pid);
	EXPECT(clone, .res = N(pid), .child_start_ns = ticks(c.start_ticks),
	       .child_cgroup_id = N(c.cgroup), .child_tid = N(pid), .child_tgid = N(pid),
	       .child_ppid = N(getpid()), .child_vtid = N(1), .child_vpid = N(1),
	       .child_pidns = N(ns_now(path)), .comm = S("driver-test"));
	write(p[1], &pid, sizeof(pid));
	waitpid(pid, NULL, 0);
}

#define REFUSED(flags_) \
	EXPECT(clone, .res = N(res), .clone_flags = flags_, .comm = ANY("the caller's or nothing"))

static void clone_refused(void)
{
	long res = sys(SYS_clone, CLONE_THREAD, 0, 0, 0, 0);

	MUST(res == -EINVAL);
	REFUSED(N(CLONE_THREAD));
}

static void clone3_refused(void)
{
	struct clone_args args = { .flags = CLONE_THREAD };
	long res;

	need_clone3();
	res = sys(SYS_clone3, &args, sizeof(args));
	MUST(res == -EINVAL);
	REFUSED(NP(CLONE_THREAD, EV_PROV_USER));
	res = sys(SYS_clone3, unmapped(), sizeof(args));
	MUST(res == -EFAULT);
	REFUSED(UNREADABLE);
	res = sys(SYS_clone3, &args, 8);
	MUST(res == -EINVAL);
	REFUSED(ANY("too short to hold more than flags"));
}

static void fork_limit(void)
{
	struct rlimit none = { 0, 0 };
	long res;

	MUST(setregid(65534, 65534) == 0 && setreuid(65534, 65534) == 0 &&
	     setrlimit(RLIMIT_NPROC, &none) == 0);
	res = sys0(SYS_fork);
	MUST(res == -EAGAIN);
	EXPECT(clone, .res = N(res), .comm = ANY("the caller's or nothing"));
}

/* Run end() in a process of its own, which says what its end will be. */
static void ends(void (*end)(void))
{
	pid_t pid = fork();

	if (!pid) {
		last.who = task(syscall(SYS_gettid));
		before();
		end();
		_exit(99);
	}
	waitpid(pid, NULL, 0);
}

static void end_status(void)
{
	EXPECT(procexit, .status = N(3 << 8), .group_dead = N(1));
	_exit(3);
}

static void end_signal(void)
{
	EXPECT(procexit, .status = N(SIGTERM), .sig = N(SIGTERM), .group_dead = N(1));
	raise(SIGTERM);
}

static void end_core(void)
{
	struct rlimit much = { RLIM_INFINITY, RLIM_INFINITY };

	chdir("/tmp");
	setrlimit(RLIMIT_CORE, &much);
	EXPECT(procexit, .status = N(SIGSEGV | 0x80), .sig = N(SIGSEGV), .group_dead = N(1),
	       .core = N(1));
	raise(SIGSEGV);
}

static void *end_thread(void *arg)
{
	struct who self = task(syscall(SYS_gettid));

	(void)arg;
	last.who = self;
	before();
	EXPECT(procexit, .group_dead = N(0));
	syscall(SYS_exit, 0);
	return NULL;
}

static void end_with_thread(void)
{
	pthread_t t;

	EXPECT(procexit, .status = N(7 << 8), .group_dead = N(1));
	pthread_create(&t, NULL, end_thread, NULL);
	pthread_join(t, NULL);
	usleep(50000); /* join returns before the thread's end: two at once may both see the last one gone */
	_exit(7);
}

/* The leader goes first, by exit(2); the thread ends the process later. */
static void *end_last(void *arg)
{
	struct who self = task(syscall(SYS_gettid));

	(void)arg;
	usleep(50000);
	last.who = self;
	before();
	EXPECT(procexit, .status = N(5 << 8), .group_dead = N(1));
	syscall(SYS_exit, 5);
	return NULL;
}

static void end_leader_first(void)
{
	pthread_t t;

	EXPECT(procexit, .status = N(4 << 8), .group_dead = N(0));
	pthread_create(&t, NULL, end_last, NULL);
	syscall(SYS_exit, 4);
}

static void *end_group(void *arg)
{
	(void)arg;
	usleep(20000);
	syscall(SYS_exit_group, 6);
	return NULL;
}

static void end_by_thread(void)
{
	pthread_t t;

	EXPECT(procexit, .status = N(6 << 8), .group_dead = ANY("either of the two is last"));
	pthread_create(&t, NULL, end_group, NULL);
	pthread_join(t, NULL);
}

static void end_orphans(void)
{
	pid_t child = fork();

	if (!child) {
		prctl(PR_SET_PDEATHSIG, 0);
		usleep(300000);
		_exit(0);
	}
	EXPECT(procexit, .status = N(0), .group_dead = N(1), .reaper = N(me.tgid));
	_exit(0);
}

#define ENDS(what)                    \
	static void ends_##what(void) \
	{                             \
		ends(end_##what);     \
	}
ENDS(status)
ENDS(signal) ENDS(core) ENDS(with_thread) ENDS(leader_first) ENDS(by_thread)

	static void ends_orphans(void)
{
	MUST(prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
	ends(end_orphans);
	while (wait(NULL) > 0)
		;
}

/* EXPECT that @tid, of this process, is renamed. */
static void renamed(pid_t tid, const char *old, const char *now)
{
	struct who c = task(tid);

	last.syscall = false;		/* the kernel's word, at no call's exit */
	EXPECT(setname, .target_tid = N(tid), .target_tgid = N(me.tgid),
	       .target_start_ns = ticks(c.start_ticks), .old = S(old), .comm = S(now));
}

static void rename_self(void)
{
	prctl(PR_SET_NAME, "first name");
	MUST(sys(SYS_prctl, PR_SET_NAME, "a name of more than 15 bytes", 0, 0, 0) == 0);
	renamed(me.tid, "first name", "a name of more ");
}

static void *sleeps(void *arg)
{
	*(pid_t *)arg = syscall(SYS_gettid);
	pause();
	return NULL;
}

static void rename_other(void)
{
	volatile pid_t tid = 0;
	char path[64];
	pthread_t t;
	int fd;

	prctl(PR_SET_NAME, "leader");
	MUST(pthread_create(&t, NULL, sleeps, (void *)&tid) == 0);
	while (!tid)
		usleep(1000);
	snprintf(path, sizeof(path), "/proc/self/task/%d/comm", tid);
	fd = open(path, O_WRONLY);
	MUST(fd >= 0 && sys(SYS_write, fd, "other", 5) == 5);
	renamed(tid, "leader", "other");
}

/* Its name is in the record of the exec. */
static void rename_exec(void)
{
	before();
	EXPECT_NONE(setname);
	execve("/no/such", (char *[]){ "x", NULL }, NULL);
	execve("/proc/self/exe", (char *[]){ "x", "--be-exit", "0", NULL }, NULL);
}

TESTS(rename,
	TEST(rename, "prctl(PR_SET_NAME) records the name before and after", rename_self),
	TEST(rename, "a name set through /proc is recorded with its thread", rename_other),
	TEST(rename, "an exec leaves no record of its name", rename_exec),
);

TESTS(clone,
	TEST(clone, "fork is recorded once, by the parent", fork_call),
	TEST(clone, "clone records its flags", clone_process),
	TEST(clone, "clone3 records what is shared, and what only its flags show from user memory",
	     clone3_process),
	TEST(clone, "clone of a sibling records the parent of the child", clone_sibling),
	TEST(clone, "clone that waits as vfork does is recorded once", vfork_call),
	TEST(clone, "vfork records what is shared", vfork_libc),
	TEST(clone, "a new thread is recorded as a task of the same process", clone_thread),
	TEST(clone, "a new thread by clone3 is recorded as a task of the same process", clone3_thread),
	TEST(clone, "a child in a new pid namespace has both numbers, in and below it",
	     clone_namespace),
	TEST(clone, "clone that is refused is recorded with its flags", clone_refused),
	TEST(clone, "clone3 that is refused is recorded with its flags", clone3_refused),
	TEST(clone, "fork beyond the limit is recorded", fork_limit),
);

TESTS(exit,
	TEST(exit, "exit records the status", ends_status),
	TEST(exit, "exit by a signal records the signal", ends_signal),
	TEST(exit, "exit with a core dump says so", ends_core),
	TEST(exit, "exit of a thread is not the end of its process", ends_with_thread),
	TEST(exit, "exit of the leader is not the end while a thread lives", ends_leader_first),
	TEST(exit, "exit of the group ends all its threads with its status", ends_by_thread),
	TEST(exit, "exit with living children records who inherits them", ends_orphans),
);
