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
#include "explain/falco.h"
#include "filter/constant.h"
#include "filter/check.h"
#include "filter/lex.h"
#include "filter/parse.h"
#include "filter/print.h"
#include "lib/buf.h"
#include "lib/utf8.h"
#include "rule/filled.h"
#include "rule/loader.h"
#include "rule/notes.h"

#define FALCO_PARENTHESES	199	/* of a text, one within the other */

static const struct { const char *field, *arg, *text; bool shown; } diffs[] = {
#define DIFF(field, text)		{ field, NULL, text, false },
#define DIFF_ARG(field, arg, text)	{ field, arg, text, false },
#define DIFF_SHOWN(field, text)		{ field, NULL, text, true },
#define DIFF_CALL(name)
#include "explain/diffs.def"
#undef DIFF_CALL
#undef DIFF
#undef DIFF_ARG
#undef DIFF_SHOWN
};

static const char *const calls[] = {	/* system calls that Falco does not have */
#define DIFF(field, text)
#define DIFF_ARG(field, arg, text)
#define DIFF_SHOWN(field, text)
#define DIFF_CALL(name)			#name,
#include "explain/diffs.def"
#undef DIFF_CALL
#undef DIFF
#undef DIFF_ARG
#undef DIFF_SHOWN
};

struct differ {
	struct ruleset_loader *l;
	const struct rule *rule;
	struct falco falco;
	struct notes notes;
};

/* @field: static, printed before @what; NULL: only @what is printed. */
static void note_add(struct differ *d, const struct text *text, uint32_t off, uint32_t len,
		     const char *field, const char *what)
{
	const struct note like = { .text = text, .off = off, .len = len, .what = what,
				   .about = field };

	notes_add(&d->notes, d->rule, &like);
}

/* @shown: in an output. */
static void diff_field(struct differ *d, const struct text *text, const struct operand *op,
		       uint32_t off, bool shown)
{
	const struct field_def *def = op->field;

	for (size_t i = 0; i < sizeof(diffs) / sizeof(diffs[0]); i++) {
		if (!str_eq(str_of(def->name), str_of(diffs[i].field)) ||
		    (diffs[i].shown && (!shown || op->arg.present)) ||
		    (diffs[i].arg && !str_eq(op->arg.key, str_of(diffs[i].arg))))
			continue;
		note_add(d, text, off, op->len, def->name, diffs[i].text);
	}
	if (!def->extract && !(def->flags & FIELD_DEPRECATED))
		note_add(d, text, off, op->len, def->name,
			 "known, but Saker does not have its data yet: always missing");
}

static void diff_operand(struct differ *d, const struct text *text, const struct operand *op)
{
	if (op->kind == OPERAND_FIELD)
		diff_field(d, text, op, op->off, false);
	for (uint32_t i = 0; i < op->nargs; i++)
		diff_operand(d, text, op->args[i]);
}

/* References of an output are parsed by themselves: @off is where this one begins. */
static void diff_shown(struct differ *d, const struct text *text, const struct operand *op,
		       uint32_t off)
{
	if (op->kind == OPERAND_FIELD)
		diff_field(d, text, op, off + op->off, true);
	for (uint32_t i = 0; i < op->nargs; i++)
		diff_shown(d, text, op->args[i], off);
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

/* Names of events that are not in Falco's tables. */
static bool is_own_event(struct str name)
{
	const evt_type_t type = evt_type_find(name);

	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		if (str_eq(name, str_of(calls[i])))
			return true;
	}
	return type != EVT_TYPE_NONE && type >= EVT_SYS_COUNT &&
	       evt_type_event(type) != EV_procexit;
}

static void diff_word(struct differ *d, const struct text *text, const struct check *check,
		      const struct word *at, const struct word *word)
{
	const bool of_type = check->lhs->kind == OPERAND_FIELD &&
			     field_is_evt_type(check->lhs->field);

	if (of_type && is_own_event(word->text))
		note_add(d, text, at->off, at->len, NULL,
			 "an event that Falco does not have: it refuses the condition");
	if (of_type && evt_type_renamed(evt_type_find(word->text)) &&
	    str_eq(word->text, evt_type_name(evt_type_find(word->text))))
		note_add(d, text, at->off, at->len, NULL,
			 "a call that Falco has by another name (pread, pwrite, prlimit, llseek); "
			 "there the check never holds");
	if (of_type && evt_type_is_merged(evt_type_find(word->text)))
		note_add(d, text, at->off, at->len, NULL,
			 "fchmodat and fchmodat2 are one type here, so that a rule on fchmodat sees "
			 "both; Falco has two, and of fchmodat2 no arguments");
	if (utf8_bad(word->text) < word->text.n)
		note_add(d, text, at->off, at->len, NULL,
			 "bytes that are no UTF-8, which explain --json shows as \\xNN; Falco shows "
			 "U+FFFD");
}

/* A value of a list or an exception, which Falco puts into the text of the condition. */
static void diff_value(struct differ *d, const struct text *text, const struct word *at,
		       struct str value)
{
	if (falco_splits(value))
		note_add(d, text, at->off, at->len, NULL,
			 "a value with ( ) , = or a quote in it; Falco reads these as a part of the "
			 "condition");
}

/* Names of lists, as Falco replaces them. */
static void diff_names(struct differ *d, const struct text *text, const struct word *at)
{
	const struct str written = { text->s.p + at->off, at->len };
	const struct fragment *f = text_fragment(text, at->off);
	const uint32_t id = at->quoted ? 0 : loader_find(&d->l->list_names, written);
	const struct list *list = id ? &d->l->lists[id - 1]->list : NULL;
	const char *word = id ? falco_list(&d->falco, id) : NULL;
	const char *within = at->quoted ? falco_quoted(&d->falco, written) : NULL;

	if (word)
		note_add(d, text, at->off, at->len, word,
			 "a list too deep in lists; Falco expands one level, and compares with the "
			 "name of this one");
	if (within)
		note_add(d, text, at->off, at->len, within,
			 "the name of a list within quotes; Falco puts the list's values there");
	if (at->quoted && f && !f->exact && f->place.node && f->place.node->kind == YAML_TEXT)
		diff_value(d, text, at, f->place.node->text);
	for (uint32_t k = 0; list && k < list->nwords; k++) {
		if (!list->words[k].quoted)
			diff_value(d, text, at, list->words[k].text);
	}
}

/* `in NAME`: Falco replaces NAME by the values, without parentheses around them. */
static void diff_bare_list(struct differ *d, const struct text *text, const struct word *at)
{
	const struct list *list = at->list;
	struct lexer lx = { .text = list->nwords == 1 ? list->words[0].text : STR("") };

	if (!lx.text.n || list->words[0].quoted || lex_name(&lx) != lx.text.n)
		note_add(d, text, at->off, at->len, NULL,
			 "a list without parentheses; Falco refuses it unless its only value is a "
			 "name");
}

static void diff_words(struct differ *d, const struct text *text, const struct check *check)
{
	if (check->list_name && check->words[0].list)
		diff_bare_list(d, text, &check->words[0]);
	for (uint32_t i = 0; i < check->nwords; i++) {
		const struct word *at = &check->words[i];

		diff_names(d, text, at);

		for (uint32_t k = 0; at->list && k < at->list->nwords; k++)
			diff_word(d, text, check, at, &at->list->words[k]);
		if (!at->list)
			diff_word(d, text, check, at, at);
	}
}

/* Counts levels of parentheses outside of quotes; one note for each text. */
static void diff_depth(struct differ *d, const struct text *text)
{
	uint32_t depth = 0;
	char quote = 0;

	for (uint32_t i = 0; i < text->s.n; i++) {
		const char c = text->s.p[i];

		if (quote)
			quote = c == quote ? 0 : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == ')')
			depth -= depth > 0;
		else if (c == '(' && ++depth == FALCO_PARENTHESES + 1)
			note_add(d, text, i, 1, NULL,
				 "more than 199 levels of parentheses; Falco refuses the condition");
		i += quote && c == '\\';
	}
}

/* A modifier without a blank on each side: Falco reads it as a value. */
static bool is_glued(const struct text *text, const struct check *check)
{
	const struct str modifier = str_of(modifier_text(check->modifier));
	struct lexer lx = { .text = text->s, .pos = check->op_off + check->op_len };

	if (check->modifier == MODIFIER_NONE)
		return false;
	if (!lex_is_blank(&lx))
		return true;
	lex_blank(&lx);
	lx.pos += (uint32_t)modifier.n;
	return !lex_is_blank(&lx);
}

static void diff_check(struct differ *d, const struct expr *e, bool negated)
{
	static const char given[] =
		"a path: a check also holds for the absolute path as it was given; Falco compares one "
		"text, composed of directory and name";
	static const char resolved[] =
		"a path under a not: the check must hold for the path the kernel resolved; Falco compares "
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
			 "a constant that is also compared as this host's links resolve it");
	diff_words(d, text, check);
	if (check->op == OP_REGEX)
		note_add(d, text, e->off, e->len, NULL,
			 "a regular expression: matched within a budget of time, beyond which it "
			 "counts as true");
	if (is_glued(text, check))
		note_add(d, text, check->op_off, check->op_len, NULL,
			 "oneof, anyof or allof without a space before or behind it; Falco refuses "
			 "the condition");
	if (has_unit(check))
		note_add(d, text, e->off, e->len, NULL,
			 "a duration with a unit; Falco takes nanoseconds only");
}

static void diff_macro(struct differ *d, const struct expr *e)
{
	const uint32_t id = loader_find(&d->l->macro_names, e->macro.name);
	const char *what = id ? falco_macro(&d->falco, e->origin, e->off, d->l->macros[id - 1]) :
				NULL;

	if (what)
		note_add(d, e->origin, e->off, e->len, NULL, what);
}

static void diff_expr(struct differ *d, const struct expr *e, bool negated)
{
	switch (e->kind) {
	case EXPR_CHECK:
		diff_check(d, e, negated);
		break;
	case EXPR_MACRO:
		diff_macro(d, e);
		diff_depth(d, e->macro.target->origin);
		diff_expr(d, e->macro.target, negated);
		break;
	default:
		for (uint32_t i = 0; i < e->nkids; i++)
			diff_expr(d, e->kids[i], negated != (e->kind == EXPR_NOT));
	}
}

/* Characters of the rule's text that a terminal may interpret; values of fields are escaped too. */
static void diff_literal(struct differ *d, const struct rule_item *item, struct str literal)
{
	for (size_t i = 0; i < literal.n; i++) {
		const unsigned char *c = (const unsigned char *)literal.p + i;

		if (*c == 0x7f || (*c == 0xc2 && i + 1 < literal.n && c[1] < 0xa0))
			note_add(d, &item->output,
				 (uint32_t)(literal.p - item->output.s.p) + (uint32_t)i, 1, NULL,
				 "DEL and C1 controls are escaped in a line of text, as \\u007f and "
				 "\\u0085; Falco prints them unchanged");
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

		if (piece->op)
			diff_shown(d, &item->output, piece->op,
				   (uint32_t)(piece->text.p - item->output.s.p));
		else
			diff_literal(d, item, piece->text);
	}
}

static void note_difference(struct differ *d, const struct note *note)
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

/* Adds a note for a field that Falco fills and Saker does not; the loader has warned of it. */
static void note_unfilled(struct differ *d, const struct note *note)
{
	char text[1024], hint[1024];
	struct buf t = BUF_ON(text), h = BUF_ON(hint);

	filled_put(&t, note);
	note_put_rules(&h, note);
	loader_text_diag(d->l, DIAG_NOTE, "SAKER_DIFFERS", note->text, note->off, note->len,
			 buf_as_str(&t), buf_as_str(&h));
}

/* Fields that the loader dropped from an output, of which it warned. */
static void note_dropped(struct differ *d)
{
	const uint32_t n = d->l->diags.n;

	for (uint32_t i = 0; i < n; i++) {
		struct diag note = d->l->diags.items[i];

		const struct str field = note.offset + note.len <= note.source.n ?
					 (struct str){ note.source.p + note.offset, note.len } :
					 STR("");

		if (!note.code || !str_eq(str_of(note.code), STR("SAKER_UNKNOWN_OUTPUT")) ||
		    str_eq(field, STR("container.info")))
			continue;
		note.level = DIAG_NOTE;
		note.code = "SAKER_DIFFERS";
		note.text = STR("a field that does not exist is dropped from the output; Falco refuses "
				"the rule");
		note.hint = (struct str){ 0 };
		d->l->no_memory |= diag_add(&d->l->diags, &note) < 0;
	}
}

/*
 * What Falco refuses in an exception of one field, and where its text has it: @at. NULL: nothing.
 * Static.
 */
static const char *refused(const struct exception *e, const struct yaml **at)
{
	enum modifier modifier;
	enum op op;

	*at = e->nvalues ? e->values[0].node : NULL;
	if (!e->scalar || !e->nvalues)
		return NULL;
	if (op_find(e->comps[0], &op, &modifier) && op != OP_IN && op != OP_INTERSECTS &&
	    op != OP_PMATCH && modifier == MODIFIER_NONE)
		return "an exception of one field, with an operator for single values; Falco "
		       "refuses the rule";
	for (uint32_t i = 0; i < e->nvalues; i++) {
		*at = e->values[i].node;
		if ((*at)->kind == YAML_LIST)
			return "an exception of one field, with its values in lists; Falco refuses "
			       "the rule";
	}
	return NULL;
}

/* The exceptions are in the text in their order, so the search for a place goes on from the last. */
static void diff_exceptions(struct differ *d, const struct rule_item *item, const struct text *text)
{
	uint32_t at = 0;

	for (uint32_t i = 0; i < item->nexceptions; i++) {
		const struct yaml *node;
		const char *what = refused(&item->exceptions[i], &node);

		while (what && at < text->n && text->fragments[at].place.node != node)
			at++;
		if (what && at < text->n)
			note_add(d, text, text->fragments[at].start, 1, NULL, what);
	}
}

/* Disabled rules too: the loader checks them, and Falco compiles them. */
static void diff_rule(struct differ *d, const struct rule_item *item)
{
	struct rule *rule = arena_alloc(d->l->arena, sizeof(*rule));

	d->l->no_memory |= !rule;
	if (!rule)
		return;
	*rule = (struct rule){ .name = item->name, .expr = item->expr };
	d->rule = rule;
	diff_depth(d, item->expr->origin);
	diff_expr(d, item->expr, false);
	diff_exceptions(d, item, item->expr->origin);
	diff_output(d, item);
}

int diff_add(struct ruleset_loader *l)
{
	struct differ d = { .l = l, .notes.l = l };

	if (!falco_init(&d.falco, l))
		return -ENOMEM;
	for (uint32_t i = 0; i < l->nrules && !d.notes.no_memory && !l->no_memory; i++) {
		if (l->rules[i]->expr)
			diff_rule(&d, l->rules[i]);
	}
	note_dropped(&d);
	for (uint32_t i = 0; i < d.notes.n && !d.notes.no_memory; i++)
		note_difference(&d, &d.notes.v[i]);
	for (uint32_t i = 0; i < l->nunfilled; i++)
		note_unfilled(&d, &l->unfilled[i]);
	notes_uninit(&d.notes);
	diag_list_sort(&l->diags);
	return d.notes.no_memory || l->no_memory ? -ENOMEM : 0;
}
