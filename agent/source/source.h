/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interface of a source of records: kernel module, eBPF driver or capture file. Records made by the
 * agent (after a step of the clock, for example) are posted into the same stream, so the stream has
 * everything that evaluation needs.
 */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <saker/event.h>
#include "lib/error.h"
#include "source/control.h"

struct source;

struct record {
	const void *p;			/* 8-aligned; borrowed until source_release() */
	size_t n;			/* bytes that may be read: at least the record's length */
	struct ev_place place;
	void *posted;			/* in the queue of posted records; NULL: the source's own */
};

enum {
	SOURCE_IDLE = 1,		/* no record now */
	SOURCE_BLOCKED = 2,		/* records wait for one that is being written */
	SOURCE_END = 3,			/* no more records will come */
};

struct source_stats {
	uint64_t records;		/* returned to the loop, posted ones included */
	uint64_t posted;
	uint64_t broken;		/* times a ring had an invalid record; it was skipped to its end */
	uint64_t disorder;		/* records older than the one before */
	uint64_t sleeps;		/* times a wake-up at every record was requested */
};

struct saker_prefilter;
struct saker_selection;

struct source_ops {
	int (*next)(struct source *source, struct record *ret);
	void (*release)(struct source *source, const struct record *rec);
	int (*sleep)(struct source *source);
	void (*rest)(struct source *source);
	void (*awake)(struct source *source);
	int (*select)(struct source *source, const struct saker_selection *selection,
		      char *error, size_t size);
	int (*prefilter)(struct source *source, const struct saker_prefilter *program);
	int (*stop)(struct source *source);
	void (*stats)(const struct source *source, struct source_stats *ret);
	int (*info)(struct source *source, struct control_info *ret);
	int (*tallies)(struct source *source, control_tally_fn *fn, void *ctx);
	void (*close)(struct source *source);
};

/* Options for opening a driver of this host. */
struct source_live_config {
	const struct saker_selection *selection;	/* generation is set by the source */
	uint64_t ring_size;		/* bytes per CPU; 0: unchanged */
	uint32_t orphan_s;		/* 0: unchanged */
	bool snapshot;			/* add a record for each task that exists */
};

struct source_posted;

struct source {				/* first member of each implementation */
	const struct source_ops *ops;
	const char *name;		/* "kmod" */
	bool live;			/* events of this host as they happen; else a capture */
	bool records_tasks;		/* of tasks that exist at its start; else the agent reads /proc */
	const struct saker_selection *holds;	/* of a capture: its selection; NULL: unknown */
	int pollfd;			/* readable when there may be records; -1: none */
	uint64_t nposted;
	struct source_posted *first, *last;
	struct error error;		/* why source_next() failed; not set by all sources */
};

/**
 * source_next() - return the next record in order of time
 * Return: 0, SOURCE_IDLE, SOURCE_BLOCKED, SOURCE_END, or -errno.
 */
int source_next(struct source *source, struct record *ret);

/* Frees the record's space in the ring. Records must be released in the order of source_next(). */
void source_release(struct source *source, const struct record *rec);

/**
 * source_sleep() - request a wake-up through pollfd by the very next record
 *
 * Otherwise pollfd becomes readable only for a filling ring or an urgent record, which saves
 * wake-ups on a busy system; the caller then has to call source_next() again in time.
 *
 * Return: 0: go to sleep; SOURCE_BLOCKED: a record has come meanwhile, or is being written.
 */
int source_sleep(struct source *source);

/**
 * source_rest() - let only a filling ring make pollfd readable, not an urgent record
 *
 * For a caller that was woken just before: under a stream of urgent records each would wake it.
 */
void source_rest(struct source *source);

/* Ends source_sleep() and source_rest(); then call source_next(). */
void source_awake(struct source *source);

/**
 * source_select() - record the events of another selection from now on
 * @selection:	its generation is set by the source; records already written stay readable
 * @error:	on failure: the reason, in one sentence; the previous selection stays in force
 * Return: 0, also for a source without a selection; or -errno.
 */
int source_select(struct source *source, const struct saker_selection *selection, char *error,
		  size_t size);

/**
 * source_prefilter() - exclude events by this program, until the selection is replaced
 * @program:	checked by the driver; its generation is set by the source
 * Return: 0; -EOPNOTSUPP if the source has no prefilter; or -errno. Then all events are recorded.
 */
int source_prefilter(struct source *source, const struct saker_prefilter *program);

/* Stops recording. Records already written can still be read. Return: 0 or -errno. */
int source_stop(struct source *source);

void source_stats(const struct source *source, struct source_stats *ret);

/*
 * source_info(), source_tallies() - state and counters of the driver, for its consumer
 *
 * Unlike control_get_info() these need no capability. Return: 0, -ENODEV if this source has no
 * driver, or another -errno.
 */
int source_info(struct source *source, struct control_info *ret);
int source_tallies(struct source *source, control_tally_fn *fn, void *ctx);
void source_close(struct source *source);	/* NULL is allowed */

/**
 * source_post() - add a record made by the agent to the stream
 * @rec:	copied; marked EV_F_FROM_USER; gets the time of CLOCK_BOOTTIME if it has none
 *
 * It is returned next, before records of the rings. Return: 0, -EINVAL or -ENOMEM.
 */
int source_post(struct source *source, const struct ev_header *rec);

#endif /* SOURCE_SOURCE_H */
