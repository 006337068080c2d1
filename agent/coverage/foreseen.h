/* SPDX-License-Identifier: Apache-2.0 */
/* Foresees the hooks that the kernel module would have here, while it is not loaded. */
#ifndef COVERAGE_FORESEEN_H
#define COVERAGE_FORESEEN_H

#include "source/control.h"

/**
 * foreseen_kmod() - its hooks, by the symbols of the running kernel
 * @ret:	on success: release with control_info_uninit()
 * Return: 0; -ENODATA if the kernel does not list its data; or another -errno.
 */
int foreseen_kmod(struct control_info *ret);

/* The same, by another list of symbols than /proc/kallsyms. */
int foreseen_in(struct control_info *ret, const char *path);

#endif /* COVERAGE_FORESEEN_H */
