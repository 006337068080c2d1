// SPDX-License-Identifier: Apache-2.0
/*
 * Compares the records of two drivers field by field. The actions of a task have
 * an order, so the n-th record of one task, type and call by one driver
 * corresponds to the n-th by the other. Not compared are the values that belong
 * to a ring: number, CPU and the offset of a part. The times may differ by the
 * duration of a hook.
 */
#include <stdlib.h>

#include "parity.h"

#define SOON_NS 1000000000ull /* a shared and emulated host may stop for this long */

static bool is_here(const struct parity *p, const struct difference *d)
{
	return d->aspect && p->kernel >= d->from && (!d->below || p->kernel < d->below);
}

void parity_test(struct parity *p, const char *name)
{
	p->test = name;
	for (unsigned int i = 0; i < ndifferences; i++)
		p->ran[i] |= !strcmp(differences[i].test, name);
}

/* 0 if the table has it, else 1. */
static int differ(struct parity *p, const struct ev_header *a, const struct ev_header *b,
		  const char *aspect)
{
	const struct ev_header *any = a ? a : b;
	const char *event = sk_events[any->type].name;

	for (unsigned int i = 0; i < ndifferences; i++) {
		const struct difference *d = &differences[i];

		if (!is_here(p, d) || strcmp(d->aspect, aspect) ||
		    (strcmp(d->event, event) && strcmp(d->event, "any")))
			continue;
		p->shown[i] += !strcmp(d->test, p->test);
		return 0;
	}
	fprintf(p->out, "#   %s.%s differs:\n", event, aspect);
	if (a)
		fputs("#   kmod ", p->out), sk_print(p->out, a);
	if (b)
		fputs("#   ebpf ", p->out), sk_print(p->out, b);
	return 1;
}

static int compare_header(struct parity *p, const struct ev_header *a, const struct ev_header *b)
{
	int bad = 0;

#define SAME(field)                                      \
	do {                                             \
		if (a->field != b->field)                \
			bad += differ(p, a, b, "hdr." #field); \
	} while (0)
	SAME(fixed_len);
	SAME(flags);
	SAME(tgid);
	SAME(start_ns);
	SAME(cgroup_id);
#undef SAME
	if (a->ts_ns + SOON_NS < b->ts_ns || b->ts_ns + SOON_NS < a->ts_ns)
		bad += differ(p, a, b, "hdr.ts_ns");
	return bad;
}

static bool same_part(const struct ev_header *a, const struct ev_header *b, unsigned int offset)
{
	const unsigned char *pa, *pb;
	struct ev_part x, y;
	uint32_t na, nb;

	memcpy(&x, (const char *)a + offset, sizeof(x));
	memcpy(&y, (const char *)b + offset, sizeof(y));
	pa = sk_part(a, &x, &na);
	pb = sk_part(b, &y, &nb);
	return !x.off == !y.off && x.full == y.full && x.head == y.head && na == nb &&
	       (!na || !memcmp(pa, pb, na));
}

static bool same_field(const struct ev_header *a, const struct ev_header *b,
		       const struct sk_field *f, unsigned int i)
{
	if (ev_prov(a, i) != ev_prov(b, i))
		return false;
	if (f->storage == SK_part)
		return same_part(a, b, f->offset);
	return !memcmp((const char *)a + f->offset, (const char *)b + f->offset, f->size);
}

/*
 * Each driver checks separately whether a thread is left. If the last one exits between
 * the two checks, the process is dead for the later driver and alive for the earlier one;
 * never the other way.
 */
static bool died_between(const struct ev_header *a, const struct ev_header *b, unsigned int field)
{
	const struct ev_procexit *first = (const void *)(a->ts_ns <= b->ts_ns ? a : b);
	const struct ev_procexit *later = (const void *)(a->ts_ns <= b->ts_ns ? b : a);

	return a->type == EV_procexit && field == EV_FIELD(procexit, group_dead) &&
	       !first->group_dead && later->group_dead;
}

static int compare_pair(struct parity *p, const struct ev_header *a, const struct ev_header *b)
{
	const struct sk_event *e = &sk_events[a->type];
	int bad = compare_header(p, a, b);

	p->pairs++;
	for (unsigned int i = 0; i < e->nfields; i++) {
		p->fields++;
		if (!same_field(a, b, &e->field[i], i) && !died_between(a, b, i))
			bad += differ(p, a, b, e->field[i].name);
	}
	return bad;
}

#define ORDER(x, y)                             \
	do {                                    \
		if ((x) != (y))                 \
			return (x) < (y) ? -1 : 1; \
	} while (0)

static int compare_who(const struct ev_header *a, const struct ev_header *b)
{
	ORDER(a->tid, b->tid);
	ORDER(a->type, b->type);
	ORDER(a->nr, b->nr);
	return 0;
}

static int by_who_and_time(const void *x, const void *y)
{
	const struct ev_header *a = *(struct ev_header *const *)x;
	const struct ev_header *b = *(struct ev_header *const *)y;

	ORDER(compare_who(a, b), 0);
	ORDER(a->ts_ns, b->ts_ns);
	return 0;
}

struct list {
	const struct ev_header **rec;
	size_t n;
};

/* Records about rings, sums and snapshot belong to one driver; the tasks of a snapshot do not. */
static bool is_event(const struct ev_header *h)
{
	return (h->seq && h->type != EV_snapshot_end) || h->type == EV_task;
}

static struct list listed(const struct store *s, uint64_t from, uint64_t to)
{
	struct list l = { calloc(s->n + 1, sizeof(*l.rec)), 0 };

	for (size_t i = 0; i < s->n; i++) {
		const struct ev_header *h = s->rec[i];

		if (is_event(h) && h->ts_ns >= from && h->ts_ns <= to)
			l.rec[l.n++] = h;
	}
	qsort(l.rec, l.n, sizeof(*l.rec), by_who_and_time);
	return l;
}

/* How many from here are of one task, type and call; 0 if the first is of another than @who. */
static size_t group(const struct list *l, size_t at, const struct ev_header *who)
{
	size_t n = 0;

	while (at + n < l->n && !compare_who(l->rec[at + n], who))
		n++;
	return n;
}

/*
 * The kernel skips a program that a preempted task is in on that CPU: such hits are counted
 * without a type.
 */
static uint64_t count_skipped(const struct store *s)
{
	struct ev_lost row;
	uint64_t sum = 0;
	uint32_t n;

	for (size_t i = 0; i < s->n; i++) {
		const struct ev_gap *g = (const void *)s->rec[i];
		const unsigned char *at;

		if (g->hdr.type != EV_gap)
			continue;
		for (at = sk_part(&g->hdr, &g->lost, &n); n >= sizeof(row); n -= sizeof(row), at += sizeof(row)) {
			memcpy(&row, at, sizeof(row));
			if (row.type == EV_OTHER && row.reason == EV_DROP_nested)
				sum += row.count;
		}
	}
	return sum;
}

/* Where one driver has more records, it is unknown which ones: only the count is reported. */
static int compare_group(struct parity *p, const struct ev_header **a, size_t na,
			 const struct ev_header **b, size_t nb)
{
	int bad = 0;

	if (na > nb && na - nb <= p->skipped) {
		p->skipped -= na - nb;
		return 0;
	}
	if (na != nb)
		return differ(p, na > nb ? a[nb] : NULL, na > nb ? NULL : b[na], "record");
	for (size_t i = 0; i < na; i++)
		bad += compare_pair(p, a[i], b[i]);
	return bad;
}

int parity_compare(struct parity *p, const struct store *kmod, const struct store *ebpf,
		   uint64_t from, uint64_t to)
{
	struct list a = listed(kmod, from, to), b = listed(ebpf, from, to);
	size_t i = 0, k = 0;
	int bad = 0;

	p->skipped = p->kernel >= SK_SKIPS ? count_skipped(ebpf) : 0;
	while (i < a.n || k < b.n) {
		const struct ev_header *who = i < a.n ? a.rec[i] : b.rec[k];
		size_t na, nb;

		if (k < b.n && compare_who(b.rec[k], who) < 0)
			who = b.rec[k];
		na = group(&a, i, who);
		nb = group(&b, k, who);
		bad += compare_group(p, a.rec + i, na, b.rec + k, nb);
		i += na;
		k += nb;
	}
	free(a.rec);
	free(b.rec);
	return bad;
}

int parity_report(const struct parity *p, unsigned int *number)
{
	int missing = 0;

	for (unsigned int i = 0; i < ndifferences; i++) {
		const struct difference *d = &differences[i];

		if (!is_here(p, d) || !p->ran[i])
			continue;
		missing += !p->shown[i];
		fprintf(p->out, "%s %u - the listed difference in %s.%s shows%s\n",
			p->shown[i] ? "ok" : "not ok", ++*number, d->event, d->aspect,
			p->shown[i] ? "" : " # or it is none: take it out of differences.def");
	}
	fprintf(p->out, "# parity: %llu pairs of records, %llu fields\n",
		(unsigned long long)p->pairs, (unsigned long long)p->fields);
	return missing;
}
