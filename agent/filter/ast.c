/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the names of operators and other parts of the language, and makes the
 * errors of a condition.
 */
#include "filter/ast.h"
#include <stdarg.h>
#include <stdio.h>

const char *op_text(enum op op)
{
	static const char *const texts[] = {
#define OP(name, text, rhs, types, doc)	text,
#include "filter/ops.def"
#undef OP
	};

	return texts[op];
}

const char *modifier_text(enum modifier modifier)
{
	static const char *const texts[] = { "", "oneof", "anyof", "allof" };

	return texts[modifier];
}

const char *xform_text(enum xform xform)
{
	static const char *const texts[] = {
#define XFORM(name, text, min, max, type, doc)	text,
#include "filter/xforms.def"
#undef XFORM
	};

	return texts[xform];
}

static struct str print_v(struct arena *arena, const char *fmt, va_list ap)
{
	char text[1024];

	vsnprintf(text, sizeof(text), fmt, ap);
	return arena_str(arena, str_of(text));
}

bool filter_fail(struct filter_error *err, struct arena *arena, enum filter_error_kind kind,
		 uint32_t off, uint32_t len, const char *fmt, ...)
{
	va_list ap;

	if (err->text.p || err->kind == FILTER_NOMEM)
		return false;
	*err = (struct filter_error){ .kind = kind, .off = off, .len = len };
	va_start(ap, fmt);
	err->text = print_v(arena, fmt, ap);
	va_end(ap);
	if (!err->text.p)
		err->kind = FILTER_NOMEM;
	return false;
}

struct filter_error *filter_more(struct filter_error *err, struct arena *arena)
{
	while (err->text.p && err->more)
		err = err->more;
	if (!err->text.p)
		return err;
	err->more = arena_alloc(arena, sizeof(*err->more));
	if (!err->more)
		err->kind = FILTER_NOMEM;
	return err->more ? err->more : err;
}

bool filter_failed(const struct filter_error *err)
{
	while (err && !err->text.p && err->kind != FILTER_NOMEM)
		err = err->more;
	return err;
}

void filter_hint(struct filter_error *err, struct arena *arena, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	err->hint = print_v(arena, fmt, ap);
	va_end(ap);
}
