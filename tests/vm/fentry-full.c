/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fentry-full FUNCTION COMMAND [ARG]... - run a command while FUNCTION allows no more programs
 *
 * A kernel has a fixed number of slots for programs at a function's entry. This program takes all
 * of them, so that none is left for the driver, on a kernel that has fentry.
 */
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <errno.h>
#include <linux/bpf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

/* More slots than any kernel has (BPF_MAX_TRAMP_LINKS: 38). */
#define PLACES_MAX	64

static int nothing_load(const char *function)
{
	const struct bpf_insn nothing[] = {
		{ .code = BPF_ALU64 | BPF_MOV | BPF_K },
		{ .code = BPF_JMP | BPF_EXIT },
	};
	LIBBPF_OPTS(bpf_prog_load_opts, opts, .expected_attach_type = BPF_TRACE_FENTRY);
	struct btf *btf = btf__load_vmlinux_btf();
	int id = btf ? btf__find_by_name_kind(btf, function, BTF_KIND_FUNC) : -ENOTSUP, fd;

	btf__free(btf);
	if (id < 0)
		return -1;
	opts.attach_btf_id = (__u32)id;
	fd = bpf_prog_load(BPF_PROG_TYPE_TRACING, "nothing", "GPL", nothing, 2, &opts);
	return fd;
}

/* Return: the number of slots taken; the links stay open until the process ends. */
static int places_take(const char *function)
{
	int n = 0, prog;

	while (n < PLACES_MAX) {
		prog = nothing_load(function);
		if (prog < 0)
			return -1;
		if (bpf_raw_tracepoint_open(NULL, prog) < 0)
			return errno == E2BIG ? n : -1;
		n++;
	}
	errno = EOVERFLOW;
	return -1;
}

int main(int argc, char **argv)
{
	const struct rlimit infinite = { RLIM_INFINITY, RLIM_INFINITY };
	int n, status;
	pid_t child;

	if (argc < 3) {
		fprintf(stderr, "usage: fentry-full FUNCTION COMMAND [ARG]...\n");
		return 2;
	}
	setrlimit(RLIMIT_MEMLOCK, &infinite);
	n = places_take(argv[1]);
	if (n <= 0) {
		fprintf(stderr, "fentry-full: taking the slots of %s: %s\n", argv[1],
			strerror(errno));
		return 3;
	}
	fprintf(stderr, "fentry-full: %d slots of %s are taken\n", n, argv[1]);
	child = fork();
	if (child == 0) {
		execvp(argv[2], argv + 2);
		perror(argv[2]);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child)
		return 3;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
