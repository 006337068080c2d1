/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that the hooks which the programs are attached to for an event are those that
 * coverage.def lists for it.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include "decode/schema.h"
#include "decode/type.h"
#include "ebpf/programs.h"
#include "source/coverage.h"

/* Instead of the compiled programs. */
extern const char ebpf_image_new[], ebpf_image_new_end[], ebpf_image_old[], ebpf_image_old_end[];
const char ebpf_image_new[1], ebpf_image_new_end[1], ebpf_image_old[1], ebpf_image_old_end[1];

/* All that the agent selects to have an event. */
static void select_event(struct saker_selection *sel, unsigned int event)
{
	memset(sel, 0, sizeof(*sel));
	sel->event[event] = 1;
	for (evt_type_t t = 0; t < EVT_SYS_COUNT; t++) {
		for (unsigned int abi = 0; abi < EV_ABI_COUNT; abi++) {
			const int nr = evt_type_nr(t, (enum ev_abi)abi);

			if (evt_type_event(t) == event && nr >= 0)
				sel->action[abi][nr] = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED;
		}
	}
}

static bool has_row(unsigned int event, const char *hook)
{
	for (unsigned int i = 0; i < ncoverage_rows; i++)
		if (coverage_rows[i].event == event && coverage_rows[i].hook &&
		    !strcmp(coverage_rows[i].hook, hook))
			return true;
	return false;
}

static void test_each_event_has_the_hooks_of_its_rows(void **state)
{
	struct saker_selection *sel = malloc(sizeof(*sel));
	unsigned int compared = 0;

	(void)state;
	assert_non_null(sel);
	for (unsigned int event = EV_execve; event <= EV_setname; event++) {
		if (!schema_event(event) || event == EV_task)
			continue;
		select_event(sel, event);
		for (unsigned int i = 0; i < nprograms; i++) {
			const struct program *p = &programs[i];
			const bool always = !strcmp(p->name, "sched_process_exit");

			if (p->role != PROGRAM_HOOK || p->second || p->instead)
				continue;
			compared++;
			if (program_needed(p, sel) != (has_row(event, p->name) || always))
				fail_msg("%s: hook %s", schema_event(event)->name, p->name);
		}
	}
	assert_true(compared > 100);
	free(sel);
}

static void test_each_row_has_a_hook(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < ncoverage_rows; i++) {
		bool found = !coverage_rows[i].hook;

		for (unsigned int k = 0; k < nprograms && !found; k++)
			found = programs[k].role == PROGRAM_HOOK &&
				!strcmp(programs[k].name, coverage_rows[i].hook);
		if (!found)
			fail_msg("no hook %s", coverage_rows[i].hook);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_event_has_the_hooks_of_its_rows),
		cmocka_unit_test(test_each_row_has_a_hook),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
