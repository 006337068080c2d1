/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the process table: every live thread, by (origin, tid, start time), and
 * the process of its thread group. A thread that ended stays until the rules
 * have seen its exit. Only records fill the table; what no record contained is
 * unknown (an image of NULL, a number of 0). A new thread has the name and the
 * credentials of its process until a record has its own.
 *
 * Lifetime: what a record makes obsolete leaves the table at once, but its
 * memory stays until proc_reap(), which enrich_retire() calls. So a pointer
 * found while a record is applied is valid until the event is retired.
 */
#ifndef ENRICH_PROC_H
#define ENRICH_PROC_H

#include <stdbool.h>
#include <stdint.h>
#include "decode/event.h"
#include "enrich/image.h"
#include "lib/map.h"

#define PROC_ANCESTORS_MAX	512	/* a longer chain of ancestors is cut */

struct proc_cred {
	uint32_t uid, euid, gid, egid;
	uint64_t cap_inheritable, cap_permitted, cap_effective;
	bool known;
	bool live;		/* from an event; a snapshot does not replace it */
};

/* A thread group. */
struct process {
	struct proc_table *table;
	uint32_t origin;
	uint32_t tgid;
	uint64_t start_ns;	/* CLOCK_BOOTTIME; 0 if the first thread was not seen */
	bool start_coarse;	/* from /proc: whole clock ticks */
	uint32_t ppid;		/* 0: none, or not known */
	uint32_t pgid, sid;	/* initial pid namespace; 0: not known */
	uint32_t vpid, vpgid;	/* its own pid namespace; 0: not known */
	uint32_t pidns;
	uint32_t loginuid, sessionid;
	uint32_t tty;
	bool ids_known;		/* a record had the six above and the two before */
	uint64_t pidns_start_ns;
	uint64_t cgroup_id;	/* of the last record */
	struct ev_comm comm;	/* present name of its first thread */
	struct proc_cred cred;	/* assumed for a thread that is new here */
	struct exec_image *image;	/* NULL: not known */
	bool moved;			/* to an unknown directory since the image was set */

	struct process *parent;		/* NULL: none, or not seen yet */
	struct process *child;		/* first of its children */
	struct process *older, *younger;	/* among its siblings */
	struct proc *threads;		/* the youngest; linked by older */
	struct proc *oldest;		/* the last in that list */
	uint32_t nthreads;
	uint64_t touched_ns;		/* when last moved to the front of the list: */
	struct process *used_after, *used_before;
	uint64_t recover_ns;		/* not read from /proc again before this time */
	uint8_t recover_tries;
	bool gone;			/* left the table; freed by proc_reap() */
};

/* A thread. */
struct proc {
	struct process *process;
	uint32_t tid;
	uint32_t vtid;
	uint64_t start_ns;
	bool start_coarse;
	struct ev_comm comm;		/* as it is now, if renames are recorded; the exec's is in the image */
	struct proc_cred cred;
	struct proc *older, *younger;	/* among the threads of the process */
	bool gone;			/* left the table; freed by proc_reap() */
};

struct proc_stats {
	uint64_t evicted, reused, late, stubs, no_memory;
};

struct proc_table {
	struct map threads;		/* (origin, tid) */
	struct map processes;		/* (origin, tgid) */
	uint32_t max;			/* of threads, and of processes */
	size_t bytes, max_bytes;	/* of entries and images in the table */
	struct process *used_last;	/* ends of the list by last use */
	struct process *used_first;
	struct proc *recent[1024];	/* by the low bits of tid: most look-ups end here */
	struct process *gone_processes;	/* linked by used_before */
	struct proc *gone_threads;	/* linked by older */
	struct proc_stats stats;
};

/*
 * @max: threads, and processes; @max_bytes: of memory. With more of either, those idle longest are
 * removed.
 */
void proc_table_init(struct proc_table *table, const uint64_t key[2], uint32_t max,
		     size_t max_bytes);
void proc_table_uninit(struct proc_table *table);

enum {
	PROC_UNKNOWN = 1,	/* never seen: read it from the host, or call proc_stub() */
	PROC_LATE = 2,		/* the record is older than the table's data for this tid */
};

/**
 * proc_find() - the thread that made a record
 * Return: 0 and *@ret, PROC_UNKNOWN or PROC_LATE, or -ENOMEM.
 *
 * A thread of a known process becomes known here.
 */
int proc_find(struct proc_table *table, const struct ev_header *hdr, uint32_t origin,
	      struct proc **ret);

/* Makes a thread of which only its numbers are known. Return: 0 or -ENOMEM. */
int proc_stub(struct proc_table *table, const struct ev_header *hdr, uint32_t origin,
	      struct proc **ret);

/*
 * Apply the changes of one record. @self is the thread that made it, if there is one. Each returns
 * 0 or -ENOMEM; proc_exec() and proc_task() find or make their thread themselves.
 */
int proc_clone(struct proc_table *table, const struct event *ev, struct proc *self);
int proc_exec(struct proc_table *table, const struct event *ev, struct proc **ret);
int proc_task(struct proc_table *table, const struct event *ev, struct proc **ret);
void proc_setid(struct proc *self, const struct ev_setid *rec);
void proc_setname(struct proc_table *table, const struct event *ev);

/*
 * After the rules have run: removes the thread of an exit record, and its process with the last
 * one.
 */
void proc_retire(const struct event *ev, struct proc *self);

/* Frees what left the table since the last call. No pointer into the table may be held. */
void proc_reap(struct proc_table *table);

/* By number; NULL if there is none. */
struct process *process_find(const struct proc_table *table, uint32_t origin, uint32_t tgid);

/* NULL if there is none, or it is not known. */
const struct process *process_parent(const struct process *process);

/* The @n-th ancestor, 0 being the process itself; NULL if it is not known. */
const struct process *process_ancestor(const struct process *process, uint64_t n);

#endif /* ENRICH_PROC_H */
