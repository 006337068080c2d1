/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pending table: what function hooks saw for calls whose result is not known yet.
 * An entry is a copy: of a file's identity and its path as text, or of the address
 * that a socket is connected to. It holds no reference, so a call that never
 * returns costs only the memory of its entry.
 *
 * An entry is freed by the exit of the call that made it (saker_pending_put());
 * when its task dies, also in the middle of a call, by sched_process_exit
 * (saker_pending_forget()), which is armed as long as this table is in use; when
 * hooks are disarmed or a selection no longer contains the call, by
 * saker_pending_trim(); and when another task needs a slot and takes it over.
 *
 * The entries of one user lie in a quarter of the table, which begins at a place that
 * follows from its number, and so do its blocks of long text. If a task needs a place
 * that is taken, the user or control group that has most of those around it loses its
 * oldest entry. So a hostile user, or a group of users, who fills the table with calls
 * that block cannot keep other tasks out of it.
 *
 * An entry that is not freed by its call is counted in saker_pending_unpaired(), and
 * so is one that finds no slot; the file is then read from its descriptor.
 */
#ifndef SAKER_PENDING_H
#define SAKER_PENDING_H

#include <linux/atomic.h>
#include <linux/cred.h>
#include <linux/fs.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/sched.h>
#include <linux/socket.h>
#include <linux/types.h>
#include "compat/fs.h"
#include "compat/time.h"
#include "fill.h"
#include "path.h"
#include "sock.h"

struct socket;

#define SAKER_PENDING_SLOTS	4096
#define SAKER_PENDING_PROBES	16
#define SAKER_PENDING_BLOCKS	1024	/* for text that does not fit a slot */
#define SAKER_PENDING_TEXT	256	/* bytes of text in a slot */

/* Copy of one file as the hook saw it; of a string only the text. */
struct saker_opened {
	struct saker_text path;		/* in the slot, or in a block */
	unsigned long file;		/* its address: compared, never dereferenced */
	u64 ino;
	u32 dev;
	u16 kind;			/* enum ev_fd_kind */
	u16 layer;			/* file_layer of flags.def */
	u32 flags;			/* as the opened file will have them */
	u32 block;			/* number of the block + 1; 0: none */
};

/* Copy of a connect as the hook saw it: the first, if there are several. */
struct saker_connecting {
	struct sockaddr_storage addr;	/* valid for @len bytes */
	u32 len;
	u32 ino;			/* of the socket */
	u16 family, type, protocol;	/* of the socket */
};

/*
 * One call. A call that opens has more than one file if the file system opens
 * others meanwhile, or if the kernel retries; then the descriptor decides.
 */
struct saker_pending {
	unsigned long owner;		/* the task's address | SAKER_PENDING_BUSY; 0: free */
	u64 start;			/* of the task: the address may be reused */
	unsigned long since;		/* jiffies */
	struct saker_pending *home;	/* of the owner */
	u32 count;			/* how many files or addresses were seen */
	u32 call;			/* its index in saker_selection.action[][] */
	atomic_t displaced;		/* owners with this home, but their entry elsewhere */
	u32 uid;			/* of the owner */
	const void *group;		/* its set of control groups: only compared */
	struct saker_opened first, last;
	union {
		char text[SAKER_PENDING_TEXT + 8];	/* of the first; slack for the last word */
		struct saker_connecting connect;
		struct saker_bound bound;
	};
};

/**
 * saker_pending_make() - memory for the table, when a selection first needs it
 *
 * May sleep; before the hooks are armed. Return: 0 or -ENOMEM.
 */
int __must_check saker_pending_make(void);

/* Free the table's memory, after the last hook has returned. */
void saker_pending_uninit(void);

/* What is no call's: behind the last of them. */
#define SAKER_PENDING_ALONE	(EV_ABI_COUNT * SAKER_NR_SLOTS)

static inline u32 saker_pending_call(unsigned int abi, unsigned int nr)
{
	return abi * SAKER_NR_SLOTS + nr;
}

/**
 * saker_pending_note() - store the file that a task is about to open in a call that opens
 * @task:	current
 * @file:	borrowed for the length of the hook
 * @call:	saker_pending_call()
 * @flags:	of the selection; SAKER_SEL_NO_PATH: do not store the path
 *
 * Preemption is off. If there is no free slot, that is counted, and the call's
 * exit reads the descriptor.
 */
void saker_pending_note(const struct task_struct *task, const struct file *file, u32 call,
			u32 flags);

/**
 * saker_pending_connect() - store the address that a task is about to connect to
 * @task:	current
 * @sock:	borrowed for the length of the hook
 * @addr:	@len bytes in kernel memory
 * @call:	saker_pending_call() of a call that connects
 *
 * Otherwise as saker_pending_note(). Of several addresses the first is kept, and the others
 * are counted.
 */
void saker_pending_connect(const struct task_struct *task, const struct socket *sock,
			   const void *addr, u32 len, u32 call);

/**
 * saker_pending_objects() - store the files that a call of current works on
 * @row:	of the hook
 * @args:	its arguments, borrowed for the length of the hook
 * @call:	saker_pending_call() of a call that the hook serves
 *
 * Otherwise as saker_pending_note(). Of several hits of one call the last is kept; if @row says
 * so the first, and the others are counted.
 */
void saker_pending_objects(const struct object_hook *row, const unsigned long *args, u32 call,
			   u32 flags);

/**
 * saker_pending_alone() - likewise, of what is recorded at once, as no call of current does it
 *
 * Return: the entry, valid until saker_pending_put() in the same section; NULL: there is no slot.
 */
struct saker_pending * __must_check saker_pending_alone(const struct object_hook *row,
							const unsigned long *args, u32 flags);

/**
 * saker_pending_miss() - a call that opens has come to a file that is not noted
 *
 * Frees the entry of a file it came to before: that one may not be what it opens. Its exit
 * reads the descriptor.
 */
void saker_pending_miss(const struct task_struct *task);

/*
 * A slot's owner word determines who may access the rest of it; there is no lock:
 *
 *	0		free; cmpxchg() to TASK | BUSY claims it
 *	TASK | BUSY	whichever task set BUSY: its own, or one that frees it or takes it over
 *	TASK		parked: cmpxchg() to TASK | BUSY, by its task, by another that
 *			needs the place, or by saker_pending_trim()
 *
 * BUSY is set while an entry is written, with preemption off, and by the exit of a call
 * until its record is published, where preemption may be on (tracepoints, from 6.13 on).
 */
#define SAKER_PENDING_BUSY	1ul	/* a task's address is even: pending.c asserts it */

extern struct saker_pending *saker_pending_slots;	/* NULL before saker_pending_make() */

/* The user of current, which does not change within a call: not what it acts as for a while. */
static inline u32 saker_pending_uid(void)
{
	return __kuid_val(current_real_cred()->uid);
}

/* saker_pending_spread() - a place for @task in the user's quarter of @bits places */
static inline u32 saker_pending_spread(const struct task_struct *task, u32 uid, unsigned int bits)
{
	return (hash_32(uid, bits) + hash_ptr(task, bits - 2)) & ((1u << bits) - 1);
}

static inline struct saker_pending *saker_pending_home(const struct task_struct *task, u32 uid)
{
	return &saker_pending_slots[saker_pending_spread(task, uid, ilog2(SAKER_PENDING_SLOTS))];
}

/* From parked to busy. False if its owner, or a task that takes the slot, was faster. */
static inline bool saker_pending_lock(struct saker_pending *p, unsigned long parked)
{
	return likely(cmpxchg(&p->owner, parked, parked | SAKER_PENDING_BUSY) == parked);
}

/* saker_pending_get() where some that are at home there live elsewhere */
struct saker_pending *saker_pending_get_displaced(struct saker_pending *home,
						  const struct task_struct *task);

/* The entry of current, busy; NULL if it has none. (Tests invent other tasks of its user.) */
static __always_inline struct saker_pending *saker_pending_get(const struct task_struct *task)
{
	struct saker_pending *home = saker_pending_home(task, saker_pending_uid());

	if (likely(READ_ONCE(home->owner) == (unsigned long)task))
		return saker_pending_lock(home, (unsigned long)task) ? home : NULL;
	if (likely(!atomic_read(&home->displaced)))
		return NULL;
	return saker_pending_get_displaced(home, task);
}

/* Has @task, which is current, certainly no entry? */
static __always_inline bool saker_pending_is_empty(const struct task_struct *task)
{
	struct saker_pending *home = saker_pending_home(task, saker_pending_uid());

	return READ_ONCE(home->owner) != (unsigned long)task && !atomic_read(&home->displaced);
}

struct saker_pending *saker_pending_reject(struct saker_pending *p);

/**
 * saker_pending_take() - the entry that function hooks made for the call of current that ends now
 * @call:	saker_pending_call(); an entry of another call, or of a former task, is freed
 *
 * Return: the entry, valid until saker_pending_put(), or NULL. Only current may
 * call both, and only while a selection is in force: then the table exists. Preemption may be on.
 */
static __always_inline struct saker_pending * __must_check saker_pending_take(u32 call)
{
	struct saker_pending *p = saker_pending_get(current);

	if (likely(!p || (p->call == call && p->start == saker_start_boottime(current))))
		return p;
	return saker_pending_reject(p);
}

void saker_pending_put(struct saker_pending *p);

/**
 * saker_pending_doubt() - note whether the last call of current looks as if it were under way
 *
 * At the exit of each call that takes an entry: the call returned -ENOSYS, the result of a
 * call under way, and the task has io_uring. saker_pending_doubted() returns it until
 * the next such exit that succeeds, where the filler calls saker_pending_trust().
 * Cleared when the task dies and when hooks are disarmed.
 */
void saker_pending_doubt(void);
void saker_pending_trust(void);
bool saker_pending_doubted(void);

/* The file a call has opened, and how reliable that is. */
struct saker_seen {
	const struct saker_opened *opened;	/* NULL: none of the files the hook saw */
	unsigned int prov;			/* EV_PROV_KERNEL or EV_PROV_SHARED_FD */
};

/**
 * saker_pending_choose() - the slow path of saker_pending_opened(), if the file is in doubt
 */
struct saker_seen saker_pending_choose(const struct saker_pending *p, int fd, bool no_open);

/**
 * saker_pending_opened() - the file that a call of current has opened
 * @fd:		what the call returned
 * @no_open:	the call had O_PATH; no hook sees such an open
 * @unsure:	the call came to files that are not in @p
 *
 * Return: borrowed from @p.
 */
static inline struct saker_seen saker_pending_opened(const struct saker_pending *p, int fd,
						     bool no_open, bool unsure)
{
	if (unlikely(p->count != 1 || no_open || unsure || saker_task_has_uring(current)))
		return saker_pending_choose(p, fd, no_open);
	return (struct saker_seen){ &p->first, EV_PROV_KERNEL };
}

#endif /* SAKER_PENDING_H */
