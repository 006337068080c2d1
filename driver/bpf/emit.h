/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Records a hit of a hook in the ring: select, count, reserve, header, publish.
 * As in the module, all steps run in one section with preemption off, so each
 * selected hit ends in exactly one counter. Up to 6.12 tracepoints run with preemption
 * off. Later kernels need bpf_preempt_disable(). Where that is not possible
 * (6.13 and 6.14, and the entries of functions before), a section may be
 * preempted. A hit that finds a section open on its CPU then only increments a
 * separate counter (aside_lost); the next section counts and reports these hits
 * as drops.
 */
#ifndef SAKER_BPF_EMIT_H
#define SAKER_BPF_EMIT_H

#include "maps.h"
#include "../fill/dns.h"
#include SAKER_FAULT_H

enum { ORDINARY = 0, RESERVED = 1 };		/* records that may use the last eighth of a ring */
enum { URGENT = 2 };				/* a busy consumer is woken at once */

/* One record being filled. */
struct fill {
	struct bpf_cpu *cpu;
	void *rec;		/* in cpu->data */
	__u64 used;		/* bytes used: the fixed part, then the parts so far */
	__u64 at;		/* offset of rec in the data */
	__u64 end;		/* position in the stream where rec begins */
	__u64 task;		/* pid_tgid */
	struct task_struct *current;
	struct pt_regs *regs;	/* of the system call; NULL if not at its exit */
	long ret;
	const struct saker_selection *sel;
	__u32 flags, abi;
	__s32 nr;
	__u32 pending;		/* number of the call's slot + 1; 0: it has none */
	bool unsure;		/* an open: the hook has not noted each of its files */
	bool dns;		/* it sends to port 53, or receives from there */
	bool skip;		/* it is selected only for that, and does not */
};

/* prefilter.h */
static bool open_is_excluded(struct fill *f);
static bool event_is_excluded(struct fill *f, __u32 type);

#define barrier()	asm volatile("" ::: "memory")

/* The same number, of which the verifier knows nothing. @memory: of a map */
static __always_inline __u64 known_no_more(__u64 *memory, __u64 n)
{
	*(volatile __u64 *)memory = n;
	return *(volatile __u64 *)memory;
}

/* An address as a plain number: the verifier lets no function take a pointer as a number. */
static __always_inline __u64 address_of(__u64 *memory, const void *p)
{
	return known_no_more(memory, (__u64)p);
}

static __always_inline struct bpf_cpu *this_cpu(void)
{
	__u32 nr = bpf_get_smp_processor_id();

	return bpf_map_lookup_elem(&cpus, &nr);
}

static __always_inline struct bpf_tally *tally_of(struct bpf_cpu *cpu, __u32 type)
{
	return &cpu->state.tally[type & (EV_TYPE_MAX - 1)];
}

/*
 * section_open() - until section_close() nothing else writes to this CPU's ring
 *
 * The locked instruction is the barrier A of driver/ring.h: busy is seen before the clock is read.
 */
static __always_inline struct bpf_cpu *section_open(__u32 type)
{
	struct bpf_cpu *cpu;

	preempt_disable();
	cpu = this_cpu();
	if (!cpu) {
		__sync_fetch_and_add(&control.no_ring, 1);
		preempt_enable();
		return NULL;
	}
	if (!busy_claim(&cpu->producer.busy)) {
		__sync_fetch_and_add(&cpu->state.aside_lost[type], 1);
		*(volatile __u32 *)&cpu->state.aside = 1;
		preempt_enable();
		return NULL;
	}
	return cpu;
}

/* Publish, then clear busy: B and C of driver/ring.h; x86 keeps the order of stores. */
static __always_inline void section_close(struct bpf_cpu *cpu, __u64 ts, __u32 traits)
{
	__u64 head = cpu->state.head, tail;
	__u32 ring = 0, wake;

	if (head != cpu->producer.head) {
		*(volatile __u64 *)&cpu->producer.seq = cpu->state.seq;
		*(volatile __u64 *)&cpu->producer.last_ts_ns = ts;
		barrier();
		*(volatile __u64 *)&cpu->producer.head = head;
		barrier();
		__sync_fetch_and_add(&cpu->producer.busy, -1);
		/*
		 * The consumer announces that it will sleep, then reads the heads; here:
		 * publish, then read that.
		 */
		tail = *(volatile __u64 *)&cpu->consumer.tail;
		wake = *(volatile __u32 *)&cpu->consumer.wake;
		if (wake == SAKER_WAKE_ANY || (traits & URGENT && wake != SAKER_WAKE_FULL)) {
			ring = 1;
		} else if (head - tail >= control.watermark && cpu->state.rung_tail != tail) {
			cpu->state.rung_tail = tail;
			ring = 1;
		}
	} else {
		__sync_fetch_and_add(&cpu->producer.busy, -1);
	}
	preempt_enable();
	if (ring) {
		__sync_fetch_and_add(&cpu->producer.wakeups, 1);
		bpf_ringbuf_output(&doorbell, &head, sizeof(head), BPF_RB_FORCE_WAKEUP);
	}
}

/* The row of a type and reason in the gap; if the table is full, that of EV_OTHER. */
static __always_inline void gap_count(struct bpf_cpu *cpu, __u32 type, __u32 reason, __u32 n)
{
	struct bpf_gap *gap = &cpu->state.gap;
	__u64 i, rows = gap->nrows;

	for (i = 0; i < BPF_GAP_ROWS_MAX; i++) {
		__u32 kind = i < BPF_GAP_ROWS ? type : EV_OTHER;

		/* One check instead of two: the verifier follows each branch. */
		if (i >= rows || !((gap->row[i].type ^ kind) | (gap->row[i].reason ^ reason)))
			break;
	}
	if (i >= BPF_GAP_ROWS_MAX)
		return;
	*(volatile __u64 *)&cpu->state.loop = i;
	i = bounded(*(volatile __u64 *)&cpu->state.loop, 31);
	if (i >= rows) {
		gap->row[i].type = i < BPF_GAP_ROWS ? type : EV_OTHER;
		gap->row[i].reason = reason;
		gap->row[i].count = 0;
		gap->nrows = i + 1;
	}
	gap->row[i].count += n;
}

/* Count @n drops of a type, the first with the number @seq. Within a section. */
__noinline int gap_add(__u32 type, __u32 reason, __u32 n, __u64 seq)
{
	__u64 now = bpf_ktime_get_boot_ns();
	struct bpf_cpu *cpu = this_cpu();
	struct bpf_gap *gap;

	if (!cpu)
		return 0;
	gap = &cpu->state.gap;
	if (!gap->first_seq)
		gap->first_seq = seq;
	gap->last_seq = seq + n - 1;
	if (!gap->from_ns)
		gap->from_ns = now;
	gap->to_ns = now;
	gap_count(cpu, type, reason, n);
	cpu->state.lost += n;
	cpu->state.due |= BPF_DUE_GAP;
	*(volatile __u64 *)&cpu->producer.lost = cpu->state.lost;
	return 0;
}

/* A selected event is not recorded; it takes the number @seq. Within a section. */
__noinline int lose(__u32 type, __u32 reason, __u64 seq)
{
	struct bpf_cpu *cpu = this_cpu();

	if (!cpu)
		return 0;
	type &= EV_TYPE_MAX - 1;
	reason &= EV_DROP_COUNT - 1;
	cpu->state.tally[type].dropped[reason]++;
	gap_add(type, reason, 1, seq);
	return 0;
}

/*
 * aside_next() - the first type with hits in aside_lost, EV_TYPE_MAX if there is none
 *
 * A function of its own, so that the verifier walks its loop once.
 */
__noinline int aside_next(void)
{
	struct bpf_cpu *cpu = this_cpu();
	__u32 type;

	if (!cpu)
		return EV_TYPE_MAX;
	for (type = 0; type < EV_TYPE_MAX; type++)
		if (*(volatile __u32 *)&cpu->state.aside_lost[type])
			break;
	return type;
}

/*
 * Number the hits in aside_lost, add them to tally and gap. Within a section. Hits of further
 * types wait for the next section.
 */
#define ASIDE_TYPES	4

__noinline int settle(void)
{
	struct bpf_cpu *cpu = this_cpu();
	__u32 i, type, n;

	if (!cpu)
		return 0;
	*(volatile __u32 *)&cpu->state.aside = 0;
	for (i = 0; i < ASIDE_TYPES; i++) {
		type = aside_next();
		if (type >= EV_TYPE_MAX)
			return 0;
		type = bounded(type, EV_TYPE_MAX - 1);
		n = *(volatile __u32 *)&cpu->state.aside_lost[type];
		__sync_fetch_and_add(&cpu->state.aside_lost[type], -n);
		cpu->state.tally[type].hits += n;
		cpu->state.tally[type].dropped[EV_DROP_nested] += n;
		gap_add(type, EV_DROP_nested, n, cpu->state.seq + 1);
		cpu->state.seq += n;
	}
	*(volatile __u32 *)&cpu->state.aside = 1;
	return 0;
}

/* How far the fast path may reserve without reading the tail: nowhere while dropping. */
static __always_inline void ring_refresh_limits(struct bpf_cpu *cpu)
{
	__u64 size = ring_mask + 1, end = cpu->state.tail + size;

	cpu->state.limit[ORDINARY] = cpu->state.lossy[ORDINARY] ? 0 : end - size / 8;
	cpu->state.limit[RESERVED] = cpu->state.lossy[RESERVED] ? 0 : end;
}

/* As ring_try() in driver/ring.c. Return: 0, or -1 - enum ev_drop. */
__noinline int ring_try(__u64 len, __u32 class)
{
	struct bpf_cpu *cpu = this_cpu();
	__u64 size = ring_mask + 1, floor = class == ORDINARY ? size / 8 : 0;
	__u64 need = floor + len, tail, head;
	__u32 lossy;

	if (!cpu)
		return -1 - EV_DROP_no_ring;
	class &= 1;
	head = cpu->state.head;
	lossy = cpu->state.lossy[class];
	if (lossy && len < size / 8)
		need = floor + size / 8;
	if (size - (head - cpu->state.tail) < need) {
		tail = *(volatile __u64 *)&cpu->consumer.tail;
		if (tail < cpu->state.tail || tail > cpu->producer.head || tail % 8)
			cpu->producer.bad_tail++;
		else
			cpu->state.tail = tail;
		if (size - (head - cpu->state.tail) < need) {
			cpu->state.lossy[class] = 1;
			ring_refresh_limits(cpu);
			if (size - (head - cpu->state.tail) < len)
				return -1 - EV_DROP_ring_full;
			return lossy ? -1 - EV_DROP_hysteresis : -1 - EV_DROP_headroom;
		}
	}
	cpu->state.lossy[class] = 0;
	ring_refresh_limits(cpu);
	return 0;
}

static __always_inline void *data_at(struct bpf_cpu *cpu, __u64 pos)
{
	return cpu->data + (pos & ring_mask);
}

/*
 * place() - where a function writes that the verifier checks separately
 * @at:		of the record, from the beginning of the data
 * @used:	from the beginning of the record
 */
static __always_inline void *place(struct bpf_cpu *cpu, __u64 at, __u64 used)
{
	return cpu->data + (at & ring_mask) + bounded(used, BPF_USED_MASK);
}

/* Header of a record that no task caused. */
static __always_inline void stream_header(struct ev_header *h, __u32 type, __u32 fixed, __u32 len,
					  __u64 now)
{
	__builtin_memset(h, 0, sizeof(*h));
	h->len = len;
	h->fixed_len = fixed;
	h->type = type;
	h->ts_ns = now;
	h->nr = -1;
}

/* Write the gap record that is due at the head. Within a section, with room for it. */
__noinline int gap_write(__u64 now)
{
	struct bpf_cpu *cpu = this_cpu();
	struct bpf_gap *gap;
	struct ev_gap *e;
	__u64 rows, bytes;

	if (!cpu)
		return 0;
	gap = &cpu->state.gap;
	rows = bounded(gap->nrows, 31);
	bytes = rows * sizeof(struct ev_lost);
	e = data_at(cpu, cpu->state.head);
	stream_header(&e->hdr, EV_gap, sizeof(*e), sizeof(*e) + bytes, now);
	e->first_seq = gap->first_seq;
	e->last_seq = gap->last_seq;
	e->from_ns = gap->from_ns;
	e->to_ns = gap->to_ns;
	e->generation = control.current < BPF_NONE ? control.generation : 0;
	e->lost.off = sizeof(*e);
	e->lost.len = bytes;
	e->lost.full = bytes;
	e->lost.head = bytes;
	/*
	 * Write all rows, as a constant size is cheaper; GAP_OVERSHOOT keeps the space after
	 * them free.
	 */
	__builtin_memcpy(e + 1, gap->row, sizeof(gap->row));
	cpu->state.head += sizeof(*e) + bytes;
	gap->first_seq = 0;
	gap->from_ns = 0;
	gap->nrows = 0;
	cpu->state.due &= ~BPF_DUE_GAP;
	return 0;
}

/* Bytes written after the rows of a gap record: must be free, but are not reserved. */
#define GAP_OVERSHOOT	(BPF_GAP_ROWS_MAX * sizeof(struct ev_lost))

static __always_inline __u64 gap_size(const struct bpf_cpu *cpu)
{
	if (!(cpu->state.due & BPF_DUE_GAP))
		return 0;
	return sizeof(struct ev_gap) + bounded(cpu->state.gap.nrows, 31) * sizeof(struct ev_lost);
}

/* The control group that identifies a task's container, as in driver/compat/cgroup.h. */
static __always_inline __u64 task_cgroup_id(struct task_struct *task)
{
	struct kernfs_node *kn;
	struct css_set *set;
	struct cgroup *group;
	int pids;

	if (!control.v1_hierarchy) {
		set = HOT(task, cgroups);
		group = HOT(set, dfl_cgrp);
		kn = HOT(group, kn);
		return HOT(kn, id);
	}
	pids = bpf_core_enum_value(enum cgroup_subsys_id, pids_cgrp_id) & 15;
	return BPF_CORE_READ(task, cgroups, subsys[pids], cgroup, kn, id);
}

static __always_inline void emit_header(struct fill *f, __u32 type, __u32 fixed, __u32 zero,
					__u64 seq, __u64 now)
{
	struct task_struct *task = f->current;
	struct ev_header *h = f->rec;

	h->fixed_len = fixed;
	h->type = type;
	h->ts_ns = now;
	h->seq = seq;
	h->start_ns = HOT(task, start_boottime);
	h->cgroup_id = control.v1_hierarchy ? task_cgroup_id(task) : bpf_get_current_cgroup_id();
	h->tid = f->task;
	h->tgid = f->task >> 32;
	h->flags = f->flags | f->abi;
	h->nr = f->nr;
	h->prov = 0;
	__builtin_memset(h + 1, 0, zero);
}

/* Index of a call in a table by ABI and number; every computable index is within the table. */
#define CALL_PLACES		2048
#define call_place(abi, nr)	((abi) * SAKER_NR_SLOTS + (nr))
/* What is no call's. */
#define CALL_ALONE		CALL_PLACES

/*
 * Is the leader of the current task that of the consumer? A function of its own: to load a pointer
 * from a task costs the verifier a search through all types, each time it comes by.
 */
__noinline int consumer_leads(void)
{
	struct task_struct *leader = HOT(current_task(), group_leader);

	return HOT(leader, start_boottime) == control.consumer_start_ns;
}

/*
 * by_consumer() - is the current task a thread of the consumer
 *
 * The number is that of the initial pid namespace. If the consumer was killed, its
 * number stays set and may be reused by another process; so if the numbers are
 * equal, the start time is compared too.
 */
static __always_inline bool by_consumer(__u64 pid_tgid)
{
	return control.consumer_tgid == pid_tgid >> 32 && consumer_leads();
}

static __always_inline const struct saker_selection *selection(void)
{
	__u32 current = control.current;

	return &control.selection[current < BPF_NONE ? current : BPF_NONE];
}

/* Check the selection. Return: 1 selected, 0 filtered, -1 not selected. */
static __always_inline int emit_selected(struct fill *f, __u32 type)
{
	__u32 action;

	if (!(f->flags & EV_F_SYSCALL))
		return f->sel->event[type] ? 1 : -1;
	action = f->sel->action[0][bounded(call_place(f->abi, f->nr), CALL_PLACES - 1)];
	if (!action)
		return -1;
	if (f->flags & EV_F_FAILED)
		return !!(action & SAKER_ACT_EMIT_FAILED);
	return !!(action & (SAKER_ACT_EMIT | (dns_may_be(type) ? SAKER_ACT_EMIT_DNS : 0)));
}

/*
 * Has there been no consumer for longer than orphan_s? Then nothing is recorded until one
 * attaches.
 */
static __always_inline bool orphan_is_over(void)
{
	__u64 left = control.left_ns;

	if (!left || bpf_ktime_get_boot_ns() - left < control.orphan_ns)
		return false;
	control.disarmed_ns = left + control.orphan_ns;
	control.state = SAKER_STATE_DISARMED;
	control.current = BPF_NONE;
	return true;
}

/*
 * emit_open() - a hit: open a section, count it, find room, begin the record
 * @fixed:	bytes of header and fixed fields
 * @zero:	bytes behind the header that are cleared, a constant
 * @room:	bytes beside the fixed part in the worst case; a constant or bounded
 * @opens:	it is an open: the prefilter has tests of its own for these
 *
 * Return: true with the section open and the header written; else the hit is
 * counted and the section closed.
 */
static __always_inline bool emit_open(struct fill *f, __u32 type, __u32 fixed, __u32 zero,
				      __u32 nfields, __u64 room, __u32 traits, const bool opens)
{
	__u64 seq, gap, need, now;
	struct bpf_cpu *cpu;
	int verdict;

	/* A hit that is not selected must not open a section. */
	f->task = bpf_get_current_pid_tgid();
	f->sel = selection();
	verdict = emit_selected(f, type);
	if (verdict < 0)
		return false;
	cpu = section_open(type);
	if (!cpu)
		return false;
	f->cpu = cpu;
	if (by_consumer(f->task)) {
		cpu->state.self++;
		goto done;
	}
	if (control.left_ns && orphan_is_over())
		goto done;
	if (cpu->state.aside)
		settle();
	tally_of(cpu, type)->hits++;
	saker_fault_hit(tally_of(cpu, type));
	if (f->skip ||
	    (verdict && !f->dns && (opens ? open_is_excluded(f) : event_is_excluded(f, type))))
		verdict = 0;
	if (!verdict) {
		tally_of(cpu, type)->filtered++;
		goto done;
	}
	seq = ++cpu->state.seq;
	room += nfields > EV_PROV_FIELDS ? sizeof(struct ev_more) : 0;
	gap = gap_size(cpu);
	need = gap + fixed + room + (gap ? GAP_OVERSHOOT : 0);
	if (fixed + room > (ring_mask + 1) / 8) {
		lose(type, EV_DROP_too_big, seq);
		goto done;
	}
	verdict = 0;
	if (cpu->state.head + need > cpu->state.limit[traits & RESERVED])
		verdict = ring_try(need, traits & RESERVED);
	if (verdict) {
		lose(type, -1 - verdict, seq);
		goto done;
	}
	now = bpf_ktime_get_boot_ns();
	if (gap)
		gap_write(now);
	f->at = cpu->state.head & ring_mask;
	f->rec = cpu->data + f->at;
	f->used = fixed;
	emit_header(f, type, fixed, zero, seq, now);
	if (nfields > EV_PROV_FIELDS)
		cpu->state.prov = (struct ev_more){};
	return true;
done:
	section_close(cpu, cpu->producer.last_ts_ns, 0);
	return false;
}

/* Append the provenance of the fields from the 17th on, if one of them has any. */
static __always_inline void emit_more(struct fill *f)
{
	const struct ev_more *prov = &f->cpu->state.prov;
	struct ev_header *h = f->rec;

	if (!(prov->prov[0] | prov->prov[1] | prov->prov[2]))
		return;
	h->flags |= EV_F_MORE;
	*(struct ev_more *)(f->rec + bounded(f->used, BPF_USED_MASK)) = *prov;
	f->used += sizeof(*prov);
}

/* The record is complete: shorten it to the bytes used and publish it. */
static __always_inline void emit_close(struct fill *f, __u32 type, __u32 nfields, __u32 traits)
{
	struct ev_header *h = f->rec;
	struct bpf_cpu *cpu = f->cpu;

	if (nfields > EV_PROV_FIELDS)
		emit_more(f);
	h->len = f->used;
	cpu->state.head += f->used;
	tally_of(cpu, type)->emitted++;
	if (!--cpu->state.until_counters)
		cpu->state.due |= BPF_DUE_COUNTERS;
	section_close(cpu, h->ts_ns, traits);
}

/* Take back a record that was begun. The next record gets its number. */
static __always_inline void emit_filtered(struct fill *f, __u32 type)
{
	f->cpu->state.seq--;
	tally_of(f->cpu, type)->filtered++;
	section_close(f->cpu, f->cpu->producer.last_ts_ns, 0);
}

#define EMIT_OPEN(f, ev, room, traits)	\
	emit_open(f, EV_##ev, sizeof(struct ev_##ev),				\
		  sizeof(struct ev_##ev) - sizeof(struct ev_header), EV_NFIELDS(ev), room, traits, \
		  EV_##ev == EV_open)
#define EMIT_CLOSE(f, ev, traits)	emit_close(f, EV_##ev, EV_NFIELDS(ev), traits)

#endif /* SAKER_BPF_EMIT_H */
