// SPDX-License-Identifier: Apache-2.0
/*
 * Tests of system calls of 32-bit programs and of x32: an operation is the same event as the call of a
 * 64-bit program. (The file of each event's own tests has its further 32-bit forms.)
 */
#include <fcntl.h>
#include <linux/net.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "exec.h"
#include "facts.h"
#include "lib/number.h"

static void called(long res, const long a[6])
{
	EXPECT(syscall, .res = N(res), .a0 = N(a[0]), .a1 = N(a[1]), .a2 = N(a[2]), .a3 = N(a[3]),
	       .a4 = N(a[4]), .a5 = N(a[5]));
}

static void check_open(long fd, int flags, const char *name, const char *path)
{
	struct stat st;

	MUST(fd >= 0 && fstat(fd, &st) == 0);
	EXPECT(open, .res = N(fd), .dirfd = N(AT_FDCWD), .flags = N(flags),
	       .dev = N(dev_of(st.st_dev)), .ino = N(st.st_ino), .kind = N(fd_kind(fd)),
	       .file_flags = N(fcntl(fd, F_GETFL)), .path = S(path), .name = U(name));
}

static void ia32_open(void)
{
	long fd = sys32(5 /* open */, low("/dev/null", 9), O_RDWR, 0);

	if (fd == -ENOSYS)
		t_skip("no 32-bit calls on this kernel");
	check_open(fd, O_RDWR, "/dev/null", "/dev/null");
}

static void ia32_dup(void)
{
	static struct ev_fd f;
	int fd = open("/dev/null", O_RDONLY);
	long res = sys32(41 /* dup */, fd);

	MUST(res >= 0);
	f = fd_of(res);
	EXPECT(dup, .res = N(res), .oldfd = N(fd), .newfd = N(-1), .file = OBJ(&f),
	       .path = S("/dev/null"));
	res = sys32(221 /* fcntl64 */, fd, F_DUPFD, 50);
	MUST(res >= 50);
	EXPECT(dup, .res = N(res), .oldfd = N(fd), .newfd = N(-1), .flags = N(50), .cmd = N(F_DUPFD),
	       .arg = N(50), .file = OBJ(&f), .path = S("/dev/null"));
}

static void ia32_generic(void)
{
	const long a[6] = {
		0x11111111, 0x22222222, 0x33333333, 0x44444444, 0x55555555, 0x66666666
	};

	called(sysv(EV_ABI_IA32, 64 /* getppid */, a), a);
}

static void ia32_setuid(void)
{
	long res = sys32(213 /* setuid32 */, 1234);

	MUST(res == 0);
	EXPECT(setid, .arg_real = N(1234), .arg_effective = N(~0u), .arg_saved = N(~0u),
	       .uid = N(1234), .euid = N(1234), .suid = N(1234), .fsuid = N(1234));
}

static void ia32_socketcall(void)
{
	struct sockaddr_storage a;
	static struct ev_tuple t;
	socklen_t len;
	int l = listener(AF_INET, &a, &len), s = socket(AF_INET, SOCK_STREAM, 0);
	uint32_t args[3] = { s, (uint32_t)(long)low(&a, len), len };
	long res = sys32(102 /* socketcall */, SYS_CONNECT, low(args, sizeof(args)));

	(void)l;
	MUST(res == 0);
	t = tuple_of(s, EV_ROLE_CLIENT);
	EXPECT(connect, .fd = NP(s, EV_PROV_USER), .addrlen = NP(len, EV_PROV_USER),
	       .tuple = OBJ(&t));
}

static void ia32_exec_fails(void)
{
	uint32_t argv[3] = { (uint32_t)(long)low("a", 1), (uint32_t)(long)low("bc", 2), 0 };
	long res = sys32(11 /* execve */, low("/no/such", 8), low(argv, sizeof(argv)), 0);

	MUST(res == -ENOENT);
#define LATER ANY("compared by the exec tests")
	EXPECT(execve, .res = N(res), .filename = U("/no/such"),
	       .argv = B("a\0bc", 4, EV_PROV_USER), .cwd = S("/test"), .ppid = LATER, .pgid = LATER,
	       .sid = LATER, .vtid = LATER, .vpid = LATER, .vpgid = LATER, .loginuid = LATER,
	       .sessionid = LATER, .tty = LATER, .pidns = LATER, .cap_permitted = LATER,
	       .cap_effective = LATER, .pidns_start_ns = LATER, .exe_ino = LATER,
	       .exe_ctime_ns = LATER, .exe_mtime_ns = LATER, .exe_dev = LATER, .exe_flags = LATER,
	       .comm = LATER, .stdin_fd = LATER, .stdout_fd = LATER, .stderr_fd = LATER,
	       .exe = LATER);
}

static void x32_open(void)
{
	long fd = sysx32(2, low("/dev/null", 9), O_RDWR, 0);

	if (fd == -ENOSYS)
		t_skip("this kernel has no x32; boot it with syscall.x32=y");
	check_open(fd, O_RDWR, "/dev/null", "/dev/null");
}

static void x32_generic(void)
{
	const long a[6] = { 1, 2, 3, 4, 5, 6 };

	called(sysv(EV_ABI_X32, SYS_getppid, a), a);
}

/* -- one operation after the other, under an ABI -- */

static unsigned int abi; /* of the test */

static long nr_of(const char *name)
{
	const struct call_number *n = call_number(name);

	MUST(n);
	return n->nr[abi];
}

/* The result; only the first call of a test may not exist. */
#define CALL(name, ...) sysv(abi, nr_of(#name), (const long[6]){ SYS_ARGS(__VA_ARGS__) })
#define DO(name, ...)	MUST(CALL(name, __VA_ARGS__) >= 0)
#define LOW(s)		low(s, sizeof(s))
#define AT		.dirfd = N(AT_FDCWD)

static void need(void)
{
	const struct call saved = last;

	if (sysv(abi, abi == EV_ABI_X32 ? SYS_getpid : 20, (const long[6]){ 0 }) == -ENOSYS)
		t_skip(abi == EV_ABI_X32 ? "this kernel has no x32; boot it with syscall.x32=y"
					 : "this kernel has no 32-bit system calls");
	last = saved;
}

static void names(void)
{
	int dir[2];

	need();
	files_make(dir);
	DO(rename, LOW(FILES "/one/file"), LOW(FILES "/a"));
	EXPECT(rename, .olddirfd = N(AT_FDCWD), .newdirfd = N(AT_FDCWD), .oldpath = U(FILES "/one/file"),
	       .newpath = U(FILES "/a"), .oldfile = SEEN(FILES "/one/file"), .newfile = SEEN(FILES "/a"));
	DO(link, LOW(FILES "/a"), LOW(FILES "/b"));
	EXPECT(link, .olddirfd = N(AT_FDCWD), .newdirfd = N(AT_FDCWD), .oldpath = U(FILES "/a"),
	       .newpath = U(FILES "/b"), .oldfile = SEEN(FILES "/a"), .newfile = SEEN(FILES "/b"));
	DO(unlinkat, dir[1], LOW("file"), 0);
	EXPECT(unlink, .dirfd = N(dir[1]), .path = U("file"), .dir = S(FILES "/two"), .file = SEEN(FILES "/two/file"));
	DO(unlink, LOW(FILES "/b"));
	EXPECT(unlink, AT, .path = U(FILES "/b"), .file = SEEN(FILES "/b"));
	DO(rmdir, LOW(FILES "/two"));
	EXPECT(rmdir, .path = U(FILES "/two"), .file = SEEN(FILES "/two"));
	DO(symlink, LOW("/etc/shadow"), LOW(FILES "/c"));
	EXPECT(symlink, .linkdirfd = N(AT_FDCWD), .target = SEEN_OR_U("/etc/shadow"), .linkpath = U(FILES "/c"),
	       .file = SEEN(FILES "/c"));
	DO(mkdir, LOW(FILES "/d"), 0711);
	EXPECT(mkdir, AT, .mode = N(0711), .path = U(FILES "/d"), .file = SEEN(FILES "/d"));
	DO(mknod, LOW(FILES "/e"), S_IFIFO | 0622, 0);
	EXPECT(mknod, AT, .mode = N(S_IFIFO | 0622), .path = U(FILES "/e"), .file = SEEN(FILES "/e"));
}

static void files(void)
{
	struct stat st;
	int dir[2];
	long fd;

	need();
	files_make(dir);
	DO(chmod, LOW(FILES "/one/file"), 02755);
	EXPECT(chmod, .fd = N(-1), AT, .mode = N(02755), .filename = U(FILES "/one/file"),
	       SEEN_FILE(FILES "/one/file"));
	DO(truncate, LOW(FILES "/two/file"), 3);
	EXPECT(truncate, .fd = N(-1), .path = U(FILES "/two/file"), .length = N(3), SEEN_FILE(FILES "/two/file"));
	fd = CALL(openat, dir[0], LOW("file"), O_RDWR, 0);
	MUST(fd >= 0 && fstat(fd, &st) == 0);
	EXPECT(open, .res = N(fd), .dirfd = N(dir[0]), .flags = N(O_RDWR), .dev = N(dev_of(st.st_dev)),
	       .ino = N(st.st_ino), .kind = N(fd_kind(fd)), .file_flags = N(fcntl(fd, F_GETFL)),
	       .path = S(FILES "/one/file"), .name = U("file"));
	DO(fchmod, fd, 0640);
	MUST(fstat(fd, &st) == 0);
	EXPECT(chmod, .fd = N(fd), AT, .mode = N(0640), .dev = N(dev_of(st.st_dev)), .ino = N(st.st_ino),
	       .file = S(FILES "/one/file"));
}

static void sockets(void)
{
	struct sockaddr_in *in = (void *)low(&(struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(0x7f00000b) }, sizeof(*in));
	static struct ev_tuple t;
	socklen_t len = sizeof(*in);
	int l = socket(AF_INET, SOCK_STREAM, 0), s = socket(AF_INET, SOCK_STREAM, 0);
	long c;

	need();
	DO(bind, l, in, len);
	t = tuple_of(l, EV_ROLE_UNKNOWN);
	EXPECT(bind, .fd = N(l), .addrlen = N(len), .addr = OBJ(&t));
	DO(listen, l, 5);
	t = tuple_of(l, EV_ROLE_UNKNOWN);
	EXPECT(listen, .fd = N(l), .backlog = N(5), .tuple = OBJ(&t));
	MUST(getsockname(l, (void *)in, &len) == 0);
	DO(connect, s, in, len);
	t = tuple_of(s, EV_ROLE_CLIENT);
	EXPECT(connect, .fd = N(s), .addrlen = N(len), .tuple = OBJ(&t));
	c = CALL(accept4, l, 0, 0, SOCK_CLOEXEC);
	MUST(c >= 0);
	t = tuple_of(c, EV_ROLE_SERVER);
	EXPECT(accept, .res = N(c), .fd = N(l), .flags = N(SOCK_CLOEXEC), .tuple = OBJ(&t), .queuemax = N(5));
}

static void mounts(void)
{
	int dir[2];

	need();
	files_make(dir);
	MUST(unshare(CLONE_NEWNS) == 0 && mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	DO(mount, LOW("from"), LOW(FILES "/one"), LOW("tmpfs"), MS_NOSUID, 0);
	EXPECT(mount, .flags = N(MS_NOSUID), .dev = SEEN_OR_U("from"), .dir = U(FILES "/one"), .type = U("tmpfs"),
	       .target = SEEN(FILES "/one"));
	DO(umount2, LOW(FILES "/one"), MNT_DETACH);
	EXPECT(umount, .flags = N(MNT_DETACH), .name = U(FILES "/one"), .target = SEEN(FILES "/one"));
}

/* Pointers of 32 bits in both. A success is recorded as its task, without number and ABI of the call. */
static void exec(void)
{
	char **argv = ARGV("zeroth", "--be-exit", "0");
	uint32_t words[4] = { 0 }, environ_[2] = { 0 };

	need();
	for (int i = 0; i < 3; i++)
		words[i] = (uint32_t)(long)low(argv[i], strlen(argv[i]));
	environ_[0] = (uint32_t)(long)LOW("SECRET=hidden");
	will_run(&(struct program){
		.exe = SELF, .filename = SELF, .argv = argv, .exe_flags = EXE_WRITABLE });
	CALL(execve, LOW(SELF), low(words, sizeof(words)), low(environ_, sizeof(environ_)));
}

#define BOTH(what)			\
	static void what##_32(void)	\
	{				\
		abi = EV_ABI_IA32;	\
		what();			\
	}				\
	static void what##_x32(void)	\
	{				\
		abi = EV_ABI_X32;	\
		what();			\
	}
BOTH(names)
BOTH(files)
BOTH(sockets)
BOTH(mounts)
BOTH(exec)

TESTS(abi,
	TEST(abi, "a 32-bit open is an open", ia32_open),
	TEST(abi, "a 32-bit dup is a dup", ia32_dup),
	TEST(abi, "a 32-bit call records six arguments of 32 bits", ia32_generic),
	TEST(abi, "a 32-bit setuid is a setuid", ia32_setuid),
	TEST(abi, "a connect through socketcall is a connect", ia32_socketcall),
	TEST(abi, "a 32-bit exec that fails records its arguments", ia32_exec_fails),
	TEST(abi, "an x32 open is an open", x32_open),
	TEST(abi, "an x32 call records its arguments", x32_generic),
	TEST(abi, "names that a 32-bit program makes, changes and removes are the same events", names_32),
	TEST(abi, "names that an x32 program makes, changes and removes are the same events", names_x32),
	TEST(abi, "files that a 32-bit program opens and changes are the same events", files_32),
	TEST(abi, "files that an x32 program opens and changes are the same events", files_x32),
	TEST(abi, "bind, listen, connect and accept4 of a 32-bit program are the same events", sockets_32),
	TEST(abi, "bind, listen, connect and accept4 of an x32 program are the same events", sockets_x32),
	TEST(abi, "mount and umount2 of a 32-bit program are the same events", mounts_32),
	TEST(abi, "mount and umount2 of an x32 program are the same events", mounts_x32),
	TEST(abi, "an exec by a 32-bit program is an exec", exec_32),
	TEST(abi, "an exec by an x32 program is an exec", exec_x32),
);
