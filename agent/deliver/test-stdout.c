/* SPDX-License-Identifier: Apache-2.0 */
/* The sink's promise: whole lines, one write a batch, and every alert counted once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>
#include "deliver/stdout.h"

static void raise_some(struct alert_sink *sink, unsigned int n)
{
	const struct alert alert = { .rule = STR("r"), .source = STR("syscall"),
				     .output = STR("something"), .time_ns = 1 };

	while (n--)
		sink->raise(sink, &alert);
}

static void test_a_batch_is_one_write(void **state)
{
	struct stdout_stats stats;
	struct alert_sink *sink;
	char buf[4096];
	int p[2];
	ssize_t n;

	(void)state;
	/* A packet pipe: each write comes out of one read. */
	assert_int_equal(pipe2(p, O_DIRECT | O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(stdout_sink_new(&sink, &(struct stdout_config){ .fd = p[1],
									   .utc = true }), 0);
	raise_some(sink, 3);
	assert_true(read(p[0], buf, sizeof(buf)) < 0);
	assert_int_equal(stdout_sink_flush(sink), 0);
	n = read(p[0], buf, sizeof(buf));
	assert_int_equal(n, 3 * (ssize_t)strlen("00:00:00.000000001: Emergency something\n"));
	assert_memory_equal(buf, "00:00:00.000000001: Emergency something\n00:", 43);
	stdout_sink_stats(sink, &stats);
	assert_int_equal(stats.written, 3);
	assert_int_equal(stats.lost, 0);
	stdout_sink_free(sink);
	close(p[0]);
	close(p[1]);
}

static void test_a_slow_reader_costs_only_what_is_counted(void **state)
{
	struct stdout_stats stats;
	struct alert_sink *sink;
	uint64_t lines = 0;
	char buf[65536];
	int p[2];
	ssize_t n;

	(void)state;
	assert_int_equal(pipe2(p, O_CLOEXEC | O_NONBLOCK), 0);
	assert_int_equal(stdout_sink_new(&sink, &(struct stdout_config){ .fd = p[1], .json = true,
									   .max_line = 4096 }), 0);
	raise_some(sink, 20000);
	do {
		n = read(p[0], buf, sizeof(buf));
		for (ssize_t i = 0; i < n; i++)
			lines += buf[i] == '\n';
		assert_true(stdout_sink_flush(sink) <= 0);
	} while (n > 0);
	stdout_sink_stats(sink, &stats);
	assert_int_equal(stats.raised, 20000);
	assert_true(stats.lost > 0);
	assert_int_equal(stats.written, lines);
	assert_int_equal(stats.written + stats.lost, 20000);
	stdout_sink_free(sink);
	close(p[0]);
	close(p[1]);
}

static void test_a_closed_pipe_is_an_error_not_an_end(void **state)
{
	struct stdout_stats stats;
	struct alert_sink *sink;
	int p[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	close(p[0]);
	assert_int_equal(stdout_sink_new(&sink, &(struct stdout_config){ .fd = p[1] }), 0);
	raise_some(sink, 2);
	assert_int_equal(stdout_sink_flush(sink), -EPIPE);
	stdout_sink_stats(sink, &stats);
	assert_int_equal(stats.lost, 2);
	assert_int_equal(stats.written, 0);
	stdout_sink_free(sink);
	close(p[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_batch_is_one_write),
		cmocka_unit_test(test_a_slow_reader_costs_only_what_is_counted),
		cmocka_unit_test(test_a_closed_pipe_is_an_error_not_an_end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
