/* SPDX-License-Identifier: Apache-2.0 */
/* Simulates a driver that counts the events of a CPU, for the tests of loss.c. */
#ifndef SOURCE_TEST_BOOKS_H
#define SOURCE_TEST_BOOKS_H

#include "source/loss.h"

struct reported {
	unsigned int n[LOSS_KINDS];	/* records with a mismatch of this kind */
	unsigned int reports;		/* of mismatches */
	struct loss_report last;
};

static inline void on_report(void *ctx, const struct loss_report *report)
{
	struct reported *reported = ctx;

	reported->reports += report->kind != LOSS_GAP;
	assert_true(report->kinds & 1u << report->kind);
	for (unsigned int kind = 0; kind < LOSS_KINDS; kind++)
		reported->n[kind] += report->kinds >> kind & 1;
	reported->last = *report;
}

struct books {
	struct loss *loss;
	struct reported reported;
	uint64_t seq;
	struct ev_tally tally[EV_TYPE_MAX];
	struct ev_lost rows[16];
	unsigned int nrows;
	uint64_t first;
	uint64_t ts;
	uint16_t cpu;
};

static inline void feed_of(struct books *b, void *rec, uint16_t cpu)
{
	union event_scratch scratch;
	struct event ev;
	struct ev_header *hdr = rec;
	int r = event_decode(&ev, &scratch, rec, hdr->len);

	assert_true(r >= 0);
	ev.place.cpu = cpu;
	assert_int_equal(loss_check(b->loss, cpu, hdr, r ? NULL : &ev), 0);
}

static inline void feed(struct books *b, void *rec)
{
	((struct ev_header *)rec)->ts_ns = b->ts;
	feed_of(b, rec, b->cpu);
}

static inline void gap(struct books *b)
{
	struct {
		struct ev_gap e;
		struct ev_lost rows[16];
	} rec = { .e = { .hdr = { .len = sizeof(rec), .fixed_len = sizeof(rec.e),
				  .type = EV_gap } } };
	uint32_t n = b->nrows * (uint32_t)sizeof(struct ev_lost);

	if (!b->nrows)
		return;
	memcpy(rec.rows, b->rows, n);
	rec.e.first_seq = b->first;
	rec.e.last_seq = b->seq;
	rec.e.lost = (struct ev_part){ sizeof(rec.e), n, n, n };
	feed(b, &rec);
	b->nrows = 0;
}

static inline void emit(struct books *b, uint16_t type)
{
	struct ev_header hdr = { .len = sizeof(hdr), .fixed_len = sizeof(hdr), .type = type };

	gap(b);
	b->tally[type].hits++;
	b->tally[type].emitted++;
	hdr.seq = ++b->seq;
	feed(b, &hdr);
}

static inline void drop(struct books *b, uint16_t type, uint16_t reason)
{
	b->tally[type].hits++;
	b->tally[type].dropped[reason]++;
	if (!b->nrows)
		b->first = b->seq + 1;
	b->seq++;
	assert_true(b->nrows < 16);
	b->rows[b->nrows++] = (struct ev_lost){ type, reason, 1 };
}

/* The counters of the types from @from to @to; @more: others of the same place follow. */
static inline void counters_part(struct books *b, unsigned int from, unsigned int to, bool more)
{
	static struct {
		struct ev_counters e;
		struct ev_tally rows[EV_TYPE_MAX];
	} rec;
	unsigned int n = 0;

	memset(&rec, 0, sizeof(rec));
	rec.e.hdr = (struct ev_header){ .len = sizeof(rec), .fixed_len = sizeof(rec.e),
					.type = EV_counters };
	rec.e.next_seq = b->seq + 1;
	rec.e.more = more;
	for (unsigned int t = from; t < to; t++)
		if (b->tally[t].hits) {
			rec.rows[n] = b->tally[t];
			rec.rows[n++].type = t;
		}
	n *= sizeof(struct ev_tally);
	rec.e.tally = (struct ev_part){ sizeof(rec.e), n, n, n };
	feed(b, &rec);
}

static inline void counters(struct books *b)
{
	gap(b);
	counters_part(b, 1, EV_TYPE_MAX, false);
}

static inline void setup(struct books *b)
{
	memset(b, 0, sizeof(*b));
	assert_int_equal(loss_new(&b->loss, on_report, &b->reported), 0);
	b->seq = 1000;		/* the ring existed before the agent */
	emit(b, EV_open);
	drop(b, EV_open, EV_DROP_ring_full);
	counters(b);
	memset(&b->reported, 0, sizeof(b->reported));
}

static inline unsigned int broken(const struct books *b)
{
	unsigned int n = 0;

	for (int k = LOSS_GAP + 1; k < LOSS_KINDS; k++)
		n += b->reported.n[k];
	return n;
}

#endif /* SOURCE_TEST_BOOKS_H */
