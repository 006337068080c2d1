/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that the loop counts records it cannot use and goes on with the next one, and that an idle
 * loop does not wake up.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "app/loop.h"
#include "lib/clock.h"

#define RECORDS	6u

struct script {				/* a source that returns these records, then ends */
	struct source source;
	struct ev_syscall rec[RECORDS];
	size_t readable[RECORDS];
	unsigned int at, released;
};

static int script_next(struct source *source, struct record *ret)
{
	struct script *s = (struct script *)source;

	if (s->at == RECORDS)
		return SOURCE_END;
	*ret = (struct record){ .p = &s->rec[s->at], .n = s->readable[s->at] };
	s->at++;
	return 0;
}

static void script_release(struct source *source, const struct record *rec)
{
	(void)rec;
	((struct script *)source)->released++;
}

static void script_stats(const struct source *source, struct source_stats *ret)
{
	ret->records = ((const struct script *)source)->at;
}

static void script_close(struct source *source)
{
	(void)source;
}

static const struct source_ops script_ops = {
	.next = script_next, .release = script_release, .stats = script_stats, .close = script_close,
};

static int count(void *ctx, const struct match *match)
{
	(void)match;
	++*(unsigned int *)ctx;
	return 0;
}

static void test_a_malformed_record_is_counted_and_skipped(void **state)
{
	const struct enrich_config dead = { .live = false };
	const struct loop init = LOOP_INIT;
	struct script script = { .at = 0 };
	struct loop loop = init;
	unsigned int matches = 0;

	(void)state;
	script.source = (struct source){ .ops = &script_ops, .name = "script", .pollfd = -1 };
	for (unsigned int i = 0; i < RECORDS; i++) {
		script.rec[i].hdr = (struct ev_header){
			.len = sizeof(script.rec[i]), .fixed_len = sizeof(script.rec[i]),
			.type = EV_syscall, .flags = EV_F_SYSCALL,
			.nr = 39, .tid = 1, .tgid = 1,
		};
		script.readable[i] = sizeof(script.rec[i]);
	}
	script.rec[1].hdr.fixed_len = 8;			/* less than a header */
	script.readable[2] = sizeof(script.rec[2]) / 2;	/* shorter than its length says */
	script.rec[3].hdr.type = EV_TYPE_MAX - 1;		/* from a newer driver */
	loop.source = &script.source;
	loop.on_match = count;
	loop.ctx = &matches;
	assert_int_equal(loss_new(&loop.loss, NULL, NULL), 0);
	assert_int_equal(enrich_new(&loop.enrich, &dead), 0);
	assert_int_equal(loop_init(&loop), 0);
	assert_int_equal(loop_run(&loop), 0);
	assert_int_equal(loop.stats.malformed, 2);
	assert_int_equal(loop.stats.unknown, 1);
	assert_int_equal(loop.stats.events, 3);
	assert_int_equal(matches, 3);
	assert_int_equal(script.released, RECORDS);
	loop_uninit(&loop);
	enrich_free(loop.enrich);
	loss_free(loop.loss);
}

/* The sanitizer ends the test if it overflows. */
static void test_a_time_that_no_clock_has_wraps(void **state)
{
	struct loop loop = { .clock_offset = INT64_MAX };

	(void)state;
	assert_true(loop_wall_ns(&loop, 1) == INT64_MIN);
	loop.clock_offset = -2;
	assert_true(loop_wall_ns(&loop, (uint64_t)INT64_MAX + 1) == INT64_MAX - 1);
	assert_true(loop_wall_ns(&loop, 5) == 3);
}

/* -- an idle agent -- */

static int idle_next(struct source *source, struct record *ret)
{
	(void)source;
	(void)ret;
	return SOURCE_IDLE;
}

static const struct source_ops idle_ops = { .next = idle_next, .stats = script_stats,
					    .close = script_close };

/* Runs an idle live loop for a second. Return: the messages that the service manager got. */
static unsigned int signs_of_life(uint64_t *wakeups)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const struct loop init = LOOP_INIT;
	struct script script = { .at = 0 };
	struct loop loop = init;
	char name[64], text[64];
	unsigned int n = 0;
	ssize_t got;

	snprintf(name, sizeof(name), "@saker-test-loop-%d", (int)getpid());
	strcpy(addr.sun_path + 1, name + 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&addr,
			      (socklen_t)(sizeof(sa_family_t) + strlen(name))), 0);
	setenv("NOTIFY_SOCKET", name, 1);
	script.source = (struct source){ .ops = &idle_ops, .name = "idle", .live = true,
					 .pollfd = -1 };
	loop.source = &script.source;
	loop.on_match = count;
	loop.for_s = 1;
	assert_int_equal(loss_new(&loop.loss, NULL, NULL), 0);
	assert_int_equal(enrich_new(&loop.enrich, &(struct enrich_config){ .live = false }), 0);
	assert_int_equal(loop_init(&loop), 0);
	assert_int_equal(loop_run(&loop), 0);
	*wakeups = loop.stats.wakeups;
	while ((got = recv(fd, text, sizeof(text) - 1, 0)) > 0) {
		text[got] = '\0';
		n += !strcmp(text, "WATCHDOG=1");
	}
	loop_uninit(&loop);
	enrich_free(loop.enrich);
	loss_free(loop.loss);
	unsetenv("NOTIFY_SOCKET");
	close(fd);
	return n;
}

static void test_an_idle_loop_notifies_the_watchdog_only_if_there_is_one(void **state)
{
	uint64_t quiet, watched;

	(void)state;
	unsetenv("WATCHDOG_USEC");
	assert_int_equal(signs_of_life(&quiet), 0);
	setenv("WATCHDOG_USEC", "400000", 1);		/* five messages per second: twice in each period */
	assert_in_range(signs_of_life(&watched), 3, 6);
	assert_in_range(watched, quiet + 3, quiet + 6);
	unsetenv("WATCHDOG_USEC");
}

/* -- naps of a busy loop -- */

struct stream {				/* live: an urgent record, then an ordinary one, then the end */
	struct source source;
	struct ev_ptrace urgent;
	struct ev_syscall ordinary;
	unsigned int at;
	char calls[16];			/* R: source_rest(), A: source_awake(), n: a nap may follow */
};

static void stream_call(struct source *source, char what)
{
	struct stream *s = (struct stream *)source;
	size_t n = strlen(s->calls);

	assert_true(n + 1 < sizeof(s->calls));
	s->calls[n] = what;
}

static int stream_next(struct source *source, struct record *ret)
{
	struct stream *s = (struct stream *)source;

	switch (s->at++) {
	case 0:
		*ret = (struct record){ .p = &s->urgent, .n = sizeof(s->urgent) };
		return 0;
	case 2:
		*ret = (struct record){ .p = &s->ordinary, .n = sizeof(s->ordinary) };
		return 0;
	case 1:
	case 3:
		stream_call(source, 'n');
		return SOURCE_IDLE;
	default:
		return SOURCE_END;
	}
}

static void stream_release(struct source *source, const struct record *rec)
{
	(void)source;
	(void)rec;
}

static void stream_rest(struct source *source)
{
	stream_call(source, 'R');
}

static void stream_awake(struct source *source)
{
	stream_call(source, 'A');
}

static const struct source_ops stream_ops = {
	.next = stream_next, .release = stream_release, .stats = script_stats, .close = script_close,
	.rest = stream_rest, .awake = stream_awake,
};

static void test_the_nap_after_an_urgent_record_is_not_ended_by_the_next(void **state)
{
	const struct loop init = LOOP_INIT;
	struct stream s = {
		.source = { .ops = &stream_ops, .name = "stream", .live = true, .pollfd = -1 },
		.urgent.hdr = { .len = sizeof(s.urgent), .fixed_len = sizeof(s.urgent),
				.type = EV_ptrace, .flags = EV_F_SYSCALL, .nr = 101 },
		.ordinary.hdr = { .len = sizeof(s.ordinary), .fixed_len = sizeof(s.ordinary),
				  .type = EV_syscall, .flags = EV_F_SYSCALL, .nr = 39 },
	};
	struct loop loop = init;
	unsigned int matches = 0;

	(void)state;
	loop.source = &s.source;
	loop.on_match = count;
	loop.ctx = &matches;
	assert_int_equal(loss_new(&loop.loss, NULL, NULL), 0);
	assert_int_equal(enrich_new(&loop.enrich, &(struct enrich_config){ .live = false }), 0);
	assert_int_equal(loop_init(&loop), 0);
	assert_int_equal(loop_run(&loop), 0);
	assert_int_equal(matches, 2);
	assert_string_equal(s.calls, "nRAn");
	loop_uninit(&loop);
	enrich_free(loop.enrich);
	loss_free(loop.loss);
}

/* -- the last drain -- */

struct driver {				/* live: some of its records are in the rings when it stops */
	struct source source;
	const struct loop *loop;
	uint64_t to_drain_ns;		/* the time it was given when it was stopped */
	struct ev_syscall rec[RECORDS];
	unsigned int at, released;
	bool stopped;
};

static int driver_next(struct source *source, struct record *ret)
{
	struct driver *d = (struct driver *)source;

	if (d->at == (d->stopped ? RECORDS : 2))
		return SOURCE_IDLE;
	*ret = (struct record){ .p = &d->rec[d->at], .n = sizeof(d->rec[d->at]) };
	d->at++;
	return 0;
}

static void driver_release(struct source *source, const struct record *rec)
{
	(void)rec;
	((struct driver *)source)->released++;
}

static int driver_stop(struct source *source)
{
	struct driver *d = (struct driver *)source;

	d->stopped = true;
	d->to_drain_ns = d->loop->stop_by_ns - clock_boottime_ns();
	return 0;
}

static const struct source_ops driver_ops = {
	.next = driver_next, .release = driver_release, .stop = driver_stop,
	.stats = script_stats, .close = script_close,
};

static void test_records_left_in_the_rings_at_the_end_are_evaluated(void **state)
{
	const struct enrich_config dead = { .live = false };
	const struct loop init = LOOP_INIT;
	struct driver driver = { .at = 0 };
	struct loop loop = init;
	unsigned int matches = 0;

	(void)state;
	driver.source = (struct source){ .ops = &driver_ops, .name = "driver", .live = true,
					 .pollfd = -1 };
	for (unsigned int i = 0; i < RECORDS; i++)
		driver.rec[i].hdr = (struct ev_header){
			.len = sizeof(driver.rec[i]), .fixed_len = sizeof(driver.rec[i]),
			.type = EV_syscall, .flags = EV_F_SYSCALL,
			.nr = 39, .tid = 1, .tgid = 1,
		};
	driver.loop = &loop;
	loop.source = &driver.source;
	loop.on_match = count;
	loop.ctx = &matches;
	assert_int_equal(loss_new(&loop.loss, NULL, NULL), 0);
	assert_int_equal(enrich_new(&loop.enrich, &dead), 0);
	assert_int_equal(loop_init(&loop), 0);
	raise(SIGTERM);			/* blocked: read when the loop waits first */
	assert_int_equal(loop_run(&loop), 0);
	assert_true(driver.stopped);
	assert_in_range(driver.to_drain_ns, 9500000000, 10000000000);
	assert_int_equal(matches, RECORDS);
	assert_int_equal(driver.released, RECORDS);
	loop_uninit(&loop);
	enrich_free(loop.enrich);
	loss_free(loop.loss);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_malformed_record_is_counted_and_skipped),
		cmocka_unit_test(test_a_time_that_no_clock_has_wraps),
		cmocka_unit_test(test_the_nap_after_an_urgent_record_is_not_ended_by_the_next),
		cmocka_unit_test(test_an_idle_loop_notifies_the_watchdog_only_if_there_is_one),
		cmocka_unit_test(test_records_left_in_the_rings_at_the_end_are_evaluated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
