/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Enrichment: what the agent knows beyond one record. The tables (processes,
 * control groups, users, the host's own name) are filled by records alone, so
 * a replay rebuilds them exactly; what has to be asked of the host is asked
 * here, live only, and enters as a record like everything else.
 *
 *	r = enrich_apply(enrich, &ev);		ev->proc, ev->cgroup, ev->enrich
 *	if (r == 0)
 *		number it, evaluate it
 *	enrich_retire(enrich, &ev);		an exit's process goes only now
 */
#ifndef ENRICH_ENRICH_H
#define ENRICH_ENRICH_H

#include <stdbool.h>
#include <stdint.h>
#include "decode/event.h"
#include "lib/error.h"
#include "lib/str.h"

struct enrich;

struct enrich_config {
	const char *root;		/* where the host's files are; NULL is "/" */
	bool live;			/* ask the host for what is missing; false in a replay */
	uint32_t max_threads;		/* 0: ENRICH_THREADS */
	size_t max_bytes;		/* of the process table; 0: ENRICH_BYTES */
	uint64_t key[2];		/* of the hash tables; random when live */

	/*
	 * Called with each record that enrichment makes itself, before the event that needed
	 * it goes on: the place to capture it. Already applied; must not be applied again.
	 * May be NULL. A failure is counted, not passed on.
	 */
	int (*post)(void *ctx, const struct ev_header *rec);
	void *post_ctx;
};

#define ENRICH_THREADS	131072u		/* beyond it the longest idle process is forgotten */
#define ENRICH_BYTES	(128u << 20)	/* and beyond this: arguments may be long */

enum {
	ENRICH_STATE = 1,	/* the record only brought state: no event to number or evaluate */
};

struct enrich_stats {
	uint64_t threads, processes, cgroups, users;	/* known now */
	uint64_t process_bytes;		/* memory of threads, processes and their images */
	uint64_t recovered;		/* tasks read from /proc */
	uint64_t unrecovered;		/* tasks that were not read when they were first seen */
	uint64_t postponed;		/* of these and their parents: no budget at that time */
	uint64_t evicted;		/* threads forgotten because the table was full */
	uint64_t reused;		/* ids met again with another start time: an exit was lost */
	uint64_t late;			/* records older than what the table already knows */
	uint64_t post_failed;
	uint64_t no_memory;
};

int enrich_new(struct enrich **ret, const struct enrich_config *config);
void enrich_free(struct enrich *enrich);	/* NULL is fine */

/**
 * enrich_scan() - tell what is there at the start: host, users, control groups
 *
 * Live only; every finding is applied and posted. Call it after the hooks are
 * armed and before the first record is read. With @tasks also every task in
 * /proc, for drivers without a snapshot of their own.
 *
 * Return: 0, or -errno of the first thing that could not be read at all.
 */
int enrich_scan(struct enrich *enrich, bool tasks, struct error *err);

/**
 * enrich_apply() - bring the tables up to date, then point the event into them
 * @ev:		decoded; proc, cgroup and enrich are set
 *
 * Return: 0, ENRICH_STATE, or -ENOMEM (the event is usable, but its process may be missing).
 */
int enrich_apply(struct enrich *enrich, struct event *ev);

/* What the event ended is forgotten: ev->proc is gone afterwards. Call it for every event. */
void enrich_retire(struct enrich *enrich, struct event *ev);

void enrich_stats(const struct enrich *enrich, struct enrich_stats *ret);

/* The host, as its record told; {NULL, 0} until then. Borrowed. */
struct str enrich_hostname(const struct enrich *enrich);
struct str enrich_boot_id(const struct enrich *enrich);

/* Replaces the name the host gives itself, for good. Return: 0 or -ENOMEM. */
int enrich_set_hostname(struct enrich *enrich, struct str name);

#endif /* ENRICH_ENRICH_H */
