// SPDX-License-Identifier: Apache-2.0
/*
 * Permissions, owners, lengths, times and attributes of files: each call with success and with a
 * failure, by a path, relative to the descriptor of a directory, by a descriptor, and once as a
 * 32-bit program makes it.
 */
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "facts.h"

#define NO_FILE	B(NULL, 0, EV_PROV_UNREADABLE) /* no such descriptor */
#define NO_ID	0xffffffffu
#define BAD_FD	7777
#define AT	.dirfd = N(AT_FDCWD)
#define LOW(s)	low(s, sizeof(s))

#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

static void chmod_by_path(void)
{
	int dir[2];
	long res;

	files_make(dir);
	res = sys(SYS_chmod, FILES "/one/file", 04755);
	MUST(res == 0);
	EXPECT(chmod, .fd = N(-1), AT, .mode = N(04755), .filename = U(FILES "/one/file"),
	       SEEN_FILE(FILES "/one/file"));
	res = sys(SYS_chmod, FILES "/no", 0600);
	MUST(res == -ENOENT);
	EXPECT(chmod, .res = N(res), .fd = N(-1), AT, .mode = N(0600), .filename = U(FILES "/no"));
	for (int i = 0; i < 2; i++) {
		res = sys(SYS_fchmodat, dir[i], "file", 0640);
		MUST(res == 0);
		EXPECT(chmod, .fd = N(-1), .dirfd = N(dir[i]), .mode = N(0640), .filename = U("file"),
		       .dir = S(i ? FILES "/two" : FILES "/one"),
		       SEEN_FILE(i ? FILES "/two/file" : FILES "/one/file"));
	}
	res = sys32(15, LOW(FILES "/one/file"), 02755);
	need32(res);
	MUST(res == 0);
	EXPECT(chmod, .fd = N(-1), AT, .mode = N(02755), .filename = U(FILES "/one/file"),
	       SEEN_FILE(FILES "/one/file"));
}

/* Before 6.6 there is no such call: it fails, and is recorded all the same. */
static void chmod_with_flags(void)
{
	static const unsigned int flags[] = { AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH };
	int dir[2];
	long res;

	files_make(dir);
	for (int i = 0; i < 2; i++) {
		res = sys(SYS_fchmodat2, dir[i], "file", 0641, flags[i]);
		MUST(res == 0 || res == -ENOSYS);
		if (res)
			EXPECT(chmod, .res = N(res), .fd = N(-1), .dirfd = N(dir[i]), .mode = N(0641),
			       .flags = N(flags[i]), .filename = U("file"),
			       .dir = S(i ? FILES "/two" : FILES "/one"));
		else
			EXPECT(chmod, .fd = N(-1), .dirfd = N(dir[i]), .mode = N(0641),
			       .flags = N(flags[i]), .filename = U("file"),
			       .dir = S(i ? FILES "/two" : FILES "/one"),
			       SEEN_FILE(i ? FILES "/two/file" : FILES "/one/file"));
	}
}

/* The files of two file systems by their descriptors; a, b: one of each. */
static void both(int *a, int *b, struct stat *sa, struct stat *sb)
{
	int dir[2];

	files_make(dir);
	put_file("/tmp/elsewhere", "third", 0644);
	*a = open(FILES "/one/file", O_RDWR | O_CLOEXEC);
	*b = open("/tmp/elsewhere", O_RDWR | O_CLOEXEC);
	MUST(*a >= 0 && *b >= 0 && fstat(*a, sa) == 0 && fstat(*b, sb) == 0);
}

#define FILE_OF(fd, st) .dev = N(dev_of((st).st_dev)), .ino = N((st).st_ino), .file = S(path_of(fd))

static void chmod_by_fd(void)
{
	struct stat sa, sb;
	int a, b;
	long res;

	both(&a, &b, &sa, &sb);
	res = sys(SYS_fchmod, a, 06711);
	MUST(res == 0);
	EXPECT(chmod, .fd = N(a), AT, .mode = N(06711), FILE_OF(a, sa));
	res = sys(SYS_fchmod, b, 0600);
	MUST(res == 0);
	EXPECT(chmod, .fd = N(b), AT, .mode = N(0600), FILE_OF(b, sb));
	res = sys(SYS_fchmod, BAD_FD, 0600);
	MUST(res == -EBADF);
	EXPECT(chmod, .res = N(res), .fd = N(BAD_FD), AT, .mode = N(0600),
	       .dev = NP(0, EV_PROV_UNREADABLE), .ino = NP(0, EV_PROV_UNREADABLE), .file = NO_FILE);
}

static void chown_by_path(void)
{
	int dir[2];
	long res;

	files_make(dir);
	res = sys(SYS_chown, FILES "/one/file", 70000, 12);
	MUST(res == 0);
	EXPECT(chown, .fd = N(-1), AT, .uid = N(70000), .gid = N(12), .path = U(FILES "/one/file"),
	       SEEN_FILE(FILES "/one/file"));
	res = sys(SYS_lchown, FILES "/no", -1, 70001);
	MUST(res == -ENOENT);
	EXPECT(chown, .res = N(res), .fd = N(-1), AT, .uid = N(NO_ID), .gid = N(70001), .path = U(FILES "/no"));
	for (int i = 0; i < 2; i++) {
		const unsigned int flags = i ? AT_SYMLINK_NOFOLLOW : AT_EMPTY_PATH;

		res = sys(SYS_fchownat, dir[i], "file", 21, 22, flags);
		MUST(res == 0);
		EXPECT(chown, .fd = N(-1), .dirfd = N(dir[i]), .uid = N(21), .gid = N(22),
		       .flags = N(flags), .path = U("file"), .dir = S(i ? FILES "/two" : FILES "/one"),
		       SEEN_FILE(i ? FILES "/two/file" : FILES "/one/file"));
	}
}

static void chown_32(void)
{
	int dir[2];
	long res;

	files_make(dir);
	res = sys32(182, LOW(FILES "/one/file"), 0xffff, 0x1fffe);
	MUST(res == 0 || lacks32(res)); /* CONFIG_UID16 */
	if (res)
		EXPECT(chown, .res = N(res), .fd = N(-1), AT, .uid = N(NO_ID), .gid = N(0xfffe),
		       .path = U(FILES "/one/file"));
	else
		EXPECT(chown, .fd = N(-1), AT, .uid = N(NO_ID), .gid = N(0xfffe),
		       .path = U(FILES "/one/file"), SEEN_FILE(FILES "/one/file"));
	res = sys32(212, LOW(FILES "/one/file"), 70003, 70004);
	MUST(res == 0);
	EXPECT(chown, .fd = N(-1), AT, .uid = N(70003), .gid = N(70004), .path = U(FILES "/one/file"),
	       SEEN_FILE(FILES "/one/file"));
}

static void chown_by_fd(void)
{
	struct stat sa, sb;
	int a, b;
	long res;

	both(&a, &b, &sa, &sb);
	res = sys(SYS_fchown, a, 31, 32);
	MUST(res == 0);
	EXPECT(chown, .fd = N(a), AT, .uid = N(31), .gid = N(32), FILE_OF(a, sa));
	res = sys(SYS_fchown, b, 0, -1);
	MUST(res == 0);
	EXPECT(chown, .fd = N(b), AT, .gid = N(NO_ID), FILE_OF(b, sb));
}

static void truncated(void)
{
	struct stat sa, sb;
	int a, b;
	long res;

	both(&a, &b, &sa, &sb);
	res = sys(SYS_truncate, FILES "/two/file", 3);
	MUST(res == 0);
	EXPECT(truncate, .length = N(3), .fd = N(-1), .path = U(FILES "/two/file"),
	       SEEN_FILE(FILES "/two/file"));
	res = sys(SYS_truncate, FILES "/no", 1L << 33);
	MUST(res == -ENOENT);
	EXPECT(truncate, .res = N(res), .length = N(1L << 33), .fd = N(-1), .path = U(FILES "/no"));
	res = sys(SYS_ftruncate, a, 0);
	MUST(res == 0);
	EXPECT(truncate, .fd = N(a), FILE_OF(a, sa));
	res = sys(SYS_ftruncate, b, -5);
	MUST(res == -EINVAL);
	EXPECT(truncate, .res = N(res), .length = N(-5), .fd = N(b), FILE_OF(b, sb));
}

/* A length of 32 bits is signed; one of 64 bits is in two registers. */
static void truncated_32(void)
{
	struct stat sa, sb;
	int a, b;
	long res;

	both(&a, &b, &sa, &sb);
	res = sys32(92, LOW(FILES "/one/file"), -2);
	need32(res);
	MUST(res == -EINVAL);
	EXPECT(truncate, .res = N(res), .length = N(-2), .fd = N(-1), .path = U(FILES "/one/file"));
	res = sys32(193, LOW(FILES "/no"), 7, 5);
	MUST(res == -ENOENT);
	EXPECT(truncate, .res = N(res), .length = N(5L << 32 | 7), .fd = N(-1), .path = U(FILES "/no"));
	res = sys32(194, a, 9, 0);
	MUST(res == 0);
	EXPECT(truncate, .length = N(9), .fd = N(a), FILE_OF(a, sa));
}

#define TIMED(path)	SEEN_FILE_IF(hooked_utime, path)

static void times_set(void)
{
	struct timespec now[2] = { { .tv_nsec = UTIME_NOW }, { .tv_nsec = UTIME_NOW } };
	int dir[2], fd;
	long res;

	files_make(dir);
	res = sys(SYS_utime, FILES "/one/file", NULL);
	MUST(res == 0);
	EXPECT(utime, AT, .path = U(FILES "/one/file"), TIMED(FILES "/one/file"));
	res = sys(SYS_utimes, FILES "/no", NULL);
	MUST(res == -ENOENT);
	EXPECT(utime, .res = N(res), AT, .path = U(FILES "/no"));
	res = sys(SYS_futimesat, dir[0], "file", NULL);
	MUST(res == 0);
	EXPECT(utime, .dirfd = N(dir[0]), .path = U("file"), .dir = S(FILES "/one"),
	       TIMED(FILES "/one/file"));
	res = sys(SYS_utimensat, dir[1], "file", now, AT_SYMLINK_NOFOLLOW);
	MUST(res == 0);
	EXPECT(utime, .dirfd = N(dir[1]), .flags = N(AT_SYMLINK_NOFOLLOW), .path = U("file"),
	       .dir = S(FILES "/two"), TIMED(FILES "/two/file"));
	res = sys(SYS_utimensat, AT_FDCWD, FILES "/one/file", now, 0x10);
	MUST(res == -EINVAL);
	EXPECT(utime, .res = N(res), AT, .flags = N(0x10), .path = U(FILES "/one/file"));
	fd = open(FILES "/one/file", O_RDONLY | O_CLOEXEC);
	res = sys(SYS_utimensat, fd, NULL, now, 0);
	MUST(res == 0);
	EXPECT(utime, .dirfd = N(fd), .path = UNREADABLE, .dir = S(FILES "/one/file"),
	       TIMED(FILES "/one/file"));
	res = sys32(30, LOW(FILES "/two/file"), 0);
	MUST(res == 0 || lacks32(res)); /* CONFIG_COMPAT_32BIT_TIME */
	if (res)
		EXPECT(utime, .res = N(res), AT, .path = U(FILES "/two/file"));
	else
		EXPECT(utime, AT, .path = U(FILES "/two/file"), TIMED(FILES "/two/file"));
}

/* The kernel passes no mount: the path is on one that the caller uses, or absent. */
#define ATTR_NAME(s)	(hooked_xattr ? S(s) : U(s))
#define ATTR_FILE(path) SEEN_FILE_IF(hooked_xattr, path)
#define NO_MOUNT(path)                                           \
	.dev = N(hooked_xattr ? device_of(path) : 0),            \
	.ino = N(hooked_xattr ? ino_of(path) : 0),               \
	.file = hooked_xattr ? NO_FILE : (struct val){ 0 }

static void attribute_by_path(void)
{
	int dir[2];
	long res;

	files_make(dir);
	res = sys(SYS_setxattr, FILES "/one/file", "trusted.a", "value", 5, XATTR_CREATE);
	MUST(res == 0);
	EXPECT(setxattr, .size = N(5), .fd = N(-1), AT, .flags = N(XATTR_CREATE),
	       .path = U(FILES "/one/file"), .name = ATTR_NAME("trusted.a"),
	       NO_MOUNT(FILES "/one/file"));
	MUST(chdir(FILES "/one") == 0);
	res = sys(SYS_lsetxattr, "../two/file", "trusted.bb", "v", 1, XATTR_REPLACE);
	MUST(res == -ENODATA);
	EXPECT(setxattr, .res = N(res), .size = N(1), .fd = N(-1), AT, .flags = N(XATTR_REPLACE),
	       .path = U("../two/file"), .name = ATTR_NAME("trusted.bb"),
	       ATTR_FILE(FILES "/two/file"));
	res = sys(SYS_removexattr, FILES "/one/file", "trusted.a");
	MUST(res == 0);
	EXPECT(removexattr, .fd = N(-1), AT, .path = U(FILES "/one/file"),
	       .name = ATTR_NAME("trusted.a"), ATTR_FILE(FILES "/one/file"));
	MUST(chdir("/") == 0);
	res = sys(SYS_lremovexattr, FILES "/two/file", "trusted.bb");
	MUST(res == -ENODATA);
	EXPECT(removexattr, .res = N(res), .fd = N(-1), AT, .path = U(FILES "/two/file"),
	       .name = ATTR_NAME("trusted.bb"), NO_MOUNT(FILES "/two/file"));
	res = sys(SYS_setxattr, FILES "/no", "trusted.a", "value", 5, 0);
	MUST(res == -ENOENT);
	EXPECT(setxattr, .res = N(res), .size = N(5), .fd = N(-1), AT, .path = U(FILES "/no"),
	       .name = U("trusted.a"));
}

static void attribute_32(void)
{
	int dir[2];
	long res;

	files_make(dir);
	res = sys32(226, LOW(FILES "/one/file"), LOW("trusted.c"), LOW("abc"), 3, 0);
	need32(res);
	MUST(res == 0);
	EXPECT(setxattr, .size = N(3), .fd = N(-1), AT, .path = U(FILES "/one/file"),
	       .name = ATTR_NAME("trusted.c"), NO_MOUNT(FILES "/one/file"));
	res = sys32(235, LOW(FILES "/one/file"), LOW("trusted.c"));
	MUST(res == 0);
	EXPECT(removexattr, .fd = N(-1), AT, .path = U(FILES "/one/file"),
	       .name = ATTR_NAME("trusted.c"), NO_MOUNT(FILES "/one/file"));
	res = sys32(228, dir[1], LOW("trusted.d"), LOW("ab"), 2, 0);
	MUST(res == 0);
	EXPECT(setxattr, .size = N(2), .fd = N(dir[1]), AT, .name = ATTR_NAME("trusted.d"),
	       .dev = N(device_of(FILES "/two")), .ino = N(ino_of(FILES "/two")),
	       .file = S(FILES "/two"));
}

/*
 * Access control lists have functions of their own from 6.2 on. Its bytes: version 2, and owner,
 * group and others with rw-, r-- and r--.
 */
static void access_list(void)
{
	static const char list[] = "\2\0\0\0" "\1\0\6\0\377\377\377\377"
				   "\4\0\4\0\377\377\377\377" "\40\0\4\0\377\377\377\377";
	static const char name[] = "system.posix_acl_access";
	int dir[2];
	long res;

	files_make(dir);
	MUST(chdir(FILES) == 0);
	res = sys(SYS_setxattr, "one/file", name, list, sizeof(list) - 1, 0);
	if (res == -EOPNOTSUPP)
		t_skip("tmpfs has no access control lists here");
	MUST(res == 0);
	EXPECT(setxattr, .size = N(sizeof(list) - 1), .fd = N(-1), AT, .path = U("one/file"),
	       .name = ATTR_NAME(name), ATTR_FILE(FILES "/one/file"));
	res = sys(SYS_removexattr, "one/file", name);
	MUST(res == 0);
	EXPECT(removexattr, .fd = N(-1), AT, .path = U("one/file"), .name = ATTR_NAME(name),
	       ATTR_FILE(FILES "/one/file"));
	MUST(chdir("/") == 0);
}

/*
 * Before 6.13 there are no such calls: they fail, and are recorded all the same. The value cannot be
 * read, and there is no such attribute to remove, which the kernel finds after the hook.
 */
static void attribute_at(void)
{
	enum { SETXATTRAT = 463, REMOVEXATTRAT = 466 };
	static const unsigned int flags[] = { AT_SYMLINK_NOFOLLOW, AT_EMPTY_PATH };
	int dir[2];
	long res;

	files_make(dir);
	for (int i = 0; i < 2; i++) {
		bool reached;

		res = sys(SETXATTRAT, dir[i], "file", flags[i], "trusted.x", unmapped(), 16);
		MUST(res < 0);
		EXPECT(setxattr, .res = N(res), .fd = N(-1), .dirfd = N(dir[i]), .at_flags = N(flags[i]),
		       .path = U("file"), .name = U("trusted.x"), .dir = S(i ? FILES "/two" : FILES "/one"));
		res = sys(REMOVEXATTRAT, dir[i], "file", flags[i], "trusted.x");
		MUST(res < 0);
		reached = hooked_xattr && res == -ENODATA;
		EXPECT(removexattr, .res = N(res), .fd = N(-1), .dirfd = N(dir[i]),
		       .at_flags = N(flags[i]), .path = U("file"),
		       .name = reached ? S("trusted.x") : U("trusted.x"),
		       .dir = S(i ? FILES "/two" : FILES "/one"),
		       SEEN_FILE_IF(reached, i ? FILES "/two/file" : FILES "/one/file"));
	}
}

static void attribute_by_fd(void)
{
	struct stat sa, sb, *const st[] = { &sa, &sb };
	int fd[2];

	both(&fd[0], &fd[1], &sa, &sb);
	for (int i = 0; i < 2; i++) {
		long res = sys(SYS_fsetxattr, fd[i], "trusted.d", "vvvv", 4, 0);

		EXPECT(setxattr, .res = N(res), .size = N(4), .fd = N(fd[i]), AT,
		       .name = ATTR_NAME("trusted.d"), FILE_OF(fd[i], *st[i]));
		res = sys(SYS_fremovexattr, fd[i], "trusted.d");
		EXPECT(removexattr, .res = N(res), .fd = N(fd[i]), AT, .name = ATTR_NAME("trusted.d"),
		       FILE_OF(fd[i], *st[i]));
	}
}

TESTS(attr,
	TEST(attr, "chmod and fchmodat record path and permissions", chmod_by_path),
	TEST(attr, "fchmodat2 records its flags", chmod_with_flags),
	TEST(attr, "fchmod records the file of the descriptor", chmod_by_fd),
	TEST(attr, "chown, lchown and fchownat record path and ids", chown_by_path),
	TEST(attr, "chown of a 32-bit program has ids of 16 or of 32 bits", chown_32),
	TEST(attr, "fchown records the file of the descriptor", chown_by_fd),
	TEST(attr, "truncate and ftruncate record length and file", truncated),
	TEST(attr, "truncate of a 32-bit program has a length of 32 or of 64 bits", truncated_32),
	TEST(attr, "utime, utimes, futimesat and utimensat record the path or the file", times_set),
	TEST(attr, "setxattr and removexattr record path and name", attribute_by_path),
	TEST(attr, "setxattr and removexattr of a 32-bit program record path and name", attribute_32),
	TEST(attr, "an access control list is recorded as the attribute that it is", access_list),
	TEST(attr, "setxattrat and removexattrat record directory and flags", attribute_at),
	TEST(attr, "fsetxattr and fremovexattr record the file of the descriptor", attribute_by_fd),
);
