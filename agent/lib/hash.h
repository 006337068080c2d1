/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A fast hash of bytes for tables whose keys are our own constants. Not for
 * tables that take keys from outside: those use siphash.h.
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

static inline uint64_t hash_bytes(const void *data, size_t n)
{
	const unsigned char *p = data;
	uint64_t h = n * 0xff51afd7ed558ccdu;
	uint64_t v = 0;

	for (; n >= 8; n -= 8, p += 8) {
		memcpy(&v, p, 8);
		h = hash_mix(h, v);
	}
	if (n) {
		v = 0;
		memcpy(&v, p, n);
		h = hash_mix(h, v);
	}
	h ^= h >> 32;
	return h * 0xc4ceb9fe1a85ec53u;
}

#endif /* LIB_HASH_H */
