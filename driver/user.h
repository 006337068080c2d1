/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Copies user memory without sleeping. If a page is not in memory, the copy
 * fails instead of loading it. The bytes are those of this moment; another
 * thread may have rewritten them since the kernel used them.
 */
#ifndef SAKER_USER_H
#define SAKER_USER_H

#include <linux/compiler_types.h>
#include <linux/types.h>

/**
 * saker_user_str() - copy a string up to its NUL
 * @dst:	8-aligned or not; room for @max rounded up to 8, and no less
 * @max:	bytes to look at, a multiple of 8
 *
 * The NUL is not counted; the rest of the last 8 bytes is zeroed.
 *
 * Return: length; @max if there was no NUL; -EFAULT.
 */
long __must_check saker_user_str(char *dst, const void __user *src, unsigned long max);

/* saker_user_path() - saker_user_str() with a @max of PATH_MAX, faster */
long __must_check saker_user_path(char *dst, const void __user *src);

/**
 * saker_user_bytes() - copy memory
 * @dst:	room for @n rounded up to 8; the rest of the last 8 bytes is zeroed
 *
 * Return: 0 or -EFAULT.
 */
int __must_check saker_user_bytes(char *dst, const void __user *src, unsigned long n);

#endif /* SAKER_USER_H */
