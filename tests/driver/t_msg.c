// SPDX-License-Identifier: Apache-2.0
/*
 * Data sent and received, without their content, settings of sockets, and ioctl: each call once
 * with success and once with a failure.
 */
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "facts.h"

#define NO_SOCKET	.tuple = B(NULL, 0, EV_PROV_UNREADABLE), .path = B(NULL, 0, EV_PROV_UNREADABLE)

static void setting(void)
{
	static struct ev_tuple t;
	int s = socket(AF_INET, SOCK_STREAM, 0), one = 1;
	long res = sys(SYS_setsockopt, s, SOL_SOCKET, SO_KEEPALIVE, &one, sizeof(one));

	MUST(res == 0);
	t = tuple_of(s, EV_ROLE_UNKNOWN);
	EXPECT(setsockopt, .fd = N(s), .level = N(SOL_SOCKET), .optname = N(SO_KEEPALIVE),
	       .optlen = N(sizeof(one)), .tuple = OBJ(&t), .val = NP(1, EV_PROV_USER));
	one = -2;
	res = sys(SYS_setsockopt, 7777, 6, 77, &one, 5);
	MUST(res == -EBADF);
	EXPECT(setsockopt, .res = N(res), .fd = N(7777), .level = N(6), .optname = N(77), .optlen = N(5),
	       NO_SOCKET, .val = NP(-2, EV_PROV_USER));
	res = sys(SYS_setsockopt, 7776, 6, 78, NULL, 0);
	MUST(res == -EBADF);
	EXPECT(setsockopt, .res = N(res), .fd = N(7776), .level = N(6), .optname = N(78), NO_SOCKET,
	       .val = N(-1));
}

/* Two sockets of 127.0.0.1, connected. */
static void connected(int *a, int *b)
{
	struct sockaddr_storage addr;
	socklen_t len;
	int l = listener(AF_INET, &addr, &len);

	*a = socket(AF_INET, SOCK_STREAM, 0);
	MUST(connect(*a, (struct sockaddr *)&addr, len) == 0);
	*b = accept(l, NULL, NULL);
	MUST(*b >= 0);
}

static void sent(void)
{
	struct iovec iov = { "abcdef", 6 };
	struct mmsghdr m = { .msg_hdr = { .msg_iov = &iov, .msg_iovlen = 1 } };
	static struct ev_tuple t, u;
	char buf[64];
	int a, b;
	long res;

	connected(&a, &b);
	t = tuple_of(a, EV_ROLE_UNKNOWN);
	u = tuple_of(b, EV_ROLE_UNKNOWN);
	res = sys(SYS_sendto, a, "hello", 5, MSG_NOSIGNAL, 0, 0);
	MUST(res == 5);
	EXPECT(send, .right = N(-1), .res = N(5), .fd = N(a), .size = N(5), .flags = N(MSG_NOSIGNAL), .tuple = OBJ(&t));
	res = sys(SYS_recvfrom, b, buf, 60, MSG_PEEK, 0, 0);
	MUST(res == 5);
	EXPECT(recv, .right = N(-1), .res = N(5), .fd = N(b), .size = N(60), .flags = N(MSG_PEEK), .tuple = OBJ(&u));
	res = sys(SYS_sendmsg, a, &m.msg_hdr, 0);
	MUST(res == 6);
	EXPECT(send, .right = N(-1), .res = N(6), .fd = N(a), .tuple = OBJ(&t));
	res = sys(SYS_sendmmsg, a, &m, 1, 0);
	MUST(res == 1);
	EXPECT(send, .right = N(-1), .res = N(1), .fd = N(a), .vlen = N(1), .tuple = OBJ(&t));
	iov = (struct iovec){ buf, 3 };
	res = sys(SYS_recvmsg, b, &m.msg_hdr, 0);
	MUST(res == 3);
	EXPECT(recv, .right = N(-1), .res = N(3), .fd = N(b), .tuple = OBJ(&u));
	res = sys(SYS_recvmmsg, b, &m, 1, 0, 0);
	MUST(res == 1);
	EXPECT(recv, .right = N(-1), .res = N(1), .fd = N(b), .vlen = N(1), .tuple = OBJ(&u));
}

static void sent_nowhere(void)
{
	struct mmsghdr m[3] = { { .msg_len = 0 } };
	long res = sys(SYS_sendto, 7777, "hello", 4, 0, 0, 0);

	MUST(res == -EBADF);
	EXPECT(send, .right = N(-1), .res = N(res), .fd = N(7777), .size = N(4), NO_SOCKET);
	res = sys(SYS_recvfrom, 7777, m, 3, 0, 0, 0);
	MUST(res == -EBADF);
	EXPECT(recv, .right = N(-1), .res = N(res), .fd = N(7777), .size = N(3), NO_SOCKET);
	res = sys(SYS_sendmmsg, 7777, m, 3, MSG_DONTWAIT);
	MUST(res == -EBADF);
	EXPECT(send, .right = N(-1), .res = N(res), .fd = N(7777), .vlen = N(3), .flags = N(MSG_DONTWAIT), NO_SOCKET);
	res = sys(SYS_recvmmsg, 7777, m, 3, MSG_DONTWAIT, 0);
	MUST(res == -EBADF);
	EXPECT(recv, .right = N(-1), .res = N(res), .fd = N(7777), .vlen = N(3), .flags = N(MSG_DONTWAIT), NO_SOCKET);
}

static struct sockaddr_un name_of(const char *name)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };

	strcpy(a.sun_path, name);
	unlink(name);
	return a;
}

/* The socket's own name, not that of its peer. */
static void sent_unix(void)
{
	static struct sockaddr_un n[2];
	const struct sockaddr_un names[2] = { name_of("/tmp/sender"), name_of("/tmp/taker") };
	static struct ev_tuple t[2], u[2];
	int s[2], one = 1;
	char buf[8];
	long res;

	memcpy(n, names, sizeof(n));
	for (int i = 0; i < 2; i++) {
		s[i] = socket(AF_UNIX, SOCK_DGRAM, 0);
		MUST(bind(s[i], (struct sockaddr *)&n[i], sizeof(n[i])) == 0);
	}
	for (int i = 0; i < 2; i++) {
		res = sys(SYS_sendto, s[i], "x", 1, 0, &n[!i], sizeof(n[0]));
		MUST(res == 1);
		t[i] = tuple_of(s[i], EV_ROLE_UNKNOWN);
		EXPECT(send, .right = N(-1), .res = N(1), .fd = N(s[i]), .size = N(1), .tuple = OBJ(&t[i]),
		       .path = S(n[i].sun_path), .to = U(n[!i].sun_path));
		res = sys(SYS_recvfrom, s[!i], buf, 8, 0, 0, 0);
		MUST(res == 1);
		u[i] = tuple_of(s[!i], EV_ROLE_UNKNOWN);
		EXPECT(recv, .right = N(-1), .res = N(1), .fd = N(s[!i]), .size = N(8), .tuple = OBJ(&u[i]),
		       .path = S(n[!i].sun_path));
		res = sys(SYS_setsockopt, s[i], SOL_SOCKET, SO_PASSCRED, &one, sizeof(one));
		MUST(res == 0);
		EXPECT(setsockopt, .fd = N(s[i]), .level = N(SOL_SOCKET), .optname = N(SO_PASSCRED),
		       .optlen = N(sizeof(one)), .tuple = OBJ(&t[i]), .path = S(n[i].sun_path),
		       .val = NP(1, EV_PROV_USER));
	}
}

static void requested(void)
{
	int p[2], n = 0;
	long res;

	MUST(pipe(p) == 0);
	res = sys(SYS_ioctl, p[0], FIONREAD, &n);
	MUST(res == 0);
	EXPECT(ioctl, .fd = N(p[0]), .request = N(FIONREAD), .argument = N(&n));
	res = sys(SYS_ioctl, 7777, TIOCSTI, 0x1234);
	MUST(res == -EBADF);
	EXPECT(ioctl, .res = N(res), .fd = N(7777), .request = N(TIOCSTI), .argument = N(0x1234));
}

static void requested_ia32(void)
{
	long res = sys32(54 /* ioctl */, 7777, TIOCSTI, 0x1234);

	if (res == -ENOSYS)
		t_skip("this kernel has no 32-bit system calls");
	MUST(res == -EBADF);
	EXPECT(ioctl, .res = N(res), .fd = N(7777), .request = N(TIOCSTI), .argument = N(0x1234));
}

TESTS(msg,
	TEST(msg, "setsockopt records the setting and the socket", setting),
	TEST(msg, "what is sent and received is recorded without its content", sent),
	TEST(msg, "sending and receiving on no socket are recorded as failures", sent_nowhere),
	TEST(msg, "a unix socket that sends has its own name", sent_unix),
	TEST(msg, "ioctl() records the request", requested),
	TEST(msg, "ioctl() of a 32-bit program is recorded", requested_ia32),
);
