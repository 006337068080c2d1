/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What this kernel can do for programs. The one idea: features are asked for, by the
 * types that came with them or by trying, and never versions, as vendors carry them back.
 */
#ifndef EBPF_KERNEL_H
#define EBPF_KERNEL_H

#include <bpf/bpf.h>
#include <stdbool.h>

struct btf;

struct kernel {
	struct btf *btf;
	bool preemptible;	/* tracepoints of system calls came to be so: 6.13 */
	bool skips;		/* all tracepoints came to be so, and skip a program that is preempted: 7.0 */
};

/* 0, or -ENOTSUP if it has no BTF. */
int kernel_look(struct kernel *ret);
void kernel_uninit(struct kernel *k);

/* Does its BTF know a function or a type of that name? NULL it always does. */
bool kernel_has(const struct kernel *k, const char *name);

/* Does it take programs at the entry of this function? Tried, with one that does nothing. */
bool kernel_fentry(const struct kernel *k, const char *function);
bool kernel_kprobe(const char *function);

/* Load a program that does nothing. Return: its descriptor, or -errno. */
int kernel_nothing(enum bpf_prog_type type, struct bpf_prog_load_opts *opts);

#endif /* EBPF_KERNEL_H */
