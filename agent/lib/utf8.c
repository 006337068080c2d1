/* SPDX-License-Identifier: Apache-2.0 */
/* Decodes UTF-8 by the table of the Unicode standard: first byte, then the range of the second. */
#include "lib/utf8.h"

#define UTF8_MAX	4	/* bytes of a character */

/* Bytes of the character that begins with @c, with the range of its second byte; 0: none does. */
static unsigned int lead(unsigned char c, unsigned int *low, unsigned int *high)
{
	*low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80;
	*high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
	if (c < 0x80)
		return 1;
	if (c < 0xc2 || c > 0xf4)
		return 0;
	return c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4;
}

unsigned int utf8_next(struct str s, uint32_t *ret)
{
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned int n, low, high;
	uint32_t c;

	if (!s.n)
		return 0;
	n = lead(p[0], &low, &high);
	if (n == 1) {
		if (ret)
			*ret = p[0];
		return 1;
	}
	if (!n || s.n < n || p[1] < low || p[1] > high)
		return 0;
	c = p[0] & (0x7fu >> n);
	for (unsigned int i = 1; i < n; i++) {
		if (!utf8_continues(s.p[i]))
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (ret)
		*ret = c;
	return n;
}

unsigned int utf8_invalid(struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned int n, low, high, i;

	if (!s.n)
		return 0;
	n = lead(p[0], &low, &high);
	for (i = 1; i < n; i++) {
		if (i >= s.n || p[i] < low || p[i] > high)
			return i;
		low = 0x80;
		high = 0xbf;
	}
	return n ? 0 : 1;
}

size_t utf8_bad(struct str s)
{
	size_t i = 0;

	while (i < s.n) {
		unsigned int n;
		uint64_t eight;

		if (s.n - i >= sizeof(eight)) {		/* mostly ASCII */
			memcpy(&eight, s.p + i, sizeof(eight));
			if (!(eight & 0x8080808080808080u)) {
				i += sizeof(eight);
				continue;
			}
		}
		n = utf8_next((struct str){ s.p + i, s.n - i }, NULL);
		if (!n)
			break;
		i += n;
	}
	return i;
}

size_t utf8_cut(struct str s, size_t max)
{
	if (s.n <= max)
		return s.n;
	for (size_t back = 0; back < UTF8_MAX && back <= max; back++) {
		if (!utf8_continues(s.p[max - back]))
			return max - back;
	}
	return max;
}
