/* SPDX-License-Identifier: Apache-2.0 */
/* Finds out under which ABIs this kernel has system calls, by making one under each. */
#include <errno.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include "source/coverage.h"

#ifdef __x86_64__

#define IA32_GETPID	20
#define X32_GETPID	(0x40000000 + 39)

static void on_fault(int signo)
{
	(void)signo;
	_exit(1);
}

/* Without CONFIG_IA32_EMULATION, or with ia32_emulation=0, this instruction is a fault. */
static void call_as_ia32(void)
{
	long result;

	__asm__ volatile("int $0x80" : "=a"(result) : "a"((long)IA32_GETPID)
			 : "memory", "r8", "r9", "r10", "r11");
	_exit(result == -ENOSYS);
}

/* In a child, as it may die of it. */
static bool has_ia32(void)
{
	const struct sigaction fault = { .sa_handler = on_fault };
	const struct rlimit none = { 0, 0 };
	const pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		setrlimit(RLIMIT_CORE, &none);
		sigaction(SIGSEGV, &fault, NULL);
		call_as_ia32();
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return true;
	return !WIFEXITED(status) || WEXITSTATUS(status) == 0;
}

static bool has_x32(void)
{
	return syscall(X32_GETPID) >= 0 || errno != ENOSYS;
}

/* With a filter of system calls the result would be the filter's, not the kernel's. */
static bool may_try(void)
{
	return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) <= 0;
}

uint32_t coverage_abis(void)
{
	uint32_t abis = COVER_ABIS;

	if (!may_try())
		return abis;
	if (!has_ia32())
		abis &= ~(1u << EV_ABI_IA32);
	if (!has_x32())
		abis &= ~(1u << EV_ABI_X32);
	return abis;
}

#else

uint32_t coverage_abis(void)
{
	return COVER_ABIS;
}

#endif
