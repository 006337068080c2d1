/* SPDX-License-Identifier: Apache-2.0 */
/*
 * UTF-8, strictly: no overlong forms, no surrogates, nothing above U+10FFFF.
 */
#ifndef LIB_UTF8_H
#define LIB_UTF8_H

#include <stdint.h>
#include "lib/str.h"

/* Bytes of the character at the start, 0 if they are none or @s is empty. @ret may be NULL. */
unsigned int utf8_next(struct str s, uint32_t *ret);

/* Where the first byte stands that is no UTF-8; s.n if all is. */
size_t utf8_bad(struct str s);

#endif /* LIB_UTF8_H */
