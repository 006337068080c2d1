/* SPDX-License-Identifier: GPL-2.0-only */
/* Seeded fault: one hit in a thousand is counted twice. */
static __always_inline void saker_fault_hit(struct bpf_tally *tally)
{
	if (tally->hits % 1000 == 0)
		tally->hits++;
}
