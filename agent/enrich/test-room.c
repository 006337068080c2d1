/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that the process table keeps its limit of bytes when known processes grow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>
#include "enrich/enrich.h"
#include "enrich/proc.h"

#define TASKS		4000u
#define ARGV		32768u
#define MIB		(1ull << 20)
#define T0		100000000000ull

static union record {
	struct ev_header hdr;
	struct ev_task task;
	struct ev_execve execve;
	char bytes[sizeof(struct ev_execve) + ARGV];
} rec;

static void begin(uint16_t type, size_t size, uint32_t pid, uint32_t argv)
{
	rec.hdr = (struct ev_header){ 0 };
	memset(&rec, 0, size);
	rec.hdr = (struct ev_header){
		.type = type, .len = (uint32_t)size + argv, .fixed_len = (uint16_t)size,
		.ts_ns = T0 + pid, .start_ns = 1000 + pid, .tid = pid, .tgid = pid, .nr = 59,
	};
}

static void apply_task(struct enrich *enrich, uint32_t pid, uint32_t argv)
{
	struct event ev = { .hdr = &rec.hdr, .task = &rec.task };

	begin(EV_task, sizeof(rec.task), pid, argv);
	rec.task.group_start_ns = rec.hdr.start_ns;
	rec.task.argv = (struct ev_part){ sizeof(rec.task), argv, argv, argv };
	assert_int_equal(enrich_apply(enrich, &ev), ENRICH_STATE);
	enrich_retire(enrich, &ev);
}

static void apply_exec(struct enrich *enrich, uint32_t pid, uint32_t argv)
{
	struct event ev = { .hdr = &rec.hdr, .execve = &rec.execve };

	begin(EV_execve, sizeof(rec.execve), pid, argv);
	rec.execve.argv = (struct ev_part){ sizeof(rec.execve), argv, argv, argv };
	assert_int_equal(enrich_apply(enrich, &ev), 0);
	assert_non_null(ev.proc);
	assert_int_equal(ev.proc->process->tgid, pid);
	assert_non_null(ev.proc->process->image);
	enrich_retire(enrich, &ev);
}

static void assert_within(const struct enrich *enrich, uint64_t max)
{
	struct enrich_stats stats;

	enrich_stats(enrich, &stats);
	assert_true(stats.process_bytes <= max);
	assert_true(stats.process_bytes > max - MIB);
	assert_true(stats.evicted > 0);
}

/* Known processes, of which each is then given a large program: by an exec, or read again. */
static void fill_again(void (*apply)(struct enrich *, uint32_t, uint32_t))
{
	const struct enrich_config config = { .key = { 1, 2 } };
	struct enrich *enrich;

	assert_int_equal(enrich_new(&enrich, &config), 0);
	for (uint32_t pid = 1; pid <= TASKS; pid++)
		apply_task(enrich, pid, 0);
	for (uint32_t pid = TASKS; pid >= 1900; pid--)
		apply(enrich, pid, ARGV);
	assert_within(enrich, 128 * MIB);
	enrich_free(enrich);
}

static void test_programs_of_known_processes_take_128_mib_at_most(void **state)
{
	(void)state;
	fill_again(apply_exec);
}

static void test_tasks_read_again_take_128_mib_at_most(void **state)
{
	(void)state;
	fill_again(apply_task);
}

/* The one that grows is never removed, however small the table is. */
static void test_a_process_that_is_too_big_alone_is_kept(void **state)
{
	const struct enrich_config config = { .key = { 1, 2 }, .max_bytes = 8192 };
	struct enrich_stats stats;
	struct enrich *enrich;

	(void)state;
	assert_int_equal(enrich_new(&enrich, &config), 0);
	apply_task(enrich, 7, 0);
	apply_task(enrich, 8, 0);
	apply_exec(enrich, 7, ARGV);
	enrich_stats(enrich, &stats);
	assert_int_equal(stats.processes, 1);
	assert_int_equal(stats.threads, 1);
	enrich_free(enrich);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_programs_of_known_processes_take_128_mib_at_most),
		cmocka_unit_test(test_tasks_read_again_take_128_mib_at_most),
		cmocka_unit_test(test_a_process_that_is_too_big_alone_is_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
