// SPDX-License-Identifier: GPL-2.0-only
/* v5.3 or later: the name of the function; before it was ktime_get_boot_ns(). */
#include <linux/ktime.h>
u64 probe(void) { return ktime_get_boottime_ns(); }
