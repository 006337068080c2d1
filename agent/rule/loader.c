/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps the loader's memory, its messages, and texts with their places. */
#include "rule/loader.h"
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define ARENA_MAX	((size_t)512 << 20)	/* bytes; only a hostile file needs more */

struct ruleset_loader *ruleset_loader_new(const struct rules_options *options)
{
	struct ruleset_loader *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	if (options)
		l->options = *options;
	l->arena = arena_new(0, ARENA_MAX);
	l->set = calloc(1, sizeof(*l->set));
	if (l->set) {
		atomic_init(&l->set->refs, 1);
		l->set->arena = arena_new(0, ARENA_MAX);
		program_init(&l->set->program, l->set->arena);
		l->set->match_all = l->options.match_all;
	}
	l->diags.arena = l->arena;
	if (!l->arena || !l->set || !l->set->arena) {
		ruleset_loader_free(l);
		return NULL;
	}
	return l;
}

void ruleset_loader_free(struct ruleset_loader *l)
{
	if (!l)
		return;
	if (l->options.ctx_free)
		l->options.ctx_free(l->options.ctx);
	diag_list_uninit(&l->diags);
	dict_uninit(&l->macro_names);
	dict_uninit(&l->list_names);
	dict_uninit(&l->rule_names);
	arena_free(l->arena);
	ruleset_unref(l->set);
	free(l);
}

const struct diag_list *ruleset_loader_diags(const struct ruleset_loader *l)
{
	return &l->diags;
}

struct rules_summary ruleset_loader_summary(const struct ruleset_loader *l)
{
	struct rules_summary ret = { .rules = l->fires ? l->set->nrules : 0 };

	for (uint32_t i = 0; i < ret.rules; i++) {
		ret.cannot_fire += l->fires[i] == FIRES_NEVER;
		ret.lacking += l->fires[i] == FIRES_LACKING;
	}
	return ret;
}

uint32_t loader_find(const struct dict *names, struct str name)
{
	return dict_find(names, name);
}

struct str loader_keep(struct ruleset_loader *l, struct str s)
{
	struct str copy = arena_str(l->set->arena, s);

	if (!copy.p)
		l->no_memory = true;
	return copy;
}

void loader_push(struct ruleset_loader *l, void *array, uint32_t *n, const void *item, size_t size)
{
	void **p = array;

	if ((*n & (*n - 1)) == 0) {		/* room is the next power of two */
		uint32_t room = *n ? *n * 2 : 1;
		void *grown = arena_alloc(l->arena, room * size);

		if (!grown) {
			l->no_memory = true;
			return;
		}
		if (*n)
			memcpy(grown, *p, *n * size);
		*p = grown;
	}
	memcpy((char *)*p + (*n)++ * size, item, size);
}

static void add(struct ruleset_loader *l, struct diag *d, const struct source *source,
		size_t offset, uint32_t len)
{
	struct source *s = (struct source *)source;

	if (source) {
		d->file = source->name;
		d->file_number = source->number;
		d->source = source->bytes;
		d->offset = offset;
		d->len = len ? len : 1;
		yaml_line(&source->lines, offset, &d->line, &d->col);
		s->errors += d->level == DIAG_ERROR;
		s->warnings += d->level == DIAG_WARNING;
	}
	if (diag_add(&l->diags, d) < 0)
		l->no_memory = true;
}

/* How much of a node to underline: its first line. */
static uint32_t node_len(struct place at)
{
	size_t end = at.node->end;

	if (at.node->kind != YAML_TEXT)
		return 1;
	for (size_t i = at.node->start; i < end && i < at.source->bytes.n; i++) {
		if (at.source->bytes.p[i] == '\n')
			end = i;
	}
	return (uint32_t)(end - at.node->start);
}

static void add_v(struct ruleset_loader *l, enum diag_level level, const char *code,
		  const char *item_type, struct str item_name, struct place at, const char *fmt,
		  va_list ap)
{
	char text[1024];
	struct diag d = { .level = level, .code = code, .item_type = item_type,
			  .item_name = item_name };

	vsnprintf(text, sizeof(text), fmt, ap);
	d.text = str_of(text);
	add(l, &d, at.source, at.node ? at.node->start : 0, at.node ? node_len(at) : 1);
}

void loader_error(struct ruleset_loader *l, const char *code, const char *item_type,
		  struct str item_name, struct place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_v(l, DIAG_ERROR, code, item_type, item_name, at, fmt, ap);
	va_end(ap);
}

void loader_warn(struct ruleset_loader *l, const char *code, const char *item_type,
		 struct str item_name, struct place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add_v(l, DIAG_WARNING, code, item_type, item_name, at, fmt, ap);
	va_end(ap);
}

void loader_hint(struct ruleset_loader *l, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	if (!l->diags.n || l->diags.errors + l->diags.warnings + l->diags.notes > l->diags.n)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	l->diags.items[l->diags.n - 1].hint = arena_str(l->arena, str_of(text));
}

void text_add(struct ruleset_loader *l, struct text *text, struct str s, struct place place,
	      bool exact)
{
	struct fragment fragment = { .start = (uint32_t)text->s.n, .exact = exact,
				     .order = l->order, .place = place };
	char *p;

	if (text->s.n + s.n > UINT32_MAX / 4) {
		l->no_memory = true;
		return;
	}
	p = (char *)text->s.p;
	if (text->s.n + s.n > text->space || !p) {
		size_t space = text->s.p ? (text->s.n + s.n) * 2 : s.n;

		p = arena_alloc(l->set->arena, space + 1);
		if (!p) {
			l->no_memory = true;
			return;
		}
		if (text->s.n)
			memcpy(p, text->s.p, text->s.n);
		text->space = space;
	}
	if (s.n)
		memcpy(p + text->s.n, s.p, s.n);
	text->s = (struct str){ p, text->s.n + s.n };
	loader_push(l, &text->fragments, &text->n, &fragment, sizeof(fragment));
}

void text_add_part(struct ruleset_loader *l, struct text *text, const struct text *from,
		   size_t start, size_t end)
{
	for (uint32_t i = 0; i < from->n && !l->no_memory; i++) {
		const struct fragment *f = &from->fragments[i];
		size_t a = f->start > start ? f->start : start;
		size_t b = i + 1 < from->n ? f[1].start : from->s.n;

		b = b < end ? b : end;
		if (a >= b)
			continue;
		text_add(l, text, (struct str){ from->s.p + a, b - a }, f->place, f->exact);
		if (!l->no_memory)
			text->fragments[text->n - 1].skip = f->skip + (uint32_t)(a - f->start);
	}
}

const struct fragment *text_fragment(const struct text *text, uint32_t off)
{
	uint32_t low = 0, high = text->n;

	while (high - low > 1) {
		const uint32_t middle = low + (high - low) / 2;

		if (text->fragments[middle].start <= off)
			low = middle;
		else
			high = middle;
	}
	return text->n ? &text->fragments[low] : NULL;
}

void loader_text_diag(struct ruleset_loader *l, enum diag_level level, const char *code,
		      const struct text *text, uint32_t off, uint32_t len, struct str message,
		      struct str hint)
{
	struct diag d = { .level = level, .code = code, .item_type = text->item_type,
			  .item_name = text->item_name, .text = message, .hint = hint };
	const struct fragment *f = text_fragment(text, off);
	size_t offset = 0;

	if (f && f->place.node)
		offset = f->exact ? yaml_locate(f->place.node, f->place.source->bytes,
						f->skip + off - f->start) :
				    f->place.node->start;
	add(l, &d, f ? f->place.source : NULL, offset, f && f->exact ? len : 1);
}

void ruleset_loader_driver(struct ruleset_loader *l, rules_unseen_fn *unseen, void *ctx)
{
	l->unseen = unseen;
	l->unseen_ctx = ctx;
}
