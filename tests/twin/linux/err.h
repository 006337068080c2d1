/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TWIN_LINUX_ERR_H
#define TWIN_LINUX_ERR_H

#include <linux/compiler.h>

#define MAX_ERRNO	4095

static inline void *ERR_PTR(long error)
{
	return (void *)error;
}

static inline bool IS_ERR(const void *p)
{
	return (uintptr_t)p >= (uintptr_t)-MAX_ERRNO;
}

#endif
