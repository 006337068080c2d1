/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds quickly that a long text does not contain a part, in any case of its letters: the text
 * lacks three bytes in a row that the part has. The table is filled once for many parts.
 */
#ifndef FILTER_GRAMS_H
#define FILTER_GRAMS_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/str.h"

struct grams {
	uint64_t bits[1024];	/* by a hash of three bytes */
};

/* @grams is zeroed. */
void grams_fill(struct grams *grams, struct str text);

/* True: the text does not contain @part. False: it may. */
bool grams_lack(const struct grams *grams, struct str part);

#endif /* FILTER_GRAMS_H */
