/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a build for users has: no fault. The other header of this folder is a seeded
 * fault (agent/ebpf/meson.build): a storm that does not notice it is what is broken.
 */
static __always_inline void saker_fault_hit(struct bpf_tally *tally)
{
}
