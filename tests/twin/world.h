/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Provides a CPU for the tests of the driver's accounting: a ring, a selection, and a filler
 * that a test controls.
 */
#ifndef TWIN_WORLD_H
#define TWIN_WORLD_H

#include <kunit/test.h>
#include "fill.h"
#include "stats.h"

/* What the filler of EV_clone does next; that of EV_procexit always succeeds. */
struct script {
	int predicate;
	int fill;
	u32 parts;
	u32 need;
	u64 marked;			/* fields of EV_execve that come from user memory */
	struct saker_fill nested;	/* emitted while it fills, if .obj is set */
};

extern struct script script;

/* A CPU with an empty ring and a selection, generation 5, of clone and procexit. */
struct saker_cpu *setup_cpu(void);

/* Fails if a counter of the CPU does not add up, or a section is still open. */
void teardown_cpu(struct saker_cpu *cpu);

int emit(u32 type, u32 flags);

/* The record at an offset of the ring. */
const struct ev_header *record_at(const struct saker_cpu *cpu, u64 off);

#endif
