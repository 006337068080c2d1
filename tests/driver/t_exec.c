// SPDX-License-Identifier: Apache-2.0
/*
 * Tests of exec. Everything about the new program is written down before the exec, from /proc and
 * stat, as the caller does not exist after it; the record must come while the task still has its
 * old thread id's time.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exec.h"
#include "facts.h"
#include "small.h"

/* What execve records of arguments: NUL-separated, as the stack holds them. */
static struct val joined(char *const *list, uint32_t prov, uint32_t cut)
{
	static char bytes[8 << 20];
	size_t n = 0;

	for (; *list; list++) {
		memcpy(bytes + n, *list, strlen(*list) + 1);
		n += strlen(*list) + 1;
	}
	return CUT(bytes, n ? n - 1 : 0, prov, cut);
}

static uint64_t caps(int which)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct d[2];

	MUST(syscall(SYS_capget, &h, d) == 0);
	return which == 0   ? d[0].inheritable | (uint64_t)d[1].inheritable << 32
	       : which == 1 ? d[0].permitted | (uint64_t)d[1].permitted << 32
			    : d[0].effective | (uint64_t)d[1].effective << 32;
}

static uint64_t ns_of(struct timespec t)
{
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

/* Start of process 1 of our pid namespace, by its own clock ticks. */
static struct val init_start(void)
{
	uint64_t ticks = task(1).start_ticks;

	return IN(ticks * 10000000, ticks * 10000000 + 9999999);
}

static uint32_t pidns_now(void)
{
	struct stat st;

	MUST(stat("/proc/self/ns/pid", &st) == 0);
	return st.st_ino;
}

void will_run(const struct program *p)
{
	static struct ev_fd fd[3];
	uint32_t argc = 0;
	char cwd[4096];
	struct stat st;

	MUST(stat(p->exe, &st) == 0 && (p->cwd || getcwd(cwd, sizeof(cwd))));
	for (int i = 0; i < 3; i++)
		fd[i] = fcntl(i, F_GETFD) < 0 ? (struct ev_fd){ 0 } : fd_of(i);
	while (p->argv[argc])
		argc++;
	before();
	EXPECT(execve, .ppid = N(getppid()), .pgid = N(getpgrp()), .sid = N(getsid(0)),
	       .vtid = N(getpid()), .vpid = N(getpid()), .vpgid = N(getpgrp()), .uid = N(getuid()),
	       .euid = N(geteuid()), .gid = N(getgid()), .egid = N(getegid()),
	       .loginuid = N(word_of("/proc/self/loginuid", "%lu")),
	       .sessionid = N(word_of("/proc/self/sessionid", "%lu")), .tty = N(p->tty),
	       .pidns = N(pidns_now()), .cap_inheritable = N(caps(0)),
	       .cap_permitted = N(p->exe_caps ? p->exe_caps : caps(1)),
	       .cap_effective = N(p->exe_caps ? p->exe_caps : caps(2)), .exe_caps = N(p->exe_caps),
	       .pidns_start_ns = init_start(), .exe_ino = N(st.st_ino),
	       .exe_ctime_ns = N(ns_of(st.st_ctim)), .exe_mtime_ns = N(ns_of(st.st_mtim)),
	       .exe_dev = N(dev_of(st.st_dev)), .exe_flags = N(p->exe_flags),
	       .comm = p->comm ? ANY("the number of the descriptor, or from 6.14 on the name of the file")
			       : comm_of(p->filename),
	       .stdin_fd = OBJ(&fd[0]), .stdout_fd = OBJ(&fd[1]), .stderr_fd = OBJ(&fd[2]),
	       .exe = S(p->path ? p->path : p->exe), .filename = S(p->filename),
	       .argv = joined(p->argv, 0, p->argv_cut), .env = p->env,
	       .cwd = S(p->cwd ? p->cwd : cwd), .argc = N(argc), .envc = N(1));
}

#define ELSEWHERE ANY("compared by the other exec tests")

static void exec_plain(void)
{
	char **argv = ARGV("zeroth", "--be-exit", "0");

	will_run(&(struct program){
		.exe = SELF, .filename = SELF, .argv = argv, .exe_flags = EXE_WRITABLE });
	execve(SELF, argv, ENVIRON);
}

static void exec_relative(void)
{
	char **argv = ARGV("", "--be-exit", "0", "");

	MUST(symlink("../test", "/tmp/way") == 0 || errno == EEXIST);
	MUST(chdir("/tmp/way") == 0);
	will_run(&(struct program){
		.exe = SELF, .filename = "./driver-test", .argv = argv, .exe_flags = EXE_WRITABLE });
	execve("./driver-test", argv, ENVIRON);
}

static void exec_env(void)
{
	char **argv = ARGV(SELF, "--be-exit", "0");

	will_run(&(struct program){ .exe = SELF, .filename = SELF, .argv = argv,
				    .exe_flags = EXE_WRITABLE, .env = S("SECRET=hidden") });
	execve(SELF, argv, ENVIRON);
}

static void exec_unprivileged(void)
{
	char **argv = ARGV(SELF, "--be-exit", "0");

	MUST(setsid() > 0 && setregid(65534, 65534) == 0 && setreuid(65534, 65534) == 0);
	will_run(&(struct program){ .exe = SELF, .filename = SELF, .argv = argv });
	execve(SELF, argv, ENVIRON);
}

static void exec_tty(void)
{
	char **argv = ARGV(SELF, "--be-exit", "0"), name[64];
	int master = open("/dev/ptmx", O_RDWR | O_CLOEXEC | O_NOCTTY), unlock = 0, n = 0, slave;
	struct stat st;

	if (master < 0)
		t_skip("no pseudo terminals");
	MUST(ioctl(master, TIOCSPTLCK, &unlock) == 0 && ioctl(master, TIOCGPTN, &n) == 0 &&
	     setsid() > 0);
	snprintf(name, sizeof(name), "/dev/pts/%d", n);
	slave = open(name, O_RDWR | O_CLOEXEC);
	MUST(slave >= 0 && fstat(slave, &st) == 0);
	ioctl(slave, TIOCSCTTY, 0);
	will_run(&(struct program){ .exe = SELF, .filename = SELF, .argv = argv,
				    .exe_flags = EXE_WRITABLE, .tty = dev_of(st.st_rdev) });
	execve(SELF, argv, ENVIRON);
}

static void execveat_dir(void)
{
	char **argv = ARGV("x", "--be-exit", "0"), filename[64];
	int dir = open("/test", O_PATH | O_DIRECTORY);

	snprintf(filename, sizeof(filename), "/dev/fd/%d/driver-test", dir);
	will_run(&(struct program){
		.exe = SELF, .filename = filename, .argv = argv, .exe_flags = EXE_WRITABLE });
	syscall(SYS_execveat, dir, "driver-test", argv, ENVIRON, 0);
}

static void exec_big_argv(void)
{
	static char arg[3][100 << 10];
	char **argv = ARGV(SELF, "--be-exit", "0", arg[0], arg[1], "the end");

	for (int i = 0; i < 2; i++)
		for (size_t k = 0; k < sizeof(arg[0]) - 1; k++)
			arg[i][k] = 'a' + (k * 7 + i) % 26;
	will_run(&(struct program){ .exe = SELF,
				    .filename = SELF,
				    .argv = argv,
				    .exe_flags = EXE_WRITABLE,
				    .argv_cut = 1024 });
	execve(SELF, argv, ENVIRON);
}

/* 32 KiB are kept if nobody says otherwise, and of more both ends. */
static void exec_long_argv(void)
{
	static char arg[2][16 << 10];
	char **argv = ARGV(SELF, "--be-exit", "0", arg[0], "the middle", arg[1], "the end");

	for (int i = 0; i < 2; i++)
		memset(arg[i], 'x' + i, sizeof(arg[i]) - 100);
	will_run(&(struct program){
		.exe = SELF, .filename = SELF, .argv = argv, .exe_flags = EXE_WRITABLE });
	execve(SELF, argv, ENVIRON);
}

static void exec_longer_argv(void)
{
	static char arg[2][40 << 10];
	char **argv = ARGV(SELF, "--be-exit", "0", arg[0], "the middle", arg[1], "the end");

	for (int i = 0; i < 2; i++)
		memset(arg[i], 'x' + i, sizeof(arg[i]) - 1);
	will_run(&(struct program){ .exe = SELF,
				    .filename = SELF,
				    .argv = argv,
				    .exe_flags = EXE_WRITABLE,
				    .argv_cut = 32 << 10 });
	execve(SELF, argv, ENVIRON);
}

/* Who may chroot must not hide which program that is. */
static void exec_chroot(void)
{
	char **argv = ARGV("p", "--be-exit", "0");

	MUST(mkdir("/tmp/exec-jail", 0755) == 0 || errno == EEXIST);
	close(copy_of_self(open("/tmp/exec-jail/p", O_WRONLY | O_CREAT | O_TRUNC, 0755)));
	will_run(&(struct program){ .exe = "/tmp/exec-jail/p",
				    .filename = "/p",
				    .cwd = "/",
				    .argv = argv,
				    .exe_flags = EXE_WRITABLE });
	MUST(chroot("/tmp/exec-jail") == 0 && chdir("/") == 0);
	execve("/p", argv, ENVIRON);
}

static void exec_sockets(void)
{
	struct sockaddr_storage a;
	socklen_t len;
	int l = listener(AF_INET, &a, &len), s = socket(AF_INET, SOCK_STREAM, 0), p[2];
	char **argv = ARGV(SELF, "--be-exit", "0");

	MUST(connect(s, (void *)&a, len) == 0 && pipe(p) == 0);
	dup2(s, 0);
	dup2(p[1], 1);
	dup2(l, 2);
	will_run(&(struct program){
		.exe = SELF, .filename = SELF, .argv = argv, .exe_flags = EXE_WRITABLE });
	execve(SELF, argv, ENVIRON);
}

static void exec_closed_stdio(void)
{
	char **argv = ARGV(SELF, "--be-exit", "0");

	close(0);
	close(2);
	will_run(&(struct program){
		.exe = SELF, .filename = SELF, .argv = argv, .exe_flags = EXE_WRITABLE });
	execve(SELF, argv, ENVIRON);
}

static void *exec_in_thread(void *arg)
{
	/* The thread takes the leader's id; so does its record. */
	char **argv = ARGV(SELF, "--be-exit", "0");

	(void)arg;
	last.who = me;
	last.who.start_ticks = 0; /* de_thread gives it the leader's start time too */
	will_run(&(struct program){
		.exe = SELF, .filename = SELF, .argv = argv, .exe_flags = EXE_WRITABLE });
	execve(SELF, argv, ENVIRON);
	return NULL;
}

static void exec_thread(void)
{
	pthread_t t;

	MUST(pthread_create(&t, NULL, exec_in_thread, NULL) == 0);
	pthread_join(t, NULL);
}

static void not_run(long res, int error, struct val filename, struct val argv)
{
	static struct ev_fd fd[3];
	char cwd[4096];

	MUST(res == -error && getcwd(cwd, sizeof(cwd)));
	for (int i = 0; i < 3; i++)
		fd[i] = fd_of(i);
	EXPECT(execve, .res = N(res), .ppid = N(getppid()), .pgid = N(getpgrp()),
	       .sid = N(getsid(0)), .vtid = N(getpid()), .vpid = N(getpid()), .vpgid = N(getpgrp()),
	       .uid = N(getuid()), .euid = N(geteuid()), .gid = N(getgid()), .egid = N(getegid()),
	       .loginuid = N(word_of("/proc/self/loginuid", "%lu")),
	       .sessionid = N(word_of("/proc/self/sessionid", "%lu")), .pidns = N(pidns_now()),
	       .cap_inheritable = N(caps(0)), .cap_permitted = N(caps(1)),
	       .cap_effective = N(caps(2)), .pidns_start_ns = init_start(),
	       .comm = S("driver-test"), .stdin_fd = OBJ(&fd[0]), .stdout_fd = OBJ(&fd[1]),
	       .stderr_fd = OBJ(&fd[2]), .exe_ino = ANY("of the caller or none"),
	       .exe_ctime_ns = ANY("of the caller or none"),
	       .exe_mtime_ns = ANY("of the caller or none"),
	       .exe_dev = ANY("of the caller or none"), .exe_flags = ANY("of the caller or none"),
	       .exe = ANY("of the caller or none"), .filename = filename, .argv = argv,
	       .cwd = S(cwd));
}

static void exec_enoent(void)
{
	char **argv = ARGV("a", "bb", "");

	not_run(sys(SYS_execve, "/no/such/program", argv, ENVIRON), ENOENT, U("/no/such/program"),
		joined(argv, EV_PROV_USER, 0));
	not_run(sys(SYS_execve, "", argv, ENVIRON), ENOENT, U(""), joined(argv, EV_PROV_USER, 0));
}

/* More strings than the eBPF driver counts in memory that may change under it. */
static void exec_many(void)
{
	static char *argv[1001];
	uint32_t state = on_ebpf ? EV_PROV_TRUNCATED : 0;

	for (int i = 0; i < 1000; i++)
		argv[i] = "x";
	not_run(sys(SYS_execve, "/no/such/program", argv, ENVIRON), ENOENT, U("/no/such/program"),
		joined(argv, EV_PROV_USER | state, on_ebpf ? 511 : 0));
}

static void exec_eacces(void)
{
	char **argv = ARGV("a");

	put_file("/tmp/not-executable", "x", 0644);
	not_run(sys(SYS_execve, "/tmp/not-executable", argv, ENVIRON), EACCES,
		U("/tmp/not-executable"), joined(argv, EV_PROV_USER, 0));
}

static void exec_e2big(void)
{
	static char big[(128 << 10) + 8];
	char **argv = ARGV("a", big, "z");

	memset(big, 'b', sizeof(big) - 1);
	not_run(sys(SYS_execve, SELF, argv, ENVIRON), E2BIG, U(SELF),
		joined(argv, EV_PROV_USER | EV_PROV_TRUNCATED, 1024));
}

static void exec_unreadable(void)
{
	char **bad = ARGV("a", NULL);

	bad[1] = unmapped();
	not_run(sys(SYS_execve, unmapped(), ARGV("a"), ENVIRON), EFAULT, UNREADABLE,
		joined(ARGV("a"), EV_PROV_USER, 0));
	not_run(sys(SYS_execve, SELF, unmapped(), ENVIRON), EFAULT, U(SELF), UNREADABLE);
	not_run(sys(SYS_execve, "/no/such", NULL, NULL), ENOENT, U("/no/such"),
		ANY("a null list is an empty list"));
}

static void execveat_failure(void)
{
	char **argv = ARGV("a");

	not_run(sys(SYS_execveat, 7777, "x", argv, ENVIRON, 0), EBADF, U("x"),
		joined(argv, EV_PROV_USER, 0));
}

static void exec_setuid_file(void)
{
	char **argv = ARGV("s", "--be-exit", "0");

	close(copy_of_self(open("/tmp/suid-program", O_WRONLY | O_CREAT | O_TRUNC, 0755)));
	MUST(chmod("/tmp/suid-program", 06755) == 0 && chown("/tmp/suid-program", 1234, 1235) == 0);
	MUST(chmod("/tmp/suid-program", 06755) == 0);
	MUST(setregid(65534, 65534) == 0 && setreuid(65534, 65534) == 0);
	before();
	EXPECT(execve, .uid = N(65534), .euid = N(1234), .gid = N(65534), .egid = N(1235),
	       .exe_flags = N(EXE_SETUID | EXE_SETGID | EXE_WRITABLE), .comm = S("suid-program"),
	       .exe = S("/tmp/suid-program"), .filename = S("/tmp/suid-program"),
	       .argv = joined(argv, 0, 0), .cwd = S("/test"), .argc = N(3), .envc = N(1),
	       .ppid = ELSEWHERE, .pgid = ELSEWHERE, .sid = ELSEWHERE, .vtid = ELSEWHERE,
	       .vpid = ELSEWHERE, .vpgid = ELSEWHERE, .loginuid = ELSEWHERE, .sessionid = ELSEWHERE,
	       .pidns = ELSEWHERE, .cap_inheritable = N(0), .pidns_start_ns = ELSEWHERE,
	       .exe_ino = ELSEWHERE, .exe_ctime_ns = ELSEWHERE, .exe_mtime_ns = ELSEWHERE,
	       .exe_dev = ELSEWHERE, .stdin_fd = ELSEWHERE, .stdout_fd = ELSEWHERE,
	       .stderr_fd = ELSEWHERE);
	execve("/tmp/suid-program", argv, ENVIRON);
}

static void exec_child(void)
{
	char **argv = ARGV(SELF, "--be-exit", "0");
	pid_t pid = fork();

	if (!pid) {
		me = task(getpid());
		by(&me);
		will_run(&(struct program){
			.exe = SELF, .filename = SELF, .argv = argv, .exe_flags = EXE_WRITABLE });
		execve(SELF, argv, ENVIRON);
	}
	MUST(pid > 0 && waitpid(pid, NULL, 0) == pid);
}

static void exec_after_login(void)
{
	char **argv = ARGV(SELF, "--be-exit", "0");
	int fd = open("/proc/self/loginuid", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "1000", 4) != 4)
		t_skip("this kernel does not let the test log in");
	close(fd);
	MUST(word_of("/proc/self/loginuid", "%lu") == 1000);
	will_run(&(struct program){
		.exe = SELF, .filename = SELF, .argv = argv, .exe_flags = EXE_WRITABLE });
	execve(SELF, argv, ENVIRON);
}

/* The first process of a pid namespace; its parent, outside, knows its numbers. */
static void exec_in_pidns(void)
{
	char **argv = ARGV(SELF, "--be-exit", "0"), path[64], go;
	struct stat st;
	struct who c;
	int ready[2];
	pid_t pid;

	MUST(pipe2(ready, O_CLOEXEC) == 0 && unshare(CLONE_NEWPID) == 0);
	pid = fork();
	if (!pid && read(ready[0], &go, 1) == 1)
		execve(SELF, argv, ENVIRON);
	MUST(pid > 0);
	c = task(pid);
	snprintf(path, sizeof(path), "/proc/%d/ns/pid", pid);
	MUST(stat(path, &st) == 0 && st.st_ino != pidns_now());
	before();
	by(&c);
	EXPECT(execve, .ppid = N(getpid()), .pgid = N(getpgrp()), .sid = N(getsid(0)), .vtid = N(1),
	       .vpid = N(1), .uid = N(getuid()), .euid = N(geteuid()), .gid = N(getgid()),
	       .egid = N(getegid()), .loginuid = N(word_of("/proc/self/loginuid", "%lu")),
	       .sessionid = N(word_of("/proc/self/sessionid", "%lu")), .pidns = N(st.st_ino),
	       .cap_inheritable = N(caps(0)), .cap_permitted = N(caps(1)),
	       .cap_effective = N(caps(2)),
	       .pidns_start_ns = IN(c.start_ticks * 10000000, c.start_ticks * 10000000 + 9999999),
	       .exe_ino = ELSEWHERE, .exe_ctime_ns = ELSEWHERE, .exe_mtime_ns = ELSEWHERE,
	       .exe_dev = ELSEWHERE, .exe_flags = N(EXE_WRITABLE), .comm = S("driver-test"),
	       .stdin_fd = ELSEWHERE, .stdout_fd = ELSEWHERE, .stderr_fd = ELSEWHERE, .exe = S(SELF),
	       .filename = S(SELF), .argv = joined(argv, 0, 0), .cwd = S("/test"), .argc = N(3),
	       .envc = N(1));
	MUST(write(ready[1], "g", 1) == 1 && waitpid(pid, NULL, 0) == pid);
}

static void exec_caps(void)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct d[2];
	char **argv = ARGV(SELF, "--be-exit", "0");

	MUST(syscall(SYS_capget, &h, d) == 0);
	d[0].inheritable = d[0].permitted & 0xff;
	MUST(syscall(SYS_capset, &h, d) == 0);
	will_run(&(struct program){
		.exe = SELF, .filename = SELF, .argv = argv, .exe_flags = EXE_WRITABLE });
	execve(SELF, argv, ENVIRON);
}

/*
 * After a successful exec the registers are the new program's: execveat looks like
 * execve, and a 32-bit program's exec like a 32-bit call. None of it is a record.
 */
static void exec_alone(const char *name, const void *program, size_t size, bool at)
{
	int fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0755);
	char **argv = ARGV("small");

	MUST(write(fd, program, size) == (ssize_t)size && ftruncate(fd, 4096) == 0);
	close(fd);
	will_run(&(struct program){
		.exe = name, .filename = name, .argv = argv, .exe_flags = EXE_WRITABLE });
	before();
	EXPECT_NONE(syscall);
	if (at)
		syscall(SYS_execveat, AT_FDCWD, name, argv, ENVIRON, 0);
	else
		execve(name, argv, ENVIRON);
}

static void exec_alone_at(void)
{
	exec_alone("/tmp/small64", &small64, sizeof(small64), true);
}

static void exec_alone_32(void)
{
	exec_alone("/tmp/small32", &small32, sizeof(small32), false);
}

TESTS(exec,
	TEST(exec, "exec records program, arguments, ids, descriptors and directory", exec_plain),
	TEST(exec, "exec records 32 KiB of arguments", exec_long_argv),
	TEST(exec, "exec records both ends of longer arguments, and how many there are",
	     exec_longer_argv),
	TEST(exec, "exec in a chroot records the whole path of the program", exec_chroot),
	TEST(exec, "exec through symlinks records the given and the resolved path", exec_relative),
	TEST(exec, "exec records the environment only if it is selected",
	     exec_env, .env_max = 4096),
	TEST(exec, "exec by another user records that user and no capability", exec_unprivileged),
	TEST(exec, "exec by a child records its parent", exec_child),
	TEST(exec, "exec after a login records its user and session", exec_after_login),
	TEST(exec, "exec in a pid namespace records the namespace and its numbers", exec_in_pidns),
	TEST(exec, "exec records inheritable capabilities", exec_caps),
	TEST(exec, "exec at a terminal records the terminal", exec_tty),
	TEST(exec, "execveat below a directory is one exec", execveat_dir),
	TEST(exec, "exec with 200 KiB of arguments keeps head, tail and true length",
	     exec_big_argv, .argv_max = 32768),
	TEST(exec, "exec records sockets and pipes on 0 to 2", exec_sockets),
	TEST(exec, "exec without stdio records descriptors that are not open", exec_closed_stdio),
	TEST(exec, "exec by a thread is recorded under the process's id", exec_thread),
	TEST(exec, "exec of a setuid program records the new ids", exec_setuid_file),
	TEST(exec, "exec that finds nothing is recorded with its arguments", exec_enoent),
	TEST(exec, "exec that finds nothing records a thousand arguments", exec_many),
	TEST(exec, "exec of what is not executable is recorded", exec_eacces),
	TEST(exec, "exec with too many arguments keeps some of them", exec_e2big),
	TEST(exec, "exec with unreadable name or arguments marks them", exec_unreadable),
	TEST(exec, "execveat leaves one record and no other", exec_alone_at),
	TEST(exec, "exec of a 32-bit program leaves one record and no other", exec_alone_32),
	TEST(exec, "execveat that fails is an exec that fails", execveat_failure),
);
