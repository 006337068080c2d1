/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the structure of the process table: two hash tables, the tree of
 * processes, the list by last use. A number alone never identifies a thread:
 * each look-up gives the start time too, and an older thread with the same
 * number is removed. proc_record.c applies the records.
 */
#include "enrich/proc.h"
#include <errno.h>
#include <stdlib.h>
#include "enrich/proc_table.h"

#define TICK_NS		10000000ull	/* start times in /proc have this unit */
#define TOUCH_NS	1000000000ull
#define TABLE_MIN	16	/* room for at least the acting thread and the one that it creates */

/* The cost of a block beside its size: the overhead of malloc(), and its slot in a map. */
#define ENTRY_OVERHEAD	(16 + 2 * sizeof(struct map_slot))

void proc_table_init(struct proc_table *table, const uint64_t key[2], uint32_t max,
		     size_t max_bytes)
{
	memset(table, 0, sizeof(*table));
	map_init(&table->threads, key);
	map_init(&table->processes, key);
	table->max = max > TABLE_MIN ? max : TABLE_MIN;
	table->max_bytes = max_bytes;
}

void proc_table_uninit(struct proc_table *table)
{
	while (table->used_first)
		process_drop(table->used_first, ORPHAN_KEEP_ID, 0);
	proc_reap(table);
	map_uninit(&table->threads);
	map_uninit(&table->processes);
}

int start_cmp(uint64_t a_ns, bool a_coarse, uint64_t b_ns, bool b_coarse)
{
	if (!a_ns || !b_ns)
		return 0;
	if (a_coarse || b_coarse) {
		a_ns /= TICK_NS;
		b_ns /= TICK_NS;
	}
	return (a_ns > b_ns) - (a_ns < b_ns);
}

/* -- the list by last use -- */

static void used_remove(struct process *process)
{
	struct proc_table *table = process->table;

	if (process->used_after)
		process->used_after->used_before = process->used_before;
	else
		table->used_first = process->used_before;
	if (process->used_before)
		process->used_before->used_after = process->used_after;
	else
		table->used_last = process->used_after;
}

static void used_push(struct process *process)
{
	struct proc_table *table = process->table;

	process->used_after = NULL;
	process->used_before = table->used_first;
	if (table->used_first)
		table->used_first->used_after = process;
	else
		table->used_last = process;
	table->used_first = process;
}

void process_front(struct process *process)
{
	if (process->gone || process->table->used_first == process)
		return;
	used_remove(process);
	used_push(process);
}

void process_touch(struct process *process, uint64_t now_ns)
{
	if ((int64_t)(now_ns - process->touched_ns) < (int64_t)TOUCH_NS)
		return;
	process->touched_ns = now_ns;
	if (!process->parent && process->ppid)
		process_adopt(process, process->ppid);
	process_front(process);
}

/* -- the tree -- */

static void child_remove(struct process *child)
{
	if (!child->parent)
		return;
	if (child->younger)
		child->younger->older = child->older;
	else
		child->parent->child = child->older;
	if (child->older)
		child->older->younger = child->younger;
	child->parent = NULL;
	child->older = NULL;
	child->younger = NULL;
}

static void child_add(struct process *parent, struct process *child)
{
	child->parent = parent;
	child->younger = NULL;
	child->older = parent->child;
	if (parent->child)
		parent->child->younger = child;
	parent->child = child;
}

/* A parent never started after its child: this excludes reused numbers and cycles. */
static bool may_be_parent(const struct process *parent, const struct process *child)
{
	return parent != child && parent->parent != child &&
	       start_cmp(parent->start_ns, parent->start_coarse,
			 child->start_ns, child->start_coarse) <= 0;
}

static struct process *parent_by_id(const struct process *child)
{
	struct process *parent;

	if (!child->ppid)
		return NULL;
	parent = process_find(child->table, child->origin, child->ppid);
	return parent && may_be_parent(parent, child) ? parent : NULL;
}

void process_adopt(struct process *child, uint32_t ppid)
{
	struct process *parent;

	if (child->parent && child->parent->tgid == ppid)
		return;
	child_remove(child);
	child->ppid = ppid;
	parent = parent_by_id(child);
	if (parent)
		child_add(parent, child);
}

const struct process *process_parent(const struct process *process)
{
	return process->parent ? process->parent : parent_by_id(process);
}

const struct process *process_ancestor(const struct process *process, uint64_t n)
{
	if (n > PROC_ANCESTORS_MAX)
		return NULL;
	while (process && n--)
		process = process_parent(process);
	return process;
}

/* -- insertion, removal -- */

struct process *process_find(const struct proc_table *table, uint32_t origin, uint32_t tgid)
{
	return map_get(&table->processes, tgid, origin);
}

struct proc *thread_find(const struct proc_table *table, uint32_t origin, uint32_t tid)
{
	return map_get(&table->threads, tid, origin);
}

static struct proc **thread_recent(struct proc_table *table, uint32_t tid)
{
	return &table->recent[tid % (sizeof(table->recent) / sizeof(table->recent[0]))];
}

/*
 * Makes room for one more: removes the process idle longest, or, if there is only one, its oldest
 * thread. Each step costs O(1) for each entry removed.
 */
static void table_make_room(struct proc_table *table, const struct map *map,
			    const struct process *keep)
{
	struct process *idle;

	while ((map->count >= table->max || table->bytes >= table->max_bytes) &&
	       table->used_last) {
		idle = table->used_last;
		if (idle == keep)
			idle = idle->used_after;
		if (idle) {
			table->stats.evicted += idle->nthreads ? idle->nthreads : 1;
			process_drop(idle, ORPHAN_KEEP_ID, 0);
		} else if (keep->oldest) {
			table->stats.evicted++;
			thread_drop(keep->oldest);
		} else {
			return;
		}
	}
}

/* An image that several processes share is counted once. */
static void image_take(struct proc_table *table, struct exec_image *image)
{
	if (image && !image->held++)
		table->bytes += image->size;
}

static void image_drop(struct proc_table *table, struct exec_image *image)
{
	if (image && !--image->held)
		table->bytes -= image->size;
}

struct process *process_new(struct proc_table *table, uint32_t origin, uint32_t tgid,
			    uint64_t start_ns, bool coarse)
{
	struct process *process;

	table_make_room(table, &table->processes, table->used_first);
	process = calloc(1, sizeof(*process));
	if (!process || map_put(&table->processes, tgid, origin, process) < 0) {
		table->stats.no_memory++;
		free(process);
		return NULL;
	}
	process->table = table;
	process->origin = origin;
	process->tgid = tgid;
	process->start_ns = start_ns;
	process->start_coarse = coarse;
	table->bytes += sizeof(*process) + ENTRY_OVERHEAD;
	used_push(process);
	return process;
}

struct proc *thread_new(struct process *process, uint32_t tid, uint64_t start_ns, bool coarse)
{
	struct proc_table *table = process->table;
	struct proc *thread;

	table_make_room(table, &table->threads, process);
	thread = calloc(1, sizeof(*thread));
	if (!thread || map_put(&table->threads, tid, process->origin, thread) < 0) {
		table->stats.no_memory++;
		free(thread);
		return NULL;
	}
	thread->process = process;
	thread->tid = tid;
	thread->start_ns = start_ns;
	thread->start_coarse = coarse;
	thread->comm = process->comm;
	thread->cred = process->cred;
	thread->cred.live = false;	/* of the process, until a record has the thread's */
	thread->vtid = tid == process->tgid ? process->vpid : 0;
	thread->older = process->threads;
	if (process->threads)
		process->threads->younger = thread;
	else
		process->oldest = thread;
	process->threads = thread;
	process->nthreads++;
	table->bytes += sizeof(*thread) + ENTRY_OVERHEAD;
	return thread;
}

void thread_drop(struct proc *thread)
{
	struct process *process = thread->process;
	struct proc_table *table = process->table;
	struct proc **recent = thread_recent(table, thread->tid);

	if (*recent == thread)
		*recent = NULL;
	if (thread->younger)
		thread->younger->older = thread->older;
	else
		process->threads = thread->older;
	if (thread->older)
		thread->older->younger = thread->younger;
	else
		process->oldest = thread->younger;
	process->nthreads--;
	table->bytes -= sizeof(*thread) + ENTRY_OVERHEAD;
	map_del(&table->threads, thread->tid, process->origin);
	thread->gone = true;
	thread->younger = NULL;
	thread->older = table->gone_threads;
	table->gone_threads = thread;
}

static void orphans_leave(struct process *process, enum orphan orphan, uint32_t reaper)
{
	struct process *child;

	while ((child = process->child)) {
		child_remove(child);
		if (orphan == ORPHAN_TO_REAPER)
			process_adopt(child, reaper);
		else if (orphan == ORPHAN_UNKNOWN)
			child->ppid = 0;
	}
}

void process_drop(struct process *process, enum orphan orphan, uint32_t reaper)
{
	struct proc_table *table = process->table;

	while (process->threads)
		thread_drop(process->threads);
	map_del(&table->processes, process->tgid, process->origin);
	orphans_leave(process, orphan, reaper);
	child_remove(process);
	used_remove(process);
	table->bytes -= sizeof(*process) + ENTRY_OVERHEAD;
	image_drop(table, process->image);
	process->gone = true;
	process->used_after = NULL;
	process->used_before = table->gone_processes;
	table->gone_processes = process;
}

void proc_reap(struct proc_table *table)
{
	struct process *process;
	struct proc *thread;

	while ((thread = table->gone_threads)) {
		table->gone_threads = thread->older;
		free(thread);
	}
	while ((process = table->gone_processes)) {
		table->gone_processes = process->used_before;
		exec_image_unref(process->image);
		free(process);
	}
}

/* Removes the processes idle longest until the bytes fit again; but not @keep, nor the last used. */
static void table_shrink(struct proc_table *table, const struct process *keep)
{
	struct process *idle = table->used_last, *next;

	for (; idle && table->bytes > table->max_bytes; idle = next) {
		next = idle->used_after;
		if (idle == keep || !next)
			continue;
		table->stats.evicted += idle->nthreads ? idle->nthreads : 1;
		process_drop(idle, ORPHAN_KEEP_ID, 0);
	}
}

void process_set_image(struct process *process, struct exec_image *image)
{
	struct exec_image *old = process->image;

	image_take(process->table, image);
	image_drop(process->table, old);
	process->image = image;
	process->moved = false;
	exec_image_unref(old);
	table_shrink(process->table, process);
}

/* -- look-up -- */

/* The number is known: whether it is the same thread. */
static int thread_check(struct proc *thread, const struct ev_header *hdr)
{
	struct process *process = thread->process;
	struct proc_table *table = process->table;
	int order = start_cmp(thread->start_ns, thread->start_coarse, hdr->start_ns, false);

	if (order > 0) {
		table->stats.late++;
		return PROC_LATE;
	}
	if (order < 0) {
		table->stats.reused++;
		if (thread->tid == process->tgid)
			process_drop(process, ORPHAN_UNKNOWN, 0);
		else
			thread_drop(thread);
		return PROC_UNKNOWN;
	}
	if (thread->start_coarse && hdr->start_ns) {
		thread->start_ns = hdr->start_ns;
		thread->start_coarse = false;
		if (thread->tid == process->tgid) {
			process->start_ns = hdr->start_ns;
			process->start_coarse = false;
		}
	}
	return 0;
}

/* The thread is not known; if its process is, the thread is added to it. */
static int thread_join(struct proc_table *table, const struct ev_header *hdr, uint32_t origin,
		       struct proc **ret)
{
	struct process *process = process_find(table, origin, hdr->tgid);
	int order;

	if (!process)
		return PROC_UNKNOWN;
	order = start_cmp(process->start_ns, process->start_coarse, hdr->start_ns, false);
	if (order > 0) {
		table->stats.late++;
		return PROC_LATE;
	}
	if (order < 0 && hdr->tid == hdr->tgid) {
		table->stats.reused++;
		process_drop(process, ORPHAN_UNKNOWN, 0);
		return PROC_UNKNOWN;
	}
	if (hdr->tid == hdr->tgid) {
		process->start_ns = hdr->start_ns;
		process->start_coarse = false;
	}
	process_touch(process, hdr->ts_ns);
	*ret = thread_new(process, hdr->tid, hdr->start_ns, false);
	return *ret ? 0 : -ENOMEM;
}

int proc_find(struct proc_table *table, const struct ev_header *hdr, uint32_t origin,
	      struct proc **ret)
{
	struct proc **recent = thread_recent(table, hdr->tid);
	struct proc *thread = *recent;
	int r;

	if (!thread || thread->tid != hdr->tid || thread->process->origin != origin)
		thread = thread_find(table, origin, hdr->tid);
	if (thread) {
		r = thread_check(thread, hdr);
		if (r == PROC_LATE)
			return r;
		if (r == PROC_UNKNOWN)
			thread = NULL;
	}
	if (!thread) {
		r = thread_join(table, hdr, origin, &thread);
		if (r)
			return r;
	}
	*recent = thread;
	process_touch(thread->process, hdr->ts_ns);
	*ret = thread;
	return 0;
}

int proc_stub(struct proc_table *table, const struct ev_header *hdr, uint32_t origin,
	      struct proc **ret)
{
	bool first = hdr->tid == hdr->tgid;
	struct process *process = process_find(table, origin, hdr->tgid);

	if (!process)
		process = process_new(table, origin, hdr->tgid, first ? hdr->start_ns : 0,
				      false);
	if (!process)
		return -ENOMEM;
	process_touch(process, hdr->ts_ns);
	*ret = thread_new(process, hdr->tid, hdr->start_ns, false);
	if (!*ret)
		return -ENOMEM;
	table->stats.stubs++;
	return 0;
}
