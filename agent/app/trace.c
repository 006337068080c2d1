/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saker trace: prints all events, or those that match a condition. The condition becomes a rule set
 * of one rule, so it has the language of rules, and the driver records only events that it can
 * match.
 */
#include <errno.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>
#include "app/command.h"
#include "app/confine.h"
#include "driver/driver.h"
#include "lib/log.h"
#include "app/loop.h"
#include "ruleset/rules.h"
#include "ruleset/select.h"
#include "app/trace_fields.h"
#include "app/trace_line.h"
#include "decode/print.h"
#include "enrich/proc.h"
#include "lib/fd.h"
#include "deliver/writer.h"

#define LINE_MAX_BYTES	(512u << 10)	/* 32 KiB of arguments and as much environment, each byte escaped */
#define OUT_BYTES	(768u << 10)
#define ROOM		(1u << 20)	/* bytes that the writer holds in addition to those it is writing */

struct trace {
	struct loop loop;
	struct ruleset *rules;		/* NULL: all events */
	int (*print)(struct trace *t, const struct match *match);
	struct trace_fields fields;
	bool json;
	struct buf out;
	struct writer *writer;
	struct confine confine;
	struct watch failed;		/* eventfd; the writer thread signals it when standard output fails */
};

static int flush(void *ctx)
{
	struct trace *t = ctx;
	int r = writer_put(t->writer, buf_as_str(&t->out));

	buf_reset(&t->out);
	return r < 0 ? r : writer_go(t->writer);
}

static int on_failed(void *ctx)
{
	struct trace *t = ctx;
	eventfd_t n;

	eventfd_read(t->failed.fd, &n);
	return flush(t);
}

static int print_line(struct trace *t, const struct match *match)
{
	trace_line(&t->out, match->event);
	return 0;
}

static int print_json(struct trace *t, const struct match *match)
{
	trace_json(&t->out, match->event);
	return 0;
}

static int print_raw(struct trace *t, const struct match *match)
{
	print_event(&t->out, match->event);
	return 0;
}

static int print_fields(struct trace *t, const struct match *match)
{
	int r = trace_fields_print(&t->out, &t->fields, match->rule, match->event, t->json);

	return r < 0 ? error_set(&t->loop.error, r, "reading the fields of an event") : 0;
}

static int print_match(void *ctx, const struct match *match)
{
	struct trace *t = ctx;
	int r = 0;

	if (t->out.size - t->out.n < LINE_MAX_BYTES)
		r = flush(t);
	if (r == 0)
		r = t->print(t, match);
	buf_char(&t->out, '\n');
	return r;
}

static int open_output(struct trace *t)
{
	struct writer_config out = { .fd = STDOUT_FILENO, .room = ROOM, .wait = true,
				     .give_up = loop_gives_up, .ctx = &t->loop };

	t->out = (struct buf){ .p = malloc(OUT_BYTES), .size = OUT_BYTES };
	t->failed = (struct watch){ eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), on_failed, t };
	if (t->failed.fd < 0)
		return error_set(&t->loop.error, -errno, "opening an eventfd");
	out.wake = t->failed.fd;
	return error_at(&t->loop.error, t->out.p ? writer_new(&t->writer, &out) : -ENOMEM,
			"starting the output");
}

static int make(struct trace *t)
{
	struct enrich_config config = { .live = t->loop.source->live };
	struct error *err = &t->loop.error;
	struct messages said = { 0 };
	int r = open_output(t);

	if (r < 0)
		return r;
	if (t->rules) {
		t->loop.evaluator = evaluator_new(t->rules);
		if (!t->loop.evaluator)
			return error_set(err, -ENOMEM, "preparing the condition");
	}
	if (config.live && getrandom(config.key, sizeof(config.key), 0) < 0)
		return error_set(err, -errno, "reading random bytes");
	if ((r = error_at(err, loss_new(&t->loop.loss, NULL, NULL), "counting drops")) < 0 ||
	    (r = error_at(err, enrich_new(&t->loop.enrich, &config),
			  "making the tables of processes and users")) < 0 ||
	    (r = loop_init(&t->loop)) < 0 ||
	    (r = error_at(err, watch_add(t->loop.epoll, &t->failed), "watching the output")) < 0)
		return r;
	r = loop_scan(&t->loop, &said);
	log_messages(&said);
	return r;
}

/*
 * Waits until the last lines are written. Return: 0 if all were, or if the reader has closed the
 * pipe, as head does; else -errno, and the number and the reason were logged.
 */
static int end_output(struct trace *t)
{
	struct writer_stats out;
	int r = flush(t);

	writer_drain(t->writer, 0);
	writer_stop(t->writer);
	writer_stats(t->writer, &out);
	if (out.error == -EPIPE || (!out.lost && r == 0))
		return 0;
	log_line("%llu lines were not written: standard output: %s", (unsigned long long)out.lost,
		 out.error ? strerror(-out.error) : "its reader is too slow");
	return out.error ? out.error : -ECANCELED;
}

static void say_losses(const struct trace *t)
{
	struct loss_stats loss;

	loss_stats(t->loop.loss, &loss);
	if (loss.lost)
		log_at(LOG_WARNING, "%llu events were dropped", (unsigned long long)loss.lost);
	if (loss.broken)
		log_line("%llu sums do not add up", (unsigned long long)loss.broken);
}

/* Return: 0, or -errno, which was logged. */
static int watch_events(struct trace *t)
{
	int r = loop_run(&t->loop), r2 = end_output(t);

	if (r == -EPIPE)
		r = 0;
	if (r < 0 && r != r2 && r != -ECANCELED)	/* end_output() has logged its own */
		log_line("stopped: %s", t->loop.error.text);
	say_losses(t);
	return r < 0 ? r : r2;
}

static void trace_uninit(struct trace *t)
{
	loop_uninit(&t->loop);
	evaluator_free(t->loop.evaluator);
	enrich_free(t->loop.enrich);
	loss_free(t->loop.loss);
	source_close(t->loop.source);
	writer_free(t->writer);
	fd_close(t->failed.fd);
	trace_fields_uninit(&t->fields);
	ruleset_unref(t->rules);
	free(t->out.p);
}

/* Return: 0, -EINVAL for a mistake in @args, or -errno, which was logged. */
static int choose_form(struct trace *t, const struct args *args)
{
	struct messages said = { 0 };
	int r = 0;

	if (args->raw && (args->json || args->fields)) {
		log_line("--raw cannot be combined with --json or --fields");
		return -EINVAL;
	}
	t->json = args->json;
	t->print = args->fields ? print_fields : args->json ? print_json :
		   args->raw ? print_raw : print_line;
	if (args->fields)
		r = trace_fields_parse(&t->fields, args->fields, &said);
	log_messages(&said);
	return r;
}

/* True for every event: the fields are the output of a rule, and a rule needs a condition. */
#define ANY_EVENT	"evt.num > 0"

static int compile(struct trace *t, const struct args *args)
{
	const char *condition = args->noperands ? args->operands[0] : ANY_EVENT;
	int r;

	if (!args->noperands && !args->fields)
		return 0;
	r = rules_of_condition(&t->rules, condition, args->fields ? t->fields.output : NULL,
			       stderr);
	if (r == 0 && args->fields) {
		r = trace_fields_compile(&t->fields, t->rules);
		if (r < 0)
			log_line("compiling the fields: %s", strerror(-r));
	}
	return r;
}

static void select_events(const struct trace *t, const struct args *args,
			  struct saker_selection *ret)
{
	uint64_t types[TYPE_WORDS], needs = t->rules ? t->rules->needs : 0;

	if (args->fields)
		needs |= alert_templates_needs(t->fields.templates);
	if (args->noperands)
		ruleset_evt_types(t->rules, types);
	select_make(ret, args->noperands ? types : NULL, needs);
	select_snaplen(ret, args->snaplen);
	if (args->dns)
		select_dns(ret);
}

int cmd_trace(const struct args *args)
{
	struct trace t = { .loop = LOOP_INIT, .failed.fd = -1, .confine = CONFINE_INIT };
	struct saker_selection sel;
	struct messages said = { 0 };
	struct choice choice;
	int r = choose_form(&t, args);

	if (r == 0)
		r = compile(&t, args);
	if (r < 0) {
		trace_uninit(&t);
		return r == -EINVAL ? EXIT_USAGE : EXIT_CANNOT;
	}
	select_events(&t, args, &sel);
	t.loop.on_match = print_match;
	t.loop.on_quiet = flush;
	t.loop.ctx = &t;
	t.loop.for_s = args->for_s;
	r = loop_open(&t.loop, &choice, args->driver, &sel, &said);
	log_messages(&said);
	if (r < 0) {
		trace_uninit(&t);
		return driver_exit_status(r);
	}
	if (args->confine)
		confine_rights(t.loop.source->name);
	r = make(&t);
	if (r == 0 && args->confine)
		confine_calls(&t.confine, t.loop.source->name, t.loop.epoll);
	if (r == 0 && t.loop.source->live && isatty(STDERR_FILENO))
		log_at(LOG_INFO, "tracing; Ctrl-C ends");
	if (r == 0) {
		r = watch_events(&t);
	} else {
		log_line("starting: %s", t.loop.error.text);
		source_stop(t.loop.source);	/* the rings are not read */
	}
	trace_uninit(&t);
	return r < 0 ? EXIT_CANNOT : EXIT_DONE;
}
