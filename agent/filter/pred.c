/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes predicates: a check is lowered to one of a few matchers, and checks
 * with the same result share one predicate.
 */
#include "filter/pred.h"
#include <errno.h>
#include <stdlib.h>
#include "filter/check.h"
#include "filter/constant.h"
#include "filter/fieldref.h"
#include "filter/needles.h"
#include "filter/netset.h"
#include "filter/pattern.h"
#include "lib/grow.h"

#define NEEDLES_MIN	4	/* fewer texts are tried one by one */

static bool found(void *ctx, uint32_t id)
{
	(void)ctx;
	(void)id;
	return true;
}

static bool each(const struct pred *pred, const struct value *v)
{
	uint32_t hits = 0;

	for (uint32_t i = 0; i < pred->n; i++) {
		bool hit = pred->regexes ? regex_match(pred->regexes[i], v->s) :
			   value_compare((enum op)pred->op, v, &pred->values[i]);

		if (hit) {
			hits++;
			if (pred->modifier == MODIFIER_NONE || pred->modifier == MODIFIER_ANYOF)
				return true;
		} else if (pred->modifier == MODIFIER_ALLOF) {
			return false;
		}
	}
	return pred->modifier == MODIFIER_ALLOF ? pred->n > 0 :
	       pred->modifier == MODIFIER_ONEOF ? hits == 1 : false;
}

static bool with_rhs(const struct pred *pred, const struct value *v, const struct value *rhs)
{
	if (!rhs->count)
		return value_compare((enum op)pred->op, v, rhs);
	for (uint32_t i = 0; i < rhs->count; i++) {
		if (value_compare((enum op)pred->op, v, &rhs->list[i]))
			return true;
	}
	return false;
}

static bool one_holds(const struct program *p, const struct pred *pred, const struct value *v,
		      const struct value *rhs)
{
	bool r = false;

	switch ((enum matcher)pred->matcher) {
	case MATCH_NEVER:
	case MATCH_TYPES:
	case MATCH_EXISTS:
		return false;
	case MATCH_FLAG:
		r = v->u;
		break;
	case MATCH_SYMBOLS:
		r = symbols_has(&pred->symbols,
				value_symbol(&p->slots[p->slots[pred->slot].dict_of].dict, v));
		break;
	case MATCH_NUMBER:
		r = number_holds((enum op)pred->op, v, pred->values);
		break;
	case MATCH_NEEDLES:
		r = needles_find(pred->needles, v->s, found, NULL);
		break;
	case MATCH_EACH:
		r = each(pred, v);
		break;
	case MATCH_PATHS:
		r = paths_match(pred->paths, v->s);
		break;
	case MATCH_NETS:
		r = netset_has(pred->nets, &v->ip);
		break;
	case MATCH_SLOT:
		r = with_rhs(pred, v, rhs);
		break;
	}
	return r != pred->invert;
}

bool pred_holds(const struct program *p, const struct pred *pred, const struct value *v,
		const struct value *rhs)
{
	bool all = pred->quantor == QUANTOR_ALL;

	if (!v->count)
		return one_holds(p, pred, v, rhs);
	for (uint32_t i = 0; i < v->count; i++) {
		if (one_holds(p, pred, &v->list[i], rhs) != all)
			return !all;
	}
	return all;
}

/* Types whose values are compared as one whole number. */
static bool is_whole(enum value_type type)
{
	return type == VALUE_S64 || type == VALUE_U64 || type == VALUE_PORT ||
	       type == VALUE_ABSTIME || type == VALUE_RELTIME;
}

static bool is_one_number(const struct check *check)
{
	return check->nvalues == 1 && is_whole(check->lhs->type) &&
	       check->values[0].type == check->lhs->type &&
	       (check->op == OP_LT || check->op == OP_LE || check->op == OP_GT ||
		check->op == OP_GE);
}

static enum quantor quantor_of(const struct check *check)
{
	const struct operand *lhs = check->lhs;

	if (lhs->list)
		return check->op == OP_IN ? QUANTOR_ALL : QUANTOR_ANY;
	if (!operand_is_any(lhs))
		return QUANTOR_ONE;
	return check->op == OP_NE && lhs->field->flags & FIELD_NE_ALL ? QUANTOR_ALL : QUANTOR_ANY;
}

/* Whether the check tests membership in a set of values, and in which way. */
static bool is_set(const struct check *check, bool *invert)
{
	*invert = check->op == OP_NE;
	switch (check->op) {
	case OP_IN:
	case OP_INTERSECTS:
		return true;
	case OP_EQ:
		return check->modifier == MODIFIER_NONE || check->modifier == MODIFIER_ANYOF;
	case OP_NE:
		return check->modifier == MODIFIER_NONE || check->modifier == MODIFIER_ALLOF;
	default:
		return false;
	}
}

static int compare_ids(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static int lower_symbols(struct program *p, const struct check *check, struct pred *pred)
{
	struct dict *dict = &p->slots[pred->slot].dict;
	uint32_t *ids = arena_alloc(p->arena, (check->nvalues + 1) * sizeof(*ids));
	uint32_t n = 1;

	if (!ids)
		return -ENOMEM;
	for (uint32_t i = 0; i < check->nvalues; i++) {
		unsigned char room[20];
		struct str key = value_key(&check->values[i], room);
		int64_t id = dict_find(dict, key);

		if (!id) {
			key = arena_str(p->arena, key);
			id = key.p ? dict_add(dict, key) : -ENOMEM;
		}
		if (id < 0)
			return (int)id;
		ids[i] = (uint32_t)id;
	}
	qsort(ids, check->nvalues, sizeof(*ids), compare_ids);
	for (uint32_t i = 1; i < check->nvalues; i++) {
		if (ids[n - 1] != ids[i])
			ids[n++] = ids[i];
	}
	pred->symbols = (struct symbols){ .ids = ids, .n = n };
	return 0;
}

static int lower_paths(struct program *p, const struct check *check, struct pred *pred)
{
	struct paths *paths = arena_alloc(p->arena, sizeof(*paths));

	pred->matcher = MATCH_PATHS;
	pred->paths = paths;
	return paths ? paths_init(paths, p->arena, check->values, check->nvalues) : -ENOMEM;
}

static bool is_needles(const struct check *check)
{
	if ((check->op != OP_CONTAINS && check->op != OP_ICONTAINS && check->op != OP_STARTSWITH &&
	     check->op != OP_ENDSWITH) || check->modifier != MODIFIER_ANYOF ||
	    check->lhs->type != VALUE_STR || check->nvalues < NEEDLES_MIN)
		return false;
	for (uint32_t i = 0; i < check->nvalues; i++) {
		if (!check->values[i].s.n)
			return false;
	}
	return true;
}

static int lower_needles(const struct check *check, struct pred *pred)
{
	struct needle *list = malloc(check->nvalues * sizeof(*list));

	if (!list)
		return -ENOMEM;
	for (uint32_t i = 0; i < check->nvalues; i++)
		list[i] = (struct needle){ check->values[i].s, i, false };
	pred->matcher = MATCH_NEEDLES;
	pred->needles = needles_new(list, check->nvalues,
				    check->op == OP_STARTSWITH ? NEEDLES_FRONT :
				    check->op == OP_ENDSWITH ? NEEDLES_END : NEEDLES_INSIDE,
				    check->op == OP_ICONTAINS);
	free(list);
	return pred->needles ? 0 : -ENOMEM;
}

static int lower_regexes(struct program *p, const struct check *check, struct pred *pred)
{
	pred->regexes = arena_alloc(p->arena, (check->nvalues + 1) * sizeof(*pred->regexes));
	if (!pred->regexes)
		return -ENOMEM;
	for (uint32_t i = 0; i < check->nvalues; i++) {
		const char *why;
		size_t at;

		pred->regexes[i] = regex_new(p->arena, check->values[i].s, &why, &at);
		if (!pred->regexes[i])
			return -ENOMEM;
	}
	return 0;
}

void pred_uninit(struct pred *pred)
{
	if (pred->matcher == MATCH_PATHS && pred->paths)
		paths_uninit((struct paths *)pred->paths);
	else if (pred->matcher == MATCH_NEEDLES)
		needles_free((struct needles *)pred->needles);
}

/* For an event type the result of the check is known at load: one bit for each type. */
static int lower_types(struct program *p, const struct check *check, struct pred *pred)
{
	bool is_is = check->lhs->arg.present;
	bool syscalls = check->lhs->field->flags & FIELD_ONLY_SYSCALLS;
	evt_type_t wanted = is_is ? evt_type_find(check->lhs->arg.key) : EVT_TYPE_NONE;
	uint64_t *bits = arena_alloc(p->arena, TYPE_WORDS * sizeof(*bits));
	struct pred inner = *pred;

	if (!bits)
		return -ENOMEM;
	for (evt_type_t t = 0; t <= EVT_TYPE_COUNT; t++) {
		evt_type_t type = t < EVT_TYPE_COUNT ? t : EVT_TYPE_NONE;
		evt_type_t shown = syscalls ? type : evt_type_shown(type);
		struct value v = { .type = VALUE_STR, .s = evt_type_name(shown) };

		if (syscalls && t >= EVT_SYS_COUNT)
			continue;
		if (is_is)
			v = (struct value){ .type = VALUE_U64,
					    .u = shown == evt_type_shown(wanted) };
		if (inner.matcher == MATCH_EXISTS || pred_holds(p, &inner, &v, NULL))
			bits[t / 64] |= 1ull << (t % 64);
	}
	pred_uninit(&inner);
	pred->matcher = MATCH_TYPES;
	pred->invert = false;
	pred->types = bits;
	pred->cost = 0;
	return 0;
}

/* Cost of reading and comparing, without a unit: only the order matters. */
static uint8_t cost_of(const struct check *check)
{
	static const uint8_t costs[OP_COUNT] = {
		[OP_CONTAINS] = 8, [OP_ICONTAINS] = 12, [OP_BCONTAINS] = 8, [OP_GLOB] = 10,
		[OP_IGLOB] = 12, [OP_REGEX] = 40, [OP_STARTSWITH] = 3, [OP_BSTARTSWITH] = 3,
		[OP_ENDSWITH] = 3, [OP_PMATCH] = 6,
	};
	const struct operand *lhs = check->lhs;
	uint8_t cost = costs[check->op];

	if (!cost)
		cost = lhs->type == VALUE_NET ? 4 : lhs->type == VALUE_BOOL ? 1 : 2;
	if (lhs->kind == OPERAND_XFORM)
		cost = (uint8_t)(cost + 10);
	return operand_is_any(lhs) ? (uint8_t)(cost + 4) : cost;
}

static int lower(struct program *p, const struct check *check, struct pred *pred)
{
	const struct operand *lhs = check->lhs;
	int r = 0;

	pred->op = (uint8_t)check->op;
	pred->modifier = (uint8_t)check->modifier;
	pred->quantor = (uint8_t)quantor_of(check);
	pred->cost = cost_of(check);
	pred->n = check->nvalues;
	if (check->op == OP_EXISTS) {
		pred->matcher = MATCH_EXISTS;
	} else if (check->rhs) {
		pred->matcher = MATCH_SLOT;
		if (check->op == OP_NE) {
			pred->op = OP_EQ;
			pred->invert = true;
		}
		r = slot_intern(p, check->rhs, false, &pred->rhs);
	} else if (!check->nvalues) {
		pred->matcher = MATCH_NEVER;
	} else if (check->op == OP_PMATCH) {
		r = lower_paths(p, check, pred);
	} else if (lhs->type == VALUE_BOOL && check->nvalues == 1 &&
		   is_set(check, &pred->invert)) {
		pred->matcher = MATCH_FLAG;
		pred->modifier = MODIFIER_NONE;
		pred->op = OP_EQ;
		pred->invert ^= !check->values[0].u;
	} else if (is_set(check, &pred->invert) && lhs->type == VALUE_NET) {
		pred->matcher = MATCH_NETS;
		pred->nets = netset_new(p->arena, check->values, check->nvalues);
		r = pred->nets ? 0 : -ENOMEM;
	} else if (is_set(check, &pred->invert) && lhs->type != VALUE_DOUBLE) {
		pred->matcher = MATCH_SYMBOLS;
		pred->modifier = MODIFIER_NONE;
		pred->op = OP_IN;
		r = lower_symbols(p, check, pred);
	} else if (is_needles(check)) {
		r = lower_needles(check, pred);
	} else if (is_one_number(check)) {
		pred->matcher = MATCH_NUMBER;
		pred->values = check->values;
	} else {
		pred->matcher = MATCH_EACH;
		pred->invert = false;
		pred->values = check->values;
		if (check->op == OP_REGEX)
			r = lower_regexes(p, check, pred);
	}
	if (r == 0 && lhs->kind == OPERAND_FIELD && field_is_evt_type(lhs->field) && !check->rhs)
		r = lower_types(p, check, pred);
	return r;
}

/* The lowered form as bytes. Return: {NULL, 0} without memory. */
static struct str serialise(const struct pred *pred)
{
	uint32_t head[] = { pred->matcher, pred->op, pred->modifier, pred->quantor, pred->invert,
			    pred->slot, pred->given, pred->rhs };
	const struct value *values = NULL;
	const void *tail = NULL;
	size_t tail_size = 0, room, n = sizeof(head);
	unsigned char key[20];
	char *p;

	if (pred->matcher == MATCH_SYMBOLS) {
		tail = pred->symbols.ids;
		tail_size = pred->symbols.n * sizeof(uint32_t);
	} else if (pred->matcher == MATCH_TYPES) {
		tail = pred->types;
		tail_size = TYPE_WORDS * sizeof(uint64_t);
	} else if (pred->matcher == MATCH_EACH || pred->matcher == MATCH_NUMBER ||
		   pred->matcher == MATCH_NEEDLES || pred->matcher == MATCH_NETS ||
		   pred->matcher == MATCH_PATHS) {
		values = pred->check->values;
	}
	room = n + tail_size;
	for (uint32_t i = 0; values && i < pred->n; i++)
		room += sizeof(size_t) + value_key(&values[i], key).n;
	p = malloc(room);
	if (!p)
		return (struct str){ 0 };
	memcpy(p, head, n);
	if (tail_size)
		memcpy(p + n, tail, tail_size);
	n += tail_size;
	for (uint32_t i = 0; values && i < pred->n; i++) {
		struct str s = value_key(&values[i], key);

		memcpy(p + n, &s.n, sizeof(s.n));
		if (s.n)
			memcpy(p + n + sizeof(s.n), s.p, s.n);
		n += sizeof(s.n) + s.n;
	}
	return (struct str){ p, n };
}

static int pred_add(struct program *p, const struct pred *pred, struct str key, uint32_t *ret)
{
	int64_t id;

	if (GROW(p->preds, p->npreds, p->pred_room, 256) < 0)
		return -ENOMEM;
	key = arena_str(p->arena, key);
	id = key.p ? dict_add(&p->pred_names, key) : -ENOMEM;
	if (id < 0)
		return (int)id;
	*ret = p->npreds++;
	p->preds[*ret] = *pred;
	return 0;
}

int pred_intern(struct program *p, struct check *check, bool may_be_given, uint32_t *ret)
{
	struct pred pred = { .given = SLOT_NONE, .rhs = SLOT_NONE, .check = check };
	struct str key;
	uint32_t id;
	int r;

	if (check->pred[may_be_given] != PRED_NONE) {
		*ret = check->pred[may_be_given];
		return 0;
	}
	r = slot_intern(p, check->lhs, false, &pred.slot);
	if (r == 0 && may_be_given)
		r = slot_intern(p, check->lhs, true, &pred.given);
	if (pred.given == pred.slot)
		pred.given = SLOT_NONE;		/* nothing in it is a path */
	if (r == 0)
		r = lower(p, check, &pred);
	key = r == 0 ? serialise(&pred) : (struct str){ 0 };
	if (!key.p) {
		pred_uninit(&pred);
		return r < 0 ? r : -ENOMEM;
	}
	id = dict_find(&p->pred_names, key);
	if (id)
		*ret = id - 1;
	else
		r = pred_add(p, &pred, key, ret);
	if (id || r < 0)
		pred_uninit(&pred);
	free((void *)key.p);
	if (r == 0)
		check->pred[may_be_given] = *ret;
	return r;
}
