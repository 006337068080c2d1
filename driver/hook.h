/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Table of the hooks. Tracepoints report that an event happened; function hooks
 * (ftrace) see the object itself. Both are found by name and armed only while
 * the selection needs them. The list of hooks gives the reason for each hook
 * that this kernel lacks.
 */
#ifndef SAKER_HOOK_H
#define SAKER_HOOK_H

#include <linux/ftrace.h>
#include <linux/types.h>
#include <saker/device.h>
#include "compat/ftrace.h"
#include "fill/entry.h"
#include "fill/object.h"

struct netlink_ext_ack;
struct pt_regs;
struct sk_buff;
struct tracepoint;

enum saker_hook_kind {
	SAKER_HOOK_TRACEPOINT,
	SAKER_HOOK_FUNCTION,
};

struct saker_hook {
	const char *name;		/* of the tracepoint, or of the function */
	enum saker_hook_kind kind;
	bool required;			/* if missing, arming fails; else fields are missing */
	/* Does this selection need the hook? NULL: if it contains an event of @object. */
	bool (*needed)(const struct saker_selection *sel);
	const struct object_hook *object;	/* function: its row of saker/hooks.def, or NULL */
	void *probe;			/* tracepoint: pinned with check_trace_callback_type_X() */
	void (*seen)(saker_ftrace_regs *regs);	/* function: without @object */

	/* private to hook.c and hook_function.c */
	struct tracepoint *tp;
	unsigned long ip;		/* of the function, once it was hit */
	bool leaving;			/* function: at the next commit */
	bool armed;
	int error;			/* of the last attempt to arm it */
};

/* The rows; each is defined beside its probe. */
extern struct saker_hook saker_hook_sys_exit;		/* hook_syscall.c */
extern struct saker_hook saker_hook_sched_exec;		/* hook_sched.c */
extern struct saker_hook saker_hook_sched_fork;
extern struct saker_hook saker_hook_sched_exit;
extern struct saker_hook saker_hook_task_rename;
extern struct saker_hook saker_hook_module_load;	/* hook_module.c */
extern struct saker_hook saker_hook_cgroup_mkdir;	/* hook_cgroup.c */
extern struct saker_hook saker_hook_cgroup_rmdir;
extern struct saker_hook saker_hook_cgroup_attach;
extern struct saker_hook saker_hook_file_open;		/* hook_security.c */
extern struct saker_hook saker_hook_socket_connect;
extern struct saker_hook saker_hook_entries[SAKER_ENTRIES];	/* hook_entry.c */
extern struct saker_hook saker_hook_objects[OBJECT_HOOKS];	/* hook_object.c */

/* The callback of all function hooks, in hook_security.c. */
void saker_on_function(unsigned long ip, unsigned long parent_ip, struct ftrace_ops *ops,
		       saker_ftrace_regs *regs);

/* A function with a row of saker/hooks.def was called, in hook_object.c. */
void saker_object_seen(const struct object_hook *row, saker_ftrace_regs *regs);

/* The hook of a function that was hit, by its address. NULL: none, which is a bug. */
struct saker_hook *saker_function_hook(unsigned long ip);

/**
 * saker_function_add(), saker_function_remove() - hook a function, or no longer
 *
 * In force at the next saker_function_commit(); one that is added may be so at once. Under
 * saker_session_lock; no function is added between a removal and its commit.
 */
int __must_check saker_function_add(const struct saker_hook *h);
void saker_function_remove(struct saker_hook *h);

/* May sleep. Return: 0, or -errno: then no function is hooked. */
int __must_check saker_function_commit(void);

/* Does a selection contain what is recorded as this event, by whatever hook? */
bool saker_hook_event_needed(const struct saker_selection *sel, u32 event);

/* saker_hook_keeps_pending() - does a selection need a hook that makes entries of pending.h? */
bool saker_hook_keeps_pending(const struct saker_selection *sel);

/**
 * saker_hook_by_uring() - may this hit be io_uring's, in a task that has io_uring?
 * @matches:	the task's registers show a call that comes here
 */
bool saker_hook_by_uring(const struct pt_regs *regs, bool matches);

/**
 * saker_hook_init() - find the tracepoints of this kernel
 */
void saker_hook_init(void);

/**
 * saker_hook_arm() - arm what a selection needs and is not yet armed
 * @extack:	receives a message that refers to the list of hooks, may be NULL
 *
 * May sleep. Return: 0, or -errno and the hooks as they were.
 */
int __must_check saker_hook_arm(const struct saker_selection *sel, struct netlink_ext_ack *extack);

/**
 * saker_hook_trim() - disarm what a selection does not need
 * @sel:	NULL disarms all
 *
 * May sleep. When it returns, a hook that was disarmed finds no selection that has its events; if
 * no hook is armed, none is running.
 */
void saker_hook_trim(const struct saker_selection *sel);

/**
 * saker_hook_functions_run() - does this kernel call the function hooks that are armed?
 *
 * Before v5.5 the sysctl kernel.ftrace_enabled=0 stops it from that.
 */
bool saker_hook_functions_run(void);

/**
 * saker_hook_list() - add one SAKER_A_HOOK per row to a netlink message, as many as fit
 * @next:	in and out: the row to begin with
 *
 * Return: 0, or -EMSGSIZE if not all of them fitted.
 */
int __must_check saker_hook_list(struct sk_buff *msg, unsigned int *next);

unsigned int saker_hook_count(void);
struct saker_hook *saker_hook_at(unsigned int i);

#endif /* SAKER_HOOK_H */
