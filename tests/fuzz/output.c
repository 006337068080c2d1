/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target: any bytes as a rule's output, then records for it. It gives an error with its place,
 * or a template that prints one line of text and one of JSON for each event, whatever names the
 * event has.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "alert/format.h"
#include "lines.h"
#include "mutate.h"
#include "stage.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void format_one(const struct format *format, const struct event *ev)
{
	struct alert alert = {
		.rule = STR("r"), .source = STR("syscall"), .hostname = STR("h"),
		.nfields = format->nfields,
	};
	struct alert_field *fields;

	if (format_event(format, ev, &alert.output, &fields))
		return;
	alert.fields = fields;
	lines_check(&alert);
}

size_t mutate_head(const uint8_t *data, size_t size)
{
	const uint8_t *end = size ? memchr(data, 0, size) : NULL;

	return end ? (size_t)(end - data) + 1 : size;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = arena_new(0, 0);
	const uint8_t *end = memchr(data, 0, size);
	struct str text = { (const char *)data, end ? (size_t)(end - data) : size };
	size_t left = end ? size - text.n - 1 : 0;
	struct stage *stage = stage_new();
	struct filter_error err = { 0 };
	struct format format;
	int r = format_compile(&format, arena, text, &err);

	if (r && (!err.text.p || err.off > text.n))
		abort();
	for (const uint8_t *p = data + size - left; r == 0 && left;) {
		size_t n = stage_record_len(p, left);
		const struct event *ev = stage_enter(stage, p, n);

		if (ev) {
			format_one(&format, ev);
			stage_leave(stage);
		}
		p += n;
		left -= n;
	}
	stage_free(stage);
	arena_free(arena);
	return 0;
}
