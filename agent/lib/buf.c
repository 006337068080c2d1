/* SPDX-License-Identifier: Apache-2.0 */
/* Writes text, numbers and bytes into a buffer of fixed size. */
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
