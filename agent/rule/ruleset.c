/* SPDX-License-Identifier: Apache-2.0 */
/* Manages the life of a rule set, and queries it. */
#include <stdlib.h>
#include <strings.h>
#include "filter/fieldref.h"
#include "lib/guess.h"
#include "rule/index.h"
#include "rule/loader.h"

static const char *const priorities[] = {
	"Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Informational", "Debug",
};

const char *priority_name(unsigned int priority)
{
	return priorities[priority < 8 ? priority : 7];
}

bool priority_find(struct str name, uint8_t *ret)
{
	for (uint8_t i = 0; i < 8; i++) {
		if (name.n == strlen(priorities[i]) &&
		    !strncasecmp(name.p, priorities[i], name.n)) {
			*ret = i;
			return true;
		}
	}
	*ret = 6;
	return name.n == 4 && !strncasecmp(name.p, "info", 4);
}

const char *priority_guess(struct str name)
{
	struct guess guess = guess_init(name);

	for (unsigned int i = 0; i < 8 && name.n > 2; i++) {
		if (name.n < strlen(priorities[i]) && !strncasecmp(name.p, priorities[i], name.n))
			return priorities[i];
		guess_try(&guess, priorities[i]);
	}
	return guess.best;
}

struct ruleset *ruleset_ref(struct ruleset *set)
{
	atomic_fetch_add_explicit(&set->refs, 1, memory_order_relaxed);
	return set;
}

void ruleset_unref(struct ruleset *set)
{
	if (!set || atomic_fetch_sub_explicit(&set->refs, 1, memory_order_acq_rel) != 1)
		return;
	index_free(set->index);
	program_uninit(&set->program);
	arena_free(set->arena);
	free(set);
}

void ruleset_evt_types(const struct ruleset *set, uint64_t types[TYPE_WORDS])
{
	memset(types, 0, TYPE_WORDS * sizeof(*types));
	for (uint32_t i = 0; i < set->nrules; i++) {
		for (size_t j = 0; j < TYPE_WORDS; j++)
			types[j] |= set->rules[i].condition.types[j];
	}
}

const struct rule *ruleset_find(const struct ruleset *set, struct str name)
{
	for (uint32_t i = 0; i < set->nrules; i++) {
		if (str_eq(set->rules[i].name, name))
			return &set->rules[i];
	}
	return NULL;
}

static uint64_t expr_needs(const struct expr *e)
{
	uint64_t needs = 0;

	while (e->kind == EXPR_MACRO)
		e = e->macro.target;
	if (e->kind == EXPR_CHECK)
		return operand_needs(e->check->lhs) |
		       (e->check->rhs ? operand_needs(e->check->rhs) : 0);
	for (uint32_t i = 0; i < e->nkids; i++)
		needs |= expr_needs(e->kids[i]);
	return needs;
}

uint64_t rule_needs(const struct rule *rule)
{
	return expr_needs(rule->expr);
}
