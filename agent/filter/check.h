/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Types: whether each check makes sense for its field, and its words as
 * values. Macros are checked by themselves, so the walk stops at them.
 */
#ifndef FILTER_CHECK_H
#define FILTER_CHECK_H

#include "filter/ast.h"

struct checker {
	struct arena *arena;		/* of the rule set: values live there */
	uint32_t source;		/* bit of the rule's source; 0: any */
	void *ctx;
	/*
	 * What a path becomes by the host's own links (/bin/sh: /usr/bin/sh), asked once at load,
	 * so that a constant is found whichever way it is written. NULL: not used.
	 * Return: false if it stays the same; else *ret, which lives as long as the rule set.
	 */
	bool (*link)(void *ctx, struct str path, struct str *ret);
	/* What is no error but likely a mistake, at a place in the text of @at. NULL: unwanted. */
	void (*warn)(void *ctx, const struct expr *at, const char *code, uint32_t off,
		     uint32_t len, struct str text);
};

/* Return: false with *@err set, also before, at a place in the text of *@err_at. */
bool filter_check(const struct checker *checker, struct expr *e, struct filter_error *err,
		  const struct expr **err_at);

/* Whether the field is evt.type or another that depends on the event's type alone. */
bool field_is_evt_type(const struct field_def *def);

#endif /* FILTER_CHECK_H */
