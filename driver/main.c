// SPDX-License-Identifier: GPL-2.0-only
/*
 * Loads and unloads the module: its parts are started in order and stopped in
 * reverse. Loading arms no hook and takes no ring memory; the first consumer
 * causes both.
 */
#include <linux/log2.h>
#include <linux/module.h>
#include "control.h"
#include "device.h"
#include "fill.h"
#include "fill_table.h"
#include "hook.h"
#include "mount.h"
#include "pending.h"
#include "ring.h"
#include "rings.h"
#include "session.h"
#include "stats.h"
#include "wake.h"

static bool disabled;
module_param(disabled, bool, 0444);
MODULE_PARM_DESC(disabled, "refuse to load; saker.disabled=1 on the kernel command line");

static unsigned int ring_kb = 4096;
module_param(ring_kb, uint, 0444);
MODULE_PARM_DESC(ring_kb, "KiB of ring per CPU, a power of two from 128 (default 4096)");

static int __init main_refuse(void)
{
	if (disabled) {
		pr_notice("disabled by parameter\n");
		return -EPERM;
	}
	/*
	 * On PREEMPT_RT a spinlock_t may sleep. A hook has preemption off, so it could
	 * not take even the leaf locks of d_path() and fput().
	 */
	if (IS_ENABLED(CONFIG_PREEMPT_RT)) {
		pr_err("this is a real-time kernel (PREEMPT_RT), where the module cannot run; the agent uses eBPF\n");
		return -EOPNOTSUPP;
	}
	if (!is_power_of_2(ring_kb) || ring_kb < SAKER_RING_MIN >> 10 ||
	    ring_kb > SAKER_RING_MAX >> 10) {
		pr_err("ring_kb=%u: not a power of two from 128 to 1048576\n", ring_kb);
		return -EINVAL;
	}
	return 0;
}

static int __init saker_init(void)
{
	int ret = main_refuse();

	if (ret)
		return ret;
	ret = saker_stats_init();
	if (ret)
		return ret;
	saker_hook_init();
	saker_mount_init();
	saker_fill_row_init();
	saker_rings_init((u64)ring_kb << 10);
	ret = saker_control_init();
	if (ret)
		goto uninit_stats;
	ret = saker_rings_watch();
	if (ret)
		goto uninit_control;
	/* Last: from here on a consumer can attach, and rings can exist. */
	ret = saker_device_init();
	if (ret)
		goto unwatch_rings;
	return 0;
unwatch_rings:
	saker_rings_unwatch();
uninit_control:
	saker_control_uninit();
uninit_stats:
	saker_stats_uninit();
	return ret;
}

static void __exit saker_exit(void)
{
	/*
	 * No consumer can attach any more, and none is attached: it would hold a module
	 * reference.
	 */
	saker_device_uninit();
	saker_session_uninit();
	/* From here on no hook runs. */
	saker_wake_sync();
	/* From here on no health message is sent; sending one uses the netlink family. */
	saker_rings_unwatch();
	/* When it returns, no getter runs any more; getters read the rings and the counters. */
	saker_control_uninit();
	saker_rings_free();
	saker_pending_uninit();
	saker_stats_uninit();
}

module_init(saker_init);
module_exit(saker_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Runtime security sensor");
MODULE_VERSION(SAKER_VERSION);
