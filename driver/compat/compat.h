/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Defines which interfaces this kernel has, found by compiling compat/probe/.
 * It is included before every file of the module. The shims are in the other
 * headers of this folder, by topic. Their names begin with saker_: a macro that
 * redefines a kernel name breaks when the kernel makes that name a macro.
 */
#ifndef SAKER_COMPAT_H
#define SAKER_COMPAT_H

#ifndef PROBE
#include "features.h"
#endif

#endif /* SAKER_COMPAT_H */
