// SPDX-License-Identifier: Apache-2.0
/*
 * The storm's consumer: counts records and gaps by type, a batch at a time. It
 * may be killed at any instruction. A batch is counted into a copy
 * and comes into force with one store of the index; only then the tail moves.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "storm.h"

static void count_gap(struct told *t, const struct ev_header *h)
{
	const struct ev_gap *g = (const void *)h;
	struct ev_lost row;
	uint32_t n;
	const unsigned char *p = sk_part(h, &g->lost, &n);

	t->gaps++;
	if (g->first_seq) {
		if (g->first_seq != t->seq + 1)
			t->breaks++;
		t->seq = g->last_seq;
	}
	for (; n >= sizeof(row); n -= sizeof(row), p += sizeof(row)) {
		memcpy(&row, p, sizeof(row));
		t->lost[row.type % EV_TYPE_MAX] += row.count;
		t->reason[row.reason % EV_DROP_COUNT] += row.count;
	}
}

static void count_sums(struct told *t, const struct ev_header *h)
{
	const struct ev_counters *c = (const void *)h;
	struct ev_tally row;
	uint32_t n;
	const unsigned char *p = sk_part(h, &c->tally, &n);

	t->counters++;
	for (; n >= sizeof(row); n -= sizeof(row), p += sizeof(row)) {
		uint64_t sum;

		memcpy(&row, p, sizeof(row));
		sum = row.emitted + row.filtered;
		for (int i = 0; i < EV_DROP_COUNT; i++)
			sum += row.dropped[i];
		t->bad_sums += sum != row.hits;
	}
}

static bool is_ours(const struct ev_header *h)
{
	for (unsigned int i = 0; i < WORKERS; i++)
		if (h->tgid == (uint32_t)storm->worker[i])
			return true;
	/* A fork's child has a record of its exit only; 2 is the kernel's own parent of threads. */
	return h->type == EV_procexit || h->tgid == (uint32_t)storm->controller ||
	       (h->type == EV_clone && h->tgid == 2);
}

static void count(struct told *t, const struct ev_header *h)
{
	t->backwards += h->ts_ns < t->ts;
	t->ts = h->ts_ns;
	if (h->seq) {
		if (t->seq && h->seq != t->seq + 1)
			t->breaks++;
		t->seq = h->seq;
		t->record[h->type]++;
		if (h->type && !is_ours(h)) {
			if (!t->foreign++)
				sk_print(stdout, h);
		}
	} else if (h->type == EV_gap) {
		count_gap(t, h);
	} else if (h->type == EV_counters) {
		count_sums(t, h);
	} else if (h->type == EV_consumer) {
		t->consumers++;
	}
}

/* One batch of one ring. Returns how many records. */
static unsigned int batch(struct sk_ring *r, struct cpu_told *both)
{
	const struct told *old = &both->copy[both->current];
	struct told *new = &both->copy[!both->current];
	uint64_t head = __atomic_load_n(&r->p->head, __ATOMIC_ACQUIRE);
	unsigned int n = 0;

	if (head == old->pos)
		goto out;
	*new = *old;
	while (new->pos != head) {
		const struct ev_header *h =
			(const void *)(r->data + (new->pos &(r->info.data_size - 1)));

		if (h->len < 8 || h->len % 8 || h->len > head - new->pos ||
		    (h->type && sk_wrong(h))) {
			storm->damage++;
			printf("# damage: cpu %u pos %llu len %u type %u: %s\n", r->info.cpu,
			       (unsigned long long)new->pos, h->len, h->type,
			       h->len >= sizeof(*h) && h->type ? sk_wrong(h) : "length");
			new->pos = head;
			break;
		}
		count(new, h);
		new->pos += h->len;
		n++;
	}
	__atomic_store_n(&both->current, !both->current, __ATOMIC_RELEASE);
out:
	r->tail = both->copy[both->current].pos;
	__atomic_store_n(&r->c->tail, r->tail, __ATOMIC_RELEASE);
	return n;
}

static unsigned int drain(struct sk *sk)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < sk->nrings; i++)
		n += batch(&sk->ring[i], &storm->told[sk->ring[i].info.cpu]);
	return n;
}

int consumer_select(struct sk *sk)
{
	static struct saker_selection sel;
	static const int calls[] = { SYS_open,	  SYS_connect,	SYS_dup,
				     SYS_getppid, SYS_setfsuid, SYS_fork };

	sel.generation = sk_generation(sk);
	sel.event[EV_clone] = sel.event[EV_procexit] = 1;
	for (size_t i = 0; i < sizeof(calls) / sizeof(*calls); i++)
		sel.action[EV_ABI_64][calls[i]] = SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED;
	return sk_select(sk, &sel);
}

static void give_up(const char *what, int err)
{
	printf("# consumer: %s: %s (%s)\n", what, strerror(-err), sk_why);
	fflush(stdout);
	storm->failed = 1;
	_exit(3);
}

/* The last consumer: no more events come; read what is left, and what was not reported yet. */
static void finish(struct sk *sk)
{
	sk_state(sk, SAKER_STATE_DISARMED);
	for (int i = 0; i < 3; i++) {
		while (drain(sk))
			;
		sk_flush(sk);
	}
	while (drain(sk))
		;
	sk_stats(sk, &storm->stats);
	for (unsigned int i = 0; i < sk->nrings; i++)
		storm->bad_tail += sk->ring[i].p->bad_tail;
	storm->finished = 1;
}

pid_t consumer_start(uint64_t ring_size)
{
	static struct sk sk;
	bool first = !storm->ring_size;
	pid_t pid;
	int err;

	storm->attached = 0;
	storm->controller_forks += storm->go;
	fflush(stdout);
	pid = fork();
	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	err = sk_attach(&sk, storm->driver, first ? ring_size : 0);
	if (err)
		give_up("attach", err);
	if (first) {
		while (sk_drain(&sk, NULL, NULL))
			;
		for (unsigned int i = 0; i < sk.nrings; i++)
			storm->told[sk.ring[i].info.cpu].copy[0].pos = sk.ring[i].tail;
		err = consumer_select(&sk);
		if (err)
			give_up("select", err);
		storm->ring_size = ring_size;
	}
	storm->attached = 1;
	while (!storm->finish)
		if (!drain(&sk))
			usleep(500);
	finish(&sk);
	_exit(0);
}
