/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds checks of fields that the events do not have, with sets of event types.
 * Downwards from the rule: the types for which a check is evaluated, as the
 * checks of evt.type beside it restrict them. reach.c has the types for which a
 * part of a condition can hold. A missing value makes a check false, so its "not"
 * is true.
 */
#include "rule/filled.h"
#include <errno.h>
#include <stdlib.h>
#include "decode/type.h"
#include "filter/check.h"
#include "filter/print.h"
#include "lib/buf.h"
#include "lib/guess.h"
#include "rule/lint.h"
#include "rule/notes.h"
#include "rule/reach.h"

#define TYPES_NAMED	6	/* named in one message */
#define TYPE_LEVELS	6u	/* of and, or: how deep checks of evt.type are searched */

struct filled {
	struct ruleset_loader *l;
	const struct rule *rule;
	struct notes notes;
	struct reach reach;
	struct types unseen;		/* of those that conditions name: the driver here has none */
	struct types suspect;		/* of the rule: generic, and those for which it cannot hold */
	bool lacks;			/* of the rule: a field is missing for some of its types */
};

static const char not_filled[] = "not filled", too_long[] = "too long", not_seen[] = "not seen",
	no_value[] = "no value";

/* -- downwards -- */

/*
 * If some types fill the field, another type is reported only if its records have no data at all
 * yet, or if the whole condition cannot hold for it. So a check of a port next to checks
 * for opens is not reported for the opens.
 */
static void look_field(struct filled *f, const struct expr *e, const struct operand *op,
		       const struct types *reached)
{
	const struct types filled = reach_field(&f->reach, op);
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

static void look_value(struct filled *f, const struct expr *e, const struct word *at,
		       const struct word *word, const char *const *values)
{
	struct note like = { .text = e->origin, .off = at->off, .len = at->len, .what = no_value,
			     .about = word, .op = e->check->lhs };

	for (; *values; values++) {
		if (str_eq(word->text, str_of(*values)))
			return;
	}
	if (word->text.n && !str_eq(word->text, STR("<NA>")))
		notes_add(&f->notes, f->rule, &like);
}

/* Values that the field never has, if all of its values are listed. */
static void look_values(struct filled *f, const struct expr *e)
{
	const struct check *check = e->check;
	const char *const *values = check->lhs->kind == OPERAND_FIELD ?
				    field_values(check->lhs->field) : NULL;

	if (!values || check->rhs ||
	    !(check->op == OP_EQ || check->op == OP_NE || check->op == OP_IN))
		return;
	for (uint32_t i = 0; i < check->nwords; i++) {
		const struct word *at = &check->words[i];

		for (uint32_t k = 0; at->list && k < at->list->nwords; k++)
			look_value(f, e, at, &at->list->words[k], values);
		if (!at->list)
			look_value(f, e, at, at, values);
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
		behind[e->nkids] = f->reach.all;
	for (uint32_t i = e->nkids; r == 0 && i-- > 0;) {
		own[i] = reach_expr(&f->reach, e->kids[i], negate, TYPE_LEVELS);
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
		look_values(f, e);
		look_types(f, e, negate);
		if (!reach_is_for_false(e->check))
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
	struct types types = reach_operand(&f->reach, op);

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
	if (!have) {
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

static void put_no_value(struct buf *b, const struct note *note)
{
	const struct str s = ((const struct word *)note->about)->text;
	const char *const *values = field_values(note->op->field);
	struct guess guess = guess_init(s);

	buf_printf(b, "%s is never \"", note->op->field->name);
	buf_str(b, s);
	buf_char(b, '"');
	for (size_t i = 0; values[i]; i++)
		guess_try(&guess, values[i]);
	if (guess.best)
		buf_printf(b, "; did you mean %s?", guess.best);
	for (size_t i = 0; values[i]; i++)
		buf_printf(b, "%s%s", i ? ", " : guess.best ? " Its values are " : "; its values are ",
			   values[i]);
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
	else if (note->what == no_value)
		put_no_value(&t, note);
	else
		put_too_long(&t, note);
	note_put_rules(&h, note);
	loader_text_diag(f->l, DIAG_WARNING,
			 note->what == too_long ? "SAKER_TOO_LONG" :
			 note->what == no_value ? "SAKER_NO_VALUE" : "SAKER_NO_DATA",
			 note->text, note->off, note->len, buf_as_str(&t), buf_as_str(&h));
}

static int lint_rule(struct filled *f, const struct rule *rule)
{
	const uint32_t id = loader_find(&f->l->rule_names, rule->name);
	struct types can, reached;
	int r;

	f->rule = rule;
	f->lacks = false;
	reached = reach_expr(&f->reach, rule->expr, false, TYPE_LEVELS);
	can = reach_expr(&f->reach, rule->expr, false, REACH_EVERY);
	f->suspect = types_without(reached, &can);
	types_or(f->suspect.w, &f->reach.generic);
	r = look(f, rule->expr, false, &f->reach.all);
	can = types_without(can, &f->unseen);
	if (r == 0 && id)
		look_output(f, f->l->rules[id - 1], types_any(&can) ? &can : &reached);
	if (condition_is_never(&rule->condition) || !types_any(&reached) || !types_any(&can))
		f->l->fires[rule->number] = FIRES_NEVER;
	else if (f->lacks)
		f->l->fires[rule->number] = FIRES_LACKING;
	return r;
}

/*
 * Keeps a note of calls without an event of their own, of which Falco may have the field. A rule
 * that does not name its event types has nearly all of them, and most lack the field in Falco too.
 */
static void keep_unfilled(struct filled *f, const struct note *note)
{
	struct note kept = *note;
	struct types types, others;

	memcpy(types.w, note->types, sizeof(types.w));
	types_and(&types, &f->reach.generic);
	others = types_without(f->reach.generic, &types);
	if (!types_any(&types) || !types_any(&others))
		return;
	memcpy(kept.types, types.w, sizeof(kept.types));
	loader_push(f->l, &f->l->unfilled, &f->l->nunfilled, &kept, sizeof(kept));
}

int filled_lint(struct ruleset_loader *l, const struct ruleset *set)
{
	struct filled *f = calloc(1, sizeof(*f));
	int r = 0;

	if (!f)
		return -ENOMEM;
	f->l = l;
	f->notes.l = l;
	reach_init(&f->reach, set);
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
			keep_unfilled(f, &f->notes.v[i]);
	}
	notes_uninit(&f->notes);
	free(f);
	return l->no_memory ? -ENOMEM : r;
}
