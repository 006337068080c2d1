/* SPDX-License-Identifier: Apache-2.0 */
/* Declares what proc.c and proc_record.c share; for these two files only. */
#ifndef ENRICH_PROC_TABLE_H
#define ENRICH_PROC_TABLE_H

#include "enrich/proc.h"

/*
 * Compares two start times, either of which may be exact only to a clock tick; 0 if they may be the
 * same, also when one is not known.
 */
int start_cmp(uint64_t a_ns, bool a_coarse, uint64_t b_ns, bool b_coarse);

/* Both return NULL without memory; the table is then unchanged. */
struct process *process_new(struct proc_table *table, uint32_t origin, uint32_t tgid,
			    uint64_t start_ns, bool coarse);
struct proc *thread_new(struct process *process, uint32_t tid, uint64_t start_ns, bool coarse);

struct proc *thread_find(const struct proc_table *table, uint32_t origin, uint32_t tid);

void thread_drop(struct proc *thread);

/* What happens to the children when a process is removed. */
enum orphan {
	ORPHAN_TO_REAPER,	/* it exited: @reaper is their parent now */
	ORPHAN_KEEP_ID,		/* it was forgotten: their ppid stays valid */
	ORPHAN_UNKNOWN,		/* its exit was dropped: their parent is unknown */
};

void process_drop(struct process *process, enum orphan orphan, uint32_t reaper);

/* Sets ppid, and the parent if that is known. */
void process_adopt(struct process *child, uint32_t ppid);

void process_set_image(struct process *process, struct exec_image *image);

/* Moves it to the front of the list by last use, at most once a second. */
void process_touch(struct process *process, uint64_t now_ns);

/* Moves it to the front now: making room for others will not remove it. */
void process_front(struct process *process);

#endif /* ENRICH_PROC_TABLE_H */
