/* SPDX-License-Identifier: Apache-2.0 */
/* What the two halves of the process table share; for enrich/proc*.c only. */
#ifndef ENRICH_PROC_TABLE_H
#define ENRICH_PROC_TABLE_H

#include "enrich/proc.h"

/*
 * Order of two start times, either of which may be known only to a clock tick;
 * 0 if they may be the same, also when one is not known at all.
 */
int start_cmp(uint64_t a_ns, bool a_coarse, uint64_t b_ns, bool b_coarse);

/* Both return NULL without memory; the table is then unchanged. */
struct process *process_new(struct proc_table *table, uint32_t origin, uint32_t tgid,
			    uint64_t start_ns, bool coarse);
struct proc *thread_new(struct process *process, uint32_t tid, uint64_t start_ns, bool coarse);

struct proc *thread_find(const struct proc_table *table, uint32_t origin, uint32_t tid);

void thread_drop(struct proc *thread);

/* What becomes of the children when a process goes. */
enum orphan {
	ORPHAN_TO_REAPER,	/* it exited: they belong to @reaper now */
	ORPHAN_KEEP_ID,		/* it was forgotten: their ppid still holds */
	ORPHAN_UNKNOWN,		/* its exit was lost: nobody knows whose they are */
};

void process_drop(struct process *process, enum orphan orphan, uint32_t reaper);

/* Sets ppid, and the parent if it is known. */
void process_adopt(struct process *child, uint32_t ppid);

void process_set_image(struct process *process, struct exec_image *image);

/* Moves it to the front of the list by last use, at most once a second. */
void process_touch(struct process *process, uint64_t now_ns);

/* Moves it there now: making others will not push it out of the table. */
void process_front(struct process *process);

#endif /* ENRICH_PROC_TABLE_H */
