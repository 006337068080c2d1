// SPDX-License-Identifier: GPL-2.0-only
/*
 * The floor of the benchmark: an empty probe on sys_exit. What
 * this costs, every tool that hooks system calls pays before its first own
 * instruction. Also the second module that the driver tests load.
 */
#include <linux/module.h>
#include <linux/tracepoint.h>
#include <trace/events/syscalls.h>

static struct tracepoint *sys_exit_tp;

static void floor_sys_exit(void *data, struct pt_regs *regs, long ret)
{
}

static void floor_find(struct tracepoint *tp, void *priv)
{
	if (!strcmp(tp->name, "sys_exit"))
		sys_exit_tp = tp;
}

static int __init floor_init(void)
{
	check_trace_callback_type_sys_exit(floor_sys_exit);
	for_each_kernel_tracepoint(floor_find, NULL);
	if (!sys_exit_tp)
		return -ENOENT;
	return tracepoint_probe_register(sys_exit_tp, floor_sys_exit, NULL);
}

static void __exit floor_exit(void)
{
	tracepoint_probe_unregister(sys_exit_tp, floor_sys_exit, NULL);
	tracepoint_synchronize_unregister();
}

module_init(floor_init);
module_exit(floor_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Saker benchmark: an empty probe");
