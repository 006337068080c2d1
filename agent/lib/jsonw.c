/* SPDX-License-Identifier: Apache-2.0 */
/* Writes JSON. Its only state is whether a comma is due; callers nest values themselves. */
#include "lib/jsonw.h"
#include <math.h>
#include "lib/text.h"

static void next(struct jsonw *w)
{
	if (w->comma)
		buf_char(w->b, ',');
	w->comma = true;
}

void jsonw_begin(struct jsonw *w, char bracket)
{
	next(w);
	buf_char(w->b, bracket);
	w->comma = false;
}

void jsonw_end(struct jsonw *w, char bracket)
{
	buf_char(w->b, bracket);
	w->comma = true;
}

void jsonw_key(struct jsonw *w, struct str key)
{
	jsonw_str(w, key);
	buf_char(w->b, ':');
	w->comma = false;
}

void jsonw_str(struct jsonw *w, struct str s)
{
	next(w);
	buf_json(w->b, s);
}

void jsonw_u64(struct jsonw *w, uint64_t v)
{
	next(w);
	buf_u64(w->b, v);
}

void jsonw_s64(struct jsonw *w, int64_t v)
{
	next(w);
	buf_s64(w->b, v);
}

void jsonw_bool(struct jsonw *w, bool v)
{
	next(w);
	buf_text(w->b, v ? "true" : "false");
}

void jsonw_double(struct jsonw *w, double v)
{
	if (!isfinite(v)) {
		jsonw_null(w);
		return;
	}
	next(w);
	buf_printf(w->b, "%.17g", v);
}

void jsonw_null(struct jsonw *w)
{
	next(w);
	buf_text(w->b, "null");
}
