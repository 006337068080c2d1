// SPDX-License-Identifier: GPL-2.0-only
/*
 * KUnit: the pending table. Tasks are only addresses to it, so tests make them
 * up; the file is a real one, and its references are counted.
 */
#include <kunit/test.h>
#include <linux/file.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <linux/shmem_fs.h>
#include "pending.h"

static struct file *file;

static int pending_init(struct kunit *test)
{
	int ret = saker_pending_init();

	if (ret)
		return ret;
	file = shmem_file_setup("saker", PAGE_SIZE, 0);
	return IS_ERR(file) ? PTR_ERR(file) : 0;
}

static void pending_exit(struct kunit *test)
{
	fput(file);
}

static long references(void)
{
	return file_count(file);
}

static struct task_struct *made_up(unsigned int i)
{
	return (void *)(0xffff888000000000ul + i * 0x1a40ul);
}

static void what_is_held_is_told_once(struct kunit *test)
{
	long before = references();
	struct saker_pending *p;
	struct saker_fd told;

	KUNIT_EXPECT_NULL(test, saker_pending_take());
	saker_pending_hold(current, file);
	KUNIT_EXPECT_EQ(test, references(), before + 1);
	p = saker_pending_take();
	KUNIT_ASSERT_NOT_NULL(test, p);
	told = saker_pending_file(p, -1);
	KUNIT_EXPECT_PTR_EQ(test, told.file, file);
	KUNIT_EXPECT_EQ(test, told.prov, (unsigned int)EV_PROV_KERNEL);
	saker_pending_put(p);
	KUNIT_EXPECT_EQ(test, references(), before);
	KUNIT_EXPECT_NULL(test, saker_pending_take());
}

static void of_two_files_the_first_is_told_and_doubted(struct kunit *test)
{
	struct file *other = shmem_file_setup("other", PAGE_SIZE, 0);
	long before = references();
	struct saker_pending *p;
	struct saker_fd told;
	unsigned int i;

	KUNIT_ASSERT_FALSE(test, IS_ERR(other));
	saker_pending_hold(current, file);
	for (i = 0; i < 3; i++)
		saker_pending_hold(current, other);
	p = saker_pending_take();
	KUNIT_ASSERT_NOT_NULL(test, p);
	told = saker_pending_file(p, -1);
	KUNIT_EXPECT_PTR_EQ(test, told.file, file);
	KUNIT_EXPECT_EQ(test, told.prov, (unsigned int)EV_PROV_SHARED_FD);
	saker_pending_put(p);
	KUNIT_EXPECT_EQ(test, references(), before);
	KUNIT_EXPECT_EQ(test, (long)file_count(other), 1l);
	fput(other);
}

static void a_task_that_exits_lets_go(struct kunit *test)
{
	u64 unpaired = saker_pending_unpaired();
	long before = references();

	saker_pending_hold(made_up(1), file);
	saker_pending_forget(made_up(2));
	KUNIT_EXPECT_EQ(test, references(), before + 1);
	saker_pending_forget(made_up(1));
	KUNIT_EXPECT_EQ(test, references(), before);
	KUNIT_EXPECT_EQ(test, saker_pending_unpaired(), unpaired + 1);
}

/* Far more tasks than slots: the rest is counted, and nothing leaks. */
static void a_full_table_refuses_and_counts(struct kunit *test)
{
	unsigned int i, tasks = 4 * SAKER_PENDING_SLOTS, round;
	long before = references(), held, first = 0;
	u64 unpaired;

	for (round = 0; round < 3; round++) {
		unpaired = saker_pending_unpaired();
		for (i = 0; i < tasks; i++)
			saker_pending_hold(made_up(i), file);
		held = references() - before;
		KUNIT_EXPECT_GT(test, held, (long)SAKER_PENDING_SLOTS / 2);
		KUNIT_EXPECT_LE(test, held, (long)SAKER_PENDING_SLOTS);
		KUNIT_EXPECT_EQ(test, saker_pending_unpaired() - unpaired, (u64)(tasks - held));
		for (i = 0; i < tasks; i++)
			saker_pending_forget(made_up(i));
		KUNIT_EXPECT_EQ(test, references(), before);
		/* Each round finds the table as the first did. */
		first = first ?: held;
		KUNIT_EXPECT_EQ(test, held, first);
	}
}

static void clearing_takes_files_and_leaves_slots_to_their_owners(struct kunit *test)
{
	long before = references();
	struct saker_pending *p;

	saker_pending_hold(current, file);
	saker_pending_clear();
	KUNIT_EXPECT_EQ(test, references(), before);
	p = saker_pending_take();
	KUNIT_ASSERT_NOT_NULL(test, p);
	KUNIT_EXPECT_NULL(test, saker_pending_file(p, -1).file);
	saker_pending_put(p);
	KUNIT_EXPECT_NULL(test, saker_pending_take());
}

static struct kunit_case pending_cases[] = {
	KUNIT_CASE(what_is_held_is_told_once),
	KUNIT_CASE(of_two_files_the_first_is_told_and_doubted),
	KUNIT_CASE(a_task_that_exits_lets_go),
	KUNIT_CASE(a_full_table_refuses_and_counts),
	KUNIT_CASE(clearing_takes_files_and_leaves_slots_to_their_owners),
	{}
};

static struct kunit_suite pending_suite = {
	.name = "saker-pending",
	.init = pending_init,
	.exit = pending_exit,
	.test_cases = pending_cases,
};

kunit_test_suite(pending_suite);
