/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses regular expressions in RE2's POSIX syntax: no Perl classes, no lazy repeats, no
 * groups with (?, no back references; ^ and $ match at lines; . is any character but a
 * line feed.
 */
#include "filter/regex_parse.h"
#include <ctype.h>
#include <stdlib.h>
#include "filter/regex.h"
#include "lib/utf8.h"

#define DEPTH_MAX	250u
#define TEXT_MAX	65535u
#define REPEAT_MAX	1000u
#define DIGITS_MAX	9
#define RUNE_MAX	0x10ffffu

struct parser {
	struct arena *arena;
	struct str text;
	size_t pos;
	unsigned int depth;
	size_t bracket, repeat;		/* where the present class and repetition begin */
	const char *why;
	size_t at;			/* of @why */
	bool no_memory;
};

struct ranges {
	struct range r[256];
	uint32_t n;
};

static struct regex_node *parse_alt(struct parser *p);

/* @at: where the part begins that is wrong. */
static void *fail_at(struct parser *p, size_t at, const char *why)
{
	if (!p->why) {
		p->why = why;
		p->at = at;
	}
	return NULL;
}

static void *fail(struct parser *p, const char *why)
{
	return fail_at(p, p->pos, why);
}

static int peek(const struct parser *p)
{
	return p->pos < p->text.n ? (unsigned char)p->text.p[p->pos] : -1;
}

/* Whether the character after the next is @c. */
static bool is_next(const struct parser *p, char c)
{
	return p->pos + 1 < p->text.n && p->text.p[p->pos + 1] == c;
}

static bool take(struct parser *p, char c)
{
	if (peek(p) != (unsigned char)c)
		return false;
	p->pos++;
	return true;
}

static struct regex_node *node_new(struct parser *p, enum regex_kind kind, struct regex_node *a,
				   struct regex_node *b)
{
	struct regex_node *node = arena_alloc(p->arena, sizeof(*node));

	if (!node) {
		p->no_memory = true;
		return NULL;
	}
	*node = (struct regex_node){ .kind = kind, .a = a, .b = b, .repeats = 1 };
	node->size = kind != REGEX_EMPTY && kind != REGEX_CAT;
	for (int i = 0; i < 2; i++) {
		const struct regex_node *kid = i ? b : a;

		if (!kid)
			continue;
		node->size += kid->size;
		node->repeats = kid->repeats > node->repeats ? kid->repeats : node->repeats;
	}
	return node->size < REGEX_SIZE_MAX ? node : fail(p, "it is too large");
}

static int compare(const void *a, const void *b)
{
	const struct range *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

/* Sorts and merges the ranges; with @negate the complement. */
static struct regex_node *class_new(struct parser *p, struct ranges *set, bool negate)
{
	struct regex_node *node = node_new(p, REGEX_CLASS, NULL, NULL);
	struct range *out = arena_alloc(p->arena, (set->n + 1) * sizeof(*out));
	uint32_t n = 0, from = 0;

	if (!node || !out) {
		p->no_memory |= !out;
		return NULL;
	}
	qsort(set->r, set->n, sizeof(set->r[0]), compare);
	for (uint32_t i = 0; i < set->n && !negate; i++) {
		if (n && set->r[i].low <= out[n - 1].high + 1)
			out[n - 1].high = set->r[i].high > out[n - 1].high ? set->r[i].high :
									     out[n - 1].high;
		else
			out[n++] = set->r[i];
	}
	for (uint32_t i = 0; i < set->n && negate; i++) {
		if (set->r[i].low > from)
			out[n++] = (struct range){ from, set->r[i].low - 1 };
		from = set->r[i].high + 1 > from ? set->r[i].high + 1 : from;
	}
	if (negate && from <= RUNE_MAX)
		out[n++] = (struct range){ from, RUNE_MAX };
	node->ranges = out;
	node->nranges = n;
	return node;
}

static bool range_add(struct parser *p, struct ranges *set, uint32_t low, uint32_t high)
{
	if (set->n == 256)
		return fail(p, "a class has too many parts");
	set->r[set->n++] = (struct range){ low, high };
	return true;
}

static bool rune(struct parser *p, uint32_t *ret)
{
	unsigned int n = utf8_next((struct str){ p->text.p + p->pos, p->text.n - p->pos }, ret);

	if (!n)
		return fail(p, "it is not UTF-8");
	p->pos += n;
	return true;
}

static int hex(int c)
{
	return c >= '0' && c <= '9' ? c - '0' : isxdigit(c) ? (c | 0x20) - 'a' + 10 : -1;
}

static bool escape_hex(struct parser *p, size_t start, uint32_t *ret)
{
	bool braces = take(p, '{');
	uint32_t v = 0, digits = 0;

	while (peek(p) >= 0 && hex(peek(p)) >= 0 && (braces || digits < 2)) {
		v = v * 16 + (uint32_t)hex(peek(p));
		p->pos++;
		digits++;
		if (v > RUNE_MAX)
			return fail_at(p, start, "invalid escape");
	}
	if (braces ? !digits || !take(p, '}') : digits != 2)
		return fail_at(p, start, "invalid escape");
	*ret = v;
	return true;
}

/* After a backslash. */
static bool escape(struct parser *p, uint32_t *ret)
{
	static const char from[] = "nrtafv", to[] = "\n\r\t\a\f\v";
	int c = peek(p);
	const char *known = c > 0 ? strchr(from, c) : NULL;
	const size_t start = p->pos - 1;

	if (c < 0)
		return fail_at(p, start, "a backslash at the end");
	p->pos++;
	if (known) {
		*ret = (unsigned char)to[known - from];
		return true;
	}
	if (c == 'x')
		return escape_hex(p, start, ret);
	if (c >= '0' && c <= '7') {
		if (c != '0' && (peek(p) < '0' || peek(p) > '7'))
			return fail_at(p, start, "back references are not supported");
		*ret = (uint32_t)(c - '0');
		for (int i = 0; i < 2 && peek(p) >= '0' && peek(p) <= '7'; i++)
			*ret = *ret * 8 + (uint32_t)(p->text.p[p->pos++] - '0');
		return true;
	}
	if (c >= 0x80 || isalnum(c))
		return fail_at(p, start, "invalid escape");
	*ret = (uint32_t)c;
	return true;
}

static const struct { const char *name; int (*is)(int); const char *extra; } posix[] = {
	{ "alnum", isalnum, "" }, { "alpha", isalpha, "" }, { "ascii", isascii, "" },
	{ "blank", isblank, "" }, { "cntrl", iscntrl, "" }, { "digit", isdigit, "" },
	{ "graph", isgraph, "" }, { "lower", islower, "" }, { "print", isprint, "" },
	{ "punct", ispunct, "" }, { "space", isspace, "" }, { "upper", isupper, "" },
	{ "word", isalnum, "_" }, { "xdigit", isxdigit, "" },
};

/* [:name:] or [:^name:], the colon next. Return: 1, 0 if it is none, -1. */
static int posix_class(struct parser *p, struct ranges *set)
{
	struct str name = { p->text.p + p->pos + 1, p->text.n - p->pos - 1 };
	const char *end = memmem(name.p, name.n, ":]", 2);
	bool negate;

	if (!end)
		return 0;
	name.n = (size_t)(end - name.p);
	negate = name.n && name.p[0] == '^';
	if (negate)
		name = (struct str){ name.p + 1, name.n - 1 };
	for (size_t i = 0; i < sizeof(posix) / sizeof(posix[0]); i++) {
		if (!str_eq(name, str_of(posix[i].name)))
			continue;
		for (int c = 0, start = -1; c <= 0x80; c++) {
			bool in = c < 0x80 && (posix[i].is(c) ||
					       (c && strchr(posix[i].extra, c))) != negate;

			if (in && start < 0)
				start = c;
			if (in || start < 0)
				continue;
			if (!range_add(p, set, (uint32_t)start, (uint32_t)c - 1))
				return -1;
			start = -1;
		}
		if (negate && !range_add(p, set, 0x80, RUNE_MAX))
			return -1;
		p->pos = (size_t)(end - p->text.p) + 2;
		return 1;
	}
	fail(p, "no such character class");
	return -1;
}

static bool class_char(struct parser *p, uint32_t *ret)
{
	if (peek(p) < 0)
		return fail_at(p, p->bracket, "a bracket is not closed");
	return take(p, '\\') ? escape(p, ret) : rune(p, ret);
}

/* After '['. */
static struct regex_node *parse_class(struct parser *p)
{
	struct ranges set = { .n = 0 };
	bool negate, first = true;

	p->bracket = p->pos - 1;
	negate = take(p, '^');
	while (first || peek(p) != ']') {
		uint32_t low, high;
		size_t start;

		if (!first && peek(p) == '-' && !is_next(p, ']'))
			return fail(p, "a '-' must be first or last in a class");
		first = false;
		if (peek(p) == '[' && is_next(p, ':')) {
			int r;

			p->pos++;
			r = posix_class(p, &set);
			if (r < 0)
				return NULL;
			if (r)
				continue;
			p->pos--;
		}
		start = p->pos;
		if (!class_char(p, &low))
			return NULL;
		high = low;
		if (peek(p) == '-' && !is_next(p, ']')) {
			p->pos++;
			if (!class_char(p, &high))
				return NULL;
		}
		if (high < low)
			return fail_at(p, start, "a range of a class runs backwards");
		if (!range_add(p, &set, low, high))
			return NULL;
	}
	p->pos++;
	return class_new(p, &set, negate);
}

static struct regex_node *parse_char(struct parser *p)
{
	struct ranges set = { .n = 1 };

	if (take(p, '\\') ? !escape(p, &set.r[0].low) : !rune(p, &set.r[0].low))
		return NULL;
	set.r[0].high = set.r[0].low;
	return class_new(p, &set, false);
}

static struct regex_node *parse_atom(struct parser *p)
{
	struct ranges line_end = { .r = { { '\n', '\n' } }, .n = 1 };
	const size_t start = p->pos;
	struct regex_node *node;

	if (take(p, '(')) {
		if (++p->depth > DEPTH_MAX)
			return fail(p, "it is nested too deeply");
		node = parse_alt(p);
		p->depth--;
		if (node && !take(p, ')'))
			return fail_at(p, start, "a parenthesis is not closed");
		return node;
	}
	if (take(p, '['))
		return parse_class(p);
	if (take(p, '.'))
		return class_new(p, &line_end, true);
	if (take(p, '^'))
		return node_new(p, REGEX_BOL, NULL, NULL);
	if (take(p, '$'))
		return node_new(p, REGEX_EOL, NULL, NULL);
	if (peek(p) == '*' || peek(p) == '+' || peek(p) == '?')
		return fail(p, "nothing to repeat");
	return parse_char(p);
}

/* As in RE2, a number with a leading zero or of more than nine digits is none: the brace is a character. */
static bool number(struct parser *p, uint32_t *ret)
{
	size_t start = p->pos;
	uint32_t v = 0;

	while (peek(p) >= '0' && peek(p) <= '9') {
		if (p->pos - start == DIGITS_MAX || (p->pos > start && !v))
			return false;
		v = v * 10 + (uint32_t)(peek(p) - '0');
		p->pos++;
	}
	*ret = v;
	return p->pos > start;
}

/* {n}, {n,} or {n,m}; otherwise nothing is consumed and the brace is a character. */
static bool braces(struct parser *p, uint32_t *min, uint32_t *max)
{
	size_t start = p->pos;

	if (take(p, '{') && number(p, min)) {
		*max = *min;
		if (take(p, ','))
			*max = REGEX_NO_MAX;
		if (take(p, '}') || (*max == REGEX_NO_MAX && number(p, max) && take(p, '}')))
			return true;
	}
	p->pos = start;
	return false;
}

static struct regex_node *repeat_new(struct parser *p, struct regex_node *a, uint32_t min,
				     uint32_t max)
{
	uint32_t times = max != REGEX_NO_MAX ? max : min ? min : 1;
	struct regex_node *node;

	if (min > REPEAT_MAX || (max != REGEX_NO_MAX && (max > REPEAT_MAX || max < min)))
		return fail_at(p, p->repeat, "invalid number of repetitions");
	node = node_new(p, REGEX_REPEAT, a, NULL);
	if (!node)
		return NULL;
	node->min = min;
	node->max = max;
	if (min > 1 || (max != REGEX_NO_MAX && max > 1))
		node->repeats = a->repeats * times;
	if (node->repeats > REPEAT_MAX)
		return fail_at(p, p->repeat, "invalid number of repetitions");
	node->size = max == REGEX_NO_MAX ? a->size * times + 1 :
					   a->size * times + (max - min);
	return node->size < REGEX_SIZE_MAX ? node : fail(p, "it is too large");
}

static struct regex_node *parse_repeat(struct parser *p)
{
	uint32_t min = 0, max = 0;
	const size_t start = p->pos;
	struct regex_node *node;

	if (braces(p, &min, &max))
		return fail_at(p, start, "nothing to repeat");
	node = parse_atom(p);
	while (node) {
		p->repeat = p->pos;
		if (take(p, '*'))
			node = repeat_new(p, node, 0, REGEX_NO_MAX);
		else if (take(p, '+'))
			node = repeat_new(p, node, 1, REGEX_NO_MAX);
		else if (take(p, '?'))
			node = repeat_new(p, node, 0, 1);
		else if (braces(p, &min, &max))
			node = repeat_new(p, node, min, max);
		else
			break;
	}
	return node;
}

static struct regex_node *parse_cat(struct parser *p)
{
	struct regex_node *node = node_new(p, REGEX_EMPTY, NULL, NULL);

	while (node && peek(p) >= 0 && peek(p) != '|' && peek(p) != ')') {
		struct regex_node *next = parse_repeat(p);

		if (!next)
			return NULL;
		node = node->kind == REGEX_EMPTY ? next : node_new(p, REGEX_CAT, node, next);
	}
	return node;
}

static struct regex_node *parse_alt(struct parser *p)
{
	struct regex_node *node = parse_cat(p);

	while (node && take(p, '|')) {
		struct regex_node *next = parse_cat(p);

		node = next ? node_new(p, REGEX_ALT, node, next) : NULL;
	}
	return node;
}

struct regex_node *regex_parse(struct arena *arena, struct str text, const char **why, size_t *at)
{
	struct parser p = { .arena = arena, .text = text };
	struct regex_node *node = text.n <= TEXT_MAX ? parse_alt(&p) : fail(&p, "it is too large");

	if (node && p.pos < text.n)
		node = fail(&p, "a parenthesis is not open");
	*why = node || p.no_memory ? NULL : p.why;
	*at = p.at < text.n || !text.n ? p.at : text.n - 1;
	return node;
}
