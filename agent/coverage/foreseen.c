/* SPDX-License-Identifier: Apache-2.0 */
/* Implements foreseen.h: a tracepoint is a symbol of its own, and a function can be hooked by ftrace. */
#include "coverage/foreseen.h"
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KALLSYMS	"/proc/kallsyms"
#define FTRACE		"register_ftrace_function"

static const struct foreseen {
	const char *name, *kind;
	const char *symbol;
} hooks[] = {
#define TRACEPOINT(name)	{ name, "tracepoint", "__tracepoint_" name }
	TRACEPOINT("sys_exit"), TRACEPOINT("sched_process_exec"),
	TRACEPOINT("sched_process_fork"), TRACEPOINT("sched_process_exit"),
	TRACEPOINT("task_rename"), TRACEPOINT("module_load"), TRACEPOINT("cgroup_mkdir"),
	TRACEPOINT("cgroup_rmdir"), TRACEPOINT("cgroup_attach_task"),
	{ "security_file_open", "function", "security_file_open" },
	{ "security_socket_connect", "function", "security_socket_connect" },
#define ENTRY(function, event)	{ #function, "function", #function },
#include <saker/entries.def>
#undef ENTRY
#define HOOK(function, event, other, ways, first, second)	{ #function, "function", #function },
#include <saker/hooks.def>
#undef HOOK
};

#define NHOOKS	(sizeof(hooks) / sizeof(*hooks))

struct symbols {			/* that were found */
	bool hook[NHOOKS];
	bool ftrace;
	bool data;			/* kernels without CONFIG_KALLSYMS_ALL list functions only */
};

static void note(struct symbols *s, const char *name)
{
	for (size_t i = 0; i < NHOOKS; i++)
		s->hook[i] |= !strcmp(name, hooks[i].symbol);
	s->ftrace |= !strcmp(name, FTRACE);
	s->data |= !strncmp(name, "__tracepoint_", 13);
}

static int read_symbols(struct symbols *ret, const char *path)
{
	FILE *in = fopen(path, "re");
	char line[512], name[256];

	if (!in)
		return -errno;
	*ret = (struct symbols){ .data = false };
	while (fgets(line, sizeof(line), in))
		if (sscanf(line, "%*s %*c %255s", name) == 1)
			note(ret, name);
	fclose(in);
	return ret->data ? 0 : -ENODATA;
}

static const char *state_of(const struct symbols *s, size_t i)
{
	if (!strcmp(hooks[i].kind, "function"))
		return s->hook[i] && s->ftrace ? "idle" : "missing: ftrace cannot hook this function";
	return s->hook[i] ? "idle" : "missing: this kernel has no such tracepoint";
}

int foreseen_in(struct control_info *ret, const char *path)
{
	struct symbols symbols;
	int r = read_symbols(&symbols, path);

	*ret = (struct control_info){ .state = SAKER_STATE_IDLE };
	if (r < 0)
		return r;
	ret->hooks = calloc(NHOOKS, sizeof(*ret->hooks));
	if (!ret->hooks)
		return -ENOMEM;
	for (size_t i = 0; i < NHOOKS; i++) {
		struct control_hook *hook = &ret->hooks[ret->nhooks++];

		snprintf(hook->name, sizeof(hook->name), "%s", hooks[i].name);
		snprintf(hook->kind, sizeof(hook->kind), "%s", hooks[i].kind);
		snprintf(hook->state, sizeof(hook->state), "%s", state_of(&symbols, i));
	}
	return 0;
}

int foreseen_kmod(struct control_info *ret)
{
	return foreseen_in(ret, KALLSYMS);
}
