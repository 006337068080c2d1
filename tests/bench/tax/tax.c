// SPDX-License-Identifier: Apache-2.0
/*
 * What an empty hook of system calls costs, by kind: at the exit of all calls, or at the functions
 * of single calls. Runs in a guest; started by tests/bench/tax/run.
 *
 *   tax cost      instructions that a hook adds to a call, under -icount shift=0
 *   tax attach    time to load, attach and detach hooks of 1, 10, 40 and 80 calls
 *   tax missed      hits that a hook misses, as its program or its room is in use elsewhere
 *   tax sees      which calls a hook sees: refused by seccomp or a tracer, int 0x80, x32
 */
#include <bpf/libbpf.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <x86intrin.h>
#include "hook.h"

static int pipe_fd[2];

static void op_byte(void)
{
	char byte;

	call(SYS_write, pipe_fd[1], (long)&byte, 1);
	call(SYS_read, pipe_fd[0], (long)&byte, 1);
}

static void op_open_close(void)
{
	call(SYS_close, call(SYS_open, (long)"/proc/version", O_RDONLY, 0), 0, 0);
}

/* -- cost -- */

static const struct op {
	const char *name;
	void (*op)(void);
} ops[] = {
	{ "getpgid", op_getpgid },
	{ "write and read of a byte", op_byte },
	{ "open, close", op_open_close },
};
#define OPS	(sizeof(ops) / sizeof(*ops))

static uint64_t measure(void (*op)(void))
{
	uint64_t best = ~0ull, empty = ~0ull;

	for (unsigned int i = 0; i < 100; i++) {
		uint64_t t = __rdtsc(), d = __rdtsc() - t;

		empty = d < empty ? d : empty;
	}
	for (unsigned int i = 0; i < 1000; i++) {
		uint64_t t = __rdtsc(), d;

		op();
		d = __rdtsc() - t;
		best = d < best ? d : best;
	}
	return best - empty;
}

static void cost_row(const struct kind *k, const char *what, const char *const *of, unsigned int n,
		     const uint64_t *bare)
{
	const char *fn[HOOKS_MAX];
	struct hook h = { .nprogs = 0 };
	const unsigned int nfn = functions(fn, of, n);
	int r = k->arm(&h, fn, nfn);

	printf("| %s | %s |", k->name, k->all ? "all" : what);
	for (unsigned int i = 0; i < OPS && r == 0; i++)
		printf(" %+lld |", (long long)(measure(ops[i].op) - bare[i]));
	printf(r ? " not on this kernel: %s | | |\n" : "\n", strerror(-r));
	disarm(&h);
}

static int cost(void)
{
	static const char *const first_only[] = { "getpgid" }, *const opens[] = { "open", "close" };
	uint64_t bare[OPS];

	printf("| hook | of |");
	for (unsigned int i = 0; i < OPS; i++)
		printf(" %s |", ops[i].name);
	printf("\n|---|---|---|---|---|\n| none | |");
	for (unsigned int i = 0; i < OPS; i++)
		printf(" %llu |", (unsigned long long)(bare[i] = measure(ops[i].op)));
	printf("\n");
	for (unsigned int k = 0; k < nkinds; k++) {
		cost_row(&kinds[k], "getpgid", first_only, 1, bare);
		if (kinds[k].all)
			continue;
		cost_row(&kinds[k], "open, close", opens, 2, bare);
		cost_row(&kinds[k], "80 calls, these but read and write", calls, ncalls, bare);
	}
	return 0;
}

/* -- attach -- */

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static int attach(void)
{
	static const unsigned int numbers[] = { 1, 10, 40, 80 };

	printf("| hook | calls | functions | load and attach, ms | detach, ms |\n|---|---|---|---|---|\n");
	for (unsigned int k = 0; k < nkinds; k++)
		for (unsigned int i = 0; i < 4 && (!kinds[k].all || !i); i++) {
			const char *fn[HOOKS_MAX];
			struct hook h = { .nprogs = 0 };
			unsigned int n = functions(fn, calls, numbers[i]);
			uint64_t begin = now_us(), armed;
			int r = kinds[k].arm(&h, fn, n);

			armed = now_us();
			disarm(&h);
			if (r)
				printf("| %s | %u | | not on this kernel: %s | |\n", kinds[k].name, numbers[i],
				       strerror(-r));
			else
				printf("| %s | %u | %u | %.1f | %.1f |\n", kinds[k].name, numbers[i],
				       kinds[k].all ? 1 : n, (double)(armed - begin) / 1000,
				       (double)(now_us() - armed) / 1000);
		}
	return 0;
}

static int quiet(enum libbpf_print_level level, const char *fmt, va_list ap)
{
	(void)level, (void)fmt, (void)ap;
	return 0;
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int (*run)(void);
	} modes[] = { { "cost", cost }, { "attach", attach }, { "sees", sees }, { "missed", missed } };
	const struct rlimit infinite = { RLIM_INFINITY, RLIM_INFINITY };
	struct utsname u;

	setvbuf(stdout, NULL, _IOLBF, 0);
	setrlimit(RLIMIT_MEMLOCK, &infinite);
	libbpf_set_print(quiet);
	mount("tracefs", "/sys/kernel/tracing", "tracefs", 0, NULL);
	uname(&u);
	if (hooks_init() || pipe(pipe_fd))
		return 3;
	for (size_t i = 0; i < sizeof(modes) / sizeof(*modes); i++)
		if (argc > 1 && !strcmp(argv[1], modes[i].name)) {
			printf("\nLinux %s, %s\n\n", u.release, modes[i].name);
			return modes[i].run();
		}
	return 2;
}
