/* SPDX-License-Identifier: GPL-2.0-only */
/* Seeded fault: one hit in a thousand is counted twice. */
#include <linux/atomic.h>
#include "stats.h"

static inline void saker_fault_hit(struct saker_cpu *cpu, u32 type)
{
	static atomic_t n;

	if (atomic_inc_return(&n) % 1000 == 0)
		cpu->tally[type].hits++;
}
