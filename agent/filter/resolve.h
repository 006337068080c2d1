/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Replaces names of macros and lists by their definitions, after all files are read. So
 * a later file can change a macro that a rule already uses.
 */
#ifndef FILTER_RESOLVE_H
#define FILTER_RESOLVE_H

#include "filter/ast.h"

/* Macros and lists by name. Each macro is resolved before its users. */
struct names {
	void *ctx;
	/*
	 * @depth: in: the depth of the name in its tree
	 * Return: the tree; NULL if there is none, or it contains itself (then *@err is set), or if
	 * its error was reported already.
	 */
	struct expr *(*macro)(void *ctx, struct str name, const struct expr *at,
			      struct filter_error *err, uint32_t *size, uint32_t *depth);
	const struct list *(*list)(void *ctx, struct str name);
	const char *(*near_list)(void *ctx, struct str name);	/* similar, or NULL; optional */
};

/**
 * filter_resolve() - resolve the names in one tree
 * @size, @depth:	size and depth with all macros expanded
 *
 * After an error in *@err the other names are looked up too. The tree may be checked in any case:
 * filter_check() fails if *@err is set.
 */
void filter_resolve(struct expr *e, struct arena *arena, const struct names *names,
		    struct filter_error *err, uint32_t *size, uint32_t *depth);

#endif /* FILTER_RESOLVE_H */
