/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Borrowed bytes with a length, not NUL-terminated. The function that returns one
 * documents its lifetime. {NULL, 0} is "absent", {p, 0} is "empty".
 */
#ifndef LIB_STR_H
#define LIB_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct str {
	const char *p;
	size_t n;
};

#define STR_INIT(literal)	{ "" literal, sizeof(literal) - 1 }	/* of a constant */
#define STR(literal)	((struct str)STR_INIT(literal))
#define STR_FMT		"%.*s"
#define STR_ARG(s)	(int)(s).n, (s).p

static inline struct str str_of(const char *z)
{
	return (struct str){ z, z ? strlen(z) : 0 };
}

static inline bool str_eq(struct str a, struct str b)
{
	return a.n == b.n && (a.n == 0 || !memcmp(a.p, b.p, a.n));
}

static inline bool str_starts(struct str s, struct str prefix)
{
	return s.n >= prefix.n && (prefix.n == 0 || !memcmp(s.p, prefix.p, prefix.n));
}

static inline bool str_ends(struct str s, struct str suffix)
{
	return s.n >= suffix.n &&
	       (suffix.n == 0 || !memcmp(s.p + s.n - suffix.n, suffix.p, suffix.n));
}

/* Shorter first among equal prefixes, as memcmp orders. */
static inline int str_cmp(struct str a, struct str b)
{
	size_t n = a.n < b.n ? a.n : b.n;
	int r = n ? memcmp(a.p, b.p, n) : 0;

	return r ? r : (a.n > b.n) - (a.n < b.n);
}

#endif /* LIB_STR_H */
