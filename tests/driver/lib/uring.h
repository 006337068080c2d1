/* SPDX-License-Identifier: Apache-2.0 */
/*
 * io_uring without a library: a ring of requests and their results. The tests need
 * requests in an order that no library makes.
 */
#ifndef URING_H
#define URING_H

#include <linux/io_uring.h>

struct uring {
	int fd;
	unsigned int flags; /* of the setup */
	unsigned int next;  /* place of the next request */
	volatile unsigned int *sq_flags;
	unsigned int *sq_tail, *sq_mask, *sq_array;
	unsigned int *cq_head, *cq_tail, *cq_mask;
	struct io_uring_sqe *sqe;
	struct io_uring_cqe *cqe;
};

int uring_new(struct uring *u, unsigned int entries);	/* 0 or -errno */
int uring_new_with(struct uring *u, unsigned int entries, unsigned int flags);	/* IORING_SETUP_* */
struct io_uring_sqe *uring_request(struct uring *u);	/* the next, zeroed; submit it */
int uring_submit(struct uring *u, unsigned int n, unsigned int wait);	/* how many were taken, or -errno */
unsigned int uring_done(const struct uring *u);		/* how many results wait */
int uring_result(struct uring *u, unsigned long long *user_data);	/* takes one; only if one waits */

/* An open that runs as soon as @fd can be read, wherever its task is then: two requests, submitted. */
int uring_open_when(struct uring *u, int fd, const char *path);

#endif
