/* SPDX-License-Identifier: Apache-2.0 */
/* Writing text into fixed memory: numbers, escapes and plain bytes. */
#include "lib/buf.h"
#include <stdarg.h>
#include <stdio.h>

void buf_str(struct buf *b, struct str s)
{
	size_t room = b->size - b->n;
	size_t n = s.n < room ? s.n : room;

	if (n)
		memcpy(b->p + b->n, s.p, n);
	b->n += n;
	if (n < s.n)
		b->cut = true;
}

void buf_text(struct buf *b, const char *z)
{
	buf_str(b, str_of(z));
}

static void buf_digits(struct buf *b, uint64_t v, unsigned int base)
{
	char digits[24];
	size_t n = sizeof(digits);

	do {
		digits[--n] = "0123456789abcdef"[v % base];
		v /= base;
	} while (v);
	buf_str(b, (struct str){ digits + n, sizeof(digits) - n });
}

void buf_u64(struct buf *b, uint64_t v)
{
	buf_digits(b, v, 10);
}

void buf_s64(struct buf *b, int64_t v)
{
	if (v < 0)
		buf_char(b, '-');
	buf_digits(b, v < 0 ? -(uint64_t)v : (uint64_t)v, 10);
}

void buf_hex(struct buf *b, uint64_t v)
{
	buf_text(b, "0x");
	buf_digits(b, v, 16);
}

void buf_oct(struct buf *b, uint64_t v)
{
	if (v)
		buf_char(b, '0');
	buf_digits(b, v, 8);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
	size_t room = b->size - b->n;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(b->p + b->n, room, fmt, ap);	/* its NUL may cost the last byte */
	va_end(ap);
	if (n < 0)
		return;
	if ((size_t)n < room) {
		b->n += (size_t)n;
	} else {
		b->n += room ? room - 1 : 0;
		b->cut = true;
	}
}

/* Length of the well-formed UTF-8 sequence at p, 0 if there is none. */
static size_t utf8_len(const unsigned char *p, size_t n)
{
	size_t len, i;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf)
		len = 2;
	else if ((p[0] & 0xf0) == 0xe0)
		len = 3;
	else if (p[0] >= 0xf0 && p[0] <= 0xf4)
		len = 4;
	else
		return 0;
	if (n < len)
		return 0;
	for (i = 1; i < len; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	if ((p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xed && p[1] > 0x9f) ||
	    (p[0] == 0xf0 && p[1] < 0x90) || (p[0] == 0xf4 && p[1] > 0x8f))
		return 0;
	return len;
}

void buf_escaped(struct buf *b, struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0;

	while (i < s.n) {
		size_t len = utf8_len(p + i, s.n - i);
		bool c1 = len == 2 && p[i] == 0xc2 && p[i + 1] < 0xa0;	/* 8-bit controls */

		if (!len || c1 || p[i] < 0x20 || p[i] == 0x7f || p[i] == '\\') {
			buf_text(b, "\\x");
			buf_char(b, "0123456789abcdef"[p[i] >> 4]);
			buf_char(b, "0123456789abcdef"[p[i] & 15]);
			i++;
		} else {
			buf_str(b, (struct str){ s.p + i, len });
			i += len;
		}
	}
}

void buf_json(struct buf *b, struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0;

	buf_char(b, '"');
	while (i < s.n) {
		size_t len = utf8_len(p + i, s.n - i);

		if (!len) {
			buf_text(b, "\xef\xbf\xbd");
			i++;
		} else if (p[i] == '"' || p[i] == '\\') {
			buf_char(b, '\\');
			buf_char(b, s.p[i++]);
		} else if (p[i] < 0x20) {
			buf_text(b, "\\u00");
			buf_char(b, "0123456789abcdef"[p[i] >> 4]);
			buf_char(b, "0123456789abcdef"[p[i] & 15]);
			i++;
		} else {
			buf_str(b, (struct str){ s.p + i, len });
			i += len;
		}
	}
	buf_char(b, '"');
}
