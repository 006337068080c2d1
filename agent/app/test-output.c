/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that commands whose output fails or blocks, or whose input ends too early, give the right
 * exit status and a message with the reason, and that a signal ends them.
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
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "app/command.h"
#include "app/confine.h"
#include "lib/fd.h"
#include "source/capture.h"

#define EVENTS		60000u	/* more than a pipe and two buffers of alerts can hold */
#define AT_MOST_MS	2000	/* from a signal to the end of the process */
#define EVER_MS		30000	/* more than any machine needs */

static char dir[] = "/tmp/saker-test-output-XXXXXX";
static char rules[64], no_rules[64], capture[64], driver[80], out[64];

static void write_capture(void)
{
	struct ev_syscall rec = { .hdr = {
		.len = sizeof(rec), .fixed_len = sizeof(rec), .type = EV_syscall,
		.flags = EV_F_SYSCALL, .nr = 39, .tid = 7, .tgid = 7,
	} };
	struct capture *c;

	assert_int_equal(capture_new(&c, capture, NULL), 0);
	for (unsigned int i = 0; i < EVENTS; i++) {
		rec.hdr.ts_ns = 1000u * (i + 1);
		rec.hdr.seq = i + 1;
		assert_int_equal(capture_write(c, &rec.hdr, (struct ev_place){ 0 }), 0);
	}
	assert_int_equal(capture_end(c), 0);
	capture_free(c);
}

static int setup(void **state)
{
	FILE *f;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(rules, sizeof(rules), "%s/rules.yaml", dir);
	snprintf(capture, sizeof(capture), "%s/a.cap", dir);
	snprintf(out, sizeof(out), "%s/out", dir);
	snprintf(driver, sizeof(driver), "replay:%s", capture);
	snprintf(no_rules, sizeof(no_rules), "%s/none.yaml", dir);
	f = fopen(no_rules, "w");
	assert_non_null(f);
	fprintf(f, "- rule: none\n  desc: d\n  output: o\n  priority: INFO\n"
		"  condition: evt.type = openat\n");
	fclose(f);
	f = fopen(rules, "w");
	assert_non_null(f);
	fprintf(f, "- rule: all\n  desc: d\n  output: something happened here\n"
		"  priority: INFO\n  condition: evt.num > 0\n");
	fclose(f);
	write_capture();
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	unlink(rules);
	unlink(no_rules);
	unlink(capture);
	unlink(out);
	return rmdir(dir);
}

/* -- a command as a child -- */

struct child {
	pid_t pid;
	int err;			/* its standard error, to read from */
};

static struct child start(int fd_out, const char *const args[])
{
	char name[] = "saker", *argv[16] = { name };
	int p[2], argc = 1;
	struct child child;

	while (*args)
		argv[argc++] = (char *)(uintptr_t)*args++;
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	child.pid = fork();
	if (!child.pid) {
		dup2(fd_out, STDOUT_FILENO);
		dup2(p[1], STDERR_FILENO);
		exit(command_main(argc, argv));
	}
	close(p[1]);
	child.err = p[0];
	return child;
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Return: the exit status; @text is the standard error. */
static int finish(struct child child, char *text, size_t size, uint64_t within_ms)
{
	uint64_t until = now_ms() + within_ms;
	size_t n = 0;
	int status;

	while (now_ms() < until && n < size - 1) {
		ssize_t r;

		if (poll(&(struct pollfd){ child.err, POLLIN, 0 }, 1, (int)(until - now_ms())) <= 0)
			continue;
		r = read(child.err, text + n, size - 1 - n);
		if (r <= 0)
			break;
		n += (size_t)r;
	}
	text[n] = '\0';
	close(child.err);
	if (now_ms() >= until) {
		kill(child.pid, SIGKILL);
		waitpid(child.pid, &status, 0);
		fail_msg("it did not end in time; its output: %s", text);
	}
	assert_int_equal(waitpid(child.pid, &status, 0), child.pid);
	if (!WIFEXITED(status))
		fail_msg("signal %d; its output: %s", WTERMSIG(status), text);
	return WEXITSTATUS(status);
}

static void assert_says(const char *text, const char *what)
{
	if (!strstr(text, what))
		fail_msg("\"%s\" is not in: %s", what, text);
}

#define RUN(fd, text, ...)							\
	finish(start(fd, (const char *const[]){ __VA_ARGS__, NULL }), text, sizeof(text), EVER_MS)

/* -- output that fails -- */

static void test_alerts_to_a_full_disk_are_counted_and_reported(void **state)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	unsigned int lost = 0, raised = 1;
	const char *line;
	char text[8192];

	(void)state;
	assert_int_equal(RUN(fd, text, "run", "-r", rules, "--driver", driver), EXIT_CANNOT);
	line = strstr(text, " alerts were not written");
	while (line && line > text && line[-1] != ':')
		line--;
	assert_int_equal(line ? sscanf(line, " %u of %u", &lost, &raised) : 0, 2);
	assert_int_equal(lost, raised);
	assert_true(lost >= EVENTS);
	assert_says(text, " alerts were not written: standard output: No space left on device");
	assert_int_equal(RUN(fd, text, "trace", "--driver", driver), EXIT_CANNOT);
	assert_says(text, " lines were not written: standard output: No space left on device");
	assert_null(strstr(text, "stopped: "));		/* one message for one fault */
	close(fd);
}

static void test_a_capture_on_a_full_disk_names_file_and_reason(void **state)
{
	char text[8192];

	(void)state;
	assert_int_equal(RUN(STDERR_FILENO, text, "record", "/dev/full", "--driver", driver),
			 EXIT_CANNOT);
	assert_says(text, "/dev/full: creating the capture: No space left on device");
}

/*
 * All frames written before the disk was full are readable; record prints how many records they
 * have, and a replay that more are missing.
 */
static void test_a_capture_that_failed_ends_with_a_whole_frame(void **state)
{
	unsigned long long records = 0, missing = 1;
	char text[8192], from[80], counted[128];
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct rlimit all, limit;
	const char *line;
	struct child child;

	(void)state;
	snprintf(from, sizeof(from), "replay:%s", out);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &all), 0);
	limit = (struct rlimit){ 20000, all.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
	child = start(STDERR_FILENO, (const char *const[]){ "record", out, "--driver", driver, NULL });
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &all), 0);
	assert_int_equal(finish(child, text, sizeof(text), EVER_MS), EXIT_CANNOT);
	assert_says(text, "File too large");
	snprintf(counted, sizeof(counted), "%s: ", out);
	for (line = text; (line = strstr(line, counted)); line++)
		sscanf(line + strlen(counted), "%llu records in", &records);
	assert_int_equal(RUN(null, text, "trace", "--driver", from), EXIT_CANNOT);
	line = strstr(text, "cut off after record ");
	assert_int_equal(line ? sscanf(line, "cut off after record %llu,", &missing) : 0, 1);
	assert_int_equal(missing, records);
	close(null);
}

static void test_a_closed_reader_of_alerts_is_reported(void **state)
{
	char text[8192];
	int p[2];

	(void)state;
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	close(p[0]);
	assert_int_equal(RUN(p[1], text, "run", "-r", rules, "--driver", driver), EXIT_CANNOT);
	assert_says(text, "stopped: standard output was closed by its reader");
	assert_int_equal(RUN(p[1], text, "trace", "--driver", driver), EXIT_DONE);	/* as | head */
	close(p[1]);
}

/* -- files that are not ours -- */

static void write_precious(void)
{
	int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_int_equal(fd_write_all(fd, "precious", 8), 0);
	close(fd);
}

static void assert_precious(void)
{
	char text[16];

	assert_int_equal(fd_read_file(out, text, sizeof(text)), 8);
	assert_string_equal(text, "precious");
}

static void test_a_file_named_by_mistake_is_not_overwritten(void **state)
{
	char text[8192];

	(void)state;
	write_precious();
	assert_int_equal(RUN(STDERR_FILENO, text, "run", "-r", rules, "--driver", driver,
			     "--socket", out), EXIT_USAGE);
	assert_says(text, "exists and is not a socket");
	assert_precious();
	assert_int_equal(RUN(STDERR_FILENO, text, "record", out, "--driver", driver), EXIT_CANNOT);
	assert_says(text, "is not a capture");
	assert_precious();
	assert_int_equal(unlink(out), 0);
}

/* -- input that ends too early -- */

static void test_a_truncated_capture_is_a_failure(void **state)
{
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	static char bytes[1 << 20], text[8192];
	char from[80];
	ssize_t n;
	int fd;

	(void)state;
	snprintf(from, sizeof(from), "replay:%s", out);
	fd = open(capture, O_RDONLY | O_CLOEXEC);
	n = fd_read_full(fd, bytes, sizeof(bytes));
	close(fd);
	assert_true(n > 1000 && n < (ssize_t)sizeof(bytes));
	fd = open(out, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_int_equal(fd_write_all(fd, bytes, (size_t)n / 2), 0);
	close(fd);
	assert_int_equal(RUN(null, text, "run", "-r", rules, "--driver", from), EXIT_CANNOT);
	assert_says(text, out);
	assert_says(text, "the last records are missing");
	assert_int_equal(RUN(null, text, "trace", "--driver", from), EXIT_CANNOT);
	assert_says(text, "the last records are missing");
	close(null);
}

/* -- the agent's own alerts -- */

static const struct saker_selection only_opens = {
	.action[EV_ABI_64][257] = SAKER_ACT_EMIT,
};

/* The driver repeats numbers: 500 broken sums at once, and 500 one second later. */
static void write_broken_sums(void)
{
	struct ev_syscall rec = { .hdr = {
		.len = sizeof(rec), .fixed_len = sizeof(rec), .type = EV_syscall, .seq = 5,
		.flags = EV_F_SYSCALL, .nr = 39, .tid = 7, .tgid = 7,
	} };
	struct capture *c;

	assert_int_equal(capture_new(&c, out, &only_opens), 0);
	for (unsigned int i = 0; i <= 1000; i++) {
		rec.hdr.ts_ns = i <= 500 ? 50000000000ull : 51000000000ull;
		assert_int_equal(capture_write(c, &rec.hdr, (struct ev_place){ 0 }), 0);
	}
	assert_int_equal(capture_end(c), 0);
	capture_free(c);
}

static void test_broken_sums_are_alerts_and_logged_at_a_limited_rate(void **state)
{
	static char alerts[65536], text[65536];
	unsigned int in_alerts = 0, in_log = 0;
	char from[80];
	ssize_t n;
	int p[2];

	(void)state;
	write_broken_sums();
	snprintf(from, sizeof(from), "replay:%s", out);
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	assert_true(fcntl(p[1], F_SETPIPE_SZ, 1 << 20) > 0);
	assert_int_equal(RUN(p[1], text, "run", "-r", no_rules, "--driver", from), EXIT_DONE);
	close(p[1]);
	n = fd_read_full(p[0], alerts, sizeof(alerts) - 1);
	close(p[0]);
	assert_true(n > 0);
	alerts[n] = '\0';
	for (const char *at = alerts; (at = strstr(at, "came twice or out of order")); at++)
		in_alerts++;
	for (const char *at = text; (at = strstr(at, "came twice or out of order")); at++)
		in_log++;
	assert_int_equal(in_alerts, 10 + 1);
	assert_int_equal(in_log, 10 + 1);
	assert_says(alerts, "Critical Saker: a sequence number came twice or out of order");
	assert_says(alerts, "; 490 more were not reported");
	assert_says(text, "1000 wrong");
}

static void write_counters(struct capture *c, uint64_t emitted)
{
	struct {
		struct ev_counters e;
		struct ev_tally row;
	} rec = {
		.e = { .hdr = { .len = sizeof(rec), .fixed_len = sizeof(rec.e), .type = EV_counters,
				.ts_ns = 50000000000ull },
		       .next_seq = emitted + 1,
		       .tally = { sizeof(rec.e), sizeof(rec.row), sizeof(rec.row), sizeof(rec.row) } },
		.row = { .type = EV_syscall, .hits = emitted, .emitted = emitted },
	};

	assert_int_equal(capture_write(c, &rec.e.hdr, (struct ev_place){ 0 }), 0);
}

/* The driver counts two records, and one of them is not in the stream. */
static void test_a_missing_record_is_one_alert(void **state)
{
	struct ev_syscall rec = { .hdr = {
		.len = sizeof(rec), .fixed_len = sizeof(rec), .type = EV_syscall, .seq = 1,
		.flags = EV_F_SYSCALL, .nr = 39, .tid = 7, .tgid = 7,
		.ts_ns = 50000000000ull,
	} };
	static char alerts[4096], text[4096];
	struct capture *c;
	char from[80];
	ssize_t n;
	int p[2];

	(void)state;
	assert_int_equal(capture_new(&c, out, &only_opens), 0);
	write_counters(c, 0);
	assert_int_equal(capture_write(c, &rec.hdr, (struct ev_place){ 0 }), 0);
	write_counters(c, 2);
	assert_int_equal(capture_end(c), 0);
	capture_free(c);
	snprintf(from, sizeof(from), "replay:%s", out);
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	assert_int_equal(RUN(p[1], text, "run", "-r", no_rules, "--driver", from), EXIT_DONE);
	close(p[1]);
	n = fd_read_full(p[0], alerts, sizeof(alerts) - 1);
	close(p[0]);
	assert_true(n > 0);
	alerts[n] = '\0';
	assert_says(alerts, "Critical Saker: sequence numbers are missing, and no gap reports them");
	assert_says(alerts, "; sums of that record that are wrong: 2");
	assert_ptr_equal(strchr(alerts, '\n'), alerts + n - 1);	/* one line */
	assert_says(text, "2 wrong");
}

/* -- captures that lack what rules need -- */

static void test_a_replay_names_the_rules_whose_events_were_not_recorded(void **state)
{
	static char text[65536];
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	char from[80];
	FILE *f;

	(void)state;
	write_broken_sums();
	snprintf(from, sizeof(from), "replay:%s", out);
	assert_int_equal(RUN(null, text, "run", "-r", no_rules, "--driver", from), EXIT_DONE);
	assert_null(strstr(text, "does not hold"));
	f = fopen(no_rules, "a");
	assert_non_null(f);
	fprintf(f, "- rule: reads\n  desc: d\n  output: o\n  priority: INFO\n"
		"  condition: evt.type in (read, openat) and proc.env contains A\n"
		"- rule: comm\n  desc: d\n  output: '%%evt.buffer'\n  priority: INFO\n"
		"  condition: evt.type = openat and toupper(proc.comm) = A\n");
	fclose(f);
	assert_int_equal(RUN(null, text, "run", "-r", no_rules, "--driver", from), EXIT_DONE);
	assert_says(text, "the rule \"reads\" also needs events that the capture does not hold: read\n");
	assert_says(text, "the rule \"reads\" needs the environment of programs (proc.env, "
		    "proc.aenv), which the capture does not hold: checks on it do not match\n");
	assert_says(text, "the rule \"comm\" needs the names that threads take (proc.comm), which "
		    "the capture does not hold");
	assert_says(text, "the rule \"comm\" needs the bytes that are read and written (evt.buffer, "
		    "evt.buflen), which the capture does not hold");
	assert_null(strstr(text, "the rule \"none\""));
	close(null);
}

/* -- output that is not read -- */

static void block_and_signal(int signo, const char *const args[])
{
	static char text[8192], drained[65536];
	struct child child;
	int p[2];

	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	child = start(p[1], args);
	close(p[1]);
	assert_int_equal(poll(&(struct pollfd){ p[0], POLLIN, 0 }, 1, EVER_MS), 1);
	poll(NULL, 0, 300);		/* until all buffers are full */
	assert_int_equal(kill(child.pid, signo), 0);
	assert_int_equal(finish(child, text, sizeof(text), AT_MOST_MS), EXIT_CANNOT);
	assert_says(text, " not written: standard output: ");
	assert_true(read(p[0], drained, sizeof(drained)) > 0);
	close(p[0]);
}

static void test_a_signal_ends_a_replay_whose_output_blocks(void **state)
{
	const char *const args[] = { "run", "-r", rules, "--driver", driver, NULL };

	(void)state;
	block_and_signal(SIGTERM, args);
	block_and_signal(SIGINT, args);
}

static void test_a_signal_ends_a_trace_whose_output_blocks(void **state)
{
	const char *const args[] = { "trace", "--driver", driver, NULL };

	(void)state;
	block_and_signal(SIGTERM, args);
	block_and_signal(SIGINT, args);
}

static void test_the_time_ends_a_replay_whose_output_blocks(void **state)
{
	const char *const args[] = { "run", "-r", rules, "--driver", driver, "--for", "1", NULL };
	static char text[8192];
	int p[2];

	(void)state;
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	assert_int_equal(finish(start(p[1], args), text, sizeof(text), 1000 + AT_MOST_MS),
			 EXIT_CANNOT);
	close(p[0]);
	close(p[1]);
}

/* A slow reader gets all alerts, also those that are buffered when the source ends. */
static void test_a_slow_reader_gets_the_last_alert(void **state)
{
	const char *const args[] = { "run", "-r", rules, "--driver", driver, NULL };
	static char text[8192], piece[65536];
	unsigned int lines = 0;
	struct child child;
	ssize_t n;
	int p[2];

	(void)state;
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	child = start(p[1], args);
	close(p[1]);
	assert_true(fcntl(p[0], F_SETPIPE_SZ, 1 << 20) > 0);
	while ((n = read(p[0], piece, sizeof(piece))) > 0) {
		for (ssize_t i = 0; i < n; i++)
			lines += piece[i] == '\n';
		if (lines > EVENTS - 20000)
			poll(NULL, 0, 150);		/* more than two seconds in total */
	}
	assert_int_equal(finish(child, text, sizeof(text), EVER_MS), EXIT_DONE);
	assert_true(lines >= EVENTS);
	close(p[0]);
}

/* -- a confined agent that runs injected code -- */

static void intrude(int signo)
{
	const int saved = errno, fd = open(out, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	(void)signo;
	fd_close(fd);
	errno = saved;
}

static void test_a_refused_system_call_is_an_alert(void **state)
{
	const struct itimerval often = { { 0, 2000 }, { 0, 2000 } };
	char name[] = "saker", command[] = "run", r[] = "-r", from[] = "--driver";
	char *argv[] = { name, command, r, rules, from, driver, NULL };
	static char text[EVENTS * 100];
	size_t n = 0;
	ssize_t got;
	pid_t pid;
	int p[2];

	(void)state;
	if (!CONFINE_BY_DEFAULT) {
		print_message("built with AddressSanitizer: the agent is not confined\n");
		skip();
	}
	assert_int_equal(pipe2(p, O_CLOEXEC), 0);
	pid = fork();
	if (!pid) {
		dup2(p[1], STDOUT_FILENO);
		signal(SIGALRM, intrude);
		setitimer(ITIMER_REAL, &often, NULL);
		_exit(command_main(6, argv));
	}
	close(p[1]);
	while (n < sizeof(text) - 1 && (got = read(p[0], text + n, sizeof(text) - 1 - n)) > 0) {
		n += (size_t)got;
		poll(NULL, 0, 10);		/* the run lasts longer than a few SIGALRMs */
	}
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	text[n] = '\0';
	assert_says(text, "Critical Saker: the agent was refused the system call openat");
	close(p[0]);
	unlink(out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alerts_to_a_full_disk_are_counted_and_reported),
		cmocka_unit_test(test_a_capture_on_a_full_disk_names_file_and_reason),
		cmocka_unit_test(test_a_capture_that_failed_ends_with_a_whole_frame),
		cmocka_unit_test(test_a_closed_reader_of_alerts_is_reported),
		cmocka_unit_test(test_a_file_named_by_mistake_is_not_overwritten),
		cmocka_unit_test(test_a_truncated_capture_is_a_failure),
		cmocka_unit_test(test_broken_sums_are_alerts_and_logged_at_a_limited_rate),
		cmocka_unit_test(test_a_missing_record_is_one_alert),
		cmocka_unit_test(test_a_replay_names_the_rules_whose_events_were_not_recorded),
		cmocka_unit_test(test_a_signal_ends_a_replay_whose_output_blocks),
		cmocka_unit_test(test_a_signal_ends_a_trace_whose_output_blocks),
		cmocka_unit_test(test_the_time_ends_a_replay_whose_output_blocks),
		cmocka_unit_test(test_a_slow_reader_gets_the_last_alert),
		cmocka_unit_test(test_a_refused_system_call_is_an_alert),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
