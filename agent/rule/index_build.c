/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Builds the index. Event types that no check of the type distinguishes form
 * one class. In a class, predicates that many rules need are evaluated first,
 * as long as the result saves more than it costs; each leaves fewer rules, down
 * to a leaf. All costs are estimates: a wrong one costs time, never a match.
 */
#include "rule/index_leaf.h"
#include <errno.h>
#include <stdlib.h>
#include "filter/fieldref.h"
#include "filter/guess.h"
#include "lib/grow.h"
#include "lib/hash.h"
#include "rule/shape.h"

#define QUESTIONS_DEEP	6
#define QUESTION_COST	30.0f	/* ns, about */
#define QUESTION_VALUES	64	/* largest set that a question may test */

/* -- questions -- */

static int question_add(struct builder *b, const struct question *question, uint32_t *ret)
{
	struct index *index = b->index;

	if (GROW(index->questions, index->nquestions, index->question_room, 64) < 0)
		return -ENOMEM;
	index->questions[index->nquestions] = *question;
	*ret = index->nquestions++;
	return 0;
}

static void count_need(void *ctx, const struct node *literal)
{
	struct builder *b = ctx;
	float *needs = &b->needs[literal->pred * 2];

	if (!needs[0] && !needs[1] && numbers_add(&b->touched, literal->pred) < 0)
		b->error = -ENOMEM;
	needs[literal->negate] += b->worth;
}

/* Predicates that are cheap and rarely undecided. */
static bool may_be_question(const struct program *p, const struct pred *pred)
{
	const struct operand *op = p->slots[pred->slot].op;

	if (pred->given != SLOT_NONE || op->kind != OPERAND_FIELD || op->list ||
	    (operand_is_any(op) && op->field->flags & FIELD_ARG_INDEX))
		return false;
	return pred->matcher == MATCH_FLAG || pred->matcher == MATCH_NUMBER ||
	       pred->matcher == MATCH_NETS ||
	       (pred->matcher == MATCH_SYMBOLS && pred->symbols.n <= QUESTION_VALUES);
}

/*
 * The predicate that saves the most: the cost of the rules that it decides, times the probability
 * that it does. PRED_NONE if none saves more than it costs.
 */
static uint32_t best_question(struct builder *b, const struct picks *picks)
{
	const struct program *p = &b->set->program;
	uint32_t best = PRED_NONE;
	float most = QUESTION_COST;

	b->touched.n = 0;
	for (uint32_t i = 0; i < picks->n; i++) {
		b->worth = picks->items[i].worth;
		known_needs(&b->known, b->set->rules[picks->rules[i]].condition.node, count_need,
			    b);
	}
	for (uint32_t i = 0; i < b->touched.n; i++) {
		uint32_t pred = b->touched.items[i];
		float *needs = &b->needs[pred * 2];
		float chance = guess_chance_before(p, &p->preds[pred]);
		float saved = needs[0] * (1 - chance) + needs[1] * chance;

		if (saved > most && may_be_question(p, &p->preds[pred])) {
			most = saved;
			best = pred;
		}
		needs[0] = needs[1] = 0;
	}
	return best;
}

static int questions_for(struct builder *b, const uint32_t *rules, uint32_t n, uint32_t depth,
			 uint32_t *ret);

static int questions_after(struct builder *b, const uint32_t *rules, uint32_t n, uint32_t pred,
			   enum truth answer, uint32_t depth, uint32_t *ret)
{
	uint32_t *left = malloc((n + 1) * sizeof(*left)), nleft = 0;
	int r;

	if (!left)
		return -ENOMEM;
	b->known.answers[pred] = answer;
	for (uint32_t i = 0; i < n; i++) {
		if (known_truth(&b->known, b->set->rules[rules[i]].condition.node) != TRUTH_FALSE)
			left[nleft++] = rules[i];
	}
	r = questions_for(b, left, nleft, depth + 1, ret);
	b->known.answers[pred] = TRUTH_OPEN;
	free(left);
	return r;
}

static int questions_for(struct builder *b, const uint32_t *rules, uint32_t n, uint32_t depth,
			 uint32_t *ret)
{
	struct question q = { .pred = PRED_NONE };
	struct picks picks;
	int r = builder_choose(b, rules, n, &picks);

	if (r == 0 && depth < QUESTIONS_DEEP && b->work < WORK_MAX)
		q.pred = best_question(b, &picks);
	if (r == 0)
		r = b->error;
	if (r == 0 && q.pred == PRED_NONE)
		r = builder_leaf(b, &picks, &q.yes);
	picks_uninit(&picks);
	if (r == 0 && q.pred != PRED_NONE) {
		q.by_shape = shape_decides(&b->set->program,
					   &b->set->program.preds[q.pred]);
		r = questions_after(b, rules, n, q.pred, TRUTH_TRUE, depth, &q.yes);
	}
	if (r == 0 && q.pred != PRED_NONE)
		r = questions_after(b, rules, n, q.pred, TRUTH_FALSE, depth, &q.no);
	return r < 0 ? r : question_add(b, &q, ret);
}

/* -- classes -- */

static void count_mention(void *ctx, const struct node *literal)
{
	struct builder *b = ctx;
	const uint32_t *shown;
	uint32_t n = clues_shown(&b->index->clues, literal->pred, &shown);

	for (uint32_t i = 0; i < n; i++)
		b->costs[shown[i]]++;
}

/*
 * Estimate: every second event has a value that rules name, each value as often as rules name it;
 * long texts are rare.
 */
static float chance_of(const struct builder *b, const struct clue *clue, float mentions,
		       float total)
{
	float n = (float)clue->text.n, chance;

	switch (clue->kind) {
	case CLUE_VALUE:
		chance = mentions / (16 + 2 * total);
		return guess_common(b->set->program.slots[clue->slot].op) ? 0.5f : chance;
	case CLUE_NET:
		return 1.0f / (1.0f + (float)(uint8_t)clue->text.p[1]);
	default:
		return n < 2 ? 1 : 2 / (n * n);
	}
}

static void guess_costs(struct builder *b, const struct rule_list *members)
{
	const struct clues *clues = &b->index->clues;
	struct clue clue = { 0 };
	uint32_t i;

	memset(b->costs, 0, (clues->n + 1) * sizeof(*b->costs));
	for (i = 0; i < members->n; i++)
		known_literals(&b->known,
			       b->set->rules[b->index->rules[members->start + i]].condition.node,
			       count_mention, b);
	for (uint32_t slot = 0; slot < b->index->nslots; slot++) {
		uint32_t end = slot + 1 < b->index->nslots ? clues->first_value[slot + 1] :
							     clues->nvalues;
		float total = 0;

		for (i = clues->first_value[slot]; i < end; i++)
			total += b->costs[i];
		clue.slot = slot;
		for (i = clues->first_value[slot]; total > 0 && i < end; i++)
			b->costs[i] = RULE_COST * chance_of(b, &clue, b->costs[i], total);
	}
	for (i = clues->nvalues; i < clues->n; i++) {
		clue = clue_of(clues, i);
		b->costs[i] = RULE_COST * chance_of(b, &clue, 0, 0);
	}
}

static void count_work(struct builder *b, const struct rule_list *members)
{
	for (uint32_t i = 0; i < members->n; i++) {
		const struct rule *rule = &b->set->rules[b->index->rules[members->start + i]];

		b->work += rule->condition.nleaves;
	}
}

/* Makes one leaf with all rules: no predicate is evaluated before it. */
static int leaf_of(struct builder *b, const struct numbers *members, uint32_t *ret)
{
	struct picks picks;
	int r = builder_choose(b, members->items, members->n, &picks);

	if (r == 0)
		r = builder_leaf(b, &picks, ret);
	picks_uninit(&picks);
	return r;
}

static int class_fill(struct builder *b, struct class *class, uint32_t type_bit)
{
	struct numbers members = { 0 };
	uint32_t list;
	int r = 0;

	b->known.type_bit = type_bit;
	for (uint32_t i = 0; r == 0 && i < b->set->nrules; i++) {
		if (b->set->rules[i].condition.types[type_bit / 64] >> (type_bit % 64) & 1)
			r = numbers_add(&members, i);
	}
	if (r == 0)
		r = builder_list(b, members.items, members.n, &list);
	if (r == 0 && members.n) {
		class->members = b->index->lists[list];
		count_work(b, &class->members);
		if (b->work < WORK_MAX)
			guess_costs(b, &class->members);
	}
	if (r == 0)
		r = questions_for(b, members.items, members.n, 0, &class->first);
	if (r == 0 && b->index->questions[class->first].pred == PRED_NONE)
		class->open = b->index->questions[class->first].yes;
	else if (r == 0)
		r = leaf_of(b, &members, &class->open);
	free(members.items);
	return r;
}

static bool types_alike(const struct program *p, const struct numbers *by_type, uint32_t s,
			uint32_t t)
{
	for (uint32_t i = 0; i < by_type->n; i++) {
		const uint64_t *types = p->preds[by_type->items[i]].types;

		if ((types[s / 64] >> (s % 64) & 1) != (types[t / 64] >> (t % 64) & 1))
			return false;
	}
	return true;
}

/* The first type that no check distinguishes from @type; often @type itself. */
static uint32_t type_like(const struct program *p, const struct numbers *by_type,
			  const uint64_t *hashes, uint32_t type)
{
	for (uint32_t t = 0; t < type; t++) {
		if (hashes[t] == hashes[type] && types_alike(p, by_type, t, type))
			return t;
	}
	return type;
}

static int find_classes(struct builder *b)
{
	const struct program *p = &b->set->program;
	struct index *index = b->index;
	uint64_t hashes[EVT_TYPE_COUNT + 1] = { 0 };
	struct numbers by_type = { 0 };
	int r = 0;

	index->classes = calloc(EVT_TYPE_COUNT + 1, sizeof(*index->classes));
	for (uint32_t i = 0; r == 0 && i < p->npreds; i++) {
		if (p->preds[i].matcher != MATCH_TYPES)
			continue;
		r = numbers_add(&by_type, i);
		for (uint32_t t = 0; t <= EVT_TYPE_COUNT; t++)
			hashes[t] = hash_mix(hashes[t], p->preds[i].types[t / 64] >> (t % 64) & 1);
	}
	for (uint32_t t = 0; r == 0 && index->classes && t <= EVT_TYPE_COUNT; t++) {
		uint32_t like = type_like(p, &by_type, hashes, t);

		index->class_of[t] = (uint16_t)(like < t ? index->class_of[like] : index->nclasses);
		if (like == t)
			r = class_fill(b, &index->classes[index->nclasses++], t);
	}
	free(by_type.items);
	return index->classes ? r : -ENOMEM;
}

/* -- needles -- */

/* A value is found by the search for texts it begins with: its dictionary need not be read. */
static uint32_t values_of(struct builder *b, uint32_t slot, struct needle *room)
{
	const uint32_t first = b->index->clues.first_value[slot];
	const struct dict *dict = &b->set->program.slots[slot].dict;
	uint32_t n = 0;

	for (uint32_t i = 1; i <= dict->count; i++) {
		if (b->used[first + i])
			room[n++] = (struct needle){ dict->keys[i - 1], first + i, true };
	}
	return n;
}

static int needles_of(struct builder *b, uint32_t slot, enum clue_kind kind, struct needle *room)
{
	const struct clues *clues = &b->index->clues;
	uint32_t n = 0;

	for (uint32_t i = clues->nvalues; i < clues->n; i++) {
		const struct clue *clue = &clues->others[i - clues->nvalues];

		if (b->used[i] && clue->slot == slot && clue->kind == kind)
			room[n++] = (struct needle){ clue->text, i, false };
	}
	if (!n)
		return 0;
	if (kind == CLUE_FRONT)
		n += values_of(b, slot, room + n);
	b->index->slots[slot].texts[kind] =
		needles_new(room, n, kind == CLUE_FRONT ? NEEDLES_FRONT :
				     kind == CLUE_END ? NEEDLES_END : NEEDLES_INSIDE,
			    kind == CLUE_FOLDED);
	return b->index->slots[slot].texts[kind] ? 0 : -ENOMEM;
}

static int nets_of(struct builder *b, uint32_t slot)
{
	const struct clues *clues = &b->index->clues;
	struct slot_needles *to = &b->index->slots[slot];
	struct numbers found = { 0 };
	struct str *keys = NULL;
	int r = 0;

	for (uint32_t i = clues->nvalues; r == 0 && i < clues->n; i++) {
		const struct clue *clue = &clues->others[i - clues->nvalues];

		if (b->used[i] && clue->slot == slot && clue->kind == CLUE_NET)
			r = numbers_add(&found, i);
	}
	if (r == 0 && found.n) {
		keys = malloc(found.n * sizeof(*keys));
		r = keys ? 0 : -ENOMEM;
	}
	for (uint32_t i = 0; r == 0 && i < found.n; i++)
		keys[i] = clues->others[found.items[i] - clues->nvalues].text;
	if (r == 0 && found.n)
		r = nets_init(&to->nets, keys, found.items, found.n);
	free(keys);
	free(found.items);
	return r;
}

static int find_needles(struct builder *b)
{
	const struct clues *clues = &b->index->clues;
	struct needle *room = malloc((clues->n + 1) * sizeof(*room));
	bool *has = calloc(b->index->nslots + 1, sizeof(*has));
	int r = room && has ? 0 : -ENOMEM;

	for (uint32_t i = clues->nvalues; r == 0 && i < clues->n; i++)
		has[clues->others[i - clues->nvalues].slot] |= b->used[i];
	for (uint32_t slot = 0; r == 0 && slot < b->index->nslots; slot++) {
		if (!has[slot])
			continue;
		for (unsigned int kind = CLUE_FRONT; r == 0 && kind <= CLUE_FOLDED; kind++)
			r = needles_of(b, slot, (enum clue_kind)kind, room);
		if (r == 0)
			r = nets_of(b, slot);
	}
	free(room);
	free(has);
	return r;
}

int index_new(struct ruleset *set)
{
	struct index *index = calloc(1, sizeof(*index));
	struct builder b;
	int r;

	if (!index)
		return -ENOMEM;
	set->index = index;
	r = builder_init(&b, set, index);
	if (r == 0)
		r = find_classes(&b);
	if (r == 0)
		r = find_needles(&b);
	builder_uninit(&b);
	return r;
}
