// SPDX-License-Identifier: Apache-2.0
/*
 * The module: its device, its mapped pages, and the row of the table that it is.
 * What goes over netlink is in genl.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kmod.h"

void sk_unmap(struct sk *sk)
{
	size_t page = sysconf(_SC_PAGESIZE);

	for (unsigned int i = 0; i < sk->nrings; i++) {
		struct sk_ring *r = &sk->ring[i];

		if (r->p)
			munmap((void *)r->p, page);
		if (r->c)
			munmap((void *)r->c, page);
		if (r->data)
			munmap((void *)r->data, 2 * r->info.data_size);
	}
	memset(sk->ring, 0, sizeof(sk->ring));
	sk->nrings = 0;
}

static void leave(struct sk *sk)
{
	sk_unmap(sk);
	if (sk->fd >= 0)
		close(sk->fd);
	if (sk->nl >= 0)
		close(sk->nl);
	sk->fd = sk->nl = -1;
}

int sk_open(struct sk *sk)
{
	struct saker_hello hello = { .abi_major = SAKER_ABI_MAJOR, .abi_minor = SAKER_ABI_MINOR };
	int err = sk_getters(sk);

	if (err)
		return err;
	sk->fd = open(SAKER_DEVICE_PATH, O_RDWR | O_CLOEXEC);
	if (sk->fd < 0 || ioctl(sk->fd, SAKER_IOC_HELLO, &hello) < 0) {
		err = -errno;
		leave(sk);
		return err;
	}
	sk->cookie = hello.cookie;
	return 0;
}

static void *map(struct sk *sk, uint64_t off, size_t len, int prot)
{
	void *p = mmap(NULL, len, prot, MAP_SHARED, sk->fd, off);

	return p == MAP_FAILED ? NULL : p;
}

int sk_map(struct sk *sk)
{
	static struct sk_info info;
	size_t page = sysconf(_SC_PAGESIZE);
	int err = sk_info(sk, &info);

	if (err)
		return err;
	sk->nrings = info.nrings;
	for (unsigned int i = 0; i < info.nrings; i++) {
		struct sk_ring *r = &sk->ring[i];

		r->info = info.ring[i];
		r->p = map(sk, r->info.producer_off, page, PROT_READ);
		r->c = map(sk, r->info.consumer_off, page, PROT_READ | PROT_WRITE);
		r->data = map(sk, r->info.data_off, 2 * r->info.data_size, PROT_READ);
		if (!r->p || !r->c || !r->data)
			return -errno;
		if (r->p->magic != SAKER_RING_MAGIC || r->p->size != r->info.data_size)
			return -EPROTO;
		r->tail = r->c->tail;
	}
	return info.nrings ? 0 : -ENODATA;
}

static int attach(struct sk *sk, uint64_t ring_size)
{
	static struct sk_info info;
	int err = sk_open(sk);

	if (!err)
		err = sk_info(sk, &info);
	/* A size is changed only while the rings are empty and nobody maps them. */
	if (!err && ring_size && info.ring_size != ring_size) {
		err = sk_map(sk);
		sk_drain(sk, NULL, NULL);
		sk_unmap(sk);
		if (!err)
			err = sk_config(sk, SAKER_A_RING_SIZE, ring_size);
	}
	return err ? err : sk_map(sk);
}

/* The rings are not inherited. */
static void disown(struct sk *sk)
{
	if (sk->fd >= 0)
		close(sk->fd);
	if (sk->nl >= 0)
		close(sk->nl);
}

static int orphan(struct sk *sk, uint32_t seconds)
{
	return sk_config(sk, SAKER_A_ORPHAN_S, seconds);
}

static int snapshot(struct sk *sk, struct saker_snapshot *snap)
{
	return ioctl(sk->fd, SAKER_IOC_SNAPSHOT, snap) < 0 ? -errno : 0;
}

static int prefilter(struct sk *sk, const struct saker_prefilter *program)
{
	struct saker_prefilter_at load = { .at = (uintptr_t)program, .size = program->size };

	return ioctl(sk->fd, SAKER_IOC_PREFILTER, &load) < 0 ? -errno : 0;
}

static void flush(struct sk *sk)
{
	ioctl(sk->fd, SAKER_IOC_FLUSH);
}

static int wait_ms(struct sk *sk, int ms)
{
	struct pollfd p = { .fd = sk->fd, .events = POLLIN };

	return poll(&p, 1, ms);
}

const struct sk_driver sk_kmod = {
	.name = "kmod",
	.look = genl_connect,
	.attach = attach,
	.close = leave,
	.disown = disown,
	.info = genl_info,
	.stats = genl_stats,
	.select = genl_select,
	.prefilter = prefilter,
	.state = genl_state,
	.orphan = orphan,
	.snapshot = snapshot,
	.flush = flush,
	.wait = wait_ms,
};
