/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Defines no fault: for every build that users get. The other headers of this folder
 * are seeded faults (make SAKER_FAULT=miscount|sleep|uaf|leak|preempt), which the test
 * system must detect.
 */
static inline void saker_fault_hit(struct saker_cpu *cpu, u32 type)
{
}
