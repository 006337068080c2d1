// SPDX-License-Identifier: Apache-2.0
/* What visitors do by io_uring, in each context in which it runs. */
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "lib/uring.h"
#include "zoo.h"

static void request(struct uring *u, struct values *v, unsigned int flags)
{
	static const unsigned char codes[] = { IORING_OP_OPENAT, IORING_OP_UNLINKAT, IORING_OP_RENAMEAT,
		IORING_OP_MKDIRAT, IORING_OP_SYMLINKAT, IORING_OP_LINKAT, IORING_OP_CONNECT, IORING_OP_ACCEPT };
	struct io_uring_sqe *s = uring_request(u);

	s->opcode = codes[rand_r(&v->seed) % sizeof(codes)];
	s->flags = flags;
	s->fd = AT_FDCWD;
	s->addr = (uintptr_t)values_path(v);
	if (s->opcode == IORING_OP_RENAMEAT || s->opcode == IORING_OP_LINKAT || s->opcode == IORING_OP_SYMLINKAT)
		s->addr2 = (uintptr_t)values_path(v);
	if (s->opcode == IORING_OP_RENAMEAT || s->opcode == IORING_OP_LINKAT)
		s->len = AT_FDCWD;
	if (s->opcode == IORING_OP_CONNECT || s->opcode == IORING_OP_ACCEPT) {
		s->fd = values_fd(v);
		s->addr = s->opcode == IORING_OP_CONNECT ? values_draw(v, 'a') : 0;
		s->off = s->opcode == IORING_OP_CONNECT ? sizeof(struct sockaddr_in) : 0;
	}
}

static bool uring_does(struct values *v, unsigned int setup, unsigned int flags)
{
	struct uring u;
	pid_t pid = fork();
	int taken;

	if (pid)
		return acts_end(pid);
	alarm(1);
	signal(SIGALRM, SIG_DFL);
	if (uring_new_with(&u, 16, setup))
		_exit(1);
	for (int i = 0; i < 8; i++)
		request(&u, v, flags);
	taken = uring_submit(&u, 8, rand_r(&v->seed) % 4);
	close(open(values_path(v), O_RDONLY));
	_exit(taken < 0);	/* whether or not all has ended */
}

bool acts_uring_enters(struct values *v)
{
	return uring_does(v, 0, 0);
}

bool acts_uring_works(struct values *v)
{
	return uring_does(v, 0, IOSQE_ASYNC);
}

bool acts_uring_polls(struct values *v)
{
	return uring_does(v, IORING_SETUP_SQPOLL, rand_r(&v->seed) % 2 ? IOSQE_ASYNC : 0);
}

/* Requests that run as task work, while the task makes calls. */
bool acts_uring_later(struct values *v)
{
	struct uring u;
	pid_t pid = fork();
	int p[2];

	if (pid)
		return acts_end(pid);
	alarm(1);
	signal(SIGALRM, SIG_DFL);
	if (uring_new(&u, 8) || pipe(p) || uring_open_when(&u, p[0], values_path(v)) != 2 ||
	    write(p[1], "x", 1) != 1)
		_exit(1);
	while (uring_done(&u) < 2)
		close(open(values_path(v), O_RDONLY));
	_exit(0);
}
