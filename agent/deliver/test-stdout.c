/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that the sink writes whole lines, one write per batch, counts every alert once,
 * reports lost ones, and never waits for a reader unless it is configured to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "deliver/stdout.h"

#define END_MS	10000		/* far more than any machine needs */

/* Return: whether the line was accepted. */
static bool raise_one(struct alert_sink *sink)
{
	const struct alert alert = { .rule = STR("r"), .source = STR("syscall"),
				     .output = STR("something"), .time_ns = 1 };

	return sink->raise(sink, &alert) == 0;
}

static void raise_some(struct alert_sink *sink, unsigned int n)
{
	while (n--)
		raise_one(sink);
}

static struct alert_sink *sink_on(int fd, bool wait)
{
	const struct stdout_config config = { .fd = fd, .utc = true, .wait = wait, .wake = -1,
					      .max_line = 4096, .room = 65536 };
	struct alert_sink *sink;

	assert_int_equal(stdout_sink_new(&sink, &config), 0);
	return sink;
}

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static unsigned int count(const char *text, const char *what)
{
	unsigned int n = 0;

	while ((text = strstr(text, what))) {
		text++;
		n++;
	}
	return n;
}

/* The number of missing alerts that the text reports. */
static unsigned int reported_lost(const char *text)
{
	unsigned int n = 0;

	while ((text = strstr(text, "Critical Saker: "))) {
		text += strlen("Critical Saker: ");
		n += (unsigned int)atoi(text);
	}
	return n;
}

static void test_a_batch_is_one_write(void **state)
{
	struct stdout_stats stats;
	struct alert_sink *sink;
	char buf[4096];
	int p[2];
	ssize_t n;

	(void)state;
	/* A packet pipe: one read returns exactly one write. */
	assert_int_equal(pipe2(p, O_DIRECT | O_CLOEXEC | O_NONBLOCK), 0);
	sink = sink_on(p[1], false);
	raise_some(sink, 3);
	assert_int_equal(poll(&(struct pollfd){ p[0], POLLIN, 0 }, 1, 20), 0);
	assert_int_equal(stdout_sink_flush(sink), 0);
	assert_int_equal(stdout_sink_end(sink, END_MS), 0);
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

/*
 * The reader stops until all buffers are full, then continues: lost alerts are reported at the
 * place where they are missing, those of the second time without those of the first.
 */
static void test_a_stopped_reader_causes_lost_alerts_that_are_reported(void **state)
{
	struct stdout_stats stats;
	struct alert_sink *sink;
	static char text[1 << 20];
	unsigned int raised = 0;
	size_t n = 0;
	ssize_t got;
	int p[2];

	(void)state;
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	sink = sink_on(p[1], false);
	for (unsigned int round = 1; round <= 2; round++) {
		const uint64_t start = now_ns();

		raise_some(sink, 20000);
		assert_true(now_ns() - start < 5000000000u);	/* a blocking write would never return */
		stdout_sink_stats(sink, &stats);
		assert_true(stats.lost > 10000 * round);
		got = read(p[0], text + n, 65536);
		assert_true(got > 60000);
		n += (size_t)got;
		for (raised += 20000; !raise_one(sink); raised++)
			poll(NULL, 0, 1);
		raised++;
	}
	assert_int_equal(fcntl(p[0], F_SETPIPE_SZ, 1 << 20) > 0, 1);
	assert_int_equal(stdout_sink_end(sink, END_MS), 0);
	close(p[1]);
	while ((got = read(p[0], text + n, sizeof(text) - 1 - n)) > 0)
		n += (size_t)got;
	assert_true(count(text, "alerts are missing here") >= 2);
	assert_int_equal(count(text, "something\n") + reported_lost(text), raised);
	stdout_sink_stats(sink, &stats);
	assert_int_equal(stats.raised, stats.written + stats.lost);
	stdout_sink_free(sink);
	close(p[0]);
}

static void test_the_end_does_not_wait_for_a_reader_that_stopped(void **state)
{
	struct stdout_stats stats;
	struct alert_sink *sink;
	int p[2];

	(void)state;
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	assert_true(fcntl(p[1], F_SETPIPE_SZ, 4096) >= 4096);	/* less than one batch */
	sink = sink_on(p[1], false);
	raise_some(sink, 20000);
	assert_int_equal(stdout_sink_end(sink, 50), -ETIMEDOUT);
	stdout_sink_stats(sink, &stats);
	assert_int_equal(stats.raised, stats.written + stats.lost);
	assert_true(stats.lost > 10000);
	stdout_sink_free(sink);
	close(p[0]);		/* the thread may still write to p[1] */
}

/* A replay waits: a slow reader gets every alert, also if the descriptor is non-blocking. */
static void test_a_replay_waits_for_its_reader(void **state)
{
	struct stdout_stats stats;
	struct alert_sink *sink;
	char buf[1000];
	unsigned int lines = 0;
	pid_t child;
	ssize_t n;
	int p[2];

	(void)state;
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	assert_int_equal(fcntl(p[1], F_SETFL, O_NONBLOCK), 0);
	child = fork();
	if (!child) {
		close(p[1]);
		while ((n = read(p[0], buf, sizeof(buf))) > 0)
			for (ssize_t i = 0; i < n; i++)
				lines += buf[i] == '\n';
		_exit(lines != 20000);
	}
	close(p[0]);
	sink = sink_on(p[1], true);
	raise_some(sink, 20000);
	assert_int_equal(stdout_sink_end(sink, END_MS), 0);
	stdout_sink_stats(sink, &stats);
	assert_int_equal(stats.lost, 0);
	assert_int_equal(stats.written, 20000);
	stdout_sink_free(sink);
	close(p[1]);
	assert_int_equal(waitpid(child, &p[0], 0), child);
	assert_int_equal(p[0], 0);
}

static void test_a_closed_pipe_wakes_the_loop_with_an_error(void **state)
{
	struct stdout_config config = { .utc = true };
	struct stdout_stats stats;
	struct alert_sink *sink;
	int p[2];

	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	close(p[0]);
	config.fd = p[1];
	config.wake = eventfd(0, EFD_CLOEXEC);
	assert_int_equal(stdout_sink_new(&sink, &config), 0);
	raise_some(sink, 2);
	assert_int_equal(stdout_sink_flush(sink), 0);
	assert_int_equal(poll(&(struct pollfd){ config.wake, POLLIN, 0 }, 1, END_MS), 1);
	assert_int_equal(stdout_sink_flush(sink), -EPIPE);
	stdout_sink_stats(sink, &stats);
	assert_int_equal(stats.lost, 2);
	assert_int_equal(stats.written, 0);
	stdout_sink_free(sink);
	close(config.wake);
	close(p[1]);
}

/* Nothing is written before the first flush, so all lines are in one buffer. */
static void test_a_mib_of_lines_waits_for_the_reader(void **state)
{
	static const size_t line = sizeof("00:00:00.000000001: Emergency something\n") - 1;
	struct stdout_config config = { .utc = true, .wake = -1, .wait = false };
	struct alert_sink *sink;
	unsigned int n = 0;
	int p[2];

	(void)state;
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	config.fd = p[1];
	assert_int_equal(stdout_sink_new(&sink, &config), 0);
	while (raise_one(sink))
		n++;
	assert_int_equal(n, (1 << 20) / line);
	stdout_sink_free(sink);
	close(p[0]);		/* the thread may still write to p[1] */
}

/* With the line feed. */
static void test_a_line_has_64_kib(void **state)
{
	static char text[1 << 17], got[1 << 17];
	struct stdout_config config = { .utc = true, .wake = -1 };
	struct alert alert = { .rule = STR("r"), .source = STR("syscall"), .time_ns = 1 };
	const size_t head = strlen("00:00:00.000000001: Emergency "), most = 65536 - 1 - head;
	struct alert_sink *sink;
	int p[2];

	(void)state;
	memset(text, 'x', sizeof(text));
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	assert_true(fcntl(p[1], F_SETPIPE_SZ, 1 << 20) > 0);
	config.fd = p[1];
	assert_int_equal(stdout_sink_new(&sink, &config), 0);
	for (size_t n = most; n <= most + 1; n++) {
		alert.output = (struct str){ text, n };
		assert_int_equal(sink->raise(sink, &alert), 0);
		stdout_sink_flush(sink);
		for (size_t at = 0; at < 65536;) {
			ssize_t r = read(p[0], got + at, sizeof(got) - at);

			assert_true(r > 0);
			at += (size_t)r;
		}
		assert_int_equal(got[65535], '\n');
		assert_int_equal(!memcmp(got + 65536 - 7, " [cut]\n", 7), n > most);
	}
	stdout_sink_free(sink);
	close(p[0]);
	close(p[1]);
}

/* Smaller limits are raised to it; the buffer has room for one line at least. */
static void test_a_line_may_have_4096_bytes_whatever_the_limits(void **state)
{
	static char text[8192], got[8192];
	struct stdout_config config = { .utc = true, .wake = -1, .max_line = 1, .room = 1 };
	const struct alert alert = { .rule = STR("r"), .source = STR("syscall"), .time_ns = 1,
				     .output = { text, sizeof(text) } };
	struct alert_sink *sink;
	int p[2];

	(void)state;
	memset(text, 'x', sizeof(text));
	for (config.max_line = 1; config.max_line < 10000; config.max_line += 4095) {
		const ssize_t should = config.max_line > 4096 ? config.max_line : 4096;

		assert_int_equal(pipe2(p, O_CLOEXEC), 0);
		config.fd = p[1];
		assert_int_equal(stdout_sink_new(&sink, &config), 0);
		assert_int_equal(sink->raise(sink, &alert), 0);
		assert_int_equal(stdout_sink_end(sink, END_MS), 0);
		assert_int_equal(read(p[0], got, sizeof(got)), should);
		assert_memory_equal(got + should - 7, " [cut]\n", 7);
		stdout_sink_free(sink);
		close(p[0]);
		close(p[1]);
	}
}

/* In JSON the number is a field, for programs that read alerts. */
static void test_the_report_of_lost_alerts_has_their_number_as_a_field(void **state)
{
	struct stdout_config config = { .json = true, .utc = true, .wake = -1, .room = 4096 };
	struct alert_sink *sink;
	static char text[1 << 17];
	unsigned int lost = 0;
	size_t n = 0;
	ssize_t got;
	char *at;
	int p[2];

	(void)state;
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	config.fd = p[1];
	assert_int_equal(stdout_sink_new(&sink, &config), 0);
	while (raise_one(sink))
		;
	/* The first that is accepted again is behind the report. */
	do {
		lost++;
		got = read(p[0], text + n, sizeof(text) - 1 - n);
		assert_true(got > 0);
		n += (size_t)got;
	} while (!raise_one(sink));
	assert_int_equal(stdout_sink_end(sink, END_MS), 0);
	close(p[1]);
	while ((got = read(p[0], text + n, sizeof(text) - 1 - n)) > 0)
		n += (size_t)got;
	at = strstr(text, "\"saker.lost\":");
	assert_non_null(at);
	assert_int_equal(atoi(at + strlen("\"saker.lost\":")), lost);
	stdout_sink_free(sink);
	close(p[0]);
}

static void test_lines_for_the_journal_begin_with_the_priority_of_the_alert(void **state)
{
	struct stdout_config config = { .utc = true, .wake = -1, .journal = true };
	struct alert alert = { .rule = STR("r"), .source = STR("syscall"),
			       .output = STR("something"), .time_ns = 1 };
	struct alert_sink *sink;
	char text[256] = "";
	int p[2];

	(void)state;
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	config.fd = p[1];
	assert_int_equal(stdout_sink_new(&sink, &config), 0);
	alert.priority = PRIORITY_CRITICAL;
	assert_int_equal(sink->raise(sink, &alert), 0);
	alert.priority = PRIORITY_DEBUG;
	assert_int_equal(sink->raise(sink, &alert), 0);
	assert_int_equal(stdout_sink_end(sink, END_MS), 0);
	assert_true(read(p[0], text, sizeof(text) - 1) > 0);
	assert_string_equal(text, "<2>00:00:00.000000001: Critical something\n"
			    "<7>00:00:00.000000001: Debug something\n");
	stdout_sink_free(sink);
	close(p[0]);
	close(p[1]);
}

/* journald takes what follows the first 48 KiB of a line for another line. */
static void test_lines_for_the_journal_are_so_short_that_it_does_not_cut_them(void **state)
{
	struct stdout_config config = { .utc = true, .wake = -1, .journal = true };
	struct alert alert = { .rule = STR("r"), .source = STR("syscall"), .time_ns = 1 };
	static char long_text[40000], text[1 << 17];
	struct alert_sink *sink;
	int p[2];

	(void)state;
	memset(long_text, '\1', sizeof(long_text));	/* six bytes each in a line */
	alert.output = (struct str){ long_text, sizeof(long_text) };
	for (int json = 0; json < 2; json++) {
		assert_int_equal(pipe2(p, O_CLOEXEC | O_NONBLOCK), 0);
		assert_true(fcntl(p[1], F_SETPIPE_SZ, sizeof(text)) > 0);
		config.fd = p[1];
		config.json = json;
		assert_int_equal(stdout_sink_new(&sink, &config), 0);
		assert_int_equal(sink->raise(sink, &alert), 0);
		assert_int_equal(stdout_sink_end(sink, END_MS), 0);
		assert_in_range(read(p[0], text, sizeof(text)), 4096, 48 << 10);
		stdout_sink_free(sink);
		close(p[0]);
		close(p[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_batch_is_one_write),
		cmocka_unit_test(test_a_stopped_reader_causes_lost_alerts_that_are_reported),
		cmocka_unit_test(test_the_end_does_not_wait_for_a_reader_that_stopped),
		cmocka_unit_test(test_a_replay_waits_for_its_reader),
		cmocka_unit_test(test_a_closed_pipe_wakes_the_loop_with_an_error),
		cmocka_unit_test(test_a_mib_of_lines_waits_for_the_reader),
		cmocka_unit_test(test_a_line_has_64_kib),
		cmocka_unit_test(test_a_line_may_have_4096_bytes_whatever_the_limits),
		cmocka_unit_test(test_the_report_of_lost_alerts_has_their_number_as_a_field),
		cmocka_unit_test(test_lines_for_the_journal_begin_with_the_priority_of_the_alert),
		cmocka_unit_test(test_lines_for_the_journal_are_so_short_that_it_does_not_cut_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
