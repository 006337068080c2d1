/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SipHash, a keyed hash whose collisions cannot be constructed without the key. Tables
 * with keys that an attacker chooses (thread numbers, control groups) use it.
 */
#ifndef LIB_SIPHASH_H
#define LIB_SIPHASH_H

#include <stddef.h>
#include <stdint.h>
#include "lib/str.h"

/* SipHash-2-4 of any bytes: fingerprints, alert ids. */
uint64_t siphash24(const uint64_t key[2], struct str s);

static inline uint64_t siphash_rotl(uint64_t v, unsigned int n)
{
	return v << n | v >> (64 - n);
}

struct siphash_state { uint64_t v0, v1, v2, v3; };

static inline void siphash_round(struct siphash_state *s)
{
	s->v0 += s->v1;
	s->v1 = siphash_rotl(s->v1, 13) ^ s->v0;
	s->v0 = siphash_rotl(s->v0, 32);
	s->v2 += s->v3;
	s->v3 = siphash_rotl(s->v3, 16) ^ s->v2;
	s->v0 += s->v3;
	s->v3 = siphash_rotl(s->v3, 21) ^ s->v0;
	s->v2 += s->v1;
	s->v1 = siphash_rotl(s->v1, 17) ^ s->v2;
	s->v2 = siphash_rotl(s->v2, 32);
}

static inline void siphash_begin(struct siphash_state *s, const uint64_t key[2])
{
	s->v0 = key[0] ^ 0x736f6d6570736575ull;
	s->v1 = key[1] ^ 0x646f72616e646f6dull;
	s->v2 = key[0] ^ 0x6c7967656e657261ull;
	s->v3 = key[1] ^ 0x7465646279746573ull;
}

/* SipHash-1-3 of two words, for tables in memory, where the hash is not visible. */
static inline uint64_t siphash13_words(const uint64_t key[2], uint64_t a, uint64_t b)
{
	const uint64_t words[3] = { a, b, 16ull << 56 };
	struct siphash_state s;

	siphash_begin(&s, key);
	for (unsigned int i = 0; i < 3; i++) {
		s.v3 ^= words[i];
		siphash_round(&s);
		s.v0 ^= words[i];
	}
	s.v2 ^= 0xff;
	siphash_round(&s);
	siphash_round(&s);
	siphash_round(&s);
	return s.v0 ^ s.v1 ^ s.v2 ^ s.v3;
}

#endif /* LIB_SIPHASH_H */
