/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests what ends the loop: signals, the time of --for, a drain that takes too long; when a slow
 * reader is given up; and what the service manager receives before.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "app/test-wait.h"

#define LONG_MS	10000			/* far more than any machine needs */

/* -- messages to the service manager -- */

/* Listens where the environment says; returns the descriptor. */
static int open_manager(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	char name[64];

	snprintf(name, sizeof(name), "@saker-test-wait-%d", (int)getpid());
	strcpy(addr.sun_path + 1, name + 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr,
			      (socklen_t)(sizeof(sa_family_t) + strlen(name))), 0);
	setenv("NOTIFY_SOCKET", name, 1);
	return fd;
}

static void expect_message(int manager, const char *text)
{
	char got[64] = "";
	const ssize_t n = recv(manager, got, sizeof(got) - 1, 0);

	assert_int_equal(n < 0, !text);
	assert_string_equal(got, text ? text : "");
}

static void test_a_loop_is_ready_when_it_is_idle_first(void **state)
{
	const int manager = open_manager();
	struct fixture f;

	(void)state;
	start(&f, true);
	f.sleep = SOURCE_BLOCKED;
	f.loop.busy = true;
	assert_int_equal(loop_wait(&f.loop, SOURCE_IDLE), 0);
	expect_message(manager, NULL);
	for (unsigned int n = 0; n < 2; n++) {
		assert_int_equal(loop_wait(&f.loop, SOURCE_IDLE), 0);
		expect_message(manager, n ? NULL : "READY=1");
		assert_true(f.loop.ready);
	}
	end(&f);
	unsetenv("NOTIFY_SOCKET");
	close(manager);
}

static void test_the_watchdog_expires_at_multiples_of_half_its_time(void **state)
{
	static const struct {
		const char *usec;
		uint64_t every_ns;
	} cases[] = { { "3000000", 1500 * MS }, { "400000", 200 * MS } };
	const int manager = open_manager();
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct itimerspec *at = &timer_set.at;
		uint64_t first, began = clock_boottime_ns();

		setenv("WATCHDOG_USEC", cases[i].usec, 1);
		start(&f, true);
		assert_int_equal(timer_set.fd, f.loop.watchdog.fd);
		assert_int_equal(timer_set.flags, TFD_TIMER_ABSTIME);
		first = (uint64_t)at->it_value.tv_sec * NS_PER_S + (uint64_t)at->it_value.tv_nsec;
		assert_int_equal(first % cases[i].every_ns, 0);
		assert_in_range(first, began + 1, clock_boottime_ns() + cases[i].every_ns);
		assert_int_equal((uint64_t)at->it_interval.tv_sec * NS_PER_S +
				 (uint64_t)at->it_interval.tv_nsec, cases[i].every_ns);
		assert_int_equal(loop_wait(&f.loop, SOURCE_IDLE), 0);
		expect_message(manager, "READY=1");
		expect_message(manager, "WATCHDOG=1");
		assert_true(clock_boottime_ns() >= first);
		end(&f);
	}
	unsetenv("WATCHDOG_USEC");
	unsetenv("NOTIFY_SOCKET");
	close(manager);
}

/* -- the end -- */

static int wait_for_signal(struct fixture *f, int number)
{
	raise(number);
	return loop_wait(&f->loop, SOURCE_BLOCKED);
}

static void test_the_first_signal_stops_the_driver_and_the_second_ends_the_loop(void **state)
{
	struct fixture f;
	uint64_t began;

	(void)state;
	for (int number = SIGINT; number <= SIGTERM; number += SIGTERM - SIGINT) {
		start(&f, true);
		began = clock_boottime_ns();
		assert_int_equal(wait_for_signal(&f, number), 0);
		expect_calls(&f, "QX");
		assert_true(f.loop.stopping && f.loop.ending);
		assert_in_range(f.loop.stop_by_ns, began + 10 * NS_PER_S, clock_boottime_ns() + 10 * NS_PER_S);
		assert_int_equal(wait_for_signal(&f, number), LOOP_DONE);
		expect_calls(&f, "Q");
		end(&f);
		start(&f, false);		/* a capture needs no drain */
		assert_int_equal(wait_for_signal(&f, number), LOOP_DONE);
		expect_calls(&f, "Q");
		assert_true(f.loop.ending && !f.loop.stopping);
		end(&f);
	}
	start(&f, false);
	f.loop.busy = true;		/* read during a nap */
	raise(SIGTERM);
	assert_int_equal(loop_wait(&f.loop, SOURCE_IDLE), LOOP_DONE);
	end(&f);
	start(&f, true);
	f.stop = -EIO;
	assert_int_equal(wait_for_signal(&f, SIGTERM), -EIO);
	assert_string_equal(f.loop.error.text, "disarming the hooks: Input/output error");
	end(&f);
}

static void test_a_hangup_does_not_end_the_loop(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, true);
	assert_int_equal(wait_for_signal(&f, SIGHUP), 0);
	expect_calls(&f, "QH");
	assert_false(f.loop.ending);
	f.hangup = -ENOMEM;
	assert_int_equal(wait_for_signal(&f, SIGHUP), -ENOMEM);
	end(&f);
}

static void test_without_rules_to_read_again_a_hangup_ends_the_loop(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, true);
	f.loop.on_hangup = NULL;
	raise(SIGHUP);
	assert_false(loop_gives_up(&f.loop));
	assert_int_not_equal(f.loop.give_up_ns, 0);
	assert_int_equal(loop_wait(&f.loop, SOURCE_BLOCKED), 0);
	expect_calls(&f, "QX");
	assert_true(f.loop.stopping && f.loop.ending);
	end(&f);
}

static void test_a_drain_ends_with_the_last_record_or_its_time(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, true);
	assert_int_equal(wait_for_signal(&f, SIGTERM), 0);
	assert_int_equal(loop_wait(&f.loop, SOURCE_BLOCKED), 0);
	f.loop.since_look_up = 4095;
	assert_int_equal(loop_look_up(&f.loop), 0);
	assert_int_equal(loop_wait(&f.loop, SOURCE_IDLE), LOOP_DONE);
	f.loop.stop_by_ns = clock_boottime_ns() - 1;
	assert_int_equal(loop_wait(&f.loop, SOURCE_BLOCKED), LOOP_DONE);
	f.loop.since_look_up = 4095;
	assert_int_equal(loop_look_up(&f.loop), LOOP_DONE);
	f.loop.stopping = false;
	f.loop.since_look_up = 4095;
	assert_int_equal(loop_look_up(&f.loop), 0);
	end(&f);
}

static void test_signals_are_looked_for_after_4096_records(void **state)
{
	struct fixture f;

	(void)state;
	start(&f, true);
	raise(SIGHUP);
	for (unsigned int round = 0; round < 2; round++) {
		for (unsigned int n = 0; n < 4095; n++)
			assert_int_equal(loop_look_up(&f.loop), 0);
		expect_calls(&f, "");
		assert_int_equal(loop_look_up(&f.loop), 0);
		expect_calls(&f, round ? "Q" : "QH");
	}
	assert_int_equal(f.loop.stats.wakeups, 0);
	end(&f);
}

static void test_the_time_of_for_ends_the_loop(void **state)
{
	const struct itimerspec now = { .it_value.tv_nsec = 1 };
	struct fixture f;

	(void)state;
	prepare(&f, true);
	f.loop.for_s = 7;
	assert_int_equal(loop_init(&f.loop), 0);
	assert_int_equal(timer_set.calls, 2);		/* the clock is watched, too */
	end(&f);
	prepare(&f, false);
	f.loop.for_s = 7;
	assert_int_equal(loop_init(&f.loop), 0);
	assert_int_equal(timer_set.fd, f.loop.timer.fd);
	assert_int_equal(timer_set.flags, 0);
	assert_int_equal(timer_set.at.it_value.tv_sec, 7);
	assert_int_equal(timer_set.at.it_value.tv_nsec, 0);
	assert_false(loop_gives_up(&f.loop));
	assert_int_equal(f.loop.give_up_ns, 0);
	timerfd_settime(f.loop.timer.fd, 0, &now, NULL);
	poll(&(struct pollfd){ f.loop.timer.fd, POLLIN, 0 }, 1, LONG_MS);
	assert_false(loop_gives_up(&f.loop));
	assert_true(f.loop.give_up_ns > 0);		/* the time is over, also if no one read the timer */
	assert_int_equal(loop_wait(&f.loop, SOURCE_BLOCKED), LOOP_DONE);
	assert_true(f.loop.ending);
	end(&f);
}

static void test_a_slow_reader_is_given_up_a_second_after_a_signal(void **state)
{
	static const struct {
		int number;
		bool ends;
	} cases[] = { { 0, false }, { SIGHUP, false }, { SIGINT, true }, { SIGTERM, true } };
	struct fixture f;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const uint64_t began = clock_boottime_ns();
		uint64_t due;

		start(&f, true);
		if (cases[i].number)
			raise(cases[i].number);		/* pending: the loop does not read it now */
		assert_false(loop_gives_up(&f.loop));
		due = f.loop.give_up_ns;
		assert_int_equal(due != 0, cases[i].ends);
		if (due)
			assert_in_range(due, began + NS_PER_S, clock_boottime_ns() + NS_PER_S);
		assert_false(loop_gives_up(&f.loop));
		assert_int_equal(f.loop.give_up_ns, due);	/* not put off */
		f.loop.give_up_ns = 1;
		assert_int_equal(loop_gives_up(&f.loop), cases[i].ends);
		forget_signals();
		f.loop.ending = true;			/* it was read before */
		assert_true(loop_gives_up(&f.loop));
		end(&f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_loop_is_ready_when_it_is_idle_first),
		cmocka_unit_test(test_the_watchdog_expires_at_multiples_of_half_its_time),
		cmocka_unit_test(test_the_first_signal_stops_the_driver_and_the_second_ends_the_loop),
		cmocka_unit_test(test_a_hangup_does_not_end_the_loop),
		cmocka_unit_test(test_without_rules_to_read_again_a_hangup_ends_the_loop),
		cmocka_unit_test(test_a_drain_ends_with_the_last_record_or_its_time),
		cmocka_unit_test(test_signals_are_looked_for_after_4096_records),
		cmocka_unit_test(test_the_time_of_for_ends_the_loop),
		cmocka_unit_test(test_a_slow_reader_is_given_up_a_second_after_a_signal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
