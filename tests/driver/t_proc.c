// SPDX-License-Identifier: Apache-2.0
/*
 * What processes do to each other and to themselves: signals, descriptors of processes,
 * namespaces, groups, sessions, and reading another's memory. Each call once with success and
 * once with a failure.
 */
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "facts.h"

#define NO_FILE B(NULL, 0, EV_PROV_UNREADABLE) /* no such descriptor */

#define NOBODY	999999

static char letter = 'a';

static void kill_one(void)
{
	struct who v = waiting_child(), one = task(1);
	long res = sys(SYS_kill, v.tid, SIGCONT);

	MUST(res == 0);
	EXPECT(kill, .pid = N(v.tid), .target = N(v.tid), .target_start_ns = ticks(v.start_ticks),
	       .sig = N(SIGCONT));
	res = sys(SYS_kill, 1, 0);
	MUST(res == 0);
	EXPECT(kill, .pid = N(1), .target = N(1), .target_start_ns = ticks(one.start_ticks));
	res = sys(SYS_kill, NOBODY, SIGTERM);
	MUST(res == -ESRCH);
	EXPECT(kill, .res = N(res), .pid = N(NOBODY), .sig = N(SIGTERM));
	done_with(v);
}

static void kill_group(void)
{
	long res;

	MUST(setpgid(0, 0) == 0);
	signal(SIGUSR1, SIG_IGN);
	res = sys(SYS_kill, -getpid(), SIGUSR1);
	MUST(res == 0);
	EXPECT(kill, .pid = N(-getpid()), .sig = N(SIGUSR1));
	res = sys(SYS_kill, 0, SIGUSR1);
	MUST(res == 0);
	EXPECT(kill, .sig = N(SIGUSR1));
}

static void kill_thread(void)
{
	struct who v = waiting_child();
	long res = sys(SYS_tkill, v.tid, SIGCONT);

	MUST(res == 0);
	EXPECT(kill, .pid = N(v.tid), .target = N(v.tid), .target_start_ns = ticks(v.start_ticks),
	       .sig = N(SIGCONT));
	res = sys(SYS_tgkill, v.tgid, v.tid, SIGCONT);
	MUST(res == 0);
	EXPECT(kill, .process = N(v.tgid), .pid = N(v.tid), .target = N(v.tid),
	       .target_start_ns = ticks(v.start_ticks), .sig = N(SIGCONT));
	res = sys(SYS_tgkill, NOBODY, v.tid, SIGCONT);
	MUST(res == -ESRCH);
	EXPECT(kill, .res = N(res), .process = N(NOBODY), .pid = N(v.tid), .target = N(v.tid),
	       .target_start_ns = ticks(v.start_ticks), .sig = N(SIGCONT));
	done_with(v);
}

/* With data of the sender's. */
static void kill_with_data(void)
{
	struct who v = waiting_child(), one = task(1);
	siginfo_t info = { .si_signo = SIGCONT, .si_code = SI_QUEUE };
	long res = sys(SYS_rt_sigqueueinfo, v.tgid, SIGCONT, &info);

	MUST(res == 0);
	EXPECT(kill, .pid = N(v.tgid), .target = N(v.tgid), .target_start_ns = ticks(v.start_ticks),
	       .sig = N(SIGCONT));
	res = sys(SYS_rt_tgsigqueueinfo, v.tgid, v.tid, SIGCONT, &info);
	MUST(res == 0);
	EXPECT(kill, .process = N(v.tgid), .pid = N(v.tid), .target = N(v.tid),
	       .target_start_ns = ticks(v.start_ticks), .sig = N(SIGCONT));
	res = sys(SYS_rt_sigqueueinfo, 1, SIGUSR1, unmapped());
	MUST(res == -EFAULT);
	EXPECT(kill, .res = N(res), .pid = N(1), .target = N(1), .target_start_ns = ticks(one.start_ticks),
	       .sig = N(SIGUSR1));
	done_with(v);
}

static void kill_ia32(void)
{
	struct who v = waiting_child();
	long res = sys32(37 /* kill */, v.tid, SIGCONT);

	if (res == -ENOSYS)
		t_skip("this kernel has no 32-bit system calls");
	MUST(res == 0);
	EXPECT(kill, .pid = N(v.tid), .target = N(v.tid), .target_start_ns = ticks(v.start_ticks),
	       .sig = N(SIGCONT));
	res = sys32(37 /* kill */, -NOBODY, SIGTERM);
	MUST(res == -ESRCH);
	EXPECT(kill, .res = N(res), .pid = N(-NOBODY), .sig = N(SIGTERM));
	done_with(v);
}

/* For a test about another call, which records the event. */
static long pidfd_of(pid_t pid, const char *event)
{
	long fd = syscall(SYS_pidfd_open, pid, 0);

	t_need("pidfd_open", fd < 0 && errno == ENOSYS, event);
	return fd;
}

static void pidfd_opened(void)
{
	struct who v = waiting_child(), one = task(1);
	long fd = sys(SYS_pidfd_open, v.tid, 0);

	NEED("pidfd_open", fd, "pidfd_open");
	MUST(fd >= 0);
	EXPECT(pidfd_open, .res = N(fd), .pid = N(v.tid), .target = N(v.tid),
	       .target_start_ns = ticks(v.start_ticks));
	fd = sys(SYS_pidfd_open, 1, 0x1000000);
	MUST(fd == -EINVAL);
	EXPECT(pidfd_open, .res = N(fd), .pid = N(1), .target = N(1),
	       .target_start_ns = ticks(one.start_ticks), .flags = N(0x1000000));
	done_with(v);
}

static void pidfd_signal(void)
{
	struct who v = waiting_child();
	long fd = pidfd_of(v.tid, "pidfd_send_signal"), res;

	MUST(fd >= 0);
	res = sys(SYS_pidfd_send_signal, fd, SIGCONT, 0, 0);
	MUST(res == 0);
	EXPECT(pidfd_send_signal, .pid_fd = N(fd), .sig = N(SIGCONT), .target = N(v.tid),
	       .target_start_ns = ticks(v.start_ticks));
	fd = syscall(SYS_pidfd_open, getpid(), 0);
	MUST(fd >= 0 && !sys(SYS_pidfd_send_signal, fd, 0, 0, 0));
	EXPECT(pidfd_send_signal, .pid_fd = N(fd), .target = N(getpid()),
	       .target_start_ns = ticks(me.start_ticks));
	fd = open("/dev/null", O_RDONLY);
	res = sys(SYS_pidfd_send_signal, fd, SIGTERM, 0, 0);
	MUST(res == -EBADF);
	EXPECT(pidfd_send_signal, .res = N(res), .pid_fd = N(fd), .sig = N(SIGTERM));
	res = sys(SYS_pidfd_send_signal, 7777, SIGTERM, 0, 0x1000000);
	MUST(res < 0);
	EXPECT(pidfd_send_signal, .res = N(res), .pid_fd = N(7777), .sig = N(SIGTERM),
	       .flags = N(0x1000000), .target = NO_FILE, .target_start_ns = NO_FILE);
	done_with(v);
}

static void got(long pidfd, int target)
{
	long res = sys(SYS_pidfd_getfd, pidfd, target, 0);
	struct stat st;

	NEED("pidfd_getfd", res, "pidfd_getfd");
	MUST(res >= 0 && fstat(target, &st) == 0);
	EXPECT(pidfd_getfd, .res = N(res), .pid_fd = N(pidfd), .target_fd = N(target),
	       .dev = N(dev_of(st.st_dev)), .ino = N(st.st_ino));
}

static void pidfd_copied(void)
{
	long fd = pidfd_of(getpid(), "pidfd_getfd"), res;

	MUST(fd >= 0);
	got(fd, open("/dev/null", O_RDONLY));
	got(fd, open("/proc/self/stat", O_RDONLY));
	res = sys(SYS_pidfd_getfd, fd, 7777, 5);
	MUST(res == -EINVAL);
	EXPECT(pidfd_getfd, .res = N(res), .pid_fd = N(fd), .target_fd = N(7777), .flags = N(5));
	res = sys(SYS_pidfd_getfd, 7777, 0, 0);
	MUST(res == -EBADF);
	EXPECT(pidfd_getfd, .res = N(res), .pid_fd = N(7777));
}

static void entered(const char *path, int kind)
{
	int fd = open(path, O_RDONLY);
	long res = sys(SYS_setns, fd, kind);
	struct stat st;

	MUST(res == 0 && fstat(fd, &st) == 0);
	EXPECT(setns, .fd = N(fd), .nstype = N(kind), .ino = N(st.st_ino));
}

static void namespaces(void)
{
	long res;

	entered("/proc/self/ns/uts", CLONE_NEWUTS);
	entered("/proc/self/ns/ipc", 0);
	res = sys(SYS_setns, 7777, CLONE_NEWNET);
	MUST(res == -EBADF);
	EXPECT(setns, .res = N(res), .fd = N(7777), .nstype = N(CLONE_NEWNET),
	       .ino = NP(0, EV_PROV_UNREADABLE));
	res = sys(SYS_unshare, CLONE_NEWUTS | CLONE_FS);
	MUST(res == 0);
	EXPECT(unshare, .flags = N(CLONE_NEWUTS | CLONE_FS));
	res = sys(SYS_unshare, 1);
	MUST(res == -EINVAL);
	EXPECT(unshare, .res = N(res), .flags = N(1));
}

static void namespaces_ia32(void)
{
	int fd = open("/proc/self/ns/uts", O_RDONLY);
	long res = sys32(346 /* setns */, fd, CLONE_NEWUTS);
	struct stat st;

	if (res == -ENOSYS)
		t_skip("this kernel has no 32-bit system calls");
	MUST(res == 0 && fstat(fd, &st) == 0);
	EXPECT(setns, .fd = N(fd), .nstype = N(CLONE_NEWUTS), .ino = N(st.st_ino));
	res = sys32(310 /* unshare */, CLONE_NEWIPC);
	MUST(res == 0);
	EXPECT(unshare, .flags = N(CLONE_NEWIPC));
}

static void groups_and_sessions(void)
{
	struct who v = waiting_child(), one = task(1);
	long res = sys(SYS_setpgid, v.tid, v.tid);

	MUST(res == 0);
	EXPECT(setpgid, .pid = N(v.tid), .target = N(v.tid), .target_start_ns = ticks(v.start_ticks),
	       .pgid = N(v.tid));
	res = sys(SYS_setpgid, 1, 5);
	MUST(res == -ESRCH);
	EXPECT(setpgid, .res = N(res), .pid = N(1), .target = N(1),
	       .target_start_ns = ticks(one.start_ticks), .pgid = N(5));
	done_with(v);
	res = sys0(SYS_setsid);
	MUST(res == getpid());
	EXPECT(setsid, .res = N(res));
	res = sys0(SYS_setsid);
	MUST(res == -EPERM);
	EXPECT(setsid, .res = N(res));
}

static void read_from(void)
{
	struct who v = waiting_child(), one = task(1);
	char bytes[4];
	struct iovec local[2] = { { bytes, 2 }, { bytes + 2, 2 } };
	struct iovec remote[3] = { { &letter, 1 }, { &letter, 0 }, { &letter, 0 } };
	long res = sys(SYS_process_vm_readv, v.tid, local, 2, remote, 3, 0);

	MUST(res == 1);
	EXPECT(process_vm_readv, .res = N(1), .pid = N(v.tid), .target = N(v.tid),
	       .target_start_ns = ticks(v.start_ticks), .liovcnt = N(2), .riovcnt = N(3));
	res = sys(SYS_process_vm_readv, 1, local, 1, remote, 1, 5);
	MUST(res == -EINVAL);
	EXPECT(process_vm_readv, .res = N(res), .pid = N(1), .target = N(1),
	       .target_start_ns = ticks(one.start_ticks), .liovcnt = N(1), .riovcnt = N(1),
	       .flags = N(5));
	done_with(v);
}

static void advised(void)
{
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct iovec iov[2] = { { page, 4096 }, { page, 4096 } };
	struct who v = waiting_child();
	long fd = pidfd_of(v.tid, "process_madvise"), res;

	MUST(fd >= 0 && page != MAP_FAILED);
	res = sys(SYS_process_madvise, fd, iov, 1, MADV_COLD, 0);
	NEED("process_madvise", res, "process_madvise");
	MUST(res == 4096);
	EXPECT(process_madvise, .res = N(res), .pid_fd = N(fd), .advice = N(MADV_COLD), .vlen = N(1),
	       .target = N(v.tid), .target_start_ns = ticks(v.start_ticks));
	fd = syscall(SYS_pidfd_open, getpid(), 0);
	res = sys(SYS_process_madvise, fd, iov, 1, 0x7778, 0);
	MUST(res < 0);
	EXPECT(process_madvise, .res = N(res), .pid_fd = N(fd), .advice = N(0x7778), .vlen = N(1),
	       .target = N(getpid()), .target_start_ns = ticks(me.start_ticks));
	res = sys(SYS_process_madvise, 7777, iov, 2, 0x7777, 9);
	MUST(res < 0);
	EXPECT(process_madvise, .res = N(res), .pid_fd = N(7777), .advice = N(0x7777), .vlen = N(2),
	       .flags = N(9), .target = NO_FILE, .target_start_ns = NO_FILE);
	done_with(v);
}

TESTS(proc,
	TEST(proc, "kill() records its target", kill_one),
	TEST(proc, "kill() of a process group has no target", kill_group),
	TEST(proc, "tkill and tgkill record the thread and its process", kill_thread),
	TEST(proc, "a signal with data is a kill", kill_with_data),
	TEST(proc, "kill() of a 32-bit program is recorded", kill_ia32),
	TEST(proc, "pidfd_open records its target", pidfd_opened),
	TEST(proc, "pidfd_send_signal records descriptor, signal and process", pidfd_signal),
	TEST(proc, "pidfd_getfd records the file that was copied", pidfd_copied),
	TEST(proc, "setns and unshare record namespaces", namespaces),
	TEST(proc, "setns and unshare of a 32-bit program are recorded", namespaces_ia32),
	TEST(proc, "setpgid and setsid are recorded", groups_and_sessions),
	TEST(proc, "process_vm_readv records its target", read_from),
	TEST(proc, "process_madvise records the process of its descriptor", advised),
);
