/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of the eBPF programs, and which selections need them. */
#include "ebpf/programs.h"
#include <assert.h>
#include <saker/bpf.h>
#include <stddef.h>
#include <string.h>
#include "ebpf/load.h"

static const struct {
	short number[EV_ABI_COUNT];
	unsigned char event;
} calls[] = {
#define SYSCALL(name, n64, ia32, x32, ev, ...)	{ { n64, ia32, x32 }, EV_##ev },
#include <saker/syscalls.def>
#undef SYSCALL
};

/* Whether a selection has any system call, or any that is recorded as @event. */
static bool wants_call(const struct saker_selection *sel, unsigned int event)
{
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		for (unsigned int abi = 0; abi < EV_ABI_COUNT; abi++)
			if ((!event || calls[i].event == event) && calls[i].number[abi] >= 0 &&
			    sel->action[abi][calls[i].number[abi]])
				return true;
	return false;
}

static bool sys_exit_needed(const struct saker_selection *sel)
{
	for (unsigned int abi = 0; abi < EV_ABI_COUNT; abi++)
		if (sel->action[abi][SAKER_NR_BAD])
			return true;
	return wants_call(sel, 0);
}

static bool event_needed(const struct saker_selection *sel, unsigned int event)
{
	return sel->event[event] || wants_call(sel, event);
}

bool program_needed(const struct program *p, const struct saker_selection *sel)
{
	if (p->needed)
		return p->needed(sel);
	return event_needed(sel, p->event[0]) || event_needed(sel, p->event[1]);
}

static bool exec_needed(const struct saker_selection *sel)
{
	return sel->event[EV_execve];
}

static bool fork_needed(const struct saker_selection *sel)
{
	return sel->event[EV_clone];
}

/* An exit also frees stored opens, and shows that the consumer died. */
static bool exit_needed(const struct saker_selection *sel)
{
	(void)sel;
	return true;
}

static bool rename_needed(const struct saker_selection *sel)
{
	return sel->event[EV_setname];
}

static bool module_needed(const struct saker_selection *sel)
{
	return sel->event[EV_module_load];
}

static bool mkdir_needed(const struct saker_selection *sel)
{
	return sel->event[EV_cgroup_mkdir];
}

static bool rmdir_needed(const struct saker_selection *sel)
{
	return sel->event[EV_cgroup_rmdir];
}

static bool attach_needed(const struct saker_selection *sel)
{
	return sel->event[EV_cgroup_attach];
}

#define TRACEPOINT(prog, is_needed)	\
	{ .name = #prog, .role = PROGRAM_HOOK, .needs = "btf_trace_" #prog, .needed = is_needed }
/* The second program is attached right after the first, so it runs right after it. */
#define TWICE(prog, is_needed)		\
	TRACEPOINT(prog, is_needed),	\
	{ .name = #prog "_second", .role = PROGRAM_HOOK, .needs = "btf_trace_" #prog, \
	  .needed = is_needed, .second = true, .optional = true, .seen = BPF_SEEN_##prog }
#define OPTIONAL(prog, is_needed)	\
	{ .name = #prog, .role = PROGRAM_HOOK, .needs = "btf_trace_" #prog, .needed = is_needed, \
	  .optional = true }
#define FUNCTION(prog, ...)	\
	{ .name = #prog, .role = PROGRAM_HOOK, .needs = #prog, .event = { __VA_ARGS__ }, \
	  .function = true, .optional = true }, \
	{ .name = #prog "_kprobe", .role = PROGRAM_HOOK, .needs = #prog, .event = { __VA_ARGS__ }, \
	  .function = true, .instead = #prog, .kprobe = true, .optional = true }
#define FILLER(ev)	\
	{ .name = "fill_" #ev, .role = PROGRAM_FILLER, .at_exit = true, .type = EV_##ev }

const struct program programs[] = {
	{ .name = "sys_exit", .role = PROGRAM_HOOK, .needs = "btf_trace_sys_exit",
	  .needed = sys_exit_needed, .at_exit = true },
	{ .name = "sys_exit_second", .role = PROGRAM_HOOK, .needs = "btf_trace_sys_exit",
	  .needed = sys_exit_needed, .at_exit = true, .second = true, .optional = true,
	  .seen = BPF_SEEN_sys_exit },
	TWICE(sched_process_exec, exec_needed),
	TWICE(sched_process_fork, fork_needed),
	TWICE(sched_process_exit, exit_needed),
	OPTIONAL(task_rename, rename_needed),
	OPTIONAL(module_load, module_needed),
	OPTIONAL(cgroup_mkdir, mkdir_needed),
	OPTIONAL(cgroup_rmdir, rmdir_needed),
	OPTIONAL(cgroup_attach_task, attach_needed),
	FUNCTION(security_file_open, EV_open, EV_open),
	FUNCTION(security_socket_connect, EV_connect, EV_connect),
#define ENTRY(function, event)	FUNCTION(function, EV_##event, EV_##event),
#include <saker/entries.def>
#undef ENTRY
#define HOOK(function, event, other, ways, first, second)	\
	FUNCTION(function, EV_##event, EV_##other),
#include <saker/hooks.def>
#undef HOOK
	{ .name = "security_path_chown_caller", .role = PROGRAM_HOOK, .needs = "chown_common",
	  .event = { EV_chown, EV_chown }, .function = true, .instead = "security_path_chown",
	  .optional = true },
	/* First, for every event; then the programs of those that have their own. */
	{ .name = "fill_row", .role = PROGRAM_ROWS, .at_exit = true },
	FILLER(execve), FILLER(clone), FILLER(open), FILLER(connect), FILLER(dup),
	{ .name = "fill_stream", .role = PROGRAM_FILLER, .at_exit = true, .type = BPF_FILL_STREAM },
	{ .name = "flush", .role = PROGRAM_TOOL },
	{ .name = "consumer_is_me", .role = PROGRAM_TOOL },
};
const unsigned int nprograms = sizeof(programs) / sizeof(*programs);

static_assert(sizeof(programs) / sizeof(*programs) <= EBPF_PROGRAMS_MAX, "struct loaded");

unsigned int program_index(const char *name)
{
	unsigned int i = 0;

	while (strcmp(programs[i].name, name))
		i++;
	return i;
}

extern const char ebpf_image_new[], ebpf_image_new_end[];
extern const char ebpf_image_old[], ebpf_image_old_end[];

const struct program_image program_images[2] = {
	{ "saker_new", ebpf_image_new, ebpf_image_new_end },
	{ "saker_old", ebpf_image_old, ebpf_image_old_end },
};

/* FNV-1a, 32 bits, a word at a time. */
uint32_t program_build(void)
{
	uint32_t hash = 2166136261u, word;

	for (unsigned int i = 0; i < 2; i++)
		for (const char *p = program_images[i].begin; p + 4 <= program_images[i].end;
		     p += 4) {
			memcpy(&word, p, sizeof(word));
			hash = (hash ^ word) * 16777619u;
		}
	return hash ? hash : 1;
}
