/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compiles and formats output templates. Compiling takes the longest text after a % that is
 * a valid reference. Formatting reads each field once, for the text and for the output
 * fields.
 */
#include "alert/format.h"
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include "field/related.h"
#include "lib/utf8.h"

#define REF_MAX		512	/* longest reference, bytes */
#define WIDTH_MAX	4096
#define TEXT_MAX	32768	/* longest formatted text, bytes */
#define VALUE_MAX	8192	/* of these at most for one text; of a longer one both ends */

/* -- compiling -- */

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '.' || c == '_';
}

/* Bytes up to and including the bracket that closes the one at @s; 0 if there is none. */
static size_t bracket_len(struct str s)
{
	unsigned int depth = 0;
	char quote = 0;

	for (size_t i = 0; i < s.n && i < REF_MAX; i++) {
		if (quote) {
			quote = s.p[i] == quote ? 0 : quote;
		} else if (s.p[i] == '"' || s.p[i] == '\'') {
			quote = s.p[i];
		} else if (s.p[i] == '[' || s.p[i] == '(') {
			depth++;
		} else if (s.p[i] == ']' || s.p[i] == ')') {
			if (--depth == 0)
				return i + 1;
		}
	}
	return 0;
}

/* The longest text at @s that could be one reference. */
static size_t candidate_len(struct str s)
{
	size_t n = 0;

	while (n < s.n && n < REF_MAX && is_name_char(s.p[n]))
		n++;
	if (n && n < s.n && (s.p[n] == '[' || s.p[n] == '('))
		n += bracket_len((struct str){ s.p + n, s.n - n });
	return n;
}

/* Length of the longest valid dotted argument of @def at @s, which follows the name; 0 if none. */
static size_t argument_len(const struct field_def *def, struct str s)
{
	struct field_arg arg = { .present = true };
	size_t n = 1;

	if (!(def->flags & FIELD_ARG_DOTTED) || !def->resolve || !s.n || s.p[0] != '.')
		return 0;
	while (n < s.n && is_name_char(s.p[n]))
		n++;
	for (; n > 1; n--) {
		arg.key = (struct str){ s.p + 1, n - 1 };
		if (def->resolve(&arg) == 0)
			return n;
	}
	return 0;
}

/* Length of the longest field at the start of @s that other text follows; 0 if none. */
static size_t field_len(struct str s)
{
	size_t best = 0;

	for (unsigned int i = 0; i < field_count; i++) {
		const struct field_def *def = &field_table[i];
		struct str name = str_of(def->name);
		size_t n;

		if (!str_starts(s, name) || def->flags & FIELD_FILTER_ONLY)
			continue;
		n = argument_len(def, (struct str){ s.p + name.n, s.n - name.n });
		if (n || !(def->flags & FIELD_ARG_REQUIRED))
			n += name.n;
		best = n > best ? n : best;
	}
	return best;
}

/* Compiles @s as one reference. Return: 0, -EINVAL, or -ENOMEM. */
static int reference_parse(struct arena *arena, struct str s, struct operand **ret,
			   struct filter_error *err)
{
	int r = field_ref_parse(arena, s, ret, err);

	return r == 0 && (*ret)->kind == OPERAND_FIELD && (*ret)->field->flags & FIELD_FILTER_ONLY ?
	       -EINVAL : r;
}

/* Finds the reference at the start of @s; *@len is its length, or that of the invalid reference. */
static int reference(struct arena *arena, struct str s, struct operand **ret, size_t *len,
		     struct filter_error *err)
{
	struct filter_error shorter = { 0 };
	size_t n = candidate_len(s), field;
	int r;

	*len = n;
	if (!n)
		return -EINVAL;
	r = reference_parse(arena, (struct str){ s.p, n }, ret, err);
	if (r != -EINVAL)
		return r;
	field = field_len((struct str){ s.p, n });
	r = field ? reference_parse(arena, (struct str){ s.p, field }, ret, &shorter) : -EINVAL;
	if (r == 0) {
		*len = field;
		*err = (struct filter_error){ 0 };
	} else if (r == -EINVAL && err->kind == FILTER_UNKNOWN) {
		err->text = arena_printf(arena, "unknown filter: " STR_FMT, (int)n, s.p);
	}
	return r;
}

static int fail(struct filter_error *err, struct arena *arena, size_t off, size_t len,
		const char *why)
{
	filter_fail(err, arena, FILTER_SYNTAX, off, len, "%s", why);
	return -EINVAL;
}

/* Compiles the reference at @at, a %; @at is moved after it, also if it is invalid (-EINVAL). */
static int compile_reference(struct format_piece *piece, struct arena *arena, struct str text,
			     size_t *at, struct filter_error *err)
{
	size_t start = *at, i = start + 1, len;
	uint32_t width = 0;
	int r;

	for (; i < text.n && text.p[i] >= '0' && text.p[i] <= '9'; i++)
		if (width <= WIDTH_MAX)
			width = width * 10 + (uint32_t)(text.p[i] - '0');
	*at = i;
	if (i == text.n)
		return fail(err, arena, start, i - start, "a field must follow %");
	if (width > WIDTH_MAX)
		return fail(err, arena, start, i - start, "the width is too large");
	r = reference(arena, (struct str){ text.p + i, text.n - i }, &piece->op, &len, err);
	*at = i + len;
	if (r == -EINVAL && !err->text.p) {
		fail(err, arena, start, 1, "a field must follow %");
		if (text.p[i] == '{' || text.p[i] == '(')
			filter_hint(err, arena, "a field has no braces around it: %%fd.name");
		return -EINVAL;
	}
	if (r == -EINVAL)
		err->off += i;
	if (r)
		return r;
	piece->text = (struct str){ text.p + i, len };
	piece->width = width;
	return 0;
}

static int field_cmp(const void *a, const void *b)
{
	const struct alert_field *x = a, *y = b;

	return str_cmp(x->name, y->name);
}

/* The output fields: each reference once, sorted by name. */
static int collect_fields(struct format *f, struct arena *arena)
{
	uint32_t n = 0, i, j;

	f->fields = arena_alloc(arena, (f->npieces + 1) * sizeof(*f->fields));
	if (!f->fields)
		return -ENOMEM;
	for (i = 0; i < f->npieces; i++) {
		const struct operand *op = f->pieces[i].op;

		if (!op)
			continue;
		f->fields[n].name = f->pieces[i].text;
		f->fields[n++].field_flags = op->kind == OPERAND_FIELD ? op->field->flags : 0;
	}
	qsort(f->fields, n, sizeof(*f->fields), field_cmp);
	for (i = 0, j = 0; i < n; i++)
		if (!j || !str_eq(f->fields[j - 1].name, f->fields[i].name))
			f->fields[j++] = f->fields[i];
	f->nfields = j;
	for (i = 0; i < f->npieces; i++) {
		struct alert_field key = { .name = f->pieces[i].text }, *at;

		if (!f->pieces[i].op)
			continue;
		at = bsearch(&key, f->fields, f->nfields, sizeof(*f->fields), field_cmp);
		f->pieces[i].field = at - f->fields;
	}
	return 0;
}

/* Removes white space at the end: a folded YAML text ends with an unintended newline. */
static struct str trim(struct str s)
{
	while (s.n && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

int format_check(struct arena *arena, struct str text, size_t *start, size_t *at,
		 struct filter_error *err)
{
	struct format_piece piece = { 0 };
	int r = 0;

	text = trim(text);
	while (r == 0 && *at < text.n) {
		*start = *at;
		if (text.p[*at] == '%')
			r = compile_reference(&piece, arena, text, at, err);
		else
			++*at;
	}
	return r;
}

int format_compile(struct format *ret, struct arena *arena, struct str text,
		   struct filter_error *err)
{
	size_t max = 1, at = 0, start;
	int r;

	*ret = (struct format){ 0 };
	text = trim(text);
	for (size_t i = 0; i < text.n; i++)
		max += 2 * (text.p[i] == '%');
	ret->pieces = arena_alloc(arena, (max + 1) * sizeof(*ret->pieces));
	if (!ret->pieces)
		return -ENOMEM;
	/* A leading star (print with missing fields) is skipped: texts are always printed. */
	if (text.n && text.p[0] == '*')
		at = 1;
	while (at < text.n) {
		struct format_piece *piece = &ret->pieces[ret->npieces];

		start = at;
		while (at < text.n && text.p[at] != '%')
			at++;
		if (at > start) {
			piece->text = (struct str){ text.p + start, at - start };
			ret->npieces++;
			continue;
		}
		r = compile_reference(piece, arena, text, &at, err);
		if (r)
			return r;
		ret->npieces++;
	}
	return collect_fields(ret, arena);
}

/* -- values as text -- */

static void put_ip(struct buf *b, const struct value *v)
{
	char text[INET6_ADDRSTRLEN];
	unsigned int full = v->ip.family == 4 ? 32 : 128;

	if (!inet_ntop(v->ip.family == 4 ? AF_INET : AF_INET6, v->ip.b, text, sizeof(text)))
		return;
	buf_text(b, text);
	if (v->type == VALUE_NET && v->ip.prefix != full) {
		buf_char(b, '/');
		buf_u64(b, v->ip.prefix);
	}
}

static void put_integer(struct buf *b, const struct value *v, uint64_t flags)
{
	if (flags & FIELD_OCT)
		buf_printf(b, "%llo", (unsigned long long)v->u);
	else if (flags & FIELD_HEX)
		buf_printf(b, "%llx", (unsigned long long)v->u);
	else if (v->type == VALUE_U64 || v->type == VALUE_PORT)
		buf_u64(b, v->u);
	else
		buf_s64(b, v->i);
}

struct str format_time_field(bool iso8601)
{
	return str_of(field_role(iso8601 ? FIELD_ROLE_TIME_ISO8601 : FIELD_ROLE_TIME)->name);
}

void format_value(struct buf *b, const struct value *v, uint64_t flags)
{
	if (v->count) {
		buf_char(b, '(');
		for (uint32_t i = 0; i < v->count; i++) {
			if (i)
				buf_char(b, ',');
			format_value(b, &v->list[i], flags);
		}
		buf_char(b, ')');
		return;
	}
	switch (v->type) {
	case VALUE_STR:
		buf_str(b, v->s);
		break;
	case VALUE_BOOL:
		buf_text(b, v->u ? "true" : "false");
		break;
	case VALUE_IP:
	case VALUE_NET:
		put_ip(b, v);
		break;
	case VALUE_DOUBLE:
		buf_printf(b, "%.1lf", v->d);
		break;
	default:
		put_integer(b, v, flags);
	}
}

/* -- formatting -- */

/* Shortens a long text, so that there is room for what follows it. */
static void put_text(struct buf *b, struct str s)
{
	const size_t half = VALUE_MAX / 2;
	size_t tail;

	if (s.n <= VALUE_MAX) {
		buf_str(b, s);
		return;
	}
	tail = utf8_cut(s, s.n - half);
	buf_str(b, (struct str){ s.p, utf8_cut(s, half) });
	buf_text(b, " [cut] ");
	buf_str(b, (struct str){ s.p + tail, s.n - tail });
}

static void put_piece(struct buf *b, const struct format_piece *piece,
		      const struct alert_field *fields)
{
	const struct alert_field *field = &fields[piece->field];
	size_t start = b->n;

	if (!piece->op) {
		buf_str(b, piece->text);
		return;
	}
	if (field->missing)
		buf_text(b, "<NA>");
	else if (field->value.type == VALUE_STR && !field->value.count)
		put_text(b, field->value.s);
	else
		format_value(b, &field->value, field->field_flags);
	if (!piece->width)
		return;
	if (b->n > start + piece->width)
		b->n = start + piece->width;
	while (b->n < start + piece->width && !b->cut)
		buf_char(b, ' ');
}

int format_event(const struct format *format, const struct event *ev, struct str *text,
		 struct alert_field **fields)
{
	char room[TEXT_MAX];
	struct buf b = BUF_ON(room);
	const struct str mark = STR(" [cut]");
	struct alert_field *f;
	uint32_t i;
	int r;

	f = arena_alloc(ev->arena, (format->nfields + 1) * sizeof(*f));
	if (!f)
		return -ENOMEM;
	memcpy(f, format->fields, format->nfields * sizeof(*f));
	for (i = 0; i < format->nfields; i++)
		f[i].missing = true;
	for (i = 0; i < format->npieces; i++) {
		const struct format_piece *piece = &format->pieces[i];

		if (!piece->op || !f[piece->field].missing)
			continue;
		r = operand_read(piece->op, ev, &f[piece->field].value);
		if (r == -ENOMEM)
			return r;
		f[piece->field].missing = r != 0;
	}
	for (i = 0; i < format->npieces; i++)
		put_piece(&b, &format->pieces[i], f);
	if (b.cut) {
		b.n = utf8_cut(buf_as_str(&b), sizeof(room) - mark.n);
		memcpy(room + b.n, mark.p, mark.n);
		b.n += mark.n;
	}
	*text = arena_str(ev->arena, buf_as_str(&b));
	*fields = f;
	return text->p ? 0 : -ENOMEM;
}
