/* SPDX-License-Identifier: Apache-2.0 */
/* Notes three bytes in a row as one bit of a table. A letter and its capital are one byte. */
#include "filter/grams.h"
#include <endian.h>
#include <string.h>

#define GRAM	3u

static uint32_t place_of(uint32_t gram)
{
	return (gram | 0x202020u) * 0x9e3779b1u >> 16;
}

static void note(struct grams *grams, uint32_t gram)
{
	uint32_t place = place_of(gram);

	grams->bits[place / 64] |= 1ull << (place % 64);
}

static uint32_t first_gram(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;

	return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
}

/* All but the first are read with the byte in front of them, so that none is read beyond the end. */
static uint32_t gram_at(struct str s, size_t i)
{
	uint32_t word;

	memcpy(&word, s.p + i - 1, sizeof(word));
	return le32toh(word) >> 8;
}

void grams_fill(struct grams *grams, struct str text)
{
	if (text.n < GRAM)
		return;
	note(grams, first_gram(text));
	for (size_t i = 1; i + GRAM <= text.n; i++)
		note(grams, gram_at(text, i));
}

static bool lacks(const struct grams *grams, uint32_t gram)
{
	uint32_t place = place_of(gram);

	return !(grams->bits[place / 64] >> (place % 64) & 1);
}

bool grams_lack(const struct grams *grams, struct str part)
{
	if (part.n < GRAM)
		return false;
	if (lacks(grams, first_gram(part)))
		return true;
	for (size_t i = 1; i + GRAM <= part.n; i++)
		if (lacks(grams, gram_at(part, i)))
			return true;
	return false;
}
