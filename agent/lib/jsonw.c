/* SPDX-License-Identifier: Apache-2.0 */
/* The writer knows one thing: whether a comma is due. Callers nest as JSON does. */
#include "lib/jsonw.h"
#include <math.h>
#include "lib/utf8.h"

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
	buf_char(w->b, '"');
	json_escape(w->b, s);
	buf_char(w->b, '"');
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

static void escape_control(struct buf *b, unsigned char c)
{
	static const char shorts[0x20] = {
		['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r',
	};

	buf_char(b, '\\');
	if (shorts[c]) {
		buf_char(b, shorts[c]);
		return;
	}
	buf_text(b, "u00");
	buf_char(b, "0123456789abcdef"[c >> 4]);
	buf_char(b, "0123456789abcdef"[c & 15]);
}

void json_escape(struct buf *b, struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t i = 0;

	while (i < s.n) {
		struct str rest = { s.p + i, s.n - i };
		unsigned int len = p[i] < 0x80 ? 1 : utf8_next(rest, NULL);

		if (!len) {
			buf_text(b, "\xef\xbf\xbd");
			i += utf8_invalid(rest);
		} else if (p[i] < 0x20) {
			escape_control(b, p[i++]);
		} else if (p[i] == '"' || p[i] == '\\') {
			buf_char(b, '\\');
			buf_char(b, s.p[i++]);
		} else {
			buf_str(b, (struct str){ s.p + i, len });
			i += len;
		}
	}
}
