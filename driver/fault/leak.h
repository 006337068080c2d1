/* SPDX-License-Identifier: GPL-2.0-only */
/* Seeded fault: a hook loses memory, one object in a thousand hits. */
#include <linux/atomic.h>
#include <linux/slab.h>

static inline void saker_fault_hit(struct saker_cpu *cpu, u32 type)
{
	static atomic_t n;
	void *p;

	if (atomic_inc_return(&n) % 1000)
		return;
	p = kmalloc(64, GFP_ATOMIC);
	OPTIMIZER_HIDE_VAR(p);
}
