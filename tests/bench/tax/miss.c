// SPDX-License-Identifier: Apache-2.0
/* Which calls a hook of single functions sees, and how many of its hits it misses. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>
#include "hook.h"

/* -- sees -- */

static void in_plain(void)
{
	op_getpgid();
}

static void in_ia32(void)
{
	int res;

	asm volatile("int $0x80" : "=a"(res) : "b"(0), "a"(132 /* getpgid */) : "memory");
}

static void in_x32(void)
{
	call(0x40000000 | SYS_getpgid, 0, 0, 0);
}

static void seccomp_answers(unsigned int answer)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getpgid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, answer),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { 4, code };

	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog))
		perror("seccomp");
}

static void in_seccomp_errno(void)
{
	seccomp_answers(SECCOMP_RET_ERRNO | EPERM);
	op_getpgid();
}

static void on_sys(int sig)
{
	(void)sig;
}

static void in_seccomp_trap(void)
{
	signal(SIGSYS, on_sys);
	seccomp_answers(SECCOMP_RET_TRAP);
	op_getpgid();
}

static void in_seccomp_trace(void)
{
	seccomp_answers(SECCOMP_RET_TRACE);
	op_getpgid();
}

static void in_traced(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	op_getpgid();
}

static void in_traced_getpid(void)
{
	ptrace(PTRACE_TRACEME, 0, NULL, NULL);
	raise(SIGSTOP);
	syscall(SYS_getpid);
}

/* The tracer gives the number @to to the call @from of its child. */
static void trace(pid_t pid, long from, long to)
{
	bool entry = false;
	int status;

	waitpid(pid, &status, 0);
	ptrace(PTRACE_SETOPTIONS, pid, NULL, PTRACE_O_TRACESYSGOOD);
	while (!ptrace(PTRACE_SYSCALL, pid, NULL, NULL) && waitpid(pid, &status, 0) == pid && WIFSTOPPED(status)) {
		struct user_regs_struct regs;

		entry = !entry;
		ptrace(PTRACE_GETREGS, pid, NULL, &regs);
		if (!entry || (long)regs.orig_rax != from)
			continue;
		regs.orig_rax = (unsigned long)to;
		ptrace(PTRACE_SETREGS, pid, NULL, &regs);
	}
}

static void trace_refuse(pid_t pid) { trace(pid, SYS_getpgid, -1); }
static void trace_to(pid_t pid) { trace(pid, SYS_getpid, SYS_getpgid); }
static void trace_from(pid_t pid) { trace(pid, SYS_getpgid, SYS_getpid); }

static bool ftrace_set(const char *value)
{
	int fd = open("/proc/sys/kernel/ftrace_enabled", O_WRONLY);
	bool set = fd >= 0 && write(fd, value, 1) == 1;

	close(fd);
	return set;
}

static const struct situation {
	const char *name;
	void (*child)(void);
	void (*parent)(pid_t pid);
	bool no_ftrace;
} situations[] = {
	{ "made", in_plain, NULL, false },
	{ "made by `int 0x80`", in_ia32, NULL, false },
	{ "made as x32", in_x32, NULL, false },
	{ "refused by seccomp (errno)", in_seccomp_errno, NULL, false },
	{ "refused by seccomp (trap)", in_seccomp_trap, NULL, false },
	{ "refused by seccomp (no tracer)", in_seccomp_trace, NULL, false },
	{ "refused by a tracer", in_traced, trace_refuse, false },
	{ "given another number by a tracer", in_traced, trace_from, false },
	{ "made of another by a tracer", in_traced_getpid, trace_to, false },
	{ "made while `kernel.ftrace_enabled=0`", in_plain, NULL, true },
};
#define SITUATIONS	(sizeof(situations) / sizeof(*situations))

static uint64_t counted(const struct situation *s)
{
	const uint64_t before = hooks_counted();
	pid_t pid = fork();

	if (!pid) {
		s->child();
		syscall(SYS_exit_group, 0);
	}
	if (s->parent)
		s->parent(pid);
	waitpid(pid, NULL, 0);
	return hooks_counted() - before;
}

/* One cell: how often the hook ran for the call. */
static void sees_cell(const struct situation *s, const struct kind *k, const char *const *fn, unsigned int n)
{
	struct hook h = { .nprogs = 0 };
	int r = k->arm(&h, fn, n);

	if (r)
		printf(" %s |", strerror(-r));
	else if (s->no_ftrace && !ftrace_set("0"))
		printf(" cannot be set |");
	else
		printf(" %llu |", (unsigned long long)counted(s));
	if (s->no_ftrace)
		ftrace_set("1");
	disarm(&h);
}

static bool is_of_calls(const struct kind *k)
{
	return !k->all && !k->module;
}

int sees(void)
{
	static const char *const first_only[] = { "getpgid" };
	const char *fn[HOOKS_MAX];
	const unsigned int n = functions(fn, first_only, 1);

	if (hooks_count(0))
		return 3;
	printf("| a call |");
	for (unsigned int k = 0; k < nkinds; k++)
		if (is_of_calls(&kinds[k]))
			printf(" %s |", kinds[k].name);
	printf("\n|---|---|---|---|\n");
	for (unsigned int i = 0; i < SITUATIONS; i++) {
		printf("| %s |", situations[i].name);
		for (unsigned int k = 0; k < nkinds; k++)
			if (is_of_calls(&kinds[k]))
				sees_cell(&situations[i], &kinds[k], fn, n);
		printf("\n");
	}
	return 0;
}

/* -- missed -- */

#define CALLERS		8
#define CALLS_EACH	100000
#define BLOCKED		1000

static void *make_calls(void *unused)
{
	for (unsigned int i = 0; i < CALLS_EACH; i++)
		op_getpgid();
	return unused;
}

/* Hits that a hook counted of those of more threads than there are processors. */
static uint64_t counted_of_threads(void)
{
	const uint64_t before = hooks_counted();
	pthread_t thread[CALLERS];

	for (unsigned int i = 0; i < CALLERS; i++)
		pthread_create(&thread[i], NULL, make_calls, NULL);
	for (unsigned int i = 0; i < CALLERS; i++)
		pthread_join(thread[i], NULL);
	return hooks_counted() - before;
}

static void *block(void *pipe)
{
	char byte;

	call(SYS_read, ((int *)pipe)[0], (long)&byte, 1);
	return NULL;
}

/* Hits of one thread while @BLOCKED others are in a call that is hooked too. */
static uint64_t counted_beside_blocked(void)
{
	static pthread_t thread[BLOCKED];
	pthread_attr_t attr;
	uint64_t before, n;
	int p[2];

	if (pipe(p))
		return 0;
	pthread_attr_init(&attr);
	pthread_attr_setstacksize(&attr, 64 << 10);
	for (unsigned int i = 0; i < BLOCKED; i++)
		pthread_create(&thread[i], &attr, block, p);
	sleep(2);
	before = hooks_counted();
	make_calls(NULL);
	n = hooks_counted() - before;
	close(p[1]);			/* each read returns 0 */
	for (unsigned int i = 0; i < BLOCKED; i++)
		pthread_join(thread[i], NULL);
	close(p[0]);
	return n;
}

int missed(void)
{
	static const char *const hooked[] = { "getpgid", "read" };
	const char *fn[HOOKS_MAX];
	const unsigned int n = functions(fn, hooked, 2);

	if (hooks_count(1000))
		return 3;
	printf("| hook | %u calls of %u threads | %u calls beside %u that block in a call |\n|---|---|---|\n",
	       CALLERS * CALLS_EACH, CALLERS, CALLS_EACH, BLOCKED);
	for (unsigned int k = 0; k < nkinds; k++) {
		struct hook h = { .nprogs = 0 };
		int r = is_of_calls(&kinds[k]) ? kinds[k].arm(&h, fn, n) : 1;

		if (r == 0) {
			const uint64_t threads = counted_of_threads();

			printf("| %s | %lld missed | %lld missed |\n", kinds[k].name,
			       (long long)(CALLERS * CALLS_EACH - threads),
			       (long long)(CALLS_EACH - counted_beside_blocked()));
		} else if (r < 0) {
			printf("| %s | not on this kernel: %s | |\n", kinds[k].name, strerror(-r));
		}
		disarm(&h);
	}
	return 0;
}
