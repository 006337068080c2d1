/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests the driver's selection in user space: what is refused of one that an agent sets, and what
 * is recorded by one that is set.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include <saker/device.h>
#include "select.h"
#include "world.h"

static void test_a_selection_is_checked_member_by_member(void **state)
{
	struct saker_selection sel = { .generation = 1 };
	const char *why;

	(void)state;
	assert_int_equal(saker_selection_check(&sel, &why), 0);
	assert_null(why);
	sel.argv_max = 32 << 10;
	sel.env_max = 32 << 10;
	sel.data_max = 4080;
	sel.event[EV_TYPE_MAX - 1] = 1;
	sel.action[EV_ABI_COUNT - 1][SAKER_NR_SLOTS - 1] = SAKER_ACT_COUNT | SAKER_ACT_EMIT |
							   SAKER_ACT_EMIT_FAILED | SAKER_ACT_EMIT_DNS;
	sel.flags = SAKER_SEL_NO_PATH | SAKER_SEL_STD_PATHS | SAKER_SEL_DNS;
	assert_int_equal(saker_selection_check(&sel, &why), 0);
#define REFUSED(member, bad, word)								\
	do {											\
		struct saker_selection broken = sel;						\
		broken.member = bad;								\
		assert_int_equal(saker_selection_check(&broken, &why), -EINVAL);		\
		assert_non_null(strstr(why, word));						\
	} while (0)
	REFUSED(generation, 0, "generation");
	REFUSED(flags, 0x8u, "flag");
	REFUSED(flags, 0x80000000u, "flag");
	REFUSED(data_max, 4081, "4,080");
	REFUSED(argv_max, (32 << 10) + 1, "32 KiB");
	REFUSED(env_max, (32 << 10) + 1, "32 KiB");
	REFUSED(event[0], 2, "event");
	REFUSED(event[EV_TYPE_MAX - 1], 2, "event");
	REFUSED(action[0][0], 16, "action");
	REFUSED(action[EV_ABI_COUNT - 1][SAKER_NR_SLOTS - 1], 16, "action");
#undef REFUSED
}

static void test_a_selection_is_replaced_as_a_whole(void **state)
{
	struct saker_selection *sel = calloc(1, sizeof(*sel));
	u32 before = twin.grace_periods;

	(void)state;
	assert_false(saker_selection_any(sel));
	assert_false(saker_selection_type(sel, EV_syscall));
	sel->action[EV_ABI_64][257] = SAKER_ACT_EMIT;
	sel->action[EV_ABI_COUNT - 1][SAKER_NR_BAD] = SAKER_ACT_COUNT;
	assert_true(saker_selection_any(sel));
	assert_true(saker_selection_type(sel, EV_open));
	assert_true(saker_selection_type(sel, EV_syscall));
	assert_false(saker_selection_type(sel, EV_execve));
	saker_selection_replace(sel);
	assert_int_equal(twin.grace_periods, before + 1);
	assert_true(saker_is_wanted(EV_ABI_64, 257));
	assert_true(saker_is_wanted(EV_ABI_COUNT - 1, SAKER_NR_BAD));
	assert_false(saker_is_wanted(EV_ABI_64, 256));
	assert_int_equal(saker_type_of(EV_ABI_IA32, 295), EV_open);
	assert_int_equal(saker_type_of(EV_ABI_X32, 545), EV_execve);
	assert_int_equal(saker_type_of(EV_ABI_64, SAKER_NR_BAD), EV_syscall);
	saker_selection_replace(NULL);
	assert_false(saker_is_wanted(EV_ABI_64, 257));
	assert_false(saker_is_wanted(EV_ABI_COUNT - 1, SAKER_NR_BAD));
	sel = calloc(1, sizeof(*sel));
	sel->action[EV_ABI_COUNT - 1][SAKER_NR_BAD] = SAKER_ACT_COUNT;
	assert_true(saker_selection_any(sel));
	sel->action[EV_ABI_COUNT - 1][SAKER_NR_BAD] = 0;
	sel->action[0][0] = SAKER_ACT_COUNT;
	assert_true(saker_selection_any(sel));
	assert_true(saker_selection_type(sel, saker_type_of(0, 0)));
	free(sel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_selection_is_checked_member_by_member),
		cmocka_unit_test(test_a_selection_is_replaced_as_a_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
