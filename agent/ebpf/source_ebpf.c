/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Source for the eBPF driver. The agent itself adds the tasks that existed before, from /proc: a
 * program cannot walk the tasks while hooks are armed.
 */
#include "ebpf/source_ebpf.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "ebpf/session.h"
#include "lib/clock.h"
#include "source/merge.h"

struct source_ebpf {
	struct source source;
	struct ebpf *ebpf;
	struct merge *merge;
	uint64_t lost;			/* drops in all rings at the last flush */
	uint64_t sleeps;
};

static int ebpf_next(struct source *source, struct record *ret)
{
	struct source_ebpf *s = (struct source_ebpf *)source;
	const struct ev_header *hdr;
	struct ev_place place = { 0 };
	int r = merge_next(s->merge, &hdr, &place.cpu);

	if (r)
		return r == MERGE_BLOCKED ? SOURCE_BLOCKED : SOURCE_IDLE;
	*ret = (struct record){ .p = hdr, .n = hdr->len, .place = place };
	return 0;
}

static void ebpf_release(struct source *source, const struct record *rec)
{
	(void)rec;
	merge_release(((struct source_ebpf *)source)->merge);
}

/* A gap is written before the next record; if none comes, the flush writes it. */
static bool flush_losses(struct source_ebpf *s)
{
	const struct ebpf_ring *rings;
	uint64_t lost = ebpf_missed(s->ebpf);
	unsigned int n;

	rings = ebpf_rings(s->ebpf, &n);
	for (unsigned int i = 0; i < n; i++)
		lost += __atomic_load_n(&rings[i].producer->lost, __ATOMIC_RELAXED);
	if (lost == s->lost)
		return false;
	s->lost = lost;
	return !ebpf_flush(s->ebpf);
}

static int ebpf_sleep(struct source *source)
{
	struct source_ebpf *s = (struct source_ebpf *)source;

	ebpf_heard(s->ebpf);
	if (flush_losses(s) || merge_wake(s->merge, SAKER_WAKE_ANY))
		return SOURCE_BLOCKED;
	s->sleeps++;
	return 0;
}

static void ebpf_rest(struct source *source)
{
	struct source_ebpf *s = (struct source_ebpf *)source;

	merge_wake(s->merge, SAKER_WAKE_FULL);
	ebpf_heard(s->ebpf);
}

static void ebpf_awake(struct source *source)
{
	struct source_ebpf *s = (struct source_ebpf *)source;

	merge_wake(s->merge, SAKER_WAKE_WATERMARK);
	ebpf_heard(s->ebpf);
}

static int select_events(struct source_ebpf *s, const struct saker_selection *selection,
			 char *error, size_t size)
{
	struct saker_selection sel = *selection;

	sel.generation = ebpf_generation(s->ebpf) + 1;
	return ebpf_select(s->ebpf, &sel, error, size);
}

static int source_ebpf_select(struct source *source, const struct saker_selection *selection,
			      char *error, size_t size)
{
	return select_events((struct source_ebpf *)source, selection, error, size);
}

static int source_ebpf_prefilter(struct source *source, const struct saker_prefilter *program)
{
	return ebpf_prefilter(((struct source_ebpf *)source)->ebpf, program);
}

static int ebpf_stop(struct source *source)
{
	return ebpf_set_state(((struct source_ebpf *)source)->ebpf, SAKER_STATE_IDLE);
}

static void source_ebpf_stats(const struct source *source, struct source_stats *ret)
{
	const struct source_ebpf *s = (const struct source_ebpf *)source;
	struct merge_stats stats = { 0 };

	if (s->merge)
		merge_stats(s->merge, &stats);
	ret->records = stats.records;
	ret->broken = stats.broken;
	ret->disorder = stats.disorder;
	ret->sleeps = s->sleeps;
}

static int source_ebpf_info(struct source *source, struct control_info *ret)
{
	return ebpf_info(((struct source_ebpf *)source)->ebpf, ret);
}

static int source_ebpf_tallies(struct source *source, control_tally_fn *fn, void *ctx)
{
	return ebpf_tallies(((struct source_ebpf *)source)->ebpf, fn, ctx);
}

static void ebpf_close(struct source *source)
{
	struct source_ebpf *s = (struct source_ebpf *)source;

	merge_free(s->merge);
	ebpf_free(s->ebpf);
	free(s);
}

static const struct source_ops ebpf_ops = {
	.next = ebpf_next,
	.release = ebpf_release,
	.sleep = ebpf_sleep,
	.rest = ebpf_rest,
	.awake = ebpf_awake,
	.select = source_ebpf_select,
	.prefilter = source_ebpf_prefilter,
	.stop = ebpf_stop,
	.stats = source_ebpf_stats,
	.info = source_ebpf_info,
	.tallies = source_ebpf_tallies,
	.close = ebpf_close,
};

DEFINE_CLEANUP(struct source *, source_close)

static int merge_make(struct source_ebpf *s)
{
	const struct ebpf_ring *rings;
	unsigned int n;
	int r = merge_new(&s->merge, NULL, 0, clock_boottime_ns);

	rings = ebpf_rings(s->ebpf, &n);
	for (unsigned int i = 0; i < n && r == 0; i++)
		r = merge_add(s->merge, &(struct merge_ring){
			rings[i].producer, rings[i].consumer, rings[i].data, rings[i].size,
			(uint16_t)rings[i].cpu,
		});
	return r;
}

int source_ebpf_new(struct source **ret, const struct source_live_config *config, char *error,
		    size_t size)
{
	const struct ebpf_config ebpf = { .ring_size = config->ring_size,
					  .orphan_s = config->orphan_s };
	_cleanup_(source_closep) struct source *source = NULL;
	struct source_ebpf *s = calloc(1, sizeof(*s));
	int r;

	if (!s) {
		snprintf(error, size, "opening the eBPF driver: out of memory");
		return -ENOMEM;
	}
	source = &s->source;
	*source = (struct source){ .ops = &ebpf_ops, .name = "ebpf", .live = true, .pollfd = -1 };
	r = ebpf_new(&s->ebpf, &ebpf, error, size);
	if (r < 0)
		return r;
	source->pollfd = ebpf_pollfd(s->ebpf);
	r = merge_make(s);
	if (r < 0) {
		snprintf(error, size, "merging the rings: %s", strerror(-r));
		return r;
	}
	r = select_events(s, config->selection, error, size);
	if (r < 0)
		return r;
	*ret = TAKE_PTR(source);
	return 0;
}
