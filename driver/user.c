// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copies user memory in hooks, in a loop of its own, a word at a time, under
 * pagefault_disable(). The kernel's copy functions check the destination
 * (HARDENED_USERCOPY) and may take a lock if it is in vmalloc memory, as the
 * ring is. strncpy_from_user() costs twice as much as this loop.
 */
#include "user.h"

#include <asm/word-at-a-time.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/uaccess.h>

#define WORD	sizeof(unsigned long)

/* How many of @max bytes are in user space; 0 if none. */
static unsigned long user_limit(const void __user *src, unsigned long max)
{
	unsigned long at = (unsigned long)src;

	if (at >= TASK_SIZE_MAX)
		return 0;
	return min_t(unsigned long, max, TASK_SIZE_MAX - at);
}

/*
 * str_words() - copy a string as far as whole words can be read
 * @n:		in and out: bytes copied
 *
 * Return: true if the NUL was found; false at the end or in front of a word
 * that cannot be read as a whole.
 */
static __always_inline bool str_words(char *dst, const char __user *src, unsigned long max,
				      unsigned long *n)
{
	const struct word_at_a_time constants = WORD_AT_A_TIME_CONSTANTS;
	unsigned long at, word, zeros;

	for (at = 0; at < max; at += WORD) {
		unsafe_get_user(word, (unsigned long __user *)(src + at), fault);
		if (has_zero(word, &zeros, &constants)) {
			zeros = prep_zero_mask(word, zeros, &constants);
			zeros = create_zero_mask(zeros);
			*(unsigned long *)(dst + at) = word & zero_bytemask(zeros);
			*n = at + find_zero(zeros);
			return true;
		}
		*(unsigned long *)(dst + at) = word;
	}
fault:
	*n = at;
	return false;
}

/* The last few bytes before the end of a page, or of user space. */
static __always_inline long str_bytes(char *dst, const char __user *src, unsigned long max,
				      unsigned long n)
{
	char c;

	for (; n < max; n++) {
		if (n % WORD == 0)
			*(unsigned long *)(dst + n) = 0;
		unsafe_get_user(c, src + n, fault);
		if (!c)
			return n;
		dst[n] = c;
	}
	return max;
fault:
	return -EFAULT;
}

/* Near the end of user space, where fewer than @max bytes are left. */
static noinline long user_str_near_end(char *dst, const void __user *src, unsigned long max)
{
	unsigned long limit = user_limit(src, max);
	long ret = -EFAULT;

	if (limit && user_access_begin(src, limit)) {
		ret = str_bytes(dst, src, limit, 0);
		user_access_end();
	}
	/* Without a NUL up to the end of user space the string is broken. */
	return ret == limit && limit < max ? -EFAULT : ret;
}

static __always_inline long user_str(char *dst, const void __user *src, unsigned long max)
{
	unsigned long n;
	long ret;

	pagefault_disable();
	if (likely(user_access_begin(src, max))) {
		if (likely(str_words(dst, src, max, &n)))
			ret = n;
		else
			ret = str_bytes(dst, src, max, n);
		user_access_end();
	} else {
		ret = user_str_near_end(dst, src, max);
	}
	pagefault_enable();
	return ret;
}

long saker_user_str(char *dst, const void __user *src, unsigned long max)
{
	return user_str(dst, src, max);
}

/* With a constant the compiled loop is half as long. */
long saker_user_path(char *dst, const void __user *src)
{
	return user_str(dst, src, PATH_MAX);
}

static __always_inline int bytes_copy(char *dst, const char __user *src, unsigned long n)
{
	unsigned long at, word;
	char c;

	for (at = 0; at + WORD <= n; at += WORD) {
		unsafe_get_user(word, (unsigned long __user *)(src + at), fault);
		*(unsigned long *)(dst + at) = word;
	}
	if (at < n)
		*(unsigned long *)(dst + at) = 0;
	for (; at < n; at++) {
		unsafe_get_user(c, src + at, fault);
		dst[at] = c;
	}
	return 0;
fault:
	return -EFAULT;
}

int saker_user_bytes(char *dst, const void __user *src, unsigned long n)
{
	int ret = -EFAULT;

	if (!n)
		return 0;
	pagefault_disable();
	if (user_limit(src, n) == n && user_access_begin(src, n)) {
		ret = bytes_copy(dst, src, n);
		user_access_end();
	}
	pagefault_enable();
	return ret;
}
