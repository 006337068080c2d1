// SPDX-License-Identifier: GPL-2.0-only
/*
 * The eBPF driver: one translation unit, put together of parts that carry the
 * names of their twins in the module. What is selected, recorded and counted,
 * and how, is the module's; where a program cannot do what the module does,
 * docs/drivers.md says so.
 */
#include "hook_syscall.h"
#include "hook_security.h"
#include "hook_module.h"
#include "hook_cgroup.h"
#include "fill_proc.h"
#include "fill_exec.h"
#include "fill_file.h"
#include "fill_net.h"
#include "fill_mem.h"
#include "fill_cred.h"
#include "fill_module.h"
#include "fill_mount.h"
#include "fill_syscall.h"

char LICENSE[] SEC("license") = "GPL";
