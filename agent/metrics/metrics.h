/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agent's numbers for Prometheus. Taking them looks at everything once, so
 * that what is printed belongs together; what there is to print is one table,
 * metrics.def. Nothing is counted for its sake alone.
 */
#ifndef METRICS_METRICS_H
#define METRICS_METRICS_H

#include <stdint.h>
#include <stdio.h>
#include "alert/raise.h"
#include "driver/choice.h"
#include "enrich/enrich.h"
#include "metrics/loop_stats.h"
#include "source/loss.h"
#include "source/source.h"
#include "ruleset/swap.h"
#include "metrics/tallies.h"
#include "deliver/stdout.h"
#include "lib/promw.h"

struct metrics_sources {		/* of a running agent; borrowed */
	const struct loop_stats *loop;
	struct source *source;
	const struct loss *loss;
	const struct enrich *enrich;
	const struct swap *swap;
	const struct choice *choice;	/* without a driver for a replay */
	const struct alert_sink *alerts;	/* a sink of stdout_sink_new() */
	const uint64_t *unbuilt;	/* matches without an alert */
	uint64_t start_ns;		/* of the agent, since 1970 */
};

struct metrics {			/* the numbers of one moment */
	const struct choice *choice;
	struct tallies driver;		/* all zero if it did not answer, or there is none */
	uint64_t answered;		/* 1 or 0 */
	uint64_t rings, rings_bytes, recorded_or_lost, lost;	/* sums of what it told */
	struct source_stats source;
	struct loop_stats loop;
	struct loss_stats loss;
	struct enrich_stats enrich;
	struct stdout_stats alerts;
	struct swap_stats reloads;
	const struct rule *rules;
	const struct rule_counters *counters;	/* by rule number */
	uint64_t nrules, generation, skipped, unbuilt;
	struct str hostname;		/* {NULL, 0} until it was told */
	char kernel[65];
	uint64_t start_ns, cpu_ns;
	uint64_t rss_bytes;		/* 0: not known */
};

/**
 * metrics_take() - look at everything, the driver included
 * @ret:	to be given back with metrics_uninit(); points into the agent until its loop goes on
 *
 * A driver that does not answer is one of the metrics, no error.
 */
void metrics_take(struct metrics *ret, const struct metrics_sources *sources);
void metrics_uninit(struct metrics *metrics);

/* All of metrics.def that is there. Whether @out took it, its fclose() tells. */
void metrics_print(FILE *out, const struct metrics *metrics);

/* -- the table -- */

enum metric_when { METRIC_ALWAYS, METRIC_WITH_DRIVER, METRIC_ANSWERED };

struct metric_def {
	const char *name;
	const char *labels;		/* "event,reason"; "" if there are none */
	const char *doc;
	enum promw_type type;
	enum metric_when when;
	size_t number;			/* where it is in struct metrics, unless there is: */
	void (*tell)(struct promw *w, const struct metrics *metrics);
};

extern const struct metric_def metric_table[];
extern const unsigned int metric_count;

#endif /* METRICS_METRICS_H */
