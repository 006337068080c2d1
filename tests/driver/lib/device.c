// SPDX-License-Identifier: Apache-2.0
/*
 * The device and its rings. The one idea: read as a distrustful consumer
 * would; a record that is not well formed is counted as damage and ends the
 * walk of that ring, since nothing behind it can be trusted.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "sk.h"

uint64_t sk_damage;

uint64_t sk_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
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
		sk_close(sk);
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

void sk_close(struct sk *sk)
{
	sk_unmap(sk);
	if (sk->fd >= 0)
		close(sk->fd);
	if (sk->nl >= 0)
		close(sk->nl);
	sk->fd = sk->nl = -1;
}

static uint64_t drain_ring(struct sk_ring *r, sk_record_fn *fn, void *arg)
{
	uint64_t head = __atomic_load_n(&r->p->head, __ATOMIC_ACQUIRE);
	uint64_t n = 0;
	int stop = 0;

	while (r->tail != head && !stop) {
		const struct ev_header *h =
			(const void *)(r->data + (r->tail & (r->info.data_size - 1)));
		uint32_t len = h->len;

		if (len < 8 || len % 8 || len > head - r->tail || (h->type && sk_wrong(h))) {
			fprintf(stderr, "# damage: cpu %u at %llu: len %u type %u: %s\n", r->info.cpu,
				(unsigned long long)r->tail, len, h->type,
				len >= sizeof(*h) ? sk_wrong(h) : "length");
			sk_damage++;
			r->tail = head;
			break;
		}
		if (h->type) {			/* 0 is padding */
			n++;
			stop = fn ? fn(arg, r->info.cpu, h) : 0;
		}
		r->tail += len;
		__atomic_store_n(&r->c->tail, r->tail, __ATOMIC_RELEASE);
	}
	return n;
}

uint64_t sk_drain(struct sk *sk, sk_record_fn *fn, void *arg)
{
	uint64_t n = 0;

	for (unsigned int i = 0; i < sk->nrings; i++)
		n += drain_ring(&sk->ring[i], fn, arg);
	return n;
}

int sk_attach(struct sk *sk, uint64_t ring_size)
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
	if (!err)
		err = sk_map(sk);
	if (err)
		sk_close(sk);
	return err;
}

void sk_flush(struct sk *sk)
{
	ioctl(sk->fd, SAKER_IOC_FLUSH);
}
