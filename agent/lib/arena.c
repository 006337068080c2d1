/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Allocates from a list of chunks, filled in order. arena_reset() keeps the first chunk,
 * so a user that needs no more than that allocates nothing again; further chunks are
 * freed by the next reset.
 */
#include "lib/arena.h"
#include <stdalign.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define ARENA_CHUNK_DEFAULT	4096

struct chunk {
	struct chunk *next;		/* the one before it in time */
	size_t size;			/* of data[] */
	size_t used;
	alignas(max_align_t) char data[];
};

struct arena {
	struct chunk *last;		/* being filled */
	struct chunk *first;		/* kept by arena_reset() */
	size_t chunk;
	size_t limit;
	size_t held;			/* sum of all sizes */
};

struct arena *arena_new(size_t chunk, size_t limit)
{
	struct arena *arena = calloc(1, sizeof(*arena));

	if (!arena)
		return NULL;
	arena->chunk = chunk ? chunk : ARENA_CHUNK_DEFAULT;
	arena->limit = limit ? limit : SIZE_MAX;
	if (arena->chunk > arena->limit)
		arena->chunk = arena->limit;
	return arena;
}

static void chunks_free(struct chunk *c, const struct chunk *keep)
{
	while (c && c != keep) {
		struct chunk *next = c->next;

		free(c);
		c = next;
	}
}

void arena_free(struct arena *arena)
{
	if (!arena)
		return;
	chunks_free(arena->last, NULL);
	free(arena);
}

static struct chunk *chunk_add(struct arena *arena, size_t size)
{
	struct chunk *c;

	if (size < arena->chunk && arena->chunk <= arena->limit - arena->held)
		size = arena->chunk;
	if (size > arena->limit - arena->held || size > SIZE_MAX - sizeof(*c))
		return NULL;
	c = malloc(sizeof(*c) + size);
	if (!c)
		return NULL;
	c->size = size;
	c->used = 0;
	c->next = arena->last;
	arena->last = c;
	arena->held += size;
	if (!arena->first)
		arena->first = c;
	return c;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	const size_t align = alignof(max_align_t);
	struct chunk *c = arena->last;
	void *p;

	if (size > SIZE_MAX - align)
		return NULL;
	size = (size + align - 1) & ~(align - 1);
	if (!size)
		size = align;		/* distinct objects have distinct addresses */
	if (!c || size > c->size - c->used) {
		c = chunk_add(arena, size);
		if (!c)
			return NULL;
	}
	p = c->data + c->used;
	c->used += size;
	return memset(p, 0, size);
}

struct str arena_str(struct arena *arena, struct str s)
{
	char *p = s.n < SIZE_MAX ? arena_alloc(arena, s.n + 1) : NULL;

	if (!p)
		return (struct str){ 0 };
	if (s.n)
		memcpy(p, s.p, s.n);
	return (struct str){ p, s.n };
}

struct str arena_printf(struct arena *arena, const char *fmt, ...)
{
	va_list ap, again;
	char *p = NULL;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n >= 0)
		p = arena_alloc(arena, (size_t)n + 1);
	if (p)
		vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	va_end(ap);
	return p ? (struct str){ p, (size_t)n } : (struct str){ 0 };
}

void arena_reset(struct arena *arena)
{
	if (!arena->last)
		return;
	chunks_free(arena->last, arena->first);
	arena->last = arena->first;
	arena->first->used = 0;
	arena->held = arena->first->size;
}
