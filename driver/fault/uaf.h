/* SPDX-License-Identifier: GPL-2.0-only */
/* Seeded fault: a hook reads memory that was freed. */
#include <linux/compiler.h>
#include <linux/slab.h>

static inline void saker_fault_hit(struct saker_cpu *cpu, u32 type)
{
	u32 *p = kmalloc(sizeof(*p), GFP_ATOMIC);

	kfree(p);
	if (p)
		READ_ONCE(*p);
}
