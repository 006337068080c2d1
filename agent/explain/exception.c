/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes exceptions from an alert. The subject of a field decides in which choices it is
 * used. Fields with a new value each time (process and port numbers, times, container
 * ids) are not used.
 */
#include "explain/exception.h"
#include <errno.h>
#include <stdlib.h>
#include "alert/raise.h"
#include "filter/constant.h"
#include "filter/fieldref.h"
#include "lib/hash.h"
#include "lib/text.h"

#define KIND(about)	(1u << ABOUT_##about)
#define KIND_OF(field)	(1u << FIELD_ABOUT((field)->flags))
#define EVERY		(KIND(PROGRAM) | KIND(OBJECT) | KIND(PLACE) | KIND(USER) | \
			 KIND(PARENT) | KIND(COMMAND))

static const struct { const char *label; uint32_t kinds; } choices[EXCEPTION_CHOICES] = {
	{ "with all values of the alert", EVERY },
	{ "with any command line", EVERY & ~KIND(COMMAND) },
	{ "by any user, from any parent", KIND(PROGRAM) | KIND(OBJECT) | KIND(PLACE) },
	{ "in any container", KIND(PROGRAM) | KIND(OBJECT) },
	{ "on anything", KIND(PROGRAM) | KIND(PLACE) },
	{ "the program, on any object", KIND(PROGRAM) },
	{ "by any program", KIND(OBJECT) },
};

/* Whether a condition can compare the field with this value, here and in Falco. */
static bool usable(const struct known *known, const struct operand *op, struct str text)
{
	const struct field_def *def = op->field;

	if (op->kind != OPERAND_FIELD || !FIELD_ABOUT(def->flags) || !def->extract || op->list ||
	    operand_is_any(op) || op->type == VALUE_BOOL || op->buffer ||
	    def->flags & (FIELD_PRINT_ONLY | FIELD_DEPRECATED | FIELD_OCT | FIELD_HEX))
		return false;
	if (known->given || known->cut)
		return false;
	if (FIELD_ON(def->flags) == ON_ARGS && field_arg_once(&op->arg))
		return false;
	if (value_is_number(op->type) == json_is_string(known->value))
		return false;
	if (def->flags & FIELD_ONLY_HOST)
		return str_eq(text, STR("host"));
	/* U+FFFD replaces bytes that the alert cannot hold; "->" is in the name of a connection. */
	return !memmem(text.p, text.n, "\xef\xbf\xbd", 3) &&
	       !(FIELD_ABOUT(def->flags) == ABOUT_OBJECT && memmem(text.p, text.n, "->", 2));
}

static int take(struct candidates *c, const struct known *known, struct arena *arena)
{
	struct exception_field *f = &c->field[c->n];
	struct filter_error err = { 0 };
	struct operand *op;
	char room[4096];
	struct buf text = BUF_ON(room);
	int r;

	if (!known->value || !evidence_text(known->value, &text) || text.cut ||
	    c->n == EXCEPTION_FIELDS)
		return 0;
	for (uint32_t i = 0; i < c->n; i++) {
		if (str_eq(c->field[i].name, known->field))
			return 0;
	}
	r = field_ref_parse(arena, known->field, &op, &err);
	if (r < 0)
		return r == -ENOMEM ? r : 0;
	if (!usable(known, op, buf_as_str(&text)))
		return 0;
	*f = (struct exception_field){
		.name = known->field, .kind = KIND_OF(op->field),
		.value = arena_str(arena, buf_as_str(&text)),
		.number = !json_is_string(known->value),
	};
	c->n++;
	return f->value.p ? 0 : -ENOMEM;
}

static int by_kind(const void *a, const void *b)
{
	const struct exception_field *x = a, *y = b;

	return x->kind != y->kind ? (x->kind > y->kind) - (x->kind < y->kind) :
				    str_cmp(x->name, y->name);
}

int exception_candidates(struct candidates *ret, const struct evidence *e, struct arena *arena)
{
	int r = 0;

	ret->n = 0;
	for (uint32_t i = 0; r == 0 && i < e->nfields; i++)
		r = take(ret, &e->fields[i], arena);
	qsort(ret->field, ret->n, sizeof(ret->field[0]), by_kind);
	return r;
}

static bool same_fields(const struct choice *a, const struct choice *b)
{
	bool same = a->n == b->n;

	for (uint32_t i = 0; same && i < a->n; i++)
		same = str_eq(a->field[i].name, b->field[i].name);
	return same;
}

unsigned int exception_choices(struct choice ret[EXCEPTION_CHOICES], const struct candidates *c)
{
	unsigned int n = 0;

	for (size_t i = 0; i < EXCEPTION_CHOICES; i++) {
		struct choice *now = &ret[n];
		bool again = false;

		*now = (struct choice){ .label = choices[i].label };
		for (uint32_t k = 0; k < c->n; k++) {
			if (c->field[k].kind & choices[i].kinds)
				now->field[now->n++] = c->field[k];
		}
		for (unsigned int k = 0; k < n; k++)
			again |= same_fields(&ret[k], now);
		n += now->n && !again;
	}
	return n;
}

/* Plain text needs no quotes, neither in YAML nor in a condition. */
static bool is_plain(struct str s)
{
	bool digits = true;

	for (size_t i = 0; i < s.n; i++) {
		char c = s.p[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

		digits &= c >= '0' && c <= '9';
		if (!letter && !(c >= '0' && c <= '9') && !strchr("/._-", c))
			return false;
	}
	return s.n && !digits && s.p[0] != '-' && s.p[0] != '.';
}

/* In quotes of a condition, within those of YAML, which doubles its own. */
static void put_quoted(struct buf *b, struct str s)
{
	buf_text(b, "'\"");
	while (s.n) {
		const char *quote = memchr(s.p, '\'', s.n);
		size_t n = quote ? (size_t)(quote - s.p) + 1 : s.n;

		text_put(b, (struct str){ s.p, n }, TEXT_CONDITION);
		buf_text(b, quote ? "'" : "");
		s.p += n;
		s.n -= n;
	}
	buf_text(b, "\"'");
}

static void put_value(struct buf *b, const struct exception_field *f, bool quote)
{
	if (f->number || (!quote && is_plain(f->value)))
		buf_str(b, f->value);
	else
		put_quoted(b, f->value);
}

/* A name of YAML: with quotes, whatever is in it. */
static void put_name(struct buf *b, struct str s)
{
	if (is_plain(s)) {
		buf_str(b, s);
		return;
	}
	buf_json(b, s);
}

uint32_t exception_digest(const struct choice *choice)
{
	uint64_t h = choice->n;

	for (uint32_t i = 0; i < choice->n; i++) {
		const struct exception_field *f = &choice->field[i];

		h = hash_mix(h, hash_bytes(f->name.p, f->name.n));
		h = hash_mix(h, hash_bytes(f->value.p, f->value.n));
	}
	return (uint32_t)(h >> 40);
}

bool exception_write(struct buf *b, const struct choice *choice, struct str rule, const char *name,
		     bool quote)
{
	buf_text(b, "- rule: ");
	buf_json(b, rule);
	buf_printf(b, "\n  exceptions:\n    - name: %s\n      fields: [", name);
	for (uint32_t i = 0; i < choice->n; i++) {
		buf_text(b, i ? ", " : "");
		put_name(b, choice->field[i].name);
	}
	buf_text(b, "]\n      comps: [");
	for (uint32_t i = 0; i < choice->n; i++)
		buf_text(b, i ? ", =" : "=");
	buf_text(b, "]\n      values:\n        - [");
	for (uint32_t i = 0; i < choice->n; i++) {
		buf_text(b, i ? ", " : "");
		put_value(b, &choice->field[i], quote);
	}
	buf_text(b, "]\n  override:\n    exceptions: append\n");
	return !b->cut;
}

int exception_covers(const struct choice *choice, const struct evidence *e)
{
	bool unknown = false;

	for (uint32_t i = 0; i < choice->n; i++) {
		const struct known *known = evidence_field(e, choice->field[i].name);
		char room[4096];
		struct buf text = BUF_ON(room);

		if (!known || known->given || known->cut) {
			unknown = true;
			continue;
		}
		if (!known->value || !evidence_text(known->value, &text) ||
		    !str_eq(buf_as_str(&text), choice->field[i].value))
			return EXCEPTION_NO;
	}
	return unknown ? EXCEPTION_UNKNOWN : EXCEPTION_YES;
}
