/* SPDX-License-Identifier: GPL-2.0-only OR Apache-2.0 */
/*
 * Names the values and flags of flags.def: SAKER_exe_flags_MEMFD = 0x1, …
 */
#ifndef SAKER_FLAGS_H
#define SAKER_FLAGS_H

enum {
#define FLAGSET(set, reading)
#define FLAG(set, name, value)	SAKER_##set##_##name = value,
#include <saker/flags.def>
#undef FLAGSET
#undef FLAG
};

#endif /* SAKER_FLAGS_H */
