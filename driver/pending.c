// SPDX-License-Identifier: GPL-2.0-only
/*
 * Implements the pending table: a small hash table by task, fixed in size, and blocks for
 * text that does not fit a slot. pending.h lists when an entry is freed, and what its owner
 * word means.
 */
#include "pending.h"

#include <linux/bitmap.h>
#include <linux/bitops.h>
#include <linux/file.h>
#include <linux/in.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/net.h>
#include <linux/sched.h>
#include <linux/sched/task.h>
#include <linux/vmalloc.h>
#include <net/sock.h>
#include "hook.h"

#define BUSY	SAKER_PENDING_BUSY

static struct block {
	char text[PATH_MAX + 8];	/* the path, at its end; slack for the last word */
} *blocks __read_mostly;
static unsigned long blocks_used[BITS_TO_LONGS(SAKER_PENDING_BLOCKS)];

struct saker_pending *saker_pending_slots __read_mostly;
static atomic64_t unpaired;

/* By the task's number: saker_pending_doubt(). */
static unsigned long *doubted __read_mostly;

#define DOUBTED_BYTES	(BITS_TO_LONGS(PID_MAX_LIMIT) * sizeof(*doubted))
#define SLOTS_BYTES	(SAKER_PENDING_SLOTS * sizeof(*saker_pending_slots))
#define BLOCKS_BYTES	(SAKER_PENDING_BLOCKS * sizeof(*blocks))

void saker_pending_uninit(void)
{
	might_sleep();
	vfree(saker_pending_slots);
	vfree(blocks);
	vfree(doubted);
	saker_pending_slots = NULL;
	blocks = NULL;
	doubted = NULL;
}

int saker_pending_make(void)
{
	static_assert(__alignof__(struct task_struct) > BUSY);
	might_sleep();
	BUILD_BUG_ON(!is_power_of_2(SAKER_PENDING_SLOTS));
	BUILD_BUG_ON(DOUBTED_BYTES + SLOTS_BYTES + BLOCKS_BYTES + sizeof(blocks_used) > 8 << 20);
	if (saker_pending_slots)
		return 0;
	doubted = vzalloc(DOUBTED_BYTES);
	blocks = vzalloc(BLOCKS_BYTES);
	saker_pending_slots = vzalloc(SLOTS_BYTES);
	if (doubted && blocks && saker_pending_slots)
		return 0;
	saker_pending_uninit();
	return -ENOMEM;
}

u64 saker_pending_unpaired(void)
{
	return atomic64_read(&unpaired);
}

void saker_pending_unseen(void)
{
	if (unlikely(!saker_hook_functions_run()))
		atomic64_inc(&unpaired);
}

static struct saker_pending *slot_after(struct saker_pending *home, unsigned int probe)
{
	return &saker_pending_slots[(home - saker_pending_slots + probe) % SAKER_PENDING_SLOTS];
}

static noinline struct saker_pending *slot_find_displaced(struct saker_pending *home,
							  unsigned long task)
{
	unsigned int i;

	for (i = 1; i < SAKER_PENDING_PROBES; i++)
		if (READ_ONCE(slot_after(home, i)->owner) == task)
			return slot_after(home, i);
	return NULL;
}

struct saker_pending *saker_pending_get_displaced(struct saker_pending *home,
						  const struct task_struct *task)
{
	struct saker_pending *p = slot_find_displaced(home, (unsigned long)task);

	return p && saker_pending_lock(p, (unsigned long)task) ? p : NULL;
}

/* -- blocks -- */

/* Return: number of a block + 1; 0 if none is free near the place of @p. */
static noinline u32 block_take(const struct saker_pending *p)
{
	u32 home = saker_pending_spread((void *)(p->owner & ~BUSY), p->uid,
					ilog2(SAKER_PENDING_BLOCKS));
	unsigned int i;

	for (i = 0; i < SAKER_PENDING_PROBES; i++) {
		u32 nr = (home + i) % SAKER_PENDING_BLOCKS;

		if (!test_bit(nr, blocks_used) && !test_and_set_bit(nr, blocks_used))
			return nr + 1;
	}
	return 0;
}

static noinline void block_give(u32 *block)
{
	if (*block)
		clear_bit_unlock(*block - 1, blocks_used);
	*block = 0;
}

/* -- slots -- */

static inline void slot_leave_home(struct saker_pending *p)
{
	if (unlikely(p->home != p))
		atomic_dec(&p->home->displaced);
}

/* Give back what the entry holds. A slot that has no entry has no blocks. */
static __always_inline void slot_empty(struct saker_pending *p)
{
	slot_leave_home(p);
	if (unlikely(p->first.block | p->last.block)) {
		block_give(&p->first.block);
		block_give(&p->last.block);
	}
}

static __always_inline void slot_free(struct saker_pending *p)
{
	slot_empty(p);
	/*
	 * Pairs with the cmpxchg() that claims the slot: the entry is read before the slot is
	 * free.
	 */
	smp_store_release(&p->owner, 0);
}

static void slot_free_unpaired(struct saker_pending *p)
{
	atomic64_inc(&unpaired);
	slot_free(p);
}

noinline struct saker_pending *saker_pending_reject(struct saker_pending *p)
{
	slot_free_unpaired(p);
	return NULL;
}

static struct saker_pending *slot_settle(struct saker_pending *p, struct saker_pending *home)
{
	if (p != home)
		atomic_inc(&home->displaced);
	p->home = home;
	p->count = 0;
	return p;
}

/* Tasks of the same groups share the set of them. Those of the roots have nothing in common. */
static inline const void *task_groups(const struct task_struct *task)
{
	return rcu_access_pointer(task->cgroups);
}

/* How many entries around @home have the same user as @p, or the same group: the larger number. */
static unsigned int slot_weight(struct saker_pending *home, const struct saker_pending *p)
{
	unsigned int i, users = 0, groups = 0;

	for (i = 0; i < SAKER_PENDING_PROBES; i++) {
		const struct saker_pending *other = slot_after(home, i);

		users += READ_ONCE(other->uid) == READ_ONCE(p->uid);
		groups += READ_ONCE(other->group) == READ_ONCE(p->group);
	}
	return READ_ONCE(p->group) == task_groups(&init_task) ? users : max(users, groups);
}

/*
 * All slots are taken: take over the oldest entry of the user or group that has most of them. The
 * entries may change meanwhile; then another one is taken. NULL if all are busy.
 */
static noinline struct saker_pending *slot_evict(struct saker_pending *home, unsigned long task)
{
	struct saker_pending *found = NULL;
	unsigned int i, most = 0;
	unsigned long owner = 0;

	for (i = 0; i < SAKER_PENDING_PROBES; i++) {
		struct saker_pending *p = slot_after(home, i);
		unsigned long parked = READ_ONCE(p->owner);
		unsigned int weight = slot_weight(home, p);

		if (!parked || parked & BUSY || weight < most)
			continue;
		if (found && weight == most &&
		    !time_before(READ_ONCE(p->since), READ_ONCE(found->since)))
			continue;
		found = p;
		most = weight;
		owner = parked;
	}
	atomic64_inc(&unpaired);	/* that entry, or this file */
	if (!found || cmpxchg(&found->owner, owner, task | BUSY) != owner)
		return NULL;
	slot_empty(found);
	return slot_settle(found, home);
}

static noinline struct saker_pending *slot_claim_displaced(struct saker_pending *home,
							   unsigned long task)
{
	unsigned int i;

	for (i = 1; i < SAKER_PENDING_PROBES; i++) {
		struct saker_pending *p = slot_after(home, i);

		if (!READ_ONCE(p->owner) && !cmpxchg(&p->owner, 0, task | BUSY))
			return slot_settle(p, home);
	}
	return slot_evict(home, task);
}

/*
 * Find the entry of @task in another slot, or else take the home slot if it was claimed, or else
 * claim one. Return: the slot, busy, or NULL: all are in use.
 */
static noinline struct saker_pending *slot_get_or_claim(struct saker_pending *home,
							unsigned long task, bool claimed)
{
	struct saker_pending *p = NULL;

	if (!claimed && READ_ONCE(home->owner) == task)
		p = home;
	else if (atomic_read(&home->displaced))
		p = slot_find_displaced(home, task);
	if (p && saker_pending_lock(p, task)) {
		if (claimed)
			WRITE_ONCE(home->owner, 0);	/* nothing was written to it */
		return p;
	}
	return claimed ? slot_settle(home, home) : slot_claim_displaced(home, task);
}

/* The flags that do_dentry_open() removes when it has succeeded. */
#define FLAGS_OF_THE_CALL	(O_CREAT | O_EXCL | O_NOCTTY | O_TRUNC)

/* Where a path goes that does not fit the slot; NULL: then it is cut, which is counted. */
static char *block_of(struct saker_opened *o, const struct saker_pending *p)
{
	if (!o->block)
		o->block = block_take(p);
	if (o->block)
		return blocks[o->block - 1].text;
	atomic64_inc(&unpaired);
	return NULL;
}

/* The path is printed once more. */
static noinline void opened_long(struct saker_opened *o, const struct saker_pending *p,
				 const struct path *path)
{
	char *text = block_of(o, p);

	if (text)
		saker_path_text(&o->path, path, text, PATH_MAX);
}

static __always_inline void opened_path(struct saker_opened *o, struct saker_pending *p,
					const struct path *path)
{
	if (likely(o == &p->first)) {
		if (unlikely(saker_path_text(&o->path, path, p->text, SAKER_PENDING_TEXT) ==
			     -ENAMETOOLONG))
			opened_long(o, p, path);
		return;
	}
	o->path = (struct saker_text){ .prov = EV_PROV_UNREADABLE };
	opened_long(o, p, path);
}

static __always_inline void opened_note(struct saker_pending *p, const struct file *file, u32 flags)
{
	struct saker_opened *o = likely(p->count == 1) ? &p->first : &p->last;
	const struct inode *inode = file_inode(file);

	o->file = (unsigned long)file;
	o->ino = saker_inode_ino(inode);
	o->dev = saker_inode_dev(inode);
	o->kind = saker_file_kind(file);
	o->layer = saker_file_layer(file);
	o->flags = file->f_flags & ~FLAGS_OF_THE_CALL;
	if (likely(!(flags & SAKER_SEL_NO_PATH)))
		opened_path(o, p, &file->f_path);
	else
		o->path = (struct saker_text){ .prov = EV_PROV_UNREADABLE };
}

/*
 * The entry of @task for this call, busy, with a further file or address counted. NULL if there is
 * no slot. An entry of another call or of a former task is begun again.
 */
static __always_inline struct saker_pending *pending_open(const struct task_struct *task, u32 call)
{
	unsigned long owner = (unsigned long)task;
	u32 uid = saker_pending_uid();
	struct saker_pending *home = saker_pending_home(task, uid), *p = home;
	bool claimed;

	lockdep_assert_preemption_disabled();
	claimed = !cmpxchg(&home->owner, 0, owner | BUSY);
	if (likely(claimed && !atomic_read(&home->displaced))) {
		p->home = home;
		p->count = 1;
	} else {
		p = slot_get_or_claim(home, owner, claimed);
		if (!p)
			return NULL;
		if (p->count && (p->call != call || p->start != saker_start_boottime(current))) {
			atomic64_inc(&unpaired);
			p->count = 0;
		}
		p->count++;
	}
	WRITE_ONCE(p->uid, uid);
	WRITE_ONCE(p->group, task_groups(current));
	WRITE_ONCE(p->since, jiffies);	/* slot_evict() and saker_pending_trim() read these */
	WRITE_ONCE(p->call, call);
	p->start = saker_start_boottime(current);
	return p;
}

static __always_inline void pending_park(struct saker_pending *p, const struct task_struct *task)
{
	/* Pairs with saker_pending_lock(): the one that takes the entry sees all of it. */
	smp_store_release(&p->owner, (unsigned long)task);
}

void saker_pending_note(const struct task_struct *task, const struct file *file, u32 call,
			u32 flags)
{
	struct saker_pending *p = pending_open(task, call);

	if (unlikely(!p))
		return;
	opened_note(p, file, flags);
	pending_park(p, task);
}

void saker_pending_connect(const struct task_struct *task, const struct socket *sock,
			   const void *addr, u32 len, u32 call)
{
	struct saker_pending *p = pending_open(task, call);
	const struct sock *sk = READ_ONCE(sock->sk);

	if (unlikely(!p))
		return;
	if (likely(p->count == 1)) {
		p->connect.len = min_t(u32, len, sizeof(p->connect.addr));
		/* A constant length is two loads, any other a call. */
		if (likely(len == sizeof(struct sockaddr_in)))
			memcpy(&p->connect.addr, addr, sizeof(struct sockaddr_in));
		else
			memcpy(&p->connect.addr, addr, p->connect.len);
		p->connect.ino = SOCK_INODE((struct socket *)sock)->i_ino;
		p->connect.family = sk ? sk->sk_family : 0;
		p->connect.type = sock->type;
		p->connect.protocol = sk ? sk->sk_protocol : 0;
	} else {
		atomic64_inc(&unpaired);
	}
	pending_park(p, task);
}

/* -- the objects of saker/hooks.def -- */

static noinline void object_long(struct saker_opened *at, const struct saker_pending *p,
				 const struct object *o, const unsigned long *args)
{
	char *text = block_of(at, p);

	if (text)
		saker_object_text(&at->path, o, args, text, PATH_MAX);
}

/* Return: bytes of the slot's text that are still free. */
static u32 object_note(struct saker_opened *at, struct saker_pending *p, const struct object *o,
		       const unsigned long *args, u32 room)
{
	if (likely(room && saker_object_text(&at->path, o, args, p->text, room) != -ENAMETOOLONG))
		return at->path.prov ? room : at->path.at - p->text;
	at->path = (struct saker_text){ .prov = EV_PROV_UNREADABLE };
	object_long(at, p, o, args);
	return room;
}

static void socket_note(struct saker_bound *b, const struct object_hook *row,
			const unsigned long *args)
{
	const struct object *o = &row->object[1];
	const bool given = o->kind == OBJECT_ADDRESS;

	saker_sock_note(b, (struct socket *)args[row->object[0].a],
			given ? (const void *)args[o->a] : NULL, given ? args[o->b] : 0);
}

/*
 * Of several hits the last is kept: the kernel repeats a call whose file system answers that what
 * it found is out of date (ESTALE), and may come to other files then. Of a socket, which stays the
 * same, and of other rows that say so the first is kept, and the others are counted.
 */
static void objects_note(struct saker_pending *p, const struct object_hook *row,
			 const unsigned long *args, u32 flags)
{
	const struct dentry *dentry = saker_object_dentry(&row->object[0], args);
	u32 room = SAKER_PENDING_TEXT;

	if (unlikely(row->once && p->count != 1)) {
		atomic64_inc(&unpaired);
		return;
	}
	if (row->object[0].kind == OBJECT_SOCKET) {
		socket_note(&p->bound, row, args);
		return;
	}
	p->first.path = (struct saker_text){ .prov = EV_PROV_UNREADABLE };
	p->last.path = p->first.path;
	if (dentry) {
		p->first.ino = saker_inode_ino(d_backing_inode(dentry));
		p->first.dev = saker_inode_dev(d_backing_inode(dentry));
	}
	if (unlikely(flags & SAKER_SEL_NO_PATH))
		return;
	room = object_note(&p->first, p, &row->object[0], args, room);
	if (row->object[1].kind != OBJECT_NONE)
		object_note(&p->last, p, &row->object[1], args, room);
}

void saker_pending_objects(const struct object_hook *row, const unsigned long *args, u32 call,
			   u32 flags)
{
	struct saker_pending *p = pending_open(current, call);

	if (unlikely(!p))
		return;
	objects_note(p, row, args, flags);
	pending_park(p, current);
}

struct saker_pending *saker_pending_alone(const struct object_hook *row, const unsigned long *args,
					  u32 flags)
{
	struct saker_pending *p = pending_open(current, SAKER_PENDING_ALONE);

	if (likely(p))
		objects_note(p, row, args, flags);
	return p;
}

void saker_pending_put(struct saker_pending *p)
{
	slot_free(p);
}

void saker_pending_miss(const struct task_struct *task)
{
	struct saker_pending *p = saker_pending_get(task);

	if (unlikely(p))
		slot_free_unpaired(p);
}

void saker_pending_forget(const struct task_struct *task)
{
	if (!saker_pending_slots)
		return;
	saker_pending_miss(task);
	if (unlikely(saker_task_has_uring(current)))
		saker_pending_trust();
}

/* What is no call's has no action: its entry is freed by the hook that made it. */
static bool call_is_selected(const struct saker_selection *sel, u32 call)
{
	return call >= SAKER_PENDING_ALONE || *(&sel->action[0][0] + call);
}

/*
 * The exits of calls that are no longer selected are not seen. A busy entry is about to
 * be freed by the one that set BUSY. An entry that is freed and reused between the check
 * and the lock is only counted as unpaired. Never lock an entry that stays: its call
 * would not find it.
 */
void saker_pending_trim(const struct saker_selection *sel)
{
	unsigned int i;

	for (i = 0; saker_pending_slots && i < SAKER_PENDING_SLOTS; i++) {
		struct saker_pending *p = &saker_pending_slots[i];
		unsigned long parked = READ_ONCE(p->owner);

		if (!parked || parked & BUSY || (sel && call_is_selected(sel, READ_ONCE(p->call))))
			continue;
		if (saker_pending_lock(p, parked))
			slot_free_unpaired(p);
	}
	if (saker_pending_slots && !sel)
		bitmap_zero(doubted, PID_MAX_LIMIT);
}

void saker_pending_doubt(void)
{
	if (saker_task_has_uring(current))
		set_bit(current->pid, doubted);
}

void saker_pending_trust(void)
{
	if (unlikely(test_bit(current->pid, doubted)))
		clear_bit(current->pid, doubted);
}

bool saker_pending_doubted(void)
{
	return test_bit(current->pid, doubted);
}

static bool opened_is(const struct saker_opened *o, const struct file *file)
{
	return file && o->file == (unsigned long)file &&
	       o->ino == saker_inode_ino(file_inode(file)) &&
	       o->dev == saker_inode_dev(file_inode(file));
}

/*
 * opened_by_fd() - which of the files seen is the one behind the descriptor
 *
 * An address proves little. If the file system refuses the first file with -ESTALE, the
 * kernel frees it and repeats the open; from 6.7 on the next file often gets the same
 * address. So the last is compared first, and device and inode too.
 */
static const struct saker_opened *opened_by_fd(const struct saker_pending *p, int fd,
					       unsigned int *prov)
{
	struct saker_fd now = saker_fd_get(fd);
	const struct saker_opened *ret = NULL;

	if (p->count > 1 && opened_is(&p->last, now.file))
		ret = &p->last;
	else if (opened_is(&p->first, now.file))
		ret = &p->first;
	*prov = now.prov;
	saker_fd_put(now);
	return ret;
}

struct saker_seen saker_pending_choose(const struct saker_pending *p, int fd, bool no_open)
{
	struct saker_seen seen = { .prov = EV_PROV_KERNEL };
	unsigned int prov;

	seen.opened = opened_by_fd(p, fd, &prov);
	/* No other task can have changed the descriptor, so the file seen is not this call's. */
	if (seen.opened || no_open || prov == EV_PROV_KERNEL)
		return seen;
	/*
	 * The descriptor already refers to another file. The file opened first
	 * is the one the call requested, unless io_uring's work may have come
	 * before it.
	 */
	seen.opened = p->count > 1 && saker_task_has_uring(current) ? &p->last : &p->first;
	seen.prov = EV_PROV_SHARED_FD;
	return seen;
}
