// SPDX-License-Identifier: Apache-2.0
/*
 * The eBPF driver as a row of the table of drivers. It is held by
 * the agent's own handle, as there is no other, but the rings that the handle
 * maps are read here as the module's are.
 */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "ebpf/session.h"
#include "sk.h"

/* Reports what the plugin is, also while no driver is loaded. */
static int look(struct sk *sk)
{
	(void)sk;
	return 0;
}

static void copy_ring(struct sk_ring *to, const struct ebpf_ring *from)
{
	to->info.cpu = from->cpu;
	to->info.data_size = from->size;
	to->p = from->producer;
	to->c = from->consumer;
	to->data = from->data;
	to->tail = from->consumer->tail;
}

static int map(struct sk *sk)
{
	unsigned int n;
	const struct ebpf_ring *rings = ebpf_rings(sk->ebpf, &n);

	if (n > SK_CPUS)
		return -E2BIG;
	for (unsigned int i = 0; i < n; i++) {
		if (rings[i].producer->magic != SAKER_RING_MAGIC ||
		    rings[i].producer->size != rings[i].size)
			return -EPROTO;
		copy_ring(&sk->ring[i], &rings[i]);
	}
	sk->nrings = n;
	return n ? 0 : -ENODATA;
}

static int hold(struct sk *sk, uint64_t ring_size)
{
	struct ebpf_config config = { .ring_size = ring_size, .orphan_s = sk->orphan_s };
	int err = ebpf_new(&sk->ebpf, &config, sk_why, sizeof(sk_why));

	return err ? err : map(sk);
}

static void leave(struct sk *sk)
{
	ebpf_free(sk->ebpf);
	sk->ebpf = NULL;
	sk->nrings = 0;
	memset(sk->ring, 0, sizeof(sk->ring));
}

/* In a child: its copies of the descriptors end with it, and say nothing. */
static void disown(struct sk *sk)
{
	sk->ebpf = NULL;
	sk->nrings = 0;
}

static void info_uninit(struct control_info *info)
{
	free(info->rings);
	free(info->hooks);
}

static void copy_hooks(struct sk_info *to, const struct control_info *from)
{
	for (uint32_t i = 0; i < from->nhooks && i < SK_HOOKS; i++) {
		struct sk_hook *h = &to->hook[to->nhooks++];

		snprintf(h->name, sizeof(h->name), "%s", from->hooks[i].name);
		snprintf(h->kind, sizeof(h->kind), "%s", from->hooks[i].kind);
		snprintf(h->state, sizeof(h->state), "%s", from->hooks[i].state);
	}
}

static int info(struct sk *sk, struct sk_info *to)
{
	struct control_info from = { 0 };
	int err = sk->ebpf ? ebpf_info(sk->ebpf, &from) : ebpf_get_info(&from, NULL);

	if (err)
		return err;
#define COPY(field) to->field = from.field
	COPY(abi), COPY(state), COPY(orphan_s), COPY(watermark), COPY(holder_pid);
	COPY(ring_size), COPY(generation), COPY(denied), COPY(self), COPY(unpaired);
#undef COPY
	snprintf(to->holder_comm, sizeof(to->holder_comm), "%s", from.holder_comm);
	snprintf(to->release, sizeof(to->release), "%s", from.release);
	for (uint32_t i = 0; i < from.nrings && i < SK_CPUS; i++)
		to->ring[to->nrings++] = from.rings[i];
	copy_hooks(to, &from);
	info_uninit(&from);
	return 0;
}

/* Programs load again for rings of another size; the largest there may be is theirs to say. */
static int attach(struct sk *sk, uint64_t ring_size)
{
	static struct sk_info now;
	bool loaded = sk_info(sk, &now) == 0;

	if (ring_size > SK_EBPF_RING_MAX)
		ring_size = SK_EBPF_RING_MAX;
	if (loaded && ring_size && now.ring_size != ring_size) {
		int err = ebpf_unload(NULL);

		if (err)
			return err;
	}
	return hold(sk, ring_size);
}

static int keep_tallies(void *ctx, const struct control_tally *t)
{
	struct sk_stats *stats = ctx;

	if (t->cpu >= SK_CPUS)
		return -E2BIG;
	stats->ncpus++;
	stats->seq[t->cpu] = t->seq;
	for (uint32_t i = 0; i < t->nrows; i++)
		if (t->rows[i].type < EV_TYPE_MAX)
			stats->tally[t->cpu][t->rows[i].type] = t->rows[i];
	return 0;
}

static int stats(struct sk *sk, struct sk_stats *to)
{
	return sk->ebpf ? ebpf_tallies(sk->ebpf, keep_tallies, to) :
			  ebpf_get_stats(keep_tallies, to, NULL);
}

static int select_calls(struct sk *sk, const struct saker_selection *sel)
{
	return ebpf_select(sk->ebpf, sel, sk_why, sizeof(sk_why));
}

static int prefilter(struct sk *sk, const struct saker_prefilter *program)
{
	return ebpf_prefilter(sk->ebpf, program);
}

static int state(struct sk *sk, uint32_t value)
{
	return ebpf_set_state(sk->ebpf, value);
}

/* It is settled when the driver is taken hold of. */
static int orphan(struct sk *sk, uint32_t seconds)
{
	leave(sk);
	sk->orphan_s = seconds;
	return hold(sk, 0);
}

static int snapshot(struct sk *sk, struct saker_snapshot *snap)
{
	(void)sk;
	(void)snap;
	return -ENOTSUP;
}

static void flush(struct sk *sk)
{
	ebpf_flush(sk->ebpf);
}

static int wait_ms(struct sk *sk, int ms)
{
	struct pollfd p = { .fd = ebpf_pollfd(sk->ebpf), .events = POLLIN };
	int n = poll(&p, 1, ms);

	if (n > 0)
		ebpf_heard(sk->ebpf);
	return n;
}

const struct sk_driver sk_ebpf = {
	.name = "ebpf",
	.look = look,
	.attach = attach,
	.close = leave,
	.disown = disown,
	.info = info,
	.stats = stats,
	.select = select_calls,
	.prefilter = prefilter,
	.state = state,
	.orphan = orphan,
	.snapshot = snapshot,
	.flush = flush,
	.wait = wait_ms,
};
