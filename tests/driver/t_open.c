// SPDX-License-Identifier: Apache-2.0
/*
 * Tests of open. What was given (name, flags, user memory) and what was
 * opened (path, device, inode, from the object) are two things, and each call
 * here makes them differ in another way.
 */
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "facts.h"
#include "lib/fuse.h"

/* What every successful open must record, beside its arguments. */
#define OPENED(fd, st, true_path)                                           \
	.res = N(fd), .dev = N(dev_of((st).st_dev)), .ino = N((st).st_ino), \
	.kind = N(fd_kind(fd)), .file_flags = N(fcntl(fd, F_GETFL)), .path = S(true_path)

static void opened(long fd, int dirfd, int flags, int mode, const char *name, const char *path)
{
	struct stat st;

	MUST(fd >= 0 && fstat(fd, &st) == 0);
	EXPECT(open, OPENED(fd, st, path), .dirfd = N(dirfd), .flags = N(flags), .mode = N(mode),
	       .name = U(name));
}

static void refused(long res, int error, int dirfd, int flags, int mode, struct val name)
{
	MUST(res == -error);
	EXPECT(open, .res = N(res), .dirfd = N(dirfd), .flags = N(flags), .mode = N(mode),
	       .name = name);
}

static void open_plain(void)
{
	put_file("/tmp/plain", "x", 0644);
	opened(sys(SYS_open, "/tmp/plain", O_RDONLY, 0), AT_FDCWD, O_RDONLY, 0, "/tmp/plain",
	       "/tmp/plain");
}

static void openat_absolute(void)
{
	put_file("/tmp/plain", "x", 0644);
	opened(sys(SYS_openat, 7777, "/tmp/plain", O_RDWR | O_CLOEXEC | O_APPEND, 0), 7777,
	       O_RDWR | O_CLOEXEC | O_APPEND, 0, "/tmp/plain", "/tmp/plain");
}

static void openat_relative(void)
{
	int dir;

	mkdir("/tmp/dir", 0755);
	put_file("/tmp/dir/inner", "x", 0644);
	dir = open("/tmp/dir", O_PATH | O_DIRECTORY);
	opened(sys(SYS_openat, dir, "inner", O_RDONLY, 0), dir, O_RDONLY, 0, "inner",
	       "/tmp/dir/inner");
}

static void open_cwd(void)
{
	mkdir("/tmp/dir", 0755);
	put_file("/tmp/dir/inner", "x", 0644);
	MUST(chdir("/tmp/dir") == 0);
	opened(sys(SYS_open, "../dir/./inner", O_RDONLY, 0), AT_FDCWD, O_RDONLY, 0,
	       "../dir/./inner", "/tmp/dir/inner");
}

static void open_symlink(void)
{
	put_file("/tmp/secret", "x", 0600);
	symlink("/tmp/secret", "/tmp/innocent");
	opened(sys(SYS_open, "/tmp/innocent", O_RDONLY, 0), AT_FDCWD, O_RDONLY, 0, "/tmp/innocent",
	       "/tmp/secret");
}

static void open_create(void)
{
	int flags = O_CREAT | O_EXCL | O_TRUNC | O_NOCTTY | O_WRONLY;

	unlink("/tmp/new");
	opened(sys(SYS_open, "/tmp/new", flags, 04711), AT_FDCWD, flags, 04711, "/tmp/new",
	       "/tmp/new");
}

static void creat_call(void)
{
	unlink("/tmp/made");
	opened(sys(SYS_creat, "/tmp/made", 0640), AT_FDCWD, O_CREAT | O_WRONLY | O_TRUNC, 0640,
	       "/tmp/made", "/tmp/made");
}

static void open_path_only(void)
{
	put_file("/tmp/plain", "x", 0644);
	opened(sys(SYS_open, "/tmp/plain", O_PATH, 0), AT_FDCWD, O_PATH, 0, "/tmp/plain",
	       "/tmp/plain");
}

static void open_symlink_itself(void)
{
	symlink("/tmp/nowhere", "/tmp/link");
	opened(sys(SYS_open, "/tmp/link", O_PATH | O_NOFOLLOW, 0), AT_FDCWD, O_PATH | O_NOFOLLOW, 0,
	       "/tmp/link", "/tmp/link");
}

static void open_kinds(void)
{
	mkfifo("/tmp/fifo", 0600);
	opened(sys(SYS_open, "/tmp", O_RDONLY | O_DIRECTORY, 0), AT_FDCWD, O_RDONLY | O_DIRECTORY,
	       0, "/tmp", "/tmp");
	opened(sys(SYS_open, "/dev/null", O_RDWR, 0), AT_FDCWD, O_RDWR, 0, "/dev/null",
	       "/dev/null");
	opened(sys(SYS_open, "/tmp/fifo", O_RDWR, 0), AT_FDCWD, O_RDWR, 0, "/tmp/fifo",
	       "/tmp/fifo");
}

static void open_proc(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/status", getpid());
	opened(sys(SYS_open, "/proc/self/status", O_RDONLY, 0), AT_FDCWD, O_RDONLY, 0,
	       "/proc/self/status", path);
}

static void open_tmpfile(void)
{
	int flags = O_TMPFILE | O_RDWR;
	long fd = sys(SYS_open, "/tmp", flags, 0600);

	MUST(fd >= 0);
	opened(fd, AT_FDCWD, flags, 0600, "/tmp", path_of(fd));
}

static void open_deleted(void)
{
	char name[64];
	int fd;

	put_file("/tmp/gone", "x", 0644);
	fd = open("/tmp/gone", O_RDONLY);
	unlink("/tmp/gone");
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	opened(sys(SYS_open, name, O_RDONLY, 0), AT_FDCWD, O_RDONLY, 0, name,
	       "/tmp/gone (deleted)");
}

static void open_memfd(void)
{
	char name[64];
	int fd = syscall(SYS_memfd_create, "ghost", 0);
	long again;
	struct stat st;

	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	again = sys(SYS_open, name, O_RDONLY, 0);
	MUST(again >= 0 && fstat(again, &st) == 0);
	EXPECT(open, OPENED(again, st, "/memfd:ghost (deleted)"), .dirfd = N(AT_FDCWD),
	       .name = U(name));
}

static void open_chroot(void)
{
	mkdir("/tmp/jail", 0755);
	put_file("/tmp/jail/inside", "x", 0644);
	MUST(chroot("/tmp/jail") == 0 && chdir("/") == 0);
	long fd = sys(SYS_open, "/inside", O_RDONLY, 0);
	struct stat st;

	MUST(fd >= 0 && fstat(fd, &st) == 0);
	EXPECT(open, .res = N(fd), .dirfd = N(AT_FDCWD), .dev = N(dev_of(st.st_dev)),
	       .ino = N(st.st_ino), .kind = N(EV_FD_FILE), .file_flags = N(fcntl(fd, F_GETFL)),
	       .path = S("/inside"), .name = U("/inside"));
}

static void openat2_resolve(void)
{
	struct open_how how = { .flags = O_RDONLY | O_CLOEXEC,
				.resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS };
	struct stat st;
	long fd;

	put_file("/tmp/plain", "x", 0644);
	fd = sys(SYS_openat2, AT_FDCWD, "/tmp/plain", &how, sizeof(how));
	NEED("openat2", fd, "open.resolve");
	MUST(fd >= 0 && fstat(fd, &st) == 0);
	EXPECT(open, OPENED(fd, st, "/tmp/plain"), .dirfd = N(AT_FDCWD),
	       .flags = NP(how.flags, EV_PROV_USER), .mode = NP(0, EV_PROV_USER),
	       .resolve = NP(how.resolve, EV_PROV_USER), .name = U("/tmp/plain"));
}

static void openat2_refused(void)
{
	struct open_how how = { .flags = O_RDONLY, .resolve = RESOLVE_NO_SYMLINKS };
	long res;

	symlink("/tmp/secret", "/tmp/innocent");
	res = sys(SYS_openat2, AT_FDCWD, "/tmp/innocent", &how, sizeof(how));
	NEED("openat2", res, "open.resolve");
	MUST(res == -ELOOP);
	EXPECT(open, .res = N(res), .dirfd = N(AT_FDCWD), .flags = NP(0, EV_PROV_USER),
	       .mode = NP(0, EV_PROV_USER), .resolve = NP(how.resolve, EV_PROV_USER),
	       .name = U("/tmp/innocent"));
}

static void openat2_bad_size(void)
{
	struct open_how how = { .flags = O_RDONLY };
	long res = sys(SYS_openat2, AT_FDCWD, "/tmp/x", &how, 4);

	NEED("openat2", res, "open.resolve");
	MUST(res == -EINVAL);
	EXPECT(open, .res = N(res), .dirfd = N(AT_FDCWD), .flags = UNREADABLE, .mode = UNREADABLE,
	       .resolve = UNREADABLE, .name = U("/tmp/x"));
}

static void openat2_unmapped(void)
{
	long res = sys(SYS_openat2, AT_FDCWD, "/tmp/x", unmapped(), sizeof(struct open_how));

	NEED("openat2", res, "open.resolve");
	MUST(res == -EFAULT);
	EXPECT(open, .res = N(res), .dirfd = N(AT_FDCWD), .flags = UNREADABLE, .mode = UNREADABLE,
	       .resolve = UNREADABLE, .name = U("/tmp/x"));
}

static void open_errors(void)
{
	int flags = O_CREAT | O_EXCL | O_WRONLY;

	put_file("/tmp/plain", "x", 0644);
	refused(sys(SYS_open, "/no/such/file", O_RDONLY, 0), ENOENT, AT_FDCWD, O_RDONLY, 0,
		U("/no/such/file"));
	refused(sys(SYS_open, "/tmp/plain", flags, 0600), EEXIST, AT_FDCWD, flags, 0600,
		U("/tmp/plain"));
	refused(sys(SYS_openat, 7777, "relative", O_RDONLY, 0), EBADF, 7777, O_RDONLY, 0,
		U("relative"));
	refused(sys(SYS_open, "", O_RDONLY, 0), ENOENT, AT_FDCWD, O_RDONLY, 0, U(""));
	refused(sys(SYS_open, "/tmp", O_WRONLY, 0), EISDIR, AT_FDCWD, O_WRONLY, 0, U("/tmp"));
}

static void open_denied(void)
{
	put_file("/tmp/secret", "x", 0600);
	MUST(setgid(65534) == 0 && setuid(65534) == 0);
	refused(sys(SYS_open, "/tmp/secret", O_RDONLY, 0), EACCES, AT_FDCWD, O_RDONLY, 0,
		U("/tmp/secret"));
}

static void open_null(void)
{
	refused(sys(SYS_open, NULL, O_RDONLY, 0), EFAULT, AT_FDCWD, O_RDONLY, 0, UNREADABLE);
	refused(sys(SYS_open, unmapped(), O_RDONLY, 0), EFAULT, AT_FDCWD, O_RDONLY, 0, UNREADABLE);
	refused(sys(SYS_open, -4096L, O_RDONLY, 0), EFAULT, AT_FDCWD, O_RDONLY, 0, UNREADABLE);
	refused(sys(SYS_open, 0x800000000000L, O_RDONLY, 0), EFAULT, AT_FDCWD, O_RDONLY, 0,
		UNREADABLE);
}

/* The last byte before a hole, with and without the NUL that ends the string there. */
static void open_page_end(void)
{
	char *p = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	MUST(p != MAP_FAILED && mprotect(p + 4096, 4096, PROT_NONE) == 0);
	memcpy(p + 4096 - 5, "/tmp", 5);
	opened(sys(SYS_open, p + 4096 - 5, O_RDONLY, 0), AT_FDCWD, O_RDONLY, 0, "/tmp", "/tmp");
	memcpy(p + 4096 - 4, "/tmp", 4);
	refused(sys(SYS_open, p + 4096 - 4, O_RDONLY, 0), EFAULT, AT_FDCWD, O_RDONLY, 0,
		UNREADABLE);
}

static void open_long(void)
{
	char name[4096 + 64];
	long fd;

	put_file("/tmp/plain", "x", 0644);
	memset(name, '/', sizeof(name));
	memcpy(name + 4095 - strlen("tmp/plain"), "tmp/plain", sizeof("tmp/plain"));
	MUST(strlen(name) == 4095);
	fd = sys(SYS_open, name, O_RDONLY, 0);
	opened(fd, AT_FDCWD, O_RDONLY, 0, name, "/tmp/plain");

	memset(name, 'a', sizeof(name));
	name[sizeof(name) - 1] = 0;
	refused(sys(SYS_open, name, O_RDONLY, 0), ENAMETOOLONG, AT_FDCWD, O_RDONLY, 0,
		CUT(name, sizeof(name) - 1, EV_PROV_USER | EV_PROV_TRUNCATED, 2048));
}

/* A resolved path of more than 4,000 bytes: d_path may refuse it, but must not lie. */
static void open_deep(void)
{
	static char path[8192] = "/tmp";
	char piece[201];
	struct stat st;
	long fd;

	memset(piece, 'd', 200);
	piece[200] = 0;
	MUST(chdir("/tmp") == 0);
	for (int i = 0; i < 19; i++) {
		mkdir(piece, 0755);
		MUST(chdir(piece) == 0);
		strcat(strcat(path, "/"), piece);
	}
	put_file("leaf", "x", 0644);
	strcat(path, "/leaf");
	fd = sys(SYS_open, "leaf", O_RDONLY, 0);
	MUST(fd >= 0 && fstat(fd, &st) == 0);
	EXPECT(open, OPENED(fd, st, path), .dirfd = N(AT_FDCWD), .name = U("leaf"));
}

/*
 * The server of a file system refuses the file as out of date, and the kernel looks the name up
 * again in the same call: now it is a symbolic link. From 6.7 on the second file often has the
 * address of the first.
 */
static void open_stale(void)
{
	struct fuse fuse;
	int r;

	put_file("/tmp/secret", "x", 0600);
	mkdir("/tmp/stale", 0755);
	r = fuse_mount(&fuse, "/tmp/stale", "/tmp/secret", "/tmp/secret");
	if (r < 0)
		t_skip("FUSE cannot be mounted here");
	fuse.will->opens_stale = 1;
	opened(sys(SYS_open, "/tmp/stale/file", O_RDONLY, 0), AT_FDCWD, O_RDONLY, 0,
	       "/tmp/stale/file", "/tmp/secret");
	fuse_unmount(&fuse);
}

static void open_no_path(void)
{
	struct stat st;
	long fd;

	put_file("/tmp/plain", "x", 0644);
	fd = sys(SYS_open, "/tmp/plain", O_RDONLY, 0);
	MUST(fd >= 0 && fstat(fd, &st) == 0);
	EXPECT(open, .res = N(fd), .dirfd = N(AT_FDCWD), .dev = N(dev_of(st.st_dev)),
	       .ino = N(st.st_ino), .kind = N(EV_FD_FILE), .file_flags = N(fcntl(fd, F_GETFL)),
	       .name = U("/tmp/plain"));
}

TESTS(open,
	TEST(open, "open records path, flags, device and inode", open_plain),
	TEST(open, "openat with an absolute path ignores its directory", openat_absolute),
	TEST(open, "openat below a directory records the whole path", openat_relative),
	TEST(open, "open relative to the working directory records the clean path", open_cwd),
	TEST(open, "open through a symlink records both paths", open_symlink),
	TEST(open, "open that creates records flags as given and as kept", open_create),
	TEST(open, "creat is an open", creat_call),
	TEST(open, "open with O_PATH is recorded although no file is opened", open_path_only),
	TEST(open, "open of a symlink itself records the link", open_symlink_itself),
	TEST(open, "open distinguishes directory, device and fifo", open_kinds),
	TEST(open, "open below proc records what self was", open_proc),
	TEST(open, "open of a file without a name records the name it has", open_tmpfile),
	TEST(open, "open of a deleted file says so", open_deleted),
	TEST(open, "open of a memfd through proc is known as one", open_memfd),
	TEST(open, "open in a chroot records the path below that root", open_chroot),
	TEST(open, "openat2 records flags and limits from user memory", openat2_resolve),
	TEST(open, "openat2 that is refused records its limits", openat2_refused),
	TEST(open, "openat2 with a bad size reads nothing", openat2_bad_size),
	TEST(open, "openat2 with unmapped arguments marks them unreadable", openat2_unmapped),
	TEST(open, "open that fails records the name and the error", open_errors),
	TEST(open, "open that is denied is recorded", open_denied),
	TEST(open, "open of NULL, a hole, the kernel and nonsense is unreadable", open_null),
	TEST(open, "open with a name at the end of a page reads to the NUL only", open_page_end),
	TEST(open, "open with a name of PATH_MAX keeps it, beyond that cuts it", open_long),
	TEST(open, "open nineteen directories deep records the whole path", open_deep),
	TEST(open, "open that the kernel repeats records the file it got at last", open_stale),
	TEST(open, "open omits the resolved path if the selection says so",
	     open_no_path, .sel_flags = SAKER_SEL_NO_PATH),
);
