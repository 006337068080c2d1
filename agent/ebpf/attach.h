/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How a program is attached: as its type says, so that whoever finds programs which
 * another has loaded does as that would have done.
 */
#ifndef EBPF_ATTACH_H
#define EBPF_ATTACH_H

/**
 * attach_program() - until the link is closed, unless it is pinned
 * @prog:	of type tracing; or tracepoint, which is sys_exit as perf knows it
 * Return: the descriptor of a link, or -errno.
 */
int attach_program(int prog);

/* The type of a loaded program: enum bpf_prog_type, or -errno. */
int attach_type(int prog);

/* The number by which perf knows sys_exit; -errno where there is no tracefs, and none to be mounted. */
int attach_event_id(void);

#endif /* EBPF_ATTACH_H */
