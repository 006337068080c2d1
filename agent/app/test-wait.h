/* SPDX-License-Identifier: Apache-2.0 */
/* A loop on a source that returns what a test sets, for the tests of wait.c. */
#ifndef APP_TEST_WAIT_H
#define APP_TEST_WAIT_H

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>
#include "app/wait.h"
#include "lib/clock.h"

#define MS	1000000ull

/* What the loop set a timer to, last. */
static struct {
	int fd, flags;
	struct itimerspec at;
	unsigned int calls;
	bool fails;
} timer_set;

/* A descriptor that cannot be read, and why. */
static struct {
	int fd, error;
} unreadable = { .fd = -1 };

/* In place of libc's: remembers what is set. */
int timerfd_settime(int fd, int flags, const struct itimerspec *at, struct itimerspec *before)
{
	timer_set.fd = fd;
	timer_set.flags = flags;
	timer_set.at = *at;
	timer_set.calls++;
	if (timer_set.fails) {
		errno = EINVAL;
		return -1;
	}
	return (int)syscall(SYS_timerfd_settime, fd, flags, at, before);
}

ssize_t read(int fd, void *buf, size_t n)
{
	if (fd >= 0 && fd == unreadable.fd) {
		errno = unreadable.error;
		return -1;
	}
	return syscall(SYS_read, fd, buf, n);
}

/* A source, and the calls that it got: R(est), A(wake), S(leep), X (stop), Q(uiet), H(angup). */
struct fixture {
	struct source source;
	struct loop loop;
	char calls[32];
	int sleep, stop, quiet, hangup;	/* what these return */
};

static void call(struct fixture *f, char what)
{
	const size_t n = strlen(f->calls);

	assert_true(n + 1 < sizeof(f->calls));
	f->calls[n] = what;
}

static void expect_calls(struct fixture *f, const char *calls)
{
	assert_string_equal(f->calls, calls);
	memset(f->calls, 0, sizeof(f->calls));
}

static int on_sleep(struct source *source)
{
	struct fixture *f = (struct fixture *)source;

	call(f, 'S');
	return f->sleep;
}

static int on_stop(struct source *source)
{
	struct fixture *f = (struct fixture *)source;

	call(f, 'X');
	return f->stop;
}

static void on_rest(struct source *source)
{
	call((struct fixture *)source, 'R');
}

static void on_awake(struct source *source)
{
	call((struct fixture *)source, 'A');
}

static int on_quiet(void *ctx)
{
	struct fixture *f = ctx;

	call(f, 'Q');
	return f->quiet;
}

static int on_hangup(void *ctx)
{
	struct fixture *f = ctx;

	call(f, 'H');
	return f->hangup;
}

static int nothing_next(struct source *source, struct record *ret)
{
	(void)source;
	(void)ret;
	return SOURCE_IDLE;
}

static const struct source_ops ops = {
	.next = nothing_next, .sleep = on_sleep, .rest = on_rest, .awake = on_awake,
	.stop = on_stop,
};

static void prepare(struct fixture *f, bool live)
{
	const struct loop init = LOOP_INIT;

	*f = (struct fixture){ .source = { .ops = &ops, .name = "fake", .live = live, .pollfd = -1 } };
	f->loop = init;
	f->loop.source = &f->source;
	f->loop.ctx = f;
	memset(&timer_set, 0, sizeof(timer_set));
}

/* Reads what the loop posted. Return: the number of records. */
static unsigned int drain(struct fixture *f)
{
	struct record rec;
	unsigned int n = 0;

	for (; f->source.first; n++) {
		assert_int_equal(source_next(&f->source, &rec), 0);
		source_release(&f->source, &rec);
	}
	return n;
}

static inline void start(struct fixture *f, bool live)
{
	prepare(f, live);
	f->loop.on_quiet = on_quiet;
	f->loop.on_hangup = on_hangup;
	assert_int_equal(loop_init(&f->loop), 0);
	drain(f);
}

/* Takes a signal that is pending off the process, which has it blocked. */
static void forget_signals(void)
{
	static const int numbers[] = { SIGINT, SIGTERM, SIGHUP };
	const struct timespec none = { 0 };
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		sigaddset(&set, numbers[i]);
	while (sigtimedwait(&set, NULL, &none) > 0)
		;
}

static void end(struct fixture *f)
{
	drain(f);
	loop_uninit(&f->loop);
	forget_signals();
}

#endif /* APP_TEST_WAIT_H */
