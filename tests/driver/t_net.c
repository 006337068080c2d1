// SPDX-License-Identifier: Apache-2.0
/*
 * Sockets that are created, bound, listen and are shut down: each call once with success and once
 * with a failure, and the socket's own addresses from getsockname().
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "facts.h"

static void socket_made(void)
{
	long fd = sys(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	MUST(fd >= 0);
	EXPECT(socket, .res = N(fd), .domain = N(AF_INET), .type = N(SOCK_STREAM | SOCK_CLOEXEC));
	fd = sys(SYS_socket, AF_NETLINK, SOCK_RAW, 15);
	MUST(fd >= 0);
	EXPECT(socket, .res = N(fd), .domain = N(AF_NETLINK), .type = N(SOCK_RAW), .proto = N(15));
	fd = sys(SYS_socket, 999, SOCK_DGRAM, 7);
	MUST(fd == -EAFNOSUPPORT);
	EXPECT(socket, .res = N(fd), .domain = N(999), .type = N(SOCK_DGRAM), .proto = N(7));
}

static void bind_inet(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000007) };
	static struct ev_tuple t, u;
	int s = socket(AF_INET, SOCK_STREAM, 0);
	long res = sys(SYS_bind, s, &a, sizeof(a));

	MUST(res == 0);
	t = tuple_of(s, EV_ROLE_UNKNOWN);
	EXPECT(bind, .fd = N(s), .addrlen = N(sizeof(a)), .addr = OBJ(&t));
	res = sys(SYS_listen, s, 5);
	MUST(res == 0);
	u = tuple_of(s, EV_ROLE_UNKNOWN);
	EXPECT(listen, .fd = N(s), .backlog = N(5), .tuple = OBJ(&u));
}

static void bind_to(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	static struct ev_tuple t, u;
	int s = socket(AF_UNIX, SOCK_STREAM, 0);
	socklen_t len = offsetof(struct sockaddr_un, sun_path) + strlen(path) + 1;
	long res;

	strcpy(a.sun_path, path);
	unlink(path);
	res = sys(SYS_bind, s, &a, len);
	MUST(res == 0);
	t = tuple_of(s, EV_ROLE_UNKNOWN);
	EXPECT(bind, .fd = N(s), .addrlen = N(len), .addr = OBJ(&t), .path = S(path));
	res = sys(SYS_listen, s, 77);
	MUST(res == 0);
	u = tuple_of(s, EV_ROLE_UNKNOWN);
	EXPECT(listen, .fd = N(s), .backlog = N(77), .tuple = OBJ(&u), .path = S(path));
}

static void bind_unix(void)
{
	bind_to("/tmp/bound");
}

static void bind_unix_other(void)
{
	bind_to("/tmp/bound-other");
}

static void bind_refused(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	long res = sys(SYS_bind, 7777, &a, sizeof(a));

	MUST(res == -EBADF);
	EXPECT(bind, .res = N(res), .fd = N(7777), .addrlen = N(sizeof(a)),
	       .addr = B(NULL, 0, EV_PROV_UNREADABLE), .path = B(NULL, 0, EV_PROV_UNREADABLE));
	res = sys(SYS_listen, 7777, -1);
	MUST(res == -EBADF);
	EXPECT(listen, .res = N(res), .fd = N(7777), .backlog = N(-1),
	       .tuple = B(NULL, 0, EV_PROV_UNREADABLE), .path = B(NULL, 0, EV_PROV_UNREADABLE));
}

/* The address that another socket has: only a hook sees that it was requested. */
static void bind_taken(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/tmp/taken" };
	struct sockaddr_storage a;
	static struct ev_tuple t, u;
	socklen_t len;
	int l = listener(AF_INET, &a, &len), s = socket(AF_INET, SOCK_STREAM, 0);
	long res = sys(SYS_bind, s, &a, len);

	(void)l;
	MUST(res == -EADDRINUSE);
	t = tuple_of(s, EV_ROLE_UNKNOWN);
	if (hooked) {
		t.lport = ntohs(((struct sockaddr_in *)&a)->sin_port);
		memcpy(t.laddr, &((struct sockaddr_in *)&a)->sin_addr, 4);
	}
	EXPECT(bind, .res = N(res), .fd = N(s), .addrlen = N(len), .addr = OBJ(&t));
	put_file(un.sun_path, "x", 0644);
	s = socket(AF_UNIX, SOCK_STREAM, 0);
	res = sys(SYS_bind, s, &un, sizeof(un));
	MUST(res == -EADDRINUSE);
	u = tuple_of(s, EV_ROLE_UNKNOWN);
	EXPECT(bind, .res = N(res), .fd = N(s), .addrlen = N(sizeof(un)), .addr = OBJ(&u),
	       .path = SEEN("/tmp/taken"));
}

static void *idle(void *arg)
{
	pause();
	return arg;
}

#define BY_HOOK(t) \
	((struct val){ .p = (t), .len = sizeof(*(t)), .prov = hooked ? EV_PROV_KERNEL : EV_PROV_SHARED_FD })

/* Another thread shares the descriptors, but the hook saw which socket it was. */
static void bind_beside_thread(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000009) };
	static struct ev_tuple t, u, v;
	int s = socket(AF_INET, SOCK_STREAM, 0), c = socket(AF_INET, SOCK_STREAM, 0);
	socklen_t len = sizeof(a);
	pthread_t thread;
	long res;

	MUST(pthread_create(&thread, NULL, idle, NULL) == 0);
	res = sys(SYS_bind, s, &a, sizeof(a));
	MUST(res == 0);
	t = tuple_of(s, EV_ROLE_UNKNOWN);
	EXPECT(bind, .fd = N(s), .addrlen = N(sizeof(a)), .addr = BY_HOOK(&t));
	res = sys(SYS_listen, s, 3);
	MUST(res == 0);
	u = tuple_of(s, EV_ROLE_UNKNOWN);
	EXPECT(listen, .fd = N(s), .backlog = N(3), .tuple = BY_HOOK(&u));
	MUST(getsockname(s, (void *)&a, &len) == 0 && connect(c, (void *)&a, len) == 0);
	res = sys(SYS_accept, s, NULL, NULL);
	MUST(res >= 0);
	v = tuple_of(res, EV_ROLE_SERVER);
	EXPECT(accept, .res = N(res), .fd = N(s), .tuple = BY_HOOK(&v), .queuelen = NP(0, EV_PROV_SHARED_FD),
	       .queuemax = NP(3, EV_PROV_SHARED_FD));
}

static void socketpair_made(void)
{
	int fds[2];
	long res = sys(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, fds);

	MUST(res == 0);
	EXPECT(socketpair, .fd1 = NP(fds[0], EV_PROV_USER), .fd2 = NP(fds[1], EV_PROV_USER),
	       .domain = N(AF_UNIX), .type = N(SOCK_DGRAM), .source = N(fd_of(fds[0]).ino),
	       .peer = N(fd_of(fds[1]).ino));
	res = sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, fds);
	MUST(res == 0);
	EXPECT(socketpair, .fd1 = NP(fds[0], EV_PROV_USER), .fd2 = NP(fds[1], EV_PROV_USER),
	       .domain = N(AF_UNIX), .type = N(SOCK_STREAM), .source = N(fd_of(fds[0]).ino),
	       .peer = N(fd_of(fds[1]).ino));
	res = sys(SYS_socketpair, AF_INET, SOCK_STREAM, 6, fds);
	MUST(res < 0);
	EXPECT(socketpair, .res = N(res), .domain = N(AF_INET), .type = N(SOCK_STREAM), .proto = N(6));
}

static void shutdown_both(void)
{
	static struct ev_tuple t, u;
	int fds[2];
	long res;

	MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
	t = tuple_of(fds[0], EV_ROLE_UNKNOWN);
	u = tuple_of(fds[1], EV_ROLE_UNKNOWN);
	t.peer = u.ino;
	u.peer = t.ino;
	res = sys(SYS_shutdown, fds[0], SHUT_WR);
	MUST(res == 0);
	EXPECT(shutdown, .fd = N(fds[0]), .how = N(SHUT_WR), .tuple = OBJ(&t));
	res = sys(SYS_shutdown, fds[1], 9);
	MUST(res == -EINVAL);
	EXPECT(shutdown, .res = N(res), .fd = N(fds[1]), .how = N(9), .tuple = OBJ(&u));
}

/* One end is bound, so shutdown has its name; two names, as each field is seen with two values. */
static void shutdown_named(void)
{
	static const char *const names[] = { "/tmp/shut-one", "/tmp/shut-two" };
	static struct ev_tuple t[2];

	for (int i = 0; i < 2; i++) {
		struct sockaddr_un a = { .sun_family = AF_UNIX };
		int s = socket(AF_UNIX, SOCK_STREAM, 0);
		long res;

		strcpy(a.sun_path, names[i]);
		unlink(names[i]);
		MUST(bind(s, (void *)&a, sizeof(a)) == 0);
		t[i] = tuple_of(s, EV_ROLE_UNKNOWN);
		res = sys(SYS_shutdown, s, SHUT_RDWR);
		MUST(res == 0); /* a unix socket need not be connected */
		EXPECT(shutdown, .res = N(res), .fd = N(s), .how = N(SHUT_RDWR), .tuple = OBJ(&t[i]),
		       .path = S(names[i]));
	}
}

/* socketcall(bind) of a 32-bit program: arguments in memory, 32 bits wide. */
static void bind_socketcall(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(0x7f000008) };
	static struct ev_tuple t;
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	char *address = low(&a, sizeof(a));
	const uint32_t args[3] = { s, (uint32_t)(uintptr_t)address, sizeof(a) };
	long res = sys32(102, 2, low(args, sizeof(args)));

	if (res == -ENOSYS)
		t_skip("this kernel has no 32-bit system calls");
	MUST(res == 0);
	t = tuple_of(s, EV_ROLE_UNKNOWN);
	t.state = 7; /* TCP_CLOSE: a datagram socket has no connection */
	EXPECT(bind, .fd = NP(s, EV_PROV_USER), .addrlen = NP(sizeof(a), EV_PROV_USER),
	       .addr = OBJ(&t));
}

TESTS(net,
	TEST(net, "socket() records family, type and protocol, also if it fails", socket_made),
	TEST(net, "bind and listen record the address of an IPv4 socket", bind_inet),
	TEST(net, "bind and listen record the name of a unix socket", bind_unix),
	TEST(net, "bind and listen record another name of a unix socket", bind_unix_other),
	TEST(net, "bind and listen on no socket are recorded as failures", bind_refused),
	TEST(net, "bind to an address that is taken records that address", bind_taken),
	TEST(net, "bind, listen and accept beside another thread are recorded from the kernel", bind_beside_thread),
	TEST(net, "socketpair() records both descriptors", socketpair_made),
	TEST(net, "shutdown() records direction and socket", shutdown_both),
	TEST(net, "shutdown() records the name of a unix socket", shutdown_named),
	TEST(net, "bind by ia32's socketcall is a bind", bind_socketcall),
);
