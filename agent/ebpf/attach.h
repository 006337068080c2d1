/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a program is attached: as its type says, so that whoever finds programs which
 * another has loaded does as that would have done.
 */
#ifndef EBPF_ATTACH_H
#define EBPF_ATTACH_H

#include <stdbool.h>

/**
 * attach_event_open() - the perf event that a program is attached to
 * @prog:	of type tracepoint, which is sys_exit as perf knows it; or kprobe
 * @function:	where a kprobe is to stand: at its entry
 * Return: a descriptor, or -errno; -1 (-EPERM) for a program that needs no event.
 */
int attach_event_open(int prog, const char *function);

/**
 * attach_program() - until the link is closed, unless it is pinned
 * @prog:	of type tracing, tracepoint or kprobe
 * @event:	of attach_event_open(), or its error; borrowed: the link holds it too
 * Return: the descriptor of a link, or -errno; -EINVAL where perf has no links (before 5.15).
 */
int attach_program(int prog, int event);

/* The type of a loaded program: enum bpf_prog_type, or -errno. */
int attach_type(int prog);

/* May this process have perf bring sys_exit? It wants tracefs, and its own leave for tracepoints. */
bool attach_perf_may(void);

#endif /* EBPF_ATTACH_H */
