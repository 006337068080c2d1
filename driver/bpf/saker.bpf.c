// SPDX-License-Identifier: GPL-2.0-only
/*
 * Compiles the eBPF driver as one translation unit. Its headers have the names
 * of their counterparts in the module. Selection, records and counters are the
 * same as in the module; docs/drivers.md lists the differences.
 */
#include "hook_syscall.h"
#include "hook_security.h"
#include "hook_object.h"
#include "hook_entry.h"
#include "hook_module.h"
#include "hook_cgroup.h"
#include "fill_proc.h"
#include "fill_exec.h"
#include "fill_file.h"
#include "fill_net.h"
#include "fill_row.h"

char LICENSE[] SEC("license") = "GPL";
