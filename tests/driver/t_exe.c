// SPDX-License-Identifier: Apache-2.0
/*
 * Tests of what is special about an executable: a script's interpreter, layers of an overlay,
 * capabilities of its file, files without a name.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "exec.h"
#include "facts.h"

int copy_of_self(int to)
{
	char buf[65536];
	int from = open(SELF, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	MUST(from >= 0 && to >= 0);
	while ((n = read(from, buf, sizeof(buf))) > 0)
		MUST(write(to, buf, n) == n);
	close(from);
	return to;
}

static void exec_script(void)
{
	/* What the kernel makes of it: interpreter, its argument, the script, the rest. */
	char **argv = ARGV(SELF, "--be-exit", "/tmp/script", "more");

	put_file("/tmp/script", "#!" SELF " --be-exit\n", 0755);
	will_run(&(struct program){
		.exe = SELF, .filename = "/tmp/script", .argv = argv,
		.exe_flags = EXE_WRITABLE | EXE_INTERPRETER });
	execve("/tmp/script", ARGV("lost", "more"), ENVIRON);
}

/* A tmpfs of this test alone: with the mounts on it, it ends with the test. */
#define LAYERS	"/tmp/exec-layers"

static void private_tmpfs(void)
{
	MUST(mkdir(LAYERS, 0755) == 0 || errno == EEXIST);
	MUST(unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	MUST(mount("layers", LAYERS, "tmpfs", 0, "mode=755") == 0);
}

/* An overlay with the program in its lower layer. */
static void overlay(void)
{
	private_tmpfs();
	MUST(mkdir(LAYERS "/lower", 0755) == 0 && mkdir(LAYERS "/upper", 0755) == 0);
	MUST(mkdir(LAYERS "/work", 0755) == 0 && mkdir(LAYERS "/all", 0755) == 0);
	close(copy_of_self(open(LAYERS "/lower/program", O_WRONLY | O_CREAT, 0755)));
	if (mount("overlay", LAYERS "/all", "overlay", 0,
		  "lowerdir=" LAYERS "/lower,upperdir=" LAYERS "/upper,workdir=" LAYERS "/work"))
		t_skip("this kernel has no overlayfs");
}

static void exec_from(const char *name, uint32_t layer)
{
	char **argv = ARGV("program", "--be-exit", "0");

	will_run(&(struct program){
		.exe = name, .filename = name, .argv = argv, .exe_flags = EXE_WRITABLE | layer });
	execve(name, argv, ENVIRON);
}

static void exec_lower(void)
{
	overlay();
	exec_from(LAYERS "/all/program", EXE_LOWER);
}

static void exec_upper(void)
{
	overlay();
	close(copy_of_self(open(LAYERS "/all/new", O_WRONLY | O_CREAT, 0755)));
	exec_from(LAYERS "/all/new", EXE_UPPER);
}

/* A file of the image that was written to is copied to the upper layer. */
static void exec_copied_up(void)
{
	int fd;

	overlay();
	fd = open(LAYERS "/all/program", O_WRONLY | O_APPEND);
	MUST(fd >= 0 && write(fd, "", 1) == 1 && close(fd) == 0);
	exec_from(LAYERS "/all/program", EXE_UPPER);
}

enum { UPPER = 1, LOWER = 2 };

static void opens(const char *path, int flags, uint32_t layer)
{
	long fd = sys(SYS_open, path, flags, 0600);
	struct stat st;

	MUST(fd >= 0 && fstat(fd, &st) == 0);
	EXPECT(open, .res = N(fd), .dirfd = N(AT_FDCWD), .flags = N(flags),
	       .mode = N(flags & O_CREAT ? 0600 : 0), .dev = N(dev_of(st.st_dev)), .ino = N(st.st_ino),
	       .kind = N(fd_kind(fd)), .file_flags = N(fcntl(fd, F_GETFL)), .path = S(path),
	       .name = U(path), .layer = N(layer));
	close(fd);
}

static void open_layers(void)
{
	overlay();
	opens(LAYERS "/lower/program", O_RDONLY, 0);
	opens(LAYERS "/all/program", O_RDONLY, LOWER);
	opens(LAYERS "/all/new", O_RDWR | O_CREAT, UPPER);
	opens(LAYERS "/all/new", O_RDONLY, UPPER);
}

/* The hook sees the file of the lower layer; when the call returns, it is a copy. */
static void open_copies_up(void)
{
	overlay();
	opens(LAYERS "/all/program", O_WRONLY, UPPER);
	opens(LAYERS "/all/program", O_RDONLY, UPPER);
}

static void open_truncates(void)
{
	overlay();
	opens(LAYERS "/all/program", O_RDONLY | O_TRUNC, UPPER);
}

/* By a user without capabilities: those of the file are all that the program has. */
static void exec_file_caps(uint32_t caps)
{
	const struct vfs_cap_data data = {
		.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE, .data[0].permitted = caps };
	char **argv = ARGV("capable", "--be-exit", "0");

	private_tmpfs();
	close(copy_of_self(open(LAYERS "/capable", O_WRONLY | O_CREAT, 0755)));
	MUST(setxattr(LAYERS "/capable", "security.capability", &data, XATTR_CAPS_SZ_2, 0) == 0);
	MUST(setresgid(1234, 1234, 1234) == 0 && setresuid(1234, 1234, 1234) == 0);
	will_run(&(struct program){
		.exe = LAYERS "/capable", .filename = LAYERS "/capable", .argv = argv, .exe_caps = caps });
	execve(LAYERS "/capable", argv, ENVIRON);
}

static void exec_net_raw(void)
{
	exec_file_caps(1u << CAP_NET_RAW);
}

static void exec_chown_kill(void)
{
	exec_file_caps(1u << CAP_CHOWN | 1u << CAP_KILL);
}

#define ELSEWHERE ANY("compared by the other exec tests")

/* Root of a user namespace, number 1234 outside, has all capabilities there, none by its file. */
static void exec_root_of_namespace(void)
{
	char **argv = ARGV(SELF, "--be-exit", "0");

	MUST(setresgid(1234, 1234, 1234) == 0 && setresuid(1234, 1234, 1234) == 0);
	MUST(prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0);
	if (unshare(CLONE_NEWUSER))
		t_skip("this kernel has no user namespaces for users");
	put_file("/proc/self/setgroups", "deny", 0644);
	put_file("/proc/self/uid_map", "0 1234 1", 0644);
	MUST(getuid() == 0);
	before();
	EXPECT(execve, .ppid = ELSEWHERE, .pgid = ELSEWHERE, .sid = ELSEWHERE, .vtid = ELSEWHERE,
	       .vpid = ELSEWHERE, .vpgid = ELSEWHERE, .uid = N(1234), .euid = N(1234), .gid = N(1234),
	       .egid = N(1234), .loginuid = ELSEWHERE, .sessionid = ELSEWHERE, .tty = ELSEWHERE,
	       .pidns = ELSEWHERE, .cap_permitted = SOME, .cap_effective = SOME,
	       .pidns_start_ns = ELSEWHERE, .exe_ino = ELSEWHERE, .exe_ctime_ns = ELSEWHERE,
	       .exe_mtime_ns = ELSEWHERE, .exe_dev = ELSEWHERE, .comm = ELSEWHERE, .stdin_fd = ELSEWHERE,
	       .stdout_fd = ELSEWHERE, .stderr_fd = ELSEWHERE, .exe = S(SELF), .filename = S(SELF),
	       .argv = ELSEWHERE, .cwd = ELSEWHERE, .argc = N(3), .envc = N(1));
	execve(SELF, argv, ENVIRON);
}

/* The overlay works on the file of its upper layer, too. */
static void attribute_in_overlay(void)
{
	static const char file[] = LAYERS "/all/program";
	struct val name = hooked_xattr ? S("trusted.a") : U("trusted.a");
	long res;

	overlay();
	MUST(chdir(LAYERS "/all") == 0);
	res = sys(SYS_setxattr, file, "trusted.a", "value", 5, 0);
	MUST(res == 0);
	EXPECT(setxattr, .size = N(5), .fd = N(-1), .dirfd = N(AT_FDCWD), .path = U(file), .name = name,
	       SEEN_FILE_IF(hooked_xattr, file));
	res = sys(SYS_removexattr, file, "trusted.a");
	MUST(res == 0);
	EXPECT(removexattr, .fd = N(-1), .dirfd = N(AT_FDCWD), .path = U(file), .name = name,
	       SEEN_FILE_IF(hooked_xattr, file));
}

static void exec_memfd(void)
{
	char **argv = ARGV("ghost", "--be-exit", "0"), filename[32], proc[64];
	int fd = copy_of_self(syscall(SYS_memfd_create, "ghost", 0));

	snprintf(filename, sizeof(filename), "/dev/fd/%d", fd);
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	will_run(&(struct program){ .exe = proc,
				    .path = "/memfd:ghost (deleted)",
				    .filename = filename,
				    .comm = "?",
				    .argv = argv,
				    .exe_flags = EXE_MEMFD | EXE_UNLINKED | EXE_WRITABLE });
	syscall(SYS_execveat, fd, "", argv, ENVIRON, AT_EMPTY_PATH);
}

static void exec_deleted(void)
{
	char **argv = ARGV("gone", "--be-exit", "0"), proc[64], filename[64];
	int fd;

	close(copy_of_self(open("/tmp/gone-program", O_WRONLY | O_CREAT | O_TRUNC, 0755)));
	fd = open("/tmp/gone-program", O_PATH);
	unlink("/tmp/gone-program");
	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", fd);
	snprintf(filename, sizeof(filename), "/dev/fd/%d", fd);
	will_run(&(struct program){ .exe = proc,
				    .path = "/tmp/gone-program (deleted)",
				    .filename = filename,
				    .comm = "?",
				    .argv = argv,
				    .exe_flags = EXE_UNLINKED | EXE_WRITABLE });
	syscall(SYS_execveat, fd, "", argv, ENVIRON, AT_EMPTY_PATH);
}

TESTS(exe,
	TEST(exe, "exec of a script records script and interpreter", exec_script),
	TEST(exe, "exec of a file of an image says that it is in a lower layer", exec_lower),
	TEST(exe, "exec of a file that is not in the image says that it is in the upper layer", exec_upper),
	TEST(exe, "exec of a file of an image that was written to says so", exec_copied_up),
	TEST(exe, "open says in which layer of an overlay the file lies", open_layers),
	TEST(exe, "open of a file of an image to write it says that it is in the upper layer", open_copies_up),
	TEST(exe, "open of a file of an image that empties it says that it is in the upper layer", open_truncates),
	TEST(exe, "an attribute of a file in an overlay is that of the overlay's file", attribute_in_overlay),
	TEST(exe, "exec of a file with a capability records it", exec_net_raw),
	TEST(exe, "exec of a file with two capabilities records both", exec_chown_kill),
	TEST(exe, "exec by root of a user namespace has no capability by its file", exec_root_of_namespace),
	TEST(exe, "exec of a memfd is known as fileless, and execveat as exec", exec_memfd),
	TEST(exe, "exec of a deleted file says so", exec_deleted),
);
