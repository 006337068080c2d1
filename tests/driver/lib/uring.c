// SPDX-License-Identifier: Apache-2.0
/* See uring.h. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "uring.h"

static unsigned char *map(int fd, size_t size, off_t what)
{
	return mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, what);
}

int uring_new(struct uring *u, unsigned int entries)
{
	return uring_new_with(u, entries, 0);
}

int uring_new_with(struct uring *u, unsigned int entries, unsigned int flags)
{
	struct io_uring_params p = { .flags = flags, .sq_thread_idle = 1000 };
	unsigned char *sq, *cq;

	u->fd = syscall(SYS_io_uring_setup, entries, &p);
	if (u->fd < 0)
		return -errno;
	sq = map(u->fd, p.sq_off.array + p.sq_entries * sizeof(unsigned int), IORING_OFF_SQ_RING);
	cq = map(u->fd, p.cq_off.cqes + p.cq_entries * sizeof(*u->cqe), IORING_OFF_CQ_RING);
	u->sqe = (void *)map(u->fd, p.sq_entries * sizeof(*u->sqe), IORING_OFF_SQES);
	if (sq == MAP_FAILED || cq == MAP_FAILED || (void *)u->sqe == MAP_FAILED)
		return -errno;
	u->flags = flags;
	u->next = 0;
	u->sq_flags = (void *)(sq + p.sq_off.flags);
	u->sq_tail = (void *)(sq + p.sq_off.tail);
	u->sq_mask = (void *)(sq + p.sq_off.ring_mask);
	u->sq_array = (void *)(sq + p.sq_off.array);
	u->cq_head = (void *)(cq + p.cq_off.head);
	u->cq_tail = (void *)(cq + p.cq_off.tail);
	u->cq_mask = (void *)(cq + p.cq_off.ring_mask);
	u->cqe = (void *)(cq + p.cq_off.cqes);
	return 0;
}

struct io_uring_sqe *uring_request(struct uring *u)
{
	unsigned int i = u->next++ & *u->sq_mask;

	memset(&u->sqe[i], 0, sizeof(u->sqe[i]));
	u->sq_array[i] = i;
	return &u->sqe[i];
}

/* A polling thread takes a request as soon as it sees the tail; one that sleeps is woken. */
int uring_submit(struct uring *u, unsigned int n, unsigned int wait)
{
	unsigned int flags = wait ? IORING_ENTER_GETEVENTS : 0;
	int r;

	__atomic_store_n(u->sq_tail, u->next, __ATOMIC_SEQ_CST);
	if (u->flags & IORING_SETUP_SQPOLL && *u->sq_flags & IORING_SQ_NEED_WAKEUP)
		flags |= IORING_ENTER_SQ_WAKEUP;
	r = syscall(SYS_io_uring_enter, u->fd, n, wait, flags, NULL, 0);

	return r < 0 ? -errno : r;
}

unsigned int uring_done(const struct uring *u)
{
	return __atomic_load_n(u->cq_tail, __ATOMIC_ACQUIRE) - *u->cq_head;
}

int uring_result(struct uring *u, unsigned long long *user_data)
{
	unsigned int head = *u->cq_head;
	const struct io_uring_cqe *cqe = &u->cqe[head & *u->cq_mask];
	int res = cqe->res;

	*user_data = cqe->user_data;
	__atomic_store_n(u->cq_head, head + 1, __ATOMIC_RELEASE);
	return res;
}

int uring_open_when(struct uring *u, int fd, const char *path)
{
	struct io_uring_sqe *s = uring_request(u);

	s->opcode = IORING_OP_POLL_ADD;
	s->fd = fd;
	s->poll32_events = POLLIN;
	s->flags = IOSQE_IO_LINK;
	s = uring_request(u);
	s->opcode = IORING_OP_OPENAT;
	s->fd = AT_FDCWD;
	s->addr = (unsigned long)path;
	s->open_flags = O_RDONLY;
	s->user_data = 1;
	return uring_submit(u, 2, 0);
}
