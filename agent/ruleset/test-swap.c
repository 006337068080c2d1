/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests a hundred swaps at 200,000 numbered events a second: each event is evaluated by
 * exactly one generation, and no replaced rule matches again. The events are real records
 * from a source of the test; loop, engine and swap are the product's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "ruleset/swap.h"
#include "app/wait.h"
#include "lib/clock.h"
#include "lib/fd.h"

#define SWAPS		100u
#define PER_S		200000u		/* events */
#define EVENTS_MAX	(60u * PER_S)	/* the test fails on a slower machine */

#ifdef __SANITIZE_THREAD__
#define SLOWED_DOWN	true
#else
#define SLOWED_DOWN	false
#endif

struct numbers {			/* a source of numbered events */
	struct source source;
	struct ev_syscall rec;
	uint64_t start_ns;
	uint64_t n;			/* number of events returned */
	bool end;
	unsigned int selections;
	unsigned int prefilters;	/* loaded so far */
	bool excludes;			/* one is in force: for the selection in force */
	bool refuse;			/* refuse the next selection, as a driver may */
	bool refuse_prefilter;		/* likewise the next prefilter */
};

struct test {
	struct numbers numbers;
	struct loop loop;
	struct swap *swap;
	char path[64];
	const char *paths[1];
	unsigned int written;		/* the number in the rule's name */
	unsigned int swaps, refused;
	unsigned int unfiltered;	/* swaps without a prefilter */
	uint64_t ticket;		/* ticket of the last outcome */
	char said[4096];		/* text of the last outcome */
	uint64_t evaluated;		/* matches of all rules */
	uint64_t wrong;			/* events evaluated twice or not at all */
	uint64_t stale;			/* matches of rules that are not in force */
	uint64_t least;			/* fewest events evaluated by one generation */
	uint64_t before;		/* events evaluated before the last swap */
};

static uint64_t thread_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

/* -- the source -- */

static int numbers_next(struct source *source, struct record *ret)
{
	struct numbers *s = (struct numbers *)source;

	if (s->end)
		return SOURCE_END;
	if ((clock_boottime_ns() - s->start_ns) * PER_S / NS_PER_S <= s->n)
		return SOURCE_IDLE;
	s->rec.hdr.seq = ++s->n;
	s->rec.hdr.ts_ns = s->start_ns + s->n;
	*ret = (struct record){ .p = &s->rec, .n = sizeof(s->rec) };
	return 0;
}

static void numbers_release(struct source *source, const struct record *rec)
{
	(void)source;
	(void)rec;
}

static int numbers_sleep(struct source *source)
{
	(void)source;
	return SOURCE_BLOCKED;		/* more events always follow */
}

static int numbers_select(struct source *source, const struct saker_selection *selection,
			  char *error, size_t size)
{
	struct numbers *s = (struct numbers *)source;

	(void)selection;
	s->selections++;
	s->excludes = false;
	if (!s->refuse)
		return 0;
	s->refuse = false;
	snprintf(error, size, "the test's driver refuses");
	return -EIO;
}

static int numbers_prefilter(struct source *source, const struct saker_prefilter *program)
{
	struct numbers *s = (struct numbers *)source;

	(void)program;
	s->prefilters++;
	s->excludes = !s->refuse_prefilter;
	s->refuse_prefilter = false;
	return s->excludes ? 0 : -EIO;
}

static void numbers_stats(const struct source *source, struct source_stats *ret)
{
	ret->records = ((const struct numbers *)source)->n;
}

static void numbers_close(struct source *source)
{
	(void)source;
}

static const struct source_ops numbers_ops = {
	.next = numbers_next,
	.release = numbers_release,
	.sleep = numbers_sleep,
	.select = numbers_select,
	.prefilter = numbers_prefilter,
	.stats = numbers_stats,
	.close = numbers_close,
};

/* -- rules, events, evaluation -- */

/* Replaced by rename(): the thread may be reading the file. */
static void write_rules(struct test *t, const char *condition)
{
	char text[512], path[sizeof(t->path) + 4];
	int n = snprintf(text, sizeof(text),
			 "- rule: counted\n  desc: d\n  output: o\n  priority: INFO\n"
			 "  condition: evt.type = getppid and evt.num = 18446744073709551615\n"
			 "- rule: %u\n  desc: d\n  output: o\n  priority: INFO\n"
			 "  condition: %s\n", ++t->written, condition);
	int fd;

	snprintf(path, sizeof(path), "%s.new", t->path);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, text, (size_t)n), 0);
	close(fd);
	assert_int_equal(rename(path, t->path), 0);
}

static int on_match(void *ctx, const struct match *match)
{
	struct test *t = ctx;
	char name[16];

	snprintf(name, sizeof(name), STR_FMT, STR_ARG(match->rule->name));
	t->stale += strtoul(name, NULL, 10) != t->swaps + 1;
	t->wrong += match->event->hdr->seq != ++t->evaluated;
	/* Between two generations nothing is excluded. */
	t->wrong += t->numbers.excludes && t->numbers.selections > t->swaps;
	return t->numbers.n > EVENTS_MAX ? -ETIME : 0;
}

/* Each outcome requests the next reload, until there were enough. */
static void on_reload(void *ctx, const struct swap_outcome *outcome)
{
	struct test *t = ctx;

	assert_true(outcome->ticket > t->ticket);
	t->ticket = outcome->ticket;
	snprintf(t->said, sizeof(t->said), STR_FMT, STR_ARG(outcome->text));
	if (outcome->error < 0) {
		t->refused++;
		t->numbers.end = true;
		return;
	}
	t->swaps++;
	t->unfiltered += outcome->prefilter == -EIO;
	assert_int_equal(outcome->now->number, t->swaps + 1);
	if (t->evaluated - t->before < t->least)
		t->least = t->evaluated - t->before;
	t->before = t->evaluated;
	if (t->swaps == SWAPS) {
		t->numbers.end = true;
		return;
	}
	write_rules(t, "evt.type = getppid");
	swap_request(t->swap);
}

static struct test *begin(void)
{
	const struct enrich_config dead = { .live = false };
	const struct loop loop = LOOP_INIT;
	struct test *t = calloc(1, sizeof(*t));
	struct swap_config config;
	int fd;

	assert_non_null(t);
	t->numbers.source = (struct source){ .ops = &numbers_ops, .name = "numbers", .pollfd = -1 };
	t->numbers.rec.hdr = (struct ev_header){
		.len = sizeof(t->numbers.rec), .fixed_len = sizeof(t->numbers.rec),
		.type = EV_syscall, .flags = EV_F_SYSCALL,
		.nr = 110, .tid = 1, .tgid = 1,	/* getppid on x86-64 */
	};
	strcpy(t->path, "/tmp/saker-test-swap-XXXXXX");
	fd = mkstemp(t->path);
	assert_true(fd >= 0);
	close(fd);
	t->least = UINT64_MAX;
	t->paths[0] = t->path;
	t->loop = loop;
	t->loop.source = &t->numbers.source;
	t->loop.on_match = on_match;
	t->loop.ctx = t;
	write_rules(t, "evt.type = getppid");
	config = (struct swap_config){ .paths = t->paths, .npaths = 1, .prefilter = true,
				       .on_reload = on_reload, .ctx = t };
	assert_int_equal(swap_new(&t->swap, &config, stderr, NULL), 0);
	assert_int_equal(loss_new(&t->loop.loss, NULL, NULL), 0);
	assert_int_equal(enrich_new(&t->loop.enrich, &dead), 0);
	assert_int_equal(loop_init(&t->loop), 0);
	assert_int_equal(swap_start(t->swap, t->loop.epoll, t->loop.source), 0);
	t->loop.swap = t->swap;
	t->loop.evaluator = swap_now(t->swap)->evaluator;
	t->numbers.start_ns = clock_boottime_ns();
	return t;
}

static void end(struct test *t)
{
	loop_uninit(&t->loop);
	swap_free(t->swap);
	enrich_free(t->loop.enrich);
	loss_free(t->loop.loss);
	unlink(t->path);
	free(t);
}

static void test_each_event_is_evaluated_by_exactly_one_generation(void **state)
{
	struct test *t = begin();
	uint64_t ns, cpu_ns = thread_ns();

	(void)state;
	write_rules(t, "evt.type = getppid");
	swap_request(t->swap);
	assert_int_equal(loop_run(&t->loop), 0);
	ns = clock_boottime_ns() - t->numbers.start_ns;
	cpu_ns = thread_ns() - cpu_ns;
	print_message("%llu events in %llu ms, %llu ms of them busy, at least %llu a generation\n",
		      (unsigned long long)t->evaluated, (unsigned long long)(ns / 1000000),
		      (unsigned long long)(cpu_ns / 1000000), (unsigned long long)t->least);
	assert_int_equal(t->swaps, SWAPS);
	assert_int_equal(t->numbers.selections, SWAPS);
	assert_int_equal(t->numbers.prefilters, SWAPS);
	assert_true(t->numbers.excludes);
	assert_int_equal(t->evaluated, t->numbers.n);
	assert_int_equal(t->wrong, 0);
	assert_int_equal(t->stale, 0);
	assert_true(t->least > 0);
	if (!SLOWED_DOWN)		/* it keeps up, whatever else uses this CPU */
		assert_true(t->evaluated > cpu_ns * PER_S / NS_PER_S);
	end(t);
}

static void test_rules_with_errors_change_nothing_and_the_error_is_reported(void **state)
{
	struct test *t = begin();

	(void)state;
	write_rules(t, "evt.tpye = getppid");
	t->written = 1;
	swap_request(t->swap);
	assert_int_equal(loop_run(&t->loop), 0);
	assert_int_equal(t->refused, 1);
	assert_int_equal(t->numbers.selections, 0);
	assert_int_equal(swap_now(t->swap)->number, 1);
	assert_non_null(strstr(t->said, ":10:14: error: "));
	assert_non_null(strstr(t->said, "evt.type"));		/* the suggested name */
	assert_int_equal(t->evaluated, t->numbers.n);
	assert_int_equal(t->stale + t->wrong, 0);
	end(t);
}

static void test_the_previous_rules_stay_if_the_driver_refuses(void **state)
{
	struct test *t = begin();

	(void)state;
	t->numbers.refuse = true;
	swap_request(t->swap);
	assert_int_equal(loop_run(&t->loop), 0);
	assert_int_equal(t->refused, 1);
	assert_int_equal(swap_now(t->swap)->number, 1);
	assert_string_equal(t->said, "the test's driver refuses");
	end(t);
}

/* A reload requested while rules are read reads them again: the file may have changed meanwhile. */
static void test_every_reload_gets_an_outcome(void **state)
{
	struct test *t = begin();
	uint64_t last = 0;

	(void)state;
	for (int i = 0; i < 50; i++)
		last = swap_request(t->swap);
	assert_int_equal(last, 50);
	assert_int_equal(loop_run(&t->loop), 0);
	assert_int_equal(t->swaps, SWAPS);
	assert_true(t->ticket >= last);
	end(t);
}

static void test_new_rules_are_in_force_if_only_their_prefilter_is_refused(void **state)
{
	struct test *t = begin();

	(void)state;
	t->numbers.refuse_prefilter = true;
	write_rules(t, "evt.type = getppid");
	swap_request(t->swap);
	assert_int_equal(loop_run(&t->loop), 0);
	assert_int_equal(t->swaps, SWAPS);
	assert_int_equal(t->unfiltered, 1);
	assert_int_equal(t->refused + t->stale + t->wrong, 0);
	end(t);
}

static void test_counters_go_on_under_the_same_name(void **state)
{
	const struct rule_counters *counters;
	struct test *t = begin();

	(void)state;
	swap_request(t->swap);
	assert_int_equal(loop_run(&t->loop), 0);
	counters = evaluator_counters(swap_now(t->swap)->evaluator);
	assert_string_equal(swap_now(t->swap)->rules->rules[0].name.p, "counted");
	assert_int_equal(counters[0].evaluated, t->evaluated);
	assert_int_equal(counters[0].matched, 0);
	assert_int_equal(counters[1].matched, t->evaluated - t->before);
	end(t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_event_is_evaluated_by_exactly_one_generation),
		cmocka_unit_test(test_rules_with_errors_change_nothing_and_the_error_is_reported),
		cmocka_unit_test(test_the_previous_rules_stay_if_the_driver_refuses),
		cmocka_unit_test(test_new_rules_are_in_force_if_only_their_prefilter_is_refused),
		cmocka_unit_test(test_every_reload_gets_an_outcome),
		cmocka_unit_test(test_counters_go_on_under_the_same_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
