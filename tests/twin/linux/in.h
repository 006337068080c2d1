/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TWIN_LINUX_IN_H
#define TWIN_LINUX_IN_H

#include <netinet/in.h>

/* The kernel's is a constant of a constant. */
#undef htons
#define htons(n)	((uint16_t)((uint16_t)(n) << 8 | (uint16_t)(n) >> 8))

#endif
