// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds, arms and disarms the hooks.
 *
 * Tracepoints are found by walking the kernel's list: their symbols are not
 * exported. Registration takes a void pointer, so each probe's prototype is
 * pinned where it is defined. saker_session_lock guards which are armed.
 */
#include <linux/err.h>
#include <linux/ftrace.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <net/netlink.h>
#include "fill.h"
#include "hook.h"
#include "lock.h"
#include "select.h"

static struct saker_hook *const hooks[] = {
	&saker_hook_sys_exit,
	&saker_hook_sched_exec,
	&saker_hook_sched_fork,
	&saker_hook_sched_exit,
	&saker_hook_task_rename,
	&saker_hook_module_load,
	&saker_hook_cgroup_mkdir,
	&saker_hook_cgroup_rmdir,
	&saker_hook_cgroup_attach,
	&saker_hook_file_open,
	&saker_hook_socket_connect,
#define ENTRY(function, event)	&saker_hook_entries[SAKER_ENTRY_##function],
#include <saker/entries.def>
#undef ENTRY
#define HOOK(function, event, other, ways, first, second)	\
	&saker_hook_objects[OBJECT_HOOK_##function],
#include <saker/hooks.def>
#undef HOOK
};

/* The sysctl kernel.ftrace_enabled. NULL: functions are hooked whatever it says. */
static const int *ftrace_switch __read_mostly;

bool saker_hook_functions_run(void)
{
	return !ftrace_switch || READ_ONCE(*ftrace_switch);
}

static void hook_found(struct tracepoint *tp, void *unused)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i]->kind == SAKER_HOOK_TRACEPOINT && !strcmp(hooks[i]->name, tp->name))
			hooks[i]->tp = tp;
}

void saker_hook_init(void)
{
	for_each_kernel_tracepoint(hook_found, NULL);
	ftrace_switch = saker_ftrace_switch();
}

static int hook_arm(struct saker_hook *h)
{
	if (h->kind == SAKER_HOOK_FUNCTION)
		return saker_function_add(h);
	return h->tp ? tracepoint_probe_register(h->tp, h->probe, NULL) : -ENOENT;
}

static void hook_disarm(struct saker_hook *h)
{
	if (h->kind == SAKER_HOOK_FUNCTION)
		saker_function_remove(h);
	else
		tracepoint_probe_unregister(h->tp, h->probe, NULL);
	h->armed = false;
}

static const char *hook_why_missing(const struct saker_hook *h)
{
	if (h->kind == SAKER_HOOK_TRACEPOINT && !h->tp)
		return "missing: this kernel has no such tracepoint";
	if (h->kind == SAKER_HOOK_FUNCTION && (h->error == -EINVAL || h->error == -ENOENT))
		return "missing: ftrace cannot hook this function";
	return "missing: the kernel refused to register it";
}

/* An earlier attempt did not find it: looking for it takes long, and is not repeated. */
static bool hook_has_no_function(const struct saker_hook *h)
{
	return h->kind == SAKER_HOOK_FUNCTION && h->error == -EINVAL;
}

/* Put in force which function hooks were added and removed. */
static void functions_commit(void)
{
	int ret = saker_function_commit();
	unsigned int i;

	if (!ret)
		return;
	pr_warn("function hooks: the kernel refused to register them (%d)\n", ret);
	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (hooks[i]->kind != SAKER_HOOK_FUNCTION || !hooks[i]->armed)
			continue;
		hooks[i]->armed = false;
		hooks[i]->error = ret;
	}
}

/* Disarm all hooks that @keep does not name; what may still run: saker_hook_trim(). */
static void hooks_disarm(bool (*keep)(const struct saker_hook *h, const void *arg), const void *arg)
{
	bool any = false;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		if (!hooks[i]->armed || keep(hooks[i], arg))
			continue;
		hook_disarm(hooks[i]);
		any = true;
	}
	if (!any)
		return;
	functions_commit();
	tracepoint_synchronize_unregister();
}

bool saker_hook_event_needed(const struct saker_selection *sel, u32 event)
{
	return sel->event[event] || saker_selection_type(sel, event);
}

static bool hook_needed(const struct saker_hook *h, const struct saker_selection *sel)
{
	if (h->needed)
		return h->needed(sel);
	return saker_hook_event_needed(sel, h->object->event) ||
	       saker_hook_event_needed(sel, h->object->other);
}

bool saker_hook_keeps_pending(const struct saker_selection *sel)
{
	unsigned int i;

	for (i = 0; i < OBJECT_HOOKS; i++)
		if (hook_needed(&saker_hook_objects[i], sel))
			return true;
	return hook_needed(&saker_hook_file_open, sel) ||
	       hook_needed(&saker_hook_socket_connect, sel);
}

static bool keep_needed(const struct saker_hook *h, const void *sel)
{
	return sel && hook_needed(h, sel);
}

static bool keep_marked(const struct saker_hook *h, const void *mask)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		if (hooks[i] == h)
			return *(const u64 *)mask & BIT_ULL(i);
	return false;
}

void saker_hook_trim(const struct saker_selection *sel)
{
	lockdep_assert_held(&saker_session_lock);
	hooks_disarm(keep_needed, sel);
}

int saker_hook_arm(const struct saker_selection *sel, struct netlink_ext_ack *extack)
{
	u64 before = 0;
	unsigned int i;
	int ret;

	lockdep_assert_held(&saker_session_lock);
	BUILD_BUG_ON(ARRAY_SIZE(hooks) > SAKER_HOOKS_MAX);	/* bits of @before */
	for (i = 0; i < ARRAY_SIZE(hooks); i++)
		before |= hooks[i]->armed ? BIT_ULL(i) : 0;
	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		struct saker_hook *h = hooks[i];

		if (h->armed || hook_has_no_function(h) || !hook_needed(h, sel))
			continue;
		ret = hook_arm(h);
		h->error = ret;
		h->armed = !ret;
		if (!ret)
			continue;
		pr_warn("hook %s: %s (%d)\n", h->name, hook_why_missing(h), ret);
		if (!h->required)
			continue;
		NL_SET_ERR_MSG(extack,
			       "a hook that the selection needs is missing; see the list of hooks");
		hooks_disarm(keep_marked, &before);
		return ret;
	}
	functions_commit();
	return 0;
}

static const char *hook_state(const struct saker_hook *h)
{
	if (h->kind == SAKER_HOOK_FUNCTION && !saker_hook_functions_run())
		return "missing: kernel.ftrace_enabled is 0, which turns function hooks off";
	if (h->armed)
		return "armed";
	if (h->error || (h->kind == SAKER_HOOK_TRACEPOINT && !h->tp))
		return hook_why_missing(h);
	return "idle";
}

static int hook_put(struct sk_buff *msg, const struct saker_hook *h)
{
	struct nlattr *nest = nla_nest_start(msg, SAKER_A_HOOK);
	const char *kind = h->kind == SAKER_HOOK_TRACEPOINT ? "tracepoint" : "function";

	if (!nest)
		return -EMSGSIZE;
	if (nla_put_string(msg, SAKER_A_HOOK_NAME, h->name) ||
	    nla_put_string(msg, SAKER_A_HOOK_KIND, kind) ||
	    nla_put_string(msg, SAKER_A_HOOK_STATE, hook_state(h))) {
		nla_nest_cancel(msg, nest);
		return -EMSGSIZE;
	}
	nla_nest_end(msg, nest);
	return 0;
}

int saker_hook_list(struct sk_buff *msg, unsigned int *next)
{
	lockdep_assert_held(&saker_session_lock);
	for (; *next < ARRAY_SIZE(hooks); ++*next)
		if (hook_put(msg, hooks[*next]))
			return -EMSGSIZE;
	return 0;
}

unsigned int saker_hook_count(void)
{
	return ARRAY_SIZE(hooks);
}

struct saker_hook *saker_hook_at(unsigned int i)
{
	return hooks[i];
}
