/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds out which eBPF features this kernel has: by the types that came with them, or by trying.
 * Versions are not compared, as vendors backport features.
 */
#ifndef EBPF_KERNEL_H
#define EBPF_KERNEL_H

#include <bpf/bpf.h>
#include <stdbool.h>

struct btf;

struct kernel {
	struct btf *btf;
	bool gives_registers;	/* bpf_task_pt_regs(), from 5.15 on */
	bool pads_stack;	/* registers may not be at the very end of the stack, from 6.9 on (FRED) */
	bool preemptible;	/* tracepoints of system calls are preemptible, from 6.13 on */
	bool exit_says_last;	/* sched_process_exit has an argument for the last thread, from 6.16 on */
	bool skips;		/* all tracepoints are preemptible, and skip preempted programs, from 7.0 on */
};

/* Return: 0, or -ENOTSUP if the kernel has no BTF. */
int kernel_look(struct kernel *ret);
void kernel_uninit(struct kernel *k);

/* Whether the kernel's BTF has a function or type of that name; true for NULL. */
bool kernel_has(const struct kernel *k, const char *name);

/* Whether the kernel allows programs at the entry of this function. Tried with an empty program. */
bool kernel_fentry(const struct kernel *k, const char *function);
bool kernel_kprobe(const char *function);

/* Whether such a program can be attached again after it was detached, from 5.14 on. */
bool kernel_attaches_again(const struct kernel *k, const char *function);

/* Whether programs may compare and exchange a value, from 5.12 on. Tried with a small program. */
bool kernel_atomics(void);

/* Loads an empty program. Return: its descriptor, or -errno. */
int kernel_nothing(enum bpf_prog_type type, struct bpf_prog_load_opts *opts);

#endif /* EBPF_KERNEL_H */
