// SPDX-License-Identifier: GPL-2.0-only
/* Tests with KUnit which event records a call, and what a selection does with it. */
#include <kunit/test.h>
#include <linux/slab.h>
#include "arch/arch.h"
#include "select.h"

static void a_call_is_one_event_under_every_abi(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, saker_type_of(EV_ABI_64, 257), (u32)EV_open);
	KUNIT_EXPECT_EQ(test, saker_type_of(EV_ABI_IA32, 295), (u32)EV_open);
	KUNIT_EXPECT_EQ(test, saker_type_of(EV_ABI_X32, 257), (u32)EV_open);
	KUNIT_EXPECT_EQ(test, saker_type_of(EV_ABI_X32, 545), (u32)EV_execve);
	KUNIT_EXPECT_EQ(test, saker_type_of(EV_ABI_64, 110), (u32)EV_syscall);
	KUNIT_EXPECT_EQ(test, saker_type_of(EV_ABI_64, SAKER_NR_BAD), (u32)EV_syscall);
	KUNIT_EXPECT_EQ(test, saker_type_of(EV_ABI_IA32, 547), (u32)EV_syscall);
}

static unsigned int nr_of(long orig_ax, unsigned int *abi)
{
	struct pt_regs regs = { .orig_ax = orig_ax };

	return saker_syscall_nr(&regs, abi);
}

static void any_number_has_a_place(struct kunit *test)
{
	static const long bad[] = { -1, 548, 1000, 0x7fffffff, 0x40000000 | 548, 0x80000000l };
	unsigned int abi, i;

	for (i = 0; i < ARRAY_SIZE(bad); i++) {
		KUNIT_EXPECT_EQ(test, nr_of(bad[i], &abi), (unsigned int)SAKER_NR_BAD);
		KUNIT_EXPECT_EQ(test, abi, (unsigned int)EV_ABI_64);
	}
	KUNIT_EXPECT_EQ(test, nr_of(0x40000000 | 547, &abi), 547u);
	KUNIT_EXPECT_EQ(test, abi, (unsigned int)EV_ABI_X32);
	KUNIT_EXPECT_EQ(test, nr_of(547, &abi), 547u);
	KUNIT_EXPECT_EQ(test, abi, (unsigned int)EV_ABI_64);
}

static void actions_say_what_is_recorded(struct kunit *test)
{
	static const struct {
		u8 action;
		int success, failure;
	} row[] = {
		{ .action = 0, .success = SAKER_EMIT_UNWANTED, .failure = SAKER_EMIT_UNWANTED },
		{ .action = SAKER_ACT_COUNT, .success = SAKER_FILL_FILTERED,
		  .failure = SAKER_FILL_FILTERED },
		{ .action = SAKER_ACT_EMIT, .success = SAKER_FILL_OK,
		  .failure = SAKER_FILL_FILTERED },
		{ .action = SAKER_ACT_EMIT_FAILED, .success = SAKER_FILL_FILTERED,
		  .failure = SAKER_FILL_OK },
		{ .action = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED, .success = SAKER_FILL_OK,
		  .failure = SAKER_FILL_OK },
	};
	struct saker_selection *sel = kunit_kzalloc(test, sizeof(*sel), GFP_KERNEL);
	struct saker_fill f = { .abi = EV_ABI_IA32, .nr = 5, .sel = sel };
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, sel);
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		sel->action[EV_ABI_IA32][5] = row[i].action;
		f.flags = EV_F_SYSCALL;
		KUNIT_EXPECT_EQ(test, saker_select(&f, EV_open), row[i].success);
		f.flags = EV_F_SYSCALL | EV_F_FAILED;
		KUNIT_EXPECT_EQ(test, saker_select(&f, EV_open), row[i].failure);
	}
	f.flags = 0;
	KUNIT_EXPECT_EQ(test, saker_select(&f, EV_clone), (int)SAKER_EMIT_UNWANTED);
	sel->event[EV_clone] = 1;
	KUNIT_EXPECT_EQ(test, saker_select(&f, EV_clone), (int)SAKER_FILL_OK);
}

static void nonsense_is_refused_with_a_reason(struct kunit *test)
{
	struct saker_selection *sel = kunit_kzalloc(test, sizeof(*sel), GFP_KERNEL);
	const char *why;

	KUNIT_ASSERT_NOT_NULL(test, sel);
	KUNIT_EXPECT_EQ(test, saker_selection_check(sel, &why), -EINVAL);
	KUNIT_EXPECT_NOT_NULL(test, why);
	sel->generation = 1;
	KUNIT_EXPECT_EQ(test, saker_selection_check(sel, &why), 0);
	sel->action[2][SAKER_NR_SLOTS - 1] = 16;
	KUNIT_EXPECT_EQ(test, saker_selection_check(sel, &why), -EINVAL);
	sel->action[2][SAKER_NR_SLOTS - 1] = 0;
	sel->event[EV_TYPE_MAX - 1] = 2;
	KUNIT_EXPECT_EQ(test, saker_selection_check(sel, &why), -EINVAL);
	sel->event[EV_TYPE_MAX - 1] = 0;
	sel->argv_max = (32 << 10) + 1;
	KUNIT_EXPECT_EQ(test, saker_selection_check(sel, &why), -EINVAL);
}

static struct kunit_case select_cases[] = {
	KUNIT_CASE(a_call_is_one_event_under_every_abi),
	KUNIT_CASE(any_number_has_a_place),
	KUNIT_CASE(actions_say_what_is_recorded),
	KUNIT_CASE(nonsense_is_refused_with_a_reason),
	{}
};

static struct kunit_suite select_suite = {
	.name = "saker_select",
	.test_cases = select_cases,
};

kunit_test_suite(select_suite);
