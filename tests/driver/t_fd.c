// SPDX-License-Identifier: Apache-2.0
/*
 * Tests of dup and fcntl. Every way to copy a descriptor is one event, and
 * what the copy stands for is recorded for every kind of file; fcntl is that event,
 * with the file of its own descriptor where it does not copy.
 */
#include <fcntl.h>
#include <linux/memfd.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <unistd.h>

#include "facts.h"

static void copied(long res, int oldfd, int newfd, int flags, int cmd, const char *path)
{
	static struct ev_fd fd;

	MUST(res >= 0);
	fd = fd_of(res);
	EXPECT(dup, .res = N(res), .oldfd = N(oldfd), .newfd = N(newfd), .flags = N(flags),
	       .cmd = N(cmd), .arg = N(last.nr == SYS_fcntl ? flags : 0), .file = OBJ(&fd),
	       .path = S(path));
}

static int a_file(void)
{
	put_file("/tmp/plain", "x", 0644);
	return open("/tmp/plain", O_RDWR | O_APPEND);
}

static void dup_calls(void)
{
	int fd = a_file();

	copied(sys(SYS_dup, fd), fd, -1, 0, 0, "/tmp/plain");
	copied(sys(SYS_dup2, fd, 77), fd, 77, 0, 0, "/tmp/plain");
	copied(sys(SYS_dup2, fd, fd), fd, fd, 0, 0, "/tmp/plain");
	copied(sys(SYS_dup3, fd, 78, O_CLOEXEC), fd, 78, O_CLOEXEC, 0, "/tmp/plain");
}

static void dup_fcntl(void)
{
	int fd = a_file();

	copied(sys(SYS_fcntl, fd, F_DUPFD, 60), fd, -1, 60, F_DUPFD, "/tmp/plain");
	copied(sys(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 61), fd, -1, 61, F_DUPFD_CLOEXEC, "/tmp/plain");
}

static void fcntl_other(void)
{
	static struct ev_fd f[2];
	const long arg = 0x1122334400000800;	/* O_NONBLOCK in the half that counts */
	int fd = a_file();
	long res = sys(SYS_fcntl, fd, F_GETFD, 5);

	MUST(res == 0);
	f[0] = fd_of(fd);
	EXPECT(dup, .oldfd = N(fd), .newfd = N(-1), .flags = N(5), .cmd = N(F_GETFD), .arg = N(5),
	       .file = OBJ(&f[0]), .path = S("/tmp/plain"));
	res = sys(SYS_fcntl, fd, F_SETFL, arg);
	MUST(res == 0);
	f[1] = fd_of(fd);
	EXPECT(dup, .oldfd = N(fd), .newfd = N(-1), .flags = N(O_NONBLOCK), .cmd = N(F_SETFL), .arg = N(arg),
	       .file = OBJ(&f[1]), .path = S("/tmp/plain"));
	res = sys(SYS_fcntl, fd, 0x7777, 9);
	MUST(res == -EINVAL);
	EXPECT(dup, .res = N(res), .oldfd = N(fd), .newfd = N(-1), .flags = N(9), .cmd = N(0x7777),
	       .arg = N(9));
}

/* More directories than the eBPF driver walks where the kernel does not print the path for it. */
static void dup_deep(void)
{
	static char path[256] = "/tmp";
	static struct ev_fd f;
	long res;
	int fd;

	MUST(chdir("/tmp") == 0);
	for (int i = 0; i < 70; i++) {
		mkdir("d", 0755);
		MUST(chdir("d") == 0);
		strcat(path, "/d");
	}
	fd = open(".", O_RDONLY);
	res = sys(SYS_dup, fd);
	MUST(res >= 0);
	f = fd_of(res);
	EXPECT(dup, .res = N(res), .oldfd = N(fd), .newfd = N(-1), .file = OBJ(&f),
	       .path = on_ebpf ? B(NULL, 0, EV_PROV_UNREADABLE) : S(path));
}

static void dup_refused(void)
{
	int fd = a_file();
	long res = sys(SYS_dup, 7777);

#define REFUSED(old, new, fl, c) \
	EXPECT(dup, .res = N(res), .oldfd = N(old), .newfd = N(new), .flags = N(fl), .cmd = N(c))
	MUST(res == -EBADF);
	REFUSED(7777, -1, 0, 0);
	res = sys(SYS_dup2, 7777, 5);
	REFUSED(7777, 5, 0, 0);
	res = sys(SYS_dup3, fd, fd, 0);
	MUST(res == -EINVAL);
	REFUSED(fd, fd, 0, 0);
	res = sys(SYS_dup2, fd, -1);
	MUST(res == -EBADF);
	REFUSED(fd, -1, 0, 0);
}

static void dup_kinds(void)
{
	int p[2], sv[2],
		in[] = {
			epoll_create1(0),
			eventfd(0, 0),
			inotify_init(),
			timerfd_create(CLOCK_MONOTONIC, 0),
			signalfd(-1, &(sigset_t){ { 0 } }, 0),
			syscall(SYS_pidfd_open, getpid(), 0),
			syscall(SYS_memfd_create, "m", 0),
		};

	for (size_t i = 0; i < sizeof(in) / sizeof(*in); i++)
		if (in[i] >= 0) {
			static struct ev_fd fd;
			long res = sys(SYS_dup, in[i]);

			MUST(res >= 0);
			fd = fd_of(res);
			EXPECT(dup, .res = N(res), .oldfd = N(in[i]), .newfd = N(-1),
			       .file = OBJ(&fd), .path = ANY("a made-up name or none"));
		}
	MUST(pipe(p) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, sv) == 0);
	copied(sys(SYS_dup, p[0]), p[0], -1, 0, 0, "");
}

static void dup_socket(void)
{
	struct sockaddr_storage a;
	static struct ev_fd fd;
	socklen_t len;
	int l = listener(AF_INET, &a, &len), s = socket(AF_INET, SOCK_STREAM, 0);
	long res;

	(void)l;
	MUST(connect(s, (void *)&a, len) == 0);
	res = sys(SYS_dup2, s, 0);
	MUST(res == 0);
	fd = fd_of(0);
	EXPECT(dup, .res = N(0), .oldfd = N(s), .newfd = N(0), .file = OBJ(&fd));
}

static void dup_unix_socket(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/tmp/dup.sock" };
	static struct ev_fd fd;
	int s = socket(AF_UNIX, SOCK_DGRAM, 0);
	long res;

	unlink(un.sun_path);
	MUST(bind(s, (void *)&un, sizeof(un)) == 0);
	res = sys(SYS_dup, s);
	fd = fd_of(res);
	EXPECT(dup, .res = N(res), .oldfd = N(s), .newfd = N(-1), .file = OBJ(&fd),
	       .path = S("/tmp/dup.sock"));
}

static void *idle(void *arg)
{
	pause();
	return arg;
}

static void dup_shared(void)
{
	static struct ev_fd fd;
	int old = a_file();
	pthread_t t;
	long res;

	MUST(pthread_create(&t, NULL, idle, NULL) == 0);
	res = sys(SYS_dup, old);
	fd = fd_of(res);
	EXPECT(dup, .res = N(res), .oldfd = N(old), .newfd = N(-1),
	       .file = ((struct val){ .p = &fd, .len = sizeof(fd), .prov = EV_PROV_SHARED_FD }),
	       .path = B("/tmp/plain", 10, EV_PROV_SHARED_FD));
}

static void memfd(void)
{
	struct stat st;
	long fd = sys(SYS_memfd_create, "ghost", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	MUST(fd >= 0 && fstat(fd, &st) == 0);
	EXPECT(memfd_create, .res = N(fd), .flags = N(MFD_CLOEXEC | MFD_ALLOW_SEALING),
	       .dev = N(dev_of(st.st_dev)), .ino = N(st.st_ino), .name = U("ghost"));
	fd = sys(SYS_memfd_create, "", 0);
	MUST(fd >= 0 && fstat(fd, &st) == 0);
	EXPECT(memfd_create, .res = N(fd), .dev = N(dev_of(st.st_dev)), .ino = N(st.st_ino),
	       .name = U(""));
}

static void memfd_refused(void)
{
	char name[260];
	long res = sys(SYS_memfd_create, NULL, 0);

	MUST(res == -EFAULT);
	EXPECT(memfd_create, .res = N(res), .name = UNREADABLE);
	memset(name, 'n', sizeof(name));
	name[259] = 0;
	res = sys(SYS_memfd_create, name, 0);
	MUST(res == -EINVAL);
	EXPECT(memfd_create, .res = N(res), .name = CUT(name, 259, EV_PROV_USER, 200));
	res = sys(SYS_memfd_create, "x", 0x80000000);
	MUST(res == -EINVAL);
	EXPECT(memfd_create, .res = N(res), .flags = N(0x80000000), .name = U("x"));
}

TESTS(dup,
	TEST(dup, "dup, dup2 and dup3 are one event", dup_calls),
	TEST(dup, "fcntl that copies is the same event", dup_fcntl),
	TEST(dup, "fcntl that does not copy records the file of its descriptor", fcntl_other),
	TEST(dup, "dup that is refused is recorded", dup_refused),
	TEST(dup, "dup of a file seventy directories deep records its path", dup_deep),
	TEST(dup, "dup records every kind of file", dup_kinds),
	TEST(dup, "dup of a connection records both ends", dup_socket),
	TEST(dup, "dup of a named socket records its name", dup_unix_socket),
	TEST(dup, "dup beside another thread is marked as shared", dup_shared),
	TEST(dup, "memfd_create records name, flags and inode", memfd),
	TEST(dup, "memfd_create that is refused is recorded", memfd_refused),
);
