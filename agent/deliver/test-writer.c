/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that the writer writes every line it takes once and in order, counts each as written or
 * lost, waits only as long as it is allowed to, and passes on the errors of its descriptor.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>
#include "deliver/writer.h"
#include "lib/thread.h"

#define END_MS		10000	/* far more than any machine needs */
#define PIPE_BYTES	4096

static bool threads_fail;
static pthread_t last_thread;

/* In place of the one in lib/: starts a thread, or fails. Signals stay as they are. */
int thread_start(pthread_t *ret, void *(*fn)(void *arg), void *arg)
{
	int r = threads_fail ? EAGAIN : pthread_create(ret, NULL, fn, arg);

	if (r == 0)
		last_thread = *ret;
	return -r;
}

static uint64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static unsigned int count_threads(void)
{
	unsigned int n = 0;
	DIR *dir = opendir("/proc/self/task");

	assert_non_null(dir);
	for (const struct dirent *entry; (entry = readdir(dir));)
		n += entry->d_name[0] != '.';
	closedir(dir);
	return n;
}

static void *end_at_once(void *arg)
{
	return arg;
}

/* ThreadSanitizer starts a thread of its own with the first one, which is no writer's. */
static int start_the_sanitizer(void **state)
{
	pthread_t t;

	(void)state;
	return pthread_create(&t, NULL, end_at_once, NULL) || pthread_join(t, NULL);
}

/* A pipe of one page, and a writer on it. */
struct fixture {
	struct writer *writer;
	struct writer_config config;
	int from;
	unsigned int threads;		/* before it was opened */
};

static void open_writer(struct fixture *f, size_t room, bool wait, int flags)
{
	int p[2];

	assert_int_equal(pipe2(p, flags | O_CLOEXEC), 0);
	assert_int_equal(fcntl(p[1], F_SETPIPE_SZ, PIPE_BYTES), PIPE_BYTES);
	f->from = p[0];
	f->config.fd = p[1];
	f->config.room = room;
	f->config.wait = wait;
	f->config.wake = -1;
	f->threads = count_threads();
	assert_int_equal(writer_new(&f->writer, &f->config), 0);
}

/*
 * Without a reader each write ends, and the thread with it. The descriptor of writing stays open:
 * the thread is detached, so nothing orders its last write before a close.
 */
static void close_writer(struct fixture *f)
{
	const uint64_t end = clock_ns(CLOCK_MONOTONIC) + END_MS * 1000000ull;

	close(f->from);
	writer_drain(f->writer, END_MS);
	writer_free(f->writer);
	while (count_threads() > f->threads && clock_ns(CLOCK_MONOTONIC) < end)
		poll(NULL, 0, 1);
	assert_int_equal(count_threads(), f->threads);
}

/* Fills the pipe but for @room bytes with lines of one byte. */
static void fill(struct fixture *f, size_t room)
{
	char feeds[PIPE_BYTES];
	const ssize_t n = (ssize_t)(sizeof(feeds) - room);

	memset(feeds, '\n', sizeof(feeds));
	assert_int_equal(write(f->config.fd, feeds, (size_t)n), n);
}

static void read_all(int fd, char *buf, size_t n)
{
	for (size_t at = 0; at < n;) {
		ssize_t r = read(fd, buf + at, n - at);

		assert_true(r > 0);
		at += (size_t)r;
	}
}

static void expect_stats(struct writer *writer, uint64_t written, uint64_t lost, int error)
{
	struct writer_stats stats;

	writer_stats(writer, &stats);
	assert_int_equal(stats.written, written);
	assert_int_equal(stats.lost, lost);
	assert_int_equal(stats.error, error);
}

/* Until the thread has taken what was collected, so that a line of @room bytes finds room. */
static void put_when_taken(struct fixture *f, struct str line)
{
	const uint64_t end = clock_ns(CLOCK_MONOTONIC) + END_MS * 1000000ull;
	int r;

	while ((r = writer_put(f->writer, line)) == -EAGAIN && clock_ns(CLOCK_MONOTONIC) < end)
		poll(NULL, 0, 1);
	assert_int_equal(r, 0);
}

static void test_collected_lines_are_written_by_the_next_go(void **state)
{
	struct fixture f = { 0 };
	char buf[64];

	(void)state;
	open_writer(&f, 64, false, O_DIRECT);	/* a packet pipe: one read is one write */
	for (unsigned int round = 1; round <= 3; round++) {
		assert_int_equal(writer_put(f.writer, STR("one\n")), 0);
		assert_int_equal(writer_put(f.writer, STR("two\n")), 0);
		assert_int_equal(poll(&(struct pollfd){ f.from, POLLIN, 0 }, 1, 20), 0);
		assert_int_equal(writer_go(f.writer), 0);
		assert_int_equal(read(f.from, buf, sizeof(buf)), 8);
		assert_memory_equal(buf, "one\ntwo\n", 8);
		assert_int_equal(writer_drain(f.writer, END_MS), 0);
		expect_stats(f.writer, 2 * round, 0, 0);
	}
	close_writer(&f);
}

static void test_drain_writes_and_recovered_starts_a_write(void **state)
{
	struct fixture f = { 0 };
	char buf[8];

	(void)state;
	open_writer(&f, 64, false, 0);
	assert_int_equal(writer_put(f.writer, STR("one\n")), 0);
	assert_int_equal(writer_drain(f.writer, END_MS), 0);
	expect_stats(f.writer, 1, 0, 0);
	assert_int_equal(writer_put(f.writer, STR("two\n")), 0);
	assert_true(writer_recovered(f.writer));
	read_all(f.from, buf, 8);
	assert_memory_equal(buf, "one\ntwo\n", 8);
	assert_int_equal(writer_drain(f.writer, END_MS), 0);
	assert_int_equal(writer_drain(f.writer, 0), 0);	/* nothing is left: no wait */
	close_writer(&f);
}

static void test_a_line_may_fill_the_room_but_not_exceed_it(void **state)
{
	struct fixture f = { 0 };
	char buf[16];

	(void)state;
	open_writer(&f, 8, false, 0);
	assert_int_equal(writer_put(f.writer, STR("12345678\n")), -EMSGSIZE);
	fill(&f, 0);
	assert_int_equal(writer_put(f.writer, STR("1234567\n")), 0);
	/* Without room a write starts; the pipe is full, so the second line stays collected. */
	assert_int_equal(writer_put(f.writer, STR("a")), -EAGAIN);
	put_when_taken(&f, STR("abcd\n"));
	assert_int_equal(writer_put(f.writer, STR("ef\n")), 0);
	assert_int_equal(writer_put(f.writer, STR("g")), -EAGAIN);
	for (unsigned int i = 0; i < PIPE_BYTES; i++)
		read_all(f.from, buf, 1);
	assert_int_equal(writer_drain(f.writer, END_MS), 0);
	read_all(f.from, buf, 16);
	assert_memory_equal(buf, "1234567\nabcd\nef\n", 16);
	expect_stats(f.writer, 3, 0, 0);
	close_writer(&f);
}

/* With 72 bytes an eighth are 9; a ninth are 8, a seventh 10. */
static void test_it_has_recovered_with_an_eighth_of_the_room(void **state)
{
	static const struct {
		size_t used;
		bool recovered;
	} cases[] = { { 62, true }, { 63, true }, { 64, false } };
	static const char text[72] = "";

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture f = { 0 };

		open_writer(&f, 72, false, 0);
		fill(&f, 0);
		assert_int_equal(writer_put(f.writer, (struct str){ text, 72 }), 0);
		assert_false(writer_recovered(f.writer));
		put_when_taken(&f, (struct str){ text, cases[i].used });
		assert_int_equal(writer_recovered(f.writer), cases[i].recovered);
		close_writer(&f);
	}
}

static bool gives_up(void *ctx)
{
	unsigned int *calls = ctx;

	return ++*calls >= 3;
}

static void test_a_writer_that_waits_does_so_until_give_up(void **state)
{
	unsigned int calls = 0;
	struct fixture f = { .config.give_up = gives_up, .config.ctx = &calls };
	uint64_t began;

	(void)state;
	open_writer(&f, 8, true, 0);
	fill(&f, 0);
	assert_int_equal(writer_put(f.writer, STR("1234567\n")), 0);
	assert_int_equal(writer_put(f.writer, STR("abcdefg\n")), 0);	/* once the first was taken */
	calls = 0;
	began = clock_ns(CLOCK_MONOTONIC);
	assert_int_equal(writer_put(f.writer, STR("x\n")), -ECANCELED);
	assert_int_equal(calls, 3);
	assert_in_range(clock_ns(CLOCK_MONOTONIC) - began, 90000000, END_MS * 1000000ull);
	calls = 0;
	assert_int_equal(writer_drain(f.writer, 0), -ETIMEDOUT);
	assert_int_equal(calls, 3);
	expect_stats(f.writer, 0, 0, 0);
	writer_stop(f.writer);
	expect_stats(f.writer, 0, 2, 0);
	assert_int_equal(writer_put(f.writer, STR("y\n")), -EAGAIN);
	assert_int_equal(writer_drain(f.writer, END_MS), 0);
	close_writer(&f);
}

static void *read_later(void *arg)
{
	char buf[PIPE_BYTES];

	poll(NULL, 0, 20);
	read_all(*(int *)arg, buf, sizeof(buf));
	return NULL;
}

static void test_a_writer_that_waits_goes_on_when_there_is_room(void **state)
{
	struct fixture f = { 0 };
	pthread_t reader;
	char buf[24];

	(void)state;
	open_writer(&f, 8, true, 0);
	fill(&f, 0);
	assert_int_equal(pthread_create(&reader, NULL, read_later, &f.from), 0);
	assert_int_equal(writer_put(f.writer, STR("1234567\n")), 0);
	assert_int_equal(writer_put(f.writer, STR("abcdefg\n")), 0);
	assert_int_equal(writer_put(f.writer, STR("ABCDEFG\n")), 0);
	assert_int_equal(writer_drain(f.writer, 0), 0);		/* give_up() would end it */
	assert_int_equal(pthread_join(reader, NULL), 0);
	read_all(f.from, buf, sizeof(buf));
	assert_memory_equal(buf, "1234567\nabcdefg\nABCDEFG\n", sizeof(buf));
	expect_stats(f.writer, 3, 0, 0);
	close_writer(&f);
}

/*
 * There is room once the thread has taken the first line, also if it cannot write it. The shortest
 * of many, as a busy machine makes some longer; a slice has 50 ms.
 */
static void test_a_writer_that_waits_does_not_wait_longer_than_needed(void **state)
{
	uint64_t shortest = UINT64_MAX;

	(void)state;
	for (unsigned int n = 0; n < 100 && shortest > 25000000; n++) {
		struct fixture f = { 0 };
		uint64_t began;

		open_writer(&f, 8, true, 0);
		fill(&f, 0);
		assert_int_equal(writer_put(f.writer, STR("1234567\n")), 0);
		began = clock_ns(CLOCK_MONOTONIC);
		assert_int_equal(writer_put(f.writer, STR("abcdefg\n")), 0);
		if (clock_ns(CLOCK_MONOTONIC) - began < shortest)
			shortest = clock_ns(CLOCK_MONOTONIC) - began;
		close_writer(&f);
	}
	assert_true(shortest <= 25000000);
}

/* Four times 260 ms pass the end of a second, wherever they begin. */
static void test_drain_ends_after_its_time(void **state)
{
	static const unsigned int times_ms[] = { 260, 260, 260, 260, 1001 };
	struct fixture f = { 0 };

	(void)state;
	open_writer(&f, 8, false, 0);
	fill(&f, 0);
	assert_int_equal(writer_put(f.writer, STR("1234567\n")), 0);
	for (size_t i = 0; i < sizeof(times_ms) / sizeof(times_ms[0]); i++) {
		const uint64_t began = clock_ns(CLOCK_MONOTONIC);

		assert_int_equal(writer_drain(f.writer, times_ms[i]), -ETIMEDOUT);
		assert_in_range(clock_ns(CLOCK_MONOTONIC) - began, times_ms[i] * 1000000ull,
				END_MS * 1000000ull);
	}
	close_writer(&f);
}

/* Lines of which the pipe takes one and a part of the next; a third waits behind them. */
static void put_more_than_fits(struct fixture *f)
{
	char line[PIPE_BYTES / 4 * 3];
	int n = 0;

	open_writer(f, 2 * sizeof(line), false, O_NONBLOCK);
	for (char c = 'a'; c <= 'b'; c++) {
		memset(line, c, sizeof(line));
		line[sizeof(line) - 1] = '\n';
		assert_int_equal(writer_put(f->writer, (struct str){ line, sizeof(line) }), 0);
	}
	assert_int_equal(writer_go(f->writer), 0);
	while (n < PIPE_BYTES)
		assert_int_equal(ioctl(f->from, FIONREAD, &n), 0);
	assert_int_equal(writer_put(f->writer, STR("third\n")), 0);
	assert_int_equal(writer_drain(f->writer, 200), -ETIMEDOUT);
	expect_stats(f->writer, 0, 0, 0);
}

static void test_stop_counts_a_line_that_was_cut_as_lost(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	put_more_than_fits(&f);
	writer_stop(f.writer);
	expect_stats(f.writer, 1, 2, 0);
	close_writer(&f);
}

static void test_stop_counts_no_line_twice(void **state)
{
	struct fixture f = { 0 };

	(void)state;
	open_writer(&f, 64, false, 0);
	fill(&f, 0);
	assert_int_equal(writer_put(f.writer, STR("\n")), 0);
	for (unsigned int i = 0; i < 2; i++) {
		writer_stop(f.writer);
		expect_stats(f.writer, 0, 1, 0);
	}
	close_writer(&f);
}

static void test_a_line_that_was_cut_is_continued_where_it_was_cut(void **state)
{
	char buf[PIPE_BYTES / 4 * 6 + 6];
	struct fixture f = { 0 };

	(void)state;
	put_more_than_fits(&f);
	fcntl(f.from, F_SETFL, 0);
	read_all(f.from, buf, sizeof(buf));
	assert_int_equal(writer_drain(f.writer, END_MS), 0);
	expect_stats(f.writer, 3, 0, 0);
	assert_int_equal(buf[PIPE_BYTES / 4 * 3 - 1], '\n');
	for (size_t i = 0; i < sizeof(buf) - 7; i++)
		assert_true(buf[i] == (i < PIPE_BYTES / 4 * 3 ? 'a' : 'b') || buf[i] == '\n');
	assert_memory_equal(buf + sizeof(buf) - 8, "b\nthird\n", 8);
	assert_int_equal(poll(&(struct pollfd){ f.from, POLLIN, 0 }, 1, 0), 0);
	close_writer(&f);
}

static void test_it_has_one_thread_that_is_detached(void **state)
{
	struct fixture f = { 0 };
	pthread_attr_t attr;
	int detached;

	(void)state;
	open_writer(&f, 64, false, 0);
	assert_int_equal(count_threads(), f.threads + 1);
	assert_int_equal(pthread_getattr_np(last_thread, &attr), 0);
	pthread_attr_getdetachstate(&attr, &detached);
	assert_int_equal(detached, PTHREAD_CREATE_DETACHED);
	pthread_attr_destroy(&attr);
	close_writer(&f);
}

static void on_signal(int number)
{
	(void)number;
}

/* While the descriptor is full the thread sleeps; a signal does not end the write. */
static void test_a_write_that_blocks_sleeps_and_survives_signals(void **state)
{
	static const int flags[] = { 0, O_NONBLOCK };
	const struct sigaction act = { .sa_handler = on_signal };
	sigset_t usr1;
	char buf[8];

	(void)state;
	sigaction(SIGUSR1, &act, NULL);
	sigemptyset(&usr1);
	sigaddset(&usr1, SIGUSR1);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		struct fixture f = { 0 };
		uint64_t used;

		open_writer(&f, 64, false, flags[i]);
		pthread_sigmask(SIG_BLOCK, &usr1, NULL);	/* so that the thread gets it */
		fill(&f, 0);
		assert_int_equal(writer_put(f.writer, STR("1234567\n")), 0);
		assert_int_equal(writer_go(f.writer), 0);
		used = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
		for (unsigned int n = 0; n < 10; n++) {
			poll(NULL, 0, 20);
			kill(getpid(), SIGUSR1);
		}
		assert_true(clock_ns(CLOCK_PROCESS_CPUTIME_ID) - used < 50000000);
		assert_int_equal(writer_drain(f.writer, 1), -ETIMEDOUT);
		expect_stats(f.writer, 0, 0, 0);
		for (unsigned int n = 0; n < PIPE_BYTES; n++)
			read_all(f.from, buf, 1);
		assert_int_equal(writer_drain(f.writer, END_MS), 0);
		fcntl(f.from, F_SETFL, 0);
		read_all(f.from, buf, 8);
		assert_memory_equal(buf, "1234567\n", 8);
		expect_stats(f.writer, 1, 0, 0);
		close_writer(&f);
		pthread_sigmask(SIG_UNBLOCK, &usr1, NULL);
	}
}

/* Each error is returned once, and the first is kept; the lines of each failed write are lost. */
static void test_an_error_is_returned_once_and_wakes(void **state)
{
	struct fixture f = { 0 };
	struct pollfd woken = { .events = POLLIN };
	eventfd_t n;

	(void)state;
	open_writer(&f, 64, false, 0);
	writer_free(f.writer);
	f.config.wake = woken.fd = eventfd(0, EFD_CLOEXEC);
	assert_int_equal(writer_new(&f.writer, &f.config), 0);
	close(f.from);
	f.from = open("/dev/full", O_WRONLY | O_CLOEXEC);
	for (unsigned int round = 1; round <= 2; round++) {
		assert_int_equal(writer_put(f.writer, STR("a\nb\n")), 0);
		assert_int_equal(writer_go(f.writer), 0);
		assert_int_equal(poll(&woken, 1, END_MS), 1);
		assert_int_equal(eventfd_read(woken.fd, &n), 0);
		assert_int_equal(n, 1);
		assert_int_equal(writer_go(f.writer), round == 1 ? -EPIPE : -ENOSPC);
		assert_int_equal(writer_go(f.writer), 0);
		expect_stats(f.writer, 0, 2 * round, -EPIPE);
		assert_int_equal(dup2(f.from, f.config.fd), f.config.fd);
	}
	assert_int_equal(writer_put(f.writer, STR("c\n")), 0);
	assert_int_equal(writer_drain(f.writer, END_MS), -ENOSPC);
	assert_int_equal(writer_drain(f.writer, END_MS), 0);
	expect_stats(f.writer, 0, 5, -EPIPE);
	close_writer(&f);
	close(woken.fd);
}

/* Standard input may be a pipe to write to; 0 is a descriptor, and -1 is none. */
static void test_the_descriptor_that_wakes_may_be_0(void **state)
{
	struct fixture f = { 0 };
	const int in = dup(STDIN_FILENO), events = eventfd(0, EFD_CLOEXEC);
	struct pollfd woken = { .events = POLLIN };

	(void)state;
	assert_true(in > 0 && events > 0);
	assert_int_equal(dup2(events, STDIN_FILENO), STDIN_FILENO);
	open_writer(&f, 64, false, 0);
	writer_free(f.writer);
	f.config.wake = STDIN_FILENO;
	dup2(open("/dev/full", O_WRONLY | O_CLOEXEC), f.config.fd);
	assert_int_equal(writer_new(&f.writer, &f.config), 0);
	assert_int_equal(writer_put(f.writer, STR("a\n")), 0);
	assert_int_equal(writer_go(f.writer), 0);
	assert_int_equal(poll(&woken, 1, END_MS), 1);
	close_writer(&f);
	dup2(in, STDIN_FILENO);
	close(in);
	close(events);
}

static void test_without_a_thread_there_is_no_writer(void **state)
{
	const struct writer_config config = { .fd = STDOUT_FILENO, .room = 64, .wake = -1 };
	struct writer *writer = NULL;

	(void)state;
	threads_fail = true;
	assert_int_equal(writer_new(&writer, &config), -EAGAIN);
	threads_fail = false;
	assert_null(writer);
	writer_free(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_collected_lines_are_written_by_the_next_go),
		cmocka_unit_test(test_drain_writes_and_recovered_starts_a_write),
		cmocka_unit_test(test_a_line_may_fill_the_room_but_not_exceed_it),
		cmocka_unit_test(test_it_has_recovered_with_an_eighth_of_the_room),
		cmocka_unit_test(test_a_writer_that_waits_does_so_until_give_up),
		cmocka_unit_test(test_a_writer_that_waits_goes_on_when_there_is_room),
		cmocka_unit_test(test_a_writer_that_waits_does_not_wait_longer_than_needed),
		cmocka_unit_test(test_drain_ends_after_its_time),
		cmocka_unit_test(test_stop_counts_a_line_that_was_cut_as_lost),
		cmocka_unit_test(test_stop_counts_no_line_twice),
		cmocka_unit_test(test_a_line_that_was_cut_is_continued_where_it_was_cut),
		cmocka_unit_test(test_it_has_one_thread_that_is_detached),
		cmocka_unit_test(test_a_write_that_blocks_sleeps_and_survives_signals),
		cmocka_unit_test(test_an_error_is_returned_once_and_wakes),
		cmocka_unit_test(test_the_descriptor_that_wakes_may_be_0),
		cmocka_unit_test(test_without_a_thread_there_is_no_writer),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, start_the_sanitizer, NULL);
}
