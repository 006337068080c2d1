/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes JSON into a buf, one value after the other, with commas and quotes. Never
 * allocates. Numbers are exact; text is escaped as
 * lib/text.h says.
 *
 *	struct jsonw w = JSONW(&buf);
 *	jsonw_begin(&w, '{');
 *	jsonw_key(&w, STR("n"));
 *	jsonw_u64(&w, 1);
 *	jsonw_end(&w, '}');			{"n":1}
 */
#ifndef LIB_JSONW_H
#define LIB_JSONW_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/buf.h"
#include "lib/str.h"

struct jsonw {
	struct buf *b;
	bool comma;		/* before the next value or key */
};

#define JSONW(buf)	((struct jsonw){ .b = (buf) })

void jsonw_begin(struct jsonw *w, char bracket);	/* { or [ */
void jsonw_end(struct jsonw *w, char bracket);		/* } or ] */
void jsonw_key(struct jsonw *w, struct str key);
void jsonw_str(struct jsonw *w, struct str s);
void jsonw_u64(struct jsonw *w, uint64_t v);
void jsonw_s64(struct jsonw *w, int64_t v);
void jsonw_bool(struct jsonw *w, bool v);
void jsonw_double(struct jsonw *w, double v);		/* null if it is not finite */
void jsonw_null(struct jsonw *w);

#endif /* LIB_JSONW_H */
