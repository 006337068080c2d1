/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes the records about the stream itself, as driver/stream.c. The agent runs
 * this program on a CPU (BPF_PROG_TEST_RUN) when a record is due there. The
 * program runs in an interrupt, so a section may be open on that CPU; then it
 * writes nothing and its result requests another call.
 */
#ifndef SAKER_BPF_STREAM_H
#define SAKER_BPF_STREAM_H

#include "emit.h"

/* How many types have been hit on this CPU so far. */
__noinline int tally_count(void)
{
	struct bpf_cpu *cpu = this_cpu();
	__u32 type, n = 0;

	if (!cpu)
		return 0;
	for (type = 0; type < EV_TYPE_MAX; type++)
		n += cpu->state.tally[type].hits != 0;
	return n;
}

static __always_inline __u32 counters_write(struct bpf_cpu *cpu, __u64 at, __u64 now)
{
	struct ev_counters *e = (void *)cpu->data + at;
	struct ev_tally *row;
	struct bpf_tally *t;
	__u64 n, type;

	cpu->state.loop = 0;
	for (type = 0; type < EV_TYPE_MAX; type++) {
		t = &cpu->state.tally[type];
		n = *(volatile __u64 *)&cpu->state.loop;
		if (!t->hits)
			continue;
		cpu->state.loop = n + 1;
		n = bounded(n, EV_TYPE_MAX - 1);
		row = (void *)cpu->data + at + sizeof(*e) + n * sizeof(*row);
		row->type = type;
		row->reserved = 0;
		row->hits = t->hits;
		row->emitted = t->emitted;
		row->filtered = t->filtered;
		__builtin_memcpy(row->dropped, t->dropped, sizeof(row->dropped));
	}
	n = bounded(*(volatile __u64 *)&cpu->state.loop, 2 * EV_TYPE_MAX - 1);
	stream_header(&e->hdr, EV_counters, sizeof(*e), sizeof(*e) + n * sizeof(*row), now);
	e->generation = control.current < BPF_NONE ? control.generation : 0;
	e->next_seq = cpu->state.seq + 1;
	e->tally.off = sizeof(*e);
	e->tally.len = n * sizeof(*row);
	e->tally.full = e->tally.len;
	e->tally.head = e->tally.len;
	cpu->state.until_counters = BPF_COUNTERS_EVERY;
	return sizeof(*e) + n * sizeof(*row);
}

static __always_inline __u32 consumer_write(struct bpf_cpu *cpu, __u64 at, __u64 now)
{
	struct ev_consumer *e = (void *)cpu->data + at;

	stream_header(&e->hdr, EV_consumer, sizeof(*e), sizeof(*e), now);
	e->change = control.change;
	e->pid = control.change_pid;
	e->since_ns = control.since_ns;
	e->comm = control.change_comm;
	cpu->state.recorded_consumer = control.consumer_changes;
	return sizeof(*e);
}

static __always_inline __u32 selection_write(struct bpf_cpu *cpu, __u64 at, __u64 now)
{
	struct ev_selection *e = (void *)cpu->data + at;

	stream_header(&e->hdr, EV_selection, sizeof(*e), sizeof(*e), now);
	e->generation = control.generation;
	e->previous = cpu->state.recorded_generation;
	cpu->state.recorded_generation = control.generation;
	return sizeof(*e);
}

/* Write all records that are due, in the order in which a reader needs them. Within a section. */
__noinline int stream_write(void)
{
	__u64 now = bpf_ktime_get_boot_ns(), room;
	struct bpf_cpu *cpu = this_cpu();
	__u32 i;

	if (!cpu)
		return 0;
	for (i = 0; i < EV_TYPE_MAX / ASIDE_TYPES && cpu->state.aside; i++)
		settle();
	room = gap_size(cpu) + GAP_OVERSHOOT + sizeof(struct ev_consumer) +
	       sizeof(struct ev_selection) + sizeof(struct ev_counters) +
	       tally_count() * sizeof(struct ev_tally);
	if (ring_try(room, RESERVED))
		return 0;		/* a record that finds no room stays due */
	if (cpu->state.due & BPF_DUE_GAP)
		gap_write(now);
	if (cpu->state.due & BPF_DUE_CONSUMER)
		cpu->state.head += consumer_write(cpu, cpu->state.head & ring_mask, now);
	if (cpu->state.due & BPF_DUE_COUNTERS)
		cpu->state.head += counters_write(cpu, cpu->state.head & ring_mask, now);
	if (cpu->state.due & BPF_DUE_SELECTION)
		cpu->state.head += selection_write(cpu, cpu->state.head & ring_mask, now);
	cpu->state.due = 0;
	return 0;
}

/*
 * Run by the agent in its own context when it becomes the consumer: stores the
 * agent's number in the initial pid namespace. A process in another pid namespace
 * cannot read that number itself.
 */
SEC("raw_tp/")
int consumer_is_me(void *ctx)
{
	struct task_struct *task = current_task(), *leader = HOT(task, group_leader);

	control.consumer_start_ns = HOT(leader, start_boottime);
	barrier();
	control.consumer_tgid = bpf_get_current_pid_tgid() >> 32;
	return 0;
}

/* What flush() returns. */
enum { FLUSH_DONE = 0, FLUSH_AGAIN = 1 };

/*
 * args: records to add to those that are due (enum bpf_due), and how often the
 * kernel skipped one of the programs: these are drops of an unknown type
 */
SEC("raw_tp/")
int flush(struct bpf_raw_tracepoint_args *ctx)
{
	__u32 due = ctx->args[0], missed = ctx->args[1];
	struct bpf_cpu *cpu = this_cpu();

	if (!cpu)
		return FLUSH_DONE;
	if (cpu->producer.busy)
		return FLUSH_AGAIN;
	cpu = section_open(EV_OTHER);
	if (!cpu)
		return FLUSH_AGAIN;
	if (missed) {
		__sync_fetch_and_add(&cpu->state.aside_lost[EV_OTHER], missed);
		cpu->state.aside = 1;
	}
	cpu->state.due |= due;
	stream_write();
	section_close(cpu, bpf_ktime_get_boot_ns(), 0);
	return FLUSH_DONE;
}

/* At a system call's exit, after the record that made it due: write a counter record. */
SEC(AT_EXIT)
int fill_stream(void *ctx)
{
	struct bpf_cpu *cpu = section_open(EV_OTHER);

	if (!cpu)
		return 0;
	stream_write();
	section_close(cpu, bpf_ktime_get_boot_ns(), 0);
	return 0;
}

#endif /* SAKER_BPF_STREAM_H */
