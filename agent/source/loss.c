/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the account of each CPU. It begins with the first counters record: earlier numbers have no
 * start value to compare with. Hooks that interrupt other hooks may settle late (an outer record
 * given up after an inner one was written), so single numbers are only required to rise, and the
 * sums to be right wherever the driver states them. A record is reported once, however many of its
 * sums are wrong: one fault is in several sums. The account then continues from its values.
 */
#include "source/loss.h"
#include <errno.h>
#include <stdlib.h>
#include "lib/cleanup.h"

#define CPUS_MAX	8192	/* the most that Linux is built for on x86 */

struct account {
	bool open;			/* a counters record has been seen */
	uint64_t last_seq;
	uint64_t base_seq;		/* next sequence number at the last counters record */
	uint64_t numbers;		/* records and numbered drops since then */
	uint64_t others;		/* drops since then whose gap has no type for them */
	uint64_t emitted[EV_TYPE_MAX];	/* records since then, by type */
	uint64_t dropped[EV_TYPE_MAX][EV_DROP_COUNT];
	uint64_t late[EV_TYPE_MAX];	/* drops in interrupts, counted but not yet reported in a gap */
	struct ev_tally tally[EV_TYPE_MAX];	/* the driver's counters in its last counters record */
	struct loss_report wrong;	/* in the counters under way; sums is 0: nothing */
};

struct loss {
	loss_report_fn *report;
	void *ctx;
	struct loss_stats stats;
	uint32_t ncpus;
	struct account **cpus;
};

int loss_new(struct loss **ret, loss_report_fn *report, void *ctx)
{
	struct loss *l = calloc(1, sizeof(*l));

	if (!l)
		return -ENOMEM;
	l->report = report;
	l->ctx = ctx;
	*ret = l;
	return 0;
}

void loss_free(struct loss *l)
{
	if (!l)
		return;
	for (uint32_t i = 0; i < l->ncpus; i++)
		free(l->cpus[i]);
	free(l->cpus);
	free(l);
}

/* NULL without memory, and for a CPU that no kernel has: a hostile capture names as many as it likes. */
static struct account *account_of(struct loss *l, uint16_t cpu)
{
	if (cpu >= CPUS_MAX)
		return NULL;
	if (cpu >= l->ncpus) {
		uint32_t n = cpu + 1u;
		struct account **cpus = reallocarray(l->cpus, n, sizeof(*cpus));

		if (!cpus)
			return NULL;
		memset(cpus + l->ncpus, 0, (n - l->ncpus) * sizeof(*cpus));
		l->cpus = cpus;
		l->ncpus = n;
	}
	if (!l->cpus[cpu])
		l->cpus[cpu] = calloc(1, sizeof(*l->cpus[cpu]));
	return l->cpus[cpu];
}

static void send_report(struct loss *l, struct loss_report r)
{
	if (!r.sums) {
		r.sums = 1;
		r.kinds = 1u << r.kind;
	}
	if (r.kind != LOSS_GAP)
		l->stats.broken += r.sums;
	if (l->report)
		l->report(l->ctx, &r);
}

/* A sum of the counters under way is wrong. */
static void note_wrong(struct account *a, const struct loss_report *r)
{
	const uint32_t sums = a->wrong.sums + 1, kinds = a->wrong.kinds | 1u << r->kind;

	if (sums == 1)
		a->wrong = *r;
	a->wrong.sums = sums;
	a->wrong.kinds = kinds;
}

static void see_number(struct loss *l, struct account *a, uint16_t cpu,
		       const struct ev_header *hdr)
{
	if (hdr->seq <= a->last_seq)
		send_report(l, (struct loss_report){ .kind = LOSS_ORDER, .cpu = cpu,
			.type = hdr->type, .ts_ns = hdr->ts_ns,
			.want = a->last_seq + 1, .got = hdr->seq });
	a->last_seq = hdr->seq;
	a->numbers++;
	if (hdr->type < EV_TYPE_MAX)
		a->emitted[hdr->type]++;
}

/* Adds the rows of a gap. Drops while no hook was armed have no number. */
static void see_gap(struct loss *l, struct account *a, const struct event *ev)
{
	struct str rows = event_part(ev, &ev->gap->lost);
	struct loss_report report = { .kind = LOSS_GAP, .cpu = ev->place.cpu,
				      .ts_ns = ev->hdr->ts_ns };
	struct ev_lost row;

	for (size_t i = 0; i + sizeof(row) <= rows.n; i += sizeof(row)) {
		memcpy(&row, rows.p + i, sizeof(row));
		if (!i) {
			report.reason = row.reason;
			report.type = row.type;
		}
		report.want += row.count;
		if (row.reason != EV_DROP_disarmed)
			a->numbers += row.count;
		if (row.type == EV_OTHER || row.type >= EV_TYPE_MAX || row.reason >= EV_DROP_COUNT)
			a->others += row.count;
		else
			a->dropped[row.type][row.reason] += row.count;
	}
	if (ev->gap->last_seq > a->last_seq)
		a->last_seq = ev->gap->last_seq;
	l->stats.gaps++;
	l->stats.lost += report.want;
	send_report(l, report);
}

/*
 * A drop in an interrupt is counted at once and reported when a task runs, perhaps after the next
 * counters record. So fewer may be reported than counted, but not more.
 */
static bool late_fits(struct account *a, unsigned int type, uint64_t counted, uint64_t reported)
{
	if (reported > counted + a->late[type])
		return false;
	a->late[type] += counted - reported;
	return true;
}

/* Compares one row with what came since the last counters record. */
static void check_row(struct account *a, const struct event *ev,
		      const struct ev_tally *row)
{
	const struct ev_tally *before = &a->tally[row->type];
	struct loss_report r = { .cpu = ev->place.cpu, .type = (uint16_t)row->type,
				 .ts_ns = ev->hdr->ts_ns };
	uint64_t sum = row->emitted + row->filtered - before->emitted - before->filtered;
	uint64_t unreported = 0;

	for (unsigned int d = 0; d < EV_DROP_COUNT; d++) {
		uint64_t reported = a->dropped[row->type][d];
		uint64_t counted = row->dropped[d] - before->dropped[d];

		sum += counted;
		if (d == EV_DROP_disarmed || counted == reported)
			continue;
		if (d == EV_DROP_context && late_fits(a, row->type, counted, reported))
			continue;
		if (counted > reported && unreported + counted - reported <= a->others) {
			unreported += counted - reported;		/* in a row "other" of a gap */
			continue;
		}
		r.kind = LOSS_DROPPED;
		r.reason = (uint16_t)d;
		r.want = counted;
		r.got = reported;
		note_wrong(a, &r);
	}
	a->others -= unreported;
	r.reason = 0;
	r.want = row->hits - before->hits;
	r.got = sum;
	r.kind = LOSS_HITS;
	if (r.want != r.got)
		note_wrong(a, &r);
	r.want = row->emitted - before->emitted;
	r.got = a->emitted[row->type];
	r.kind = LOSS_EMITTED;
	if (a->open && r.want != r.got)
		note_wrong(a, &r);
}

static void see_counters(struct loss *l, struct account *a, const struct event *ev)
{
	struct str rows = event_part(ev, &ev->counters->tally);
	const uint64_t next = ev->counters->next_seq;
	struct ev_tally row;

	/* Of several records of one place the first has all numbers, and the last ends the check. */
	if (a->open && next - a->base_seq != a->numbers)
		note_wrong(a, &(struct loss_report){ .kind = LOSS_NUMBERS, .cpu = ev->place.cpu,
			.ts_ns = ev->hdr->ts_ns, .want = next - a->base_seq,
			.got = a->numbers });
	for (size_t i = 0; i + sizeof(row) <= rows.n; i += sizeof(row)) {
		memcpy(&row, rows.p + i, sizeof(row));
		if (row.type >= EV_TYPE_MAX)
			continue;
		if (a->open)
			check_row(a, ev, &row);
		a->tally[row.type] = row;
		a->emitted[row.type] = 0;
		memset(a->dropped[row.type], 0, sizeof(a->dropped[row.type]));
	}
	a->base_seq = next;
	a->numbers = 0;
	if (ev->counters->more)
		return;
	a->others = 0;
	if (a->wrong.sums)
		send_report(l, a->wrong);
	a->wrong.sums = a->wrong.kinds = 0;
	l->stats.checks += a->open;
	a->open = true;
}

int loss_check(struct loss *l, uint16_t cpu, const struct ev_header *hdr, const struct event *ev)
{
	struct account *a;

	if (hdr->flags & EV_F_FROM_USER)
		return 0;
	a = cpu < l->ncpus && l->cpus[cpu] ? l->cpus[cpu] : account_of(l, cpu);
	if (!a)
		return -ENOMEM;
	if (hdr->seq)
		see_number(l, a, cpu, hdr);
	else if (ev && hdr->type == EV_gap)
		see_gap(l, a, ev);
	else if (ev && hdr->type == EV_counters)
		see_counters(l, a, ev);
	return 0;
}

const char *loss_kind_text(enum loss_kind kind)
{
	static const char *const texts[LOSS_KINDS] = {
		[LOSS_GAP] = "events were dropped",
		[LOSS_ORDER] = "a sequence number came twice or out of order",
		[LOSS_NUMBERS] = "sequence numbers are missing, and no gap reports them",
		[LOSS_HITS] = "hits are not the sum of emitted, filtered and dropped",
		[LOSS_EMITTED] = "records received are not as many as the driver emitted",
		[LOSS_DROPPED] = "drops reported are not as many as the driver counted",
	};

	return kind < LOSS_KINDS ? texts[kind] : "unknown";
}

void loss_stats(const struct loss *l, struct loss_stats *ret)
{
	*ret = l->stats;
}
