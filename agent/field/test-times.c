/* SPDX-License-Identifier: Apache-2.0 */
/* Tests fields that are differences of times: also impossible times of a hostile capture. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "decode/event.h"
#include "enrich/proc.h"
#include "field/field.h"

struct times {
	int64_t wall_ns;		/* of the event */
	uint64_t boot_ns;		/* the same moment, CLOCK_BOOTTIME */
	uint64_t start_ns;		/* of the process and of its pid namespace's init, CLOCK_BOOTTIME */
	uint64_t ctime_ns;		/* of the executable, time of day */
};

/* Return: as the field's function. */
static int read_field(struct str name, const struct times *t, int64_t *ret)
{
	struct exec_image image = { .exe_ctime_ns = t->ctime_ns };
	struct process process = { .start_ns = t->start_ns, .pidns_start_ns = t->start_ns,
				   .image = &image };
	struct proc proc = { .process = &process };
	struct ev_header hdr = { .ts_ns = t->boot_ns };
	struct event ev = { .hdr = &hdr, .time_ns = t->wall_ns, .proc = &proc };
	struct value v = { 0 };
	int r = field_find(name)->extract(&v, &ev, NULL);

	*ret = v.i;
	return r;
}

static void test_differences_of_times_wrap_and_nothing_else_happens(void **state)
{
	static const struct {
		struct str field;
		struct times times;
		int r;
		int64_t value;
	} row[] = {
		{ .field = STR_INIT("proc.exe_ino.ctime_duration_proc_start"), .value = 100,
		  .times = { .wall_ns = 1000, .boot_ns = 500, .start_ns = 400, .ctime_ns = 800 } },
		{ .field = STR_INIT("proc.exe_ino.ctime_duration_pidns_start"), .value = 50,
		  .times = { .wall_ns = 1000, .boot_ns = 500, .start_ns = 250, .ctime_ns = 800 } },
		{ .field = STR_INIT("proc.exe_ino.ctime_duration_pidns_start"), .r = FIELD_MISSING,
		  .times = { .wall_ns = 1000, .boot_ns = 500, .start_ns = 400, .ctime_ns = 800 } },
		{ .field = STR_INIT("proc.exe_ino.ctime_duration_proc_start"), .r = FIELD_MISSING,
		  .times = { .wall_ns = INT64_MAX, .start_ns = 1 } },
		{ .field = STR_INIT("proc.exe_ino.ctime_duration_proc_start"), .value = INT64_MIN + 1,
		  .times = { .wall_ns = INT64_MAX, .start_ns = 1, .ctime_ns = UINT64_MAX } },
		{ .field = STR_INIT("proc.exe_ino.ctime_duration_pidns_start"), .value = INT64_MAX - 1,
		  .times = { .wall_ns = INT64_MAX, .start_ns = 1, .ctime_ns = UINT64_MAX - 1 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(*row); i++) {
		int64_t value;
		int r = read_field(row[i].field, &row[i].times, &value);

		if (r != row[i].r || (!r && value != row[i].value))
			fail_msg("row %zu: %d, %lld", i, r, (long long)value);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_differences_of_times_wrap_and_nothing_else_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
