/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hides the differences between architectures: how number, ABI and arguments of
 * a system call are read. Each architecture has one header with the same
 * functions.
 */
#ifndef SAKER_ARCH_H
#define SAKER_ARCH_H

#ifdef CONFIG_X86_64
#include "x86.h"
#else
#error "saker knows system calls of x86_64 only"
#endif

#endif /* SAKER_ARCH_H */
