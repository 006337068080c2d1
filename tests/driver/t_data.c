// SPDX-License-Identifier: Apache-2.0
/*
 * Tests of reads and writes, of the data that are read, written, sent and received, and of
 * descriptors that messages carry.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>

#include "facts.h"

#define NO_FILE B(NULL, 0, EV_PROV_UNREADABLE) /* no such descriptor */

static int file(const char *path, const char *content)
{
	put_file(path, content, 0644);
	return open(path, O_RDWR);
}

static void read_and_written(void)
{
	int a = file("/tmp/data_a", "abcdefgh"), b = file("/tmp/data_b", "");
	char buf[64];
	long res = sys(SYS_read, a, buf, 5);

	MUST(res == 5);
	EXPECT(read, .res = N(5), .fd = N(a), .size = N(5), .pos = N(-1), .path = S("/tmp/data_a"));
	MUST(sys(SYS_pread64, a, buf, 64, 2) == 6);
	EXPECT(read, .res = N(6), .fd = N(a), .size = N(64), .pos = N(2), .path = S("/tmp/data_a"));
	MUST(sys(SYS_write, b, "xyz", 3) == 3);
	EXPECT(write, .res = N(3), .fd = N(b), .size = N(3), .pos = N(-1), .path = S("/tmp/data_b"));
	MUST(sys(SYS_pwrite64, a, "1", 1, 0x100000002) == 1);
	EXPECT(write, .res = N(1), .fd = N(a), .size = N(1), .pos = N(0x100000002),
	       .path = S("/tmp/data_a"));
	res = sys(SYS_read, 7777, buf, 9);
	MUST(res == -EBADF);
	EXPECT(read, .res = N(res), .fd = N(7777), .size = N(9), .pos = N(-1), .path = NO_FILE);
	res = sys(SYS_write, 7776, buf, 8);
	MUST(res == -EBADF);
	EXPECT(write, .res = N(res), .fd = N(7776), .size = N(8), .pos = N(-1), .path = NO_FILE);
}

static void vectors(void)
{
	int a = file("/tmp/data_a", "abcdefgh");
	char buf[8];
	struct iovec iov[] = { { buf, 3 }, { buf + 3, 5 } };

	MUST(sys(SYS_readv, a, iov, 2) == 8);
	EXPECT(read, .res = N(8), .fd = N(a), .vlen = N(2), .pos = N(-1), .path = S("/tmp/data_a"));
	MUST(sys(SYS_preadv, a, iov, 1, 4, 0) == 3);
	EXPECT(read, .res = N(3), .fd = N(a), .vlen = N(1), .pos = N(4), .path = S("/tmp/data_a"));
	MUST(sys(SYS_writev, a, iov, 1) == 3);
	EXPECT(write, .res = N(3), .fd = N(a), .vlen = N(1), .pos = N(-1), .path = S("/tmp/data_a"));
	MUST(sys(SYS_preadv2, a, iov, 1, 1, 0, 0) == 3);
	EXPECT(read, .res = N(3), .fd = N(a), .vlen = N(1), .pos = N(1), .path = S("/tmp/data_a"));
	MUST(sys(SYS_pwritev2, a, iov, 1, 2, 0, 0) == 3);
	EXPECT(write, .res = N(3), .fd = N(a), .vlen = N(1), .pos = N(2), .path = S("/tmp/data_a"));
	MUST(sys(SYS_pwritev, a, iov, 2, 7, 0) == 8);
	EXPECT(write, .res = N(8), .fd = N(a), .vlen = N(2), .pos = N(7), .path = S("/tmp/data_a"));
}

/* The same calls while the selection keeps 16 bytes. */
static void data(void)
{
	int a = file("/tmp/data_a", "first"), b = file("/tmp/data_b", "0123456789abcdefghij");
	char buf[64], s[4], t[64];
	struct iovec iov[] = { { s, 3 }, { NULL, 0 }, { t, 60 } };

	MUST(sys(SYS_read, a, buf, 64) == 5);
	EXPECT(read, .res = N(5), .fd = N(a), .size = N(64), .pos = N(-1), .data = U("first"),
	       .path = S("/tmp/data_a"));
	MUST(sys(SYS_read, b, buf, 64) == 20);
	EXPECT(read, .res = N(20), .fd = N(b), .size = N(64), .pos = N(-1),
	       .data = CUT("0123456789abcdefghij", 20, EV_PROV_USER | EV_PROV_TRUNCATED, 16),
	       .path = S("/tmp/data_b"));
	MUST(sys(SYS_read, b, buf, 64) == 0);
	EXPECT(read, .fd = N(b), .size = N(64), .pos = N(-1), .data = U(""), .path = S("/tmp/data_b"));
	MUST(sys(SYS_preadv, b, iov, 3, 2, 0) == 18);
	EXPECT(read, .res = N(18), .fd = N(b), .vlen = N(3), .pos = N(2),
	       .data = CUT("23456789abcdefghij", 18, EV_PROV_USER | EV_PROV_TRUNCATED, 16),
	       .path = S("/tmp/data_b"));
	MUST(sys(SYS_write, a, "two\0words", 9) == 9);
	EXPECT(write, .res = N(9), .fd = N(a), .size = N(9), .pos = N(-1),
	       .data = B("two\0words", 9, EV_PROV_USER), .path = S("/tmp/data_a"));
	iov[2].iov_len = 4;
	memcpy(s, "abc", 3);
	memcpy(t, "defg", 4);
	MUST(sys(SYS_writev, a, iov, 3) == 7);
	EXPECT(write, .res = N(7), .fd = N(a), .vlen = N(3), .pos = N(-1), .data = U("abcdefg"),
	       .path = S("/tmp/data_a"));
	MUST(sys(SYS_read, 7777, buf, 9) == -EBADF);
	EXPECT(read, .res = N(-EBADF), .fd = N(7777), .size = N(9), .pos = N(-1), .path = NO_FILE);
}

/* As much as a record has room for. */
static void much_data(void)
{
	static char out[8192];
	int b = file("/tmp/data_b", "");

	for (unsigned int i = 0; i < sizeof(out); i++)
		out[i] = 'a' + i % 26;
	MUST(sys(SYS_write, b, out, 4080) == 4080);
	EXPECT(write, .res = N(4080), .fd = N(b), .size = N(4080), .pos = N(-1),
	       .data = B(out, 4080, EV_PROV_USER), .path = S("/tmp/data_b"));
	MUST(sys(SYS_write, b, out, 8192) == 8192);
	EXPECT(write, .res = N(8192), .fd = N(b), .size = N(8192), .pos = N(-1),
	       .data = CUT(out, 8192, EV_PROV_USER | EV_PROV_TRUNCATED, 4080), .path = S("/tmp/data_b"));
}

static void data_ia32(void)
{
	int b = file("/tmp/data_b", "0123456789abcdefghij");
	char *buf = low("................................", 32);
	uint32_t iov[] = { (uint32_t)(long)buf, 3, (uint32_t)(long)buf + 8, 4 };
	long res = sys32(3 /* read */, b, buf, 6);

	need32(res);
	MUST(res == 6);
	EXPECT(read, .res = N(6), .fd = N(b), .size = N(6), .pos = N(-1), .data = U("012345"),
	       .path = S("/tmp/data_b"));
	MUST(sys32(145 /* readv */, b, low(iov, sizeof(iov)), 2) == 7);
	EXPECT(read, .res = N(7), .fd = N(b), .vlen = N(2), .pos = N(-1), .data = U("6789abc"),
	       .path = S("/tmp/data_b"));
	MUST(sys32(180 /* pread64 */, b, buf, 5, 3, 0) == 5);
	EXPECT(read, .res = N(5), .fd = N(b), .size = N(5), .pos = N(3), .data = U("34567"),
	       .path = S("/tmp/data_b"));
	MUST(sys32(181 /* pwrite64 */, b, buf, 2, 5, 1) == 2);
	EXPECT(write, .res = N(2), .fd = N(b), .size = N(2), .pos = N(0x100000005), .data = U("34"),
	       .path = S("/tmp/data_b"));
}

static int udp(struct sockaddr_in *addr)
{
	socklen_t len = sizeof(*addr);
	int s = socket(AF_INET, SOCK_DGRAM, 0);

	*addr = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	MUST(s >= 0 && !bind(s, (void *)addr, len) && !getsockname(s, (void *)addr, &len));
	return s;
}

/* The socket after the call, with the remote end it was given. */
static struct ev_tuple with_remote(int s, const struct sockaddr_in *to)
{
	struct ev_tuple t = tuple_of(s, EV_ROLE_UNKNOWN);

	t.state = TCP_CLOSE;
	t.rport = ntohs(to->sin_port);
	memcpy(t.raddr, &to->sin_addr, 4);
	return t;
}

static void sent_to(void)
{
	static struct ev_tuple t[3];
	struct sockaddr_in to;
	int from = socket(AF_INET, SOCK_DGRAM, 0), at = udp(&to);
	struct iovec iov = { "message", 7 };
	struct msghdr m = { .msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &iov, .msg_iovlen = 1 };
	char buf[32];

	MUST(sys(SYS_sendto, from, "datagram", 8, 0, &to, sizeof(to)) == 8);
	t[0] = with_remote(from, &to);
	EXPECT(send, .res = N(8), .fd = N(from), .size = N(8), .right = N(-1), .data = U("datagram"),
	       .tuple = B(&t[0], sizeof(t[0]), EV_PROV_USER));
	MUST(sys(SYS_sendmsg, from, &m, MSG_NOSIGNAL) == 7);
	EXPECT(send, .res = N(7), .fd = N(from), .flags = N(MSG_NOSIGNAL), .right = N(-1), .data = U("message"),
	       .tuple = B(&t[0], sizeof(t[0]), EV_PROV_USER));
	t[1] = tuple_of(at, EV_ROLE_UNKNOWN);
	t[1].state = TCP_CLOSE;
	MUST(sys(SYS_recvfrom, at, buf, sizeof(buf), 0, 0, 0) == 8);
	EXPECT(recv, .res = N(8), .fd = N(at), .size = N(32), .right = N(-1), .data = U("datagram"),
	       .tuple = OBJ(&t[1]));
	iov = (struct iovec){ buf, sizeof(buf) };
	MUST(sys(SYS_recvmsg, at, &m, 0) == 7);
	/* The kernel has overwritten the name with the sender's. */
	t[2] = t[1];
	t[2].rport = ntohs(to.sin_port);
	memcpy(t[2].raddr, &to.sin_addr, 4);
	MUST(t[2].rport == t[0].lport);
	EXPECT(recv, .res = N(7), .fd = N(at), .right = N(-1), .data = U("message"),
	       .tuple = B(&t[2], sizeof(t[2]), EV_PROV_USER));
}

/* @family: AF_INET or AF_INET6, both on the loopback */
static int udp_at(int family, void *addr, socklen_t *len)
{
	struct sockaddr_in6 *six = addr;
	int s = socket(family, SOCK_DGRAM, 0);

	*len = family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(*six);
	if (family == AF_INET6 && s < 0)
		t_skip("this kernel has no IPv6");
	if (family == AF_INET)
		*(struct sockaddr_in *)addr = (struct sockaddr_in){
			.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	else
		*six = (struct sockaddr_in6){ .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };
	if (bind(s, addr, *len) && family == AF_INET6)
		t_skip("this guest has no address of IPv6");
	MUST(getsockname(s, addr, len) == 0);
	return s;
}

static void received_from(int family)
{
	static struct ev_tuple t[2];
	struct ev_tuple *u = &t[family == AF_INET6];
	struct sockaddr_in6 from = { 0 }, to, who;
	socklen_t from_len, to_len, who_len = sizeof(who);
	int a = udp_at(family, &from, &from_len), b = udp_at(family, &to, &to_len);
	char buf[16];

	MUST(sendto(a, "three", 5, 0, (void *)&to, to_len) == 5);
	*u = tuple_of(b, EV_ROLE_UNKNOWN);
	u->state = TCP_CLOSE;
	u->rport = ntohs(from.sin6_port);
	if (family == AF_INET)
		memcpy(u->raddr, &((struct sockaddr_in *)&from)->sin_addr, 4);
	else
		memcpy(u->raddr, &from.sin6_addr, 16);
	MUST(sys(SYS_recvfrom, b, buf, sizeof(buf), 0, &who, &who_len) == 5);
	EXPECT(recv, .res = N(5), .fd = N(b), .size = N(16), .right = N(-1), .data = U("three"),
	       .tuple = B(u, sizeof(*u), EV_PROV_USER));
}

static void received_from_4(void)
{
	received_from(AF_INET);
}

static void received_from_6(void)
{
	received_from(AF_INET6);
}

/* The first of several messages, of which the result is the number. */
static void several(void)
{
	static struct ev_tuple t[2];
	struct sockaddr_in to, who[2] = { { 0 } };
	int from = socket(AF_INET, SOCK_DGRAM, 0), at = udp(&to);
	char buf[2][16];
	struct iovec out[2] = { { "first", 5 }, { "2nd", 3 } }, in[2] = { { buf[0], 16 }, { buf[1], 16 } };
	struct mmsghdr m[2] = {
		{ .msg_hdr = { .msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &out[0], .msg_iovlen = 1 } },
		{ .msg_hdr = { .msg_name = &to, .msg_namelen = sizeof(to), .msg_iov = &out[1], .msg_iovlen = 1 } },
	};

	MUST(sys(SYS_sendmmsg, from, m, 2, 0) == 2);
	t[0] = with_remote(from, &to);
	EXPECT(send, .res = N(2), .fd = N(from), .vlen = N(2), .right = N(-1), .data = U("first"),
	       .tuple = B(&t[0], sizeof(t[0]), EV_PROV_USER));
	for (int i = 0; i < 2; i++)
		m[i].msg_hdr = (struct msghdr){ .msg_name = &who[i], .msg_namelen = sizeof(who[i]),
						.msg_iov = &in[i], .msg_iovlen = 1 };
	MUST(sys(SYS_recvmmsg, at, m, 2, 0, 0) == 2);
	t[1] = tuple_of(at, EV_ROLE_UNKNOWN);
	t[1].state = TCP_CLOSE;
	t[1].rport = t[0].lport;
	memcpy(t[1].raddr, &who[0].sin_addr, 4);
	MUST(ntohs(who[0].sin_port) == t[0].lport);
	EXPECT(recv, .res = N(2), .fd = N(at), .vlen = N(2), .right = N(-1), .data = U("first"),
	       .tuple = B(&t[1], sizeof(t[1]), EV_PROV_USER));
}

/* Two unix sockets for datagrams: a name in the file system, and one that begins with a NUL. */
static void named_datagrams(void)
{
	static struct ev_tuple t[2];
	struct sockaddr_un a = { .sun_family = AF_UNIX, .sun_path = "/tmp/data.sock" }, who;
	struct sockaddr_un b = { .sun_family = AF_UNIX, .sun_path = "\0data.sock" };
	const socklen_t na = sizeof(a), nb = 2 + 10;
	int s[2] = { socket(AF_UNIX, SOCK_DGRAM, 0), socket(AF_UNIX, SOCK_DGRAM, 0) };
	struct iovec iov = { "message", 7 };
	struct msghdr m = { .msg_name = &a, .msg_namelen = na, .msg_iov = &iov, .msg_iovlen = 1 };
	socklen_t len = sizeof(who);
	char buf[32];

	unlink(a.sun_path);
	MUST(bind(s[0], (void *)&a, na) == 0 && bind(s[1], (void *)&b, nb) == 0);
	for (int i = 0; i < 2; i++)
		t[i] = tuple_of(s[i], EV_ROLE_UNKNOWN);
	MUST(sys(SYS_sendto, s[1], "one", 3, 0, &a, na) == 3);
	EXPECT(send, .res = N(3), .fd = N(s[1]), .size = N(3), .right = N(-1), .tuple = OBJ(&t[1]),
	       .path = B("\0data.sock", 10, 0), .to = U("/tmp/data.sock"));
	MUST(sys(SYS_recvfrom, s[0], buf, sizeof(buf), 0, &who, &len) == 3);
	EXPECT(recv, .res = N(3), .fd = N(s[0]), .size = N(32), .right = N(-1), .tuple = OBJ(&t[0]),
	       .path = S("/tmp/data.sock"), .from = B("\0data.sock", 10, EV_PROV_USER));
	MUST(sys(SYS_sendmsg, s[0], &m, 0) == 7);
	EXPECT(send, .res = N(7), .fd = N(s[0]), .right = N(-1), .tuple = OBJ(&t[0]),
	       .path = S("/tmp/data.sock"), .to = U("/tmp/data.sock"));
	MUST(sys(SYS_sendto, s[0], "two", 3, 0, &b, nb) == 3);
	EXPECT(send, .res = N(3), .fd = N(s[0]), .size = N(3), .right = N(-1), .tuple = OBJ(&t[0]),
	       .path = S("/tmp/data.sock"), .to = B("\0data.sock", 10, EV_PROV_USER));
	iov = (struct iovec){ buf, sizeof(buf) };
	m.msg_name = &who;
	MUST(sys(SYS_recvmsg, s[0], &m, 0) == 7);
	EXPECT(recv, .res = N(7), .fd = N(s[0]), .right = N(-1), .tuple = OBJ(&t[0]),
	       .path = S("/tmp/data.sock"), .from = U("/tmp/data.sock"));
	MUST(sys(SYS_recvfrom, s[1], buf, sizeof(buf), 0, 0, 0) == 3);
	EXPECT(recv, .res = N(3), .fd = N(s[1]), .size = N(32), .right = N(-1), .tuple = OBJ(&t[1]),
	       .path = B("\0data.sock", 10, 0));
}

static char control[CMSG_SPACE(3 * sizeof(int))];

static void pass(const int *fds, unsigned int n, const char *path)
{
	static struct ev_tuple t[2][2];
	static unsigned int row;
	struct ev_tuple *u = t[row++];
	struct iovec iov = { "x", 1 };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control,
			    .msg_controllen = CMSG_SPACE(n * sizeof(int)) };
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	int s[2], *got;
	char byte;

	MUST(!socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(n * sizeof(int));
	memcpy(CMSG_DATA(c), fds, n * sizeof(int));
	u[0] = tuple_of(s[0], EV_ROLE_UNKNOWN);
	u[1] = tuple_of(s[1], EV_ROLE_UNKNOWN);
	u[0].state = u[1].state = 3; /* SS_CONNECTED */
	u[0].peer = u[1].ino;
	u[1].peer = u[0].ino;
	MUST(sys(SYS_sendmsg, s[0], &m, 0) == 1);
	EXPECT(send, .res = N(1), .fd = N(s[0]), .tuple = OBJ(&u[0]), .rights = NP(n, EV_PROV_USER),
	       .right = NP(fds[0], EV_PROV_USER), .right_path = S(path));
	memset(control, 0, sizeof(control));
	iov.iov_base = &byte;
	m.msg_controllen = sizeof(control);
	MUST(sys(SYS_recvmsg, s[1], &m, 0) == 1);
	got = (int *)CMSG_DATA(CMSG_FIRSTHDR(&m));
	EXPECT(recv, .res = N(1), .fd = N(s[1]), .tuple = OBJ(&u[1]), .rights = NP(n, EV_PROV_USER),
	       .right = NP(got[0], EV_PROV_USER), .right_path = S(path));
}

static void rights(void)
{
	int a = file("/tmp/data_a", "a"), b = file("/tmp/data_b", "b");

	pass((int[]){ a }, 1, "/tmp/data_a");
	pass((int[]){ b, a, a }, 3, "/tmp/data_b");
}

TESTS(data,
	TEST(data, "reads and writes record file, size and place", read_and_written),
	TEST(data, "reads and writes of segments are recorded", vectors),
	TEST(data, "what is read and written is recorded while the selection keeps it", data, .data_max = 16),
	TEST(data, "as many bytes are kept as a record has room for", much_data, .data_max = 4080),
	TEST(data, "what a 32-bit program reads and writes is recorded", data_ia32, .data_max = 16),
	TEST(data, "what is sent and received is recorded, with the address it goes to", sent_to, .data_max = 80),
	TEST(data, "a datagram's sender is recorded", received_from_4, .data_max = 16),
	TEST(data, "a datagram's sender is recorded, of IPv6 too", received_from_6, .data_max = 16),
	TEST(data, "a datagram of a unix socket records where it goes, and where it comes from", named_datagrams),
	TEST(data, "of several messages the first is recorded", several, .data_max = 16),
	TEST(data, "descriptors that a message carries are recorded", rights),
);
