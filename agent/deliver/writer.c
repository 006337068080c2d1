/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Implements writer.h with two buffers: one collects lines under the lock, the other is
 * written without the lock; the thread swaps them before each write. If the thread is
 * blocked in a write when the writer is freed, it keeps the memory: the last of the two
 * users frees it.
 */
#include "deliver/writer.h"
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>
#include "lib/thread.h"

#define SLICE_MS	50	/* between two calls of give_up() */

struct batch {
	char *p;
	size_t n, at;			/* bytes in @p, and bytes already written */
};

struct writer {
	struct writer_config config;
	pthread_mutex_t lock;
	pthread_cond_t work;		/* wakes the thread: go or stopped was set */
	pthread_cond_t moved;		/* wakes the callers: buffers were swapped, or a write ended */
	struct batch gather;		/* under the lock */
	struct batch out;		/* its bytes belong to the thread while busy */
	bool go, busy, stopped;
	unsigned int users;		/* the thread and the owner; the last one frees */
	int error;			/* of a write, until writer_go() returns it */
	struct writer_stats stats;
};

static uint64_t lines_in(const char *p, size_t n)
{
	uint64_t lines = 0;

	for (size_t i = 0; i < n; i++)
		lines += p[i] == '\n';
	return lines;
}

/* Return: bytes, 0 to try again, or -errno. */
static ssize_t write_some(int fd, const char *p, size_t n)
{
	struct pollfd ready = { .fd = fd, .events = POLLOUT };
	ssize_t w = write(fd, p, n);

	if (w >= 0)
		return w;
	if (errno == EAGAIN || errno == EWOULDBLOCK)	/* the descriptor was non-blocking when it was passed in */
		return poll(&ready, 1, -1) < 0 && errno != EINTR ? -errno : 0;
	return errno == EINTR ? 0 : -errno;
}

/* Called with the lock held; unlocks during the write. Return: 0 or -errno. */
static int write_batch(struct writer *w)
{
	struct batch *b = &w->out;
	ssize_t n = 0;

	while (n >= 0 && b->at < b->n && !w->stopped) {
		const char *p = b->p + b->at;
		size_t left = b->n - b->at;

		pthread_mutex_unlock(&w->lock);
		n = write_some(w->config.fd, p, left);
		pthread_mutex_lock(&w->lock);
		if (n > 0 && !w->stopped)
			b->at += (size_t)n;
	}
	return n < 0 ? (int)n : 0;
}

/* Counts the lines of a batch as written or lost, and empties it. */
static void batch_account(struct writer *w, struct batch *b)
{
	uint64_t written = lines_in(b->p, b->at);

	w->stats.written += written;
	w->stats.lost += lines_in(b->p, b->n) - written;
	b->n = b->at = 0;
}

static void batch_failed(struct writer *w, int error)
{
	w->error = error;
	if (!w->stats.error)
		w->stats.error = error;
	if (w->config.wake >= 0)
		eventfd_write(w->config.wake, 1);
}

static void write_what_gathered(struct writer *w)
{
	struct batch tmp = w->gather;
	int r;

	w->gather = w->out;
	w->out = tmp;
	w->go = false;
	w->busy = true;
	pthread_cond_broadcast(&w->moved);
	r = write_batch(w);
	if (w->stopped)
		return;			/* writer_stop() counted its lines */
	batch_account(w, &w->out);
	w->busy = false;
	if (r < 0)
		batch_failed(w, r);
	pthread_cond_broadcast(&w->moved);
}

/* Called with the lock held; releases it. */
static void leave(struct writer *w)
{
	bool last = --w->users == 0;

	pthread_mutex_unlock(&w->lock);
	if (!last)
		return;
	pthread_cond_destroy(&w->moved);
	pthread_cond_destroy(&w->work);
	pthread_mutex_destroy(&w->lock);
	free(w->gather.p);
	free(w->out.p);
	free(w);
}

static void *writer_main(void *arg)
{
	struct writer *w = arg;

	pthread_mutex_lock(&w->lock);
	while (!w->stopped) {
		if (w->go)
			write_what_gathered(w);
		else
			pthread_cond_wait(&w->work, &w->lock);
	}
	leave(w);
	return NULL;
}

static int start(struct writer *w)
{
	pthread_t thread;
	int r = thread_start(&thread, writer_main, w);

	return r < 0 ? r : -pthread_detach(thread);
}

int writer_new(struct writer **ret, const struct writer_config *config)
{
	struct writer *w = calloc(1, sizeof(*w));
	pthread_condattr_t monotonic;
	int r = -ENOMEM;

	if (!w)
		return -ENOMEM;
	w->config = *config;
	w->gather.p = malloc(config->room);
	w->out.p = malloc(config->room);
	pthread_mutex_init(&w->lock, NULL);
	pthread_cond_init(&w->work, NULL);
	pthread_condattr_init(&monotonic);
	pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
	pthread_cond_init(&w->moved, &monotonic);
	pthread_condattr_destroy(&monotonic);
	w->users = 2;
	if (w->gather.p && w->out.p)
		r = start(w);
	if (r < 0) {
		w->users = 1;
		writer_free(w);
		return r;
	}
	*ret = w;
	return 0;
}

void writer_free(struct writer *w)
{
	if (!w)
		return;
	writer_stop(w);
	pthread_mutex_lock(&w->lock);
	leave(w);
}

/* Starts a write. Called with the lock held. */
static void start_write(struct writer *w)
{
	if (!w->gather.n || w->go)
		return;
	w->go = true;
	pthread_cond_signal(&w->work);
}

static struct timespec after_ms(unsigned int ms)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	t.tv_sec += ms / 1000;
	t.tv_nsec += (long)(ms % 1000) * 1000000;
	if (t.tv_nsec >= 1000000000) {
		t.tv_sec++;
		t.tv_nsec -= 1000000000;
	}
	return t;
}

/* Called with the lock held. Return: false if give_up() ended the wait. */
static bool wait_slice(struct writer *w)
{
	const struct timespec until = after_ms(SLICE_MS);

	if (w->config.give_up && w->config.give_up(w->config.ctx))
		return false;
	pthread_cond_timedwait(&w->moved, &w->lock, &until);
	return true;
}

/* Called with the lock held. Return: 0, or as writer_put(). */
static int make_room(struct writer *w, size_t n)
{
	while (w->config.room - w->gather.n < n && !w->stopped) {
		start_write(w);
		if (!w->config.wait)
			return -EAGAIN;
		if (!wait_slice(w))
			return -ECANCELED;
	}
	return w->stopped ? -EAGAIN : 0;
}

int writer_put(struct writer *w, struct str line)
{
	int r;

	if (line.n > w->config.room)
		return -EMSGSIZE;
	pthread_mutex_lock(&w->lock);
	r = make_room(w, line.n);
	if (r == 0) {
		memcpy(w->gather.p + w->gather.n, line.p, line.n);
		w->gather.n += line.n;
	}
	pthread_mutex_unlock(&w->lock);
	return r;
}

bool writer_recovered(struct writer *w)
{
	bool recovered;

	pthread_mutex_lock(&w->lock);
	start_write(w);
	recovered = w->config.room - w->gather.n >= w->config.room / 8;
	pthread_mutex_unlock(&w->lock);
	return recovered;
}

int writer_go(struct writer *w)
{
	int r;

	pthread_mutex_lock(&w->lock);
	start_write(w);
	r = w->error;
	w->error = 0;
	pthread_mutex_unlock(&w->lock);
	return r;
}

int writer_drain(struct writer *w, unsigned int timeout_ms)
{
	const struct timespec until = after_ms(timeout_ms);
	int r = 0;

	pthread_mutex_lock(&w->lock);
	while (r == 0 && !w->stopped && (w->gather.n || w->busy)) {
		start_write(w);
		if (w->config.wait)
			r = wait_slice(w) ? 0 : ETIMEDOUT;
		else
			r = pthread_cond_timedwait(&w->moved, &w->lock, &until);
	}
	r = w->error ? w->error : -r;
	w->error = 0;
	pthread_mutex_unlock(&w->lock);
	return r;
}

void writer_stop(struct writer *w)
{
	pthread_mutex_lock(&w->lock);
	w->stopped = true;
	pthread_cond_signal(&w->work);
	w->stats.written += lines_in(w->out.p, w->out.at);
	w->stats.lost += lines_in(w->out.p + w->out.at, w->out.n - w->out.at);
	w->stats.lost += lines_in(w->gather.p, w->gather.n);
	w->out.n = w->out.at = w->gather.n = 0;
	pthread_mutex_unlock(&w->lock);
}

void writer_stats(struct writer *w, struct writer_stats *ret)
{
	pthread_mutex_lock(&w->lock);
	*ret = w->stats;
	pthread_mutex_unlock(&w->lock);
}
