/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Many texts looked for in one pass over another: at its front, at its end, or
 * anywhere in it. Built once, then only asked; the time is that of the text,
 * however many needles there are.
 */
#ifndef FILTER_NEEDLES_H
#define FILTER_NEEDLES_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/str.h"

enum needles_place { NEEDLES_FRONT, NEEDLES_END, NEEDLES_INSIDE };

#define NEEDLES_LOST	UINT32_MAX	/* whatever follows, nothing more is found */

struct needles;

struct needle {
	struct str text;	/* borrowed until needles_new() returns; empty only if whole */
	uint32_t id;		/* what a hit is told as */
	bool whole;		/* it must be all of the text; only at the front */
};

/**
 * needles_new() - build the set
 * @list:	sorted in place; of equal texts one id is kept
 * @fold:	ASCII letters of either case are the same
 *
 * Return: owned by the caller; NULL without memory, or when all texts together are too long.
 */
struct needles *needles_new(struct needle *list, uint32_t n, enum needles_place place, bool fold);
void needles_free(struct needles *needles);	/* NULL is fine */

/* Return: true to stop looking. */
typedef bool needles_hit_fn(void *ctx, uint32_t id);

/* Calls @hit for what is found; one found twice may be told twice. Return: whether it stopped. */
bool needles_find(const struct needles *needles, struct str text, needles_hit_fn *hit, void *ctx);

/**
 * needles_head() - look through the front of texts that begin alike
 * @hit:	called for what is found in it; must not stop
 *
 * Return: where it leads to, for needles_rest().
 */
uint32_t needles_head(const struct needles *needles, struct str head, needles_hit_fn *hit,
		      void *ctx);

/* The same as needles_find(), but for what needles_head() told of the first @head bytes. */
bool needles_rest(const struct needles *needles, uint32_t at, struct str text, size_t head,
		  needles_hit_fn *hit, void *ctx);

#endif /* FILTER_NEEDLES_H */
