// SPDX-License-Identifier: GPL-2.0-only
/* 5.10.204 and other stable kernels: the same as a bit-field. */
#include <net/genetlink.h>
struct genl_multicast_group probe = { .name = "x", .cap_sys_admin = 1 };
