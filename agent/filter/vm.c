/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Evaluates conditions. It relies on verify.c and repeats none of its tests. A
 * slot is read when it is first needed, a predicate evaluated at the first
 * instruction that uses it; both results are kept until the next event.
 */
#include "filter/vm.h"
#include <errno.h>
#include <stdlib.h>
#include "decode/event.h"
#include "filter/constant.h"
#include "filter/fieldref.h"
#include "filter/grams.h"
#include "filter/pattern.h"
#include "filter/pred.h"
#include "lib/arena.h"

#define STAMP_LAST	(1u << 16)	/* then numbers start over; small, so that tests reach it */
#define BUDGET		(64u << 20)	/* bytes compared with patterns, for one event */

struct slot_state {
	uint32_t stamp;
	int16_t result;		/* of the extractor */
	bool has_symbol;
	uint32_t symbol;
	uint32_t grams_stamp;
	struct grams *grams;	/* of a cut text, if the stamp is the event's; NULL: no memory */
	struct value value;
};

struct vm {
	const struct program *p;
	const struct event *ev;
	uint32_t stamp;
	uint32_t type_bit;
	uint64_t spent;
	int8_t straight;	/* field_path_straight() of the event; negative: not computed yet */
	struct slot_state *slots;
	uint32_t *memo;		/* stamp << 2 | answer */
};

struct vm *vm_new(const struct program *p)
{
	struct vm *vm = calloc(1, sizeof(*vm));

	if (!vm)
		return NULL;
	vm->p = p;
	vm->slots = calloc(p->nslots + 1, sizeof(*vm->slots));
	vm->memo = calloc(p->npreds + 1, sizeof(*vm->memo));
	if (!vm->slots || !vm->memo) {
		vm_free(vm);
		return NULL;
	}
	return vm;
}

void vm_free(struct vm *vm)
{
	if (!vm)
		return;
	free(vm->slots);
	free(vm->memo);
	free(vm);
}

void vm_begin(struct vm *vm, const struct event *ev)
{
	vm->ev = ev;
	vm->type_bit = type_bit_of(ev->type);
	vm->spent = 0;
	vm->straight = -1;
	if (vm->stamp++ < STAMP_LAST)
		return;
	memset(vm->slots, 0, (vm->p->nslots + 1) * sizeof(*vm->slots));
	memset(vm->memo, 0, (vm->p->npreds + 1) * sizeof(*vm->memo));
	vm->stamp = 1;
}

static inline const struct slot_state *slot_read(struct vm *vm, uint32_t i);

/* A function of its own, so that its argument buffer is not in the frame of the common case. */
static __attribute__((noinline)) int read_xform(struct vm *vm, const struct slot *slot,
						struct value *ret)
{
	struct value args[64];

	for (uint32_t i = 0; i < slot->op->nargs; i++) {
		const struct slot_state *s = slot_read(vm, slot->args[i]);

		if (s->result)
			return s->result;
		args[i] = s->value;
	}
	return xform_apply(slot->op, args, vm->ev->arena, ret);
}

static int read_operand(struct vm *vm, const struct slot *slot, struct value *ret)
{
	switch (slot->op->kind) {
	case OPERAND_FIELD:
		return FIELD_MISSING;	/* a known name without data */
	case OPERAND_CONST:
		*ret = slot->op->constant;
		return 0;
	case OPERAND_LIST:
	case OPERAND_XFORM:
		return read_xform(vm, slot, ret);
	}
	return FIELD_MISSING;
}

/* Whether a value of another type than its field's can be used. */
static bool as_promised(const struct operand *op, const struct value *v)
{
	if (op->kind == OPERAND_LIST || (op->kind == OPERAND_XFORM && op->xform == XFORM_VAL))
		return true;
	return (op->type == VALUE_NET && v->type == VALUE_IP) ||
	       value_types_agree(op->type, v->type);
}

static const struct slot_state *slot_fill(struct vm *vm, uint32_t i)
{
	const struct slot *slot = &vm->p->slots[i];
	struct slot_state *s = &vm->slots[i];

	s->stamp = vm->stamp;
	s->has_symbol = false;
	s->result = (int16_t)(slot->extract ? slot->extract(&s->value, vm->ev, &slot->op->arg) :
					      read_operand(vm, slot, &s->value));
	if (!s->result && s->value.type != slot->type && !as_promised(slot->op, &s->value))
		s->result = -EBADMSG;	/* loud: report an undecided check */
	return s;
}

static inline const struct slot_state *slot_read(struct vm *vm, uint32_t i)
{
	return vm->slots[i].stamp == vm->stamp ? &vm->slots[i] : slot_fill(vm, i);
}

int vm_slot(struct vm *vm, uint32_t i, const struct value **ret)
{
	const struct slot_state *s = slot_read(vm, i);

	*ret = &s->value;
	return s->result;
}

static bool is_straight(struct vm *vm)
{
	if (vm->straight < 0)
		vm->straight = field_path_straight(vm->ev);
	return vm->straight;
}

bool vm_same(struct vm *vm, uint32_t a, uint32_t b)
{
	const struct slot_state *x, *y;

	if (vm->p->slots[b].own_path && is_straight(vm))
		return true;
	x = slot_read(vm, a);
	y = slot_read(vm, b);
	if (x->result || y->result)
		return x->result == y->result;
	return x->value.type == VALUE_STR && y->value.type == VALUE_STR && !x->value.count &&
	       !y->value.count && x->value.s.p == y->value.s.p && x->value.s.n == y->value.s.n;
}

static __attribute__((noinline)) uint32_t symbol_find(struct vm *vm, uint32_t i)
{
	struct slot_state *s = &vm->slots[i];

	s->symbol = value_symbol(&vm->p->slots[vm->p->slots[i].dict_of].dict, &s->value);
	s->has_symbol = true;
	return s->symbol;
}

/* For a slot that has been read and has one value. */
static inline uint32_t symbol_of(struct vm *vm, uint32_t i, const struct slot_state *s)
{
	return s->has_symbol ? s->symbol : symbol_find(vm, i);
}

int vm_symbol(struct vm *vm, uint32_t i, uint32_t *ret)
{
	const struct slot_state *s = slot_read(vm, i);

	if (s->result)
		return s->result;
	if (s->value.count)
		return -EBADMSG;	/* several values have no one number */
	*ret = symbol_of(vm, i, s);
	return 0;
}

/* A missing value makes a check false, a pending one leaves it undecided. */
static enum answer no_value(int result)
{
	return result == FIELD_MISSING ? ANSWER_FALSE : ANSWER_UNDECIDED;
}

/* One value of a set is compared; more are looked up, once for all sets. */
static bool in_symbols(struct vm *vm, const struct pred *pred, uint32_t slot,
		       const struct slot_state *s)
{
	const struct dict *dict = &vm->p->slots[pred->slot].dict;

	if (pred->symbols.n == 1 && s->value.type == VALUE_STR && !s->has_symbol)
		return str_eq(s->value.s, dict->keys[pred->symbols.ids[0] - 1]);
	return symbols_has(&pred->symbols, symbol_of(vm, slot, s));
}

static bool over_budget(struct vm *vm, const struct pred *pred, const struct value *v)
{
	uint64_t bytes = 0;

	if (v->type != VALUE_STR)
		return false;
	if (!v->count)
		bytes = v->s.n;
	for (uint32_t i = 0; i < v->count; i++)
		bytes += v->list[i].s.n;
	for (uint32_t i = 0; pred->regexes && i < pred->n; i++)
		vm->spent += bytes * regex_size(pred->regexes[i]);
	vm->spent += bytes * (pred->matcher == MATCH_EACH ? pred->n : 1) + 1;
	return vm->spent > BUDGET;
}

/* Predicates that need more than one comparison. */
static enum answer match_long(struct vm *vm, const struct pred *pred, const struct slot_state *s)
{
	const struct slot_state *rhs = NULL;

	if (pred->matcher == MATCH_EXISTS)
		return ANSWER_TRUE;
	if (pred->matcher == MATCH_SLOT) {
		rhs = slot_read(vm, pred->rhs);
		if (rhs->result)
			return no_value(rhs->result);
	}
	if (over_budget(vm, pred, &s->value))
		return ANSWER_UNDECIDED;
	return pred_holds(vm->p, pred, &s->value, rhs ? &rhs->value : NULL) ? ANSWER_TRUE :
									      ANSWER_FALSE;
}

/*
 * Many rules look for a part of the same long text, and every one that is not found counts as
 * a match: so the text is read once for all of them. @s: of this predicate's slot, or its twin.
 */
static bool lacks(struct vm *vm, const struct pred *pred, struct slot_state *s)
{
	if (pred->matcher != MATCH_EACH || pred->n != 1 || pred->invert || pred->modifier ||
	    s->value.type != VALUE_STR || s->value.count || pred->values->type != VALUE_STR)
		return false;
	if (s->grams_stamp != vm->stamp) {
		s->grams_stamp = vm->stamp;
		s->grams = vm->ev->arena ? arena_alloc(vm->ev->arena, sizeof(*s->grams)) : NULL;
		if (s->grams)
			grams_fill(s->grams, s->value.s);
	}
	return s->grams && grams_lack(s->grams, pred->values->s);
}

/*
 * For a text whose middle is missing: a part that was found is certain. A part that was not found
 * may be in the missing middle, and whether a pattern matches the whole is unknown. But the text is
 * longer than any text it is compared with, and both ends are known; of a long path only the end.
 */
static enum answer match_cut(struct vm *vm, const struct pred *pred, struct slot_state *s)
{
	switch ((enum op)pred->op) {
	case OP_STARTSWITH: case OP_BSTARTSWITH: case OP_LT: case OP_LE: case OP_GT: case OP_GE:
		if (s->value.no_front || pred->matcher == MATCH_SLOT)
			return ANSWER_UNDECIDED;
		return match_long(vm, pred, s);
	case OP_CONTAINS: case OP_ICONTAINS: case OP_BCONTAINS:
		if (lacks(vm, pred, s))
			return ANSWER_UNDECIDED;
		return match_long(vm, pred, s) == ANSWER_TRUE ? ANSWER_TRUE : ANSWER_UNDECIDED;
	case OP_GLOB: case OP_IGLOB: case OP_REGEX: case OP_PMATCH:
		return ANSWER_UNDECIDED;
	default:
		return pred->matcher == MATCH_SLOT ? ANSWER_UNDECIDED : match_long(vm, pred, s);
	}
}

static enum answer compare(struct vm *vm, const struct pred *pred, uint32_t slot)
{
	const struct slot_state *s = slot_read(vm, slot);
	bool r;

	if (s->result)
		return no_value(s->result);
	if (!value_is_plain(&s->value))
		return s->value.cut ? match_cut(vm, pred, &vm->slots[slot]) :
				      match_long(vm, pred, s);
	switch ((enum matcher)pred->matcher) {
	case MATCH_FLAG:
		r = s->value.u;
		break;
	case MATCH_NUMBER:
		r = number_holds((enum op)pred->op, &s->value, pred->values);
		break;
	case MATCH_SYMBOLS:
		r = in_symbols(vm, pred, slot, s);
		break;
	default:
		return match_long(vm, pred, s);
	}
	return r != pred->invert ? ANSWER_TRUE : ANSWER_FALSE;
}

/* Also true if it holds for the path as given. */
static enum answer match_given(struct vm *vm, const struct pred *pred, enum answer a)
{
	enum answer b;

	if (a == ANSWER_TRUE || vm_same(vm, pred->slot, pred->given))
		return a;
	b = compare(vm, pred, pred->given);
	return b == ANSWER_FALSE ? a : b;
}

static enum answer evaluate(struct vm *vm, uint32_t i)
{
	const struct pred *pred = &vm->p->preds[i];
	enum answer a;

	if (pred->matcher == MATCH_TYPES)
		return pred->types[vm->type_bit / 64] >> (vm->type_bit % 64) & 1 ? ANSWER_TRUE :
										   ANSWER_FALSE;
	a = compare(vm, pred, pred->slot);
	return pred->given == SLOT_NONE ? a : match_given(vm, pred, a);
}

static __attribute__((noinline)) enum answer evaluate_first(struct vm *vm, uint32_t i)
{
	enum answer a = evaluate(vm, i);

	vm->memo[i] = vm->stamp << 2 | a;
	return a;
}

/* Many rules share predicates: a known result is returned here, without a call. */
static inline enum answer evaluate_once(struct vm *vm, uint32_t i)
{
	uint32_t memo = vm->memo[i];

	return memo >> 2 == vm->stamp ? (enum answer)(memo & 3) : evaluate_first(vm, i);
}

enum answer vm_evaluate(struct vm *vm, uint32_t i)
{
	return evaluate_once(vm, i);
}

enum answer vm_try(struct vm *vm, uint32_t i)
{
	return evaluate(vm, i);
}

/* @favour: whether an undecided check counts for the condition or against it. */
static bool run(struct vm *vm, uint32_t pc, bool favour, bool *undecided)
{
	while (pc < VERDICT_FALSE) {
		const struct insn *insn = &vm->p->insns[pc];
		enum answer a = evaluate_once(vm, insn->pred >> 1);
		bool yes = (unsigned int)a != (insn->pred & 1);

		if (a == ANSWER_UNDECIDED) {
			*undecided = true;
			yes = favour;
		}
		pc = yes ? insn->yes : insn->no;
	}
	return pc == VERDICT_TRUE;
}

enum answer vm_run(struct vm *vm, uint32_t entry)
{
	bool undecided = false;

	if (!run(vm, entry, true, &undecided))
		return ANSWER_FALSE;
	if (!undecided || run(vm, entry, false, &undecided))
		return ANSWER_TRUE;
	return ANSWER_UNDECIDED;
}

enum answer vm_result(const struct vm *vm, uint32_t i)
{
	return vm->memo[i] >> 2 == vm->stamp ? (enum answer)(vm->memo[i] & 3) : ANSWER_UNKNOWN;
}

int vm_value(struct vm *vm, uint32_t i, bool given, struct value *ret)
{
	const struct pred *pred = &vm->p->preds[i];
	const struct slot_state *s;

	if (given && pred->given == SLOT_NONE)
		return FIELD_MISSING;
	s = slot_read(vm, given ? pred->given : pred->slot);
	if (!s->result)
		*ret = s->value;
	return s->result;
}

bool vm_given_decided(struct vm *vm, uint32_t i)
{
	const struct pred *pred = &vm->p->preds[i];

	return pred->given != SLOT_NONE && compare(vm, pred, pred->slot) != ANSWER_TRUE;
}
