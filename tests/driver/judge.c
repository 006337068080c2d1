// SPDX-License-Identifier: Apache-2.0
/*
 * Compares expectations with records, in the parent. There must be exactly one
 * record by the task between the two clock reads; then every bit of it is
 * compared, and its fields are noted (fields.c).
 */
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>

#include "fields.h"
#include "run.h"

uint64_t seq_breaks;

int store_add(void *arg, unsigned int cpu, const struct ev_header *h)
{
	struct store *s = arg;

	if (h->seq && cpu < SK_CPUS) {
		if (s->next_seq[cpu] && h->seq != s->next_seq[cpu])
			seq_breaks++;
		s->next_seq[cpu] = h->seq + 1;
	}
	if (s->n == s->room) {
		s->room = s->room ? 2 * s->room : 4096;
		s->rec = realloc(s->rec, s->room * sizeof(*s->rec));
	}
	s->rec[s->n] = malloc(h->len);
	memcpy(s->rec[s->n++], h, h->len);
	return 0;
}

void store_clear(struct store *s)
{
	while (s->n)
		free(s->rec[--s->n]);
}

static int complain(const struct want *w, const char *field, const char *what)
{
	printf("#   %s:%d: %s.%s: %s\n", w->file, w->line, sk_events[w->type].name, field, what);
	return 1;
}

static int complain_number(const struct want *w, const char *field, uint64_t is, uint64_t should)
{
	char text[128];

	snprintf(text, sizeof(text), "is %lld (0x%llx), should be %lld (0x%llx)", (long long)is,
		 (unsigned long long)is, (long long)should, (unsigned long long)should);
	return complain(w, field, text);
}

#define HEADER(field, should) do {							\
	if (h->field != (should))							\
		bad += complain_number(w, #field, h->field, should);			\
} while (0)

static int judge_header(const struct want *w, const struct ev_header *h)
{
	const struct call *c = &w->call;
	uint32_t flags = c->abi | c->flags;
	int bad = 0;

	if (c->syscall) {
		flags |= EV_F_SYSCALL;
		HEADER(nr, c->nr);
	}
	if (c->res < 0 && c->res >= -4095 && w->type != EV_procexit &&
	    !(w->type == EV_connect && c->res == -EINPROGRESS))
		flags |= EV_F_FAILED;
	/* An event of a tracepoint may or may not have the number of its call. */
	if ((h->flags & ~(EV_F_MORE | (c->syscall ? 0 : EV_F_SYSCALL))) != flags)
		bad += complain_number(w, "flags", h->flags, flags);
	HEADER(tgid, c->who.tgid);
	HEADER(cgroup_id, c->who.cgroup);
	if (c->who.start_ticks && h->start_ns / 10000000 != c->who.start_ticks)
		bad += complain_number(w, "start_ns (ticks)", h->start_ns / 10000000, c->who.start_ticks);
	if (c->who.start_ns)
		HEADER(start_ns, c->who.start_ns);
	if (!h->seq)
		bad += complain(w, "seq", "a selected event has no number");
	return bad;
}

static int judge_part(const struct want *w, const struct ev_header *h, const struct sk_field *f,
		      const struct val *v, unsigned int prov)
{
	const unsigned char *should = v->p, *is;
	struct ev_part p;
	uint32_t n, tail;
	char text[256];

	memcpy(&p, (const char *)h + f->offset, sizeof(p));
	is = sk_part(h, &p, &n);
	if (v->how == HOW_NOT_ZERO)
		return n ? 0 : complain(w, f->name, "is empty");
	if ((prov & EV_PROV_STATE_MASK) == EV_PROV_TRUNCATED) {
		if (!v->cut)
			return complain(w, f->name, "was truncated");
		tail = n - p.head;
		if (n < v->cut || (p.full != v->len && p.full != ~0u) || n > v->len)
			return complain_number(w, f->name, p.full, v->len);
		if (memcmp(is, should, p.head) || memcmp(is + p.head, should + v->len - tail, tail))
			return complain(w, f->name, "head or tail differ");
		return 0;
	}
	if (n == v->len && (!n || !memcmp(is, should, n)))
		return 0;
	snprintf(text, sizeof(text), "is %u bytes \"%.*s\", should be %u bytes \"%.*s\"", n,
		 n > 80 ? 80 : (int)n, is ? (const char *)is : "", v->len,
		 v->len > 80 ? 80 : (int)v->len, should ? (const char *)should : "");
	return complain(w, f->name, text);
}

#define SAME(field) do {								\
	if (is.field != should.field)							\
		bad += complain_number(w, name, is.field, should.field),		\
		printf("#       in " #field "\n");					\
} while (0)

static int judge_tuple(const struct want *w, const char *name, const void *at, const void *p)
{
	ev_tuple is, should = { 0 };
	int bad = 0;

	memcpy(&is, at, sizeof(is));
	if (p)
		memcpy(&should, p, sizeof(should));
	SAME(family); SAME(type); SAME(protocol); SAME(state); SAME(lport); SAME(rport); SAME(role);
	SAME(ino); SAME(peer);
	if (memcmp(is.laddr, should.laddr, 16))
		bad += complain(w, name, "laddr differs");
	if (memcmp(is.raddr, should.raddr, 16))
		bad += complain(w, name, "raddr differs");
	return bad;
}

static int judge_fd(const struct want *w, const char *name, const void *at, const void *p)
{
	ev_fd is, should = { 0 };
	int bad = 0;

	memcpy(&is, at, sizeof(is));
	if (p)
		memcpy(&should, p, sizeof(should));
	SAME(kind); SAME(flags); SAME(dev); SAME(rdev); SAME(ino);
	return bad + judge_tuple(w, name, (const char *)at + offsetof(ev_fd, sock), &should.sock);
}

static int judge_number(const struct want *w, const struct ev_header *h, const struct sk_field *f,
			const struct val *v)
{
	uint64_t is = sk_number(h, f), mask = v->mask ? v->mask : ~0ull, should = v->v;

	if (f->storage == SK_u32)
		should &= 0xffffffff;
	if (f->storage == SK_s32)
		should = (uint64_t)(int64_t)(int32_t)should;
	if (v->how == HOW_NOT_ZERO)
		return is ? 0 : complain(w, f->name, "is zero");
	if (v->how == HOW_RANGE)
		return is >= v->v && is <= v->v2 ? 0 : complain_number(w, f->name, is, v->v);
	return (is & mask) == (should & mask) ? 0 : complain_number(w, f->name, is, should);
}

static int judge_field(const struct want *w, const struct ev_header *h, unsigned int i)
{
	const struct sk_field *f = &sk_events[w->type].field[i];
	const struct val *v = &w->val[i];
	const void *at = (const char *)h + f->offset;
	unsigned int prov = ev_prov(h, i);
	char comm[16] = "";
	int bad = 0;

	if (v->how == HOW_ANY)
		return 0;
	if ((prov | (v->cut ? EV_PROV_TRUNCATED : 0)) != (v->prov | (v->cut ? EV_PROV_TRUNCATED : 0)))
		bad += complain_number(w, f->name, prov, v->prov), printf("#       in provenance\n");
	switch (f->storage) {
	case SK_part:	return bad + judge_part(w, h, f, v, prov);
	case SK_tuple:	return bad + judge_tuple(w, f->name, at, v->p);
	case SK_fd:	return bad + judge_fd(w, f->name, at, v->p);
	case SK_comm:
		if (v->p)
			memcpy(comm, v->p, v->len > 15 ? 15 : v->len);
		return bad + (memcmp(at, comm, 16) ? complain(w, f->name, (const char *)at) : 0);
	default:	return bad + judge_number(w, h, f, v);
	}
}

/* Where the vDSO has no clock, the two clock reads around a call are calls themselves. */
static bool reads_the_clock(const struct want *w, const struct ev_header *h)
{
	return h->type == EV_syscall && h->nr == SYS_clock_gettime && w->call.nr != SYS_clock_gettime &&
	       (h->flags & EV_F_ABI_MASK) == EV_ABI_64;
}

static bool matches(const struct want *w, const struct ev_header *h)
{
	return h->type == w->type && h->tid == w->call.who.tid && h->ts_ns >= w->call.t0 &&
	       h->ts_ns <= w->call.t1 && !((h->flags ^ w->call.flags) & EV_F_ENTRY) &&
	       !reads_the_clock(w, h);
}

static int judge_one(const struct store *s, const struct want *w, bool verbose)
{
	const struct ev_header *found = NULL;
	unsigned int n = 0;
	char text[128];
	int bad = 0;

	for (size_t i = 0; i < s->n; i++)
		if (matches(w, s->rec[i])) {
			/* The earliest: what one processor's ring holds is read before the next one's. */
			if (!n++ || s->rec[i]->ts_ns < found->ts_ns)
				found = s->rec[i];
			if (verbose)
				sk_print(stdout, s->rec[i]);
		}
	if (n != w->count) {
		snprintf(text, sizeof(text), "%u records by task %u in the window of the call, should be %u",
			 n, w->call.who.tid, w->count);
		bad = complain(w, "*", text);
	}
	if (!found || !w->count)
		return bad;
	bad += judge_header(w, found);
	for (unsigned int i = 0; i < w->nvals; i++)
		bad += judge_field(w, found, i);
	if (bad)
		sk_print(stdout, found);
	else
		fields_note(w, found);
	return bad;
}

int judge(const struct store *s, bool verbose)
{
	int bad = 0;

	for (unsigned int i = 0; i < shared->nwants && i < MAX_WANTS; i++)
		if (shared->want[i].ready)
			bad += judge_one(s, &shared->want[i], verbose) != 0;
	return bad;
}
