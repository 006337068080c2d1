// SPDX-License-Identifier: Apache-2.0
/*
 * Tests of the paths of descriptors 0 to 2 at exec, which are recorded only if they are selected.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "facts.h"

#define SELF	"/test/driver-test"
#define ENVIRON ((char *[]){ "SECRET=hidden", NULL })
#define ARGV	((char *[]){ SELF, "--be-exit", "0", NULL })

#define ELSEWHERE ANY("compared by the exec tests")

/* The fields of an exec that are not about its descriptors. */
#define OTHER_FIELDS								\
	.ppid = ELSEWHERE, .pgid = ELSEWHERE, .sid = ELSEWHERE, .vtid = ELSEWHERE,	\
	.vpid = ELSEWHERE, .vpgid = ELSEWHERE, .uid = ELSEWHERE, .euid = ELSEWHERE,	\
	.gid = ELSEWHERE, .egid = ELSEWHERE, .loginuid = ELSEWHERE, .sessionid = ELSEWHERE, \
	.tty = ELSEWHERE, .pidns = ELSEWHERE, .cap_inheritable = ELSEWHERE,		\
	.cap_permitted = ELSEWHERE, .cap_effective = ELSEWHERE,			\
	.pidns_start_ns = ELSEWHERE, .exe_ino = ELSEWHERE, .exe_ctime_ns = ELSEWHERE,	\
	.exe_mtime_ns = ELSEWHERE, .exe_dev = ELSEWHERE, .exe_flags = ELSEWHERE,	\
	.comm = ELSEWHERE, .exe = ELSEWHERE, .filename = ELSEWHERE, .argv = ELSEWHERE,	\
	.env = ELSEWHERE, .cwd = ELSEWHERE, .argc = ELSEWHERE, .envc = ELSEWHERE

static void become(int nr, int fd)
{
	MUST(fd >= 0 && dup2(fd, nr) == nr);
	if (fd != nr)
		close(fd);
}

/* EXPECT an exec whose descriptors have these paths; NULL: none. */
static void expect_paths(long res, const char *in, const char *out, const char *err)
{
	static struct ev_fd fd[3];

	for (int i = 0; i < 3; i++)
		fd[i] = fd_of(i);
	EXPECT(execve, .res = N(res), OTHER_FIELDS, .stdin_fd = OBJ(&fd[0]),
	       .stdout_fd = OBJ(&fd[1]), .stderr_fd = OBJ(&fd[2]),
	       .stdin_path = in ? S(in) : (struct val){ 0 },
	       .stdout_path = out ? S(out) : (struct val){ 0 },
	       .stderr_path = err ? S(err) : (struct val){ 0 });
}

static void run(void)
{
	execve(SELF, ARGV, ENVIRON);
}

static void std_files(void)
{
	int dir[2];

	files_make(dir);
	become(0, open(FILES "/one/file", O_RDONLY));
	become(1, open(FILES "/two/file", O_WRONLY));
	become(2, open("/dev/null", O_WRONLY));
	before();
	expect_paths(0, FILES "/one/file", FILES "/two/file", "/dev/null");
	run();
}

static void std_unusual(void)
{
	int p[2];

	MUST(mkfifo("/tmp/std-fifo", 0600) == 0 || errno == EEXIST);
	MUST(pipe(p) == 0);
	become(0, open("/tmp/std-fifo", O_RDWR));
	become(1, p[1]);
	become(2, open("/tmp", O_RDONLY | O_DIRECTORY));
	before();
	expect_paths(0, "/tmp/std-fifo", NULL, "/tmp");
	run();
}

static void std_gone(void)
{
	put_file("/tmp/std-gone", "x", 0600);
	become(0, open("/tmp/std-gone", O_RDONLY));
	MUST(unlink("/tmp/std-gone") == 0);
	become(1, sys(SYS_memfd_create, "std", 0));
	become(2, open("/", O_RDONLY | O_DIRECTORY));
	before();
	expect_paths(0, "/tmp/std-gone (deleted)", "/memfd:std (deleted)", "/");
	run();
}

static void std_failed(void)
{
	int dir[2];

	files_make(dir);
	become(0, open(FILES "/two/file", O_RDONLY));
	become(1, open(FILES "/one/file", O_WRONLY));
	become(2, open(FILES "/one", O_RDONLY | O_DIRECTORY));
	before();
	expect_paths(sys(SYS_execve, "/no/such/program", ARGV, ENVIRON), FILES "/two/file",
		     FILES "/one/file", FILES "/one");
}

static void std_not_selected(void)
{
	become(0, open("/dev/null", O_RDONLY));
	before();
	expect_paths(0, NULL, NULL, NULL);
	run();
}

TESTS(stdio,
	TEST(stdio, "exec records the paths of files and devices on 0 to 2", std_files,
	     .sel_flags = SAKER_SEL_STD_PATHS),
	TEST(stdio, "exec records the paths of a FIFO and a directory, and none of a pipe",
	     std_unusual, .sel_flags = SAKER_SEL_STD_PATHS),
	TEST(stdio, "exec records the paths of a deleted file and of a memfd", std_gone,
	     .sel_flags = SAKER_SEL_STD_PATHS),
	TEST(stdio, "exec that fails records the paths of 0 to 2", std_failed,
	     .sel_flags = SAKER_SEL_STD_PATHS),
	TEST(stdio, "exec records no path of 0 to 2 if they are not selected", std_not_selected),
);
