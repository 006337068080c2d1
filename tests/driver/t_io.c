// SPDX-License-Identifier: Apache-2.0
/*
 * Memory, keys, watches, pipes and what reaches the whole machine: each call once with success,
 * where that harms nothing, and once with a failure.
 */
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/io_uring.h>
#include <linux/keyctl.h>
#include <linux/perf_event.h>
#include <linux/reboot.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <sys/eventfd.h>
#include <sys/fanotify.h>
#include <sys/inotify.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "facts.h"

#define NOBODY	999999

static void perf_opened(void)
{
	struct perf_event_attr attr = { .type = PERF_TYPE_SOFTWARE, .size = sizeof(attr),
					.config = PERF_COUNT_SW_DUMMY };
	struct who one = task(1);
	long fd = sys(SYS_perf_event_open, &attr, getpid(), -1, -1, PERF_FLAG_FD_CLOEXEC);

	EXPECT(perf_event_open, .res = N(fd), .pid = N(getpid()), .target = N(getpid()),
	       .target_start_ns = ticks(me.start_ticks), .on_cpu = N(-1), .group_fd = N(-1),
	       .flags = N(PERF_FLAG_FD_CLOEXEC), .type = NP(PERF_TYPE_SOFTWARE, EV_PROV_USER),
	       .config = NP(PERF_COUNT_SW_DUMMY, EV_PROV_USER));
	attr.type = PERF_TYPE_RAW;
	attr.config = 0x1122334455667788;
	fd = sys(SYS_perf_event_open, &attr, 1, 3, 7777, 0x1000);
	MUST(fd < 0);
	EXPECT(perf_event_open, .res = N(fd), .pid = N(1), .target = N(1),
	       .target_start_ns = ticks(one.start_ticks), .on_cpu = N(3), .group_fd = N(7777),
	       .flags = N(0x1000), .type = NP(PERF_TYPE_RAW, EV_PROV_USER),
	       .config = NP(0x1122334455667788, EV_PROV_USER));
	fd = sys(SYS_perf_event_open, unmapped(), -1, -1, -1, 0);
	MUST(fd < 0);
	EXPECT(perf_event_open, .res = N(fd), .pid = N(-1), .on_cpu = N(-1), .group_fd = N(-1),
	       .type = UNREADABLE, .config = UNREADABLE);
}

/* Answers the calls of this thread that have this number with an error of its own. */
static void refuse(int nr, int error)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(*code), code };

	MUST(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
	MUST(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) == 0);
}

/* The record of the call at its entry, if @n is 1; then EXPECT() is about its exit. */
#define BEGINS(ev, n, ...) do {						\
	const struct call done = last;					\
									\
	last.res = 0;							\
	last.flags = EV_F_ENTRY;					\
	WANT(ev, n, .res = NP(0, EV_PROV_PENDING), __VA_ARGS__);	\
	last = done;							\
} while (0)

static void kexec_refused(void)
{
	long res = sys(SYS_kexec_load, 0x1000, 99, 0, 0x7ff0);

	MUST(res < 0);
	BEGINS(kexec_load, hooked_kexec, .entry = N(0x1000), .segments = N(99), .flags = N(0x7ff0));
	EXPECT(kexec_load, .res = N(res), .entry = N(0x1000), .segments = N(99), .flags = N(0x7ff0));
	refuse(SYS_kexec_load, EDOM);
	res = sys(SYS_kexec_load, 0x2000, 98, 0, 0x7ff1);
	MUST(res == -EDOM);
	BEGINS(kexec_load, 0, .entry = N(0));	/* seccomp came before */
	EXPECT(kexec_load, .res = N(res), .entry = N(0x2000), .segments = N(98), .flags = N(0x7ff1));
}

static void kexec_file_refused(void)
{
	int a = put_file("/tmp/kernel", "x", 0644), b = open("/dev/null", O_RDONLY);
	long res;

	a = open("/tmp/kernel", O_RDONLY);
	MUST(a >= 0 && b >= 0);
	res = sys(SYS_kexec_file_load, a, b, 5, "quiet", 0x7ff0);
	MUST(res < 0);
	BEGINS(kexec_file_load, hooked_kexec, .kernel_fd = N(a), .initrd_fd = N(b), .flags = N(0x7ff0),
	       .path = S("/tmp/kernel"), .cmdline = U("quiet"));
	EXPECT(kexec_file_load, .res = N(res), .kernel_fd = N(a), .initrd_fd = N(b), .flags = N(0x7ff0),
	       .path = S("/tmp/kernel"), .cmdline = U("quiet"));
	refuse(SYS_kexec_file_load, EDOM);
	res = sys(SYS_kexec_file_load, b, a, 8, "panic=1", 0x7ff1);
	MUST(res == -EDOM);
	EXPECT(kexec_file_load, .res = N(res), .kernel_fd = N(b), .initrd_fd = N(a), .flags = N(0x7ff1),
	       .path = S("/dev/null"), .cmdline = U("panic=1"));
}

static void kexec_by_user(void)
{
	long res;

	MUST(setresuid(NOBODY, NOBODY, NOBODY) == 0);
	res = sys(SYS_kexec_load, 0x3000, 97, 0, 0);
	MUST(res < 0);
	BEGINS(kexec_load, 0, .entry = N(0));
	EXPECT(kexec_load, .res = N(res), .entry = N(0x3000), .segments = N(97));
}

static void kexec_ia32(void)
{
	long res;

	need32(sys32(20 /* getpid */, 0));
	res = sys32(283 /* kexec_load */, 0x4000, 96, 0, 0x7ff2);
	MUST(res < 0);
	BEGINS(kexec_load, hooked_kexec32, .entry = N(0x4000), .segments = N(96), .flags = N(0x7ff2));
	EXPECT(kexec_load, .res = N(res), .entry = N(0x4000), .segments = N(96), .flags = N(0x7ff2));
}

static void reboot_called(void)
{
	long res = sys(SYS_reboot, 1, 2, 3, 0);

	MUST(res == -EINVAL || res == -EPERM);
	EXPECT(reboot, .res = N(res), .magic = N(1), .cmd = N(3));
	refuse(SYS_reboot, EDOM);
	res = sys(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_CAD_OFF, 0);
	MUST(res == -EDOM);
	EXPECT(reboot, .res = N(res), .magic = N(LINUX_REBOOT_MAGIC1), .cmd = N(LINUX_REBOOT_CMD_CAD_OFF));
}

/* By the first process of a pid namespace, with which the namespace ends: not the machine. */
static void reboots(unsigned int abi, uint32_t magic2, uint32_t cmd, int signal)
{
	int go[2], status;
	struct who init;
	pid_t pid;
	char byte;

	MUST(pipe(go) == 0 && unshare(CLONE_NEWPID) == 0);
	pid = fork();
	if (!pid && read(go[0], &byte, 1) == 1)
		sysv(abi, abi == EV_ABI_IA32 ? 88 : SYS_reboot,
		     (const long[6]){ (uint32_t)LINUX_REBOOT_MAGIC1, magic2, cmd });
	MUST(pid > 0);
	init = task(pid);
	before();
	by(&init);
	last.syscall = true;
	last.abi = abi;
	last.nr = abi == EV_ABI_IA32 ? 88 : SYS_reboot;
	last.flags = EV_F_ENTRY;
	EXPECT(reboot, .res = NP(0, EV_PROV_PENDING), .magic = N(LINUX_REBOOT_MAGIC1), .cmd = N(cmd));
	MUST(write(go[1], "g", 1) == 1 && waitpid(pid, &status, 0) == pid);
	MUST(WIFSIGNALED(status) && WTERMSIG(status) == signal);
}

static void restarted(void)
{
	reboots(EV_ABI_64, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART, SIGHUP);
}

static void halted(void)
{
	reboots(EV_ABI_64, LINUX_REBOOT_MAGIC2A, LINUX_REBOOT_CMD_HALT, SIGINT);
}

static void powered_off_ia32(void)
{
	need32(sys32(20 /* getpid */, 0));
	reboots(EV_ABI_IA32, LINUX_REBOOT_MAGIC2B, LINUX_REBOOT_CMD_POWER_OFF, SIGINT);
}

/* Without the capability the call returns, and its exit is recorded, once. */
static void reboot_refused(void)
{
	long res;

	MUST(setresuid(NOBODY, NOBODY, NOBODY) == 0);
	res = sys(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2C, LINUX_REBOOT_CMD_RESTART, 0);
	MUST(res == -EPERM);
	EXPECT(reboot, .res = N(res), .magic = N(LINUX_REBOOT_MAGIC1), .cmd = N(LINUX_REBOOT_CMD_RESTART));
}

/* By one who may: a restart with a text, which cannot be read, so that it returns. */
static void reboot_returns(void)
{
	struct stat st;
	long res;

	MUST(stat("/proc/self/ns/pid", &st) == 0);
	if (st.st_ino != 0xEFFFFFFC)
		t_skip("it would end this pid namespace");
	res = sys(SYS_reboot, LINUX_REBOOT_MAGIC1, LINUX_REBOOT_MAGIC2, LINUX_REBOOT_CMD_RESTART2,
		  unmapped());
	MUST(res == -EFAULT);
	BEGINS(reboot, 1, .magic = N(LINUX_REBOOT_MAGIC1), .cmd = N(LINUX_REBOOT_CMD_RESTART2));
	EXPECT(reboot, .res = N(res), .magic = N(LINUX_REBOOT_MAGIC1), .cmd = N(LINUX_REBOOT_CMD_RESTART2));
}

static void userfaultfd_called(void)
{
	long res = sys(SYS_userfaultfd, O_CLOEXEC);

	EXPECT(userfaultfd, .res = N(res), .flags = N(O_CLOEXEC));
	refuse(SYS_userfaultfd, EDOM);
	res = sys(SYS_userfaultfd, 0x7777);
	MUST(res == -EDOM);
	EXPECT(userfaultfd, .res = N(res), .flags = N(0x7777));
}

/* What the call was given, and what it wrote unless it failed. */
static void uring_set_up(long res, unsigned int entries, const struct io_uring_params *p)
{
	unsigned int prov = res < 0 ? 0 : EV_PROV_USER;

	EXPECT(io_uring_setup, .res = N(res), .entries = N(entries),
	       .sq_entries = NP(res < 0 ? 0 : p->sq_entries, prov),
	       .cq_entries = NP(res < 0 ? 0 : p->cq_entries, prov),
	       .features = NP(res < 0 ? 0 : p->features, prov), .flags = NP(p->flags, EV_PROV_USER),
	       .sq_thread_cpu = NP(p->sq_thread_cpu, EV_PROV_USER),
	       .sq_thread_idle = NP(p->sq_thread_idle, EV_PROV_USER));
}

static void io_uring_called(void)
{
	struct io_uring_params params = { .flags = IORING_SETUP_CQSIZE, .cq_entries = 32, .sq_thread_idle = 5 };
	long fd = sys(SYS_io_uring_setup, 4, &params), res;

	uring_set_up(fd, 4, &params);
	res = sys(SYS_io_uring_register, fd, 0x7777, 0x1000, 9);
	MUST(res < 0);
	EXPECT(io_uring_register, .res = N(res), .fd = N(fd), .opcode = N(0x7777), .arg = N(0x1000),
	       .nr_args = N(9));
	params = (struct io_uring_params){ .flags = IORING_SETUP_CLAMP };
	uring_set_up(sys(SYS_io_uring_setup, 8, &params), 8, &params);
	refuse(SYS_io_uring_setup, EDOM);
	params = (struct io_uring_params){ .flags = IORING_SETUP_SQPOLL | IORING_SETUP_SQ_AFF, .sq_thread_cpu = 1,
					   .sq_thread_idle = 70 };
	fd = sys(SYS_io_uring_setup, 77, &params);
	MUST(fd == -EDOM);
	uring_set_up(fd, 77, &params);
	refuse(SYS_io_uring_register, EDOM);
	res = sys(SYS_io_uring_register, 7777, IORING_REGISTER_FILES, 0x2000, 8);
	MUST(res == -EDOM);
	EXPECT(io_uring_register, .res = N(res), .fd = N(7777), .opcode = N(IORING_REGISTER_FILES),
	       .arg = N(0x2000), .nr_args = N(8));
}

static void keys(void)
{
	long res = sys(SYS_add_key, "user", "saker:a", "secret", 6, KEY_SPEC_PROCESS_KEYRING);

	EXPECT(add_key, .res = N(res), .keyring = N(KEY_SPEC_PROCESS_KEYRING), .plen = N(6),
	       .type = U("user"), .description = U("saker:a"));
	res = sys(SYS_request_key, "no_such_type", "saker:b", "callout", 0);
	MUST(res < 0);
	EXPECT(add_key, .res = N(res), .type = U("no_such_type"), .description = U("saker:b"),
	       .callout = U("callout"));
	res = sys(SYS_request_key, "nor_this", "saker:c", "second", 5);
	MUST(res < 0);
	EXPECT(add_key, .res = N(res), .type = U("nor_this"), .description = U("saker:c"),
	       .callout = U("second"), .keyring = N(5));
	res = sys(SYS_keyctl, KEYCTL_GET_KEYRING_ID, KEY_SPEC_PROCESS_KEYRING, 1, 2, 3);
	EXPECT(keyctl, .res = N(res), .operation = N(KEYCTL_GET_KEYRING_ID),
	       .arg2 = N((unsigned long)(long)KEY_SPEC_PROCESS_KEYRING), .arg3 = N(1), .arg4 = N(2), .arg5 = N(3));
	refuse(SYS_keyctl, EDOM);
	res = sys(SYS_keyctl, 0x7777, 4, 5, 6, 7);
	MUST(res == -EDOM);
	EXPECT(keyctl, .res = N(res), .operation = N(0x7777), .arg2 = N(4), .arg3 = N(5), .arg4 = N(6),
	       .arg5 = N(7));
}

static void keys_named(void)
{
	long res = sys(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, "session-a");

	EXPECT(keyctl, .res = N(res), .operation = N(KEYCTL_JOIN_SESSION_KEYRING), .arg2 = SOME,
	       .name = U("session-a"));
	res = sys(SYS_keyctl, KEYCTL_JOIN_SESSION_KEYRING, "b");
	EXPECT(keyctl, .res = N(res), .operation = N(KEYCTL_JOIN_SESSION_KEYRING), .arg2 = SOME,
	       .name = U("b"));
	res = sys(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_SESSION_KEYRING, "user", "token", 0);
	EXPECT(keyctl, .res = N(res), .operation = N(KEYCTL_SEARCH),
	       .arg2 = N((unsigned long)(long)KEY_SPEC_SESSION_KEYRING), .arg3 = SOME, .arg4 = SOME,
	       .type = U("user"), .description = U("token"));
	res = sys(SYS_keyctl, KEYCTL_SEARCH, KEY_SPEC_THREAD_KEYRING, "logon", "disk:1", 0);
	EXPECT(keyctl, .res = N(res), .operation = N(KEYCTL_SEARCH),
	       .arg2 = N((unsigned long)(long)KEY_SPEC_THREAD_KEYRING), .arg3 = SOME, .arg4 = SOME,
	       .type = U("logon"), .description = U("disk:1"));
}

static void personality_read(void)
{
	long res = sys(SYS_personality, 0xffffffff);

	MUST(res >= 0);
	EXPECT(personality, .res = N(res), .persona = N(~0u));
	res = sys(SYS_personality, ADDR_NO_RANDOMIZE);
	MUST(res >= 0);
	EXPECT(personality, .res = N(res), .persona = N(ADDR_NO_RANDOMIZE));
	res = sys(SYS_personality, 0xffffffff);
	MUST(res == ADDR_NO_RANDOMIZE);
	EXPECT(personality, .res = N(res), .persona = N(~0u));
}

static void names_set(void)
{
	long res;

	MUST(unshare(CLONE_NEWUTS) == 0);
	res = sys(SYS_sethostname, "host-of-test", 12);
	MUST(res == 0);
	EXPECT(sethostname, .len = N(12), .name = U("host-of-test"));
	res = sys(SYS_setdomainname, "domain", 999);
	MUST(res == -EINVAL);
	EXPECT(sethostname, .res = N(res), .len = N(999), .name = U("domain"));
}

static void clock_refused(void)
{
	struct timespec t = { 1, -1 };
	long res = sys(SYS_clock_settime, CLOCK_TAI, &t);

	MUST(res == -EINVAL);
	EXPECT(clock_settime, .res = N(res), .clockid = N(CLOCK_TAI));
	res = sys(SYS_clock_settime, CLOCK_REALTIME, unmapped());
	MUST(res == -EFAULT);
	EXPECT(clock_settime, .res = N(res));
	res = sys(SYS_settimeofday, 0, 0);
	MUST(res == 0);
	EXPECT(clock_settime, .res = N(0));
}

static void fanotify_called(void)
{
	long fd = sys(SYS_fanotify_init, FAN_CLOEXEC, O_RDONLY | O_LARGEFILE), dir, res;

	EXPECT(fanotify_init, .res = N(fd), .flags = N(FAN_CLOEXEC), .event_f_flags = N(O_RDONLY | O_LARGEFILE));
	res = sys(SYS_fanotify_mark, fd, FAN_MARK_ADD, FAN_OPEN | FAN_CLOSE_WRITE, AT_FDCWD, "/tmp");
	EXPECT(fanotify_mark, .res = N(res), .fd = N(fd), .flags = N(FAN_MARK_ADD),
	       .mask = N(FAN_OPEN | FAN_CLOSE_WRITE), .dirfd = N(AT_FDCWD), .path = U("/tmp"));
	dir = open("/dev", O_RDONLY | O_DIRECTORY);
	res = sys(SYS_fanotify_mark, fd, FAN_MARK_ADD, FAN_OPEN, dir, "null");
	EXPECT(fanotify_mark, .res = N(res), .fd = N(fd), .flags = N(FAN_MARK_ADD), .mask = N(FAN_OPEN),
	       .dirfd = N(dir), .path = U("null"), .dir = S("/dev"));
	dir = open("/tmp", O_RDONLY | O_DIRECTORY);
	res = sys(SYS_fanotify_mark, fd, FAN_MARK_ADD, FAN_OPEN, dir, 0);
	EXPECT(fanotify_mark, .res = N(res), .fd = N(fd), .flags = N(FAN_MARK_ADD), .mask = N(FAN_OPEN),
	       .dirfd = N(dir), .path = UNREADABLE, .dir = S("/tmp"));
	refuse(SYS_fanotify_mark, EDOM);
	res = sys(SYS_fanotify_mark, 7777, 0x77777, 0x100000001, AT_FDCWD, "/tmp");
	MUST(res == -EDOM);
	EXPECT(fanotify_mark, .res = N(res), .fd = N(7777), .flags = N(0x77777), .mask = N(0x100000001),
	       .dirfd = N(AT_FDCWD), .path = U("/tmp"));
	refuse(SYS_fanotify_init, EDOM);
	res = sys(SYS_fanotify_init, 0x77777, O_RDWR);
	MUST(res == -EDOM);
	EXPECT(fanotify_init, .res = N(res), .flags = N(0x77777), .event_f_flags = N(O_RDWR));
}

/* A 32-bit program passes the events in two registers. */
static void fanotify_ia32(void)
{
	char *path = low("/tmp", 5);
	long dir, res = sys32(339 /* fanotify_mark */, 7777, 0x77777, 5, 6, AT_FDCWD, path);

	need32(res);
	EXPECT(fanotify_mark, .res = N(res), .fd = N(7777), .flags = N(0x77777), .mask = N(0x600000005),
	       .dirfd = N(AT_FDCWD), .path = U("/tmp"));
	dir = open("/dev", O_RDONLY | O_DIRECTORY);
	res = sys32(339, 7776, 0, 7, 0, dir, path);
	EXPECT(fanotify_mark, .res = N(res), .fd = N(7776), .mask = N(7), .dirfd = N(dir), .path = U("/tmp"),
	       .dir = S("/dev"));
}

static void inotify_called(void)
{
	long fd = sys(SYS_inotify_init1, IN_CLOEXEC), res;

	MUST(fd >= 0);
	EXPECT(inotify_init, .res = N(fd), .flags = N(IN_CLOEXEC));
	res = sys(SYS_inotify_add_watch, fd, "/tmp", IN_CREATE);
	MUST(res > 0);
	EXPECT(inotify_add_watch, .res = N(res), .fd = N(fd), .mask = N(IN_CREATE), .path = U("/tmp"));
	res = sys(SYS_inotify_add_watch, 7777, "/no/such", IN_ACCESS);
	MUST(res < 0);
	EXPECT(inotify_add_watch, .res = N(res), .fd = N(7777), .mask = N(IN_ACCESS), .path = U("/no/such"));
	fd = sys(SYS_inotify_init1, 0x7777);
	MUST(fd == -EINVAL);
	EXPECT(inotify_init, .res = N(fd), .flags = N(0x7777));
	fd = sys0(SYS_inotify_init);
	MUST(fd >= 0);
	EXPECT(inotify_init, .res = N(fd));
}

static void landlock_called(void)
{
	long res = sys(444 /* landlock_create_ruleset */, 0, 5, 0x7770);

	MUST(res < 0);
	EXPECT(landlock, .res = N(res), .ruleset_fd = N(-1), .size = N(5), .flags = N(0x7770));
	res = sys(445 /* landlock_add_rule */, 7777, 1, 0, 0x7771);
	MUST(res < 0);
	EXPECT(landlock, .res = N(res), .ruleset_fd = N(7777), .rule_type = N(1), .flags = N(0x7771));
	refuse(445, EDOM);
	res = sys(445 /* landlock_add_rule */, 7776, 2, 0, 0);
	MUST(res == -EDOM);
	EXPECT(landlock, .res = N(res), .ruleset_fd = N(7776), .rule_type = N(2));
	res = sys(446 /* landlock_restrict_self */, 7775, 0x7772);
	MUST(res < 0);
	EXPECT(landlock, .res = N(res), .ruleset_fd = N(7775), .flags = N(0x7772));
	res = sys(444 /* landlock_create_ruleset */, 0, 6, 0x7770);
	MUST(res < 0);
	EXPECT(landlock, .res = N(res), .ruleset_fd = N(-1), .size = N(6), .flags = N(0x7770));
}

/* memfd_secret has no name. */
static void secret(void)
{
	long res = sys(447 /* memfd_secret */, 0x7770);

	MUST(res < 0);
	EXPECT(memfd_create, .res = N(res), .flags = N(0x7770));
}

static void protection(void)
{
	void *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long res = sys(SYS_mprotect, page, 4096, PROT_READ | PROT_EXEC);

	MUST(res == 0);
	EXPECT(mprotect, .addr = N(page), .length = N(4096), .prot = N(PROT_READ | PROT_EXEC), .pkey = N(-1));
	res = sys(SYS_pkey_mprotect, 1, 8192, PROT_READ, 7);
	MUST(res < 0);
	EXPECT(mprotect, .res = N(res), .addr = N(1), .length = N(8192), .prot = N(PROT_READ), .pkey = N(7));
}

static void protection_ia32(void)
{
	char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	long res = sys32(125 /* mprotect */, page, 4096, PROT_READ | PROT_WRITE);

	if (res == -ENOSYS)
		t_skip("this kernel has no 32-bit system calls");
	MUST(res == 0);
	EXPECT(mprotect, .addr = N(page), .length = N(4096), .prot = N(PROT_READ | PROT_WRITE), .pkey = N(-1));
}

static void descriptors(void)
{
	sigset_t set;
	long fd = sys(SYS_eventfd2, 5, EFD_CLOEXEC);

	MUST(fd >= 0);
	EXPECT(eventfd, .res = N(fd), .initval = N(5), .flags = N(EFD_CLOEXEC));
	fd = sys(SYS_eventfd, 7);
	MUST(fd >= 0);
	EXPECT(eventfd, .res = N(fd), .initval = N(7));
	fd = sys(SYS_eventfd2, 6, 0x7777);
	MUST(fd == -EINVAL);
	EXPECT(eventfd, .res = N(fd), .initval = N(6), .flags = N(0x7777));
	fd = sys(SYS_timerfd_create, CLOCK_BOOTTIME, TFD_CLOEXEC);
	MUST(fd >= 0);
	EXPECT(timerfd_create, .res = N(fd), .clockid = N(CLOCK_BOOTTIME), .flags = N(TFD_CLOEXEC));
	fd = sys(SYS_timerfd_create, 99, 0x7777);
	MUST(fd == -EINVAL);
	EXPECT(timerfd_create, .res = N(fd), .clockid = N(99), .flags = N(0x7777));
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, 64);
	fd = sys(SYS_signalfd4, -1, &set, 8, SFD_CLOEXEC);
	MUST(fd >= 0);
	EXPECT(signalfd, .res = N(fd), .fd = N(-1), .flags = N(SFD_CLOEXEC),
	       .mask = NP(0x8000000000000001, EV_PROV_USER));
	sigemptyset(&set);
	fd = sys(SYS_signalfd, 7777, &set, 8);
	MUST(fd == -EBADF);
	EXPECT(signalfd, .res = N(fd), .fd = N(7777), .mask = NP(0, EV_PROV_USER));
	fd = sys(SYS_signalfd4, -1, &set, 8, 0x7777);
	MUST(fd == -EINVAL);
	EXPECT(signalfd, .res = N(fd), .fd = N(-1), .flags = N(0x7777), .mask = NP(0, EV_PROV_USER));
}

static void pipe_made(void)
{
	int p[2], q[2];
	long res = sys(SYS_pipe2, p, O_CLOEXEC);

	MUST(res == 0);
	EXPECT(pipe, .fd1 = NP(p[0], EV_PROV_USER), .fd2 = NP(p[1], EV_PROV_USER), .flags = N(O_CLOEXEC),
	       .ino = N(fd_of(p[1]).ino));
	res = sys(SYS_pipe, q);
	MUST(res == 0);
	EXPECT(pipe, .fd1 = NP(q[0], EV_PROV_USER), .fd2 = NP(q[1], EV_PROV_USER), .ino = N(fd_of(q[1]).ino));
	res = sys(SYS_pipe2, q, 0x7777);
	MUST(res == -EINVAL);
	EXPECT(pipe, .res = N(res), .flags = N(0x7777));
}

static void spliced(void)
{
	int p[2], q[2], in = put_file("/tmp/spliced", "sixteen bytes are", 0644);
	off_t place = 4;
	long res;

	in = open("/tmp/spliced", O_RDONLY);
	MUST(in >= 0 && pipe(p) == 0 && pipe(q) == 0);
	res = sys(SYS_splice, in, 0, p[1], 0, 9, 4 /* SPLICE_F_MORE */);
	MUST(res == 9);
	EXPECT(splice, .res = N(9), .fd_in = N(in), .fd_out = N(p[1]), .size = N(9), .flags = N(4));
	res = sys(SYS_tee, p[0], q[1], 5, 2 /* SPLICE_F_NONBLOCK */);
	MUST(res == 5);
	EXPECT(splice, .res = N(5), .fd_in = N(p[0]), .fd_out = N(q[1]), .size = N(5), .flags = N(2));
	res = sys(SYS_sendfile, q[1], in, 0, 3);
	MUST(res == 3);
	EXPECT(sendfile, .res = N(3), .out_fd = N(q[1]), .in_fd = N(in), .size = N(3), .offset = N(-1));
	res = sys(SYS_sendfile, q[1], in, &place, 2);
	MUST(res == 2 && place == 6);
	EXPECT(sendfile, .res = N(2), .out_fd = N(q[1]), .in_fd = N(in), .size = N(2), .offset = NP(6, EV_PROV_USER));
	res = sys(SYS_sendfile, 7776, 7777, 0, 4);
	MUST(res == -EBADF);
	EXPECT(sendfile, .res = N(res), .out_fd = N(7776), .in_fd = N(7777), .size = N(4), .offset = N(-1));
}

/* The offset has 32 bits, and 64 in the newer call. */
static void sent_ia32(void)
{
	uint32_t *narrow = (void *)low((uint32_t[]){ 5, ~0u }, 8);
	long res = sys32(187 /* sendfile */, 7776, 7777, narrow, 1);

	need32(res);
	EXPECT(sendfile, .res = N(res), .out_fd = N(7776), .in_fd = N(7777), .size = N(1),
	       .offset = NP(5, EV_PROV_USER));
	res = sys32(239 /* sendfile64 */, 7776, 7777, narrow, 1);
	EXPECT(sendfile, .res = N(res), .out_fd = N(7776), .in_fd = N(7777), .size = N(1),
	       .offset = NP(0xffffffff00000005, EV_PROV_USER));
}

TESTS(io,
	TEST(io, "perf_event_open records its target", perf_opened),
	TEST(io, "kexec_load is recorded at its entry, and at its exit with its result", kexec_refused),
	TEST(io, "kexec_file_load records file and command line at its entry and its exit", kexec_file_refused),
	TEST(io, "kexec_load of a 32-bit program is recorded at its entry", kexec_ia32),
	TEST(io, "kexec_load without the capability has one record, with its result", kexec_by_user),
	TEST(io, "reboot() that returns is recorded", reboot_called),
	TEST(io, "reboot() that does not return is recorded at its entry: restart", restarted),
	TEST(io, "reboot() that does not return is recorded at its entry: halt", halted),
	TEST(io, "reboot() of a 32-bit program is recorded at its entry", powered_off_ia32),
	TEST(io, "reboot() without the capability has one record, with its result", reboot_refused),
	TEST(io, "reboot() that is refused although its caller may has two records, one with its result",
	     reboot_returns),
	TEST(io, "userfaultfd is recorded", userfaultfd_called),
	TEST(io, "io_uring_setup and io_uring_register are recorded", io_uring_called),
	TEST(io, "keys record type, name and keyring", keys),
	TEST(io, "keyctl() that joins or searches records the names", keys_named),
	TEST(io, "personality() records the old one and the new one", personality_read),
	TEST(io, "sethostname and setdomainname record the name", names_set),
	TEST(io, "clock_settime and settimeofday are recorded", clock_refused),
	TEST(io, "fanotify_init and fanotify_mark are recorded", fanotify_called),
	TEST(io, "fanotify_mark of a 32-bit program is recorded", fanotify_ia32),
	TEST(io, "inotify records path and events", inotify_called),
	TEST(io, "the calls of Landlock are recorded", landlock_called),
	TEST(io, "memfd_secret is a memfd without a name", secret),
	TEST(io, "mprotect and pkey_mprotect record the protection", protection),
	TEST(io, "mprotect of a 32-bit program is recorded", protection_ia32),
	TEST(io, "eventfd, timerfd_create and signalfd are recorded", descriptors),
	TEST(io, "pipe and pipe2 record both descriptors", pipe_made),
	TEST(io, "splice, tee and sendfile record both descriptors", spliced),
	TEST(io, "sendfile of a 32-bit program is recorded, old and new", sent_ia32),
);
