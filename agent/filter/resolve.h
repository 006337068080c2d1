/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of macros and lists are replaced by what they stand for, after all
 * files are read: this is how users change a macro that a rule already uses.
 */
#ifndef FILTER_RESOLVE_H
#define FILTER_RESOLVE_H

#include "filter/ast.h"

/* What the loader knows by name. Each macro is resolved by itself before anything that uses it. */
struct names {
	void *ctx;
	/*
	 * @depth: in: how deep in its tree the name stands
	 * Return: the tree; NULL with *@err set if there is none, or it contains itself.
	 */
	struct expr *(*macro)(void *ctx, struct str name, const struct expr *at,
			      struct filter_error *err, uint32_t *size, uint32_t *depth);
	const struct list *(*list)(void *ctx, struct str name);
};

/**
 * filter_resolve() - resolve the names in one tree
 * @size, @depth:	how large and deep it is with all macros in place
 *
 * Return: false with *@err set, at a place in the text of the node err_at.
 */
bool filter_resolve(struct expr *e, struct arena *arena, const struct names *names,
		    struct filter_error *err, const struct expr **err_at, uint32_t *size,
		    uint32_t *depth);

#endif /* FILTER_RESOLVE_H */
