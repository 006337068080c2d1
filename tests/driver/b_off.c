// SPDX-License-Identifier: Apache-2.0
/*
 * Tests which function hooks are armed, and what kernel.ftrace_enabled=0 does: while those of the
 * module are armed, the kernel refuses it from 5.5 on. Before, and with eBPF, it turns them off,
 * which the list of hooks says, and each call that they missed is counted.
 */
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "border.h"

#define CALLS	50l

/* Returns 0 or the kernel's error. */
static int ftrace_set(const char *value)
{
	int fd = open("/proc/sys/kernel/ftrace_enabled", O_WRONLY | O_CLOEXEC), err = 0;

	if (fd < 0)
		border_skip("this kernel has no sysctl kernel.ftrace_enabled");
	if (write(fd, value, 1) != 1)
		err = errno;
	close(fd);
	return err;
}

static struct sk_info info;

/* Opens and chmods. */
static struct saker_selection *select_both(void)
{
	static struct saker_selection sel;

	sel = *select_opens();
	sel.action[EV_ABI_64][SYS_chmod] = SAKER_ACT_EMIT;
	return &sel;
}

static int chmod_times(void *n)
{
	for (long i = 0; i < (long)n; i++)
		syscall(SYS_chmod, "/tmp", 01777);
	return 0;
}

/*
 * Makes CALLS opens and as many chmods, of which each has its record. Returns how many of them no
 * hook saw.
 */
static uint64_t calls_unseen(void)
{
	struct seen seen = { 0 };
	uint64_t before;

	CHECK_IS(sk_info(&sk, &info), 0);
	before = info.unpaired;
	CHECK_IS(stranger(open_times, (void *)CALLS), 0);
	CHECK_IS(stranger(chmod_times, (void *)CALLS), 0);
	look(&seen);
	CHECK(seen.n[EV_open] >= CALLS && seen.n[EV_chmod] >= CALLS);
	CHECK_IS(seen.bad_sums + seen.breaks, 0);
	CHECK_IS(sk_info(&sk, &info), 0);
	return info.unpaired - before;
}

static void hooks_turned_off(void)
{
	static const char hook[] = "security_file_open", off[] = "missing: kernel.ftrace_enabled is 0";
	int err;

	attach(1 << 20);
	arm(select_both());
	CHECK_IS(calls_unseen(), 0);
	err = ftrace_set("0");
	if (err) {
		CHECK_IS(err, EBUSY);
		CHECK(!strcmp(hook_state(hook), "armed"));
		CHECK_IS(calls_unseen(), 0);
	} else {
		CHECK(!strncmp(hook_state(hook), off, sizeof(off) - 1));
		CHECK(calls_unseen() >= 2 * CALLS);
	}
	CHECK_IS(ftrace_set("1"), 0);
	CHECK(!strcmp(hook_state(hook), "armed"));
	CHECK_IS(calls_unseen(), 0);
}

/* Function hooks share one filter of ftrace, which must never be empty while it is in use. */
static void hooks_come_and_go(void)
{
	static const char file[] = "security_file_open", chmod_hook[] = "security_path_chmod";

	attach(1 << 20);
	for (unsigned int i = 0; i < 3; i++) {
		arm(select_both());
		CHECK(!strcmp(hook_state(file), "armed"));
		CHECK(!strcmp(hook_state(chmod_hook), "armed"));
		CHECK_IS(calls_unseen(), 0);
		arm(select_opens());
		CHECK(!strcmp(hook_state(file), "armed"));
		CHECK(!strncmp(hook_state(chmod_hook), "idle", 4));
		CHECK_IS(stranger(open_times, (void *)CALLS), 0);
	}
}

BORDER_TESTS(off,
	TEST("a selection with fewer events disarms their function hooks, and the others stay",
	     hooks_come_and_go),
	TEST("kernel.ftrace_enabled=0 leaves function hooks as they are, or is reported and counted",
	     hooks_turned_off),
);
