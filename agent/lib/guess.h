/* SPDX-License-Identifier: Apache-2.0 */
/*
 * "Did you mean": of many names the one nearest to a misspelt one, by the
 * number of letters to insert, delete, replace or swap.
 */
#ifndef LIB_GUESS_H
#define LIB_GUESS_H

#include "lib/str.h"

struct guess {
	struct str wanted;
	const char *best;	/* NULL until one is near */
	unsigned int distance;	/* of best; before that, the first one too far */
	size_t prefix;		/* bytes of best that are right from its beginning */
};

struct guess guess_init(struct str wanted);
void guess_try(struct guess *guess, const char *name);

/* The distance, or limit if it is at least that. */
unsigned int guess_distance(struct str a, struct str b, unsigned int limit);

#endif /* LIB_GUESS_H */
