/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Defines no fault: for every build that users get. The other header of this folder
 * is a seeded fault (agent/ebpf/meson.build), which the storm test must detect.
 */
static __always_inline void saker_fault_hit(struct bpf_tally *tally)
{
}
