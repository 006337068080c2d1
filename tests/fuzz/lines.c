/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks the printed lines of an alert. A line too long for its buffer is cut and then not valid
 * JSON, which is allowed.
 */
#include "lines.h"
#include <jansson.h>
#include <stdlib.h>
#include "deliver/line.h"

#define LINE	(256u << 10)

static void one_line(const struct buf *b)
{
	for (size_t i = 0; i < b->n; i++)
		if ((unsigned char)b->p[i] < ' ')
			abort();
}

void lines_check(const struct alert *alert)
{
	const struct line_config config = { .utc = true };
	struct buf b = { .p = malloc(LINE), .size = LINE };
	json_t *doc;

	if (!b.p)
		abort();
	line_text(&b, alert, &config);
	one_line(&b);
	buf_reset(&b);
	line_json(&b, alert, &config);
	one_line(&b);
	doc = json_loadb(b.p, b.n, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
	if (!doc && !b.cut)
		abort();
	json_decref(doc);
	free(b.p);
}
