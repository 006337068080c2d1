/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The loop: the way of one event from the source to the rules, and the small
 * amount of waiting in between. Everything it works with is handed to it.
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

struct swap;

struct loop {
	/* Borrowed; NULL where a command has no use for it. */
	struct source *source;
	struct enrich *enrich;
	struct evaluator *evaluator;	/* NULL: every event matches, with no rule */
	struct swap *swap;		/* NULL: the rules stay what they are */
	struct capture *capture;
	struct loss *loss;

	/* A match; and: the source is quiet, write what has gathered. < 0 ends the loop. */
	int (*on_match)(void *ctx, const struct match *match);
	int (*on_quiet)(void *ctx);
	int (*on_hangup)(void *ctx);	/* SIGHUP came; NULL: it ends the process */
	void *ctx;

	uint32_t for_s;			/* 0: until told to stop */

	/* The loop's own. */
	struct loop_stats stats;
	struct arena *arena;
	int64_t clock_offset;		/* time of day minus CLOCK_BOOTTIME */
	int epoll;
	struct watch signals, clock, timer, ring;
	struct watch watchdog;		/* -1: the service manager expects no sign of life */
	bool ready;			/* the service manager was told */
	bool busy;			/* something came since the last nap */
	bool stopping;
	bool end_asked;			/* by a signal, or the time is over */
	uint32_t since_look_up;		/* records */
	uint64_t stop_by_ns;		/* then the rest is left in the rings */
	uint64_t give_up_ns;		/* then no write is waited for; 0: not set */
	struct error error;		/* the first failure, also of a callback */
};

#define LOOP_INIT	{ .epoll = -1, .signals.fd = -1, .clock.fd = -1, .timer.fd = -1, \
			  .watchdog.fd = -1 }

enum {
	LOOP_DONE = 1,			/* end it, all is well */
};

/**
 * loop_init() - block the signals, take descriptors; before threads and hooks
 * @loop:	LOOP_INIT, then borrowed members and callbacks set
 * Return: 0, or -errno with @loop->error set.
 */
int loop_init(struct loop *loop);
void loop_uninit(struct loop *loop);

/**
 * loop_run() - until the source ends, the time is over, or a signal comes
 * Return: 0, or -errno with @loop->error set.
 */
int loop_run(struct loop *loop);

/**
 * loop_gives_up() - for a writer that waits for its reader: has it waited long enough?
 * Return: true from a second after a signal or --for asked for the end; until then false.
 */
bool loop_gives_up(void *loop);

/* For enrich_config.post: what enrichment learnt, in front of the event that needed it. */
int loop_post(void *loop, const struct ev_header *rec);

#endif /* APP_LOOP_H */
