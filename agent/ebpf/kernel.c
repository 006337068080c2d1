/* SPDX-License-Identifier: Apache-2.0 */
/* Finds out which eBPF features this kernel has. */
#include "ebpf/kernel.h"
#include <bpf/btf.h>
#include <errno.h>
#include <stdint.h>
#include <unistd.h>
#include "ebpf/attach.h"
#include "lib/fd.h"

/* How many arguments a tracepoint has, the first, void *, included; 0 if there is none. */
static unsigned int arguments(const struct btf *btf, const char *tracepoint)
{
	int id = btf__find_by_name_kind(btf, tracepoint, BTF_KIND_TYPEDEF);
	const struct btf_type *t = id > 0 ? btf__type_by_id(btf, (__u32)id) : NULL;

	while (t && (btf_is_typedef(t) || btf_is_ptr(t)))
		t = btf__type_by_id(btf, t->type);
	return t && btf_is_func_proto(t) ? btf_vlen(t) : 0;
}

int kernel_look(struct kernel *ret)
{
	*ret = (struct kernel){ .btf = btf__load_vmlinux_btf() };
	if (!ret->btf)
		return -ENOTSUP;
	ret->gives_registers = kernel_has(ret, "bpf_task_pt_regs");
	ret->pads_stack = btf__find_by_name_kind(ret->btf, "fred_cs", BTF_KIND_STRUCT) > 0;
	ret->preemptible = btf__find_by_name_kind(ret->btf, "tracepoint_ext", BTF_KIND_STRUCT) > 0;
	ret->exit_says_last = arguments(ret->btf, "btf_trace_sched_process_exit") > 2;
	ret->skips = kernel_has(ret, "class_srcu_fast_notrace_t");
	return 0;
}

void kernel_uninit(struct kernel *k)
{
	btf__free(k->btf);
}

bool kernel_has(const struct kernel *k, const char *name)
{
	return !name || btf__find_by_name_kind(k->btf, name, BTF_KIND_FUNC) > 0 ||
	       btf__find_by_name_kind(k->btf, name, BTF_KIND_TYPEDEF) > 0;
}

int kernel_nothing(enum bpf_prog_type type, struct bpf_prog_load_opts *opts)
{
	const struct bpf_insn nothing[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(type, "saker_probe", "GPL", nothing, 2, opts);

	return fd < 0 ? -errno : fd;
}

/*
 * Whether a program can be attached shows only when it is attached: all places of a function can
 * be taken, or the kernel can refuse. Attaches @times times. Return: 0, or -errno of the last.
 */
static int entry_takes(int nothing, const char *function, unsigned int times)
{
	int event = nothing < 0 ? -1 : attach_event_open(nothing, function), link = nothing;

	for (unsigned int i = 0; nothing >= 0 && i < times; i++) {
		link = attach_program(nothing, event);
		if (link >= 0)
			close(link);
	}
	fd_close(event);
	fd_close(nothing);
	return link < 0 ? link : 0;
}

/* An empty program for the entry of a function. Return: its descriptor, or -errno. */
static int function_nothing(const struct kernel *k, const char *function)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FENTRY);
	int id = btf__find_by_name_kind(k->btf, function, BTF_KIND_FUNC);

	if (id < 0)
		return id;
	opts.attach_btf_id = (uint32_t)id;
	return kernel_nothing(BPF_PROG_TYPE_TRACING, &opts);
}

bool kernel_fentry(const struct kernel *k, const char *function)
{
	return entry_takes(function_nothing(k, function), function, 1) == 0;
}

bool kernel_attaches_again(const struct kernel *k, const char *function)
{
	return entry_takes(function_nothing(k, function), function, 2) == 0;
}

bool kernel_kprobe(const char *function)
{
	return entry_takes(kernel_nothing(BPF_PROG_TYPE_KPROBE, NULL), function, 1) == 0;
}

bool kernel_atomics(void)
{
	const struct bpf_insn exchange[] = {
		{ .code = BPF_ST | BPF_MEM | BPF_DW, .dst_reg = BPF_REG_10, .off = -8 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_1 },
		{ .code = BPF_STX | BPF_ATOMIC | BPF_DW, .dst_reg = BPF_REG_10,
		  .src_reg = BPF_REG_1, .off = -8, .imm = BPF_CMPXCHG },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = BPF_REG_0 },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	int fd = bpf_prog_load(BPF_PROG_TYPE_KPROBE, "saker_probe", "GPL", exchange,
			       sizeof(exchange) / sizeof(*exchange), NULL);

	fd_close(fd);
	return fd >= 0;
}
