/* SPDX-License-Identifier: Apache-2.0 */
/* The table of the Unicode standard: first byte, then the range of the second. */
#include "lib/utf8.h"

unsigned int utf8_next(struct str s, uint32_t *ret)
{
	const unsigned char *p = (const unsigned char *)s.p;
	unsigned int n, low = 0x80, high = 0xbf;
	uint32_t c;

	if (!s.n)
		return 0;
	if (p[0] < 0x80) {
		if (ret)
			*ret = p[0];
		return 1;
	}
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	n = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (s.n < n)
		return 0;
	if (p[0] == 0xe0)
		low = 0xa0;
	else if (p[0] == 0xed)
		high = 0x9f;
	else if (p[0] == 0xf0)
		low = 0x90;
	else if (p[0] == 0xf4)
		high = 0x8f;
	if (p[1] < low || p[1] > high)
		return 0;
	c = p[0] & (0x7fu >> n);
	for (unsigned int i = 1; i < n; i++) {
		if ((p[i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (p[i] & 0x3f);
	}
	if (ret)
		*ret = c;
	return n;
}

size_t utf8_bad(struct str s)
{
	size_t i = 0;

	while (i < s.n) {
		unsigned int n = utf8_next((struct str){ s.p + i, s.n - i }, NULL);

		if (!n)
			break;
		i += n;
	}
	return i;
}
