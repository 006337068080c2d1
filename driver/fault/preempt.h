/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Seeded fault: one hit in a hundred yields its CPU in the middle of the
 * section. If the tracepoint disables preemption itself, this has no effect.
 */
#include <linux/atomic.h>
#include <linux/preempt.h>
#include <linux/processor.h>

static inline void saker_fault_hit(struct saker_cpu *cpu, u32 type)
{
	static atomic_t n;
	int i;

	if (atomic_inc_return(&n) % 100)
		return;
	preempt_enable_notrace();
	for (i = 0; i < 1000; i++)
		cpu_relax();
	preempt_disable_notrace();
}
