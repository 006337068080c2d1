/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interface between hooks and fillers. A hook detects an event, a filler writes
 * its fields; a struct saker_fill passes between them, and saker_emit() is the
 * only path from a hook to the ring.
 *
 *   hook ── saker_emit(f, type) ──▶ select, count, reserve, header ──▶
 *           filler->predicate(f), filler->fill(f) ──▶ trim, publish, one counter
 *
 * A filler runs with preemption off, on memory that no reader sees before it is
 * published. It must not sleep, allocate, or take a lock that is not on the list
 * in docs/architecture.md. With preemption off it is a reader of RCU, as since
 * 4.20 there is one RCU only (Documentation/RCU/whatisRCU.rst); it dereferences
 * by saker_rcu_dereference() of task.h, and takes rcu_read_lock() only for
 * functions of the kernel that check for it.
 */
#ifndef SAKER_FILL_H
#define SAKER_FILL_H

#include <linux/types.h>
#include <saker/device.h>
#include <saker/event.h>

struct cgroup;
struct pt_regs;
struct saker_pending;
struct socket;
struct task_struct;

/* Arguments of the cgroup hooks. */
struct saker_cgroup_change {
	struct cgroup *cgrp;
	const char *path;
	const struct task_struct *task;	/* attach only */
};

/* What the hook of connections is handed: @len bytes in kernel memory. */
struct saker_connect {
	struct socket *sock;
	const void *addr;
	u32 len;
};

/* What the hook of renames is handed. */
struct saker_rename {
	struct task_struct *task;
	const char *comm;
};

/* One record being filled; lives on the stack of the hook. */
struct saker_fill {
	struct ev_header *rec;		/* reserved: fixed part zeroed, 8-aligned, contiguous */
	u32 used;			/* bytes used: the fixed part, then the parts so far */
	u32 room;			/* bytes reserved for the record up to its parts */
	u32 more;			/* bytes reserved behind them, for a struct ev_more */
	struct ev_more prov;		/* of the fields from the 17th on, if the event has them */
	u32 flags;			/* EV_F_* set by the hook; copied to the header */
	u16 abi;			/* enum ev_abi */
	s16 nr;				/* x32 bit removed; SAKER_NR_BAD for nonsense, -1 none */
	struct pt_regs *regs;		/* of the system call, NULL if not at its exit */
	long ret;			/* its result */
	const struct saker_selection *sel;	/* in force for this hit */
	/*
	 * The object passed to the hook. open: file. connect: a struct saker_connect. execve:
	 * bprm. clone: child. procexit: task, and ret says whether its group is dead.
	 * module_load: module. setname: a struct saker_rename. cgroup_*: a struct
	 * saker_cgroup_change, and ret says whether a whole thread group moves.
	 */
	const void *obj;
	struct saker_pending *pending;	/* entry of the function hooks for this call, or NULL */
	bool unsure;			/* ... but it does not say which file was opened */
	bool dns;			/* it sends to port 53, or receives from there */
};

/* saker_prov_set() - set the provenance of a field of the record being filled */
static inline void saker_prov_set(struct saker_fill *f, unsigned int field, unsigned int prov)
{
	__u64 *word = field < EV_PROV_FIELDS ? &f->rec->prov :
		    &f->prov.prov[field / EV_PROV_FIELDS - 1];

	*word |= (u64)prov << (field % EV_PROV_FIELDS * 4);
}

/* Return values of ->predicate() and ->fill(). Less than 0: SAKER_DROP(reason). */
enum {
	SAKER_FILL_OK = 0,
	SAKER_FILL_FILTERED = 1,	/* counted as filtered, leaves no record */
};

#define SAKER_DROP(reason)	(-1 - (int)EV_DROP_##reason)
#define SAKER_DROP_REASON(ret)	((enum ev_drop)(-1 - (ret)))

/* Further return values of saker_emit(). */
enum {
	SAKER_EMIT_UNWANTED = 3,	/* not selected, or by the consumer itself: not a hit */
	SAKER_EMIT_AGAIN = 4,		/* EV_F_SNAPSHOT only: ring half full, nothing counted */
};

/* Room for the provenance of an event's fields from the 17th on. */
#define SAKER_MORE(ev)	(EV_NFIELDS(ev) > EV_PROV_FIELDS ? sizeof(struct ev_more) : 0)

/* Fixed parts are cleared in such steps; a reservation has room for the last. */
#define SAKER_ZERO_STEP	64

enum saker_traits {
	SAKER_MAY_USE_RESERVE = 1,	/* the last eighth of the ring */
	SAKER_WAKES = 2,		/* a busy consumer is woken at once */
	SAKER_TAKES_PENDING = 4,	/* has an entry in the pending table */
};

struct saker_filler {
	u16 fixed;			/* sizeof(struct ev_X); in the header's order */
	u16 type;			/* enum ev_type */
	u16 more;			/* room for a struct ev_more, or 0 */
	u16 traits;			/* enum saker_traits */
	u32 parts[2];			/* worst case without the fixed part: success, failure */
	/* Bytes to add to that, if they vary; NULL: none. */
	u32 (*need)(const struct saker_fill *f);
	/* Called between header and expensive fields; NULL: all pass. Appends nothing. */
	int (*predicate)(const struct saker_fill *f);
	/* Set the fixed fields, append the parts. */
	int (*fill)(struct saker_fill *f);
};

/* fill_table.c */

/* By enum ev_type; the rows of types that hooks never emit are empty. */
extern const struct saker_filler saker_fillers[EV_TYPE_MAX];

/* emit.c */

/**
 * saker_emit() - record a hit of a hook in the ring
 * @f:		set by the hook: flags, abi, nr, regs, ret, obj, pending
 * @type:	enum ev_type
 *
 * Counts the hit, checks the selection, calls the filler, and adds the hit to
 * exactly one counter, all in one section with preemption off. Called from
 * hooks in task context; in any other context the hit is counted as a drop.
 * With EV_F_SNAPSHOT in @f->flags, selection and self-exclusion are not
 * checked.
 *
 * Return: SAKER_FILL_OK, SAKER_FILL_FILTERED, SAKER_DROP(reason),
 * SAKER_EMIT_UNWANTED or SAKER_EMIT_AGAIN.
 */
int saker_emit(struct saker_fill *f, u32 type);

/* pending.c */

/**
 * saker_pending_trim() - free the entries of calls that a selection does not contain
 * @sel:	NULL: all of them, as hooks are disarmed
 *
 * May run beside hooks, and only after @sel has replaced the former selection.
 */
void saker_pending_trim(const struct saker_selection *sel);

/**
 * saker_pending_forget() - free the entry of a task that exits: its call never returns
 * @task:	current
 */
void saker_pending_forget(const struct task_struct *task);

/**
 * saker_pending_unpaired() - how many entries were not used for a record
 *
 * Their call never returned, its selection was replaced, or the table had no slot. Also calls
 * that have no entry as function hooks are turned off.
 */
u64 saker_pending_unpaired(void);

/* Count a call that has no entry, if the reason is that function hooks are turned off. */
void saker_pending_unseen(void);

/* fill_row.c */

/**
 * saker_row_argument() - a field that is an argument, as the record of the call will have it
 * @f:		with abi, nr and regs set
 * @type:	of the event
 * @field:	its index
 *
 * Return: false if it is no such field, or if its value is in user memory.
 */
bool saker_row_argument(const struct saker_fill *f, u32 type, unsigned int field, u64 *value);

/**
 * saker_dns() - set f->dns of a call that is selected, with SAKER_SEL_DNS
 *
 * Return: SAKER_FILL_OK, or SAKER_FILL_FILTERED if it is selected only for that.
 */
int saker_dns(struct saker_fill *f, u32 type);

/**
 * saker_socketcall_type() - the event that records this socketcall() of ia32
 *
 * Determined by its first argument, a register. Return: enum ev_type.
 */
u32 saker_socketcall_type(const struct pt_regs *regs);

/* snapshot.c */

/**
 * saker_snapshot_step() - write records of tasks until the ring is half full
 * @cursor:	in and out: 0 begins; out 0: all tasks are recorded
 * @tasks:	out: records written by this call
 *
 * Process context of the consumer, may sleep. Stops when saker_emit() returns
 * SAKER_EMIT_AGAIN; the next call begins with that task.
 *
 * Return: 0 or -errno.
 */
int __must_check saker_snapshot_step(u64 *cursor, u64 *tasks);

#endif /* SAKER_FILL_H */
