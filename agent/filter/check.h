/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks types: whether each check is valid for its field, and converts its
 * words to values. Macros are checked separately, so the walk stops at them.
 */
#ifndef FILTER_CHECK_H
#define FILTER_CHECK_H

#include "filter/ast.h"

struct checker {
	struct arena *arena;		/* of the rule set: the values are allocated in it */
	uint32_t source;		/* bit of the rule's source; 0: any */
	void *ctx;
	/*
	 * Resolves a path by the host's links (/bin/sh: /usr/bin/sh); called once at load for each
	 * constant, so that it matches either way. NULL: not used. Return: false if the path stays
	 * the same; else *ret, which lives as long as the rule set.
	 */
	bool (*link)(void *ctx, struct str path, struct str *ret);
	/* The name of a list that is similar; NULL if there is none. NULL: not used. */
	const char *(*near_list)(void *ctx, struct str name);
	/*
	 * Called for a valid condition that is likely a mistake, at a place in the text of @at.
	 * NULL: not needed.
	 */
	void (*warn)(void *ctx, const struct expr *at, const char *code, uint32_t off,
		     uint32_t len, struct str text);
};

/* Return: false if *@err is set, also before. */
bool filter_check(const struct checker *checker, struct expr *e, struct filter_error *err);

/* Whether the field is evt.type or another that depends on the event's type alone. */
bool field_is_evt_type(const struct field_def *def);

#endif /* FILTER_CHECK_H */
