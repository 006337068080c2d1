/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Defines system call numbers by name and ABI, from syscalls.def. A filler compares
 * with them if its event records several calls with different arguments.
 *
 *   SAKER_NR_openat_64 = 257, SAKER_NR_openat_ia32 = 295, SAKER_NR_openat_x32 = 257,
 */
#ifndef SAKER_NR_H
#define SAKER_NR_H

#include "fill.h"

enum {
#define SYSCALL(name, n64, ia32, x32, event, ...)	\
	SAKER_NR_##name##_64 = n64,		\
	SAKER_NR_##name##_ia32 = ia32,		\
	SAKER_NR_##name##_x32 = x32,
#include <saker/syscalls.def>
#undef SYSCALL
};

/* saker_number_is(abi, nr, openat): is it the number of that call under this ABI? */
#define saker_number_is(abi, nr, name)						\
	((int)(nr) == ((abi) == EV_ABI_64 ? (int)SAKER_NR_##name##_64 :		\
		       (abi) == EV_ABI_IA32 ? (int)SAKER_NR_##name##_ia32 :	\
					      (int)SAKER_NR_##name##_x32))

/* saker_call_is(f, openat): is this record about that call? */
#define saker_call_is(f, name)	saker_number_is((f)->abi, (f)->nr, name)

#endif /* SAKER_NR_H */
