/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frees what a function owns when it returns, on every path:
 *
 *   _cleanup_(source_freep) struct source *s = NULL;
 *   ...
 *   *ret = TAKE_PTR(s);		the caller owns it now
 */
#ifndef LIB_CLEANUP_H
#define LIB_CLEANUP_H

#include <stdlib.h>

#define _cleanup_(f)	__attribute__((cleanup(f)))

#define TAKE_PTR(p)							\
	({ __typeof__(p) taken_ = (p); (p) = NULL; taken_; })

/* thing_freep() for _cleanup_, from thing_free(), which takes NULL. */
#define DEFINE_CLEANUP(type, f)						\
	static inline void f##p(type *p) { f(*p); }

static inline void freep(void *p)
{
	free(*(void **)p);
}

#endif /* LIB_CLEANUP_H */
