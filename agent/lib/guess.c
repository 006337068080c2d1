/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Edit distance with swaps, three rows at a time. A third of the letters may
 * be wrong; longer words than GUESS_MAX are never guessed.
 */
#include "lib/guess.h"

#define GUESS_MAX 64

static unsigned int min2(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

unsigned int guess_distance(struct str a, struct str b, unsigned int limit)
{
	unsigned int rows[3][GUESS_MAX + 1];
	unsigned int *before = rows[0], *above = rows[1], *row = rows[2];

	if (a.n > GUESS_MAX || b.n > GUESS_MAX)
		return limit;
	if ((a.n > b.n ? a.n - b.n : b.n - a.n) >= limit)
		return limit;
	for (unsigned int j = 0; j <= b.n; j++)
		above[j] = j;
	for (unsigned int i = 1; i <= a.n; i++) {
		unsigned int *spare = before;

		row[0] = i;
		for (unsigned int j = 1; j <= b.n; j++) {
			unsigned int d = above[j - 1] + (a.p[i - 1] != b.p[j - 1]);

			d = min2(d, min2(above[j], row[j - 1]) + 1);
			if (i > 1 && j > 1 && a.p[i - 1] == b.p[j - 2] && a.p[i - 2] == b.p[j - 1])
				d = min2(d, before[j - 2] + 1);
			row[j] = d;
		}
		before = above;
		above = row;
		row = spare;
	}
	return min2(above[b.n], limit);
}

struct guess guess_init(struct str wanted)
{
	unsigned int limit = (unsigned int)(wanted.n > GUESS_MAX ? 0 : wanted.n / 3 + 1);

	return (struct guess){ .wanted = wanted, .distance = limit < 2 ? 2 : limit };
}

static size_t common_prefix(struct str a, struct str b)
{
	size_t n = 0;

	while (n < a.n && n < b.n && a.p[n] == b.p[n])
		n++;
	return n;
}

/* Of two names with equally many wrong letters the one that is right for longer: fd.nam is fd.name. */
void guess_try(struct guess *guess, const char *name)
{
	unsigned int limit = guess->distance + (guess->best != NULL);
	unsigned int d = guess_distance(guess->wanted, str_of(name), limit);
	size_t prefix;

	if (d >= limit)
		return;
	prefix = common_prefix(guess->wanted, str_of(name));
	if (d == guess->distance && prefix <= guess->prefix)
		return;
	guess->distance = d;
	guess->prefix = prefix;
	guess->best = name;
}
