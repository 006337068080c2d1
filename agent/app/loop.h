/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event loop: takes records from a source through decoding, enrichment and evaluation, and
 * waits in between. The caller creates all objects that it uses.
 */
#ifndef APP_LOOP_H
#define APP_LOOP_H

#include <stdbool.h>
#include <stdint.h>
#include "decode/event.h"
#include "enrich/enrich.h"
#include "lib/error.h"
#include "lib/watch.h"
#include "metrics/loop_stats.h"
#include "rule/engine.h"
#include "source/capture.h"
#include "source/loss.h"
#include "source/source.h"

struct choice;
struct messages;
struct saker_selection;
struct swap;

struct loop {
	/* Borrowed; NULL where a command does not need it. */
	struct source *source;
	struct enrich *enrich;
	struct evaluator *evaluator;	/* NULL: every event matches, with no rule */
	struct swap *swap;		/* NULL: the rules do not change */
	struct capture *capture;
	struct loss *loss;

	/*
	 * on_match(): an event matched. on_quiet(): the source has no more records for now, write
	 * the buffered output. A result < 0 ends the loop.
	 */
	int (*on_match)(void *ctx, const struct match *match);
	int (*on_quiet)(void *ctx);
	int (*on_hangup)(void *ctx);	/* on SIGHUP; NULL: it ends the loop, as SIGTERM does */
	void *ctx;

	uint32_t for_s;			/* 0: until a signal */

	/* Private to the loop. */
	struct loop_stats stats;
	struct arena *arena;
	int64_t clock_offset;		/* time of day minus CLOCK_BOOTTIME */
	int epoll;
	struct watch signals, clock, timer, ring;
	struct watch watchdog;		/* -1: the service manager has no watchdog for this service */
	bool ready;			/* READY=1 was sent to the service manager */
	bool busy;			/* a record came since the last nap */
	bool urgent;			/* so did one that ends a nap */
	bool stopping;
	bool ending;			/* a signal came, or the time is over */
	uint32_t since_look_up;		/* records since the last look at signals */
	uint64_t stop_by_ns;		/* records that are in the rings after this time are not read */
	uint64_t give_up_ns;		/* after this time output is not waited for; 0: not set */
	struct error error;		/* the first failure, also of a callback */
};

#define LOOP_INIT	{ .epoll = -1, .signals.fd = -1, .clock.fd = -1, .timer.fd = -1, \
			  .watchdog.fd = -1 }

enum {
	LOOP_DONE = 1,			/* not an error: end the loop */
};

/**
 * loop_open() - driver_open(), with the signals that end the loop blocked until it runs
 * @loop:	on_hangup is set; the source is returned in it
 *
 * A signal that ended the program while hooks are armed would leave them armed. To open a capture
 * may take long (a pipe without a writer), so signals end the program then.
 */
int loop_open(struct loop *loop, struct choice *choice, const char *driver,
	      const struct saker_selection *sel, struct messages *said);

/**
 * loop_init() - block the signals and open descriptors
 * @loop:	LOOP_INIT, then borrowed members and callbacks set
 *
 * Return: 0, or -errno with @loop->error set.
 */
int loop_init(struct loop *loop);
void loop_uninit(struct loop *loop);

/**
 * loop_scan() - enrich_scan() of a live source; of a capture nothing
 * @said:	a warning is added if containers cannot be known
 *
 * Return: 0, or -errno with @loop->error set.
 */
int loop_scan(struct loop *loop, struct messages *said);

/* The time of day of a record. The times of a capture can be any numbers, so that it may wrap. */
static inline int64_t loop_wall_ns(const struct loop *loop, uint64_t boottime_ns)
{
	return (int64_t)(boottime_ns + (uint64_t)loop->clock_offset);
}

/**
 * loop_run() - process records until the source ends, the time is over, or a signal comes
 * Return: 0, or -errno with @loop->error set.
 */
int loop_run(struct loop *loop);

/**
 * loop_gives_up() - whether a writer must stop waiting for a slow reader
 * Return: true from one second after a signal or the end of --for; before that false.
 */
bool loop_gives_up(void *loop);

/* For enrich_config.post: captures a record made by enrichment, before the event that needed it. */
int loop_post(void *loop, const struct ev_header *rec);

#endif /* APP_LOOP_H */
