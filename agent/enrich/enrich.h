/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Adds to each event what its record does not contain: its process, control
 * group, user names and host name. Only records fill these tables, so a replay
 * rebuilds them exactly. What is missing is read from the host here, live only,
 * and becomes a record as well.
 *
 *	r = enrich_apply(enrich, &ev);		ev->proc, ev->cgroup, ev->enrich
 *	if (r == 0)
 *		number it, evaluate it
 *	enrich_retire(enrich, &ev);		removes the process of an exit
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
	bool live;			/* read from the host what is missing; false in a replay */
	uint32_t max_threads;		/* 0: ENRICH_THREADS */
	size_t max_bytes;		/* of the process table; 0: ENRICH_BYTES */
	uint64_t key[2];		/* key of the hash tables; random when live */

	/*
	 * Called with each record that enrichment makes itself, before the event that needed it
	 * continues: the place to capture it. It is applied already and must not be applied again.
	 * May be NULL. A failure is counted, not returned.
	 */
	int (*post)(void *ctx, const struct ev_header *rec);
	void *post_ctx;
};

#define ENRICH_THREADS	131072u		/* with more, the process idle longest is forgotten */
#define ENRICH_BYTES	(128u << 20)	/* the same with more bytes: arguments may be long */

enum {
	ENRICH_STATE = 1,	/* only state, or the exit of an event (begun.h): nothing to evaluate */
};

struct enrich_stats {
	uint64_t threads, processes, cgroups, users;	/* currently known */
	uint64_t cgroup_bytes;		/* memory of the control groups */
	uint64_t process_bytes;		/* memory of threads, processes and their images */
	uint64_t recovered;		/* tasks read from /proc */
	uint64_t unrecovered;		/* tasks not read when they were first seen */
	uint64_t unread;		/* processes whose arguments could not be read in time */
	uint64_t postponed;		/* of the unrecovered and their parents: the budget was spent */
	uint64_t evicted;		/* threads forgotten because the table was full */
	uint64_t reused;		/* ids seen again with another start: an exit was dropped */
	uint64_t late;			/* records older than what the table already knows */
	uint64_t post_failed;
	uint64_t no_memory;
};

int enrich_new(struct enrich **ret, const struct enrich_config *config);
void enrich_free(struct enrich *enrich);	/* NULL is fine */

/**
 * enrich_scan() - post the state of the host at the start: name, users, control groups
 *
 * Live only; every finding is applied and posted. Call it after the hooks are
 * armed and before the first record is read. With @tasks also every task in
 * /proc, for drivers without a snapshot of their own.
 *
 * Return: 0, or -errno of the first thing that could not be read at all.
 */
int enrich_scan(struct enrich *enrich, bool tasks, struct error *err);

/* Does a live host show its control groups? Without them containers that run already are unknown. */
bool enrich_sees_cgroups(const struct enrich *enrich);

/**
 * enrich_apply() - update the tables, then set the event's pointers into them
 * @ev:		decoded; proc, cgroup and enrich are set
 *
 * Return: 0, ENRICH_STATE, or -ENOMEM (the event is usable, but its process may be missing).
 */
int enrich_apply(struct enrich *enrich, struct event *ev);

/* Forgets what the event ended: ev->proc is invalid afterwards. Call it for every event. */
void enrich_retire(struct enrich *enrich, struct event *ev);

void enrich_stats(const struct enrich *enrich, struct enrich_stats *ret);

/* The host's name, from its record; {NULL, 0} before. Borrowed. */
struct str enrich_hostname(const struct enrich *enrich);
struct str enrich_boot_id(const struct enrich *enrich);

#endif /* ENRICH_ENRICH_H */
