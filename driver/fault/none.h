/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a build for users has: no fault. The other headers of this folder are
 * seeded faults (make SAKER_FAULT=miscount|sleep|uaf|leak|preempt): a test system that
 * does not notice them is the thing that is broken.
 */
static inline void saker_fault_hit(struct saker_cpu *cpu, u32 type)
{
}
