/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The storm's processes and what they share. Three kinds of process: workers
 * whose threads count their calls, a consumer that counts records and gaps,
 * and the controller, which stops and kills the consumer and compares at the
 * end. All counts lie in one shared mapping, so they survive a kill -9.
 */
#ifndef STORM_H
#define STORM_H

#include <sys/types.h>

#include "../driver/lib/sk.h"

#define WORKERS		4
#define THREADS_MAX	16		/* of each worker */
#define ROWS		(WORKERS * THREADS_MAX)

/* What the consumer knows of one CPU after a whole batch. */
struct told {
	uint64_t pos;			/* of the ring: all before it is counted in here */
	uint64_t seq;			/* last number seen, in a record or a gap */
	uint64_t ts;
	uint64_t record[EV_TYPE_MAX];
	uint64_t lost[EV_TYPE_MAX];
	uint64_t reason[EV_DROP_COUNT];
	uint64_t gaps, breaks, backwards, counters, bad_sums, foreign;
	uint64_t consumers;		/* consumer records: attached, died */
};

/*
 * Two copies and an index: a consumer that is killed in the middle leaves the
 * old copy in force, and the next one begins at that copy's position. So no
 * record is counted twice or not at all, wherever the kill falls.
 */
struct cpu_told {
	struct told copy[2];
	volatile uint32_t current;
};

/* One thread of a worker: what it did, and what was done to it. */
struct row {
	volatile pid_t tid;
	uint64_t own[EV_TYPE_MAX];
	uint64_t preempted;		/* it lost its CPU and had not asked to */
	volatile uint64_t signals;
};

struct storm {
	const struct sk_driver *driver;
	bool torture;
	unsigned int per_worker;	/* threads */
	volatile uint32_t go, stop, parked, threads;
	volatile uint32_t attached, finish, finished, failed;
	volatile pid_t worker[WORKERS], controller;
	struct row row[ROWS];
	uint64_t controller_forks;
	struct cpu_told told[SK_CPUS];
	struct sk_stats stats;
	struct sk_info info;
	uint64_t damage, bad_tail, ring_size;
};
extern struct storm *storm;

pid_t worker_start(unsigned int n);		/* waits for storm->go */
pid_t consumer_start(uint64_t ring_size);	/* a process of its own; sets storm->attached */
int consumer_select(struct sk *sk);

/* torture.c: no CPU is anybody's for long */
void torture_start(void);		/* the controller's part; before the sensor looks */
void torture_thread(struct row *row);	/* for the caller, signals at a high rate */
void torture_preempt(void);		/* the caller goes before all who are not so privileged */
uint64_t torture_moves(void);

#endif
