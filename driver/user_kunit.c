// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tests with KUnit that copying user memory stops at the first unreadable page.
 * The suite maps two pages into the process that loads it, unmaps the second,
 * and lends that address space to the test threads.
 */
#include <kunit/test.h>
#include <linux/kthread.h>
#include <linux/mm.h>
#include <linux/mman.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include "user.h"

static struct mm_struct *lent;
static unsigned long page;	/* its end is the edge */

static int user_suite_init(struct kunit_suite *suite)
{
	if (!current->mm)
		return -ENODEV;
	page = vm_mmap(NULL, 0, 2 * PAGE_SIZE, PROT_READ | PROT_WRITE,
		       MAP_ANONYMOUS | MAP_PRIVATE, 0);
	if (IS_ERR_VALUE(page))
		return -ENOMEM;
	vm_munmap(page + PAGE_SIZE, PAGE_SIZE);
	if (clear_user((void __user *)page, PAGE_SIZE))
		return -EFAULT;
	lent = current->mm;
	mmget(lent);
	return 0;
}

static void user_suite_exit(struct kunit_suite *suite)
{
	if (!lent)
		return;
	vm_munmap(page, PAGE_SIZE);
	mmput(lent);
	lent = NULL;
}

static int user_case_init(struct kunit *test)
{
	kthread_use_mm(lent);
	return 0;
}

static void user_case_exit(struct kunit *test)
{
	if (current->mm)
		kthread_unuse_mm(lent);
}

/* A string of @len letters whose NUL is @gap bytes before the edge. */
static void __user *string_at(struct kunit *test, unsigned int len, unsigned int gap, char *copy)
{
	unsigned long at = page + PAGE_SIZE - gap - len - 1;
	unsigned int i;

	for (i = 0; i < len; i++)
		copy[i] = 'a' + i % 26;
	copy[len] = 0;
	KUNIT_ASSERT_EQ(test, copy_to_user((void __user *)at, copy, len + 1), 0ul);
	return (void __user *)at;
}

static void a_string_ends_at_its_nul_wherever_it_lies(struct kunit *test)
{
	char want[64], got[72];
	unsigned int len, gap, i;

	for (len = 0; len < 40; len++) {
		for (gap = 0; gap < 17; gap++) {
			void __user *src = string_at(test, len, gap, want);

			memset(got, 0x55, sizeof(got));
			KUNIT_ASSERT_EQ(test, saker_user_str(got, src, 64), (long)len);
			KUNIT_ASSERT_EQ(test, memcmp(got, want, len), 0);
			for (i = len; i % 8; i++)
				KUNIT_ASSERT_EQ(test, (int)got[i], 0);
			KUNIT_ASSERT_EQ(test, (int)got[64], 0x55);
		}
	}
}

static void a_string_without_end_is_unreadable_or_cut(struct kunit *test)
{
	void __user *src = (void __user *)(page + PAGE_SIZE - 32);
	char got[72], full[32];

	memset(full, 'x', sizeof(full));
	KUNIT_ASSERT_EQ(test, copy_to_user(src, full, sizeof(full)), 0ul);
	KUNIT_EXPECT_EQ(test, saker_user_str(got, src, 64), (long)-EFAULT);
	KUNIT_EXPECT_EQ(test, saker_user_str(got, src, 32), 32l);
	KUNIT_EXPECT_EQ(test, saker_user_str(got, src, 16), 16l);
	KUNIT_EXPECT_EQ(test, saker_user_str(got, src, 0), 0l);
}

static void addresses_of_the_kernel_are_unreadable(struct kunit *test)
{
	static const char secret[] = "not for you";
	char got[72];

	KUNIT_EXPECT_EQ(test, saker_user_str(got, (void __user *)secret, 64), (long)-EFAULT);
	KUNIT_EXPECT_EQ(test, saker_user_bytes(got, (void __user *)secret, 8), -EFAULT);
	KUNIT_EXPECT_EQ(test, saker_user_str(got, (void __user *)(TASK_SIZE_MAX - 4), 64),
			(long)-EFAULT);
	KUNIT_EXPECT_EQ(test, -EFAULT,
			saker_user_bytes(got, (void __user *)(TASK_SIZE_MAX - 4), 8));
	KUNIT_EXPECT_EQ(test, saker_user_str(got, (void __user *)-1ul, 64), (long)-EFAULT);
	KUNIT_EXPECT_EQ(test, saker_user_bytes(got, (void __user *)-1ul, 8), -EFAULT);
	KUNIT_EXPECT_EQ(test, saker_user_bytes(got, (void __user *)-8ul, ~0ul), -EFAULT);
}

static void bytes_are_copied_to_the_edge_and_not_beyond(struct kunit *test)
{
	char want[64], got[72];
	unsigned int n;

	for (n = 0; n < 40; n++) {
		void __user *src = (void __user *)(page + PAGE_SIZE - n);

		memset(want, 'a' + n % 26, sizeof(want));
		memset(got, 0x55, sizeof(got));
		KUNIT_ASSERT_EQ(test, copy_to_user(src, want, n), 0ul);
		KUNIT_ASSERT_EQ(test, saker_user_bytes(got, src, n), 0);
		KUNIT_ASSERT_EQ(test, memcmp(got, want, n), 0);
		KUNIT_ASSERT_EQ(test, (int)got[ALIGN(n, 8)], 0x55);
		KUNIT_ASSERT_EQ(test, saker_user_bytes(got, src, n + 1), -EFAULT);
	}
}

static struct kunit_case user_cases[] = {
	KUNIT_CASE(a_string_ends_at_its_nul_wherever_it_lies),
	KUNIT_CASE(a_string_without_end_is_unreadable_or_cut),
	KUNIT_CASE(addresses_of_the_kernel_are_unreadable),
	KUNIT_CASE(bytes_are_copied_to_the_edge_and_not_beyond),
	{}
};

static struct kunit_suite user_suite = {
	.name = "saker-user",
	.suite_init = user_suite_init,
	.suite_exit = user_suite_exit,
	.init = user_case_init,
	.exit = user_case_exit,
	.test_cases = user_cases,
};

kunit_test_suite(user_suite);
