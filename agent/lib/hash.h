/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fast hash of bytes for tables whose keys are our own constants. Not for
 * tables with untrusted keys: those use siphash.h.
 */
#ifndef LIB_HASH_H
#define LIB_HASH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline uint64_t hash_mix(uint64_t h, uint64_t v)
{
	h = (h ^ v) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 29;
}

/* Less than eight bytes as a number: by fixed sizes, which may overlap, not byte by byte. */
static inline uint64_t hash_tail(const unsigned char *p, size_t n)
{
	uint32_t a, b;

	if (n < 4)
		return p[0] | (uint64_t)p[n / 2] << 8 | (uint64_t)p[n - 1] << 16;
	memcpy(&a, p, 4);
	memcpy(&b, p + n - 4, 4);
	return a | (uint64_t)b << 32;
}

static inline uint64_t hash_bytes(const void *data, size_t n)
{
	const unsigned char *p = data;
	uint64_t h = n * 0xff51afd7ed558ccdu;
	uint64_t v = 0;

	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&v, p, 8);
		h = hash_mix(h, v);
	}
	if (n)
		h = hash_mix(h, hash_tail(p, n));
	h ^= h >> 32;
	return h * 0xc4ceb9fe1a85ec53u;
}

#endif /* LIB_HASH_H */
