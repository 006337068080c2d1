// SPDX-License-Identifier: Apache-2.0
/*
 * Calls that read something about a file, a process or a socket, or change its memory: each
 * with success, and with a failure where it can fail.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "facts.h"

#define BAD_FD	7777
#define NO_FILE B(NULL, 0, EV_PROV_UNREADABLE) /* no such descriptor */
#define BY_PATH .fd = N(-1), .dirfd = N(AT_FDCWD)

static int opened(const char *path, int flags)
{
	int fd = open(path, flags);

	MUST(fd >= 0);
	return fd;
}

static void stats(void)
{
	int null = opened("/dev/null", O_RDONLY), zero = opened("/dev/zero", O_RDONLY);
	struct stat st;
	long res = sys(SYS_stat, "/tmp", &st);

	MUST(res == 0);
	EXPECT(stat, BY_PATH, .path = U("/tmp"));
	res = sys(SYS_lstat, "/no/such", &st);
	MUST(res == -ENOENT);
	EXPECT(stat, .res = N(res), BY_PATH, .path = U("/no/such"));
	MUST(sys(SYS_fstat, null, &st) == 0);
	EXPECT(stat, .fd = N(null), .dirfd = N(AT_FDCWD), .file = S("/dev/null"));
	MUST(sys(SYS_fstat, zero, &st) == 0);
	EXPECT(stat, .fd = N(zero), .dirfd = N(AT_FDCWD), .file = S("/dev/zero"));
	res = sys(SYS_fstat, BAD_FD, &st);
	MUST(res == -EBADF);
	EXPECT(stat, .res = N(res), .fd = N(BAD_FD), .dirfd = N(AT_FDCWD), .file = NO_FILE);
}

static void stats_at(void)
{
	int dev = opened("/dev", O_RDONLY | O_DIRECTORY), tmp = opened("/tmp", O_RDONLY | O_DIRECTORY);
	struct statx sx;
	struct stat st;
	long res = sys(SYS_newfstatat, dev, "null", &st, AT_SYMLINK_NOFOLLOW);

	MUST(res == 0);
	EXPECT(stat, .fd = N(-1), .dirfd = N(dev), .flags = N(AT_SYMLINK_NOFOLLOW), .path = U("null"),
	       .dir = S("/dev"));
	res = sys(SYS_statx, tmp, ".", AT_NO_AUTOMOUNT, STATX_SIZE, &sx);
	MUST(res == 0);
	EXPECT(stat, .fd = N(-1), .dirfd = N(tmp), .flags = N(AT_NO_AUTOMOUNT), .mask = N(STATX_SIZE),
	       .path = U("."), .dir = S("/tmp"));
	res = sys(SYS_statx, AT_FDCWD, "/tmp", 0x7770000, STATX_MODE, &sx);
	MUST(res == -EINVAL);
	EXPECT(stat, .res = N(res), BY_PATH, .flags = N(0x7770000), .mask = N(STATX_MODE),
	       .path = U("/tmp"));
}

static void stats_ia32(void)
{
	static const int by_path[] = { 18 /* oldstat */, 84 /* oldlstat */, 106 /* stat */, 107 /* lstat */,
				       195 /* stat64 */, 196 /* lstat64 */ };
	static const int by_fd[] = { 28 /* oldfstat */, 108 /* fstat */, 197 /* fstat64 */ };
	char *path = low("/tmp", 5), *st = low(&(char[256]){ 0 }, 256);
	int null = opened("/dev/null", O_RDONLY);
	long res;

	need32(sys32(106, path, st));
	for (size_t i = 0; i < sizeof(by_path) / sizeof(*by_path); i++) {
		res = sys32(by_path[i], path, st);
		EXPECT(stat, .res = N(res), BY_PATH, .path = U("/tmp"));
	}
	for (size_t i = 0; i < sizeof(by_fd) / sizeof(*by_fd); i++) {
		res = sys32(by_fd[i], null, st);
		EXPECT(stat, .res = N(res), .fd = N(null), .dirfd = N(AT_FDCWD), .file = S("/dev/null"));
	}
	res = sys32(300 /* fstatat64 */, AT_FDCWD, path, st, AT_NO_AUTOMOUNT);
	MUST(res == 0);
	EXPECT(stat, BY_PATH, .flags = N(AT_NO_AUTOMOUNT), .path = U("/tmp"));
}

static void accesses(void)
{
	int dev = opened("/dev", O_RDONLY | O_DIRECTORY), tmp = opened("/tmp", O_RDONLY | O_DIRECTORY);
	long res = sys(SYS_access, "/tmp", R_OK | X_OK);

	MUST(res == 0);
	EXPECT(access, .dirfd = N(AT_FDCWD), .mode = N(R_OK | X_OK), .name = U("/tmp"));
	res = sys(SYS_faccessat, dev, "no-such", W_OK);
	MUST(res == -ENOENT);
	EXPECT(access, .res = N(res), .dirfd = N(dev), .mode = N(W_OK), .name = U("no-such"), .dir = S("/dev"));
	res = sys(439 /* faccessat2 */, tmp, "no-such", F_OK, AT_EACCESS);
	MUST(res < 0);
	EXPECT(access, .res = N(res), .dirfd = N(tmp), .flags = N(AT_EACCESS), .name = U("no-such"),
	       .dir = S("/tmp"));
	res = sys32(33 /* access */, low("/no/such", 9), R_OK);
	need32(res);
	EXPECT(access, .res = N(res), .dirfd = N(AT_FDCWD), .mode = N(R_OK), .name = U("/no/such"));
}

static void places(void)
{
	int made = put_file("/tmp/place", "sixteen bytes are", 0644), a, b;
	long res;

	(void)made;
	a = opened("/tmp/place", O_RDONLY);
	b = opened("/dev/zero", O_RDONLY);
	res = sys(SYS_lseek, a, 5, SEEK_SET);
	MUST(res == 5);
	EXPECT(lseek, .res = N(5), .offset = N(5), .fd = N(a), .path = S("/tmp/place"));
	res = sys(SYS_lseek, a, -2, SEEK_CUR);
	MUST(res == 3);
	EXPECT(lseek, .res = N(3), .offset = N(-2), .fd = N(a), .whence = N(SEEK_CUR), .path = S("/tmp/place"));
	res = sys(SYS_lseek, b, 0x100000000, 77);
	MUST(res == -EINVAL);
	EXPECT(lseek, .res = N(res), .offset = N(0x100000000), .fd = N(b), .whence = N(77), .path = S("/dev/zero"));
	res = sys(SYS_lseek, BAD_FD, 1, SEEK_END);
	MUST(res == -EBADF);
	EXPECT(lseek, .res = N(res), .offset = N(1), .fd = N(BAD_FD), .whence = N(SEEK_END), .path = NO_FILE);
}

static void places_ia32(void)
{
	char *pos = low(&(uint64_t){ 0 }, 8);
	int made = put_file("/tmp/place", "sixteen bytes are", 0644), a;
	long res;

	(void)made;
	a = opened("/tmp/place", O_RDONLY);
	res = sys32(19 /* lseek */, a, -2, SEEK_END);
	need32(res);
	MUST(res == 15);
	EXPECT(lseek, .res = N(15), .offset = N(-2), .fd = N(a), .whence = N(SEEK_END), .path = S("/tmp/place"));
	res = sys32(140 /* _llseek */, a, 1, 2, pos, SEEK_SET);
	MUST(res == 0);
	EXPECT(lseek, .offset = N(2), .high = N(1), .fd = N(a), .path = S("/tmp/place"));
	res = sys32(140, BAD_FD, 3, 4, pos, SEEK_CUR);
	MUST(res == -EBADF);
	EXPECT(lseek, .res = N(res), .offset = N(4), .high = N(3), .fd = N(BAD_FD), .whence = N(SEEK_CUR),
	       .path = NO_FILE);
}

static void entries(void)
{
	int dev = opened("/dev", O_RDONLY | O_DIRECTORY), tmp = opened("/tmp", O_RDONLY | O_DIRECTORY);
	char buf[4096];
	long res = sys(SYS_getdents64, dev, buf, sizeof(buf));

	MUST(res > 0);
	EXPECT(getdents, .res = N(res), .fd = N(dev), .path = S("/dev"));
	res = sys(SYS_getdents, tmp, buf, sizeof(buf));
	MUST(res > 0);
	EXPECT(getdents, .res = N(res), .fd = N(tmp), .path = S("/tmp"));
	res = sys(SYS_getdents64, BAD_FD, buf, sizeof(buf));
	MUST(res == -EBADF);
	EXPECT(getdents, .res = N(res), .fd = N(BAD_FD), .path = NO_FILE);
	res = sys32(89 /* readdir */, dev, low(buf, 512), 1);
	need32(res);
	EXPECT(getdents, .res = N(res), .fd = N(dev), .path = S("/dev"));
}

static void locked_and_synced(void)
{
	int made = put_file("/tmp/locked", "x", 0644), a, b;
	long res;

	(void)made;
	a = opened("/tmp/locked", O_RDWR);
	b = opened("/tmp", O_RDONLY | O_DIRECTORY);
	MUST(sys(SYS_flock, a, LOCK_EX | LOCK_NB) == 0);
	EXPECT(flock, .fd = N(a), .operation = N(LOCK_EX | LOCK_NB), .path = S("/tmp/locked"));
	MUST(sys(SYS_flock, b, LOCK_SH) == 0);
	EXPECT(flock, .fd = N(b), .operation = N(LOCK_SH), .path = S("/tmp"));
	res = sys(SYS_flock, BAD_FD, LOCK_UN);
	MUST(res == -EBADF);
	EXPECT(flock, .res = N(res), .fd = N(BAD_FD), .operation = N(LOCK_UN), .path = NO_FILE);
	res = sys(SYS_fsync, a);
	MUST(res == 0);
	EXPECT(fsync, .fd = N(a), .path = S("/tmp/locked"));
	res = sys(SYS_syncfs, b);
	MUST(res == 0);
	EXPECT(fsync, .fd = N(b), .path = S("/tmp"));
	res = sys(SYS_fdatasync, BAD_FD);
	MUST(res == -EBADF);
	EXPECT(fsync, .res = N(res), .fd = N(BAD_FD), .path = NO_FILE);
}

static void heap(void)
{
	long end = sys(SYS_brk, 0), res;

	MUST(end > 0);
	EXPECT(brk, MEMORY, .res = N(end));
	touch(32);
	res = sys(SYS_brk, end + 4096);
	MUST(res == end + 4096);
	EXPECT(brk, MEMORY, .res = N(res), .addr = N(end + 4096));
	res = sys(SYS_brk, end);
	MUST(res == end);
	EXPECT(brk, MEMORY, .res = N(end), .addr = N(end));
}

static void unmapped_pages(void)
{
	char *page = mmap(NULL, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long res = sys(SYS_munmap, page, 8192);

	MUST(res == 0);
	EXPECT(munmap, MEMORY, .addr = N(page), .length = N(8192));
	touch(32);
	res = sys(SYS_munmap, 0x123, 4096);
	MUST(res == -EINVAL);
	EXPECT(munmap, MEMORY, .res = N(res), .addr = N(0x123), .length = N(4096));
	res = sys32(91 /* munmap */, 0x321, 0x80000000);
	need32(res);
	EXPECT(munmap, MEMORY, .res = N(res), .addr = N(0x321), .length = N(0x80000000));
}

static void locked_pages(void)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long res = sys(SYS_mlock, page, 4096);

	MUST(res == 0);
	EXPECT(mlock, .addr = N(page), .len = N(4096));
	res = sys(SYS_munlock, page, 8192);
	MUST(res == 0);
	EXPECT(mlock, .addr = N(page), .len = N(8192));
	res = sys(SYS_mlock2, 0x1000, 1, 0x7770);
	MUST(res == -EINVAL);
	EXPECT(mlock, .res = N(res), .addr = N(0x1000), .len = N(1), .flags = N(0x7770));
	res = sys(SYS_mlockall, 0x7770);
	MUST(res == -EINVAL);
	EXPECT(mlockall, .res = N(res), .flags = N(0x7770));
	res = sys0(SYS_munlockall);
	MUST(res == 0);
	EXPECT(mlockall, .res = N(0));
}

static void ids(void)
{
	MUST(setresgid(11, 12, 13) == 0 && setresuid(21, 22, 0) == 0);
	MUST(sys0(SYS_getuid) == 21);
	EXPECT(getid, .res = N(21));
	MUST(sys0(SYS_geteuid) == 22);
	EXPECT(getid, .res = N(22));
	MUST(sys0(SYS_getgid) == 11);
	EXPECT(getid, .res = N(11));
	MUST(sys0(SYS_getegid) == 12);
	EXPECT(getid, .res = N(12));
}

static void ids_ia32(void)
{
	static const struct {
		int nr, id;
	} calls[] = {
		{ 24 /* getuid */, 65534 }, { 49 /* geteuid */, 22 }, { 47 /* getgid */, 11 },
		{ 50 /* getegid */, 12 }, { 199 /* getuid32 */, 1234567 }, { 201 /* geteuid32 */, 22 },
		{ 200 /* getgid32 */, 11 }, { 202 /* getegid32 */, 12 },
	};

	need32(sys32(20 /* getpid */, 0));
	MUST(setresgid(11, 12, 13) == 0 && setresuid(1234567, 22, 0) == 0);
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++) {
		long res = sys32(calls[i].nr, 0);

		MUST(res == calls[i].id || lacks32(res)); /* CONFIG_UID16 */
		EXPECT(getid, .res = N(res));
	}
}

static void three_ids(void)
{
	uint32_t r, e, s;
	long res;

	MUST(setresgid(11, 12, 13) == 0 && setresuid(21, 22, 0) == 0);
	res = sys(SYS_getresuid, &r, &e, &s);
	MUST(res == 0);
	EXPECT(getresid, .real = NP(21, EV_PROV_USER), .effective = NP(22, EV_PROV_USER),
	       .saved = NP(0, EV_PROV_USER));
	res = sys(SYS_getresgid, &r, &e, &s);
	MUST(res == 0);
	EXPECT(getresid, .real = NP(11, EV_PROV_USER), .effective = NP(12, EV_PROV_USER),
	       .saved = NP(13, EV_PROV_USER));
	res = sys(SYS_getresuid, &r, unmapped(), &s);
	MUST(res == -EFAULT);
	EXPECT(getresid, .res = N(res));
}

/* The old calls have ids of 16 bits. */
static void three_ids_ia32(void)
{
	uint32_t *at = (void *)low((uint32_t[]){ ~0u, ~0u, ~0u }, 12);
	long res;

	need32(sys32(20 /* getpid */, 0));
	MUST(setresgid(11, 12, 13) == 0 && setresuid(70000, 22, 0) == 0);
	MUST(sys32(209 /* getresuid32 */, at, at + 1, at + 2) == 0);
	EXPECT(getresid, .real = NP(70000, EV_PROV_USER), .effective = NP(22, EV_PROV_USER),
	       .saved = NP(0, EV_PROV_USER));
	MUST(sys32(211 /* getresgid32 */, at, at + 1, at + 2) == 0);
	EXPECT(getresid, .real = NP(11, EV_PROV_USER), .effective = NP(12, EV_PROV_USER),
	       .saved = NP(13, EV_PROV_USER));
	at[0] = at[1] = at[2] = ~0u;
	res = sys32(171 /* getresgid */, at, at + 1, at + 2);
	MUST(res == 0 || lacks32(res)); /* CONFIG_UID16 */
	if (res)
		EXPECT(getresid, .res = N(res));
	else
		EXPECT(getresid, .real = NP(11, EV_PROV_USER), .effective = NP(12, EV_PROV_USER),
		       .saved = NP(13, EV_PROV_USER));
}

#define PAIR(a, b) .cur = NP(a, EV_PROV_USER), .max = NP(b, EV_PROV_USER)

static void limits(void)
{
	struct rlimit given = { 100, 200 }, got;
	long res = sys(SYS_setrlimit, RLIMIT_NOFILE, &given);

	MUST(res == 0);
	EXPECT(setrlimit, .resource = N(RLIMIT_NOFILE), PAIR(100, 200));
	res = sys(SYS_getrlimit, RLIMIT_NOFILE, &got);
	MUST(res == 0);
	EXPECT(getrlimit, .resource = N(RLIMIT_NOFILE), PAIR(100, 200));
	given = (struct rlimit){ RLIM_INFINITY, RLIM_INFINITY };
	res = sys(SYS_setrlimit, 99, &given);
	MUST(res == -EINVAL);
	EXPECT(setrlimit, .res = N(res), .resource = N(99), PAIR(-1, -1));
	given = (struct rlimit){ 0, RLIM_INFINITY };
	MUST(setrlimit(RLIMIT_CORE, &given) == 0 || setrlimit(RLIMIT_CORE, &(struct rlimit){ 0 }) == 0);
	MUST(getrlimit(RLIMIT_CORE, &given) == 0);
	res = sys(SYS_getrlimit, RLIMIT_CORE, &got);
	MUST(res == 0);
	EXPECT(getrlimit, .resource = N(RLIMIT_CORE), PAIR(0, given.rlim_max));
	res = sys(SYS_getrlimit, 98, &got);
	MUST(res == -EINVAL);
	EXPECT(getrlimit, .res = N(res), .resource = N(98));
}

/* A long of a 32-bit program has 32 bits, but not in prlimit64. */
static void limits_ia32(void)
{
	uint32_t *pair = (void *)low((uint32_t[]){ 100, 200 }, 8);
	uint64_t *wide = (void *)low((uint64_t[]){ 50, 0x100000000, 0, 0 }, 32);
	long res = sys32(75 /* setrlimit */, RLIMIT_NOFILE, pair);

	need32(res);
	MUST(res == 0);
	EXPECT(setrlimit, .resource = N(RLIMIT_NOFILE), PAIR(100, 200));
	MUST(sys32(191 /* ugetrlimit */, RLIMIT_NOFILE, pair) == 0);
	EXPECT(getrlimit, .resource = N(RLIMIT_NOFILE), PAIR(100, 200));
	pair[0] = ~0u;
	res = sys32(75, 99, pair);
	MUST(res == -EINVAL);
	EXPECT(setrlimit, .res = N(res), .resource = N(99), PAIR(-1, 200));
	res = sys32(340 /* prlimit64 */, 0, 97, wide, wide + 2);
	MUST(res == -EINVAL);
	EXPECT(prlimit, .res = N(res), .resource = N(97), .newcur = NP(50, EV_PROV_USER),
	       .newmax = NP(0x100000000, EV_PROV_USER));
}

static void limits_of_process(void)
{
	struct { uint64_t cur, max; } new = { 70, 80 }, old;
	struct who child;
	struct rlimit before;
	long res;

	MUST(getrlimit(RLIMIT_NOFILE, &before) == 0);
	child = waiting_child();
	res = sys(SYS_prlimit64, child.tid, RLIMIT_NOFILE, &new, &old);
	MUST(res == 0);
	EXPECT(prlimit, .pid = N(child.tid), .target = N(child.tid), .target_start_ns = ticks(child.start_ticks),
	       .resource = N(RLIMIT_NOFILE), .newcur = NP(70, EV_PROV_USER), .newmax = NP(80, EV_PROV_USER),
	       .oldcur = NP(before.rlim_cur, EV_PROV_USER), .oldmax = NP(before.rlim_max, EV_PROV_USER));
	res = sys(SYS_prlimit64, child.tid, RLIMIT_NOFILE, NULL, &old);
	MUST(res == 0);
	EXPECT(prlimit, .pid = N(child.tid), .target = N(child.tid), .target_start_ns = ticks(child.start_ticks),
	       .resource = N(RLIMIT_NOFILE), .newcur = N(-1), .newmax = N(-1),
	       .oldcur = NP(70, EV_PROV_USER), .oldmax = NP(80, EV_PROV_USER));
	done_with(child);
	res = sys(SYS_prlimit64, 1, 99, &new, NULL);
	MUST(res == -EINVAL);
	EXPECT(prlimit, .res = N(res), .pid = N(1), .target = N(1), .target_start_ns = ticks(task(1).start_ticks),
	       .resource = N(99), .newcur = NP(70, EV_PROV_USER), .newmax = NP(80, EV_PROV_USER));
}

static void directory(void)
{
	char buf[4096];
	long res;

	MUST(chdir("/dev") == 0);
	res = sys(SYS_getcwd, buf, sizeof(buf));
	MUST(res == 5);
	EXPECT(getcwd, .res = N(5), .path = U("/dev"));
	MUST(chdir("/") == 0);
	res = sys(SYS_getcwd, buf, sizeof(buf));
	MUST(res == 2);
	EXPECT(getcwd, .res = N(2), .path = U("/"));
	res = sys(SYS_getcwd, buf, 1);
	MUST(res == -ERANGE);
	EXPECT(getcwd, .res = N(res));
}

static void socket_names(void)
{
	struct sockaddr_storage a;
	socklen_t len = sizeof(a);
	int s = socket(AF_INET, SOCK_STREAM, 0);
	long res = sys(SYS_getsockname, s, &a, &len);

	MUST(res == 0);
	EXPECT(getsockname, .fd = N(s));
	res = sys(SYS_getsockname, BAD_FD, &a, &len);
	MUST(res == -EBADF);
	EXPECT(getsockname, .res = N(res), .fd = N(BAD_FD));
	res = sys(SYS_getpeername, s, &a, &len);
	MUST(res == -ENOTCONN);
	EXPECT(getpeername, .res = N(res), .fd = N(s));
	res = sys(SYS_getpeername, BAD_FD, &a, &len);
	MUST(res == -EBADF);
	EXPECT(getpeername, .res = N(res), .fd = N(BAD_FD));
}

#define VALUE(v) .val = NP(v, EV_PROV_USER), .optlen = NP(4, EV_PROV_USER)

static void socket_settings(void)
{
	static const struct sockaddr_un name = { AF_UNIX, "/tmp/setting" };
	static struct ev_tuple t, u;
	int s = socket(AF_INET, SOCK_STREAM, 0), n = socket(AF_UNIX, SOCK_STREAM, 0), value;
	socklen_t len = sizeof(value);
	long res = sys(SYS_getsockopt, s, SOL_SOCKET, SO_TYPE, &value, &len);

	MUST(res == 0 && bind(n, (void *)&name, sizeof(name)) == 0);
	t = tuple_of(s, EV_ROLE_UNKNOWN);
	u = tuple_of(n, EV_ROLE_UNKNOWN);
	EXPECT(getsockopt, .fd = N(s), .level = N(SOL_SOCKET), .optname = N(SO_TYPE), VALUE(SOCK_STREAM),
	       .tuple = OBJ(&t));
	MUST(sys(SYS_getsockopt, n, SOL_SOCKET, SO_DOMAIN, &value, &len) == 0);
	EXPECT(getsockopt, .fd = N(n), .level = N(SOL_SOCKET), .optname = N(SO_DOMAIN), VALUE(AF_UNIX),
	       .tuple = OBJ(&u), .path = S("/tmp/setting"));
	res = sys(SYS_getsockopt, BAD_FD, 6, 77, &value, &len);
	MUST(res == -EBADF);
	EXPECT(getsockopt, .res = N(res), .fd = N(BAD_FD), .level = N(6), .optname = N(77), .tuple = NO_FILE,
	       .path = NO_FILE);
}

/* Old 32-bit programs make these calls by socketcall(), which has their arguments in memory. */
static void sockets_ia32(void)
{
	static struct ev_tuple t;
	int s = socket(AF_INET, SOCK_STREAM, 0);
	uint32_t value = (uint32_t)(long)low(&(int){ 0 }, 4), len = (uint32_t)(long)low(&(int){ 4 }, 4);
	uint32_t args[] = { s, SOL_SOCKET, SO_TYPE, value, len };
	long res = sys32(365 /* getsockopt */, s, SOL_SOCKET, SO_DOMAIN, value, len);

	need32(res);
	MUST(res == 0);
	t = tuple_of(s, EV_ROLE_UNKNOWN);
	EXPECT(getsockopt, .fd = N(s), .level = N(SOL_SOCKET), .optname = N(SO_DOMAIN), VALUE(AF_INET),
	       .tuple = OBJ(&t));
	res = sys32(102 /* socketcall */, 15, low(args, sizeof(args)));
	MUST(res == 0);
	EXPECT(getsockopt, .fd = NP(s, EV_PROV_USER), .level = NP(SOL_SOCKET, EV_PROV_USER),
	       .optname = NP(SO_TYPE, EV_PROV_USER), VALUE(SOCK_STREAM), .tuple = OBJ(&t));
	res = sys32(102, 7 /* getpeername */, low(args, sizeof(args)));
	MUST(res < 0);
	EXPECT(getpeername, .res = N(res), .fd = NP(s, EV_PROV_USER));
}

TESTS(query,
	TEST(query, "stat, lstat and fstat record path or file", stats),
	TEST(query, "newfstatat and statx record the directory", stats_at),
	TEST(query, "the stat calls of a 32-bit program are recorded", stats_ia32),
	TEST(query, "access, faccessat and faccessat2 record path and mode", accesses),
	TEST(query, "lseek records distance and file", places),
	TEST(query, "lseek and _llseek of a 32-bit program are recorded", places_ia32),
	TEST(query, "getdents and readdir record the directory", entries),
	TEST(query, "flock, fsync, fdatasync and syncfs record the file", locked_and_synced),
	TEST(query, "brk records both ends", heap),
	TEST(query, "munmap records address and length", unmapped_pages),
	TEST(query, "mlock, mlock2, munlock, mlockall and munlockall are recorded", locked_pages),
	TEST(query, "getuid, geteuid, getgid and getegid record the id", ids),
	TEST(query, "ids that a 32-bit program reads are recorded", ids_ia32),
	TEST(query, "getresuid and getresgid record three ids", three_ids),
	TEST(query, "the same of a 32-bit program is recorded, of 16 bits and of 32", three_ids_ia32),
	TEST(query, "getrlimit and setrlimit record both limits", limits),
	TEST(query, "limits that a 32-bit program sets and reads are recorded", limits_ia32),
	TEST(query, "prlimit records process and limits", limits_of_process),
	TEST(query, "getcwd records the path", directory),
	TEST(query, "getsockname and getpeername record the socket", socket_names),
	TEST(query, "getsockopt records setting and value", socket_settings),
	TEST(query, "the same calls of a 32-bit program are recorded, also by socketcall", sockets_ia32),
);
