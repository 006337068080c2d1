/* SPDX-License-Identifier: Apache-2.0 */
/* Byte classes and the escapes of quoted values. */
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

/* One escape behind the backslash at @i. Return: bytes it takes with the backslash, or -1. */
static int escape(const struct lexer *lx, uint32_t i, unsigned char quote, char *ret)
{
	static const char from[] = "bfnrt\\/ ", to[] = "\b\f\n\r\t\\/\\";
	unsigned char c = at(lx, i + 1);
	const char *p;

	if (c == quote) {
		*ret = (char)c;
		return 2;
	}
	if (c == 'x' && hex_digit(at(lx, i + 2)) >= 0 && hex_digit(at(lx, i + 3)) >= 0) {
		*ret = (char)(hex_digit(at(lx, i + 2)) << 4 | hex_digit(at(lx, i + 3)));
		return *ret ? 4 : -1;
	}
	p = c ? strchr(from, c) : NULL;
	if (!p)
		return -1;
	*ret = to[p - from];
	return c == ' ' ? 1 : 2;	/* a backslash before a blank is only a backslash */
}

static int quoted(struct lexer *lx, struct word *ret)
{
	unsigned char quote = at(lx, lx->pos);
	uint32_t start = lx->pos, i = start + 1;
	size_t n = 0;
	char *out;

	while (i < lx->text.n && at(lx, i) != quote)
		i += at(lx, i) == '\\' ? 2 : 1;
	if (i >= lx->text.n) {
		filter_fail(lx->err, lx->arena, FILTER_SYNTAX, start, 1,
			    "quoted string without an end");
		return -1;
	}
	out = arena_alloc(lx->arena, i - start);
	if (!out) {
		lx->err->kind = FILTER_NOMEM;
		return -1;
	}
	for (i = start + 1; at(lx, i) != quote;) {
		int took = 1;

		if (at(lx, i) == '\\')
			took = escape(lx, i, quote, &out[n]);
		else
			out[n] = lx->text.p[i];
		if (took < 0 || !out[n]) {
			filter_fail(lx->err, lx->arena, FILTER_SYNTAX, i, 2,
				    took < 0 ? "invalid escape in a quoted string" :
					       "NUL byte in a value");
			return -1;
		}
		n++;
		i += (uint32_t)took;
	}
	lx->pos = i + 1;
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
