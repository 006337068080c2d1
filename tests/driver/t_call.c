// SPDX-License-Identifier: Apache-2.0
/*
 * Tests of system calls as such: arguments, results, restarts and refusals; a number that no
 * call has is counted and recorded, and does no harm.
 */
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "facts.h"

static void called(long res, const long a[6])
{
	EXPECT(syscall, .res = N(res), .a0 = N(a[0]), .a1 = N(a[1]), .a2 = N(a[2]), .a3 = N(a[3]),
	       .a4 = N(a[4]), .a5 = N(a[5]));
}

static void six_arguments(void)
{
	const long a[6] = { 0x1111111111111111, 0x2222222222222222, 0x3333333333333333,
			    0x4444444444444444, 0x5555555555555555, 0x6666666666666666 };

	called(sysv(EV_ABI_64, SYS_getppid, a), a);
	called(sysv(EV_ABI_64, SYS_madvise, a), a);
	MUST(last.res < 0);
}

/* Numbers that no call has: recorded as the number of all invalid ones, or as themselves. */
static void bad_numbers(void)
{
	const long a[6] = { 1, 2, 3, 4, 5, 6 },
		   numbers[] = { 547, 548, 600, 0x3fffffff, 0x7fffffff, -1 };

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		long res = sysv(EV_ABI_64, numbers[i], a);

		MUST(res == -ENOSYS);
		if (numbers[i] >= SAKER_NR_MAX || numbers[i] < 0)
			last.nr = SAKER_NR_BAD;
		called(res, a);
	}
}

static bool *handled;	/* shared with the process that sends the signal */

static void on_signal(int sig)
{
	(void)sig;
	*handled = true;
}

/* Waits until the process sleeps, which here it does only in its read. */
static void until_it_sleeps(pid_t pid)
{
	char path[32], state = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	while (state != 'S') {
		usleep(1000);
		f = fopen(path, "re");
		if (!f || fscanf(f, "%*d (%*[^)]) %c", &state) != 1)
			_exit(1);
		fclose(f);
	}
}

/* Interrupts the read of its parent, waits until it is restarted, and ends it by a byte. */
static void interrupt_read(int fd)
{
	pid_t reader = getppid();

	until_it_sleeps(reader);
	kill(reader, SIGALRM);
	while (!*(volatile bool *)handled)
		usleep(1000);
	until_it_sleeps(reader);
	_exit(write(fd, "x", 1) != 1);
}

static void restarted(void)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
	char byte;
	int p[2];
	long res;

	handled = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	MUST(handled != MAP_FAILED);
	MUST(pipe(p) == 0 && sigaction(SIGALRM, &sa, NULL) == 0);
	if (!fork())
		interrupt_read(p[1]);
	res = sys(SYS_read, p[0], &byte, 1);
	MUST(res == 1 && *handled);
	/* Two records: -ERESTARTSYS, marked; the byte. The first is compared. */
	last.res = -512;
	last.flags = EV_F_RESTARTED | EV_F_FAILED;
	WANT(read, 2, .res = N(-512), .fd = N(p[0]), .size = N(1), .pos = N(-1),
	     .path = B(NULL, 0, EV_PROV_UNREADABLE));
}

static void denied(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_open, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(*code), code };
	long res;

	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	MUST(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == 0);
	res = sys(SYS_open, "/etc/passwd", O_RDONLY, 0);
	MUST(res == -EPERM);
	EXPECT(open, .res = N(res), .dirfd = N(AT_FDCWD), .name = U("/etc/passwd"));
}

TESTS(call,
	TEST(call, "any call records its six arguments whole", six_arguments),
	TEST(call, "an unknown system-call number is reported as unknown", bad_numbers),
	TEST(call, "a call that is restarted is marked", restarted),
	TEST(call, "a call that seccomp denies produces an event", denied),
);
