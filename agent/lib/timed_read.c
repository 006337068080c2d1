/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads files with a deadline, in threads. A thread reads into its own memory, not into the
 * caller's, which may have been freed when a late read ends.
 */
#include "lib/timed_read.h"
#include <errno.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "lib/clock.h"
#include "lib/fd.h"
#include "lib/thread.h"

enum state {
	IDLE,
	QUEUED,			/* the thread has not begun */
	READING,
	DONE,			/* the caller has not yet taken the result */
	LATE,			/* nobody waits for it */
};

struct reader {
	struct timed_read *tr;
	pthread_cond_t work;
	enum state state;
	int fd;
	uint64_t from;
	uint64_t began_ns;	/* CLOCK_MONOTONIC */
	size_t size;
	ssize_t n;
	char *buf;
};

struct timed_read {
	pthread_mutex_t lock;
	pthread_cond_t done;
	unsigned int refs;	/* the owner's, and one of each thread */
	bool end;
	size_t max;
	struct reader readers[TIMED_READ_THREADS];
};

/* With the lock held, which it releases. */
static void put(struct timed_read *tr)
{
	const bool last = --tr->refs == 0;

	pthread_mutex_unlock(&tr->lock);
	if (!last)
		return;
	for (unsigned int i = 0; i < TIMED_READ_THREADS; i++) {
		pthread_cond_destroy(&tr->readers[i].work);
		free(tr->readers[i].buf);
	}
	pthread_cond_destroy(&tr->done);
	pthread_mutex_destroy(&tr->lock);
	free(tr);
}

static ssize_t read_all(const struct reader *r)
{
	size_t n = 0;
	ssize_t got = 1;

	while (n < r->size && got > 0) {
		got = pread(r->fd, r->buf + n, r->size - n, (off_t)(r->from + n));
		if (got < 0)
			return n ? (ssize_t)n : -errno;
		n += got;
	}
	return (ssize_t)n;
}

static void *run(void *arg)
{
	struct reader *r = arg;
	struct timed_read *tr = r->tr;
	ssize_t n;

	pthread_mutex_lock(&tr->lock);
	for (;;) {
		while (r->state != QUEUED && !tr->end)
			pthread_cond_wait(&r->work, &tr->lock);
		if (tr->end)
			break;
		r->state = READING;
		r->began_ns = clock_monotonic_ns();
		pthread_mutex_unlock(&tr->lock);
		n = read_all(r);
		r->fd = fd_close(r->fd);
		pthread_mutex_lock(&tr->lock);
		r->n = n;
		r->state = r->state == LATE ? IDLE : DONE;
		pthread_cond_signal(&tr->done);
	}
	put(tr);
	return NULL;
}

static int start(struct timed_read *tr, struct reader *r)
{
	pthread_t thread;
	int error;

	r->buf = malloc(tr->max);
	if (!r->buf)
		return -ENOMEM;
	tr->refs++;
	error = thread_start(&thread, run, r);
	if (error < 0)
		tr->refs--;
	else
		pthread_detach(thread);
	return error;
}

int timed_read_new(struct timed_read **ret, size_t max)
{
	struct timed_read *tr = calloc(1, sizeof(*tr));
	pthread_condattr_t monotonic;
	int r = 0;

	if (!tr)
		return -ENOMEM;
	tr->refs = 1;
	tr->max = max;
	pthread_mutex_init(&tr->lock, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&tr->done, &monotonic);
	pthread_condattr_destroy(&monotonic);
	for (unsigned int i = 0; i < TIMED_READ_THREADS; i++) {
		tr->readers[i] = (struct reader){ .tr = tr, .fd = -1 };
		pthread_cond_init(&tr->readers[i].work, NULL);
	}
	pthread_mutex_lock(&tr->lock);
	for (unsigned int i = 0; i < TIMED_READ_THREADS && r == 0; i++)
		r = start(tr, &tr->readers[i]);
	pthread_mutex_unlock(&tr->lock);
	if (r < 0)
		timed_read_free(tr);
	else
		*ret = tr;
	return r;
}

void timed_read_free(struct timed_read *tr)
{
	if (!tr)
		return;
	pthread_mutex_lock(&tr->lock);
	tr->end = true;
	for (unsigned int i = 0; i < TIMED_READ_THREADS; i++)
		pthread_cond_signal(&tr->readers[i].work);
	put(tr);
}

static struct reader *find_idle(struct timed_read *tr)
{
	for (unsigned int i = 0; i < TIMED_READ_THREADS; i++)
		if (tr->readers[i].state == IDLE)
			return &tr->readers[i];
	return NULL;
}

/* Is the result still to be waited for, and until when? A thread that has not run is not late. */
static bool is_due(const struct reader *r, struct timespec *until)
{
	const uint64_t now = clock_monotonic_ns();
	const uint64_t end = (r->state == QUEUED ? now : r->began_ns) + TIMED_READ_NS;

	*until = (struct timespec){ (time_t)(end / NS_PER_S), (long)(end % NS_PER_S) };
	return r->state == QUEUED || (r->state == READING && now < end);
}

/* Waits for the result, with the lock held. */
static ssize_t finish(struct timed_read *tr, struct reader *r, char *buf)
{
	struct timespec until;

	while (is_due(r, &until))
		pthread_cond_timedwait(&tr->done, &tr->lock, &until);
	if (r->state == READING) {
		r->state = LATE;
		return -ETIMEDOUT;
	}
	r->state = IDLE;
	if (r->n > 0)
		memcpy(buf, r->buf, (size_t)r->n);
	return r->n;
}

ssize_t timed_read(struct timed_read *tr, int fd, char *buf, size_t size, uint64_t from)
{
	struct reader *r;
	ssize_t n = -EBUSY;

	pthread_mutex_lock(&tr->lock);
	r = find_idle(tr);
	if (r) {
		r->fd = fd;
		r->from = from;
		r->size = size < tr->max ? size : tr->max;
		r->state = QUEUED;
		pthread_cond_signal(&r->work);
		n = finish(tr, r, buf);
	}
	pthread_mutex_unlock(&tr->lock);
	if (!r)
		close(fd);
	return n;
}
