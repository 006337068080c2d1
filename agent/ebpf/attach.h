/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How programs are attached, decided by the type of the loaded program, so that an agent attaches
 * programs that another agent loaded in the same way.
 */
#ifndef EBPF_ATTACH_H
#define EBPF_ATTACH_H

#include <stdbool.h>

/**
 * attach_event_open() - open the perf event to which a program is attached
 * @prog:		of type tracepoint (sys_exit through perf) or kprobe
 * @function:	for a kprobe: the function at whose entry it is set
 * Return: a descriptor, or -errno; -1 (-EPERM) for a program that needs no event.
 */
int attach_event_open(int prog, const char *function);

/**
 * attach_program() - attach until the link is closed, or longer if it is pinned
 * @prog:	of type tracing, tracepoint or kprobe
 * @event:	of attach_event_open(), or its error; borrowed: the link holds it too
 * Return: the descriptor of a link, or -errno; -EINVAL where perf has no links (before 5.15).
 */
int attach_program(int prog, int event);

/* The type of a loaded program: enum bpf_prog_type, or -errno. */
int attach_type(int prog);

/*
 * Whether this process may use perf for sys_exit, which needs tracefs and the right to use
 * tracepoints.
 */
bool attach_perf_may(void);

#endif /* EBPF_ATTACH_H */
