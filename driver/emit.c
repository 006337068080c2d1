// SPDX-License-Identifier: GPL-2.0-only
/*
 * The one path from a hook to the ring: select, count, reserve, header, fill,
 * trim, publish. The one idea: all of it is one section with preemption off
 * and RCU held, taken here and never expected from the tracepoint; so no hit
 * can end in two counters or in none.
 */
#include <linux/ktime.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include "fill.h"
#include "ring.h"
#include "select.h"
#include "session.h"
#include "stats.h"
#include "stream.h"
#include "wake.h"
#include SAKER_FAULT_H

#define EMIT_DEPTH_MAX	4	/* hooks within hooks */

enum {
	MAY_USE_RESERVE = 1,	/* the last eighth of the ring */
	WAKES = 2,		/* a busy consumer is told at once */
};

static const u8 emit_traits[EV_TYPE_MAX] = {
	[EV_execve] = MAY_USE_RESERVE | WAKES,
	[EV_clone] = MAY_USE_RESERVE,
	[EV_procexit] = MAY_USE_RESERVE,
	[EV_ptrace] = MAY_USE_RESERVE | WAKES,
	[EV_process_vm_writev] = MAY_USE_RESERVE | WAKES,
	[EV_setid] = MAY_USE_RESERVE | WAKES,
	[EV_init_module] = MAY_USE_RESERVE | WAKES,
	[EV_module_load] = MAY_USE_RESERVE | WAKES,
};

/* memset() of a few words, without the start-up cost of a string instruction. */
static inline void emit_zero(void *p, u32 bytes)
{
	u64 *w = p, *end = p + bytes;

	for (; w + 4 <= end; w += 4) {
		w[0] = 0;
		w[1] = 0;
		w[2] = 0;
		w[3] = 0;
		barrier();
	}
	for (; w < end; w++) {
		*w = 0;
		barrier();
	}
}

/* Who did it is written by saker_task_header(). */
static inline void emit_header(struct saker_fill *f, const struct saker_filler *filler, u64 seq,
			       u64 now)
{
	struct ev_header *h = f->rec;

	emit_zero(h + 1, filler->fixed - sizeof(*h));
	h->len = f->room;
	h->fixed_len = filler->fixed;
	h->type = filler->type;
	h->ts_ns = now;
	h->seq = seq;
	h->flags = f->flags | f->abi;
	h->nr = f->nr;
	h->prov[0] = 0;
	h->prov[1] = 0;
	h->prov[2] = 0;
	h->prov[3] = 0;
	h->origin = 0;
	h->cpu = smp_processor_id();
	h->nfields = filler->nfields;
	saker_task_header(h);
}

/* The record is not wanted after all. Behind it another may lie: then it becomes padding. */
static void emit_abandon(struct saker_cpu *cpu, struct saker_fill *f, u64 seq, bool keep_seq)
{
	u32 room = saker_ring_trim(cpu->ring, f->rec, f->room, 0);

	if (!room) {
		if (!keep_seq)
			cpu->seq--;
		return;
	}
	emit_zero(f->rec, sizeof(*f->rec));
	f->rec->len = room;
	f->rec->fixed_len = sizeof(*f->rec);
	f->rec->type = EV_OTHER;
	f->rec->seq = keep_seq ? 0 : seq;
	f->rec->cpu = smp_processor_id();
}

/* Cut the record to what was used; the bytes up to the next multiple of 8 are zero. */
static void emit_finish(struct saker_cpu *cpu, struct saker_fill *f, u32 type)
{
	struct saker_ring *r = cpu->ring;
	u32 len = ALIGN(f->used, 8);

	/* At most 7 bytes, which reach the end of the reservation at most. */
	if (len != f->used)
		memset((char *)f->rec + f->used, 0, len - f->used);
	f->rec->len = saker_ring_trim(r, f->rec, f->room, len);
	if (emit_traits[type] & WAKES)
		r->urgent = r->head;
	saker_count_emitted(type);
	cpu->until_counters--;
	if (unlikely((s32)cpu->until_counters <= 0))
		cpu->due |= SAKER_DUE_COUNTERS;
}

static int emit_lose(struct saker_cpu *cpu, u32 type, int drop, u64 seq)
{
	saker_count_dropped(cpu, type, SAKER_DROP_REASON(drop), seq, ktime_get_boottime_ns());
	return drop;
}

/* Reserve, with the gap that is due in front. */
static int emit_reserve(struct saker_cpu *cpu, struct saker_fill *f, u32 type, u64 *now)
{
	u32 gap = cpu->due & SAKER_DUE_GAP ? saker_gap_size(cpu) : 0;
	enum saker_ring_class class = emit_traits[type] & MAY_USE_RESERVE ?
				      SAKER_RING_RESERVED : SAKER_RING_ORDINARY;
	void *p;
	int ret = saker_ring_reserve(cpu->ring, gap + f->room, f->room, class, &p);

	if (unlikely(ret))
		return ret;
	*now = ktime_get_boottime_ns();
	cpu->ring->last_ts = *now;
	if (unlikely(gap))
		saker_gap_write(cpu, p, f->sel ? f->sel->generation : 0, *now);
	f->rec = p + gap;
	return 0;
}

/* Return: as saker_emit(), or SAKER_FILL_GENERIC, when nothing was counted. */
static int emit_record(struct saker_cpu *cpu, struct saker_fill *f, u32 type)
{
	const struct saker_filler *filler = saker_filler_of(type);
	u64 seq, now;
	int ret;

	f->fixed = filler->fixed;
	f->used = filler->fixed;
	f->room = ALIGN(filler->fixed + (filler->need ? filler->need(f) : 0), 8);
	ret = emit_reserve(cpu, f, type, &now);
	if (unlikely(ret))
		return emit_lose(cpu, type, ret, ++cpu->seq);
	seq = ++cpu->seq;
	emit_header(f, filler, seq, now);
	ret = filler->predicate ? filler->predicate(f) : SAKER_FILL_OK;
	if (likely(ret == SAKER_FILL_OK))
		ret = filler->fill(f);
	if (likely(ret == SAKER_FILL_OK)) {
		emit_finish(cpu, f, type);
		return SAKER_FILL_OK;
	}
	emit_abandon(cpu, f, seq, ret < 0);
	if (ret < 0)
		return emit_lose(cpu, type, ret, seq);
	if (ret == SAKER_FILL_FILTERED)
		saker_count_filtered(type);
	return ret;
}

/* The hit is counted; find out how it ends. */
static int emit_counted(struct saker_cpu *cpu, struct saker_fill *f, u32 type)
{
	struct saker_ring *r = cpu->ring;
	int ret;

	if (unlikely(!r))
		return emit_lose(cpu, type, SAKER_DROP(no_ring), ++cpu->seq);
	if (unlikely(cpu->depth > EMIT_DEPTH_MAX))
		return emit_lose(cpu, type, SAKER_DROP(nested), ++cpu->seq);
	saker_ring_enter(r);
	ret = emit_record(cpu, f, type);
	if (unlikely(ret == SAKER_FILL_GENERIC)) {
		saker_count_moved(type, EV_syscall);
		ret = emit_record(cpu, f, EV_syscall);
	}
	if (saker_ring_leave(r, cpu->seq))
		saker_wake(r);
	return ret;
}

/* Is this hit any of our business? Nothing is counted for one that is not. */
static int emit_wanted(struct saker_cpu *cpu, struct saker_fill *f, u32 type)
{
	int ret;

	if (unlikely(f->flags & EV_F_SNAPSHOT))
		return cpu->ring && saker_ring_half_full(cpu->ring) ? SAKER_EMIT_AGAIN :
								      SAKER_FILL_OK;
	if (unlikely(!f->sel))
		return SAKER_EMIT_UNWANTED;
	ret = saker_select(f, type);
	if (ret != SAKER_EMIT_UNWANTED &&
	    unlikely(current->tgid == READ_ONCE(saker_consumer_tgid))) {
		this_cpu_inc(saker_cpus->self);
		return SAKER_EMIT_UNWANTED;
	}
	return ret;
}

/* Once for the outermost hook: what does not belong to this hit. */
static inline void emit_chores(struct saker_cpu *cpu)
{
	if (unlikely(READ_ONCE(cpu->context)))
		saker_count_settle(cpu, ktime_get_boottime_ns());
	if (unlikely(cpu->due & ~SAKER_DUE_GAP))
		saker_stream_flush(cpu, 0);
}

static int emit_section(struct saker_fill *f, u32 type)
{
	struct saker_cpu *cpu = this_cpu_ptr(saker_cpus);
	int ret;

	f->sel = rcu_dereference(saker_selection);
	ret = emit_wanted(cpu, f, type);
	if (ret > SAKER_FILL_FILTERED)
		return ret;
	if (unlikely(!in_task())) {
		saker_count_context(type);
		return SAKER_DROP(context);
	}
	if (!cpu->depth++)
		emit_chores(cpu);
	saker_count_hit(type);
	saker_fault_hit(type);
	if (ret == SAKER_FILL_FILTERED)
		saker_count_filtered(type);
	else
		ret = emit_counted(cpu, f, type);
	cpu->depth--;
	return ret;
}

int saker_emit(struct saker_fill *f, u32 type)
{
	int ret;

	preempt_disable_notrace();
	rcu_read_lock();
	ret = emit_section(f, type);
	rcu_read_unlock();
	preempt_enable_notrace();
	return ret;
}
