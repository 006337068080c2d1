/* SPDX-License-Identifier: Apache-2.0 */
/* Takes the numbers from each part of the agent. */
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>
#include "metrics/metrics.h"
#include "lib/clock.h"
#include "lib/hostfs.h"

static void take_driver(struct metrics *m, struct source *source)
{
	if (!m->choice->driver || tallies_of(&m->driver, source) < 0) {
		m->driver = (struct tallies){ .driver = NULL };
		return;
	}
	m->answered = 1;
	m->rings = m->driver.info.nrings;
	for (uint32_t i = 0; i < m->driver.info.nrings; i++)
		m->rings_bytes += m->driver.info.rings[i].data_size;
	for (unsigned int type = 0; type < EV_TYPE_MAX; type++) {
		m->lost += tally_lost(&m->driver.type[type]);
		m->recorded_or_lost += m->driver.type[type].emitted;
	}
	m->recorded_or_lost += m->lost;
}

static void take_rules(struct metrics *m, const struct swap *swap)
{
	const struct generation *now = swap_now(swap);

	m->rules = now->rules->rules;
	m->nrules = now->rules->nrules;
	m->counters = evaluator_counters(now->evaluator);
	m->generation = now->number;
	m->skipped = now->nskipped;
	swap_stats(swap, &m->reloads);
}

/* statm has the number of all pages, then of resident pages. */
static uint64_t resident_bytes(void)
{
	unsigned long long pages = 0;
	struct hostfs fs;
	char text[128];
	ssize_t n;

	if (hostfs_init(&fs, NULL) < 0)
		return 0;
	n = hostfs_read(&fs, "proc/self/statm", text, sizeof(text) - 1);
	hostfs_uninit(&fs);
	text[n < 0 ? 0 : n] = '\0';
	return sscanf(text, "%*u %llu", &pages) == 1 ? pages * (uint64_t)sysconf(_SC_PAGESIZE) : 0;
}

static uint64_t timeval_ns(const struct timeval *t)
{
	return (uint64_t)t->tv_sec * NS_PER_S + (uint64_t)t->tv_usec * NS_PER_US;
}

static void take_process(struct metrics *m)
{
	struct utsname uts;
	struct rusage usage;

	if (!uname(&uts))
		snprintf(m->kernel, sizeof(m->kernel), "%.64s", uts.release);
	if (!getrusage(RUSAGE_SELF, &usage))
		m->cpu_ns = timeval_ns(&usage.ru_utime) + timeval_ns(&usage.ru_stime);
	m->rss_bytes = resident_bytes();
}

void metrics_take(struct metrics *ret, const struct metrics_sources *sources)
{
	*ret = (struct metrics){
		.choice = sources->choice,
		.loop = *sources->loop,
		.hostname = enrich_hostname(sources->enrich),
		.unbuilt = *sources->unbuilt,
		.calls_refused = *sources->calls_refused,
		.start_ns = sources->start_ns,
	};
	source_stats(sources->source, &ret->source);
	loss_stats(sources->loss, &ret->loss);
	enrich_stats(sources->enrich, &ret->enrich);
	stdout_sink_stats(sources->alerts, &ret->alerts);
	take_rules(ret, sources->swap);
	take_process(ret);
	take_driver(ret, sources->source);
}

void metrics_uninit(struct metrics *metrics)
{
	tallies_uninit(&metrics->driver);
}
