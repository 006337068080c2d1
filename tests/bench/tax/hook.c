// SPDX-License-Identifier: Apache-2.0
/* Attaches empty hooks of system calls: at the exit of all, or at the functions of single ones. */
#include "hook.h"
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/perf_event.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define STEPS_MAX	1000

const char *const calls[] = {
	"getpgid", "open", "close", "openat", "openat2", "creat", "connect", "execve", "execveat", "unlink",
	"unlinkat", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "mkdir", "mkdirat",
	"rmdir", "mknod", "mknodat", "chmod", "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat",
	"socket", "bind", "listen", "accept4", "sendto", "mount", "umount", "ptrace", "bpf", "init_module",
	"truncate", "ftruncate", "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr", "fremovexattr",
	"utimensat", "shutdown", "setsockopt", "socketpair", "sendmsg", "sendmmsg", "recvfrom", "recvmsg",
	"move_mount", "open_tree", "fsopen", "pivot_root", "chroot", "chdir", "fchdir", "open_by_handle_at",
	"setuid", "setgid", "setresuid", "setresgid", "capset", "prctl", "setns", "unshare", "seccomp",
	"process_vm_readv", "process_vm_writev", "kill", "tkill", "tgkill", "memfd_create", "io_uring_setup",
};
const unsigned int ncalls = sizeof(calls) / sizeof(*calls);

/* Symbols of a call in this kernel: of the 64-bit ABI, and of ia32's. */
static char symbols[1 << 20];

static void symbols_read(void)
{
	FILE *f = fopen("/proc/kallsyms", "r");
	char line[512], name[256];
	size_t n = 0;

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "%*x %*c %255s", name) == 1 && n + 260 < sizeof(symbols) &&
		    (!strncmp(name, "__x64_sys_", 10) || !strncmp(name, "__ia32_", 7)))
			n += (size_t)sprintf(symbols + n, " %s ", name);
	if (f)
		fclose(f);
}

static bool symbol_is(const char *name)
{
	char padded[300];

	snprintf(padded, sizeof(padded), " %s ", name);
	return strstr(symbols, padded);
}

unsigned int functions(const char **ret, const char *const *of, unsigned int n)
{
	static const char *const forms[] = { "__x64_sys_%s", "__ia32_sys_%s", "__ia32_compat_sys_%s" };
	static char text[HOOKS_MAX][64];
	unsigned int found = 0;

	for (unsigned int i = 0; i < n; i++)
		for (unsigned int form = 0; form < 3; form++) {
			snprintf(text[found], sizeof(*text), forms[form], of[i]);
			if (found < HOOKS_MAX - 1 && symbol_is(text[found])) {
				ret[found] = text[found];
				found++;
			}
		}
	return found;
}

static struct btf *btf;
static int counter = -1;	/* map with one number, which the programs count up; -1: they do not */
static unsigned int padding;	/* further instructions of a program */

/* Counts, and before that does as many further steps as one that records would. */
static unsigned int body(struct bpf_insn *ret)
{
	const struct bpf_insn count[] = {
		{ .code = BPF_LD | BPF_DW | BPF_IMM, .dst_reg = 1, .src_reg = BPF_PSEUDO_MAP_VALUE, .imm = counter },
		{ .code = 0 },
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 2, .imm = 1 },
		{ .code = BPF_STX | BPF_DW | BPF_ATOMIC, .dst_reg = 1, .src_reg = 2, .imm = BPF_ADD },
	};
	unsigned int n = 0;

	for (unsigned int i = 0; i < padding; i++)
		ret[n++] = (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K, .dst_reg = 3, .imm = (int)i };
	if (counter < 0)
		return n;
	memcpy(ret + n, count, sizeof(count));
	return n + 4;
}

static int program(enum bpf_prog_type type, enum bpf_attach_type attach, int id)
{
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = attach, .attach_btf_id = (__u32)id);
	struct bpf_insn code[STEPS_MAX + 6];
	unsigned int n = body(code);

	code[n++] = (struct bpf_insn){ .code = BPF_ALU64 | BPF_MOV | BPF_K };
	code[n++] = (struct bpf_insn){ .code = BPF_JMP | BPF_EXIT };
	return bpf_prog_load(type, "tax", "GPL", code, n, &opts);
}

static int hook_add(struct hook *h, int prog, int link)
{
	if (prog >= 0)
		h->prog[h->nprogs++] = prog;
	if (link >= 0)
		h->link[h->nlinks++] = link;
	return prog < 0 || link < 0 ? -errno : 0;
}

static int arm_tracepoint(struct hook *h, const char *const *fn, unsigned int n)
{
	int id = btf__find_by_name_kind(btf, "btf_trace_sys_exit", BTF_KIND_TYPEDEF);
	int prog = program(BPF_PROG_TYPE_TRACING, BPF_TRACE_RAW_TP, id);

	(void)fn, (void)n;
	return hook_add(h, prog, prog < 0 ? -1 : bpf_raw_tracepoint_open(NULL, prog));
}

/* A perf event of a tracepoint, named by its directory. Return: a descriptor or -errno. */
static int event_open(const char *tracepoint)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_TRACEPOINT, .size = sizeof(attr), .disabled = 1 };
	unsigned long long id;
	char path[256];
	int fd = -1, n;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/kernel/tracing/events/%s/id", tracepoint);
	f = fopen(path, "r");
	if (!f)
		return -errno;
	n = fscanf(f, "%llu", &id);
	fclose(f);
	if (n == 1) {
		attr.config = id;
		fd = (int)syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0);
	}
	return fd < 0 ? -errno : fd;
}

static int event_arm(struct hook *h, int prog, const char *tracepoint)
{
	int event = event_open(tracepoint);

	if (event < 0)
		return event;
	h->prog[h->nprogs++] = event;
	return hook_add(h, prog, bpf_link_create(prog, event, BPF_PERF_EVENT, NULL));
}

static int arm_perf(struct hook *h, const char *const *fn, unsigned int n)
{
	int prog = program(BPF_PROG_TYPE_TRACEPOINT, 0, 0);

	(void)fn, (void)n;
	return prog < 0 ? -errno : event_arm(h, prog, "raw_syscalls/sys_exit");
}

/* The events of single calls, which exist for 64-bit calls only. One program serves all. */
static int arm_perf_calls(struct hook *h, const char *const *fn, unsigned int n)
{
	int prog = program(BPF_PROG_TYPE_TRACEPOINT, 0, 0), r = prog < 0 ? -errno : 0;
	char tracepoint[128];

	for (unsigned int i = 0; i < n && r == 0; i++) {
		if (strncmp(fn[i], "__x64_sys_", 10))
			continue;
		snprintf(tracepoint, sizeof(tracepoint), "syscalls/sys_exit_%s", fn[i] + 10);
		r = event_arm(h, i ? dup(prog) : prog, tracepoint);
	}
	return r;
}

/* A program for each function: each is verified for the function that it is attached to. */
static int arm_fexit(struct hook *h, const char *const *fn, unsigned int n)
{
	int r = 0;

	for (unsigned int i = 0; i < n && r == 0; i++) {
		int id = btf__find_by_name_kind(btf, fn[i], BTF_KIND_FUNC), prog;

		if (id < 0)		/* a call without arguments has no function of its own */
			continue;
		prog = program(BPF_PROG_TYPE_TRACING, BPF_TRACE_FEXIT, id);
		r = hook_add(h, prog, prog < 0 ? -1 : bpf_raw_tracepoint_open(NULL, prog));
	}
	return r;
}

static int arm_kretprobe_multi(struct hook *h, const char *const *fn, unsigned int n)
{
	LIBBPF_OPTS(bpf_link_create_opts, opts, .kprobe_multi.syms = (const char **)fn, .kprobe_multi.cnt = n,
		    .kprobe_multi.flags = BPF_F_KPROBE_MULTI_RETURN);
	int prog = program(BPF_PROG_TYPE_KPROBE, BPF_TRACE_KPROBE_MULTI, 0);

	return hook_add(h, prog, prog < 0 ? -1 : bpf_link_create(prog, 0, BPF_TRACE_KPROBE_MULTI, &opts));
}

/* The module of tests/bench/tax: a handler at the exit of functions, by the kind named. */
static int module_load(const char *kind, const char *const *fn, unsigned int n)
{
	int fd = open("saker_tax.ko", O_RDONLY | O_CLOEXEC), r;
	static char option[16384];
	size_t at = (size_t)sprintf(option, "kind=%s functions=", kind);

	for (unsigned int i = 0; i < n; i++)
		at += (size_t)sprintf(option + at, "%s%s", i ? "," : "", fn[i]);
	r = fd < 0 || syscall(SYS_finit_module, fd, option, 0) ? -errno : 0;
	close(fd);
	return r;
}

static int arm_module_tracepoint(struct hook *h, const char *const *fn, unsigned int n)
{
	(void)h;
	return module_load("tracepoint", fn, n);
}

static int arm_module_fprobe(struct hook *h, const char *const *fn, unsigned int n)
{
	(void)h;
	return module_load("fprobe", fn, n);
}

static int arm_module_kretprobe(struct hook *h, const char *const *fn, unsigned int n)
{
	(void)h;
	return module_load("kretprobe", fn, n);
}

/* One function that makes all calls of the 64-bit ABI. */
static int arm_dispatcher(struct hook *h, const char *const *fn, unsigned int n)
{
	static const char *const dispatcher[] = { "x64_sys_call" };

	(void)fn, (void)n;
	return arm_fexit(h, dispatcher, 1);
}

void disarm(struct hook *h)
{
	for (unsigned int i = 0; i < h->nlinks; i++)
		close(h->link[i]);
	for (unsigned int i = 0; i < h->nprogs; i++)
		close(h->prog[i]);
	syscall(SYS_delete_module, "saker_tax", 0);
	*h = (struct hook){ .nprogs = 0 };
}

const struct kind kinds[] = {
	{ "eBPF: `sys_exit` (tp_btf)", arm_tracepoint, true, false },
	{ "eBPF: `sys_exit` (perf)", arm_perf, true, false },
	{ "eBPF: fexit of `x64_sys_call`", arm_dispatcher, true, false },
	{ "eBPF: fexit", arm_fexit, false, false },
	{ "eBPF: kretprobe.multi", arm_kretprobe_multi, false, false },
	{ "eBPF: perf, `syscalls:sys_exit_*`", arm_perf_calls, false, false },
	{ "module: `sys_exit`", arm_module_tracepoint, true, true },
	{ "module: fprobe", arm_module_fprobe, false, true },
	{ "module: kretprobe", arm_module_kretprobe, false, true },
};
const unsigned int nkinds = sizeof(kinds) / sizeof(*kinds);

int hooks_count(unsigned int steps)
{
	padding = steps < STEPS_MAX ? steps : STEPS_MAX;
	counter = bpf_map_create(BPF_MAP_TYPE_ARRAY, "count", 4, 8, 1, NULL);
	return counter < 0 ? -1 : 0;
}

uint64_t hooks_counted(void)
{
	uint64_t n = 0;
	uint32_t zero = 0;

	bpf_map_lookup_elem(counter, &zero, &n);
	return n;
}

int hooks_init(void)
{
	symbols_read();
	btf = btf__load_vmlinux_btf();
	return btf ? 0 : -1;
}
