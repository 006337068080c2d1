/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns one check into a clause of an event that is no open. The engine itself evaluates the check,
 * for a record that has one result or value after the other; so the test means what the check
 * means. A check that depends on anything else excludes nothing.
 */
#include "rule/event_literal.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include "decode/schema.h"
#include "field/args.h"
#include "filter/vm.h"

#define ERRNO_MAX	4095
#define SET_MAX		64u		/* members; a set with more excludes too little */
#define ARENA_BYTES	65536u

int event_literals_init(struct event_literals *l, const struct program *p)
{
	*l = (struct event_literals){ .p = p, .vm = vm_new(p), .arena = arena_new(0, ARENA_BYTES) };
	return l->vm && l->arena ? 0 : -ENOMEM;
}

void event_literals_uninit(struct event_literals *l)
{
	vm_free(l->vm);
	arena_free(l->arena);
}

bool event_has_type(enum ev_type event, const uint64_t types[TYPE_WORDS])
{
	for (evt_type_t t = 0; t < EVT_TYPE_COUNT; t++)
		if (types[t / 64] >> (t % 64) & 1 && evt_type_event(t) == event)
			return true;
	return event == EV_syscall && types[TYPE_WORDS - 1] >> (EVT_TYPE_COUNT % 64);	/* unknown types */
}

/* -- evaluating -- */

enum { CAN_BE_TRUE = 1, CAN_BE_FALSE = 2, CAN_BE_BOTH = 3 };

/* A record of this type in l->rec; other members are for the caller to set. */
static void begin(struct event_literals *l, enum ev_type event)
{
	memset(&l->rec, 0, sizeof(l->rec));
	l->rec.hdr.type = event;
	l->rec.hdr.fixed_len = schema_event(event)->size;
	l->rec.hdr.len = schema_event(event)->size;
	l->rec.hdr.flags = EV_F_SYSCALL;
}

static unsigned int evaluate(struct event_literals *l, evt_type_t type, uint32_t pred)
{
	const struct event ev = { .hdr = &l->rec.hdr, .body = &l->rec, .type = type,
				  .arena = l->arena };
	enum answer a;

	vm_begin(l->vm, &ev);
	a = vm_try(l->vm, pred);
	arena_reset(l->arena);
	return a == ANSWER_TRUE ? CAN_BE_TRUE : a == ANSWER_FALSE ? CAN_BE_FALSE : CAN_BE_BOTH;
}

/* -- the result -- */

static unsigned int evaluate_result(struct event_literals *l, enum ev_type event, uint32_t pred,
				    int64_t res)
{
	begin(l, event);
	l->rec.all.syscall.res = res;
	if (res < 0 && !(event == EV_connect && res == -EINPROGRESS))
		l->rec.hdr.flags |= EV_F_FAILED;
	return evaluate(l, EVT_SYS_COUNT, pred);
}

/* A number compared with 0 by its sign: the same for all that are not negative. */
static bool reads_sign(const struct pred *pred)
{
	return pred->matcher == MATCH_NUMBER && (pred->op == OP_GE || pred->op == OP_LT) &&
	       pred->values->type == VALUE_S64 && !pred->values->i;
}

/* Field evt.rawres has the number, the others only whether it is an error and which. */
static void result_clauses(struct event_literals *l, enum ev_type event, uint32_t number,
			   const struct operand *op, struct event_clause clause[2])
{
	const struct pred *pred = &l->p->preds[number];
	unsigned int can[SAKER_PF_RESULTS] = { 0 };

	can[SAKER_PF_SUCCESS] = op->field->type == VALUE_S64 && !reads_sign(pred) ?
		CAN_BE_BOTH : evaluate_result(l, event, number, 0);
	can[SAKER_PF_IN_PROGRESS] = evaluate_result(l, event, number, -EINPROGRESS);
	for (int e = 1; e <= ERRNO_MAX && can[SAKER_PF_FAILURE] != CAN_BE_BOTH; e++)
		if (e != EINPROGRESS)
			can[SAKER_PF_FAILURE] |= evaluate_result(l, event, number, -e);
	for (unsigned int negated = 0; negated < 2; negated++) {
		clause[negated].results = 0;
		for (unsigned int r = 0; r < SAKER_PF_RESULTS; r++)
			if (can[r] & (negated ? CAN_BE_FALSE : CAN_BE_TRUE))
				clause[negated].results |= 1u << r;
	}
}

/* -- arguments -- */

/* The field of a row that a check reads. */
struct place {
	const struct schema_field *field;
	uint32_t index;
	struct arg_def def;
};

static bool is_plain(const struct arg_def *def)
{
	return def->form == FORM_SET || def->form == FORM_MODE || def->form == FORM_UNSIGNED ||
	       def->form == FORM_SIGNED || def->form == FORM_OCT || def->form == FORM_HEX;
}

/* Does the driver have code for some field? Then it does not read arguments by the row. */
static bool has_row(const struct schema_event *e)
{
	for (unsigned int i = 0; i < e->nfields; i++)
		if (e->fields[i].source == SOURCE_CODE)
			return false;
	return true;
}

static bool place_find(struct place *ret, const struct schema_event *e)
{
	for (ret->index = 0; ret->index < e->nfields; ret->index++) {
		ret->field = &e->fields[ret->index];
		if (ret->field->offset == ret->def.offset)
			return ret->field->source == SOURCE_ARG && ret->index < SAKER_PF_FIELDS - 1;
	}
	return false;
}

/* The same field for all calls of the event; false: it is not so simple. */
static bool place_of(struct place *ret, enum ev_type event, const struct field_arg *arg)
{
	const struct schema_event *e = schema_event(event);
	struct place other = { 0 };
	bool found = false;

	if (!e || !has_row(e))
		return false;
	for (evt_type_t t = 0; t < EVT_SYS_COUNT; t++) {
		if (evt_type_event(t) != event)
			continue;
		if (!field_arg_find(&other.def, t, arg) || !is_plain(&other.def) ||
		    !place_find(&other, e) || (found && other.index != ret->index))
			return false;
		*ret = other;
		found = true;
	}
	return found;
}

static void set_value(struct event_literals *l, const struct schema_field *f, uint64_t value)
{
	memcpy((char *)&l->rec + f->offset, &value, f->size);
}

/* For each small value, what the check can be, for any of the event's calls. */
static void value_sets(struct event_literals *l, enum ev_type event, const struct place *place,
		       uint32_t pred, struct event_test test[2])
{
	for (evt_type_t t = 0; t < EVT_SYS_COUNT; t++) {
		if (evt_type_event(t) != event)
			continue;
		for (uint32_t v = 0; v < SAKER_PF_VALUES; v++) {
			unsigned int can;

			begin(l, event);
			set_value(l, place->field, v);
			can = evaluate(l, t, pred);
			if (can & CAN_BE_TRUE)
				test[0].set[v / 64] |= 1ull << (v % 64);
			if (can & CAN_BE_FALSE)
				test[1].set[v / 64] |= 1ull << (v % 64);
		}
	}
}

static unsigned int set_size(const struct event_test *test)
{
	unsigned int n = 0;

	for (size_t w = 0; w < SAKER_PF_VALUES / 64; w++)
		n += (unsigned int)__builtin_popcountll(test->set[w]);
	return n;
}

/* Can the text only be a part of the name of one flag? Not of a number, nor of several names. */
static bool is_of_name(struct str s)
{
	bool letter = false;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '|')
			return false;
		letter |= !memchr("0123456789abcdefABCDEFxX", s.p[i], 22);
	}
	return letter;
}

static bool finds_text(enum op op)
{
	return op == OP_CONTAINS || op == OP_EQ || op == OP_IN || op == OP_STARTSWITH ||
	       op == OP_ENDSWITH;
}

/*
 * Flags are printed as the names of those that are set, so an operator that finds a text holds only
 * if a flag is set whose name contains it. Return: the bits of these; 0: something else may hold,
 * too.
 */
static uint64_t bits_of(const struct pred *pred, const struct place *place)
{
	const struct check *check = pred->check;
	const struct schema_flag *flags;
	uint64_t bits = 0;
	size_t n;

	if ((place->def.form != FORM_SET && place->def.form != FORM_MODE) ||
	    !schema_is_bits(place->def.set) || !finds_text(check->op) || pred->invert ||
	    check->rhs || check->lhs->type != VALUE_STR)
		return 0;
	flags = schema_flags(place->def.set, &n);
	for (uint32_t v = 0; v < check->nvalues; v++) {
		const struct str s = check->values[v].s;

		if (!is_of_name(s))
			return 0;
		for (size_t i = 0; i < n; i++) {
			if (!memmem(flags[i].name, strlen(flags[i].name), s.p, s.n))
				continue;
			if (!flags[i].value)
				return 0;
			bits |= flags[i].value;
		}
	}
	return bits;
}

static bool has_argument(enum ev_type event, const struct field_arg *arg)
{
	struct arg_def def;

	for (evt_type_t t = 0; t < EVT_TYPE_COUNT; t++)
		if (evt_type_event(t) == event && field_arg_find(&def, t, arg))
			return true;
	return false;
}

/* The value is missing, whatever the call is. */
static void missing_clauses(struct event_literals *l, enum ev_type event, uint32_t pred,
			    struct event_clause clause[2])
{
	unsigned int can;

	begin(l, event);
	can = evaluate(l, EVT_SYS_COUNT, pred);
	clause[0].results = can & CAN_BE_TRUE ? EVENT_RESULTS_ALL : 0;
	clause[1].results = can & CAN_BE_FALSE ? EVENT_RESULTS_ALL : 0;
}

static void argument_clauses(struct event_literals *l, enum ev_type event, uint32_t number,
			     const struct operand *op, struct event_clause clause[2])
{
	struct event_test test[2] = { 0 };
	struct place place = { 0 };

	if (!has_argument(event, &op->arg)) {
		missing_clauses(l, event, number, clause);
		return;
	}
	if (!place_of(&place, event, &op->arg))
		return;
	value_sets(l, event, &place, number, test);
	test[0].source = test[1].source = place.index;
	test[0].bits = bits_of(&l->p->preds[number], &place);
	if (test[0].bits)
		memset(test[0].set, 0, sizeof(test[0].set));
	for (unsigned int negated = 0; negated < 2; negated++)
		if (test[negated].bits || set_size(&test[negated]) <= SET_MAX)
			event_clause_add(&clause[negated], &test[negated]);
}

/* -- the family of a socket -- */

/* A connect with one family, in each way that could make a difference. */
static unsigned int evaluate_family(struct event_literals *l, uint32_t pred, uint16_t family)
{
	static const int64_t results[] = { 0, -EINPROGRESS, -ECONNREFUSED };
	struct ev_connect *c = &l->rec.all.connect;
	unsigned int can = 0;

	for (unsigned int way = 0; way < 3 * 8; way++) {
		begin(l, EV_connect);
		c->res = results[way % 3];
		c->hdr.flags |= c->res == -ECONNREFUSED ? EV_F_FAILED : 0;
		c->fd = way / 3 & 1 ? 3 : -1;
		c->tuple.family = family;
		c->tuple.role = EV_ROLE_CLIENT;
		if (way / 3 & 2)
			memset(c->tuple.raddr + 10, 0xff, 2);
		if (way / 3 & 4)
			memset(c->tuple.laddr + 10, 0xff, 2);
		can |= evaluate(l, EVT_SYS_connect, pred);
	}
	return can;
}

/* A record without a family has no socket: if the check can hold for it, it excludes nothing. */
static void family_clauses(struct event_literals *l, uint32_t number, struct event_clause clause[2])
{
	struct event_test test[2] = { 0 };

	test[0].source = test[1].source = SAKER_PF_FAMILY;
	for (uint16_t f = 0; f < SAKER_PF_VALUES; f++) {
		unsigned int can = evaluate_family(l, number, f);

		if (can & CAN_BE_TRUE)
			test[0].set[f / 64] |= 1ull << (f % 64);
		if (can & CAN_BE_FALSE)
			test[1].set[f / 64] |= 1ull << (f % 64);
	}
	for (unsigned int negated = 0; negated < 2; negated++)
		if (!(test[negated].set[0] & 1) && set_size(&test[negated]) <= SET_MAX)
			event_clause_add(&clause[negated], &test[negated]);
}

/* -- a check -- */

static void check_clauses(struct event_literals *l, enum ev_type event, uint32_t number,
			  struct event_clause clause[2])
{
	const struct pred *pred = &l->p->preds[number];
	const struct operand *op = l->p->slots[pred->slot].op;

	event_clause_init(&clause[0]);
	event_clause_init(&clause[1]);
	if (op->kind != OPERAND_FIELD || pred->matcher == MATCH_SLOT)
		return;
	if (FIELD_ON(op->field->flags) == ON_RESULT && op->field->type != VALUE_U64)
		result_clauses(l, event, number, op, clause);
	else if (FIELD_ON(op->field->flags) == ON_ARGS && op->arg.present)
		argument_clauses(l, event, number, op, clause);
	else if (event == EV_connect && op->field->flags & FIELD_SHAPE)
		family_clauses(l, number, clause);
}

void event_literal(struct event_literals *l, enum ev_type event, const struct node *literal,
		   struct event_clauses *ret)
{
	const struct pred *pred = &l->p->preds[literal->pred];
	struct event_check *check = &l->checks[(literal->pred * 31u + event) % EVENT_CHECKS];
	uint64_t types[TYPE_WORDS];

	ret->n = 1;
	event_clause_init(&ret->v[0]);
	if (pred->matcher == MATCH_TYPES) {
		for (size_t i = 0; i < TYPE_WORDS; i++)
			types[i] = literal->negate ? ~pred->types[i] : pred->types[i];
		ret->n = event_has_type(event, types);
		return;
	}
	if (check->event != event || check->pred != literal->pred) {
		check->event = (uint8_t)event;
		check->pred = literal->pred;
		check_clauses(l, event, literal->pred, check->clause);
	}
	ret->v[0] = check->clause[literal->negate];
	ret->n = ret->v[0].results != 0;
}
