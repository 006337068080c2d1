/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests which signals and descriptors the loop takes, when it sleeps and for how long, and what
 * wakes it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/time.h>
#include "app/test-wait.h"
#include "lib/arena.h"

static unsigned int open_fds(void)
{
	unsigned int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

/* -- the beginning -- */

static bool blocked(int number)
{
	sigset_t set;

	sigprocmask(SIG_SETMASK, NULL, &set);
	return sigismember(&set, number);
}

static bool ignored(int number)
{
	struct sigaction act;

	sigaction(number, NULL, &act);
	return act.sa_handler == SIG_IGN;
}

/* Not as the program that started the tests has them: nohup and a shell's & ignore some. */
static void reset_signals(void)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGPIPE, SIGTERM, SIGXFSZ };
	sigset_t none;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		signal(numbers[i], SIG_DFL);
}

static void test_signals_are_blocked_or_ignored(void **state)
{
	struct fixture f;

	(void)state;
	reset_signals();
	prepare(&f, false);
	assert_int_equal(loop_init(&f.loop), 0);
	assert_true(blocked(SIGINT) && blocked(SIGTERM) && blocked(SIGHUP));
	assert_true(ignored(SIGPIPE) && ignored(SIGXFSZ));
	end(&f);
	reset_signals();
	signal(SIGHUP, SIG_IGN);		/* nohup */
	prepare(&f, false);
	assert_int_equal(loop_init(&f.loop), 0);
	assert_true(blocked(SIGTERM) && !blocked(SIGHUP));
	end(&f);
	signal(SIGHUP, SIG_DFL);
	start(&f, false);
	assert_true(blocked(SIGINT) && blocked(SIGTERM) && blocked(SIGHUP));
	end(&f);
}

static void test_a_signal_before_the_loop_waits_for_it(void **state)
{
	struct fixture f;
	struct pollfd waiting = { .events = POLLIN };
	sigset_t none;

	(void)state;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	prepare(&f, true);
	wait_block_signals(&f.loop);		/* else the next line ends this program */
	raise(SIGTERM);
	assert_int_equal(loop_init(&f.loop), 0);
	waiting.fd = f.loop.signals.fd;
	assert_int_equal(poll(&waiting, 1, 0), 1);
	end(&f);
}

static void test_every_descriptor_is_closed_at_the_end(void **state)
{
	const unsigned int before = open_fds();
	struct fixture f;

	(void)state;
	setenv("WATCHDOG_USEC", "60000000", 1);
	start(&f, true);
	assert_int_equal(open_fds(), before + 5);
	end(&f);
	assert_int_equal(open_fds(), before);
	unsetenv("WATCHDOG_USEC");
}

/* With descriptors for none of the five, for one, and so on. */
static void test_a_loop_without_descriptors_says_what_it_was_doing(void **state)
{
	struct rlimit limit, less;
	struct fixture f;
	const unsigned int first = open_fds();	/* without gaps: see main() */

	(void)state;
	getrlimit(RLIMIT_NOFILE, &limit);
	setenv("WATCHDOG_USEC", "60000000", 1);
	for (unsigned int n = 0; n <= 5; n++) {
		int r;

		less = (struct rlimit){ (rlim_t)first + n, limit.rlim_max };
		setrlimit(RLIMIT_NOFILE, &less);
		prepare(&f, true);
		r = loop_init(&f.loop);
		setrlimit(RLIMIT_NOFILE, &limit);
		assert_int_equal(r, n < 5 ? -EMFILE : 0);
		assert_string_equal(f.loop.error.text, n == 5 ? "" : n == 4 ?
				    "setting the watchdog's timer: Too many open files" :
				    "opening the loop's signals and timers: Too many open files");
		end(&f);
	}
	unsetenv("WATCHDOG_USEC");
}

static void test_only_a_live_loop_watches_the_clock_and_records_it(void **state)
{
	const struct ev_clock *clock;
	struct record rec;
	struct fixture f;

	(void)state;
	prepare(&f, false);
	assert_int_equal(loop_init(&f.loop), 0);
	assert_int_equal(timer_set.calls, 0);
	assert_null(f.source.first);
	end(&f);
	prepare(&f, true);
	assert_int_equal(loop_init(&f.loop), 0);
	assert_int_equal(timer_set.calls, 1);
	assert_int_equal(timer_set.fd, f.loop.clock.fd);
	assert_int_equal(timer_set.flags, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET);
	assert_int_equal(timer_set.at.it_value.tv_sec, (time_t)1 << 40);
	assert_int_equal(source_next(&f.source, &rec), 0);
	clock = rec.p;
	assert_int_equal(clock->hdr.type, EV_clock);
	assert_int_equal(clock->hdr.len, sizeof(*clock));
	assert_int_equal(clock->hdr.fixed_len, sizeof(*clock));
	assert_int_equal(clock->hdr.nr, -1);
	assert_in_range(llabs(clock->realtime_minus_boottime_ns - clock_offset_ns()), 0, 60000 * MS);
	source_release(&f.source, &rec);
	assert_null(f.source.first);
	end(&f);
}

static bool is_watched(const struct fixture *f, const struct watch *watch)
{
	return watch_add(f->loop.epoll, watch) == -EEXIST;
}

static void test_descriptors_are_watched_and_do_not_block(void **state)
{
	struct fixture f;

	(void)state;
	setenv("WATCHDOG_USEC", "60000000", 1);
	for (int live = 0; live < 2; live++) {
		const struct watch *all[] = { &f.loop.signals, &f.loop.timer, &f.loop.clock,
					      &f.loop.watchdog };

		start(&f, live);
		for (int i = 0; i < (live ? 4 : 3); i++) {
			assert_int_equal(fcntl(all[i]->fd, F_GETFD), FD_CLOEXEC);
			assert_true(fcntl(all[i]->fd, F_GETFL) & O_NONBLOCK);
			assert_int_equal(is_watched(&f, all[i]), live || i < 2);
		}
		assert_int_equal(fcntl(f.loop.epoll, F_GETFD), FD_CLOEXEC);
		end(&f);
	}
	unsetenv("WATCHDOG_USEC");
}

static void test_a_timer_that_cannot_be_set_ends_the_start(void **state)
{
	struct fixture f;

	(void)state;
	for (int live = 0; live < 2; live++) {
		prepare(&f, live);
		f.loop.for_s = !live;
		timer_set.fails = true;
		assert_int_equal(loop_init(&f.loop), -EINVAL);
		assert_string_equal(f.loop.error.text, live ? "watching the clock: Invalid argument" :
				    "setting the timer of --for: Invalid argument");
		end(&f);
	}
	timer_set.fails = false;
}

/* The descriptor of a clock that can be read, or fails, in place of the loop's. */
static void test_a_step_of_the_clock_is_recorded(void **state)
{
	static const struct {
		int error;
		unsigned int records;
	} cases[] = { { 0, 0 }, { EAGAIN, 0 }, { ECANCELED, 1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const int ready = eventfd(1, EFD_CLOEXEC);
		struct fixture f;

		start(&f, true);
		assert_int_equal(dup2(ready, f.loop.clock.fd), f.loop.clock.fd);
		assert_int_equal(watch_add(f.loop.epoll, &f.loop.clock), 0);
		if (cases[i].error) {
			unreadable.fd = f.loop.clock.fd;
			unreadable.error = cases[i].error;
		}
		f.loop.busy = true;
		assert_int_equal(loop_wait(&f.loop, SOURCE_IDLE), 0);
		unreadable.fd = -1;
		assert_int_equal(drain(&f), cases[i].records);
		assert_int_equal(timer_set.calls, 1 + cases[i].records);	/* armed again */
		end(&f);
		close(ready);
	}
}

static void test_a_signal_that_another_has_taken_does_nothing(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, true);
	raise(SIGTERM);
	unreadable.fd = f.loop.signals.fd;
	unreadable.error = EAGAIN;
	assert_int_equal(loop_wait(&f.loop, SOURCE_BLOCKED), 0);
	unreadable.fd = -1;
	assert_false(f.loop.ending);
	end(&f);
}

/* -- what is waited for -- */

static void test_the_end_and_a_failure_of_the_source_end_the_loop(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, true);
	assert_int_equal(loop_wait(&f.loop, SOURCE_END), LOOP_DONE);
	expect_calls(&f, "Q");
	assert_int_equal(loop_wait(&f.loop, -EIO), -EIO);
	expect_calls(&f, "");
	assert_string_equal(f.loop.error.text, "reading events: Input/output error");
	end(&f);
	start(&f, true);
	error_say(&f.source.error, -EPROTO, "the ring is broken");
	assert_int_equal(loop_wait(&f.loop, -EPROTO), -EPROTO);
	assert_string_equal(f.loop.error.text, "the ring is broken");
	end(&f);
}

static void test_output_that_fails_ends_the_loop(void **state)
{
	struct fixture f;

	(void)state;
	for (int look_up = 0; look_up < 2; look_up++) {
		start(&f, true);
		f.quiet = -EPIPE;
		f.loop.since_look_up = 4095;
		assert_int_equal(look_up ? loop_look_up(&f.loop) : loop_wait(&f.loop, SOURCE_END), -EPIPE);
		assert_string_equal(f.loop.error.text, "writing the output: Broken pipe");
		end(&f);
	}
	prepare(&f, true);
	assert_int_equal(loop_quiet(&f.loop), 0);	/* no output: nothing to write */
}

/* The shortest of many, as a busy machine makes some of them longer. */
static void expect_nap(struct fixture *f, bool urgent, unsigned int ms, const char *calls)
{
	uint64_t shortest = UINT64_MAX;

	for (unsigned int n = 0; n < 500 && (n < 40 || shortest >= (ms + 1) * MS); n++) {
		const uint64_t began = clock_boottime_ns();

		f->loop.busy = true;
		f->loop.urgent = urgent;
		assert_int_equal(loop_wait(&f->loop, SOURCE_IDLE), 0);
		if (clock_boottime_ns() - began < shortest)
			shortest = clock_boottime_ns() - began;
		assert_false(f->loop.busy || f->loop.urgent);
		expect_calls(f, calls);
		assert_int_equal(f->loop.stats.wakeups, n + 1);
	}
	assert_in_range(shortest, ms * MS, (ms + 1) * MS - 1);
	assert_false(f->loop.ready);	/* a loop that is busy has not read all that was there */
}

static void test_naps_are_of_five_milliseconds_or_two(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, true);
	expect_nap(&f, false, 5, "Q");
	end(&f);
	start(&f, true);
	expect_nap(&f, true, 2, "QRA");
	end(&f);
}

static void test_a_blocked_source_is_read_again_at_once(void **state)
{
	uint64_t shortest = UINT64_MAX;
	struct fixture f;

	(void)state;
	start(&f, true);
	f.loop.busy = true;
	for (unsigned int n = 0; n < 20; n++) {
		const uint64_t began = clock_boottime_ns();

		assert_int_equal(loop_wait(&f.loop, SOURCE_BLOCKED), 0);
		if (clock_boottime_ns() - began < shortest)
			shortest = clock_boottime_ns() - began;
		expect_calls(&f, "Q");
	}
	assert_in_range(shortest, 100000, 2 * MS);
	assert_int_equal(f.loop.stats.wakeups, 0);
	assert_true(f.loop.busy);
	end(&f);
}

/* A readable descriptor of the driver ends a sleep and has no function of its own. */
static void test_an_idle_loop_sleeps_until_the_driver_wakes_it(void **state)
{
	struct fixture f;

	(void)state;
	prepare(&f, true);
	f.source.pollfd = eventfd(0, EFD_CLOEXEC);
	assert_int_equal(loop_init(&f.loop), 0);
	drain(&f);
	assert_int_equal(eventfd_write(f.source.pollfd, 1), 0);
	assert_int_equal(loop_wait(&f.loop, SOURCE_IDLE), 0);
	expect_calls(&f, "SA");
	assert_int_equal(f.loop.stats.wakeups, 1);
	f.sleep = SOURCE_BLOCKED;		/* a record came meanwhile */
	assert_int_equal(loop_wait(&f.loop, SOURCE_IDLE), 0);
	expect_calls(&f, "S");
	f.sleep = -EIO;
	assert_int_equal(loop_wait(&f.loop, SOURCE_IDLE), -EIO);
	assert_string_equal(f.loop.error.text, "waiting for the driver: Input/output error");
	close(f.source.pollfd);
	end(&f);
}

/* Not while it is busy: a frame is written when it is full. */
static void test_an_idle_loop_writes_the_capture(void **state)
{
	const struct ev_clock rec = { .hdr = { .len = sizeof(rec), .type = EV_clock } };
	char dir[] = "/tmp/saker-test-wait-XXXXXX", path[64];
	struct fixture f;
	uint64_t before;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/capture", dir);
	start(&f, true);
	f.sleep = SOURCE_BLOCKED;
	assert_int_equal(capture_new(&f.loop.capture, path, NULL), 0);
	assert_int_equal(capture_write(f.loop.capture, &rec.hdr, (struct ev_place){ 0 }), 0);
	before = capture_bytes(f.loop.capture);
	f.loop.busy = true;
	assert_int_equal(loop_wait(&f.loop, SOURCE_IDLE), 0);
	assert_int_equal(capture_bytes(f.loop.capture), before);
	assert_int_equal(loop_wait(&f.loop, SOURCE_IDLE), 0);
	assert_true(capture_bytes(f.loop.capture) > before);
	capture_free(f.loop.capture);
	end(&f);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(dir), 0);
}

static void test_an_event_has_four_mib_of_memory(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, false);
	assert_null(arena_alloc(f.loop.arena, (4u << 20) + 1));
	assert_non_null(arena_alloc(f.loop.arena, 4u << 20));
	end(&f);
}

static void ignore(int number)
{
	(void)number;
}

static void test_a_signal_of_others_ends_a_nap_and_a_bad_descriptor_the_loop(void **state)
{
	const struct sigaction act = { .sa_handler = ignore };
	const struct itimerval soon = { .it_value.tv_usec = 20000 };
	struct fixture f;
	int epoll;

	(void)state;
	start(&f, true);
	sigaction(SIGALRM, &act, NULL);
	setitimer(ITIMER_REAL, &soon, NULL);
	assert_int_equal(loop_wait(&f.loop, SOURCE_IDLE), 0);
	expect_calls(&f, "QSA");
	epoll = f.loop.epoll;
	f.loop.epoll = -1;
	assert_int_equal(loop_wait(&f.loop, SOURCE_IDLE), -EBADF);
	assert_string_equal(f.loop.error.text, "waiting for events: Bad file descriptor");
	f.loop.epoll = epoll;
	end(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signals_are_blocked_or_ignored),
		cmocka_unit_test(test_a_signal_before_the_loop_waits_for_it),
		cmocka_unit_test(test_every_descriptor_is_closed_at_the_end),
		cmocka_unit_test(test_a_loop_without_descriptors_says_what_it_was_doing),
		cmocka_unit_test(test_only_a_live_loop_watches_the_clock_and_records_it),
		cmocka_unit_test(test_descriptors_are_watched_and_do_not_block),
		cmocka_unit_test(test_a_timer_that_cannot_be_set_ends_the_start),
		cmocka_unit_test(test_a_signal_that_another_has_taken_does_nothing),
		cmocka_unit_test(test_a_step_of_the_clock_is_recorded),
		cmocka_unit_test(test_the_end_and_a_failure_of_the_source_end_the_loop),
		cmocka_unit_test(test_output_that_fails_ends_the_loop),
		cmocka_unit_test(test_naps_are_of_five_milliseconds_or_two),
		cmocka_unit_test(test_a_blocked_source_is_read_again_at_once),
		cmocka_unit_test(test_an_idle_loop_sleeps_until_the_driver_wakes_it),
		cmocka_unit_test(test_an_idle_loop_writes_the_capture),
		cmocka_unit_test(test_an_event_has_four_mib_of_memory),
		cmocka_unit_test(test_a_signal_of_others_ends_a_nap_and_a_bad_descriptor_the_loop),
	};

	for (int fd = STDERR_FILENO + 1; fd < 256; fd++)
		close(fd);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
