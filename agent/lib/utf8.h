/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decodes UTF-8 strictly: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
#ifndef LIB_UTF8_H
#define LIB_UTF8_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/str.h"

/* Bytes of the character at the start, 0 if they are not UTF-8 or @s is empty. @ret may be NULL. */
unsigned int utf8_next(struct str s, uint32_t *ret);

/*
 * Bytes of the maximal invalid part at the start, which counts as one U+FFFD: the longest beginning
 * of a character that breaks off (e2 82), or one byte that begins none. 0 if a character or nothing
 * is there.
 */
unsigned int utf8_invalid(struct str s);

/* Where the first byte stands that is no UTF-8; s.n if all is. */
size_t utf8_bad(struct str s);

/* Whether the byte is inside of a character, not the first of one. */
static inline bool utf8_continues(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

/*
 * How many bytes of @s to keep, at most @max, so that no part of a character is left at the end.
 * What is no UTF-8 is cut anywhere.
 */
size_t utf8_cut(struct str s, size_t max);

#endif /* LIB_UTF8_H */
