// SPDX-License-Identifier: Apache-2.0
/*
 * Calls that change what a process may do, or the kernel's code: seccomp, prctl, capabilities,
 * modules, BPF. Each call once with success and once with a failure.
 */
#include <linux/bpf.h>
#include <linux/capability.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "facts.h"

static void seccomp_called(void)
{
	uint32_t action = SECCOMP_RET_ERRNO;
	long res = sys(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);

	MUST(res == 0);
	EXPECT(seccomp, .op = N(SECCOMP_GET_ACTION_AVAIL));
	res = sys(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_LOG, 0);
	MUST(res == -EFAULT);
	EXPECT(seccomp, .res = N(res), .op = N(SECCOMP_SET_MODE_FILTER),
	       .flags = N(SECCOMP_FILTER_FLAG_LOG));
}

static void prctl_called(void)
{
	void *nowhere = unmapped();
	long res = sys(SYS_prctl, PR_SET_PDEATHSIG, SIGUSR1, 3, 4, 5);

	MUST(res == 0);
	EXPECT(prctl, .option = N(PR_SET_PDEATHSIG), .arg2 = N(SIGUSR1), .arg3 = N(3), .arg4 = N(4),
	       .arg5 = N(5));
	res = sys(SYS_prctl, PR_GET_SECCOMP, 0, 0, 0, 0);
	MUST(res == 0);
	EXPECT(prctl, .option = N(PR_GET_SECCOMP));
	for (int i = 0; i < 2; i++) {
		static const char *const names[] = { "another", "and one more" };

		MUST(!sys(SYS_prctl, PR_SET_NAME, names[i], 0, 0, 0));
		EXPECT(prctl, .option = N(PR_SET_NAME), .arg2 = N(names[i]), .name = U(names[i]));
	}
	res = sys(SYS_prctl, PR_SET_NAME, nowhere, 0, 0, 0);
	MUST(res == -EFAULT);
	EXPECT(prctl, .res = N(res), .option = N(PR_SET_NAME), .arg2 = N(nowhere), .name = UNREADABLE);
	res = sys(SYS_prctl, 0x7777, -1, 6, 7, 8);
	MUST(res == -EINVAL);
	EXPECT(prctl, .res = N(res), .option = N(0x7777), .arg2 = N(-1), .arg3 = N(6), .arg4 = N(7),
	       .arg5 = N(8));
}

static void prctl_ia32(void)
{
	long res = sys32(172 /* prctl */, PR_SET_PDEATHSIG, -1, 3, 4, 5);

	if (res == -ENOSYS)
		t_skip("this kernel has no 32-bit system calls");
	MUST(res == -EINVAL);
	EXPECT(prctl, .res = N(res), .option = N(PR_SET_PDEATHSIG), .arg2 = N(-1), .arg3 = N(3),
	       .arg4 = N(4), .arg5 = N(5));
}

static uint64_t caps_of(const char *format)
{
	return word_of("/proc/self/status", format);
}

#define CAPS_NOW							\
	.cap_inheritable = N(caps_of("CapInh:%lx")),			\
	.cap_permitted = N(caps_of("CapPrm:%lx")),			\
	.cap_effective = N(caps_of("CapEff:%lx"))

static void capset_called(void)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct d[2];
	long res;

	MUST(syscall(SYS_capget, &h, d) == 0);
	d[0].effective &= ~(1u << CAP_KILL);
	d[0].inheritable |= 1u << CAP_CHOWN;
	res = sys(SYS_capset, &h, d);
	MUST(res == 0 && caps_of("CapInh:%lx") == 1u << CAP_CHOWN);
	EXPECT(capset, CAPS_NOW);
	d[0].permitted = d[0].effective = 1u << CAP_SYS_ADMIN | 1u << CAP_CHOWN;
	d[1].permitted = d[1].effective = 0;
	d[0].inheritable = 0;
	res = sys(SYS_capset, &h, d);
	MUST(res == 0 && caps_of("CapEff:%lx") == (1u << CAP_SYS_ADMIN | 1u << CAP_CHOWN));
	EXPECT(capset, CAPS_NOW);
	d[0].permitted = ~0u;
	res = sys(SYS_capset, &h, d);
	MUST(res == -EPERM);
	EXPECT(capset, .res = N(res), CAPS_NOW);
}

static void module_removed(void)
{
	long res = sys(SYS_delete_module, "no_such_module", 0x800 /* O_NONBLOCK */);

	MUST(res < 0);
	EXPECT(delete_module, .res = N(res), .flags = N(0x800), .name = U("no_such_module"));
	res = sys(SYS_delete_module, "nor_this", 0xa00 /* O_NONBLOCK | O_TRUNC */);
	MUST(res < 0);
	EXPECT(delete_module, .res = N(res), .flags = N(0xa00), .name = U("nor_this"));
	res = sys(SYS_delete_module, unmapped(), 0);
	MUST(res < 0);
	EXPECT(delete_module, .res = N(res), .name = UNREADABLE);
}

/* A field that is among the attributes in user memory. */
#define GIVEN(field, value)	.field = NP(value, EV_PROV_USER)

static void bpf_called(void)
{
	union bpf_attr attr;
	long fd;

	memset(&attr, 0, sizeof(attr));
	attr.map_type = BPF_MAP_TYPE_ARRAY;
	attr.key_size = attr.value_size = 4;
	attr.max_entries = 1;
	fd = sys(SYS_bpf, BPF_MAP_CREATE, &attr, 48);
	MUST(fd >= 0);
	EXPECT(bpf, .res = N(fd), .cmd = N(BPF_MAP_CREATE), .size = N(48),
	       .first = NP(BPF_MAP_TYPE_ARRAY, EV_PROV_USER), GIVEN(map_type, BPF_MAP_TYPE_ARRAY),
	       GIVEN(count, 1), GIVEN(attr_flags, 0), .object = N(-1));
	attr.map_type = 99;
	fd = sys(SYS_bpf, 0x7777, &attr, 32);
	MUST(fd == -EINVAL);
	EXPECT(bpf, .res = N(fd), .cmd = N(0x7777), .size = N(32), .first = NP(99, EV_PROV_USER),
	       .object = N(-1));
	fd = sys(SYS_bpf, BPF_PROG_LOAD, unmapped(), 32);
	MUST(fd < 0);
	EXPECT(bpf, .res = N(fd), .cmd = N(BPF_PROG_LOAD), .size = N(32), .first = UNREADABLE,
	       .prog_type = UNREADABLE, .count = UNREADABLE, .object = N(-1));
}

/* The smallest program: it returns 0. */
static long loads(uint32_t type, const char *name, uint32_t n)
{
	const struct bpf_insn code[] = { { .code = 0xb7 }, { .code = 0xb7 }, { .code = 0x95 } };
	union bpf_attr attr = { .prog_type = type, .insn_cnt = n,
				.insns = (uintptr_t)(code + 3 - n), .license = (uintptr_t)"GPL",
				.prog_flags = n == 3 ? BPF_F_ANY_ALIGNMENT : 0 };
	long fd;

	memcpy(attr.prog_name, name, strlen(name));
	fd = sys(SYS_bpf, BPF_PROG_LOAD, &attr, 72);
	MUST(fd >= 0);
	EXPECT(bpf, .res = N(fd), .cmd = N(BPF_PROG_LOAD), .size = N(72), .first = NP(type, EV_PROV_USER),
	       GIVEN(prog_type, type), GIVEN(count, n), GIVEN(attr_flags, n == 3 ? BPF_F_ANY_ALIGNMENT : 0),
	       .object = N(-1), .name = U(name));
	return fd;
}

static void bpf_loaded(void)
{
	loads(BPF_PROG_TYPE_SOCKET_FILTER, "filter", 2);
	loads(BPF_PROG_TYPE_SCHED_CLS, "fifteen_letters", 3);
}

static void bpf_named_map(void)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_HASH, .key_size = 4, .value_size = 8,
				.max_entries = 7, .map_flags = BPF_F_NO_PREALLOC, .map_name = "table" };
	long fd = sys(SYS_bpf, BPF_MAP_CREATE, &attr, 48);

	MUST(fd >= 0);
	EXPECT(bpf, .res = N(fd), .cmd = N(BPF_MAP_CREATE), .size = N(48),
	       .first = NP(BPF_MAP_TYPE_HASH, EV_PROV_USER), GIVEN(map_type, BPF_MAP_TYPE_HASH),
	       GIVEN(count, 7), GIVEN(attr_flags, BPF_F_NO_PREALLOC), .object = N(-1), .name = U("table"));
}

static void pins(const char *path, long fd, int want)
{
	union bpf_attr attr = { .pathname = (uintptr_t)path, .bpf_fd = fd };
	long res = sys(SYS_bpf, BPF_OBJ_PIN, &attr, 16);

	MUST(want ? res < 0 : res == 0);
	EXPECT(bpf, .res = N(res), .cmd = N(BPF_OBJ_PIN), .size = N(16),
	       .first = NP((uint32_t)(uintptr_t)path, EV_PROV_USER), GIVEN(object, fd), .path = U(path));
}

static void bpf_pinned(void)
{
	long fd = loads(BPF_PROG_TYPE_SOCKET_FILTER, "pinned", 2), got;
	union bpf_attr attr = { .pathname = (uintptr_t)"/tmp/pins/one" };

	MUST(mkdir("/tmp/pins", 0755) == 0 || errno == EEXIST);
	MUST(unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
	MUST(mount("pins", "/tmp/pins", "bpf", 0, NULL) == 0);
	pins("/tmp/pins/one", fd, 0);
	pins("/tmp/nowhere/two", 7777, -EBADF);
	got = sys(SYS_bpf, BPF_OBJ_GET, &attr, 16);
	MUST(got >= 0);
	EXPECT(bpf, .res = N(got), .cmd = N(BPF_OBJ_GET), .size = N(16),
	       .first = NP((uint32_t)attr.pathname, EV_PROV_USER), .object = N(-1),
	       .path = U("/tmp/pins/one"));
}

static void bpf_attached(void)
{
	long fd = loads(BPF_PROG_TYPE_SCHED_CLS, "attached", 2), res;
	union bpf_attr attr = { .target_fd = 7777, .attach_bpf_fd = fd,
				.attach_type = BPF_CGROUP_INET_EGRESS };

	res = sys(SYS_bpf, BPF_PROG_ATTACH, &attr, 20);
	MUST(res < 0);
	EXPECT(bpf, .res = N(res), .cmd = N(BPF_PROG_ATTACH), .size = N(20),
	       .first = NP(7777, EV_PROV_USER), GIVEN(object, fd),
	       GIVEN(attach_type, BPF_CGROUP_INET_EGRESS), GIVEN(attr_flags, 0));
	memset(&attr, 0, sizeof(attr));
	attr.link_create.prog_fd = fd;
	attr.link_create.target_fd = 7777;
	attr.link_create.attach_type = BPF_CGROUP_DEVICE;
	res = sys(SYS_bpf, BPF_LINK_CREATE, &attr, 16);
	MUST(res < 0);
	EXPECT(bpf, .res = N(res), .cmd = N(BPF_LINK_CREATE), .size = N(16), .first = NP(fd, EV_PROV_USER),
	       GIVEN(object, fd), GIVEN(attach_type, BPF_CGROUP_DEVICE));
}

static void bpf_raw_tracepoint(void)
{
	union bpf_attr attr = { .raw_tracepoint = { .name = (uintptr_t)"no_such_event", .prog_fd = 7776 } };
	long res = sys(SYS_bpf, BPF_RAW_TRACEPOINT_OPEN, &attr, 16);

	MUST(res < 0);
	EXPECT(bpf, .res = N(res), .cmd = N(BPF_RAW_TRACEPOINT_OPEN), .size = N(16),
	       .first = NP((uint32_t)attr.raw_tracepoint.name, EV_PROV_USER), GIVEN(object, 7776),
	       .name = U("no_such_event"));
}

static void bpf_ia32(void)
{
	char attr[32] = "";
	long res = sys32(357 /* bpf */, BPF_PROG_LOAD, low(attr, sizeof(attr)), 32);

	if (res == -ENOSYS)
		t_skip("this kernel has no 32-bit system calls");
	MUST(res < 0);
	EXPECT(bpf, .res = N(res), .cmd = N(BPF_PROG_LOAD), .size = N(32), .first = NP(0, EV_PROV_USER),
	       .prog_type = NP(0, EV_PROV_USER), .count = NP(0, EV_PROV_USER), .object = N(-1));
}

TESTS(security,
	TEST(security, "seccomp() records its operation", seccomp_called),
	TEST(security, "prctl() records option and arguments", prctl_called),
	TEST(security, "prctl() of a 32-bit program widens a negative argument", prctl_ia32),
	TEST(security, "capset records the capabilities after the call", capset_called),
	TEST(security, "delete_module records the name", module_removed),
	TEST(security, "bpf() records command and descriptor", bpf_called),
	TEST(security, "bpf() that loads a program records its type and name", bpf_loaded),
	TEST(security, "bpf() that creates a map records its type and name", bpf_named_map),
	TEST(security, "bpf() that pins records the path", bpf_pinned),
	TEST(security, "bpf() that attaches records program and place", bpf_attached),
	TEST(security, "bpf() that opens a raw tracepoint records its name", bpf_raw_tracepoint),
	TEST(security, "bpf() of a 32-bit program is recorded", bpf_ia32),
);
