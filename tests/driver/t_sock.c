// SPDX-License-Identifier: Apache-2.0
/*
 * Connections. The same connection is seen from both ends, and
 * both records must agree with getsockname and getpeername. A connect that failed
 * leaves no address in the socket: its record has the address that the kernel used,
 * and that of user memory only if the kernel did not get as far as using one.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "facts.h"

#define ENDS(ptr, pr) ((struct val){ .p = (ptr), .len = sizeof(*(ptr)), .prov = (pr) })

static void connect_to(int family)
{
	struct sockaddr_storage a;
	static struct ev_tuple t;
	socklen_t len, alen = sizeof(a);
	int l = listener(family, &a, &len), s = socket(family, SOCK_STREAM, 0), c;
	long res = sys(SYS_connect, s, &a, len);

	MUST(res == 0);
	t = tuple_of(s, EV_ROLE_CLIENT);
	EXPECT(connect, .res = N(0), .fd = N(s), .addrlen = N(len), .tuple = OBJ(&t));
	c = sys(SYS_accept, l, &a, &alen);
	MUST(c >= 0);
	t = tuple_of(c, EV_ROLE_SERVER);
	EXPECT(accept, .res = N(c), .fd = N(l), .tuple = OBJ(&t), .queuemax = N(8));
}

static void connect_v4(void)
{
	connect_to(AF_INET);
}
static void connect_v6(void)
{
	connect_to(AF_INET6);
}

static void accept4_flags(void)
{
	struct sockaddr_storage a;
	static struct ev_tuple t;
	socklen_t len;
	int l = listener(AF_INET, &a, &len), s = socket(AF_INET, SOCK_STREAM, 0);
	int waits = socket(AF_INET, SOCK_STREAM, 0);
	long c;

	MUST(connect(s, (void *)&a, len) == 0 && connect(waits, (void *)&a, len) == 0);
	c = sys(SYS_accept4, l, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	MUST(c >= 0);
	t = tuple_of(c, EV_ROLE_SERVER);
	EXPECT(accept, .res = N(c), .fd = N(l), .flags = N(SOCK_CLOEXEC | SOCK_NONBLOCK),
	       .tuple = OBJ(&t), .queuelen = N(1), .queuemax = N(8));
}

static void connect_udp(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(5353),
				 .sin_addr.s_addr = htonl(0x7f000005) };
	static struct ev_tuple t;
	int s = socket(AF_INET, SOCK_DGRAM, 0);
	long res = sys(SYS_connect, s, &a, sizeof(a));

	MUST(res == 0);
	t = tuple_of(s, EV_ROLE_CLIENT);
	t.state = 1; /* the kernel marks a connected datagram socket TCP_ESTABLISHED */
	EXPECT(connect, .fd = N(s), .addrlen = N(sizeof(a)), .tuple = OBJ(&t));
}

static void connect_nonblocking(void)
{
	struct sockaddr_storage a;
	static struct ev_tuple t;
	socklen_t len;
	int l = listener(AF_INET, &a, &len), s = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	long res = sys(SYS_connect, s, &a, len);

	(void)l;
	MUST(res == -EINPROGRESS);
	t = tuple_of(s, EV_ROLE_CLIENT);
	EXPECT(connect, .res = N(res), .fd = N(s), .addrlen = N(len), .tuple = OBJ(&t));
}

static void connect_refused(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET,
				 .sin_port = htons(1),
				 .sin_addr.s_addr = htonl(0x7f000001) };
	static struct ev_tuple t;
	int s = socket(AF_INET, SOCK_STREAM, 0);
	long res = sys(SYS_connect, s, &a, sizeof(a));

	MUST(res == -ECONNREFUSED);
	t = tuple_of(s, EV_ROLE_CLIENT);
	memcpy(t.raddr, &a.sin_addr, 4);
	t.rport = 1;
	t.lport = 0; /* given back with the attempt, whatever getsockname still says */
	EXPECT(connect, .res = N(res), .fd = N(s), .addrlen = N(sizeof(a)), .tuple = OBJ(&t));
}

static void connect_wrong(void)
{
	struct sockaddr_in a = { .sin_family = AF_INET };
	long res = sys(SYS_connect, 7777, &a, sizeof(a));

	MUST(res == -EBADF);
	EXPECT(connect, .res = N(res), .fd = N(7777), .addrlen = N(sizeof(a)),
	       .tuple = ANY("no socket; the address may be recorded"));
	int s = socket(AF_INET, SOCK_STREAM, 0);

	res = sys(SYS_connect, s, unmapped(), sizeof(a));
	MUST(res == -EFAULT);
	EXPECT(connect, .res = N(res), .fd = N(s), .addrlen = N(sizeof(a)),
	       .tuple = ((struct val){ .how = HOW_ANY }));
	res = sys(SYS_connect, s, &a, 3);
	MUST(res == -EINVAL);
	EXPECT(connect, .res = N(res), .fd = N(s), .addrlen = N(3),
	       .tuple = ANY("a family, no address"));
	res = sys(SYS_connect, s, &a, 0x7fffffff);
	MUST(res == -EINVAL);
	EXPECT(connect, .res = N(res), .fd = N(s), .addrlen = N(0x7fffffff),
	       .tuple = ANY("length is nonsense"));
}

static void unix_to(const char *name, socklen_t n)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX };
	socklen_t len = offsetof(struct sockaddr_un, sun_path) + n;
	static struct ev_tuple t;
	int l = socket(AF_UNIX, SOCK_STREAM, 0), s = socket(AF_UNIX, SOCK_STREAM, 0);
	long res, c;

	memcpy(un.sun_path, name, n);
	MUST(bind(l, (void *)&un, len) == 0 && listen(l, 5) == 0);
	res = sys(SYS_connect, s, &un, len);
	MUST(res == 0);
	t = tuple_of(s, EV_ROLE_CLIENT);
	EXPECT(connect, .fd = N(s), .addrlen = N(len), .tuple = OBJ(&t),
	       .path = ((struct val){
		       .p = name, .len = name[0] ? strlen(name) : n, .prov = EV_PROV_KERNEL }));
	c = sys(SYS_accept, l, NULL, NULL);
	MUST(c >= 0);
	t = tuple_of(c, EV_ROLE_SERVER);
	t.peer = fd_of(s).ino;
	EXPECT(accept, .res = N(c), .fd = N(l), .tuple = OBJ(&t), .queuemax = N(5),
	       .path = ((struct val){
		       .p = name, .len = name[0] ? strlen(name) : n, .prov = EV_PROV_KERNEL }));
}

static void unix_path(void)
{
	unlink("/tmp/a.sock");
	unix_to("/tmp/a.sock", sizeof("/tmp/a.sock"));
}

static void unix_abstract(void)
{
	unix_to("\0hidden\0name", 12);
}

static void unix_missing(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/tmp/missing.sock" };
	static struct ev_tuple t;
	int s = socket(AF_UNIX, SOCK_STREAM, 0);
	long res = sys(SYS_connect, s, &un, sizeof(un));

	MUST(res == -ENOENT);
	t = tuple_of(s, EV_ROLE_CLIENT);
	EXPECT(connect, .res = N(res), .fd = N(s), .addrlen = N(sizeof(un)),
	       .tuple = OBJ(&t), .path = S("/tmp/missing.sock"));
}

static void unix_datagram(void)
{
	struct sockaddr_un un = { .sun_family = AF_UNIX, .sun_path = "/tmp/datagram.sock" };
	int l = socket(AF_UNIX, SOCK_DGRAM, 0), s = socket(AF_UNIX, SOCK_DGRAM, 0);
	long res;

	unlink(un.sun_path);
	MUST(bind(l, (void *)&un, sizeof(un)) == 0);
	res = sys(SYS_connect, s, &un, sizeof(un));
	MUST(res == 0);
	EXPECT(connect, .fd = N(s), .addrlen = N(sizeof(un)),
	       .tuple = ANY("kernels differ in whether it is connected"),
	       .path = S("/tmp/datagram.sock"));
}

static void *idle(void *arg)
{
	pause();
	return arg;
}

/* Another thread shares the descriptors, not the open socket: the hook saw which socket it was. */
static void connect_beside_thread(void)
{
	struct sockaddr_storage a;
	static struct ev_tuple t;
	pthread_t thread;
	socklen_t len;
	int l = listener(AF_INET, &a, &len), s = socket(AF_INET, SOCK_STREAM, 0);
	long res;

	(void)l;
	MUST(pthread_create(&thread, NULL, idle, NULL) == 0);
	res = sys(SYS_connect, s, &a, len);
	MUST(res == 0);
	t = tuple_of(s, EV_ROLE_CLIENT);
	EXPECT(connect, .fd = N(s), .addrlen = N(len), .tuple = OBJ(&t));
}

/* With a second descriptor another task could connect the socket elsewhere meanwhile. */
static void connect_of_shared(void)
{
	struct sockaddr_storage a;
	static struct ev_tuple t;
	socklen_t len;
	int l = listener(AF_INET, &a, &len), s = socket(AF_INET, SOCK_STREAM, 0);
	long res;

	(void)l;
	MUST(dup(s) >= 0);
	res = sys(SYS_connect, s, &a, len);
	MUST(res == 0);
	t = tuple_of(s, EV_ROLE_CLIENT);
	EXPECT(connect, .fd = N(s), .addrlen = N(len), .tuple = ENDS(&t, EV_PROV_SHARED_FD));
}

static void accept_refused(void)
{
	int s = socket(AF_INET, SOCK_STREAM, 0);
	long res = sys(SYS_accept, s, NULL, NULL);
	struct sockaddr_storage a;
	socklen_t len;

	MUST(res == -EINVAL);
	EXPECT(accept, .res = N(res), .fd = N(s), .tuple = ANY("the listening socket or nothing"));
	s = listener(AF_INET, &a, &len);
	fcntl(s, F_SETFL, O_NONBLOCK);
	res = sys(SYS_accept4, s, NULL, NULL, SOCK_CLOEXEC);
	MUST(res == -EAGAIN);
	EXPECT(accept, .res = N(res), .fd = N(s), .flags = N(SOCK_CLOEXEC),
	       .tuple = ANY("the listening socket or nothing"), .queuemax = N(8));
	res = sys(SYS_accept, 7777, NULL, NULL);
	MUST(res == -EBADF);
	EXPECT(accept, .res = N(res), .fd = N(7777), .queuelen = NP(0, EV_PROV_UNREADABLE),
	       .queuemax = NP(0, EV_PROV_UNREADABLE));
}

TESTS(socket,
	TEST(socket, "connect and accept over IPv4 record the same connection", connect_v4),
	TEST(socket, "connect and accept over IPv6 record the same connection", connect_v6),
	TEST(socket, "accept4 records its flags", accept4_flags),
	TEST(socket, "connect of a datagram socket records the address", connect_udp),
	TEST(socket, "connect in progress is recorded from the socket", connect_nonblocking),
	TEST(socket, "a refused connect records the address that the kernel used", connect_refused),
	TEST(socket, "connect with an invalid address is recorded and harmless", connect_wrong),
	TEST(socket, "unix sockets record their path", unix_path),
	TEST(socket, "abstract unix sockets record a name with its NULs", unix_abstract),
	TEST(socket, "connect to a missing unix socket records its name", unix_missing),
	TEST(socket, "connect of a unix datagram socket records its name", unix_datagram),
	TEST(socket, "connect beside another thread is recorded from the kernel",
	     connect_beside_thread),
	TEST(socket, "connect of a socket with two descriptors is marked", connect_of_shared),
	TEST(socket, "a failed accept() produces an event", accept_refused),
);
