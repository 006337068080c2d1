/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A buffer of fixed size for text. What does not fit is cut and @cut is set, so callers
 * write on and check once at the end. Never allocates.
 */
#ifndef LIB_BUF_H
#define LIB_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/str.h"

struct buf {
	char *p;
	size_t size;
	size_t n;		/* bytes written, without a NUL */
	bool cut;		/* something did not fit */
};

#define BUF_ON(array)	((struct buf){ .p = (array), .size = sizeof(array) })

static inline void buf_reset(struct buf *b)
{
	b->n = 0;
	b->cut = false;
}

static inline struct str buf_as_str(const struct buf *b)
{
	return (struct str){ b->p, b->n };
}

static inline void buf_char(struct buf *b, char c)
{
	if (b->n < b->size)
		b->p[b->n++] = c;
	else
		b->cut = true;
}

void buf_str(struct buf *b, struct str s);
void buf_text(struct buf *b, const char *z);
void buf_u64(struct buf *b, uint64_t v);
void buf_s64(struct buf *b, int64_t v);
void buf_hex(struct buf *b, uint64_t v);	/* 0x1f */
void buf_oct(struct buf *b, uint64_t v);	/* 0644; zero is 0 */
void buf_printf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif /* LIB_BUF_H */
