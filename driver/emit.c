// SPDX-License-Identifier: GPL-2.0-only
/*
 * Records a hit of a hook in the ring: select, count, reserve, header, fill,
 * trim, publish. All steps run in one section with preemption off, so each hit
 * ends in exactly one counter. RCU waits for such a section as for any reader.
 * The section is opened here, because not every tracepoint disables preemption.
 */
#include <linux/err.h>
#include <linux/ktime.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include "compat/time.h"
#include "fill.h"
#include "prefilter.h"
#include "ring.h"
#include "select.h"
#include "session.h"
#include "stats.h"
#include "stream.h"
#include "task.h"
#include "wake.h"
#include SAKER_FAULT_H

#define EMIT_DEPTH_MAX	4	/* hooks within hooks */

/*
 * emit_zero() - clear the fixed part after the header, and up to SAKER_ZERO_STEP - 8 bytes more
 *
 * memset() would become a string instruction, whose start-up alone costs more than this loop;
 * barrier() keeps the compiler from turning the loop into one.
 */
static __always_inline void emit_zero(u64 *w, unsigned int bytes)
{
	for (; (int)bytes > 0; bytes -= SAKER_ZERO_STEP, w += SAKER_ZERO_STEP / sizeof(*w)) {
		w[0] = 0;
		w[1] = 0;
		w[2] = 0;
		w[3] = 0;
		w[4] = 0;
		w[5] = 0;
		w[6] = 0;
		w[7] = 0;
		barrier();
	}
}

static __always_inline void emit_header(struct saker_fill *f, const struct saker_filler *filler)
{
	struct ev_header *h = f->rec;

	h->fixed_len = filler->fixed;
	h->type = filler->type;
	h->flags = f->flags | f->abi;
	h->nr = f->nr;
	h->prov = 0;
	saker_task_header(h, current);
	emit_zero((u64 *)(h + 1), filler->fixed - sizeof(*h));
}

static noinline int emit_lose(struct saker_cpu *cpu, u32 type, int drop, u64 seq)
{
	saker_count_dropped(cpu, type, SAKER_DROP_REASON(drop), seq, saker_boottime_ns());
	return drop;
}

/* Take back a record. If a nested record was written after it, it becomes padding. */
static void emit_abandon(struct saker_cpu *cpu, struct saker_fill *f, u64 end, bool keep_seq)
{
	u32 room = saker_ring_trim(cpu->ring, end, f->room + f->more, 0);
	u64 seq = f->rec->seq;

	if (!room) {
		if (!keep_seq)
			cpu->seq--;
		return;
	}
	memset(f->rec, 0, sizeof(*f->rec));
	f->rec->len = room;
	f->rec->fixed_len = sizeof(*f->rec);
	f->rec->type = EV_OTHER;
	f->rec->seq = keep_seq ? 0 : seq;
}

/* A record was begun but is not published: the hit is dropped or filtered. */
static noinline int emit_take_back(struct saker_cpu *cpu, struct saker_fill *f, u32 type, u64 end,
				   int ret)
{
	u64 seq = f->rec->seq;

	emit_abandon(cpu, f, end, ret < 0);
	if (ret < 0)
		return emit_lose(cpu, type, ret, seq);
	if (ret == SAKER_FILL_FILTERED)
		cpu->tally[type].filtered++;
	return ret;
}

/*
 * Reserve room, including the gap record that is due before this one. Return: 0 or
 * SAKER_DROP(reason).
 */
static __always_inline int emit_reserve(struct saker_cpu *cpu, struct saker_fill *f,
					enum saker_ring_class class)
{
	u32 gap = unlikely(cpu->due & SAKER_DUE_GAP) ? saker_gap_size(cpu) : 0;
	struct saker_ring *r = cpu->ring;
	u32 record = f->room + f->more;
	void *p = saker_ring_reserve(r, gap + record, record, class);
	u64 now;

	if (IS_ERR(p))
		return PTR_ERR(p);
	now = saker_boottime_ns();
	r->last_ts = now;
	if (unlikely(gap))
		saker_gap_write(cpu, p, f->sel ? f->sel->generation : 0, now);
	f->rec = p + gap;
	f->rec->ts_ns = now;
	return 0;
}

/* Has a field from the 17th on any provenance? */
static __always_inline bool emit_has_more(const struct saker_fill *f)
{
	return f->more && (f->prov.prov[0] | f->prov.prov[1] | f->prov.prov[2]);
}

/* Shorten the record to the bytes used. */
static __always_inline void emit_finish(struct saker_cpu *cpu, struct saker_fill *f,
					const struct saker_filler *filler, u64 end)
{
	struct saker_ring *r = cpu->ring;
	bool more = emit_has_more(f);

	f->rec->len = saker_ring_trim(r, end, f->room + f->more,
				      f->used + (more ? sizeof(f->prov) : 0));
	if (unlikely(more)) {
		f->rec->flags |= EV_F_MORE;
		*ev_more(f->rec) = f->prov;
	}
	if (filler->traits & SAKER_WAKES)
		WRITE_ONCE(r->urgent, r->head);
	cpu->tally[filler->type].emitted++;
	if (unlikely(!--cpu->until_counters))
		cpu->due |= SAKER_DUE_COUNTERS;
}

/* Return: as saker_emit(). */
static __always_inline int emit_record(struct saker_cpu *cpu, struct saker_fill *f,
				       const struct saker_filler *filler)
{
	u64 end, seq = ++cpu->seq;
	int ret;

	f->used = filler->fixed;
	f->room = filler->fixed + filler->parts[!!(f->flags & EV_F_FAILED)];
	if (filler->need)
		f->room += filler->need(f);
	f->more = filler->more;
	if (f->more)
		memset(&f->prov, 0, sizeof(f->prov));
	ret = emit_reserve(cpu, f, filler->traits & SAKER_MAY_USE_RESERVE ?
				   SAKER_RING_RESERVED : SAKER_RING_ORDINARY);
	if (unlikely(ret))
		return emit_lose(cpu, filler->type, ret, seq);
	end = cpu->ring->head;
	f->rec->seq = seq;
	emit_header(f, filler);
	ret = filler->predicate ? filler->predicate(f) : SAKER_FILL_OK;
	if (likely(ret == SAKER_FILL_OK))
		ret = filler->fill(f);
	if (unlikely(ret != SAKER_FILL_OK))
		return emit_take_back(cpu, f, filler->type, end, ret);
	emit_finish(cpu, f, filler, end);
	return SAKER_FILL_OK;
}

/* The hit is counted; now decide whether it is recorded, filtered or dropped. */
static __always_inline int emit_counted(struct saker_cpu *cpu, struct saker_fill *f, u32 type)
{
	struct saker_ring *r = cpu->ring;
	const struct saker_filler *filler = &saker_fillers[type];
	int ret;

	if (unlikely(!r))
		return emit_lose(cpu, type, SAKER_DROP(no_ring), ++cpu->seq);
	if (unlikely(cpu->depth > EMIT_DEPTH_MAX))
		return emit_lose(cpu, type, SAKER_DROP(nested), ++cpu->seq);
	saker_ring_enter(r);
	/* Without this the compiler repeats the multiplication at every access to a member. */
	OPTIMIZER_HIDE_VAR(filler);
	ret = emit_record(cpu, f, filler);
	if (saker_ring_leave(r, cpu->seq))
		saker_wake(r);
	return ret;
}

/* Is this hit selected? A hit that is not selected is not counted. */
static __always_inline int emit_wanted(struct saker_cpu *cpu, struct saker_fill *f, u32 type)
{
	int ret;

	if (unlikely(f->flags & EV_F_SNAPSHOT))
		return cpu->ring && saker_ring_half_full(cpu->ring) ? SAKER_EMIT_AGAIN :
								      SAKER_FILL_OK;
	if (unlikely(!f->sel))
		return SAKER_EMIT_UNWANTED;
	ret = saker_select(f, type);
	if (ret != SAKER_EMIT_UNWANTED &&
	    unlikely(saker_by_consumer())) {
		cpu->self++;
		return SAKER_EMIT_UNWANTED;
	}
	return ret;
}

/* Done once, by the outermost hook: work that does not belong to this hit. */
static inline void emit_chores(struct saker_cpu *cpu)
{
	if (unlikely(READ_ONCE(cpu->context)))
		saker_count_settle(cpu, saker_boottime_ns());
	if (unlikely(cpu->due & ~SAKER_DUE_GAP))
		saker_stream_flush(cpu, 0);
}

static __always_inline int emit_section(struct saker_fill *f, u32 type)
{
	struct saker_cpu *cpu = this_cpu_ptr(saker_cpus);
	int ret;

	lockdep_assert_preemption_disabled();
	f->sel = rcu_dereference_sched(saker_selection);
	ret = emit_wanted(cpu, f, type);
	if (ret > SAKER_FILL_FILTERED)
		return ret;
	if (unlikely(!in_task())) {
		saker_count_context(type);
		return SAKER_DROP(context);
	}
	if (!cpu->depth++)
		emit_chores(cpu);
	cpu->tally[type].hits++;
	saker_fault_hit(cpu, type);
	if (ret == SAKER_FILL_OK && f->flags & EV_F_SYSCALL &&
	    unlikely(f->sel->flags & SAKER_SEL_DNS))
		ret = saker_dns(f, type);
	if (ret == SAKER_FILL_OK && !f->dns && saker_prefilter_drops(f, type))
		ret = SAKER_FILL_FILTERED;
	if (ret == SAKER_FILL_FILTERED)
		cpu->tally[type].filtered++;
	else
		ret = emit_counted(cpu, f, type);
	cpu->depth--;
	return ret;
}

int saker_emit(struct saker_fill *f, u32 type)
{
	int ret;

	preempt_disable_notrace();
	ret = emit_section(f, type);
	preempt_enable_notrace();
	return ret;
}
