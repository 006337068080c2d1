// SPDX-License-Identifier: Apache-2.0
/*
 * Tests whose connect a hit of the function hook is: that of the call under way, or one by
 * io_uring, whose work may run while the registers still show a call that has ended.
 */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "border.h"
#include "lib/uring.h"

#define BY_URING	7001	/* ports of 127.0.0.1 */
#define BY_CALL		7002
#define NO_CALL_LEN	127	/* a length with which connect is no call here */

/* Static: 32-bit calls have addresses of 32 bits. */
static struct sockaddr_in to_uring, to_call;

static struct about {
	unsigned int by_uring, by_kernel, by_user;	/* records with the port that is watched */
	uint16_t port;
} about;

static int see_connect(void *arg, unsigned int cpu, const struct ev_header *h)
{
	const struct ev_connect *e = (const void *)h;

	(void)arg;
	(void)cpu;
	if (h->type != EV_connect || e->tuple.rport != about.port)
		return 0;
	if (h->flags & EV_F_IO_URING)
		about.by_uring++;
	else if (ev_prov(h, EV_FIELD(connect, tuple)))
		about.by_user++;
	else
		about.by_kernel++;
	return 0;
}

static void drain_for(unsigned int ms)
{
	uint64_t end = sk_now() + ms * 1000000ull;

	do {
		while (sk_drain(&sk, see_connect, NULL))
			;
		usleep(2000);
	} while (sk_now() < end);
}

static void watch(uint16_t port)
{
	drain_for(0);
	about = (struct about){ .port = port };
}

static struct sockaddr_in at_port(uint16_t port)
{
	return (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(port),
				     .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
}

static void start(void)
{
	static struct saker_selection sel;

	memset(&sel, 0, sizeof(sel));
	sel.action[EV_ABI_64][SYS_connect] = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED;
	sel.action[EV_ABI_IA32][362] = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED;
	sel.event[EV_connect] = 1;
	to_uring = at_port(BY_URING);
	to_call = at_port(BY_CALL);
	attach(1 << 20);
	arm(&sel);
}

static pid_t child(void)
{
	pid_t pid;

	fflush(stdout);
	pid = fork();
	if (!pid) {
		sk_disown(&sk);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		alarm(60);
	}
	return pid;
}

/* -- io_uring's work after a call -- */

static int datagram, closed_stream;

static void again_asleep(void)
{
	usleep(50000);
}

static void again_in_user_mode(void)
{
	for (volatile int i = 0; i < 1000; i++)
		;
}

static void again_connects(void)
{
	syscall(SYS_connect, datagram, &to_call, sizeof(to_call));
}

static void again_connect_fails(void)
{
	syscall(SYS_connect, closed_stream, &to_call, sizeof(to_call));
}

static void again_connect_is_no_call(void)
{
	syscall(SYS_connect, datagram, &to_call, NO_CALL_LEN);
}

static void again_connects_in_32_bits(void)
{
	long ret;

	__asm__ volatile("int $0x80" : "=a"(ret) : "a"(362), "b"(datagram), "c"(&to_call),
			 "d"(sizeof(to_call)) : "r8", "r9", "r10", "r11", "memory");
}

static int eventfd_soon(unsigned int us)
{
	int fd = eventfd(0, 0);
	uint64_t one = 1;

	if (!fork()) {
		usleep(us);
		_exit(write(fd, &one, sizeof(one)) != sizeof(one));
	}
	return fd;
}

/* A connect that runs as soon as @fd can be read, wherever the task is then. */
static void connect_when(struct uring *u, int fd, int sock)
{
	struct io_uring_sqe *s = uring_request(u);

	s->opcode = IORING_OP_POLL_ADD;
	s->fd = fd;
	s->poll32_events = POLLIN;
	s->flags = IOSQE_IO_LINK;
	s = uring_request(u);
	s->opcode = IORING_OP_CONNECT;
	s->fd = sock;
	s->addr = (unsigned long)&to_uring;
	s->off = sizeof(to_uring);
	if (uring_submit(u, 2, 0) != 2)
		_exit(8);
}

static void work_after(void (*again)(void))
{
	unsigned long long data;
	struct uring u;
	int bad = 0;

	if (uring_new(&u, 8))
		_exit(9);
	datagram = socket(AF_INET, SOCK_DGRAM, 0);
	closed_stream = socket(AF_INET, SOCK_STREAM, 0);
	if (again == again_connect_is_no_call)
		forbid_call(SYS_connect, 2, ~0u, NO_CALL_LEN);
	connect_when(&u, eventfd_soon(100000), socket(AF_INET, SOCK_DGRAM, 0));
	while (uring_done(&u) < 2)
		again();
	while (uring_done(&u))
		bad |= uring_result(&u, &data) < 0;
	_exit(bad);
}

static void uring_after(void (*again)(void), const char *what)
{
	int status = 0;
	pid_t pid;

	watch(BY_URING);
	pid = child();
	if (!pid)
		work_after(again);
	while (waitpid(pid, &status, WNOHANG) == 0)
		drain_for(10);
	drain_for(20);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 9)
		border_skip("this kernel has no io_uring");
	CHECK_IS(status, 0);
	if (about.by_uring != 1 || about.by_kernel + about.by_user)
		printf("# while it is %s:\n", what);
	CHECK_IS(about.by_uring, 1);
	CHECK_IS(about.by_kernel + about.by_user, 0);
}

static void uring_from_task_work(void)
{
	start();
	uring_after(again_asleep, "asleep");
	uring_after(again_in_user_mode, "in user mode");
	uring_after(again_connects, "connecting");
	uring_after(again_connect_fails, "connecting to a port without a listener");
	uring_after(again_connect_is_no_call, "connecting, which is no call");
	uring_after(again_connects_in_32_bits, "connecting by a 32-bit call");
}

/* The task has io_uring, and all its connects are made by calls: one record each, from the kernel. */
static void calls_beside_uring(void)
{
	struct uring u;
	int status;
	pid_t pid;

	start();
	watch(BY_CALL);
	pid = child();
	if (!pid) {
		if (uring_new(&u, 8))
			_exit(9);
		datagram = socket(AF_INET, SOCK_DGRAM, 0);
		closed_stream = socket(AF_INET, SOCK_STREAM, 0);
		for (int i = 0; i < 20; i++) {
			again_connects();
			again_connect_fails();
		}
		_exit(0);
	}
	waitpid(pid, &status, 0);
	if (status == 9 << 8)
		border_skip("this kernel has no io_uring");
	drain_for(20);
	CHECK_IS(about.by_kernel, 40);
	CHECK_IS(about.by_uring + about.by_user, 0);
}

/* -- a tracer -- */

/* Runs a child to the entry of its connect, and writes another result there. Returns its status at the end. */
static int trace(pid_t pid)
{
	struct user_regs_struct regs;
	int status;

	for (int i = 0; i < 1000; i++) {
		if (waitpid(pid, &status, 0) < 0 || !WIFSTOPPED(status))
			return status;
		if (ptrace(PTRACE_GETREGS, pid, NULL, &regs) == 0 && regs.orig_rax == SYS_connect) {
			regs.rax = 0;
			ptrace(PTRACE_SETREGS, pid, NULL, &regs);
			ptrace(PTRACE_DETACH, pid, NULL, NULL);
			break;
		}
		ptrace(PTRACE_SYSCALL, pid, NULL, NULL);
	}
	waitpid(pid, &status, 0);
	return status;
}

static void traced(bool with_uring)
{
	struct uring u;
	int status;
	pid_t pid;

	start();
	watch(BY_CALL);
	pid = child();
	if (!pid) {
		if (with_uring && uring_new(&u, 8))
			_exit(9);
		datagram = socket(AF_INET, SOCK_DGRAM, 0);
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		raise(SIGSTOP);
		again_connects();
		_exit(0);
	}
	status = trace(pid);
	drain_for(20);
	if (status == 9 << 8)
		border_skip("this kernel has no io_uring");
	CHECK_IS(status, 0);
	/* With io_uring the hit may be its own: then it has a record too. */
	CHECK_IS(about.by_uring, with_uring);
	CHECK_IS(about.by_kernel, 1);
}

/* The register in which a call under way is recognised holds something else. */
static void result_by_tracer(void)
{
	traced(false);
}

static void result_by_tracer_beside_uring(void)
{
	traced(true);
}

BORDER_TESTS(connect,
	TEST("a connect by io_uring after a call has one record, whatever the call was",
	     uring_from_task_work),
	TEST("connects by calls of a task with io_uring have one record each, from the kernel",
	     calls_beside_uring),
	TEST("a connect whose result a tracer wrote beforehand is recorded with the kernel's address",
	     result_by_tracer),
	TEST("a connect whose result a tracer wrote beforehand, by a task with io_uring, is recorded with the kernel's "
	     "address", result_by_tracer_beside_uring),
);
