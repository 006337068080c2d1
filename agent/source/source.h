/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where records come from. A source is a table of functions; module, capture
 * file and later eBPF differ only behind it. What the agent learns itself
 * (a clock step, say) is posted into the same stream, so that whoever reads
 * the stream sees all there is to know.
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
	size_t n;			/* bytes readable: at least the record's own length */
	void *posted;			/* the queue's; NULL: the source's own */
};

enum {
	SOURCE_IDLE = 1,		/* nothing now */
	SOURCE_BLOCKED = 2,		/* records wait for one being written */
	SOURCE_END = 3,			/* nothing ever again */
};

struct source_stats {
	uint64_t records;		/* handed out, posted ones included */
	uint64_t posted;
	uint64_t broken;		/* times a ring held no record: skipped to its end */
	uint64_t disorder;		/* records older than the one before */
	uint64_t sleeps;		/* times every record was asked to wake us */
};

struct saker_selection;

struct source_ops {
	int (*next)(struct source *source, struct record *ret);
	void (*release)(struct source *source, const struct record *rec);
	int (*sleep)(struct source *source);
	void (*awake)(struct source *source);
	int (*select)(struct source *source, const struct saker_selection *selection,
		      char *error, size_t size);
	int (*stop)(struct source *source);
	void (*stats)(const struct source *source, struct source_stats *ret);
	int (*info)(struct source *source, struct control_info *ret);
	int (*tallies)(struct source *source, control_tally_fn *fn, void *ctx);
	void (*close)(struct source *source);
};

/* What a driver of this host is opened with, whichever it is. */
struct source_live_config {
	const struct saker_selection *selection;	/* generation is filled in */
	uint64_t ring_size;		/* bytes per CPU; 0: as it is */
	uint32_t orphan_s;		/* 0: as it is */
	bool snapshot;			/* tell the tasks that are there */
};

struct source_posted;

struct source {				/* first member of each implementation */
	const struct source_ops *ops;
	const char *name;		/* "kmod" */
	bool live;			/* this host, now */
	bool tells_tasks;		/* that were there before; else /proc has to */
	int pollfd;			/* readable when there may be records; or -1 */
	uint64_t nposted;
	struct source_posted *first, *last;
	struct error error;		/* why source_next() failed; not set by every source */
};

/**
 * source_next() - the next record in order of time
 * Return: 0, SOURCE_IDLE, SOURCE_BLOCKED, SOURCE_END, or -errno.
 */
int source_next(struct source *source, struct record *ret);

/* The record is done with; the ring may be written over. In the order of source_next(). */
void source_release(struct source *source, const struct record *rec);

/**
 * source_sleep() - ask to be woken, through pollfd, by the very next record
 *
 * Without it pollfd speaks only of a filling ring or an urgent record, which
 * costs a busy system no wake-ups; then whoever polls must look again in time.
 *
 * Return: 0: go to sleep; SOURCE_BLOCKED: something has come meanwhile, or is being written.
 */
int source_sleep(struct source *source);
void source_awake(struct source *source);	/* back to few wake-ups */

/**
 * source_select() - other events shall be recorded from now on
 * @selection:	its generation is filled in; what has been recorded already stays to be read
 * @error:	on failure: why, in a sentence; then the selection before stays
 * Return: 0, also for a source that has nothing to choose; or -errno.
 */
int source_select(struct source *source, const struct saker_selection *selection, char *error,
		  size_t size);

/* Orderly stop: nothing new is recorded; what is there can still be read. 0 or -errno. */
int source_stop(struct source *source);

void source_stats(const struct source *source, struct source_stats *ret);

/*
 * source_info(), source_tallies() - what the driver is and has counted, asked by its consumer
 *
 * That takes no capability, unlike control_get_info() of anybody else. Return: 0, -ENODEV if
 * there is no driver behind this source, or another -errno.
 */
int source_info(struct source *source, struct control_info *ret);
int source_tallies(struct source *source, control_tally_fn *fn, void *ctx);
void source_close(struct source *source);	/* NULL is fine */

/**
 * source_post() - put a record of the agent's own into the stream
 * @rec:	copied; marked EV_F_FROM_USER, and stamped with CLOCK_BOOTTIME if it has no time
 *
 * It is the next record, before those of the ring. Return: 0, -EINVAL or -ENOMEM.
 */
int source_post(struct source *source, const struct ev_header *rec);

#endif /* SOURCE_SOURCE_H */
