/* SPDX-License-Identifier: GPL-2.0-only */
/* Provides a pending table and two files for the tests of what the driver notes in it. */
#ifndef TWIN_TABLE_H
#define TWIN_TABLE_H

#include "pending.h"

#define CALL	saker_pending_call(EV_ABI_IA32, 5)
/* SAKER_PENDING_SLOTS and so on, as numbers: a table of another size fails the tests. */
#define SLOTS	4096
#define PROBES	16
#define BLOCKS	1024
#define TEXT	256

extern struct file *file, *other;

/* Of cmocka: an empty table; afterwards no slot, block or file may be held. */
int table_setup(void **state);
int table_teardown(void **state);

/* Fails if a slot or block is held, or an entry is counted as displaced. */
void is_empty(void);

/* Other tasks of the user of current. */
const struct task_struct *made_up(unsigned long i);

void note(const struct task_struct *task, const struct file *seen);
void text_is(const struct saker_text *text, const char *should);

/* The first slot of a task, and those after it. */
struct saker_pending *home_of(const struct task_struct *task);
struct saker_pending *beside(struct saker_pending *home, unsigned int i);

/* Gives the slots from @from to @to, counted from @home, to other tasks of one user. */
void fill(struct saker_pending *home, unsigned int from, unsigned int to);

#endif
