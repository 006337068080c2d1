/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Implements lacks.h. Selections are compared by event type; a call is selected if its number is
 * selected under one ABI.
 */
#include "ruleset/lacks.h"
#include <string.h>
#include "decode/type.h"
#include "field/field.h"

#define NAMES_MAX	6u	/* types named in a line */
#define RULES_MAX	20u	/* named */

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

/* A call and the event that records it have one name: the call is the type. */
static bool is_named_twice(evt_type_t type)
{
	return type >= EVT_SYS_COUNT && evt_type_find(evt_type_name(type)) != type;
}

void lacks_find(struct lacks *ret, const struct saker_selection *have,
		const struct saker_selection *want)
{
	*ret = (struct lacks){ .needs = 0 };
	if (!have->data_max)
		ret->needs |= FIELD_NEEDS_PAYLOAD;
	if (!have->env_max)
		ret->needs |= FIELD_NEEDS_ENV;
	if (!(have->flags & SAKER_SEL_STD_PATHS))
		ret->needs |= FIELD_NEEDS_STD_PATHS;
	if (!have->event[EV_setname])
		ret->needs |= FIELD_NEEDS_COMM;
	for (evt_type_t t = 0; t < EVT_TYPE_COUNT; t++) {
		if (!is_selected(want, t) || is_selected(have, t) || is_named_twice(t))
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

/* Return: whether there is any; then a line. */
static bool put_types(struct buf *b, const struct lacks *lacks, const struct rule *rule)
{
	uint64_t types[TYPE_WORDS], any = 0;

	for (size_t i = 0; i < TYPE_WORDS; i++) {
		types[i] = rule->condition.types[i] & lacks->types[i];
		any |= types[i];
	}
	if (!any)
		return false;
	buf_printf(b, "the rule \"" STR_FMT "\" also needs events that the capture does not hold: ",
		   STR_ARG(rule->name));
	lacks_types_text(b, types);
	buf_char(b, '\n');
	return true;
}

/* Of fields.def. */
static void put_fields(struct buf *b, uint64_t need)
{
	const char *before = "";

	for (unsigned int i = 0; i < field_count; i++) {
		if (!(field_table[i].flags & need))
			continue;
		buf_printf(b, "%s%s", before, field_table[i].name);
		before = ", ";
	}
}

/* The same for what fields need. */
static bool put_needs(struct buf *b, uint64_t needs, const struct rule *rule)
{
	static const struct { uint64_t need; const char *what; } table[] = {
		{ FIELD_NEEDS_ENV, "the environment of programs" },
		{ FIELD_NEEDS_COMM, "the names that threads take" },
		{ FIELD_NEEDS_STD_PATHS, "the paths of descriptors 0 to 2" },
		{ FIELD_NEEDS_PAYLOAD, "the bytes that are read and written" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (!(needs & table[i].need))
			continue;
		buf_printf(b, "the rule \"" STR_FMT "\" needs %s (", STR_ARG(rule->name), table[i].what);
		put_fields(b, table[i].need);
		buf_text(b, "), which the capture does not hold: checks on it do not match\n");
	}
	return needs;
}

void lacks_rules_text(struct buf *b, const struct lacks *lacks, const struct ruleset *set,
		      const struct alert_templates *templates)
{
	char spare[1];
	struct buf none = BUF_ON(spare);	/* for the lines beyond RULES_MAX, which are counted */
	uint32_t n = 0;

	for (uint32_t i = 0; i < set->nrules; i++) {
		const struct rule *rule = &set->rules[i];
		const uint64_t needs = rule_needs(rule) | alert_template_needs(templates, i);
		struct buf *to = n < RULES_MAX ? b : &none;
		const bool types = put_types(to, lacks, rule);

		n += put_needs(to, needs & lacks->needs, rule) || types;
	}
	if (n > RULES_MAX)
		buf_printf(b, "%u more rules need what the capture does not hold\n", n - RULES_MAX);
}
