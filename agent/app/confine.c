/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drops capabilities and filters system calls. A refused call raises SIGSYS in the thread that made
 * it. The handler makes it fail with EPERM and writes its number to a pipe that the loop reads, so
 * every refusal is seen, also on a host without an audit log. The process is not killed: one call
 * forgotten in the list would end the sensor.
 */
#include "app/confine.h"
#include <cap-ng.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/bpf.h>
#include <linux/perf_event.h>
#include <seccomp.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <ucontext.h>
#include <unistd.h>
#include <syslog.h>
#include <saker/device.h>
#include "lib/cleanup.h"
#include "lib/log.h"

enum drivers {
	KMOD = 1u << 0,
	EBPF = 1u << 1,
	ANY = ~0u,			/* the same, and no capability at all, as in a replay */
};

static uint32_t drivers_of(const char *driver)
{
	return !strcmp(driver, "kmod") ? KMOD : !strcmp(driver, "ebpf") ? EBPF : 0;
}

/* -- capabilities -- */

/* Older headers lack the last two. */
#define CAPABILITY_DAC_READ_SEARCH	2
#define CAPABILITY_SETPCAP		8
#define CAPABILITY_SYS_PTRACE		19
#define CAPABILITY_SYS_ADMIN		21
#define CAPABILITY_PERFMON		38
#define CAPABILITY_BPF			39

static const struct {
	unsigned int cap;
	uint32_t drivers;
} kept[] = {
	/*
	 * to read exe, cwd and environment of other users' processes in /proc, and rules that only
	 * root can read
	 */
	{ CAPABILITY_SYS_PTRACE, KMOD | EBPF },
	{ CAPABILITY_DAC_READ_SEARCH, KMOD | EBPF },
	/* before 5.19 every bpf() call needs CAP_BPF: to arm more hooks, to flush the rings */
	{ CAPABILITY_BPF, EBPF },
	{ CAPABILITY_PERFMON, EBPF },
};

/* Before 5.8 eBPF needs CAP_SYS_ADMIN. */
static bool kernel_has(unsigned int cap)
{
	return prctl(PR_CAPBSET_READ, cap, 0, 0, 0) >= 0;
}

static bool has(unsigned int cap)
{
	return kernel_has(cap) && capng_have_capability(CAPNG_PERMITTED, cap);
}

static int keep(unsigned int cap)
{
	const capng_type_t type = CAPNG_EFFECTIVE | CAPNG_PERMITTED | CAPNG_BOUNDING_SET;

	return capng_update(CAPNG_ADD, type, cap) ? -EINVAL : 0;
}

static int drop_capabilities(uint32_t drivers)
{
	const size_t nkept = sizeof(kept) / sizeof(*kept);
	bool mine[sizeof(kept) / sizeof(*kept)], admin, bounds;
	int r = 0;

	if (capng_get_caps_process())
		return -errno;
	for (size_t i = 0; i < nkept; i++)
		mine[i] = kept[i].drivers & drivers && has(kept[i].cap);
	admin = drivers & EBPF && !kernel_has(CAPABILITY_BPF) && has(CAPABILITY_SYS_ADMIN);
	bounds = capng_have_capability(CAPNG_EFFECTIVE, CAPABILITY_SETPCAP);
	capng_clear(CAPNG_SELECT_BOTH);
	for (size_t i = 0; r == 0 && i < nkept; i++)
		r = mine[i] ? keep(kept[i].cap) : 0;
	if (r == 0 && admin)
		r = keep(CAPABILITY_SYS_ADMIN);
	if (r == 0 && capng_apply(bounds ? CAPNG_SELECT_BOTH : CAPNG_SELECT_CAPS))
		r = errno ? -errno : -EPERM;
	return r;
}

int confine_rights(const char *driver)
{
	int r = prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ? -errno :
		drop_capabilities(drivers_of(driver));

	if (r < 0)
		log_at(LOG_WARNING, "capabilities could not be dropped, the agent keeps all of them: %s",
		       strerror(-r));
	return r;
}

/* -- system calls -- */

#ifndef __x86_64__
#error "on_sigsys() writes the result of a refused call into the registers of x86-64; add this architecture"
#endif

struct call {
	const char *name;		/* not defined on all architectures and in all headers */
	uint32_t drivers;
	bool tests;
	unsigned int argument;
	uint64_t mask, value;
};

/* A signal handler gets no context, so the pipe for refused numbers is global. */
static volatile sig_atomic_t refusals = -1;

static void on_sigsys(int signo, siginfo_t *info, void *context)
{
	const uint32_t nr = (uint32_t)info->si_syscall;
	int saved = errno;
	ssize_t ignored;

	(void)signo;
	ignored = write(refusals, &nr, sizeof(nr));
	(void)ignored;			/* a full pipe holds thousands of numbers; this one is dropped */
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RAX] = -EPERM;
	errno = saved;
}

static int on_refused(void *ctx)
{
	struct confine *confine = ctx;
	uint32_t nr;

	while (read(confine->watch.fd, &nr, sizeof(nr)) == sizeof(nr)) {
		char *name = seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, (int)nr);

		log_line("the agent was refused the system call %s (number %u), which it does not need: "
			 "it was compromised, or it needs an update", name ? name : "", nr);
		confine->nrefused++;
		if (confine->refused)
			confine->refused(confine->ctx, name ? name : "of an unknown number");
		free(name);
	}
	return 0;
}

static int catch_refusals(struct confine *confine, int epoll)
{
	const struct sigaction action = {
		.sa_sigaction = on_sigsys, .sa_flags = SA_SIGINFO | SA_NODEFER,
	};
	int p[2];

	if (pipe2(p, O_CLOEXEC | O_NONBLOCK))
		return -errno;
	confine->watch = (struct watch){ p[0], on_refused, confine };
	refusals = p[1];
	if (sigaction(SIGSYS, &action, NULL))
		return -errno;
	return watch_add(epoll, &confine->watch);
}

static int allow(scmp_filter_ctx filter, const struct call *call)
{
	const int nr = seccomp_syscall_resolve_name(call->name);
	const struct scmp_arg_cmp test = {
		.arg = call->argument, .op = SCMP_CMP_MASKED_EQ,
		.datum_a = call->mask, .datum_b = call->value,
	};

	if (nr == __NR_SCMP_ERROR)
		return 0;
	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, nr, call->tests ? 1 : 0, &test);
}

static int make_rules(scmp_filter_ctx filter, uint32_t drivers)
{
	/* Its flags are in memory, which a filter cannot read: callers fall back to openat(). */
	int r = seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(openat2), 0);
	const struct call calls[] = {
#define CALL(name, drivers)				{ #name, drivers, false, 0, 0, 0 },
#define CALL_IF(name, drivers, argument, mask, value)	\
	{ #name, drivers, true, argument, mask, value },
#include "app/confine_calls.def"
#undef CALL
#undef CALL_IF
	};

	for (size_t i = 0; r == 0 && i < sizeof(calls) / sizeof(*calls); i++)
		if (calls[i].drivers == ANY || calls[i].drivers & drivers)
			r = allow(filter, &calls[i]);
	return r;
}

static void filter_free(scmp_filter_ctx *filter)
{
	if (*filter)
		seccomp_release(*filter);
}

int confine_calls(struct confine *confine, const char *driver, int epoll)
{
	_cleanup_(filter_free) scmp_filter_ctx filter = seccomp_init(SCMP_ACT_TRAP);
	int r = filter ? 0 : -ENOMEM;

	if (r == 0)
		r = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1);
	if (r == 0)
		r = make_rules(filter, drivers_of(driver));
	if (r == 0)
		r = catch_refusals(confine, epoll);
	if (r == 0)
		r = seccomp_load(filter);
	if (r < 0)
		log_at(LOG_WARNING, "system calls of the agent are not filtered: setting the filter: %s",
		       strerror(-r));
	return r;
}
