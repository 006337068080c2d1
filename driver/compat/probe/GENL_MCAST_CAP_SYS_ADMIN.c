// SPDX-License-Identifier: GPL-2.0-only
/* v6.7-rc5, e03781879a0d: groups that need a capability to join. */
#include <net/genetlink.h>
struct genl_multicast_group probe = { .name = "x", .flags = GENL_MCAST_CAP_SYS_ADMIN };
