/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target: any bytes as records. Each record is refused, or decoded, printed and added to the
 * tables, whatever came before it. JSON that is printed is valid.
 */
#include <jansson.h>
#include <stdint.h>
#include <stdlib.h>
#include "decode/brief.h"
#include "decode/print.h"
#include "mutate.h"
#include "stage.h"

#define PRINTED	(1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void print(const struct event *ev)
{
	struct buf b = { .p = malloc(PRINTED), .size = PRINTED };
	struct jsonw w = JSONW(&b);
	json_t *doc;

	if (!b.p)
		abort();
	print_event(&b, ev);
	brief_put(&b, ev);
	for (size_t i = 0; i < b.n; i++)
		if ((unsigned char)b.p[i] < ' ')
			abort();		/* more than one line for an event */
	buf_reset(&b);
	jsonw_begin(&w, '{');
	print_record_json(&w, ev);
	jsonw_end(&w, '}');
	doc = json_loadb(b.p, b.n, JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL, NULL);
	if (!doc && !b.cut)
		abort();
	json_decref(doc);
	free(b.p);
}

size_t mutate_head(const uint8_t *data, size_t size)
{
	(void)data;
	(void)size;
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct stage *stage = stage_new();

	while (size) {
		size_t n = stage_record_len(data, size);
		const struct event *ev = stage_enter(stage, data, n);

		if (ev) {
			print(ev);
			stage_leave(stage);
		}
		data += n;
		size -= n;
	}
	stage_free(stage);
	return 0;
}
