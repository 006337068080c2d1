// SPDX-License-Identifier: Apache-2.0
/*
 * One process in another's memory. The caller's number for the
 * victim and the kernel's may differ, so both are recorded, with the start time
 * that makes the pair unique.
 */
#include <signal.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "facts.h"

static char letter = 'a';

static void traced(long request, struct who v, unsigned long addr, unsigned long data)
{
	long res = sys(SYS_ptrace, request, v.tid, addr, data);

	MUST(res == 0);
	EXPECT(ptrace, .res = N(res), .request = N(request), .addr = N(addr), .data = N(data),
	       .pid = N(v.tid), .target = N(v.tid), .target_start_ns = ticks(v.start_ticks));
}

static void ptrace_attach(void)
{
	struct who v = waiting_child();

	traced(PTRACE_ATTACH, v, 0, 0);
	MUST(waitpid(v.tid, NULL, __WALL) == (pid_t)v.tid);
	traced(PTRACE_POKEDATA, v, (unsigned long)&letter & ~7ul, 0x1122334455667788);
	traced(PTRACE_DETACH, v, 0, 0);
	done_with(v);
}

static void ptrace_seize(void)
{
	struct who v = waiting_child();

	traced(PTRACE_SEIZE, v, 0, PTRACE_O_EXITKILL);
	done_with(v);
}

static void ptrace_traceme(void)
{
	long res = sys(SYS_ptrace, PTRACE_TRACEME, 0, 0, 0);

	MUST(res == 0);
	EXPECT(ptrace, .res = N(0), .request = N(PTRACE_TRACEME));
}

static void ptrace_refused(void)
{
	struct who one = task(1);
	long res = sys(SYS_ptrace, PTRACE_ATTACH, 999999, 1, 2);

	MUST(res == -ESRCH);
	EXPECT(ptrace, .res = N(res), .request = N(PTRACE_ATTACH), .addr = N(1), .data = N(2),
	       .pid = N(999999));
	MUST(setregid(65534, 65534) == 0 && setreuid(65534, 65534) == 0);
	res = sys(SYS_ptrace, PTRACE_ATTACH, 1, 0, 0);
	MUST(res == -EPERM);
	EXPECT(ptrace, .res = N(res), .request = N(PTRACE_ATTACH), .pid = N(1), .target = N(1),
	       .target_start_ns = ticks(one.start_ticks));
}

static void write_into(void)
{
	struct who v = waiting_child();
	char bytes[8] = "injectd";
	struct iovec local[2] = { { bytes, 4 }, { bytes + 4, 4 } };
	struct iovec remote[3] = { { &letter, 1 }, { &letter, 0 }, { &letter, 0 } };
	long res = sys(SYS_process_vm_writev, v.tid, local, 2, remote, 3, 0);

	MUST(res == 1);
	EXPECT(process_vm_writev, .res = N(1), .pid = N(v.tid), .target = N(v.tid),
	       .target_start_ns = ticks(v.start_ticks), .liovcnt = N(2), .riovcnt = N(3));
	done_with(v);
}

static void write_refused(void)
{
	struct iovec iov = { &letter, 1 };
	long res = sys(SYS_process_vm_writev, 999999, &iov, 1, &iov, 1, 0);

	MUST(res == -ESRCH);
	EXPECT(process_vm_writev, .res = N(res), .pid = N(999999), .liovcnt = N(1),
	       .riovcnt = N(1));
	res = sys(SYS_process_vm_writev, getpid(), &iov, 1, &iov, 1, 5);
	MUST(res == -EINVAL);
	EXPECT(process_vm_writev, .res = N(res), .pid = N(getpid()), .target = N(getpid()),
	       .target_start_ns = ticks(me.start_ticks), .liovcnt = N(1), .riovcnt = N(1),
	       .flags = N(5));
}

TESTS(trace,
	TEST(trace, "ptrace records target, request and address", ptrace_attach),
	TEST(trace, "ptrace by seizing is recorded", ptrace_seize),
	TEST(trace, "PTRACE_TRACEME has no target", ptrace_traceme),
	TEST(trace, "a refused ptrace records its target", ptrace_refused),
	TEST(trace, "process_vm_writev records its target", write_into),
	TEST(trace, "process_vm_writev that is refused is recorded", write_refused),
);
