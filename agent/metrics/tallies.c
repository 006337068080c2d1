/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Implements tallies.h. The module answers by netlink, the eBPF driver through its plugin,
 * with the same structs.
 */
#include "metrics/tallies.h"
#include <errno.h>
#include <string.h>
#include "driver/driver.h"
#include "source/plugin.h"

const char *tallies_state_name(uint32_t state)
{
	static const char *const names[] = { "idle", "armed", "orphan", "disarmed" };

	return state < sizeof(names) / sizeof(*names) ? names[state] : "unknown";
}

uint64_t tally_lost(const struct ev_tally *tally)
{
	uint64_t sum = 0;

	for (unsigned int d = 0; d < EV_DROP_COUNT; d++)
		sum += tally->dropped[d];
	return sum;
}

static int add(void *ctx, const struct control_tally *tally)
{
	struct tallies *t = ctx;

	t->ncpus += !t->ncpus || tally->cpu != t->last_cpu;
	t->last_cpu = tally->cpu;
	for (uint32_t i = 0; i < tally->nrows; i++) {
		struct ev_tally row, *sum;

		memcpy(&row, &tally->rows[i], sizeof(row));
		if (row.type >= EV_TYPE_MAX)
			continue;
		sum = &t->type[row.type];
		sum->hits += row.hits;
		sum->emitted += row.emitted;
		sum->filtered += row.filtered;
		for (unsigned int d = 0; d < EV_DROP_COUNT; d++)
			sum->dropped[d] += row.dropped[d];
	}
	return 0;
}

static int query_kmod(struct tallies *t)
{
	_cleanup_(control_freep) struct control *control = NULL;
	int r = control_new(&control);

	*t = (struct tallies){ .driver = "kmod" };
	if (r == 0)
		r = control_get_info(control, &t->info);
	if (r == 0)
		r = control_get_stats(control, add, t);
	if (r < 0)
		tallies_uninit(t);
	return r;
}

/* Return: -ENODEV also if there is no plugin; then @error has the reason. */
static int query_ebpf(struct tallies *t, char *error, size_t size)
{
	const struct source_plugin *ebpf;
	int r = drivers.ebpf(&ebpf, error, size);

	*t = (struct tallies){ .driver = "ebpf" };
	if (r < 0)
		return -ENODEV;
	r = ebpf->info(&t->info);
	if (r == 0)
		r = ebpf->tallies(add, t);
	if (r < 0)
		tallies_uninit(t);
	return r;
}

int tallies_query(struct tallies *t, char *error, size_t size)
{
	struct tallies other;
	int r = query_kmod(t), e;

	if ((r == 0 && t->info.state != SAKER_STATE_IDLE) || (r < 0 && r != -ENODEV))
		return r;
	e = query_ebpf(&other, error, size);
	if (r == 0 && (e < 0 || other.info.state == SAKER_STATE_IDLE)) {
		if (e == 0)
			tallies_uninit(&other);
		return 0;
	}
	if (r == 0)
		tallies_uninit(t);
	*t = other;
	return e;
}

int tallies_of(struct tallies *ret, struct source *source)
{
	int r;

	*ret = (struct tallies){ .driver = source->name };
	r = source_info(source, &ret->info);
	if (r == 0)
		r = source_tallies(source, add, ret);
	if (r < 0)
		tallies_uninit(ret);
	return r;
}

void tallies_uninit(struct tallies *tallies)
{
	control_info_uninit(&tallies->info);
}
