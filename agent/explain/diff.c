/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds what differs from Falco. Each place has one note: a check in a macro concerns
 * every rule that uses it, so the note names these rules. If the meaning of a check
 * depends on whether it is under a not, the place has two notes.
 */
#include "explain/diff.h"
#include <errno.h>
#include <stdlib.h>
#include "alert/format.h"
#include "decode/type.h"
#include "filter/constant.h"
#include "filter/print.h"
#include "lib/buf.h"
#include "lib/text.h"
#include "lib/dict.h"
#include "rule/loader.h"

#define RULES_NAMED	3	/* of one note */

static const struct { const char *field, *text; } diffs[] = {
#define DIFF(field, text)	{ field, text },
#include "explain/diffs.def"
#undef DIFF
};

struct note {
	const struct text *text;
	uint32_t off, len;
	const char *what;		/* static; with the field in front */
	const char *field;		/* static; NULL: without a field */
	struct str rules[RULES_NAMED];
	uint32_t nrules;
	const struct rule *last;
};

struct differ {
	struct ruleset_loader *l;
	const struct rule *rule;
	struct dict known;		/* places and their notes; by number, from 1: */
	struct note *notes;
	uint32_t n;
	bool no_memory;
};

/* The same text at the same place is one note. */
struct note_key {
	const struct text *text;
	const char *what, *field;
	uint64_t off;
};

static struct note *note_find(struct differ *d, const struct note *like)
{
	const struct note_key key = { like->text, like->what, like->field, like->off };
	struct str bytes = { (const char *)&key, sizeof(key) };
	uint32_t id = dict_find(&d->known, bytes);
	int64_t r;

	if (id)
		return &d->notes[id - 1];
	bytes = arena_str(d->l->arena, bytes);
	r = bytes.p ? dict_add(&d->known, bytes) : -ENOMEM;
	if (r > 0)
		loader_push(d->l, &d->notes, &d->n, like, sizeof(*like));
	d->no_memory |= r < 0 || d->l->no_memory;
	return d->no_memory ? NULL : &d->notes[d->n - 1];
}

static void note_add(struct differ *d, const struct text *text, uint32_t off, uint32_t len,
		     const char *field, const char *what)
{
	const struct note like = { .text = text, .off = off, .len = len, .what = what,
				   .field = field };
	struct note *note = note_find(d, &like);

	if (!note || note->last == d->rule)
		return;
	note->last = d->rule;
	if (note->nrules < RULES_NAMED)
		note->rules[note->nrules] = d->rule->name;
	note->nrules++;
}

static void diff_field(struct differ *d, const struct text *text, const struct operand *op,
		       uint32_t off)
{
	const struct field_def *def = op->field;

	for (size_t i = 0; i < sizeof(diffs) / sizeof(diffs[0]); i++) {
		if (str_eq(str_of(def->name), str_of(diffs[i].field)))
			note_add(d, text, off, op->len, def->name, diffs[i].text);
	}
	if (!def->extract && !(def->flags & FIELD_DEPRECATED))
		note_add(d, text, off, op->len, def->name,
			 "known, but Saker does not have its data yet: always missing");
}

static void diff_operand(struct differ *d, const struct text *text, const struct operand *op)
{
	if (op->kind == OPERAND_FIELD)
		diff_field(d, text, op, op->off);
	for (uint32_t i = 0; i < op->nargs; i++)
		diff_operand(d, text, op->args[i]);
}

static bool has_given(const struct operand *op)
{
	bool has = op->kind == OPERAND_FIELD && op->field->given;

	for (uint32_t i = 0; i < op->nargs; i++)
		has |= has_given(op->args[i]);
	return has;
}

/* A duration with its unit: Falco takes nanoseconds only. */
static bool has_unit(const struct check *check)
{
	bool unit = false;

	for (uint32_t i = 0; i < check->nwords && check->lhs->type == VALUE_RELTIME; i++) {
		struct str s = check->words[i].text;

		unit |= s.n && s.p[s.n - 1] >= 'a' && s.p[s.n - 1] <= 'z';
	}
	return unit;
}

static void diff_check(struct differ *d, const struct expr *e, bool negated)
{
	static const char given[] =
		"a path, and true also for the absolute path as it was given; Falco compares one text, "
		"composed of directory and name";
	static const char resolved[] =
		"a path under a not, so it must hold for the path the kernel resolved; Falco compares "
		"one text, composed of directory and name";
	const struct check *check = e->check;
	const struct text *text = e->origin;

	diff_operand(d, text, check->lhs);
	if (check->rhs)
		diff_operand(d, text, check->rhs);
	if (has_given(check->lhs))
		note_add(d, text, e->off, e->len, NULL, negated ? resolved : given);
	if (check->nlinked)
		note_add(d, text, e->off, e->len, NULL,
			 "also compared with the constant as this host's links resolve it");
	if (check->op == OP_REGEX)
		note_add(d, text, e->off, e->len, NULL,
			 "matched within a budget of time, beyond which it counts as true");
	if (has_unit(check))
		note_add(d, text, e->off, e->len, NULL,
			 "a duration with a unit; Falco takes nanoseconds only");
}

static void diff_expr(struct differ *d, const struct expr *e, bool negated)
{
	switch (e->kind) {
	case EXPR_CHECK:
		diff_check(d, e, negated);
		break;
	case EXPR_MACRO:
		diff_expr(d, e->macro.target, negated);
		break;
	default:
		for (uint32_t i = 0; i < e->nkids; i++)
			diff_expr(d, e->kids[i], negated != (e->kind == EXPR_NOT));
	}
}

static void diff_output(struct differ *d, const struct rule_item *item)
{
	struct filter_error err = { 0 };
	struct format format;

	if (format_compile(&format, d->l->arena, item->output.s, &err) < 0)
		return;		/* the loader has a note already */
	for (uint32_t i = 0; i < format.npieces; i++) {
		const struct format_piece *piece = &format.pieces[i];

		if (piece->op && piece->op->kind == OPERAND_FIELD)
			diff_field(d, &item->output, piece->op,
				   (uint32_t)(piece->text.p - item->output.s.p));
	}
}

static void tell(struct differ *d, const struct note *note)
{
	char text[512], hint[1024];
	struct buf t = BUF_ON(text), h = BUF_ON(hint);

	buf_text(&t, note->field ? note->field : "");
	buf_text(&t, note->field ? ": " : "");
	buf_text(&t, note->what);
	buf_text(&h, note->nrules > 1 ? "in the rules " : "in the rule ");
	for (uint32_t i = 0; i < note->nrules && i < RULES_NAMED; i++) {
		buf_text(&h, i ? ", " : "");
		buf_json(&h, note->rules[i]);
	}
	if (note->nrules > RULES_NAMED)
		buf_printf(&h, " and %u more", note->nrules - RULES_NAMED);
	loader_text_diag(d->l, DIAG_NOTE, "SAKER_DIFFERS", note->text, note->off, note->len,
			 buf_as_str(&t), buf_as_str(&h));
}

int diff_add(struct ruleset_loader *l, const struct ruleset *set)
{
	struct differ d = { .l = l };

	for (uint32_t i = 0; i < set->nrules && !d.no_memory; i++) {
		uint32_t id = loader_find(&l->rule_names, set->rules[i].name);

		d.rule = &set->rules[i];
		diff_expr(&d, d.rule->expr, false);
		if (id)
			diff_output(&d, l->rules[id - 1]);
	}
	for (uint32_t i = 0; i < d.n && !d.no_memory; i++)
		tell(&d, &d.notes[i]);
	dict_uninit(&d.known);
	return d.no_memory || l->no_memory ? -ENOMEM : 0;
}
