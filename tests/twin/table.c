/* SPDX-License-Identifier: GPL-2.0-only */
/* Implements table.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <linux/fs.h>
#include "files.h"
#include "pending.h"
#include "table.h"

struct file *file, *other;

int table_setup(void **state)
{
	twin_current.files = &twin_files.table;
	twin_current.io_uring = NULL;
	twin_current.uid = 1000;
	twin_current.start_boottime = 77;
	init_task.cgroups = &init_task;
	twin_current.cgroups = &twin_current;
	twin.ticks = 100000;
	assert_int_equal(saker_pending_make(), 0);
	file = shmem_file_setup("file", 0, 0);
	other = shmem_file_setup("other", 0, 0);
	return 0;
}

void is_empty(void)
{
	for (unsigned int i = 0; i < SLOTS; i++) {
		assert_int_equal(saker_pending_slots[i].owner, 0);
		assert_int_equal(atomic_read(&saker_pending_slots[i].displaced), 0);
		assert_int_equal(saker_pending_slots[i].first.block, 0);
		assert_int_equal(saker_pending_slots[i].last.block, 0);
	}
}

int table_teardown(void **state)
{
	saker_pending_trim(NULL);
	is_empty();
	assert_int_equal(file_count(file), 1);
	assert_int_equal(file_count(other), 1);
	assert_int_equal(twin.preempt_depth, 0);
	fput(file);
	fput(other);
	saker_pending_uninit();
	twin_files.functions_run = true;
	twin_files.table.count.n = 1;
	return 0;
}

const struct task_struct *made_up(unsigned long i)
{
	return (void *)(0xffff888000000000ul + i * 0x1a40ul);
}

void note(const struct task_struct *task, const struct file *seen)
{
	saker_pending_note(task, seen, CALL, 0);
}

void text_is(const struct saker_text *text, const char *should)
{
	assert_int_equal(text->prov, 0);
	assert_int_equal(text->len, strlen(should));
	assert_memory_equal(text->at, should, text->len);
}

struct saker_pending *home_of(const struct task_struct *task)
{
	return saker_pending_home(task, 1000);
}

struct saker_pending *beside(struct saker_pending *home, unsigned int i)
{
	return &saker_pending_slots[(home - saker_pending_slots + i) % SLOTS];
}

void fill(struct saker_pending *home, unsigned int from, unsigned int to)
{
	for (unsigned int i = from; i < to; i++) {
		struct saker_pending *p = beside(home, i);

		*p = (struct saker_pending){ .owner = (unsigned long)made_up(5000 + i), .home = p,
					     .uid = 7, .since = jiffies - 50, .call = CALL };
	}
}
