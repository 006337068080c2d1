/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evaluates the rules for an event: the index selects those that can match, in
 * load order. One evaluation in 1,024 is timed, at random distances: at a fixed
 * distance always the same rules would be timed, as rules are evaluated in
 * turn.
 */
#include "rule/engine.h"
#include <errno.h>
#include <stdlib.h>
#include "decode/event.h"
#include "lib/clock.h"
#include "lib/dict.h"
#include "rule/evaluator.h"
#include "rule/index.h"

#define SAMPLE_EVERY	1024u	/* evaluations, on average */

struct evaluator *evaluator_new(struct ruleset *set)
{
	struct evaluator *e = calloc(1, sizeof(*e));

	if (!e)
		return NULL;
	e->set = ruleset_ref(set);
	e->vm = vm_new(&set->program);
	e->counters = calloc(set->nrules + 1, sizeof(*e->counters));
	e->cursor = index_cursor_new(set->index);
	if (!e->vm || !e->counters || !e->cursor) {
		evaluator_free(e);
		return NULL;
	}
	return e;
}

void evaluator_free(struct evaluator *e)
{
	if (!e)
		return;
	vm_free(e->vm);
	free(e->counters);
	index_cursor_free(e->cursor);
	ruleset_unref(e->set);
	free(e);
}

const struct rule_counters *evaluator_counters(const struct evaluator *e)
{
	return e->counters;
}

int evaluator_inherit(struct evaluator *e, const struct evaluator *from)
{
	struct dict names = { 0 };
	int64_t r = 0;

	for (uint32_t i = 0; r >= 0 && i < from->set->nrules; i++)
		r = dict_add(&names, from->set->rules[i].name);
	for (uint32_t i = 0; r >= 0 && i < e->set->nrules; i++) {
		uint32_t id = dict_find(&names, e->set->rules[i].name);

		if (id)
			e->counters[i] = from->counters[id - 1];
	}
	dict_uninit(&names);
	return r < 0 ? -ENOMEM : 0;
}

static enum answer sampled(struct evaluator *e, const struct rule *rule, struct rule_counters *c)
{
	uint64_t before = clock_monotonic_ns();
	enum answer a = vm_run(e->vm, rule->condition.entry);

	c->sampled++;
	c->sampled_ns += clock_monotonic_ns() - before;
	e->chance = e->chance * 1664525u + 1013904223u;
	e->until_sample = (e->chance >> 16) % (2 * SAMPLE_EVERY);
	return a;
}

/* Return: whether the rule matched. */
static bool evaluate(struct evaluator *e, const struct rule *rule, const struct event *ev,
		     engine_match_fn *on_match, void *arg)
{
	struct rule_counters *c = &e->counters[rule->number];
	enum answer a;

	c->evaluated++;
	a = e->until_sample-- ? vm_run(e->vm, rule->condition.entry) : sampled(e, rule, c);
	if (a == ANSWER_FALSE)
		return false;
	c->matched++;
	c->undecided += a == ANSWER_UNDECIDED;
	on_match(arg, &(struct match){ .rule = rule, .event = ev, .evaluator = e,
				       .undecided = a == ANSWER_UNDECIDED });
	return true;
}

unsigned int engine_eval(struct evaluator *e, const struct event *ev, engine_match_fn *on_match,
			 void *arg)
{
	unsigned int matches = 0;
	uint32_t rule;

	if (!index_wants(e->set->index, ev->type))
		return 0;
	vm_begin(e->vm, ev);
	index_begin(e->cursor, e->vm, ev);
	while ((rule = index_next(e->cursor)) != INDEX_END) {
		if (!evaluate(e, &e->set->rules[rule], ev, on_match, arg))
			continue;
		matches++;
		if (!e->set->match_all)
			break;
	}
	return matches;
}

bool match_check(const struct match *match, uint32_t *pos, struct match_check *ret)
{
	const struct condition *c = &match->rule->condition;
	struct vm *vm = match->evaluator->vm;

	for (; *pos < c->nleaves; (*pos)++) {
		const struct leaf *leaf = &c->leaves[*pos];
		enum answer a;
		int r;

		a = leaf->pred == PRED_NONE ? ANSWER_UNKNOWN : vm_result(vm, leaf->pred);
		if (a == ANSWER_UNKNOWN)
			continue;
		*ret = (struct match_check){ .number = (*pos)++, .verdict = (uint8_t)a,
					     .negated = leaf->negate, .check = leaf->check };
		r = vm_value(vm, leaf->pred, false, &ret->value);
		ret->has_value = r == 0;
		if (a == ANSWER_UNDECIDED)
			ret->verdict = 3;
		else if (r == FIELD_MISSING && a == ANSWER_FALSE)
			ret->verdict = 2;
		if (a == ANSWER_TRUE && vm_given_decided(vm, leaf->pred) &&
		    vm_value(vm, leaf->pred, true, &ret->value) == 0)
			ret->given = ret->has_value = true;
		return true;
	}
	return false;
}
