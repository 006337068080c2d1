/* SPDX-License-Identifier: Apache-2.0 */
/* Notes three bytes in a row as one bit of a table. A letter and its capital are one byte. */
#include "filter/grams.h"

#define GRAM	3u

/* The three bytes that end with @byte, from those before it. */
static uint32_t next(uint32_t gram, char byte)
{
	return gram >> 8 | ((uint32_t)(unsigned char)byte | 0x20) << 16;
}

static uint32_t place_of(uint32_t gram)
{
	return gram * 0x9e3779b1u >> 16;
}

void grams_fill(struct grams *grams, struct str text)
{
	uint32_t gram = 0;

	for (size_t i = 0; i < text.n; i++) {
		uint32_t place;

		gram = next(gram, text.p[i]);
		place = place_of(gram);
		if (i + 1 >= GRAM)
			grams->bits[place / 64] |= 1ull << (place % 64);
	}
}

bool grams_lack(const struct grams *grams, struct str part)
{
	uint32_t gram = 0;

	for (size_t i = 0; i < part.n; i++) {
		uint32_t place;

		gram = next(gram, part.p[i]);
		place = place_of(gram);
		if (i + 1 >= GRAM && !(grams->bits[place / 64] >> (place % 64) & 1))
			return true;
	}
	return false;
}
