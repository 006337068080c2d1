/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between architectures: how a system call's number, ABI and
 * arguments are read. One header per architecture gives the same functions.
 */
#ifndef SAKER_ARCH_H
#define SAKER_ARCH_H

#ifdef CONFIG_X86_64
#include "x86.h"
#else
#error "saker knows system calls of x86_64 only"
#endif

#endif /* SAKER_ARCH_H */
