// SPDX-License-Identifier: Apache-2.0
/*
 * What is the same for every driver: the choice of one, and the reading of its
 * rings. It reads as a distrustful consumer would; a record that is
 * not well formed is counted as damage and ends the walk of that ring, since
 * nothing behind it can be trusted.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>

#include "sk.h"

uint64_t sk_damage;
char sk_why[256];

uint64_t sk_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1000000000ull + t.tv_nsec;
}

uint32_t sk_kernel(void)
{
	struct utsname u;
	unsigned int major = 0, minor = 0;

	uname(&u);
	sscanf(u.release, "%u.%u", &major, &minor);
	return KERNEL(major, minor);
}

const struct sk_driver *sk_driver_argument(int *argc, char ***argv)
{
	static const struct sk_driver *const drivers[] = { &sk_kmod, &sk_ebpf };

	if (*argc < 2 || strcmp((*argv)[1], "--driver"))
		return &sk_kmod;
	for (size_t i = 0; *argc > 2 && i < sizeof(drivers) / sizeof(*drivers); i++) {
		if (strcmp((*argv)[2], drivers[i]->name))
			continue;
		(*argv)[2] = (*argv)[0];
		*argv += 2;
		*argc -= 2;
		return drivers[i];
	}
	fprintf(stderr, "--driver is kmod or ebpf, not '%s'\n", *argc > 2 ? (*argv)[2] : "");
	exit(2);
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

static void begin(struct sk *sk, const struct sk_driver *driver)
{
	memset(sk, 0, sizeof(*sk));
	sk->driver = driver;
	sk->fd = sk->nl = -1;
}

int sk_look(struct sk *sk, const struct sk_driver *driver)
{
	begin(sk, driver);
	return driver->look(sk);
}

int sk_attach(struct sk *sk, const struct sk_driver *driver, uint64_t ring_size)
{
	int err;

	begin(sk, driver);
	err = driver->attach(sk, ring_size);
	if (err)
		sk_close(sk);
	return err;
}

void sk_close(struct sk *sk)
{
	sk->driver->close(sk);
}

void sk_disown(struct sk *sk)
{
	sk->driver->disown(sk);
}

int sk_info(struct sk *sk, struct sk_info *info)
{
	memset(info, 0, sizeof(*info));
	return sk->driver->info(sk, info);
}

int sk_stats(struct sk *sk, struct sk_stats *stats)
{
	memset(stats, 0, sizeof(*stats));
	return sk->driver->stats(sk, stats);
}

int sk_select(struct sk *sk, const struct saker_selection *sel)
{
	return sk->driver->select(sk, sel);
}

int sk_prefilter(struct sk *sk, const struct saker_prefilter *program)
{
	return sk->driver->prefilter(sk, program);
}

int sk_state(struct sk *sk, uint32_t state)
{
	return sk->driver->state(sk, state);
}

int sk_orphan(struct sk *sk, uint32_t seconds)
{
	return sk->driver->orphan(sk, seconds);
}

int sk_snapshot(struct sk *sk, struct saker_snapshot *snap)
{
	return sk->driver->snapshot(sk, snap);
}

void sk_flush(struct sk *sk)
{
	sk->driver->flush(sk);
}

int sk_wait(struct sk *sk, int ms)
{
	return sk->driver->wait(sk, ms);
}

uint64_t sk_generation(struct sk *sk)
{
	static struct sk_info info;

	return sk_info(sk, &info) ? 1 : info.generation + 1;
}

uint64_t sk_hits(const struct sk_stats *s, unsigned int type)
{
	uint64_t sum = 0;

	for (unsigned int cpu = 0; cpu < SK_CPUS; cpu++)
		sum += s->tally[cpu][type].hits;
	return sum;
}

struct saker_selection *sk_everything(void)
{
	static struct saker_selection sel;

	memset(&sel, 0, sizeof(sel));
	for (unsigned int t = 1; t < EV_TYPE_MAX; t++)
		sel.event[t] = sk_events[t].name != NULL;
	memset(sel.action, SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED, sizeof(sel.action));
	return &sel;
}
