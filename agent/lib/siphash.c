/* SPDX-License-Identifier: Apache-2.0 */
/* Implements SipHash-2-4 over bytes, with little-endian words on every machine. */
#include "lib/siphash.h"

static uint64_t word_le(const unsigned char *p, size_t n)
{
	uint64_t w = 0;

	while (n--)
		w = w << 8 | p[n];
	return w;
}

uint64_t siphash24(const uint64_t key[2], struct str s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	size_t left = s.n;
	struct siphash_state st;
	uint64_t w;

	siphash_begin(&st, key);
	for (; left >= 8; left -= 8, p += 8) {
		w = word_le(p, 8);
		st.v3 ^= w;
		siphash_round(&st);
		siphash_round(&st);
		st.v0 ^= w;
	}
	w = (left ? word_le(p, left) : 0) | (uint64_t)s.n << 56;
	st.v3 ^= w;
	siphash_round(&st);
	siphash_round(&st);
	st.v0 ^= w;
	st.v2 ^= 0xff;
	for (int i = 0; i < 4; i++)
		siphash_round(&st);
	return st.v0 ^ st.v1 ^ st.v2 ^ st.v3;
}
