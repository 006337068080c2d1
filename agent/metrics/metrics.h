/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The agent's metrics for Prometheus. metrics_take() reads all numbers at one moment, so
 * that they are consistent; the table metrics.def lists what is printed. No counter exists
 * only for metrics.
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
	const struct choice *choice;	/* has no driver in a replay */
	const struct alert_sink *alerts;	/* a sink of stdout_sink_new() */
	const uint64_t *unbuilt;	/* matches whose alert could not be built */
	const uint64_t *calls_refused;	/* by the filter of system calls; struct confine */
	uint64_t start_ns;		/* of the agent, since 1970 */
};

struct metrics {			/* all numbers of one moment */
	const struct choice *choice;
	struct tallies driver;		/* all zero if it did not answer, or there is none */
	uint64_t answered;		/* 1 or 0 */
	uint64_t rings, rings_bytes, recorded_or_lost, lost;	/* sums of the driver's numbers */
	struct source_stats source;
	struct loop_stats loop;
	struct loss_stats loss;
	struct enrich_stats enrich;
	struct stdout_stats alerts;
	struct swap_stats reloads;
	const struct rule *rules;
	const struct rule_counters *counters;	/* by rule number */
	uint64_t nrules, generation, skipped, unbuilt, calls_refused;
	struct str hostname;		/* {NULL, 0} while unknown */
	char kernel[65];
	uint64_t start_ns, cpu_ns;
	uint64_t rss_bytes;		/* 0: unknown */
};

/**
 * metrics_take() - read all numbers, including those of the driver
 * @ret:	release with metrics_uninit(); points into the agent, valid until its loop continues
 *
 * A driver that does not answer is a metric, not an error.
 */
void metrics_take(struct metrics *ret, const struct metrics_sources *sources);
void metrics_uninit(struct metrics *metrics);

/* Prints all available metrics of metrics.def. Check for write errors with fclose(@out). */
void metrics_print(FILE *out, const struct metrics *metrics);

/* -- the table -- */

enum metric_when { METRIC_ALWAYS, METRIC_WITH_DRIVER, METRIC_ANSWERED };

struct metric_def {
	const char *name;
	const char *labels;		/* "event,reason"; "" if there are none */
	const char *doc;
	enum promw_type type;
	enum metric_when when;
	size_t number;			/* offset in struct metrics, if print is NULL */
	void (*print)(struct promw *w, const struct metrics *metrics);
};

extern const struct metric_def metric_table[];
extern const unsigned int metric_count;

#endif /* METRICS_METRICS_H */
