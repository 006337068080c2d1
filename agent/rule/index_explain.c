/* SPDX-License-Identifier: Apache-2.0 */
/* Prints how the index finds a rule. */
#include "rule/index_explain.h"
#include "filter/print.h"
#include "rule/index_table.h"

static bool list_has(const struct index *index, uint32_t list, uint32_t rule)
{
	const struct rule_list *l = &index->lists[list];

	for (uint32_t i = 0; list != LIST_NONE && i < l->n; i++) {
		if (index->rules[l->start + i] == rule)
			return true;
	}
	return false;
}

static void explain_probe(FILE *out, const struct ruleset *set, const struct index_leaf *leaf,
			  const struct probe *probe, uint32_t rule)
{
	static const char *const texts[CLUE_KINDS] = {
		[CLUE_VALUE] = "is", [CLUE_FRONT] = "begins with", [CLUE_END] = "ends with",
		[CLUE_INSIDE] = "contains", [CLUE_FOLDED] = "contains in any case",
		[CLUE_NET] = "is in",
	};
	const struct operand *op = set->program.slots[probe->slot].op;
	uint32_t n[CLUE_KINDS] = { 0 };

	for (uint32_t i = 0; i <= leaf->mask; i++) {
		uint32_t number = leaf->table[i].clue;
		struct clue clue;

		if (!number || !list_has(set->index, leaf->table[i].list, rule))
			continue;
		clue = clue_of(&set->index->clues, number);
		n[clue.kind] += clue.slot == probe->slot;
	}
	for (unsigned int kind = 0; kind < CLUE_KINDS; kind++) {
		if (n[kind])
			fprintf(out, ", %s %s %s%u %s%s",
				op->kind == OPERAND_FIELD ? op->field->name : "a transformed value",
				texts[kind], n[kind] > 1 ? "one of " : "", n[kind],
				kind == CLUE_NET ? "network" : kind == CLUE_VALUE ? "value" : "text",
				n[kind] > 1 ? "s" : "");
	}
}

static bool leaf_has(const struct index *index, const struct index_leaf *leaf, uint32_t rule)
{
	bool has = list_has(index, leaf->plain, rule);

	for (uint32_t i = 0; !has && i < leaf->nprobes; i++)
		has = list_has(index, leaf->probes[i].all, rule);
	return has;
}

static bool question_leads(const struct index *index, uint32_t number, uint32_t rule)
{
	const struct question *q = &index->questions[number];

	if (q->pred == PRED_NONE)
		return leaf_has(index, &index->leaves[q->yes], rule);
	return question_leads(index, q->yes, rule) || question_leads(index, q->no, rule);
}

/* Prints the predicates that lead to one of the rule's leaves, as far as the rule needs them. */
static const struct index_leaf *explain_questions(FILE *out, const struct ruleset *set,
						  const struct class *class, uint32_t rule)
{
	const struct index *index = set->index;
	const struct question *q = &index->questions[class->first];

	while (q->pred != PRED_NONE) {
		bool yes = question_leads(index, q->yes, rule);

		if (!yes || !question_leads(index, q->no, rule)) {
			fputs(yes ? ", " : ", not ", out);
			check_print(out, set->program.preds[q->pred].check);
		}
		q = &index->questions[yes ? q->yes : q->no];
	}
	return &index->leaves[q->yes];
}

/* For the first of its types; for others the index may use other checks. */
void index_explain(FILE *out, const struct ruleset *set, const struct rule *rule)
{
	const struct index *index = set->index;
	const struct class *class = NULL;
	const struct index_leaf *leaf;

	for (uint32_t t = 0; !class && t <= EVT_TYPE_COUNT; t++) {
		if (rule->condition.types[t / 64] >> (t % 64) & 1)
			class = &index->classes[index->class_of[t]];
	}
	if (!class) {
		fputs("none: the rule can never match", out);
		return;
	}
	fputs("event type", out);
	leaf = explain_questions(out, set, class, rule->number);
	for (uint32_t i = 0; i < leaf->nprobes; i++)
		explain_probe(out, set, leaf, &leaf->probes[i], rule->number);
}
