/* SPDX-License-Identifier: GPL-2.0-only */
/* Seeded fault: a hook that may sleep. */
#include <linux/kernel.h>

static inline void saker_fault_hit(struct saker_cpu *cpu, u32 type)
{
	might_sleep();
}
