/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saker trace: events as they come, all or those that a condition holds for.
 * The condition is a rule set of one rule, so it is the rules' language to
 * the letter, and the driver records only what it can match.
 */
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>
#include "app/command.h"
#include "driver/driver.h"
#include "lib/log.h"
#include "app/loop.h"
#include "ruleset/rules.h"
#include "ruleset/select.h"
#include "decode/print.h"
#include "enrich/proc.h"
#include "lib/fd.h"

#define LINE_MAX_BYTES	(96u << 10)	/* an event with 32 KiB of arguments, escaped */
#define OUT_BYTES	(256u << 10)

struct trace {
	struct loop loop;
	struct ruleset *rules;		/* NULL: all events */
	bool json;
	struct buf out;
};

static int flush(void *ctx)
{
	struct trace *t = ctx;
	int r = fd_write_all(STDOUT_FILENO, t->out.p, t->out.n);

	buf_reset(&t->out);
	return r;
}

static int print_match(void *ctx, const struct match *match)
{
	struct trace *t = ctx;
	int r = 0;

	if (t->out.size - t->out.n < LINE_MAX_BYTES)
		r = flush(t);
	if (t->json)
		print_event_json(&t->out, match->event);
	else
		print_event(&t->out, match->event);
	buf_char(&t->out, '\n');
	return r;
}

static int make(struct trace *t)
{
	struct enrich_config config = { .live = t->loop.source->live };
	int r;

	t->out = (struct buf){ .p = malloc(OUT_BYTES), .size = OUT_BYTES };
	if (!t->out.p)
		return -ENOMEM;
	if (t->rules) {
		t->loop.evaluator = evaluator_new(t->rules);
		if (!t->loop.evaluator)
			return -ENOMEM;
	}
	if (config.live && getrandom(config.key, sizeof(config.key), 0) < 0)
		return -errno;
	if ((r = loss_new(&t->loop.loss, NULL, NULL)) < 0 ||
	    (r = enrich_new(&t->loop.enrich, &config)) < 0 || (r = loop_init(&t->loop)) < 0)
		return r;
	return t->loop.source->live ? enrich_scan(t->loop.enrich, !t->loop.source->tells_tasks) : 0;
}

static void say_losses(const struct trace *t)
{
	struct loss_stats loss;

	loss_stats(t->loop.loss, &loss);
	if (loss.lost)
		log_line("%llu events were lost", (unsigned long long)loss.lost);
	if (loss.broken)
		log_line("%llu sums do not add up", (unsigned long long)loss.broken);
}

static void trace_uninit(struct trace *t)
{
	loop_uninit(&t->loop);
	evaluator_free(t->loop.evaluator);
	enrich_free(t->loop.enrich);
	loss_free(t->loop.loss);
	source_close(t->loop.source);
	ruleset_unref(t->rules);
	free(t->out.p);
}

int cmd_trace(const struct args *args)
{
	struct trace t = { .loop = LOOP_INIT, .json = args->json };
	uint64_t types[TYPE_WORDS];
	struct saker_selection sel;
	struct choice choice;
	int r = args->noperands ? rules_of_condition(&t.rules, args->operands[0]) : 0;

	if (r < 0)
		return r == -EINVAL ? EXIT_USAGE : EXIT_CANNOT;
	if (t.rules)
		ruleset_evt_types(t.rules, types);
	select_make(&sel, t.rules ? types : NULL, t.rules && t.rules->wants_env);
	t.loop.on_match = print_match;
	t.loop.on_quiet = flush;
	t.loop.ctx = &t;
	t.loop.for_s = args->for_s;
	r = driver_open(&t.loop.source, &choice, args->driver, &sel);
	if (r < 0) {
		ruleset_unref(t.rules);
		return driver_exit_status(r);
	}
	r = make(&t);
	if (r == 0)
		r = loop_run(&t.loop);
	if (r == -EPIPE)
		r = 0;		/* head had enough */
	if (r < 0)
		log_line("tracing: %s", strerror(-r));
	else
		say_losses(&t);
	trace_uninit(&t);
	return r < 0 ? EXIT_CANNOT : EXIT_DONE;
}
