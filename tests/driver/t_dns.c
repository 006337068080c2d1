// SPDX-License-Identifier: Apache-2.0
/*
 * Tests of messages to and from port 53, which are recorded with their data on request: by each call
 * that sends, receives, reads or writes, and nothing else by these calls.
 */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include "facts.h"

#define TO_SERVER "question"
static char answer[6000];

/* On an address of the loopback that no resolver has. */
static int bound(int type, unsigned int port, struct sockaddr_in *addr)
{
	socklen_t len = sizeof(*addr);
	int s = socket(AF_INET, type, 0);

	for (unsigned int i = 0; i < sizeof(answer); i++)
		answer[i] = (char)(i % 251);
	*addr = (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port),
				      .sin_addr.s_addr = htonl(0x7f350001) };
	MUST(s >= 0 && !bind(s, (void *)addr, len) && !getsockname(s, (void *)addr, &len));
	return s;
}

/* The socket after the call; with @other as the remote end, if it is not connected. */
static struct ev_tuple *ends(int s, const struct sockaddr_in *other)
{
	static struct ev_tuple t[16];
	static unsigned int n;
	struct ev_tuple *u = &t[n++ % 16];
	socklen_t len = sizeof(int);
	int type = 0;

	*u = tuple_of(s, EV_ROLE_UNKNOWN);
	MUST(getsockopt(s, SOL_SOCKET, SO_TYPE, &type, &len) == 0);
	if (type == SOCK_DGRAM)
		u->state = other ? TCP_CLOSE : TCP_ESTABLISHED;
	if (!other)
		return u;
	u->rport = ntohs(other->sin_port);
	memcpy(u->raddr, &other->sin_addr, 4);
	return u;
}

#define GIVEN(t) B(t, sizeof(struct ev_tuple), EV_PROV_USER)
#define ANSWER(n) \
	((n) > 4080 ? CUT(answer, n, EV_PROV_USER | EV_PROV_TRUNCATED, 4080) : B(answer, n, EV_PROV_USER))

/* As the resolver of glibc: a connected socket, two questions in one call. */
static void questions(void)
{
	struct iovec iov[2] = { { TO_SERVER, 8 }, { "another", 7 } };
	struct mmsghdr m[2] = { { .msg_hdr = { .msg_iov = &iov[0], .msg_iovlen = 1 } },
				{ .msg_hdr = { .msg_iov = &iov[1], .msg_iovlen = 1 } } };
	struct sockaddr_in server, who;
	socklen_t len = sizeof(who);
	int at = bound(SOCK_DGRAM, 53, &server), s = socket(AF_INET, SOCK_DGRAM, 0);
	char buf[6000];

	MUST(connect(s, (void *)&server, sizeof(server)) == 0);
	MUST(sys(SYS_sendmmsg, s, m, 2, 0) == 2);
	EXPECT(send, .res = N(2), .fd = N(s), .vlen = N(2), .right = N(-1), .tuple = OBJ(ends(s, NULL)),
	       .data = U(TO_SERVER));
	MUST(sys(SYS_recvfrom, at, buf, sizeof(buf), 0, &who, &len) == 8);
	EXPECT(recv, .res = N(8), .fd = N(at), .size = N(sizeof(buf)), .right = N(-1),
	       .tuple = GIVEN(ends(at, &who)), .data = U(TO_SERVER));
	MUST(sys(SYS_sendto, at, answer, 1500, 0, &who, sizeof(who)) == 1500);
	EXPECT(send, .res = N(1500), .fd = N(at), .size = N(1500), .right = N(-1),
	       .tuple = GIVEN(ends(at, &who)), .data = ANSWER(1500));
	MUST(sys(SYS_recvfrom, s, buf, sizeof(buf), 0, 0, 0) == 1500);
	EXPECT(recv, .res = N(1500), .fd = N(s), .size = N(sizeof(buf)), .right = N(-1),
	       .tuple = OBJ(ends(s, NULL)), .data = ANSWER(1500));
	MUST(sendto(at, answer, 5000, 0, (void *)&who, sizeof(who)) == 5000);
	MUST(sys(SYS_read, s, buf, sizeof(buf)) == 5000);
	EXPECT(read, .res = N(5000), .fd = N(s), .size = N(sizeof(buf)), .pos = N(-1), .data = ANSWER(5000),
	       .path = B(NULL, 0, EV_PROV_UNREADABLE));
	MUST(sys(SYS_write, s, "more", 4) == 4);
	EXPECT(write, .res = N(4), .fd = N(s), .size = N(4), .pos = N(-1), .data = U("more"),
	       .path = B(NULL, 0, EV_PROV_UNREADABLE));
}

/* A socket that is not connected: the port is in the address. */
static void by_address(void)
{
	struct sockaddr_in server, who, self;
	struct iovec iov = { TO_SERVER, 8 };
	struct msghdr m = { .msg_name = &server, .msg_namelen = sizeof(server), .msg_iov = &iov,
			    .msg_iovlen = 1 };
	int at = bound(SOCK_DGRAM, 53, &server), s = bound(SOCK_DGRAM, 0, &self);
	socklen_t len = sizeof(who);
	char buf[64];

	MUST(sys(SYS_sendmsg, s, &m, 0) == 8);
	EXPECT(send, .res = N(8), .fd = N(s), .right = N(-1), .tuple = GIVEN(ends(s, &server)),
	       .data = U(TO_SERVER));
	MUST(sys(SYS_sendto, s, TO_SERVER, 8, 0, &server, sizeof(server)) == 8);
	EXPECT(send, .res = N(8), .fd = N(s), .size = N(8), .right = N(-1),
	       .tuple = GIVEN(ends(s, &server)), .data = U(TO_SERVER));
	MUST(sendto(at, answer, 20, 0, (void *)&self, sizeof(self)) == 20);
	MUST(sendto(at, answer, 30, 0, (void *)&self, sizeof(self)) == 30);
	MUST(sys(SYS_recvfrom, s, buf, sizeof(buf), 0, &who, &len) == 20);
	EXPECT(recv, .res = N(20), .fd = N(s), .size = N(64), .right = N(-1),
	       .tuple = GIVEN(ends(s, &server)), .data = ANSWER(20));
	iov = (struct iovec){ buf, sizeof(buf) };
	m.msg_name = &who;
	MUST(sys(SYS_recvmsg, s, &m, 0) == 30);
	EXPECT(recv, .res = N(30), .fd = N(s), .right = N(-1), .tuple = GIVEN(ends(s, &server)),
	       .data = ANSWER(30));
}

/* The length of a message, then the message. */
static void by_tcp(void)
{
	struct sockaddr_in server;
	int l = bound(SOCK_STREAM, 53, &server), s = socket(AF_INET, SOCK_STREAM, 0), at;
	struct iovec iov[2] = { { "\0\010", 2 }, { TO_SERVER, 8 } };
	char buf[64];

	MUST(listen(l, 1) == 0 && connect(s, (void *)&server, sizeof(server)) == 0);
	at = accept(l, NULL, NULL);
	MUST(at >= 0 && sys(SYS_writev, s, iov, 2) == 10);
	EXPECT(write, .res = N(10), .fd = N(s), .vlen = N(2), .pos = N(-1),
	       .data = B("\0\010" TO_SERVER, 10, EV_PROV_USER), .path = B(NULL, 0, EV_PROV_UNREADABLE));
	MUST(sys(SYS_read, at, buf, 2) == 2);
	EXPECT(read, .res = N(2), .fd = N(at), .size = N(2), .pos = N(-1), .data = B("\0\010", 2, EV_PROV_USER),
	       .path = B(NULL, 0, EV_PROV_UNREADABLE));
}

/* Each of these calls, but not to or from port 53. */
static void of_others(void)
{
	struct sockaddr_in to, who;
	socklen_t len = sizeof(who);
	struct iovec iov = { "x", 1 };
	int at = bound(SOCK_DGRAM, 5353, &to), s = socket(AF_INET, SOCK_DGRAM, 0), p[2], u[2];
	int c = socket(AF_INET, SOCK_DGRAM, 0);
	char buf[64];

	MUST(pipe(p) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, u) == 0);
	MUST(connect(c, (void *)&to, sizeof(to)) == 0);
	MUST(sys(SYS_sendto, s, "x", 1, 0, &to, sizeof(to)) == 1);
	EXPECT_NONE(send);
	MUST(sys(SYS_recvfrom, at, buf, sizeof(buf), 0, &who, &len) == 1);
	EXPECT_NONE(recv);
	MUST(sys(SYS_write, c, "x", 1) == 1);
	EXPECT_NONE(write);
	MUST(sys(SYS_read, at, buf, sizeof(buf)) == 1);
	EXPECT_NONE(read);
	MUST(sys(SYS_writev, p[1], &iov, 1) == 1);
	EXPECT_NONE(write);
	MUST(sys(SYS_read, p[0], buf, sizeof(buf)) == 1);
	EXPECT_NONE(read);
	MUST(sys(SYS_sendto, u[0], "x", 1, 0, 0, 0) == 1);
	EXPECT_NONE(send);
	MUST(sys(SYS_read, 7777, buf, 1) == -EBADF);
	EXPECT_NONE(read);
}

static void failed_question(void)
{
	struct sockaddr_in server;
	int at = bound(SOCK_DGRAM, 53, &server);
	char buf[8];

	MUST(sys(SYS_recvfrom, at, buf, sizeof(buf), MSG_DONTWAIT, 0, 0) == -EAGAIN);
	EXPECT_NONE(recv);
}

static void by_ia32(void)
{
	struct sockaddr_in server, self;
	int at = bound(SOCK_DGRAM, 53, &server), s = bound(SOCK_DGRAM, 0, &self);
	char *address = low(&server, sizeof(server)), *text = low(TO_SERVER, 8), *room = low(answer, 16);
	const uint32_t to[6] = { s, (uint32_t)(long)text, 8, 0, (uint32_t)(long)address, sizeof(server) };
	const uint32_t iov[2] = { (uint32_t)(long)text, 8 };
	const uint32_t m[7] = { (uint32_t)(long)address, sizeof(server), (uint32_t)(long)low(iov, sizeof(iov)), 1 };
	struct ev_tuple *t = ends(s, &server);
	long res = sys32(102 /* socketcall */, 11 /* sendto */, low(to, sizeof(to)));

	need32(res);
	MUST(res == 8);
	EXPECT(send, .res = N(8), .fd = NP(s, EV_PROV_USER), .size = NP(8, EV_PROV_USER),
	       .flags = NP(0, EV_PROV_USER), .right = N(-1), .tuple = GIVEN(t), .data = U(TO_SERVER));
	res = sys32(370 /* sendmsg */, s, low(m, sizeof(m)), 0);
	if (res == -ENOSYS)
		t_skip("this kernel has no sendmsg of 32-bit programs");
	MUST(res == 8);
	EXPECT(send, .res = N(8), .fd = N(s), .right = N(-1), .tuple = GIVEN(t), .data = U(TO_SERVER));
	MUST(sys32(3 /* read */, at, room, 16) == 8);
	EXPECT(read, .res = N(8), .fd = N(at), .size = N(16), .pos = N(-1), .data = U(TO_SERVER),
	       .path = B(NULL, 0, EV_PROV_UNREADABLE));
}

#define DNS_ONLY .sel_flags = SAKER_SEL_DNS

TESTS(dns,
	TEST(dns, "questions and answers of a connected socket are recorded whole", questions, DNS_ONLY),
	TEST(dns, "those of a socket that is not connected are recorded by their address", by_address, DNS_ONLY),
	TEST(dns, "questions by TCP are recorded as they are read and written", by_tcp, DNS_ONLY),
	TEST(dns, "those of 32-bit programs are recorded, by socketcall too", by_ia32, DNS_ONLY),
	TEST(dns, "what has another port, and what is no socket of the internet, is not recorded", of_others, DNS_ONLY),
	TEST(dns, "a call that fails is not recorded", failed_question, DNS_ONLY),
);
