/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes the records about the stream itself: gaps, counters, consumer,
 * selection. Each is placed in the stream exactly where it applies. A gap is in
 * the same reservation as the next record, before it; the others are written
 * before the next hit is counted. All have no number (seq 0) and are not
 * counted.
 */
#ifndef SAKER_STREAM_H
#define SAKER_STREAM_H

#include <linux/types.h>
#include <saker/device.h>
#include <saker/flags.h>

struct saker_cpu;

#define SAKER_COUNTERS_EVERY	65536	/* records between two counter records of a CPU */

/**
 * saker_gap_size() - bytes of the gap record that is due
 */
u32 saker_gap_size(const struct saker_cpu *cpu);

/**
 * saker_gap_write() - write the gap record that is due
 * @p:		room for saker_gap_size()
 *
 * Preemption off, on the CPU. No gap is due afterwards.
 */
void saker_gap_write(struct saker_cpu *cpu, void *p, u64 generation, u64 now);

/**
 * saker_stream_flush() - write what is due now, if there is room
 * @due:	enum saker_due: added to what is due
 *
 * Preemption off, on the CPU, no hook under way. A record that finds no room
 * stays due.
 */
void saker_stream_flush(struct saker_cpu *cpu, u32 due);

#endif /* SAKER_STREAM_H */
