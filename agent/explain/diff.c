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
#include "rule/filled.h"
#include "rule/loader.h"
#include "rule/notes.h"

static const struct { const char *field, *text; } diffs[] = {
#define DIFF(field, text)	{ field, text },
#include "explain/diffs.def"
#undef DIFF
};

struct differ {
	struct ruleset_loader *l;
	const struct rule *rule;
	struct notes notes;
};

/* @field: static, stands in front of @what; NULL: what stands alone. */
static void note_add(struct differ *d, const struct text *text, uint32_t off, uint32_t len,
		     const char *field, const char *what)
{
	const struct note like = { .text = text, .off = off, .len = len, .what = what,
				   .about = field };

	notes_add(&d->notes, d->rule, &like);
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

	buf_text(&t, note->about ? note->about : "");
	buf_text(&t, note->about ? ": " : "");
	buf_text(&t, note->what);
	note_put_rules(&h, note);
	loader_text_diag(d->l, DIAG_NOTE, "SAKER_DIFFERS", note->text, note->off, note->len,
			 buf_as_str(&t), buf_as_str(&h));
}

/* Where Falco's records have what ours have not: the loader warned of it, as it warns of mistakes. */
static void tell_unfilled(struct differ *d, const struct note *note)
{
	char text[1024], hint[1024];
	struct buf t = BUF_ON(text), h = BUF_ON(hint);

	filled_put(&t, note);
	note_put_rules(&h, note);
	loader_text_diag(d->l, DIAG_NOTE, "SAKER_DIFFERS", note->text, note->off, note->len,
			 buf_as_str(&t), buf_as_str(&h));
}

int diff_add(struct ruleset_loader *l, const struct ruleset *set)
{
	struct differ d = { .l = l, .notes.l = l };

	for (uint32_t i = 0; i < set->nrules && !d.notes.no_memory; i++) {
		uint32_t id = loader_find(&l->rule_names, set->rules[i].name);

		d.rule = &set->rules[i];
		diff_expr(&d, d.rule->expr, false);
		if (id)
			diff_output(&d, l->rules[id - 1]);
	}
	for (uint32_t i = 0; i < d.notes.n && !d.notes.no_memory; i++)
		tell(&d, &d.notes.v[i]);
	for (uint32_t i = 0; i < l->nunfilled; i++)
		tell_unfilled(&d, &l->unfilled[i]);
	notes_uninit(&d.notes);
	return d.notes.no_memory || l->no_memory ? -ENOMEM : 0;
}
