// SPDX-License-Identifier: Apache-2.0
/*
 * Tests bad input: users without rights, consumers that write wrong values into
 * the rings, malformed messages. Each gets one error and has no other effect; the
 * runner checks after each test that the module still works.
 */
#include <fcntl.h>
#include <linux/capability.h>
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "border.h"

static void other_abi(void)
{
	struct saker_hello h = { .abi_major = SAKER_ABI_MAJOR + 1 };
	int fd = open(SAKER_DEVICE_PATH, O_RDWR | O_CLOEXEC);

	CHECK(fd >= 0);
	CHECK(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED);
	CHECK(ioctl(fd, SAKER_IOC_HELLO, &h) < 0 && errno == EPROTO);
	CHECK_IS(h.abi_major, SAKER_ABI_MAJOR); /* so the agent can say which is which */
	CHECK_IS(h.cookie, 0);
	CHECK(ioctl(fd, SAKER_IOC_SNAPSHOT, &(struct saker_snapshot){ 0 }) < 0);
	CHECK(ioctl(fd, SAKER_IOC_HELLO, NULL) < 0 && errno == EFAULT);
	CHECK(ioctl(fd, 0xdeadbeef, NULL) < 0);
	close(fd);
}

static int open_device(void *arg)
{
	int fd = open(SAKER_DEVICE_PATH, O_RDWR | O_CLOEXEC);

	(void)arg;
	return fd < 0 ? errno : 0;
}

static int attach_too(void *arg)
{
	static struct sk other;

	return -sk_attach(&other, arg, 0);
}

static void second_consumer(void)
{
	static struct sk_info info;

	attach(0);
	CHECK_IS(stranger(attach_too, (void *)sk.driver), EBUSY);
	CHECK_IS(sk_info(&sk, &info), 0);
	CHECK_IS(info.holder_pid, getpid());
	CHECK(!strcmp(info.holder_comm, "border-test"));
}

static int as_nobody(void *arg)
{
	(void)arg;
	return setregid(65534, 65534) || setreuid(65534, 65534) ? 99 : open_device(NULL);
}

static int as_namespace_root(void *arg)
{
	(void)arg;
	return unshare(CLONE_NEWUSER) ? 99 : open_device(NULL);
}

static void no_rights(void)
{
	CHECK_IS(stranger(as_nobody, NULL), EACCES);
	CHECK_IS(chmod(SAKER_DEVICE_PATH, 0666), 0);
	CHECK_IS(stranger(as_nobody, NULL), EPERM);
	CHECK_IS(stranger(as_namespace_root, NULL), EPERM);
	chmod(SAKER_DEVICE_PATH, 0600);
}

/* All capabilities gone but CAP_NET_ADMIN: what a container on the host's network may have. */
static int only_net_admin(void)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct d[2] = { { 0 } };

	d[0].effective = d[0].permitted = 1u << CAP_NET_ADMIN;
	return syscall(SYS_capset, &h, d);
}

static int set_with(struct sk *s, uint64_t cookie)
{
	s->cookie = cookie;
	return -sk_state(s, SAKER_STATE_DISARMED);
}

static int disarm_by_net_admin(void *arg)
{
	struct sk s;

	(void)arg;
	if (only_net_admin() || sk_getters(&s))
		return 99;
	return set_with(&s, 1);
}

static int getters_by_net_admin(void *arg)
{
	static struct sk_info info;
	static struct sk_stats stats;
	struct sk s;

	(void)arg;
	if (only_net_admin() || sk_getters(&s))
		return 99;
	return sk_info(&s, &info) == -EPERM && sk_stats(&s, &stats) == -EPERM ? 0 : 1;
}

static int getters_by_nobody(void *arg)
{
	static struct sk_info info;
	struct sk s;

	(void)arg;
	if (setregid(65534, 65534) || setreuid(65534, 65534) || sk_getters(&s))
		return 99;
	return -sk_info(&s, &info);
}

static void wrong_cookie(void)
{
	static struct sk_info before, after;
	uint64_t right, generation;
	struct sk_attr no_cookie = { SAKER_A_STATE, 4, &(uint32_t){ SAKER_STATE_DISARMED } };
	struct sk_attr short_cookie[] = {
	{ .type = SAKER_A_COOKIE, .len = 4, .data = &right }, no_cookie };

	attach(0);
	arm(select_opens());
	CHECK_IS(sk_info(&sk, &before), 0);
	right = sk.cookie;
	CHECK_IS(set_with(&sk, 0), EPERM);
	CHECK_IS(set_with(&sk, right ^ 1), EPERM);
	CHECK_IS(sk_select(&sk, select_opens()), -EPERM);
	CHECK_IS(sk_config(&sk, SAKER_A_ORPHAN_S, 1), -EPERM);
	CHECK(sk_request(&sk, SAKER_CMD_SET_STATE, &no_cookie, 1) == -EPERM);
	CHECK(sk_request(&sk, SAKER_CMD_SET_STATE, short_cookie, 2) < 0);
	CHECK_IS(stranger(disarm_by_net_admin, NULL), EPERM);
	CHECK_IS(stranger(getters_by_net_admin, NULL), 0);
	CHECK_IS(stranger(getters_by_nobody, NULL), EPERM);
	sk.cookie = right;
	CHECK_IS(sk_info(&sk, &after), 0);
	CHECK(after.denied >= before.denied + 6);
	CHECK_IS(after.state, SAKER_STATE_ARMED);
	generation = after.generation;
	CHECK_IS(generation, before.generation);
	CHECK_IS(after.orphan_s, before.orphan_s);
}

static void bad_selection(void)
{
	static unsigned char bytes[sizeof(struct saker_selection) + 64];
	struct saker_selection *sel = (void *)bytes;
	const struct {
		long off;
		unsigned char value;
	} wrong[] = {
		{ offsetof(struct saker_selection, flags) + 3, 0x80 },
		{ offsetof(struct saker_selection, argv_max) + 2, 1 },
		{ offsetof(struct saker_selection, env_max) + 2, 1 },
		{ offsetof(struct saker_selection, data_max) + 1, 16 },
		{ offsetof(struct saker_selection, event) + EV_execve, 2 },
		{ offsetof(struct saker_selection, action) + 5, 16 },
		{ offsetof(struct saker_selection, action) + sizeof(sel->action) - 1, 255 },
	};
	struct sk_attr a[2];

	attach(0);
	arm(select_opens());
	a[0] = (struct sk_attr){ SAKER_A_COOKIE, 8, &sk.cookie };
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		*sel = *select_opens();
		sel->generation = sk_generation(&sk);
		bytes[wrong[i].off] = wrong[i].value;
		CHECK_IS(sk_select(&sk, sel), -EINVAL);
	}
	*sel = *select_opens();
	sel->generation = sk_generation(&sk);
	for (int len = sizeof(*sel) - 8; sk.driver == &sk_kmod && len <= (int)sizeof(*sel) + 8; len += 16) {
		a[1] = (struct sk_attr){ SAKER_A_SELECTION, len, bytes };
		CHECK(sk_request(&sk, SAKER_CMD_SET_SELECTION, a, 2) < 0);
	}
	CHECK(sk.driver != &sk_kmod || sk_request(&sk, SAKER_CMD_SET_SELECTION, a, 1) < 0);
	sel->generation = sk_generation(&sk) - 1;
	CHECK_IS(sk_select(&sk, sel), -ESTALE);
}

static void bad_messages(void)
{
	struct {
		struct nlmsghdr nl;
		struct genlmsghdr genl;
		unsigned char rest[64];
	} m;
	static const struct {
		unsigned int len;
		unsigned char cmd, version, rest[8];
	} wrong[] = {
		/* no genl header */
		{ .len = sizeof(struct nlmsghdr), .cmd = 1, .version = 1, .rest = "" },
		{ .len = sizeof(struct nlmsghdr) + 2, .cmd = 1, .version = 1, .rest = "" },
		/* no such command */
		{ .len = 20, .cmd = 200, .version = 1, .rest = "" },
		{ .len = 20, .cmd = 0, .version = 1, .rest = "" },
		/* attribute shorter than its header */
		{ .len = 28, .cmd = SAKER_CMD_SET_STATE, .version = 1, .rest = "\x03\x00\x01\x00" },
		/* longer than the message */
		{ .len = 28, .cmd = SAKER_CMD_SET_STATE, .version = 1, .rest = "\xff\xff\x01\x00" },
		/* unknown attribute */
		{ .len = 28, .cmd = SAKER_CMD_SET_CONFIG, .version = 1, .rest = "\x08\x00\xff\x3f" },
		/* cut in the middle */
		{ .len = 22, .cmd = SAKER_CMD_SET_SELECTION, .version = 1, .rest = "\x08\x00" },
		{ .len = 20, .cmd = SAKER_CMD_SET_SELECTION, .version = 99, .rest = "" },
		/* only ever sent by the kernel */
		{ .len = 20, .cmd = SAKER_CMD_HEALTH, .version = 1, .rest = "" },
	};

	attach(0);
	arm(select_opens());
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		memset(&m, 0, sizeof(m));
		m.nl = (struct nlmsghdr){ .nlmsg_len = wrong[i].len,
					  .nlmsg_type = sk.family,
					  .nlmsg_flags = NLM_F_REQUEST | NLM_F_ACK,
					  .nlmsg_seq = sk.seq + 1 };
		m.genl.cmd = wrong[i].cmd;
		m.genl.version = wrong[i].version;
		memcpy(m.rest, wrong[i].rest, 8);
		border_check(sk_send_raw(&sk, &m, wrong[i].len) < 0, "a wrong message is an error",
			     __FILE__, __LINE__, i);
	}
}

static void wrong_mappings(void)
{
	struct saker_ring_info *r;
	size_t page = 4096;

	attach(0);
	r = &sk.ring[0].info;
#define MAPS(off, len, prot) (mmap(NULL, len, prot, MAP_SHARED, sk.fd, off) != MAP_FAILED)
	CHECK(!MAPS(r->producer_off, page, PROT_READ | PROT_WRITE));
	CHECK(!MAPS(r->data_off, 2 * r->data_size, PROT_READ | PROT_WRITE));
	CHECK(!MAPS(r->data_off, 2 * r->data_size + page, PROT_READ));
	CHECK(!MAPS(r->producer_off, 1 << 30, PROT_READ));
	CHECK(!MAPS(0x7ffffffff000, page, PROT_READ));
	CHECK(!MAPS((uint64_t)4000 << 32, page, PROT_READ));
	CHECK(!MAPS(r->data_off + 2 * r->data_size, page, PROT_READ));
	CHECK(mprotect((void *)sk.ring[0].data, page, PROT_READ | PROT_WRITE) < 0);
	CHECK(mprotect((void *)sk.ring[0].p, page, PROT_READ | PROT_WRITE) < 0);
	CHECK(mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_PRIVATE, sk.fd, r->producer_off) ==
		      MAP_FAILED ||
	      errno == 0);
}

static int touch_ring(void *arg)
{
	(void)arg;
	return sk.ring[0].p->magic == SAKER_RING_MAGIC;
}

static void not_inherited(void)
{
	attach(0);
	CHECK_IS(stranger(touch_ring, NULL), 1000 + SIGSEGV);
}

/* Whatever the page says, the module goes on, refuses it and counts. */
static void lying_page(void)
{
	static const uint64_t lies[] = { ~0ull, 1, 1ull << 63, 0xfffffffffffffff8, 4 };
	struct seen s = { 0 };
	uint64_t before[SK_CPUS], refused = 0;

	attach(128 << 10);
	arm(select_opens());
	for (size_t l = 0; l < sizeof(lies) / sizeof(*lies); l++) {
		for (unsigned int i = 0; i < sk.nrings; i++) {
			before[i] = sk.ring[i].tail;
			sk.ring[i].c->tail = l == 4 ? sk.ring[i].p->head + 8 : lies[l];
			sk.ring[i].c->wake = 0xffffffff;
		}
		CHECK_IS(stranger(open_times, (void *)800), 0);
		for (unsigned int i = 0; i < sk.nrings; i++) {
			CHECK(sk.ring[i].p->head - before[i] <= sk.ring[i].info.data_size);
			sk.ring[i].c->tail = sk.ring[i].tail;
			refused += sk.ring[i].p->bad_tail;
		}
		look(&s);
	}
	CHECK(refused > 0);
	CHECK_IS(s.breaks, 0);
}

/* A tail that moves backwards is refused: the driver may already have overwritten that data. */
static void backward_tail(void)
{
	struct seen s = { 0 };

	attach(128 << 10);
	arm(select_opens());
	CHECK_IS(stranger(open_times, (void *)800), 0);
	look(&s);
	CHECK_IS(stranger(open_times, (void *)800), 0);
	for (unsigned int i = 0; i < sk.nrings; i++)
		sk.ring[i].c->tail = sk.ring[i].tail > 4096 ? sk.ring[i].tail - 4096 : 0;
	CHECK_IS(stranger(open_times, (void *)800), 0);
	look(&s);
	CHECK_IS(s.breaks, 0);
}

static void bad_config(void)
{
	static struct sk_info info;
	struct seen s = { 0 };
	uint64_t size;

	attach(0);
	CHECK_IS(sk_info(&sk, &info), 0);
	size = info.ring_size;
	look(&s);
	CHECK(sk_config(&sk, SAKER_A_RING_SIZE, size / 2) == -EBUSY); /* it is mapped */
	sk_unmap(&sk);
	CHECK_IS(sk_config(&sk, SAKER_A_RING_SIZE, 100000), -EINVAL);
	CHECK_IS(sk_config(&sk, SAKER_A_RING_SIZE, 0), -EINVAL);
	CHECK_IS(sk_config(&sk, SAKER_A_RING_SIZE, 4096), -EINVAL);
	CHECK_IS(sk_config(&sk, SAKER_A_RING_SIZE, 1ull << 63), -EINVAL);
	CHECK(sk_config(&sk, SAKER_A_WATERMARK, 99) < 0);
	CHECK(sk_config(&sk, SAKER_A_ORPHAN_S, 0xffffffff) < 0);
	CHECK(sk_request(&sk, SAKER_CMD_SET_CONFIG,
			 &(struct sk_attr){ SAKER_A_COOKIE, 8, &sk.cookie }, 1) < 0);
	CHECK(sk_state(&sk, 77) < 0);
	CHECK_IS(sk_info(&sk, &info), 0);
	CHECK_IS(info.ring_size, size);
}

/* More than the machine has: refused, and the old rings are as they were. */
static void no_memory(void)
{
	static struct sk_info info;
	struct seen s = { 0 };
	uint64_t size;

	attach(0);
	look(&s);
	sk_info(&sk, &info);
	size = info.ring_size;
	sk_unmap(&sk);
	CHECK_IS(sk_config(&sk, SAKER_A_RING_SIZE, 1 << 30), -ENOMEM);
	CHECK_IS(sk_info(&sk, &info), 0);
	CHECK_IS(info.ring_size, size);
	CHECK_IS(sk_map(&sk), 0);
	arm(select_opens());
	memset(&s, 0, sizeof(s));
	CHECK_IS(stranger(open_times, (void *)50), 0);
	look(&s);
	CHECK_IS(s.n[EV_open], 50);
}

static int info_elsewhere(void *arg)
{
	static struct sk_info info;
	struct sk s;

	(void)arg;
	if (unshare(CLONE_NEWNET))
		return 99;
	return sk_getters(&s) || sk_info(&s, &info) || !info.nrings ? 1 : 0;
}

static void other_network(void)
{
	attach(0);
	CHECK_IS(stranger(info_elsewhere, NULL), 0);
}

static void health(void)
{
	struct sk listener;
	char buf[4096];
	ssize_t n = 0;
	uint64_t right;

	attach(0);
	CHECK_IS(sk_getters(&listener), 0);
	CHECK(listener.mcgrp != 0);
	CHECK_IS(setsockopt(listener.nl, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &listener.mcgrp, 4),
		 0);
	right = sk.cookie;
	CHECK_IS(set_with(&sk, right ^ 2), EPERM);
	sk.cookie = right;
	n = recv(listener.nl, buf, sizeof(buf), 0);
	CHECK(n > 0 && memmem(buf, n, "denied", 6));
	close(listener.nl);
}

BORDER_TESTS(hostile,
	TEST("an agent of another ABI gets the ABI number and nothing else",
	     other_abi, .module_only = "it has no device"),
	TEST("a second consumer is refused, and the holder is named", second_consumer),
	TEST("no user, and no root of a user namespace, may open the device",
	     no_rights, .module_only = "it has no device"),
	TEST("without the cookie nothing changes, whatever the capabilities",
	     wrong_cookie, .module_only = "it has no messages"),
	TEST("a selection that is wrong in any part is refused whole", bad_selection),
	TEST("messages that are short, foreign or nonsense are errors",
	     bad_messages, .module_only = "it has no messages"),
	TEST("no mapping is writable that should not be, none reaches beyond",
	     wrong_mappings, .module_only = "its maps are mapped by its own handle"),
	TEST("a child does not inherit the rings", not_inherited),
	TEST("a consumer page that lies is refused and counted", lying_page),
	TEST("a tail that goes backwards is refused", backward_tail),
	TEST("settings that make no sense are refused, and change nothing",
	     bad_config, .module_only = "it has no settings while it runs"),
	TEST("rings larger than memory are refused, and the old ones stay",
	     no_memory, .module_only = "its rings are made when it is loaded"),
	TEST("getters answer from any network namespace",
	     other_network, .module_only = "it has no messages"),
	TEST("a denied setter is reported to the health group",
	     health, .module_only = "it has no messages"),
);
