/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * As much of the kernel as driver/ring.c needs, so that a race detector can
 * watch it run against the agent's merge in user space. Full barriers are
 * locked instructions on a word of the thread's own: real on x86, and, unlike a
 * fence, known to the detector as no order between threads.
 */
#ifndef TWIN_LINUX_COMPILER_H
#define TWIN_LINUX_COMPILER_H

#include <stdbool.h>
#include <stdint.h>
#include <linux/types.h>

typedef uint64_t u64;
typedef uint32_t u32;
typedef uint16_t u16;
typedef uint8_t u8;
typedef int64_t s64;
typedef int32_t s32;
typedef int16_t s16;

#define __must_check		__attribute__((warn_unused_result))
#define likely(x)		(x)
#define unlikely(x)		(x)
#define __must_check		__attribute__((warn_unused_result))
#define READ_ONCE(x)		__atomic_load_n(&(x), __ATOMIC_RELAXED)
#define WRITE_ONCE(x, v)	__atomic_store_n(&(x), (v), __ATOMIC_RELAXED)
#define smp_load_acquire(p)	__atomic_load_n((p), __ATOMIC_ACQUIRE)
#define smp_store_release(p, v)	__atomic_store_n((p), (v), __ATOMIC_RELEASE)
#define max_t(type, a, b)	((type)(a) > (type)(b) ? (type)(a) : (type)(b))

static inline void smp_mb(void)
{
	static __thread int own;

	__atomic_fetch_add(&own, 1, __ATOMIC_SEQ_CST);
}

#endif
