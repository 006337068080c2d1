/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Tests in user space which slot of the driver's pending table an entry gets, keeps and
 * loses: runs the KUnit tests, and tests what these cannot do in a running kernel.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <kunit/test.h>
#include <linux/fs.h>
#include "files.h"
#include "pending.h"
#include "table.h"

extern const struct kunit_suite *const twin_pending_suite;

static void test_kunit_tests_of_the_pending_table(void **state)
{
	table_setup(state);
	kunit_run(twin_pending_suite);
	table_teardown(state);
	assert_null(saker_pending_slots);
}

static void test_the_table_is_made_once(void **state)
{
	struct saker_pending *slots = saker_pending_slots;

	assert_int_equal(saker_pending_make(), 0);
	assert_ptr_equal(saker_pending_slots, slots);
	saker_pending_uninit();
	saker_pending_uninit();
	assert_null(saker_pending_slots);
	saker_pending_forget(current);		/* without a table there is nothing to do */
	saker_pending_trim(NULL);
	assert_int_equal(saker_pending_make(), 0);
}

static void test_a_call_without_an_entry_counts_if_function_hooks_are_off(void **state)
{
	u64 unpaired = saker_pending_unpaired();

	saker_pending_unseen();
	assert_int_equal(saker_pending_unpaired(), unpaired);
	twin_files.functions_run = false;
	saker_pending_unseen();
	assert_int_equal(saker_pending_unpaired(), unpaired + 1);
}

static void test_paths_are_cut_if_no_block_is_free(void **state)
{
	struct saker_pending *p;
	u64 unpaired, i, n = 0;

	/* More tasks than a user has blocks, each with a second file. */
	for (i = 0; i < BLOCKS; i++) {
		note(made_up(i), file);
		note(made_up(i), other);
	}
	for (i = 0; i < SLOTS; i++)
		n += saker_pending_slots[i].last.block != 0;
	assert_in_range(n, BLOCKS / 8, BLOCKS / 4 + PROBES);
	for (i = 0; i < SLOTS; i++) {
		p = &saker_pending_slots[i];
		if (p->owner && !p->last.block)
			break;
	}
	assert_in_range(i, 0, SLOTS - 1);
	assert_int_equal(p->last.path.prov, EV_PROV_UNREADABLE);
	unpaired = saker_pending_unpaired();
	saker_pending_trim(NULL);
	assert_in_range(saker_pending_unpaired() - unpaired, 1, BLOCKS);
	is_empty();
	/* All blocks were given back. */
	note(current, file);
	note(current, other);
	assert_int_not_equal(home_of(current)->last.block, 0);
}

static void test_a_block_is_given_back_with_its_entry(void **state)
{
	for (unsigned int i = 0; i < 100; i++) {
		note(current, file);
		note(current, other);
		assert_int_not_equal(home_of(current)->last.block, 0);
		saker_pending_put(saker_pending_take(CALL));
	}
}

static void test_no_two_entries_share_a_block(void **state)
{
	bool used[BLOCKS + 1] = { 0 };

	for (unsigned long i = 0; i < 400; i++) {
		note(made_up(i), file);
		note(made_up(i), other);
	}
	for (unsigned int i = 0; i < SLOTS; i++) {
		u32 block = saker_pending_slots[i].last.block;

		assert_in_range(block, 0, BLOCKS);
		assert_false(block && used[block]);
		used[block] = true;
	}
}

static void test_an_entry_lives_elsewhere_if_its_home_is_taken(void **state)
{
	struct saker_pending *home = home_of(current), *p;
	u64 unpaired = saker_pending_unpaired();

	for (unsigned int taken = 1; taken < PROBES; taken++) {
		fill(home, 0, taken);
		assert_true(saker_pending_is_empty(current));
		note(current, file);
		assert_int_equal(beside(home, taken)->owner, (unsigned long)current);
		assert_int_equal(atomic_read(&home->displaced), 1);
		assert_false(saker_pending_is_empty(current));
		note(current, other);		/* found again */
		assert_int_equal(atomic_read(&home->displaced), 1);
		p = saker_pending_take(CALL);
		assert_ptr_equal(p, beside(home, taken));
		assert_int_equal(p->count, 2);
		assert_null(saker_pending_get(current));	/* busy */
		saker_pending_put(p);
		assert_int_equal(atomic_read(&home->displaced), 0);
	}
	assert_int_equal(saker_pending_unpaired(), unpaired);
}

/* Its home has become free meanwhile. */
static void test_an_entry_elsewhere_is_found_before_a_free_home(void **state)
{
	struct saker_pending *home = home_of(current), *p;

	fill(home, 0, 3);
	note(current, file);
	home->owner = 0;
	note(current, other);
	assert_int_equal(home->owner, 0);
	p = saker_pending_take(CALL);
	assert_ptr_equal(p, beside(home, 3));
	assert_int_equal(p->count, 2);
	assert_int_equal(p->first.file, (unsigned long)file);
	saker_pending_put(p);
	/* Somebody else is displaced, and the home is free: it is used. */
	atomic_inc(&home->displaced);
	note(current, file);
	p = saker_pending_take(CALL);
	assert_ptr_equal(p, home);
	assert_int_equal(p->count, 1);
	saker_pending_put(p);
	assert_null(saker_pending_take(CALL));
	assert_int_equal(atomic_read(&home->displaced), 1);
	atomic_dec(&home->displaced);
}

static void test_nobody_is_evicted_if_all_are_busy(void **state)
{
	struct saker_pending *home = home_of(current);
	u64 unpaired = saker_pending_unpaired();

	fill(home, 0, PROBES);
	for (unsigned int i = 0; i < PROBES; i++)
		beside(home, i)->owner |= SAKER_PENDING_BUSY;
	note(current, file);
	assert_int_equal(saker_pending_unpaired(), unpaired + 1);
	assert_null(saker_pending_take(CALL));
	/* The place of the one that is not busy is taken, though others have more. */
	beside(home, 9)->owner &= ~SAKER_PENDING_BUSY;
	beside(home, 9)->uid = 8;
	beside(home, 9)->first.block = 5;
	note(current, file);
	assert_int_equal(saker_pending_unpaired(), unpaired + 2);
	assert_int_equal(beside(home, 9)->owner, (unsigned long)current);
	assert_int_equal(beside(home, 9)->count, 1);
	assert_int_equal(beside(home, 9)->first.block, 0);
	assert_ptr_equal(beside(home, 9)->home, home);
	assert_int_equal(atomic_read(&home->displaced), 1);
	saker_pending_put(saker_pending_take(CALL));
	for (unsigned int i = 0; i < PROBES; i++)
		beside(home, i)->owner &= ~SAKER_PENDING_BUSY;
}

/* Of those with the same number of neighbours the oldest, also if the clock has overflown. */
static void test_the_oldest_is_evicted(void **state)
{
	struct saker_pending *home = home_of(current);

	twin.ticks = 5;
	for (unsigned int oldest = 0; oldest < PROBES; oldest++) {
		fill(home, 0, PROBES);
		beside(home, oldest)->since = jiffies - 51;
		note(current, file);
		assert_int_equal(beside(home, oldest)->owner, (unsigned long)current);
		saker_pending_put(saker_pending_take(CALL));
		assert_int_equal(atomic_read(&home->displaced), 0);
	}
	/* Nothing beyond the probes is touched. */
	fill(home, 0, PROBES + 1);
	beside(home, PROBES)->since = jiffies - 1000;
	note(current, file);
	assert_int_equal(beside(home, PROBES)->owner, (unsigned long)made_up(5000 + PROBES));
}

/* Eight, five and three entries of three groups, and each of another user. */
static void test_the_group_with_most_entries_loses_one(void **state)
{
	struct saker_pending *home = home_of(current);

	fill(home, 0, PROBES);
	for (unsigned int i = 0; i < PROBES; i++) {
		beside(home, i)->uid = 7000 + i;
		beside(home, i)->group = i < 3 ? &file : i < 11 ? &other : (void *)&home;
		beside(home, i)->since = jiffies - (i == 6 ? 300 : 100);
	}
	beside(home, 0)->since = beside(home, 15)->since = jiffies - 1000;
	note(current, file);
	assert_int_equal(beside(home, 6)->owner, (unsigned long)current);
}

/* Seven of a user in the group of all, and eight of a group, each of another user; and vice versa. */
static void test_users_and_groups_are_counted_alike(void **state)
{
	struct saker_pending *home = home_of(current);

	for (unsigned int more = 0; more < 2; more++) {
		fill(home, 0, PROBES);
		for (unsigned int i = 0; i < PROBES; i++) {
			const bool of_user = i < 7 + more;

			beside(home, i)->uid = of_user ? 7 : 7000 + i;
			beside(home, i)->group = of_user ? &init_task : (void *)&other;
			beside(home, i)->since = jiffies - 100;
		}
		beside(home, 15)->uid = 8;
		beside(home, 15)->group = &home;
		beside(home, 3)->since = jiffies - 200;
		beside(home, 14)->since = jiffies - 300;
		note(current, file);
		assert_int_equal(beside(home, more ? 3 : 14)->owner, (unsigned long)current);
		saker_pending_put(saker_pending_take(CALL));
	}
}

static void test_an_entry_of_a_former_task_begins_again(void **state)
{
	u64 unpaired = saker_pending_unpaired();
	struct saker_pending *p;

	note(current, file);
	twin_current.start_boottime = 78;
	note(current, other);
	assert_int_equal(saker_pending_unpaired(), unpaired + 1);
	p = saker_pending_take(CALL);
	assert_non_null(p);
	assert_int_equal(p->count, 1);
	assert_int_equal(p->start, 78);
	assert_int_equal(p->first.file, (unsigned long)other);
	saker_pending_put(p);
	note(current, file);
	twin_current.start_boottime = 79;
	assert_null(saker_pending_take(CALL));
	assert_int_equal(saker_pending_unpaired(), unpaired + 2);
}

static void test_only_calls_that_are_not_selected_are_trimmed(void **state)
{
	struct saker_selection *sel = calloc(1, sizeof(*sel));
	u64 unpaired = saker_pending_unpaired();

	sel->action[EV_ABI_IA32][5] = SAKER_ACT_EMIT;
	saker_pending_note(made_up(1), file, CALL, 0);
	saker_pending_note(made_up(2), file, CALL + 1, 0);
	saker_pending_note(made_up(3), file, CALL, 0);
	home_of(made_up(3))->owner |= SAKER_PENDING_BUSY;
	saker_pending_trim(sel);
	assert_int_equal(saker_pending_unpaired(), unpaired + 1);
	assert_int_equal(home_of(made_up(1))->owner, (unsigned long)made_up(1));
	assert_int_equal(home_of(made_up(2))->owner, 0);
	saker_pending_trim(NULL);
	assert_int_equal(home_of(made_up(1))->owner, 0);
	assert_int_not_equal(home_of(made_up(3))->owner, 0);
	saker_pending_put(home_of(made_up(3)));
	/* The first and the last slot, too. */
	fill(saker_pending_slots, 0, 1);
	fill(saker_pending_slots, SLOTS - 1, SLOTS);
	saker_pending_trim(sel);
	assert_int_equal(saker_pending_unpaired(), unpaired + 2);
	saker_pending_slots[0].call = saker_pending_slots[SLOTS - 1].call = CALL + 1;
	saker_pending_trim(sel);
	assert_int_equal(saker_pending_unpaired(), unpaired + 4);
	free(sel);
}

static void test_an_entry_is_missed_once(void **state)
{
	u64 unpaired = saker_pending_unpaired();

	saker_pending_miss(current);
	assert_int_equal(saker_pending_unpaired(), unpaired);
	note(current, file);
	saker_pending_miss(current);
	saker_pending_miss(current);
	assert_int_equal(saker_pending_unpaired(), unpaired + 1);
	is_empty();
}

#define test(f)	cmocka_unit_test_setup_teardown(f, table_setup, table_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kunit_tests_of_the_pending_table),
		test(test_the_table_is_made_once),
		test(test_a_call_without_an_entry_counts_if_function_hooks_are_off),
		test(test_paths_are_cut_if_no_block_is_free),
		test(test_a_block_is_given_back_with_its_entry),
		test(test_no_two_entries_share_a_block),
		test(test_an_entry_lives_elsewhere_if_its_home_is_taken),
		test(test_an_entry_elsewhere_is_found_before_a_free_home),
		test(test_nobody_is_evicted_if_all_are_busy),
		test(test_the_oldest_is_evicted),
		test(test_the_group_with_most_entries_loses_one),
		test(test_users_and_groups_are_counted_alike),
		test(test_an_entry_of_a_former_task_begins_again),
		test(test_only_calls_that_are_not_selected_are_trimmed),
		test(test_an_entry_is_missed_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
