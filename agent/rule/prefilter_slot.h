/* SPDX-License-Identifier: Apache-2.0 */
/* Puts keys into the hash table of a prefilter. */
#ifndef RULE_PREFILTER_SLOT_H
#define RULE_PREFILTER_SLOT_H

#include <stdbool.h>
#include <saker/prefilter.h>

/* Return: whether there was a place. */
static inline bool prefilter_put(struct saker_prefilter *p, uint64_t key, uint64_t clauses)
{
	for (uint32_t i = 0; i < SAKER_PF_PROBES; i++) {
		const uint32_t at = ((uint32_t)(key >> 40) + i) & (p->nslots - 1);
		struct saker_pf_slot *slot = &p->slot[at];

		if (slot->key && slot->key != key)
			continue;
		slot->key = key;
		slot->clauses |= clauses;
		return true;
	}
	return false;
}

#endif /* RULE_PREFILTER_SLOT_H */
