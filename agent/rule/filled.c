/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds checks of fields that the events do not have, with sets of event types.
 * Upwards from the checks: the types for which a part of a condition can hold.
 * Downwards from the rule: the types for which a check is evaluated, as the
 * checks of evt.type beside it restrict them. A missing value makes a check
 * false, so its "not" is true.
 */
#include "rule/filled.h"
#include <errno.h>
#include <stdlib.h>
#include "decode/schema.h"
#include "decode/type.h"
#include "filter/check.h"
#include "filter/print.h"
#include "lib/buf.h"
#include "rule/lint.h"
#include "rule/notes.h"

#define TYPES_NAMED	6	/* named in one message */
#define TYPE_LEVELS	6u	/* of and, or: how deep checks of evt.type are searched */
#define EVERY_LEVEL	UINT32_MAX
#define ARGS_KEPT	64u	/* a power of two; rules name fewer arguments */

struct types {
	uint64_t w[TYPE_WORDS];
};

/* The types that have an argument: a search by type and name, made once for all checks. */
struct arg_types {
	const struct field_def *field;	/* NULL: not used */
	struct field_arg arg;
	struct types types;
};

struct filled {
	struct ruleset_loader *l;
	const struct ruleset *set;
	const struct rule *rule;
	struct notes notes;
	struct types all;		/* that can occur, one number each */
	struct types generic;		/* of which only number, arguments and result are recorded */
	struct types on[ON_COUNT];	/* by enum field_on: the types that fill it */
	struct types unseen;		/* of those that conditions name: the driver here has none */
	struct types suspect;		/* of the rule: generic, and those for which it cannot hold */
	struct arg_types args[ARGS_KEPT];
	bool lacks;			/* of the rule: a field is missing for some of its types */
};

static const char not_filled[] = "not filled", too_long[] = "too long", not_seen[] = "not seen";

/* -- sets of types -- */

static bool types_any(const struct types *t)
{
	for (size_t i = 0; i < TYPE_WORDS; i++)
		if (t->w[i])
			return true;
	return false;
}

static void types_and(struct types *t, const struct types *with)
{
	for (size_t i = 0; i < TYPE_WORDS; i++)
		t->w[i] &= with->w[i];
}

static void types_or(uint64_t w[TYPE_WORDS], const struct types *with)
{
	for (size_t i = 0; i < TYPE_WORDS; i++)
		w[i] |= with->w[i];
}

static struct types types_without(struct types t, const struct types *others)
{
	for (size_t i = 0; i < TYPE_WORDS; i++)
		t.w[i] &= ~others->w[i];
	return t;
}

static void types_add(struct types *t, evt_type_t type)
{
	t->w[type / 64] |= 1ull << (type % 64);
}

static uint32_t types_count(const uint64_t w[TYPE_WORDS])
{
	uint32_t n = 0;

	for (size_t i = 0; i < TYPE_WORDS; i++)
		n += (uint32_t)__builtin_popcountll(w[i]);
	return n;
}

/* Whether records of the type exist: not those of the stream, nor those the agent makes itself. */
static bool can_occur(evt_type_t type)
{
	const enum ev_type event = evt_type_event(type);

	return event >= EV_execve && event < EV_user && event != EV_task &&
	       schema_event(event) && evt_type_find(evt_type_name(type)) == type;
}

static void types_init(struct filled *f)
{
	for (evt_type_t type = 0; type < EVT_TYPE_COUNT; type++) {
		if (!can_occur(type))
			continue;
		types_add(&f->all, type);
		if (evt_type_event(type) == EV_syscall)
			types_add(&f->generic, type);
		for (int on = 0; on < ON_COUNT; on++)
			if (field_filled_on((enum field_on)on, type))
				types_add(&f->on[on], type);
	}
}

/* -- upwards -- */

/* The argument itself, not its text: two texts may be one number. */
static bool is_same_arg(const struct field_arg *a, const struct field_arg *b)
{
	return a->present == b->present && a->is_index == b->is_index &&
	       (a->is_index ? a->index == b->index : a->resolved == b->resolved);
}

static struct types arg_types(struct filled *f, const struct operand *op)
{
	const struct field_arg *arg = &op->arg;
	const uint64_t number = arg->is_index ? arg->index : arg->resolved;
	struct arg_types *kept = &f->args[number % ARGS_KEPT];

	if (kept->field == op->field && is_same_arg(&kept->arg, arg))
		return kept->types;
	*kept = (struct arg_types){ .field = op->field, .arg = *arg };
	for (evt_type_t type = 0; type < EVT_TYPE_COUNT; type++)
		if (field_filled(op->field, arg, type))
			types_add(&kept->types, type);
	types_and(&kept->types, &f->all);
	return kept->types;
}

static struct types field_types(struct filled *f, const struct operand *op)
{
	const enum field_on on = FIELD_ON(op->field->flags);

	if (!op->field->extract)
		return (struct types){ 0 };
	return on == ON_ARGS ? arg_types(f, op) : f->on[on];
}

/* The types for which all fields of an operand can have a value. */
static struct types operand_types(struct filled *f, const struct operand *op)
{
	struct types types = f->all, arg;

	if (op->kind == OPERAND_FIELD)
		return field_types(f, op);
	for (uint32_t i = 0; i < op->nargs; i++) {
		arg = operand_types(f, op->args[i]);
		types_and(&types, &arg);
	}
	return types;
}

/* A boolean has a value for every event: where it is not filled it is false. */
static bool is_for_false(const struct check *check)
{
	return check->lhs->type == VALUE_BOOL && check->lhs->kind == OPERAND_FIELD &&
	       check->lhs->field->extract && check->nvalues == 1 &&
	       ((check->op == OP_EQ && !check->values[0].u) ||
		(check->op == OP_NE && check->values[0].u));
}

/*
 * If the check is of the event's type: the types that pass it. Return: false if it is another
 * check.
 */
static bool passed_types(const struct filled *f, const struct check *check, bool negate,
			 struct types *ret)
{
	const uint32_t number = check->pred[check->pred[0] == PRED_NONE];
	const struct pred *pred = number != PRED_NONE ? &f->set->program.preds[number] : NULL;

	*ret = f->all;
	if (check->lhs->kind != OPERAND_FIELD || !field_is_evt_type(check->lhs->field) || !pred ||
	    pred->matcher != MATCH_TYPES)
		return false;
	for (size_t i = 0; i < TYPE_WORDS; i++)
		ret->w[i] &= negate ? ~pred->types[i] : pred->types[i];
	return true;
}

/*
 * The types for which @e can hold. With @levels EVERY_LEVEL, fields that records lack count too;
 * otherwise only checks of the type, so many levels down: each level is visited once more from each
 * above it.
 */
static struct types expr_types(struct filled *f, const struct expr *e, bool negate,
			       unsigned int levels)
{
	struct types types, kid;
	bool every;

	if (e->kind == EXPR_MACRO)
		return expr_types(f, e->macro.target, negate, levels);
	if (e->kind == EXPR_NOT)
		return expr_types(f, e->kids[0], !negate, levels);
	if (e->kind == EXPR_CHECK) {
		if (passed_types(f, e->check, negate, &types) || levels != EVERY_LEVEL || negate ||
		    is_for_false(e->check))
			return types;
		types = operand_types(f, e->check->lhs);
		kid = e->check->rhs ? operand_types(f, e->check->rhs) : f->all;
		types_and(&types, &kid);
		return types;
	}
	if (!levels)
		return f->all;
	levels -= levels != EVERY_LEVEL;
	every = (e->kind == EXPR_AND) != negate;
	types = every ? f->all : (struct types){ 0 };
	for (uint32_t i = 0; i < e->nkids; i++) {
		kid = expr_types(f, e->kids[i], negate, levels);
		if (every)
			types_and(&types, &kid);
		else
			types_or(types.w, &kid);
	}
	return types;
}

/* -- downwards -- */

/*
 * If some of the types fill a field, only those others are reported whose records have no data at
 * all yet, or for which the whole condition cannot hold: that an open has no port is not a mistake
 * where another check is for the open.
 */
static void look_field(struct filled *f, const struct expr *e, const struct operand *op,
		       const struct types *reached)
{
	const struct types filled = field_types(f, op);
	struct types missing = types_without(*reached, &filled), have = *reached;
	struct note like = { .text = e->origin, .off = op->off, .len = op->len,
			     .what = not_filled, .about = op };
	struct note *note;

	types_and(&have, &filled);
	if (types_any(&have))
		types_and(&missing, &f->suspect);
	if (!op->field->extract)
		f->lacks = true;	/* check.c warns about it */
	if (!op->field->extract || !types_any(&missing))
		return;
	f->lacks = true;
	note = notes_add(&f->notes, f->rule, &like);
	if (!note)
		return;
	types_or(note->types, &missing);
	types_or(note->others, &have);
}

static void look_operand(struct filled *f, const struct expr *e, const struct operand *op,
			 const struct types *reached)
{
	if (op->kind == OPERAND_FIELD)
		look_field(f, e, op, reached);
	for (uint32_t i = 0; i < op->nargs; i++)
		look_operand(f, e, op->args[i], reached);
}

static bool is_hex(struct str s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!memchr("0123456789abcdefABCDEF", s.p[i], 22))
			return false;
	return true;
}

/* The field whose length limits the value: tolower() and toupper() keep it. */
static const struct field_def *measured(const struct operand *op)
{
	while (op->kind == OPERAND_XFORM && op->nargs == 1 &&
	       (op->xform == XFORM_TOLOWER || op->xform == XFORM_TOUPPER))
		op = op->args[0];
	return op->kind == OPERAND_FIELD ? op->field : NULL;
}

static void look_word(struct filled *f, const struct expr *e, const struct word *at,
		      const struct word *word, const struct field_def *def)
{
	struct note like = { .text = e->origin, .off = at->off, .len = at->len, .what = too_long,
			     .about = word, .op = e->check->lhs };

	if (word->text.n <= FIELD_MAX(def->flags) ||
	    (FIELD_MAX_DIGITS(def->flags) && !is_hex(word->text)))
		return;
	notes_add(&f->notes, f->rule, &like);
}

static void look_words(struct filled *f, const struct expr *e)
{
	const struct check *check = e->check;
	const struct field_def *def = measured(check->lhs);

	if (!def || !FIELD_MAX(def->flags) || check->rhs ||
	    !(check->op == OP_EQ || check->op == OP_NE || check->op == OP_IN ||
	      check->op == OP_CONTAINS || check->op == OP_ICONTAINS ||
	      check->op == OP_STARTSWITH || check->op == OP_ENDSWITH))
		return;
	for (uint32_t i = 0; i < check->nwords; i++) {
		const struct word *at = &check->words[i];

		for (uint32_t k = 0; at->list && k < at->list->nwords; k++)
			look_word(f, e, at, &at->list->words[k], def);
		if (!at->list)
			look_word(f, e, at, at, def);
	}
}

static const char *why_unseen(const struct filled *f, evt_type_t type)
{
	return f->l->unseen && type != EVT_TYPE_NONE ?
	       f->l->unseen(f->l->unseen_ctx, evt_type_event(type)) : NULL;
}

/* The name of an event that the driver does not record on this kernel. */
static void look_type(struct filled *f, const struct expr *e, const struct word *at,
		      const struct word *word)
{
	const evt_type_t type = evt_type_find(word->text);
	struct note like = { .text = e->origin, .off = at->off, .len = at->len, .what = not_seen,
			     .about = word };

	if (!why_unseen(f, type))
		return;
	types_add(&f->unseen, type);
	f->lacks = true;
	notes_add(&f->notes, f->rule, &like);
}

static void look_types(struct filled *f, const struct expr *e, bool negate)
{
	const struct check *check = e->check;

	if (negate || check->lhs->kind != OPERAND_FIELD || !field_is_evt_type(check->lhs->field) ||
	    !(check->op == OP_EQ || check->op == OP_IN))
		return;
	for (uint32_t i = 0; i < check->nwords; i++) {
		const struct word *at = &check->words[i];

		for (uint32_t k = 0; at->list && k < at->list->nwords; k++)
			look_type(f, e, at, &at->list->words[k]);
		if (!at->list)
			look_type(f, e, at, at);
	}
}

static int look(struct filled *f, const struct expr *e, bool negate, const struct types *reached);

/*
 * Each kid is evaluated for the types that all others leave: products from the front and from the
 * end.
 */
static int look_every(struct filled *f, const struct expr *e, bool negate,
		      const struct types *reached)
{
	struct types *own = malloc(e->nkids * sizeof(*own));
	struct types *behind = malloc((e->nkids + 1) * sizeof(*behind)), now = *reached;
	int r = own && behind ? 0 : -ENOMEM;

	if (r == 0)
		behind[e->nkids] = f->all;
	for (uint32_t i = e->nkids; r == 0 && i-- > 0;) {
		own[i] = expr_types(f, e->kids[i], negate, TYPE_LEVELS);
		behind[i] = behind[i + 1];
		types_and(&behind[i], &own[i]);
	}
	for (uint32_t i = 0; r == 0 && i < e->nkids; i++) {
		struct types left = now;

		types_and(&left, &behind[i + 1]);
		r = look(f, e->kids[i], negate, &left);
		types_and(&now, &own[i]);
	}
	free(behind);
	free(own);
	return r;
}

static int look(struct filled *f, const struct expr *e, bool negate, const struct types *reached)
{
	int r = 0;

	switch (e->kind) {
	case EXPR_MACRO:
		return look(f, e->macro.target, negate, reached);
	case EXPR_NOT:
		return look(f, e->kids[0], !negate, reached);
	case EXPR_CHECK:
		look_words(f, e);
		look_types(f, e, negate);
		if (!is_for_false(e->check))
			look_operand(f, e, e->check->lhs, reached);
		if (e->check->rhs)
			look_operand(f, e, e->check->rhs, reached);
		return f->notes.no_memory ? -ENOMEM : 0;
	default:
		break;
	}
	if ((e->kind == EXPR_AND) != negate)
		return look_every(f, e, negate, reached);
	for (uint32_t i = 0; r == 0 && i < e->nkids; i++)
		r = look(f, e->kids[i], negate, reached);
	return r;
}

/* -- outputs -- */

static bool is_missing(struct filled *f, const struct operand *op,
		       const struct types *reached)
{
	struct types types = operand_types(f, op);

	types_and(&types, reached);
	return !types_any(&types);
}

/* One warning for all fields of an output that no event of the rule has. */
static void look_output(struct filled *f, const struct rule_item *item,
			const struct types *reached)
{
	struct output_ref *refs = NULL;
	char text[1024];
	struct buf b = BUF_ON(text);
	uint32_t n = 0, found = 0, at = 0;

	if (!f->l->options.output_refs || !types_any(reached) ||
	    f->l->options.output_refs(f->l->options.ctx, item->output.s, f->l->arena, &refs,
				      &n) < 0)
		return;
	for (uint32_t i = 0; i < n; i++) {
		if (!is_missing(f, refs[i].op, reached))
			continue;
		at = found++ ? at : i;
		buf_text(&b, found > 1 ? ", " : "");
		buf_str(&b, (struct str){ item->output.s.p + refs[i].off, refs[i].len });
	}
	if (!found)
		return;
	f->lacks = true;
	loader_text_diag(f->l, DIAG_WARNING, "SAKER_NO_DATA", &item->output, refs[at].off,
			 refs[at].len,
			 arena_printf(f->l->arena, "no event of this rule has " STR_FMT
				      " yet: <NA> is printed", STR_ARG(buf_as_str(&b))),
			 (struct str){ 0 });
}

/* -- messages -- */

static void put_types(struct buf *b, const uint64_t w[TYPE_WORDS])
{
	const uint32_t n = types_count(w);
	uint32_t named = 0;

	for (evt_type_t t = 0; t < EVT_TYPE_COUNT && named < TYPES_NAMED; t++) {
		if (!(w[t / 64] >> (t % 64) & 1))
			continue;
		buf_text(b, named++ ? ", " : "");
		buf_str(b, evt_type_name(t));
	}
	if (n > named)
		buf_printf(b, " and %u more", n - named);
}

void filled_put(struct buf *b, const struct note *note)
{
	const struct operand *op = note->about;
	const uint32_t missing = types_count(note->types), have = types_count(note->others);

	operand_text(b, op);
	if (!have && FIELD_ON(op->field->flags) == ON_NONE) {
		buf_text(b, " is not filled yet by any driver: the check cannot hold");
	} else if (!have) {
		buf_text(b, " is not filled for ");
		put_types(b, note->types);
		buf_text(b, ": the check cannot hold");
	} else if (missing > 4 * TYPES_NAMED) {
		buf_text(b, " is filled only for ");
		put_types(b, note->others);
		buf_printf(b, ": for %u others the check cannot hold", missing);
	} else {
		buf_text(b, " is not filled for ");
		put_types(b, note->types);
		buf_text(b, ": there the check cannot hold; what remains: ");
		put_types(b, note->others);
	}
}

static void put_too_long(struct buf *b, const struct note *note)
{
	const struct str s = ((const struct word *)note->about)->text;
	const struct field_def *def = measured(note->op);
	const unsigned int max = FIELD_MAX(def->flags);

	buf_printf(b, "no value of %s is longer than %u ", def->name, max);
	buf_printf(b, "%s%s: \"", FIELD_MAX_DIGITS(def->flags) ? "digit" : "byte",
		   max == 1 ? "" : "s");
	buf_str(b, s);
	buf_text(b, "\" never occurs in it; values are cut to \"");
	buf_str(b, (struct str){ s.p, max });
	buf_char(b, '"');
}

static void put_not_seen(struct buf *b, const struct filled *f, const struct note *note)
{
	const struct str name = ((const struct word *)note->about)->text;

	buf_printf(b, STR_FMT " is not recorded here: %s", STR_ARG(name),
		   why_unseen(f, evt_type_find(name)));
}

static void report(struct filled *f, const struct note *note)
{
	char text[1024], hint[1024];
	struct buf t = BUF_ON(text), h = BUF_ON(hint);

	if (note->what == not_filled)
		filled_put(&t, note);
	else if (note->what == not_seen)
		put_not_seen(&t, f, note);
	else
		put_too_long(&t, note);
	note_put_rules(&h, note);
	loader_text_diag(f->l, DIAG_WARNING,
			 note->what == too_long ? "SAKER_TOO_LONG" : "SAKER_NO_DATA",
			 note->text, note->off, note->len, buf_as_str(&t), buf_as_str(&h));
}

static int lint_rule(struct filled *f, const struct rule *rule)
{
	const uint32_t id = loader_find(&f->l->rule_names, rule->name);
	struct types can, reached;
	int r;

	f->rule = rule;
	f->lacks = false;
	reached = expr_types(f, rule->expr, false, TYPE_LEVELS);
	can = expr_types(f, rule->expr, false, EVERY_LEVEL);
	f->suspect = types_without(reached, &can);
	types_or(f->suspect.w, &f->generic);
	r = look(f, rule->expr, false, &f->all);
	can = types_without(can, &f->unseen);
	if (r == 0 && id)
		look_output(f, f->l->rules[id - 1], types_any(&can) ? &can : &reached);
	if (condition_is_never(&rule->condition) || !types_any(&reached) || !types_any(&can))
		f->l->fires[rule->number] = FIRES_NEVER;
	else if (f->lacks)
		f->l->fires[rule->number] = FIRES_LACKING;
	return r;
}

int filled_lint(struct ruleset_loader *l, const struct ruleset *set)
{
	struct filled *f = calloc(1, sizeof(*f));
	int r = 0;

	if (!f)
		return -ENOMEM;
	f->l = l;
	f->set = set;
	f->notes.l = l;
	types_init(f);
	l->fires = arena_alloc(l->arena, set->nrules + 1);
	if (!l->fires)
		r = -ENOMEM;
	else
		memset(l->fires, FIRES, set->nrules + 1);
	for (uint32_t i = 0; r == 0 && i < set->nrules; i++)
		r = lint_rule(f, &set->rules[i]);
	for (uint32_t i = 0; r == 0 && i < f->notes.n; i++) {
		report(f, &f->notes.v[i]);
		if (f->notes.v[i].what == not_filled)
			loader_push(l, &l->unfilled, &l->nunfilled, &f->notes.v[i],
				    sizeof(*l->unfilled));
	}
	notes_uninit(&f->notes);
	free(f);
	return l->no_memory ? -ENOMEM : r;
}
