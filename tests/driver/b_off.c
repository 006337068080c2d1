// SPDX-License-Identifier: Apache-2.0
/*
 * Tests what kernel.ftrace_enabled=0 does: while the module's function hooks are armed, the kernel
 * refuses it from 5.5 on. Before, and with eBPF, it turns them off, which the list of hooks says,
 * and the module counts each call that they missed.
 */
#include <fcntl.h>
#include <unistd.h>

#include "border.h"

#define OPENS	50l

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

/* Makes OPENS opens, of which each has its record. Returns how many of them no hook saw. */
static uint64_t opens_unseen(void)
{
	struct seen seen = { 0 };
	uint64_t before;

	CHECK_IS(sk_info(&sk, &info), 0);
	before = info.unpaired;
	CHECK_IS(stranger(open_times, (void *)OPENS), 0);
	look(&seen);
	CHECK(seen.n[EV_open] >= OPENS);
	CHECK_IS(seen.bad_sums + seen.breaks, 0);
	CHECK_IS(sk_info(&sk, &info), 0);
	return info.unpaired - before;
}

static void hooks_turned_off(void)
{
	static const char hook[] = "security_file_open", off[] = "missing: kernel.ftrace_enabled is 0";
	int err;

	attach(1 << 20);
	arm(select_opens());
	CHECK_IS(opens_unseen(), 0);
	err = ftrace_set("0");
	if (err) {
		CHECK_IS(err, EBUSY);
		CHECK(!strcmp(hook_state(hook), "armed"));
		CHECK_IS(opens_unseen(), 0);
	} else {
		CHECK(!strncmp(hook_state(hook), off, sizeof(off) - 1));
		if (sk.driver == &sk_kmod)
			CHECK(opens_unseen() >= OPENS);
	}
	CHECK_IS(ftrace_set("1"), 0);
	CHECK(!strcmp(hook_state(hook), "armed"));
	CHECK_IS(opens_unseen(), 0);
}

BORDER_TESTS(off,
	TEST("kernel.ftrace_enabled=0 leaves function hooks as they are, or is reported and counted",
	     hooks_turned_off),
);
