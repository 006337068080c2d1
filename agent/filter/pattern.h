/* SPDX-License-Identifier: Apache-2.0 */
/* Matches text: globs, path prefixes, values. Built once, then used for every event. */
#ifndef FILTER_PATTERN_H
#define FILTER_PATTERN_H

#include "field/value.h"
#include "filter/ast.h"
#include "lib/dict.h"

/* fnmatch(3) without flags, in the C locale: '*' crosses slashes. */
bool glob_match(struct str pattern, struct str text, bool fold);

bool str_contains(struct str text, struct str part);
bool str_icontains(struct str text, struct str part);

/* A set of path prefixes, compared by component; a component may be a glob. */
struct paths {
	struct dict plain;		/* without slash at the end; the root is "" */
	const struct str *globs;
	uint32_t nglobs;
};

int paths_init(struct paths *paths, struct arena *arena, const struct value *values, uint32_t n);
void paths_uninit(struct paths *paths);
bool paths_match(const struct paths *paths, struct str text);

/* Compares a value with a constant or another value of a type that agrees. */
bool value_compare(enum op op, const struct value *a, const struct value *b);

/* value_symbol() of a value that is not text. */
uint32_t value_symbol_key(const struct dict *dict, const struct value *v);

/*
 * The bytes by which values are compared for equality; @room holds them if the value is not text.
 */
struct str value_key(const struct value *v, unsigned char room[20]);

/* The number of a value among constants; 0 if it is not among them. */
static inline uint32_t value_symbol(const struct dict *dict, const struct value *v)
{
	return v->type == VALUE_STR ? dict_find(dict, v->s) : value_symbol_key(dict, v);
}

#endif /* FILTER_PATTERN_H */
