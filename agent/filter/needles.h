/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Searches a text for many needles in one pass: at its start, at its end, or anywhere.
 * Built once, then immutable; the time depends on the text, not on the number of
 * needles.
 */
#ifndef FILTER_NEEDLES_H
#define FILTER_NEEDLES_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/str.h"

enum needles_place { NEEDLES_FRONT, NEEDLES_END, NEEDLES_INSIDE };

#define NEEDLES_LOST	UINT32_MAX	/* no further needle can match, whatever follows */

struct needles;

struct needle {
	struct str text;	/* borrowed until needles_new() returns; empty only if whole */
	uint32_t id;		/* passed to @hit */
	bool whole;		/* must be the whole text; only at the start */
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

/* Calls @hit for each needle found, maybe more than once. Return: whether @hit stopped it. */
bool needles_find(const struct needles *needles, struct str text, needles_hit_fn *hit, void *ctx);

/**
 * needles_head() - search the common start of several texts
 * @hit:	called for each needle found; must return false
 *
 * Return: the state for needles_rest().
 */
uint32_t needles_head(const struct needles *needles, struct str head, needles_hit_fn *hit,
		      void *ctx);

/* As needles_find(), without the needles that needles_head() found in the first @head bytes. */
bool needles_rest(const struct needles *needles, uint32_t at, struct str text, size_t head,
		  needles_hit_fn *hit, void *ctx);

#endif /* FILTER_NEEDLES_H */
