// SPDX-License-Identifier: Apache-2.0
/*
 * Tests of what a hostile or odd program gives the kernel: directories that are gone, mounts that are
 * nowhere, names of any bytes, numbers of nested namespaces, calls that seccomp answers.
 */
#include <dirent.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <sched.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "exec.h"
#include "facts.h"

#define PLACE "/tmp/hostile"

static void place(void)
{
	MUST(mkdir(PLACE, 0755) == 0 || errno == EEXIST);
}

/* The path as the kernel prints it for the descriptor. */
static void opened_at(long fd, int dirfd, int flags, const char *name, uint32_t prov)
{
	struct val path;
	struct stat st;

	MUST(fd >= 0 && fstat(fd, &st) == 0);
	path = S(path_of(fd));
	path.prov = prov;
	EXPECT(open, .res = N(fd), .dirfd = N(dirfd), .flags = N(flags), .dev = NP(dev_of(st.st_dev), prov),
	       .ino = NP(st.st_ino, prov), .kind = NP(fd_kind(fd), prov),
	       .file_flags = NP(fcntl(fd, F_GETFL), prov), .path = path, .name = U(name),
	       .layer = NP(0, prov));
}

static void gone_directory(void)
{
	long res;

	place();
	MUST(mkdir(PLACE "/gone", 0755) == 0 && chdir(PLACE "/gone") == 0 && rmdir(PLACE "/gone") == 0);
	opened_at(sys(SYS_open, ".", O_RDONLY | O_DIRECTORY, 0), AT_FDCWD, O_RDONLY | O_DIRECTORY, ".", 0);
	res = sys(SYS_open, "new", O_WRONLY | O_CREAT, 0600);
	MUST(res == -ENOENT);
	EXPECT(open, .res = N(res), .dirfd = N(AT_FDCWD), .flags = N(O_WRONLY | O_CREAT), .mode = N(0600),
	       .name = U("new"));
	res = sys(SYS_mkdir, "new", 0700);
	MUST(res == -ENOENT);
	EXPECT(mkdir, .res = N(res), .dirfd = N(AT_FDCWD), .mode = N(0700), .path = U("new"));
}

static void exec_in_gone_directory(void)
{
	char **argv = ARGV(SELF, "--be-exit", "0");

	place();
	MUST(mkdir(PLACE "/gone", 0755) == 0 && chdir(PLACE "/gone") == 0 && rmdir(PLACE "/gone") == 0);
	will_run(&(struct program){ .exe = SELF, .filename = SELF, .argv = argv,
				    .exe_flags = EXE_WRITABLE, .cwd = PLACE "/gone (deleted)" });
	execve(SELF, argv, ENVIRON);
}

static void own_mounts(void)
{
	MUST(unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
}

/* A copy of a tree that is mounted nowhere; and a mount that is nowhere any more. */
static void detached(void)
{
	long tree, inner;
	int dir;

	place();
	own_mounts();
	MUST(mount("a", PLACE, "tmpfs", 0, NULL) == 0);
	put_file(PLACE "/inner", "x", 0644);
	tree = syscall(SYS_open_tree, AT_FDCWD, PLACE, 1 /* OPEN_TREE_CLONE */);
	if (tree < 0 && errno == ENOSYS)
		t_skip("this kernel has no open_tree()");
	inner = sys(SYS_openat, tree, "inner", O_RDONLY, 0);
	opened_at(inner, tree, O_RDONLY, "inner", 0);
	MUST(!strcmp(path_of(inner), "/inner"));
	dir = open(PLACE, O_PATH | O_DIRECTORY);
	MUST(dir >= 0 && umount2(PLACE, MNT_DETACH) == 0);
	opened_at(sys(SYS_openat, dir, "inner", O_RDONLY, 0), dir, O_RDONLY, "inner", 0);
}

static void in_mount_namespace(void)
{
	place();
	own_mounts();
	MUST(mount("a", PLACE, "tmpfs", 0, NULL) == 0 && mkdir(PLACE "/one", 0755) == 0);
	MUST(mount("b", PLACE "/one", "tmpfs", 0, NULL) == 0);
	put_file(PLACE "/one/file", "x", 0644);
	opened_at(sys(SYS_open, PLACE "/one/file", O_RDONLY, 0), AT_FDCWD, O_RDONLY, PLACE "/one/file", 0);
	MUST(mount(PLACE "/one", PLACE, NULL, MS_BIND, NULL) == 0);
	opened_at(sys(SYS_open, PLACE "/file", O_RDONLY, 0), AT_FDCWD, O_RDONLY, PLACE "/file", 0);
}

static void odd_name(const char *name)
{
	char path[512], other[512];
	long fd;

	place();
	snprintf(path, sizeof(path), PLACE "/%s", name);
	snprintf(other, sizeof(other), PLACE "/%s+", name);
	unlink(path);
	fd = sys(SYS_open, path, O_WRONLY | O_CREAT | O_EXCL, 0);
	opened_at(fd, AT_FDCWD, O_WRONLY | O_CREAT | O_EXCL, path, 0);
	MUST(sys(SYS_rename, path, other) == 0);
	EXPECT(rename, .olddirfd = N(AT_FDCWD), .newdirfd = N(AT_FDCWD), .oldpath = U(path), .newpath = U(other),
	       .oldfile = SEEN(path), .newfile = SEEN(other));
	MUST(sys(SYS_unlink, other) == 0);
	EXPECT(unlink, .dirfd = N(AT_FDCWD), .path = U(other), .file = SEEN(other));
}

static void odd_names(void)
{
	odd_name("line\nfeed\r\ttab");
	odd_name("\xff\xfe\x80 no UTF-8 \xc3");
	odd_name("\x1b[31mred\x07");
}

/* As many bytes as the kernel takes: each string at most 128 KiB, all at most 6 MiB. */
static void exec_six_megabytes(void)
{
	enum { EACH = 100000, COUNT = 60 };
	struct rlimit none = { RLIM_INFINITY, RLIM_INFINITY };
	static char *argv[COUNT + 4];
	char *word = malloc(EACH + 1);

	MUST(word && setrlimit(RLIMIT_STACK, &none) == 0);
	memset(word, 'w', EACH);
	word[EACH] = 0;
	argv[0] = SELF;
	argv[1] = "--be-exit";
	argv[2] = "0";
	for (int i = 0; i < COUNT; i++)
		argv[3 + i] = word;
	will_run(&(struct program){ .exe = SELF, .filename = SELF, .argv = argv,
				    .exe_flags = EXE_WRITABLE, .argv_cut = 32 << 10 });
	execve(SELF, argv, ENVIRON);
}

/* The task with that name, as the initial pid namespace numbers it. */
static pid_t named(const char *name)
{
	char path[64], comm[32];
	DIR *proc = opendir("/proc");
	struct dirent *d;
	pid_t ret = 0;
	FILE *f;

	MUST(proc);
	while (!ret && (d = readdir(proc))) {
		snprintf(path, sizeof(path), "/proc/%.20s/comm", d->d_name);
		f = fopen(path, "r");
		if (f && fgets(comm, sizeof(comm), f) && !strncmp(comm, name, strlen(name)))
			ret = atoi(d->d_name);
		if (f)
			fclose(f);
	}
	closedir(proc);
	return ret;
}

/* Becomes the first process of a namespace within that of the caller. */
static void descend(void)
{
	pid_t pid;

	MUST(unshare(CLONE_NEWPID) == 0);
	pid = fork();
	MUST(pid >= 0);
	if (pid) {
		waitpid(pid, NULL, 0);
		_exit(0);
	}
}

static void three_namespaces_deep(void)
{
	int ready[2], go[2];
	struct who deep;
	pid_t pid, tid;
	char byte;

	MUST(pipe(ready) == 0 && pipe(go) == 0);
	pid = fork();
	if (!pid) {
		for (int i = 0; i < 3; i++)
			descend();
		prctl(PR_SET_NAME, "three-deep");
		MUST(getpid() == 1);
		MUST(write(ready[1], "r", 1) == 1 && read(go[0], &byte, 1) == 1);
		syscall(SYS_kill, 1, 0);
		syscall(SYS_setpgid, 1, 1);
		_exit(0);
	}
	MUST(read(ready[0], &byte, 1) == 1);
	tid = named("three-deep");
	MUST(tid > 1);
	deep = task(tid);
	before();
	by(&deep);
	last.syscall = true;
	last.nr = SYS_kill;
	EXPECT(kill, .pid = N(1), .target = N(tid), .target_start_ns = ticks(deep.start_ticks));
	last.nr = SYS_setpgid;
	EXPECT(setpgid, .pid = N(1), .target = N(tid), .target_start_ns = ticks(deep.start_ticks),
	       .pgid = N(1));
	MUST(write(go[1], "g", 1) == 1 && waitpid(pid, NULL, 0) == pid);
}

/* The next task gets the number of one that has ended. */
static void recycled_number(void)
{
	struct who first, second;
	int go[2], fd;
	char text[32];
	pid_t pid;

	MUST(pipe(go) == 0);
	first = waiting_child();
	done_with(first);
	usleep(50000);
	fd = open("/proc/sys/kernel/ns_last_pid", O_WRONLY);
	if (fd < 0)
		t_skip("this kernel cannot choose the next number");
	snprintf(text, sizeof(text), "%u", first.tid - 1);
	MUST(write(fd, text, strlen(text)) > 0);
	pid = fork();
	if (!pid) {
		MUST(read(go[0], text, 1) == 1);
		syscall(SYS_kill, getpid(), 0);
		_exit(0);
	}
	MUST(pid == (pid_t)first.tid);
	second = task(pid);
	MUST(second.start_ticks > first.start_ticks);
	before();
	by(&second);
	last.syscall = true;
	last.nr = SYS_kill;
	EXPECT(kill, .pid = N(pid), .target = N(pid), .target_start_ns = ticks(second.start_ticks));
	MUST(write(go[1], "g", 1) == 1 && waitpid(pid, NULL, 0) == pid);
}

static int listener_fd;
static const char *answer;

/* Opens another file than the one of the call, and gives it to the caller. */
static void *answers(void *arg)
{
	struct seccomp_notif asked = { 0 };
	struct seccomp_notif_addfd give = { .flags = SECCOMP_ADDFD_FLAG_SEND };

	while (!__atomic_load_n(&listener_fd, __ATOMIC_ACQUIRE))
		usleep(1000);
	if (!ioctl(listener_fd, SECCOMP_IOCTL_NOTIF_RECV, &asked)) {
		give.id = asked.id;
		give.srcfd = open(answer, O_RDONLY);
		/* Before 5.14 a descriptor is no answer. */
		if (ioctl(listener_fd, SECCOMP_IOCTL_NOTIF_ADDFD, &give) < 0)
			ioctl(listener_fd, SECCOMP_IOCTL_NOTIF_SEND,
			      &(struct seccomp_notif_resp){ .id = asked.id, .error = -ENOSYS });
	}
	/* The table of descriptors must still be shared when the call ends: the process ends this. */
	for (;;)
		pause();
	return arg;
}

static void seccomp_answers(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_open, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_USER_NOTIF),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(*code), code };
	pthread_t t;
	long fd;
	int n;

	place();
	put_file(PLACE "/asked", "a", 0644);
	put_file(PLACE "/given", "g", 0644);
	answer = PLACE "/given";
	MUST(pthread_create(&t, NULL, answers, NULL) == 0);
	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	n = syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_NEW_LISTENER, &prog);
	if (n < 0 && errno == EINVAL)
		t_skip("this kernel's seccomp has no listener, as before 5.0");
	MUST(n > 0);
	__atomic_store_n(&listener_fd, n, __ATOMIC_RELEASE);
	fd = sys(SYS_open, PLACE "/asked", O_RDONLY, 0);
	if (fd < 0)
		t_skip("this kernel's seccomp cannot answer with a descriptor");
	MUST(!strcmp(path_of(fd), PLACE "/given"));
	opened_at(fd, AT_FDCWD, O_RDONLY, PLACE "/asked", EV_PROV_SHARED_FD);
}

TESTS(hostile,
	TEST(hostile, "in a directory that was removed, paths say so and failures have names", gone_directory),
	TEST(hostile, "exec in a directory that was removed records it", exec_in_gone_directory),
	TEST(hostile, "open on a mount that is nowhere records the path within it", detached),
	TEST(hostile, "open in a mount namespace records the path there", in_mount_namespace),
	TEST(hostile, "names of any bytes are recorded byte by byte", odd_names),
	TEST(hostile, "exec with 6 MB of arguments records both ends, length and number", exec_six_megabytes),
	TEST(hostile, "three pid namespaces deep a number means the task that the caller means",
	     three_namespaces_deep),
	TEST(hostile, "a task with the number of one that has ended is another task", recycled_number),
	TEST(hostile, "an open that seccomp answers with another file records that file, marked", seccomp_answers),
);
