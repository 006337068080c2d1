/* SPDX-License-Identifier: Apache-2.0 */
/* Declares the syntax tree of a regular expression, for regex.c. */
#ifndef FILTER_REGEX_PARSE_H
#define FILTER_REGEX_PARSE_H

#include <stdint.h>
#include "lib/arena.h"

#define REGEX_NO_MAX	UINT32_MAX

struct range {
	uint32_t low, high;
};

enum regex_kind {
	REGEX_EMPTY, REGEX_CLASS, REGEX_BOL, REGEX_EOL, REGEX_CAT, REGEX_ALT, REGEX_REPEAT,
};

struct regex_node {
	enum regex_kind kind;
	uint32_t size;			/* states it will need */
	uint32_t repeats;		/* how often its inside is repeated, nested ones multiplied */
	struct regex_node *a, *b;
	uint32_t min, max;		/* of a repeat */
	struct range *ranges;		/* of a class: ascending, disjoint */
	uint32_t nranges;
};

/* Return: NULL with *@why (static) and *@at set, or with *@why NULL without memory. */
struct regex_node *regex_parse(struct arena *arena, struct str text, const char **why, size_t *at);

#endif /* FILTER_REGEX_PARSE_H */
