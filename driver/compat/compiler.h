/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hides the differences between compilers.
 */
#ifndef SAKER_COMPAT_COMPILER_H
#define SAKER_COMPAT_COMPILER_H

#include <linux/compiler.h>

/*
 * A variable of which every member is set before it is read. Kernels with
 * INIT_STACK_ALL_ZERO would clear it first, by a string instruction.
 */
#if __has_attribute(__uninitialized__)
#define saker_uninitialized	__attribute__((__uninitialized__))
#else
#define saker_uninitialized
#endif

#endif /* SAKER_COMPAT_COMPILER_H */
