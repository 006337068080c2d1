/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Processes events one by one, from the source to the rules: loop_event() processes one record,
 * loop_run() repeats it until the end. Waiting is in wait.c.
 */
#include "app/loop.h"
#include <syslog.h>
#include "app/wait.h"
#include "driver/driver.h"
#include "enrich/enrich.h"
#include "lib/messages.h"
#include "ruleset/swap.h"

int loop_open(struct loop *l, struct choice *choice, const char *driver,
	      const struct saker_selection *sel, struct messages *said)
{
	if (!driver_is_replay(driver))
		wait_block_signals(l);
	return driver_open(&l->source, choice, driver, sel, said);
}

int loop_scan(struct loop *l, struct messages *said)
{
	if (!l->source->live)
		return 0;
	if (!enrich_sees_cgroups(l->enrich))
		message_add(said, LOG_WARNING, "control groups cannot be read: containers that run already are "
			    "unknown; mount them: mount -t cgroup2 none /sys/fs/cgroup");
	return enrich_scan(l->enrich, !l->source->records_tasks, &l->error);
}

/* The time of day, and the event number (evt.num). */
static void loop_stamp(struct loop *l, struct event *ev)
{
	if (ev->hdr->type == EV_clock)
		l->clock_offset = ev->clock->realtime_minus_boottime_ns;
	ev->time_ns = loop_wall_ns(l, ev->hdr->ts_ns);
	ev->arena = l->arena;
}

static void loop_match(void *arg, const struct match *match)
{
	struct loop *l = arg;
	int r;

	l->stats.matches++;
	r = l->on_match(l->ctx, match);
	error_at(&l->error, r, "handling a match");
}

static void loop_event(struct loop *l, const struct record *rec)
{
	union event_scratch scratch;
	struct event ev;
	int r;

	r = event_decode(&ev, &scratch, rec->p, rec->n);	/* the only place that checks lengths */
	ev.place = rec->place;
	loss_check(l->loss, rec->place.cpu, rec->p, r ? NULL : &ev);
	if (r) {
		*(r < 0 ? &l->stats.malformed : &l->stats.unknown) += 1;
		return;
	}
	l->urgent |= event_is_urgent(&ev);
	loop_stamp(l, &ev);
	r = enrich_apply(l->enrich, &ev);	/* may post records, which are captured before this one */
	if (ev.hdr->type == EV_rules && l->swap)
		l->evaluator = swap_pass(l->swap);	/* between events: each is evaluated once */
	if (l->capture)
		error_at(&l->error, capture_write(l->capture, rec->p, rec->place), "writing the capture");
	if (r != ENRICH_STATE) {
		ev.num = ++l->stats.events;
		if (l->evaluator)
			engine_eval(l->evaluator, &ev, loop_match, l);
		else
			loop_match(l, &(struct match){ .event = &ev });
	}
	enrich_retire(l->enrich, &ev);
	arena_reset(l->arena);
}

static int loop_until_done(struct loop *l)
{
	struct record rec;
	int r;

	while (!l->error.code) {
		r = source_next(l->source, &rec);
		if (r == 0) {
			loop_event(l, &rec);
			source_release(l->source, &rec);
			l->busy = true;
			r = loop_look_up(l);
		} else {
			r = loop_wait(l, r);
		}
		if (r)
			return r < 0 ? r : loop_quiet(l);
	}
	return l->error.code;
}

int loop_run(struct loop *l)
{
	int r = loop_until_done(l);

	error_at(&l->error, r, "running the loop");
	if (r < 0 && !l->stopping)
		source_stop(l->source);		/* the rings are not read any more */
	return l->error.code;
}

int loop_post(void *loop, const struct ev_header *rec)
{
	struct loop *l = loop;

	return l->capture ? capture_write(l->capture, rec, (struct ev_place){ 0 }) : 0;
}
