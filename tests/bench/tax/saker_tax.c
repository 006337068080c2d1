// SPDX-License-Identifier: GPL-2.0-only
/*
 * An empty handler at the exit of system calls, for tests/bench/tax: of all by the
 * tracepoint sys_exit, or of the functions named by fprobe or kretprobe.
 */
#include <linux/fprobe.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/tracepoint.h>
#include <trace/events/syscalls.h>

#define FUNCTIONS_MAX	256

static char *kind = "tracepoint";
module_param(kind, charp, 0);
static char *functions[FUNCTIONS_MAX];
static int nfunctions;
module_param_array(functions, charp, &nfunctions, 0);

static struct tracepoint *sys_exit_tp;
static struct kretprobe *probes[FUNCTIONS_MAX];

static void tax_sys_exit(void *data, struct pt_regs *regs, long ret)
{
}

static void tax_find(struct tracepoint *tp, void *priv)
{
	if (!strcmp(tp->name, "sys_exit"))
		sys_exit_tp = tp;
}

static int tax_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	return 0;
}

#ifdef CONFIG_FPROBE
/* Its arguments differ between kernels; it reads none. */
static void tax_exit_handler(void)
{
}

static struct fprobe fprobe = { .exit_handler = (void *)tax_exit_handler };

static int fprobe_arm(void)
{
	return register_fprobe_syms(&fprobe, (const char **)functions, nfunctions);
}

static void fprobe_disarm(void)
{
	unregister_fprobe(&fprobe);
}
#else
static int fprobe_arm(void)
{
	return -EOPNOTSUPP;
}

static void fprobe_disarm(void)
{
}
#endif

static int kretprobes_arm(void)
{
	int i, err;

	for (i = 0; i < nfunctions; i++) {
		probes[i] = kzalloc(sizeof(**probes), GFP_KERNEL);
		if (!probes[i])
			return -ENOMEM;
		probes[i]->handler = tax_return;
		probes[i]->maxactive = 64;
		probes[i]->kp.symbol_name = functions[i];
	}
	err = register_kretprobes(probes, nfunctions);
	return err;
}

static int __init tax_init(void)
{
	if (!strcmp(kind, "fprobe"))
		return fprobe_arm();
	if (!strcmp(kind, "kretprobe"))
		return kretprobes_arm();
	check_trace_callback_type_sys_exit(tax_sys_exit);
	for_each_kernel_tracepoint(tax_find, NULL);
	if (!sys_exit_tp)
		return -ENOENT;
	return tracepoint_probe_register(sys_exit_tp, tax_sys_exit, NULL);
}

static void __exit tax_exit(void)
{
	int i;

	if (sys_exit_tp) {
		tracepoint_probe_unregister(sys_exit_tp, tax_sys_exit, NULL);
		tracepoint_synchronize_unregister();
	} else if (!strcmp(kind, "fprobe")) {
		fprobe_disarm();
	} else {
		unregister_kretprobes(probes, nfunctions);
		for (i = 0; i < nfunctions; i++)
			kfree(probes[i]);
	}
}

module_init(tax_init);
module_exit(tax_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Saker benchmark: an empty handler at the exit of system calls");
