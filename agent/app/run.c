/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saker run: opens the driver, loads the rules, starts the output and the API, and runs the loop.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <unistd.h>
#include "alert/raise.h"
#include "explain/checks.h"
#include "app/command.h"
#include "app/confine.h"
#include "driver/driver.h"
#include "lib/log.h"
#include "app/loop.h"
#include "app/template.h"
#include "api/routes.h"
#include "ruleset/lacks.h"
#include "ruleset/select.h"
#include "ruleset/swap.h"
#include "deliver/stdout.h"
#include "lib/buf.h"
#include "lib/cleanup.h"
#include "lib/clock.h"
#include "lib/fd.h"
#include "lib/journal.h"
#include "lib/notify.h"
#include "lib/rate.h"

#define END_MS	2000		/* time for a slow reader of alerts at the end */
#define SUMS_BURST	9	/* broken sums reported at once after the first */

struct run {
	struct loop loop;
	struct swap *swap;
	struct choice choice;		/* of the driver; empty for a replay */
	struct covered_base covered;
	struct routes_ctx routes;
	struct api *api;		/* NULL: the agent has no API */
	struct alert_sink *sink;
	struct watch failed;	/* eventfd; the writer thread signals it when standard output fails */
	struct confine confine;
	uint64_t unwritten;		/* dropped alerts, as last logged */
	uint64_t unwritten_said_ns;
	struct checks checks;
	struct rate sums;		/* limits the alerts about broken sums */
	uint64_t gap_said_ns;		/* when drops were last logged */
	uint64_t gap_events;		/* events dropped since then */
	uint64_t unbuilt;		/* matches whose alert was too large for an event's memory */
	uint64_t start_ns;		/* time of day */
};

static int on_match(void *ctx, const struct match *match)
{
	struct run *run = ctx;
	struct alert alert;
	int r;

	checks_collect(&run->checks, match);
	r = alert_build(&alert, swap_now(run->swap)->templates, match->rule, match->event,
			run->checks.check, run->checks.n);
	if (r == -ENOMEM && !run->unbuilt++)
		log_at(LOG_WARNING, "a rule matched, but its alert is too large; no alert is written");
	if (r < 0)
		return r == -ENOMEM ? 0 : error_set(&run->loop.error, r, "making an alert");
	r = alert_raise(run->sink, &alert);	/* a failure is counted in the sink */
	return r == -ECANCELED ? r : 0;
}

static const char *why_unwritten(const struct stdout_stats *out)
{
	return out->error ? strerror(-out->error) : "its reader is too slow";
}

/* At most once a second. */
static void say_unwritten(struct run *run)
{
	uint64_t now = clock_boottime_ns();
	struct stdout_stats out;

	stdout_sink_stats(run->sink, &out);
	if (out.lost == run->unwritten || now < run->unwritten_said_ns + NS_PER_S)
		return;
	run->unwritten_said_ns = now;
	log_line("%llu alerts were dropped: standard output: %s",
		 (unsigned long long)(out.lost - run->unwritten), why_unwritten(&out));
	run->unwritten = out.lost;
}

static int on_quiet(void *ctx)
{
	struct run *run = ctx;
	int r = stdout_sink_flush(run->sink);

	say_unwritten(run);
	if (r != -EPIPE)
		return 0;
	return error_say(&run->loop.error, r, "standard output was closed by its reader");
}

static int on_failed(void *ctx)
{
	struct run *run = ctx;
	eventfd_t n;

	eventfd_read(run->failed.fd, &n);
	return on_quiet(ctx);
}

/*
 * A broken sum raises an alert: an attacker may be hiding events. All are counted; ten are reported
 * at once, then one per second with the number of those in between.
 */
static void alert_broken_sum(struct run *run, const struct loss_report *report)
{
	struct alert_field tmp[4];
	struct alert_kv fields[] = {
		{ STR("saker.cpu"), { .type = VALUE_U64, .u = report->cpu } },
		{ STR("saker.got"), { .type = VALUE_U64, .u = report->got } },
		{ STR("saker.unreported"), { .type = VALUE_U64, .u = 0 } },
		{ STR("saker.want"), { .type = VALUE_U64, .u = report->want } },
	};
	struct alert alert;
	char text[256];
	int n;

	if (!rate_take(&run->sums, report->ts_ns, NS_PER_S, SUMS_BURST))
		return;
	n = snprintf(text, sizeof(text), "Saker: %s (CPU %u, event type %u: expected %llu, found %llu)",
		     loss_kind_text(report->kind), report->cpu, report->type,
		     (unsigned long long)report->want, (unsigned long long)report->got);
	if (report->sums > 1)
		n += snprintf(text + n, sizeof(text) - (size_t)n,
			      "; sums of that record that are wrong: %u", report->sums);
	if (run->sums.left_out)
		n += snprintf(text + n, sizeof(text) - (size_t)n, "; %llu more were not reported",
			      (unsigned long long)run->sums.left_out);
	fields[2].value.u = run->sums.left_out;
	run->sums.left_out = 0;
	alert_internal(&alert, STR("Saker: a sum does not add up"), PRIORITY_CRITICAL,
		       (struct str){ text, (size_t)n },
		       loop_wall_ns(&run->loop, report->ts_ns),
		       enrich_hostname(run->loop.enrich), fields, tmp, 4);
	alert_raise(run->sink, &alert);
	log_line("%s", text);
}

/* What `systemctl status` shows. */
static void say_status(const struct run *run, bool refused)
{
	const struct generation *now = swap_now(run->swap);
	char text[1024];

	snprintf(text, sizeof(text), "STATUS=%u rule%s active%s%.800s%s", now->rules->nrules,
		 now->rules->nrules == 1 ? "" : "s",
		 now->nskipped ? "; skipped because of errors: " : "",
		 now->nskipped ? now->skipped : "",
		 refused ? "; the rules read since then have errors: `saker check`" : "");
	notify_send(text);
}

/* Rule files of the administrator are not in force, which must be noticed: logged, and an alert. */
static void say_skipped(struct run *run)
{
	const struct generation *now = swap_now(run->swap);
	const struct str files = str_of(now->skipped);
	const struct alert_kv field = { STR("saker.files"), { .type = VALUE_STR, .s = files } };
	struct alert_field tmp[1];
	struct alert alert;
	char text[1024];
	int n = snprintf(text, sizeof(text), "Saker: skipped because of errors: %.800s; `saker check` "
			 "prints them", now->skipped);

	log_line("skipped because of errors: %s; the other files are in force", now->skipped);
	if (!run->loop.source->live)
		return;
	alert_internal(&alert, STR("Saker: rule files are skipped"), PRIORITY_ERROR,
		       (struct str){ text, (size_t)n }, clock_realtime_ns(),
		       enrich_hostname(run->loop.enrich), &field, tmp, 1);
	alert_raise(run->sink, &alert);
}

/* The agent may run injected code. */
static void alert_refused(void *ctx, const char *call)
{
	struct run *run = ctx;
	const struct alert_kv field = {
		STR("saker.syscall"), { .type = VALUE_STR, .s = str_of(call) },
	};
	struct alert_field tmp[1];
	struct alert alert;
	char text[160];
	int n = snprintf(text, sizeof(text), "Saker: the agent was refused the system call %s, which it "
			 "does not need: it was compromised, or it needs an update", call);

	alert_internal(&alert, STR("Saker: the agent was refused a system call"), PRIORITY_CRITICAL,
		       (struct str){ text, (size_t)n }, clock_realtime_ns(),
		       enrich_hostname(run->loop.enrich), &field, tmp, 1);
	alert_raise(run->sink, &alert);
}

static void on_loss(void *ctx, const struct loss_report *report)
{
	struct run *run = ctx;

	if (report->kind != LOSS_GAP) {
		alert_broken_sum(run, report);
		return;
	}
	if (!report->want)
		return;		/* no hook was armed for a while: how many events are missing is unknown */
	run->gap_events += report->want;
	if (run->gap_said_ns && report->ts_ns < run->gap_said_ns + NS_PER_S)
		return;
	log_at(LOG_WARNING, "%llu events were dropped on CPU %u and others; `saker stats` shows the reasons",
		 (unsigned long long)run->gap_events, report->cpu);
	run->gap_said_ns = report->ts_ns;
	run->gap_events = 0;
}

static int make_enrich(struct run *run)
{
	struct enrich_config config = {
		.live = run->loop.source->live,
		.post = loop_post,
		.post_ctx = &run->loop,
	};

	if (config.live && getrandom(config.key, sizeof(config.key), 0) < 0)
		return error_set(&run->loop.error, -errno, "reading random bytes");
	return error_at(&run->loop.error, enrich_new(&run->loop.enrich, &config),
			"making the tables of processes and users");
}

/* Without it all events are recorded, so nothing is missed. @r: of swap_prefilter() */
static void say_prefilter(const struct run *run, int r)
{
	if (r < 0 && run->loop.source->live)
		log_at(r == -EOPNOTSUPP ? LOG_INFO : LOG_WARNING, "no prefilter: %s; every event is "
		       "recorded", r == -EOPNOTSUPP ? "this driver has none" : strerror(-r));
}

static int make(struct run *run, const struct args *args)
{
	struct stdout_config out = { .fd = STDOUT_FILENO, .json = args->json,
				     .checks = args->checks, .wait = !run->loop.source->live,
				     .journal = journal_is(STDOUT_FILENO),
				     .give_up = loop_gives_up, .ctx = &run->loop };
	struct error *err = &run->loop.error;
	struct messages said = { 0 };
	int r;

	run->failed = (struct watch){ eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), on_failed, run };
	if (run->failed.fd < 0)
		return error_set(err, -errno, "opening an eventfd");
	out.wake = run->failed.fd;
	if ((r = error_at(err, stdout_sink_new(&run->sink, &out), "starting the output")) < 0 ||
	    (r = error_at(err, loss_new(&run->loop.loss, on_loss, run), "counting drops")) < 0 ||
	    (r = make_enrich(run)) < 0 || (r = loop_init(&run->loop)) < 0 ||
	    (r = error_at(err, watch_add(run->loop.epoll, &run->failed), "watching the output")) < 0 ||
	    (r = error_at(err, swap_start(run->swap, run->loop.epoll, run->loop.source),
			  "starting the thread that reloads rules")) < 0)
		return r;
	say_prefilter(run, swap_prefilter(run->swap));
	run->loop.swap = run->swap;
	run->loop.evaluator = swap_now(run->swap)->evaluator;
	r = loop_scan(&run->loop, &said);
	log_messages(&said);
	return r;
}

/* Return: 0 if all alerts were written, else -errno, and the number and the reason were logged. */
static int say_missing(const struct run *run)
{
	struct stdout_stats out;

	stdout_sink_stats(run->sink, &out);
	if (out.lost)
		log_line("%llu of %llu alerts were not written: standard output: %s",
			 (unsigned long long)out.lost, (unsigned long long)out.raised,
			 why_unwritten(&out));
	return out.lost ? -EIO : 0;
}

static void say_sums(const struct run *run)
{
	struct source_stats source;
	struct loss_stats loss;
	struct stdout_stats out;

	source_stats(run->loop.source, &source);
	loss_stats(run->loop.loss, &loss);
	stdout_sink_stats(run->sink, &out);
	log_at(LOG_INFO, "stopped: %llu records, %llu events, %llu dropped, %llu alerts (%llu not written); "
		 "sums checked %llu times, %llu wrong",
		 (unsigned long long)source.records, (unsigned long long)run->loop.stats.events,
		 (unsigned long long)loss.lost, (unsigned long long)out.raised,
		 (unsigned long long)out.lost, (unsigned long long)loss.checks,
		 (unsigned long long)loss.broken);
	if (run->unbuilt)
		log_at(LOG_WARNING, "matches whose alert was too large: %llu",
			 (unsigned long long)run->unbuilt);
	if (run->loop.stats.malformed || source.broken || source.disorder)
		log_at(LOG_WARNING, "malformed records: %llu; rings resynchronised: %llu; out of order: %llu",
			 (unsigned long long)run->loop.stats.malformed,
			 (unsigned long long)source.broken, (unsigned long long)source.disorder);
}

static void run_uninit(struct run *run)
{
	api_free(run->api);
	stdout_sink_free(run->sink);
	loop_uninit(&run->loop);
	fd_close(run->failed.fd);
	enrich_free(run->loop.enrich);
	loss_free(run->loop.loss);
	source_close(run->loop.source);
	swap_free(run->swap);
}

static void on_reload(void *ctx, const struct swap_outcome *outcome)
{
	struct run *run = ctx;
	char verdict[256];

	swap_verdict(verdict, sizeof(verdict), outcome);
	log_text(outcome->error ? LOG_ERR : LOG_WARNING, outcome->text);
	log_at(outcome->error ? LOG_ERR : LOG_INFO, "%s", verdict);
	say_prefilter(run, outcome->prefilter);
	say_status(run, outcome->error);
	if (run->api)
		routes_answer_reload(run->api, outcome);
}

/* The agent runs without its API if that fails. A replay has an API only with --socket. */
static int open_api(struct run *run, const char *socket)
{
	const struct api_config config = {
		.socket = socket ? socket : API_SOCKET, .routes = routes, .nroutes = nroutes,
		.ctx = &run->routes, .epoll = run->loop.epoll,
	};
	struct error err = { 0 };
	int r;

	run->routes = (struct routes_ctx){
		.swap = run->swap, .covered = run->covered,
		.sources = {
			.loop = &run->loop.stats, .source = run->loop.source,
			.loss = run->loop.loss, .enrich = run->loop.enrich, .swap = run->swap,
			.choice = &run->choice, .alerts = run->sink, .unbuilt = &run->unbuilt,
			.calls_refused = &run->confine.nrefused, .start_ns = run->start_ns,
		},
	};
	if (!socket && !run->loop.source->live)
		return 0;
	r = api_new(&run->api, &config, &err);
	if (r == -ENOTSOCK && socket)
		return error_take(&run->loop.error, &err);	/* a mistyped --socket */
	if (r < 0)
		log_at(LOG_WARNING, "%s; `saker stats --rules`, `--metrics` and `saker reload` will not "
		       "reach this agent", err.text);
	return 0;
}

static int on_hangup(void *ctx)
{
	struct run *run = ctx;

	if (!run->loop.stopping)
		swap_request(run->swap);
	return 0;
}

static int open_source(struct run *run, const struct args *args)
{
	struct messages said = { 0 };
	struct saker_selection sel;
	int r;

	select_for_generation(&sel, swap_now(run->swap), args->snaplen, args->dns);
	r = loop_open(&run->loop, &run->choice, args->driver, &sel, &said);
	log_messages(&said);
	if (r == 0)
		covered_base_find(&run->covered, run->loop.source);
	return r;
}

/*
 * Compiles the text appended to each alert. Return: false if it is not valid; the mistakes were
 * logged.
 */
static bool make_append(struct buf *b, const struct args *args)
{
	struct messages said = { 0 };
	bool ok;

	if (args->append_output) {
		buf_char(b, ' ');
		buf_text(b, args->append_output);
	}
	if (args->suggested_output)
		buf_text(b, ALERT_SUGGESTED);
	if (b->cut)
		log_line("--append-output: too long");
	ok = !b->cut && template_check("--append-output", buf_as_str(b), &said);
	log_messages(&said);
	return ok;
}

/* Rules that cannot match, or not always, because the capture was recorded without what they need. */
static void say_lacks(const struct run *run)
{
	const struct ruleset *rules = swap_now(run->swap)->rules;
	struct saker_selection want;
	struct lacks lacks;
	char text[8192];
	struct buf b = BUF_ON(text);

	if (!run->loop.source->holds)
		return;
	select_for_rules(&want, rules, alert_templates_needs(swap_now(run->swap)->templates));
	lacks_find(&lacks, run->loop.source->holds, &want);
	lacks_rules_text(&b, &lacks, rules, swap_now(run->swap)->templates);
	log_text(LOG_WARNING, buf_as_str(&b));
}

/* Runs from the first event to the last alert. Return: 0, or -errno, which was logged. */
static int watch_events(struct run *run)
{
	uint32_t n;
	int r;

	if (swap_now(run->swap)->nskipped)
		say_skipped(run);
	say_lacks(run);
	n = swap_now(run->swap)->rules->nrules;
	log_at(LOG_INFO, "%u rule%s active", n, n == 1 ? "" : "s");
	say_status(run, false);
	r = loop_run(&run->loop);
	stdout_sink_end(run->sink, END_MS);
	if (r < 0)
		log_line("stopped: %s", run->loop.error.text);
	say_sums(run);
	return say_missing(run) < 0 ? -EIO : r;
}

/* Reads the first rules. Return: 0 or -errno, which was logged. */
static int read_rules(struct run *run, const struct swap_config *config)
{
	char *text = NULL;
	size_t n = 0;
	FILE *out = open_memstream(&text, &n);
	int r = out ? swap_new(&run->swap, config, out, &run->loop.error) :
		      error_set(&run->loop.error, -ENOMEM, "loading rules");

	if (out && fclose(out) == 0)
		log_text(r < 0 || swap_now(run->swap)->nskipped ? LOG_ERR : LOG_WARNING,
			 (struct str){ text, n });
	free(text);
	if (run->loop.error.code)
		log_line("starting: %s", run->loop.error.text);
	return r;
}

int cmd_run(const struct args *args)
{
	struct run run = { .loop = LOOP_INIT, .failed.fd = -1, .confine = CONFINE_INIT,
			   .start_ns = (uint64_t)clock_realtime_ns() };
	char text[4096];
	struct buf append = BUF_ON(text);
	bool ok = make_append(&append, args);
	const struct swap_config rules = {
		.paths = args->rules, .npaths = args->nrules,
		.host = !driver_is_replay(args->driver),
		.prefilter = args->prefilter,
		.snaplen = args->snaplen,
		.dns = args->dns,
		.append = buf_as_str(&append),
		.on_reload = on_reload, .ctx = &run,
	};
	int r;

	if (!ok)
		return EXIT_USAGE;
	r = read_rules(&run, &rules);
	if (r < 0)
		return r == -EINVAL ? EXIT_NO : EXIT_CANNOT;
	run.confine.refused = alert_refused;
	run.confine.ctx = &run;
	run.loop.on_match = on_match;
	run.loop.on_quiet = on_quiet;
	run.loop.on_hangup = on_hangup;
	run.loop.ctx = &run;
	run.loop.for_s = args->for_s;
	r = open_source(&run, args);
	if (r < 0) {
		swap_free(run.swap);
		return driver_exit_status(r);
	}
	if (args->confine)
		confine_rights(run.loop.source->name);
	r = make(&run, args);
	if (r == 0)
		r = open_api(&run, args->socket);
	if (r == 0 && args->confine)
		confine_calls(&run.confine, run.loop.source->name, run.loop.epoll);
	if (r == 0) {
		r = watch_events(&run);
	} else {
		log_line("starting: %s", run.loop.error.text);
		source_stop(run.loop.source);	/* the rings are not read */
	}
	run_uninit(&run);
	return r == -ENOTSOCK ? EXIT_USAGE : r < 0 ? EXIT_CANNOT : EXIT_DONE;
}
