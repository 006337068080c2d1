/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Force-included before every file of the module: what this kernel has, found
 * by compiling compat/probe/. Shims lie beside this file by topic, and have
 * names of their own (saker_*): a macro that redefines a kernel name breaks the
 * day that name is already a macro.
 */
#ifndef SAKER_COMPAT_H
#define SAKER_COMPAT_H

#ifndef PROBE
#include "features.h"
#endif

#endif /* SAKER_COMPAT_H */
