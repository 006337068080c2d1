/* SPDX-License-Identifier: Apache-2.0 */
/* Selections are compared by event type; a call counts as there if one ABI's number is. */
#include "ruleset/lacks.h"
#include <string.h>
#include "decode/type.h"

#define NAMES_MAX	6u	/* types named in a line */
#define RULES_MAX	20u	/* lines */

static bool is_selected(const struct saker_selection *sel, evt_type_t type)
{
	if (type >= EVT_SYS_COUNT)
		return sel->event[type - EVT_SYS_COUNT];
	for (unsigned int abi = 0; abi < EV_ABI_COUNT; abi++) {
		int nr = evt_type_nr(type, (enum ev_abi)abi);

		if (nr >= 0 && nr < SAKER_NR_BAD && sel->action[abi][nr] & SAKER_ACT_EMIT)
			return true;
	}
	return false;
}

void lacks_find(struct lacks *ret, const struct saker_selection *have,
		const struct saker_selection *want)
{
	*ret = (struct lacks){ .env = want->env_max && !have->env_max };
	for (evt_type_t t = 0; t < EVT_TYPE_COUNT; t++) {
		if (!is_selected(want, t) || is_selected(have, t))
			continue;
		ret->types[t / 64] |= 1ull << (t % 64);
		ret->ntypes++;
	}
}

void lacks_types_text(struct buf *b, const uint64_t types[TYPE_WORDS])
{
	uint32_t n = 0;

	for (evt_type_t t = 0; t < EVT_TYPE_COUNT; t++) {
		if (!(types[t / 64] >> (t % 64) & 1) || n++ >= NAMES_MAX)
			continue;
		buf_text(b, n > 1 ? ", " : "");
		buf_str(b, evt_type_name(t));
	}
	if (n > NAMES_MAX)
		buf_printf(b, " and %u more", n - NAMES_MAX);
}

static bool rule_lacks(const struct rule *rule, const struct lacks *lacks,
		       uint64_t ret[TYPE_WORDS])
{
	uint64_t any = 0;

	for (size_t i = 0; i < TYPE_WORDS; i++) {
		ret[i] = rule->condition.types[i] & lacks->types[i];
		any |= ret[i];
	}
	return any;
}

void lacks_rules_text(struct buf *b, const struct lacks *lacks, const struct ruleset *set)
{
	uint64_t types[TYPE_WORDS];
	uint32_t n = 0;

	for (uint32_t i = 0; i < set->nrules; i++) {
		if (!rule_lacks(&set->rules[i], lacks, types) || n++ >= RULES_MAX)
			continue;
		buf_printf(b, "the rule \"" STR_FMT "\" also needs events that the capture does not "
			      "hold: ", STR_ARG(set->rules[i].name));
		lacks_types_text(b, types);
		buf_char(b, '\n');
	}
	if (n > RULES_MAX)
		buf_printf(b, "%u more rules need events that the capture does not hold\n",
			   n - RULES_MAX);
	if (lacks->env)
		buf_text(b, "rules need the environment of programs (proc.env, proc.aenv), which the "
			    "capture does not hold: what rests on it does not match\n");
}
