/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Defines which interfaces this kernel has, found by compiling compat/probe/.
 * It is included before every file of the module. The shims are in the other
 * headers of this folder, by topic. Their names begin with saker_, as a kernel may
 * later define the name that one of them stands for; names.h has the macros that
 * older kernels lack.
 */
#ifndef SAKER_COMPAT_H
#define SAKER_COMPAT_H

#ifndef PROBE
#include "features.h"
#include "names.h"
#endif

#endif /* SAKER_COMPAT_H */
