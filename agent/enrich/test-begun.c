/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that a call recorded at its entry and at its exit is one event. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "enrich/begun.h"
#include "enrich/enrich.h"

struct calls {
	struct enrich *enrich;
	struct ev_reboot record;
	struct event ev;
};

static int start(void **state)
{
	static struct calls c;
	const struct enrich_config config = { .key = { 1, 2 } };

	c = (struct calls){ 0 };
	*state = &c;
	return enrich_new(&c.enrich, &config);
}

static int stop(void **state)
{
	enrich_free(((struct calls *)*state)->enrich);
	return 0;
}

/* Whether a record of this type, by this thread, is an event. */
static bool is_event(struct calls *c, enum ev_type type, uint32_t tid, uint64_t start_ns, bool entry)
{
	int r;

	c->record = (struct ev_reboot){
		.hdr = { .len = sizeof(c->record), .fixed_len = sizeof(c->record), .type = type,
			 .tid = tid, .tgid = tid, .start_ns = start_ns, .ts_ns = 9000,
			 .flags = EV_F_SYSCALL | (entry ? EV_F_ENTRY : 0), .nr = (int)type },
	};
	c->ev = (struct event){ .hdr = &c->record.hdr, .body = &c->record };
	r = enrich_apply(c->enrich, &c->ev);
	assert_true(r == 0 || r == ENRICH_STATE);
	enrich_retire(c->enrich, &c->ev);
	return r == 0;
}

static void test_a_call_that_is_recorded_at_its_entry_and_exit_is_one_event(void **state)
{
	struct calls *c = *state;

	assert_true(is_event(c, EV_reboot, 70, 5000, true));
	assert_false(is_event(c, EV_reboot, 70, 5000, false));
	/* the next one is another event */
	assert_true(is_event(c, EV_reboot, 70, 5000, false));
	assert_true(is_event(c, EV_kexec_load, 70, 5000, true));
	assert_false(is_event(c, EV_kexec_load, 70, 5000, false));
	assert_true(is_event(c, EV_kexec_file_load, 70, 5000, true));
	assert_false(is_event(c, EV_kexec_file_load, 70, 5000, false));
}

static void test_an_exit_of_another_call_is_an_event(void **state)
{
	struct calls *c = *state;

	assert_true(is_event(c, EV_reboot, 70, 5000, true));
	assert_true(is_event(c, EV_reboot, 71, 5000, false));	/* another thread */
	assert_true(is_event(c, EV_reboot, 70, 6000, false));	/* its number was reused */
	/* the exit of the first was dropped */
	assert_true(is_event(c, EV_kexec_load, 70, 5000, false));
	assert_true(is_event(c, EV_reboot, 70, 5000, false));
}

static void test_as_many_calls_as_there_are_slots_are_joined(void **state)
{
	struct calls *c = *state;

	for (uint32_t i = 0; i < BEGUN_SLOTS; i++)
		assert_true(is_event(c, EV_reboot, 100 + i, 5000, true));
	for (uint32_t i = 0; i < BEGUN_SLOTS; i++)
		assert_false(is_event(c, EV_reboot, 100 + i, 5000, false));
	/* of more, the oldest is forgotten, and its exit is an event */
	for (uint32_t i = 0; i <= BEGUN_SLOTS; i++)
		assert_true(is_event(c, EV_reboot, 100 + i, 5000, true));
	assert_true(is_event(c, EV_reboot, 100, 5000, false));
	assert_false(is_event(c, EV_reboot, 101, 5000, false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f)	cmocka_unit_test_setup_teardown(f, start, stop)
		TEST(test_a_call_that_is_recorded_at_its_entry_and_exit_is_one_event),
		TEST(test_an_exit_of_another_call_is_an_event),
		TEST(test_as_many_calls_as_there_are_slots_are_joined),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
