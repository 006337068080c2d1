/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory that is allocated in order and freed all at once. An event has an arena for
 * composed field values; a rule set has one for everything it owns.
 */
#ifndef LIB_ARENA_H
#define LIB_ARENA_H

#include <stddef.h>
#include "lib/str.h"

struct arena;

/**
 * arena_new() - make an arena
 * @chunk:	bytes it takes from the system at a time, 0 for a default
 * @limit:	bytes it may hold at most, 0 for no limit
 *
 * Return: the arena, owned by the caller, or NULL without memory.
 */
struct arena *arena_new(size_t chunk, size_t limit);
void arena_free(struct arena *arena);	/* NULL is fine */

/* Zeroed, aligned for any type; NULL over the limit or without memory. */
void *arena_alloc(struct arena *arena, size_t size);

/* A copy with a NUL behind it that n does not count; {NULL, 0} without memory. */
struct str arena_str(struct arena *arena, struct str s);

/* Printed into the arena; {NULL, 0} without memory. */
struct str arena_printf(struct arena *arena, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Frees everything but the first chunk: an arena in steady use allocates nothing. */
void arena_reset(struct arena *arena);

#endif /* LIB_ARENA_H */
