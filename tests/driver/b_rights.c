// SPDX-License-Identifier: Apache-2.0
/*
 * Tests which capability each action needs: a consumer without capabilities, one in
 * a pid namespace of its own, and a user with namespaces of his own.
 */
#include <linux/capability.h>
#include <linux/netlink.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "border.h"

#define CAPABILITY_BPF 39 /* headers of older systems lack it */

static int keep_only(uint64_t caps)
{
	struct __user_cap_header_struct h = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct d[2] = { { 0 } };

	d[0].effective = d[0].permitted = (uint32_t)caps;
	d[1].effective = d[1].permitted = (uint32_t)(caps >> 32);
	return syscall(SYS_capset, &h, d);
}

/* What an agent does after its start. Return: 0, or the number of the step that failed. */
static int work(struct sk *s)
{
	static struct sk_info info;
	static struct sk_stats stats;
	struct saker_snapshot snap = { 0 };
	struct saker_selection *sel = sk_everything();
	int err;

	sel->generation = sk_generation(s);
	if (sel->generation <= 1)
		return 1;
	if (sk_select(s, sel))
		return 2;
	memset(sel->event, 0, sizeof(sel->event));
	sel->generation = sk_generation(s);
	if (sk_select(s, sel))
		return 3;
	if (sk_info(s, &info) || !info.nrings || info.generation != sel->generation)
		return 4;
	if (sk_stats(s, &stats) || !stats.ncpus)
		return 5;
	err = sk_snapshot(s, &snap);
	if (err && err != -ENOTSUP)
		return 6;
	sk_flush(s);
	sk_drain(s, NULL, NULL);
	if (s->driver == &sk_kmod && sk_config(s, SAKER_A_WATERMARK, 3))
		return 7;
	return sk_state(s, SAKER_STATE_DISARMED) ? 8 : 0;
}

/* All hooks are armed by what is left: before there was nothing to arm. */
static int work_with(void *caps)
{
	static struct saker_selection nothing;
	static struct sk own;

	if (sk_attach(&own, sk.driver, 0))
		return 90;
	nothing.generation = sk_generation(&own);
	if (sk_select(&own, &nothing))
		return 91;
	if (keep_only((uint64_t)(uintptr_t)caps))
		return 92;
	return work(&own);
}

/* The rights of the one that opened are what counts; they are not taken back with his capabilities. */
static void dropped_rights(void)
{
	/* Before 5.19 bpf() itself wants it, where kernel.unprivileged_bpf_disabled is set. */
	uint64_t caps = sk.driver == &sk_kmod ? 0 : 1ull << CAPABILITY_BPF;

	CHECK_IS(stranger(work_with, (void *)(uintptr_t)caps), 0);
}

/* Shared by a consumer in a pid namespace, the decoy that has its number outside, and the test. */
struct scene {
	volatile int decoy_go, decoy_done, result, ready;
	volatile pid_t decoy;
	volatile unsigned int own, decoys, others;
	volatile uint64_t self;
};
static struct scene *scene;

static int count(void *arg, unsigned int cpu, const struct ev_header *h)
{
	(void)arg;
	(void)cpu;
	if (h->type != EV_open)
		return 0;
	if ((pid_t)h->tgid == scene->decoy)
		scene->decoys++;
	else
		scene->others++;
	return 0;
}

static int decoy(void)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (!scene->decoy_go)
		usleep(1000);
	open_times((void *)10);
	scene->decoy_done = 1;
	pause();
	return 0;
}

static int consume_inside(void)
{
	static struct sk own;
	static struct sk_info before, after;
	struct saker_selection *sel = select_opens();

	if (getpid() != scene->decoy)
		return 1;
	if (sk_attach(&own, sk.driver, 0))
		return 2;
	sk_drain(&own, NULL, NULL);
	sel->generation = sk_generation(&own);
	if (sk_select(&own, sel) || sk_info(&own, &before))
		return 3;
	open_times((void *)25);
	scene->decoy_go = 1;
	for (int i = 0; i < 5000 && !scene->decoy_done; i++)
		usleep(1000);
	sk_flush(&own);
	while (sk_drain(&own, count, NULL))
		;
	if (sk_info(&own, &after))
		return 4;
	scene->self = after.self - before.self;
	sk_state(&own, SAKER_STATE_DISARMED);
	sk_close(&own);
	return 0;
}

/* The first process of the namespace: it makes one whose number in there is the decoy's outside. */
static int first_inside(void *arg)
{
	struct {
		uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls;
		uint64_t set_tid, set_tid_size;
	} args = { .exit_signal = SIGCHLD, .set_tid_size = 1 };
	pid_t nr = scene->decoy, child;
	int status = 0;

	(void)arg;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	args.set_tid = (uintptr_t)&nr;
	child = syscall(SYS_clone3, &args, sizeof(args));
	if (child < 0)	/* not known, or not this much of it */
		return errno == ENOSYS || errno == E2BIG ? 52 : 50;
	if (!child)
		_exit(consume_inside());
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 51;
}

static int in_pid_namespace(void *arg)
{
	pid_t child;
	int status = 0;

	(void)arg;
	if (unshare(CLONE_NEWPID))
		return 60;
	child = fork();
	if (!child)
		_exit(first_inside(NULL));
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 61;
}

static void pid_namespace(void)
{
	pid_t pid;
	int status;

	scene = mmap(NULL, sizeof(*scene), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(decoy());
	scene->decoy = pid;
	status = stranger(in_pid_namespace, NULL);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	if (status == 52)
		border_skip("before 5.5 nobody chooses the number of a process");
	CHECK_IS(status, 0);
	CHECK_IS(scene->decoys, 10);
	CHECK_IS(scene->others, 0);
	CHECK(scene->self >= 25);
	munmap(scene, sizeof(*scene));
}

/* The health group by number, as a process in another network namespace can use the number too. */
static int listens(void *group)
{
	uint32_t number = (uint32_t)(uintptr_t)group;
	struct timeval second = { 2, 0 };
	char buf[4096];
	struct sk s;

	if (sk_getters(&s))
		return 99;
	if (setsockopt(s.nl, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &number, 4))
		return errno;
	setsockopt(s.nl, SOL_SOCKET, SO_RCVTIMEO, &second, sizeof(second));
	return recv(s.nl, buf, sizeof(buf), 0) > 0 ? 0 : ENOMSG;
}

static int nobody_listens(void *group)
{
	return setregid(65534, 65534) || setreuid(65534, 65534) ? 99 : listens(group);
}

static int namespace_root_listens(void *group)
{
	if (setregid(65534, 65534) || setreuid(65534, 65534) || unshare(CLONE_NEWUSER | CLONE_NEWNET))
		return 98;
	return listens(group);
}

static int root_listens_elsewhere(void *group)
{
	return unshare(CLONE_NEWNET) ? 98 : listens(group);
}

/* Listen in another process, have a message sent there, and return whether it was received. */
static int heard_by(int (*fn)(void *), uint32_t group)
{
	struct sk other;
	pid_t pid;
	int status;

	fflush(stdout);
	pid = fork();
	if (!pid)
		_exit(fn((void *)(uintptr_t)group));
	usleep(500000);
	for (int i = 0; i < 3; i++) {
		CHECK_IS(sk_open(&other), 0); /* comes and goes: two messages */
		sk_close(&other);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 1000;
}

static void health_is_for_root(void)
{
	struct sk s;
	uint32_t group;
	int status;

	CHECK_IS(sk_getters(&s), 0);
	group = s.mcgrp;
	sk_close(&s);
	CHECK_IS(heard_by(listens, group), 0);
	CHECK_IS(heard_by(root_listens_elsewhere, group), 0);
	CHECK_IS(heard_by(nobody_listens, group), EPERM);
	status = heard_by(namespace_root_listens, group);
	if (status == 98)
		border_skip("no user namespace can be made here");
	CHECK(status == ENOMSG || status == EPERM);
}

BORDER_TESTS(rights,
	TEST("a consumer that has dropped its capabilities can still change settings and read counters",
	     dropped_rights),
	TEST("a consumer in a pid namespace is not recorded, the process that has its number is",
	     pid_namespace),
	TEST("only root of the host receives health messages, in any of its network namespaces",
	     health_is_for_root, .module_only = "it has no messages"),
);
