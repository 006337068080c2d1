/* SPDX-License-Identifier: Apache-2.0 */
/* Scans words: byte classes and the escapes of quoted values. */
#include "filter/lex.h"
#include <ctype.h>

static unsigned char at(const struct lexer *lx, uint32_t i)
{
	return i < lx->text.n ? (unsigned char)lx->text.p[i] : 0;
}

static bool is_blank(unsigned char c)
{
	return c == ' ' || c == '\b' || c == '\t' || c == '\n' || c == '\r';
}

static bool is_alpha(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

static bool is_bare(unsigned char c)
{
	return c && !is_blank(c) && !strchr("(),=\"'", c);
}

void lex_blank(struct lexer *lx)
{
	while (is_blank(at(lx, lx->pos)))
		lx->pos++;
}

bool lex_is_blank(const struct lexer *lx)
{
	return is_blank(at(lx, lx->pos));
}

bool lex_end(const struct lexer *lx)
{
	return lx->pos >= lx->text.n;
}

bool lex_take(struct lexer *lx, const char *literal)
{
	size_t n = strlen(literal);

	if (lx->text.n - lx->pos < n || memcmp(lx->text.p + lx->pos, literal, n) != 0)
		return false;
	lx->pos += (uint32_t)n;
	return true;
}

static uint32_t name_end(const struct lexer *lx, uint32_t i)
{
	if (!is_alpha(at(lx, i)))
		return i;
	while (is_alpha(at(lx, i)) || is_digit(at(lx, i)) || at(lx, i) == '_')
		i++;
	return i;
}

uint32_t lex_name(const struct lexer *lx)
{
	return name_end(lx, lx->pos) - lx->pos;
}

uint32_t lex_dotted(const struct lexer *lx)
{
	uint32_t end = name_end(lx, lx->pos);

	if (end == lx->pos)
		return 0;
	while (at(lx, end) == '.') {
		uint32_t next = name_end(lx, end + 1);

		if (next == end + 1)
			break;
		end = next;
	}
	return end - lx->pos;
}

uint32_t lex_number(const struct lexer *lx)
{
	uint32_t i = lx->pos, digits;

	if (at(lx, i) == '0' && (at(lx, i + 1) | 0x20) == 'x' && isxdigit(at(lx, i + 2))) {
		i += 2;
		while (isxdigit(at(lx, i)))
			i++;
		return i - lx->pos;
	}
	if (at(lx, i) == '+' || at(lx, i) == '-')
		i++;
	digits = i;
	while (is_digit(at(lx, i)))
		i++;
	if (i == digits)
		return 0;
	if (at(lx, i) == '.')
		i++;
	while (is_digit(at(lx, i)))
		i++;
	if ((at(lx, i) | 0x20) == 'e' && strchr("+-", at(lx, i + 1)) && is_digit(at(lx, i + 2))) {
		i += 2;
		while (is_digit(at(lx, i)))
			i++;
	}
	return i - lx->pos;
}

uint32_t lex_unit(const struct lexer *lx, uint32_t n)
{
	uint32_t start = lx->pos + n, i = start;

	while (is_alpha(at(lx, i)))
		i++;
	return i - start;
}

static int hex_digit(unsigned char c)
{
	if (is_digit(c))
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int bad_escape(struct lexer *lx, uint32_t i, uint32_t len, const char *fmt, struct str what)
{
	filter_fail(lx->err, lx->arena, FILTER_SYNTAX, i, len, fmt, STR_ARG(what));
	return -1;
}

/* Two hex digits after the \x at @i, before the quote at @end. */
static int escape_hex(struct lexer *lx, uint32_t i, uint32_t end, char *ret)
{
	int high = hex_digit(at(lx, i + 2)), low = hex_digit(at(lx, i + 3));

	if (end - i < 4)
		return bad_escape(lx, i, end - i, "truncated hex char escape sequence" STR_FMT,
				  STR(""));
	if (high < 0 || low < 0)
		return bad_escape(lx, i, 4, "invalid hex char escape sequence: " STR_FMT,
				  (struct str){ lx->text.p + i + 2, 2 });
	*ret = (char)(high << 4 | low);
	return 4;
}

/* One escape at @i, before the quote at @end. Return: bytes it takes with the backslash, or -1. */
static int escape(struct lexer *lx, uint32_t i, uint32_t end, char *ret)
{
	static const char from[] = "bfnrt\\/ ", to[] = "\b\f\n\r\t\\/\\";
	unsigned char c = at(lx, i + 1), quote = at(lx, end);
	const char *p;

	if (c == quote) {
		*ret = (char)c;
		return 2;
	}
	if (c == 'x')
		return escape_hex(lx, i, end, ret);
	if (c == '"' || c == '\'')
		return bad_escape(lx, i, 2, c == '"' ? "invalid \\\" escape in '-quoted string" STR_FMT :
				  "invalid \\' escape in \"-quoted string" STR_FMT, STR(""));
	p = c ? strchr(from, c) : NULL;
	if (!p)
		return bad_escape(lx, i, 2, "unsupported string escape sequence: " STR_FMT,
				  (struct str){ lx->text.p + i, 2 });
	*ret = to[p - from];
	return c == ' ' ? 1 : 2;	/* a backslash before a blank is only a backslash */
}

static int quoted(struct lexer *lx, struct word *ret)
{
	unsigned char quote = at(lx, lx->pos);
	uint32_t start = lx->pos, end = start + 1;
	size_t n = 0;
	char *out;

	while (end < lx->text.n && at(lx, end) != quote)
		end += at(lx, end) == '\\' ? 2 : 1;
	if (end >= lx->text.n) {
		filter_fail(lx->err, lx->arena, FILTER_SYNTAX, start, 1,
			    "quoted string without an end");
		return -1;
	}
	out = arena_alloc(lx->arena, end - start);
	if (!out) {
		lx->err->kind = FILTER_NOMEM;
		return -1;
	}
	for (uint32_t i = start + 1; i < end;) {
		int took = 1;

		if (at(lx, i) == '\\')
			took = escape(lx, i, end, &out[n]);
		else
			out[n] = lx->text.p[i];
		if (took < 0)
			return -1;
		n++;
		i += (uint32_t)took;
	}
	lx->pos = end + 1;
	*ret = (struct word){ .text = { out, n }, .off = start, .len = lx->pos - start,
			      .quoted = true };
	return 1;
}

int lex_value(struct lexer *lx, bool bare, struct word *ret)
{
	uint32_t start = lx->pos;

	if (at(lx, start) == '"' || at(lx, start) == '\'')
		return quoted(lx, ret);
	if (!bare || !is_bare(at(lx, start)))
		return 0;
	while (is_bare(at(lx, lx->pos)))
		lx->pos++;
	*ret = (struct word){ .text = { lx->text.p + start, lx->pos - start }, .off = start,
			      .len = lx->pos - start };
	return 1;
}

int lex_argument(struct lexer *lx, struct str *ret)
{
	struct word word;
	uint32_t start = lx->pos;
	int r = lex_value(lx, false, &word);

	if (r) {
		*ret = word.text;
		return r;
	}
	while (at(lx, lx->pos) && !is_blank(at(lx, lx->pos)) && !strchr("[]\"'", at(lx, lx->pos)))
		lx->pos++;
	*ret = (struct str){ lx->text.p + start, lx->pos - start };
	return lx->pos > start;
}

struct str lex_peek(const struct lexer *lx)
{
	uint32_t end = lx->pos;

	while (end < lx->text.n && end - lx->pos < 40 && is_bare(at(lx, end)))
		end++;
	if (end == lx->pos && end < lx->text.n)
		end++;
	return (struct str){ lx->text.p + lx->pos, end - lx->pos };
}
