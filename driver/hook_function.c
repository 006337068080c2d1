// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hooks functions of the kernel through ftrace. All share one ftrace_ops, because the kernel
 * waits for every task each time that one is removed, tens of milliseconds. The callback
 * (hook_security.c) finds the hook by the address of its function. Modules may not look up
 * symbols, so the first hit of a function looks up its name, as ftrace did to find it.
 */
#include <linux/ftrace.h>
#include <linux/hash.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/log2.h>
#include <linux/string.h>
#include "hook.h"

#ifdef CONFIG_PROVE_LOCKING
int saker_ftrace_depth[NR_CPUS];
#endif

#define BY_IP	128		/* places of a hash table: more than there can be hooks */

static struct saker_hook *by_ip[BY_IP];

static struct saker_hook *hook_named(const char *name)
{
	unsigned int i;

	for (i = 0; i < saker_hook_count(); i++) {
		struct saker_hook *h = saker_hook_at(i);

		if (h->kind == SAKER_HOOK_FUNCTION && !strcmp(h->name, name))
			return h;
	}
	return NULL;
}

/* Several CPUs may do so at once: they store the same. */
static noinline struct saker_hook *hook_look_up(unsigned long ip)
{
	char name[KSYM_SYMBOL_LEN];
	struct saker_hook *h, *other;
	unsigned int i;

	BUILD_BUG_ON(BY_IP <= SAKER_HOOKS_MAX);
	sprint_symbol_no_offset(name, ip);
	h = hook_named(name);
	if (WARN_ON_ONCE(!h))
		return NULL;
	WRITE_ONCE(h->ip, ip);
	for (i = hash_long(ip, ilog2(BY_IP));; i = (i + 1) % BY_IP) {
		/* A full barrier: a reader that finds the hook there sees its address. */
		other = cmpxchg(&by_ip[i], NULL, h);
		if (!other || other == h)
			return h;
	}
}

struct saker_hook *saker_function_hook(unsigned long ip)
{
	unsigned int i = hash_long(ip, ilog2(BY_IP));
	struct saker_hook *h;

	while ((h = READ_ONCE(by_ip[i]))) {
		if (likely(READ_ONCE(h->ip) == ip))
			return h;
		i = (i + 1) % BY_IP;
	}
	return hook_look_up(ip);
}

static struct {
	struct ftrace_ops ops;
	unsigned int functions;		/* that are hooked */
	bool registered;
} all;

/* By name the kernel compares that of each function, which takes as long as registering it. */
static int filter(const struct saker_hook *h, bool remove)
{
	unsigned long ip = READ_ONCE(h->ip);
	char name[64];

	if (ip)
		return ftrace_set_filter_ip(&all.ops, ip, remove, 0);
	snprintf(name, sizeof(name), "%s%s", remove ? "!" : "", h->name);
	return ftrace_set_filter(&all.ops, (unsigned char *)name, strlen(name), 0);
}

/* Does what ftrace_free_filter() does, which not every kernel exports. */
static void forget(void)
{
	ftrace_set_filter(&all.ops, NULL, 0, 1);
	memset(&all.ops, 0, sizeof(all.ops));
	all.functions = 0;
}

int saker_function_add(const struct saker_hook *h)
{
	int ret;

	if (!all.functions) {
		all.ops.func = saker_on_function;
		all.ops.flags = SAKER_FTRACE_PERMANENT | SAKER_FTRACE_FLAGS;
	}
	ret = filter(h, false);
	if (!ret)
		all.functions++;
	else if (!all.functions)
		forget();
	return ret;
}

void saker_function_remove(struct saker_hook *h)
{
	all.functions--;
	h->leaving = true;
}

/*
 * An empty filter would mean every function of the kernel: if all leave, they stay in it. One that
 * stays for want of memory is hit, but no selection has its events.
 */
static void filter_leaving(void)
{
	unsigned int i;

	for (i = 0; i < saker_hook_count(); i++) {
		struct saker_hook *h = saker_hook_at(i);

		if (h->leaving && all.functions && filter(h, true))
			pr_warn("function hook %s: the kernel did not remove it\n", h->name);
		h->leaving = false;
	}
}

int saker_function_commit(void)
{
	int ret = 0;

	filter_leaving();
	if (all.functions && !all.registered) {
		ret = register_ftrace_function(&all.ops);
		all.registered = !ret;
	} else if (!all.functions && all.registered) {
		unregister_ftrace_function(&all.ops);
		all.registered = false;
	}
	if (!all.registered && all.ops.func)
		forget();
	return ret;
}
