/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saker doctor: prints all probes of the choice of a driver with their findings; which
 * driver would be chosen, why, what that costs, and how to get a better one. The result
 * is for the user who runs it. It attaches empty programs for a moment, and mounts
 * tracefs if it is not mounted.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "cmd/cmd.h"
#include "decode/schema.h"
#include "driver/driver.h"
#include "lib/grow.h"
#include "lib/log.h"
#include "coverage/covered.h"
#include "driver/probe.h"
#include "driver/verdict.h"

#define JSON_BYTES	(64u << 10)
#define LIMIT_NAMED	3	/* fields named for each limit; the coverage has all */

struct diagnosis {
	struct host host;
	bool loaded;
	struct verdict verdict;
	int verdict_error;
	struct choice choice;
	struct finding findings[];	/* one for each probe, in their order */
};

/* @of: the event or its field, NULL: the driver. */
typedef void cost_fn(void *ctx, const char *of, const struct coverage_gap *gap);

struct costs {
	unsigned int event;
	cost_fn *print;
	void *ctx;
};

static void print_gap_of(void *ctx, const struct coverage_gap *gap)
{
	const struct costs *costs = ctx;
	char of[96];

	if (!gap->here)
		return;
	snprintf(of, sizeof(of), "%s%s%s", schema_event(costs->event)->name, gap->field ? "." : "",
		 gap->field ? gap->field : "");
	costs->print(costs->ctx, of, gap);
}

/* The limits of the driver that would be chosen. */
static void costs(const struct diagnosis *d, cost_fn *print, void *ctx)
{
	static const char text[] = "an open costs four fifths more instructions than with the module, an "
				   "exec more than twice as many";
	static const struct coverage_gap slower = { .kind = COVER_PARTLY, .text = text,
						    .brief = text };
	struct costs costs = { .print = print, .ctx = ctx };
	struct covered covered;
	char error[512];

	if (!d->choice.driver ||
	    covered_choice(&covered, &d->host, &d->choice, error, sizeof(error)) < 0)
		return;
	costs.event = EV_open;		/* the most used first */
	coverage_gaps(&covered.coverage, costs.event, print_gap_of, &costs);
	for (costs.event = 0; costs.event < EV_TYPE_MAX; costs.event++)
		if (costs.event != EV_open)
			coverage_gaps(&covered.coverage, costs.event, print_gap_of, &costs);
	if (!strcmp(d->choice.driver, "ebpf"))
		print(ctx, NULL, &slower);
	covered_uninit(&covered);
}

static void examine(struct diagnosis *d)
{
	d->loaded = d->host.drivers->kmod_probe() == 0;
	d->verdict_error = verdict_read(&d->host, &d->verdict);
	for (unsigned int i = 0; i < nprobes; i++)
		probe_run(&probes[i], &d->host, &d->findings[i]);
	choice_make(&d->choice, &d->host, NULL, NULL);
}

/* -- for people -- */

static void print_todo(const char *todo)
{
	if (*todo)
		printf("                             %s\n", todo);
}

static void print_verdict(const struct diagnosis *d)
{
	char when[32] = "";
	struct tm tm;
	time_t t = (time_t)d->verdict.time;

	if (d->verdict_error) {
		printf("saker-driver: %s: %s\n", VERDICT_PATH, strerror(-d->verdict_error));
	} else if (!d->verdict.known) {
		printf("saker-driver has not run since the machine started\n");
	} else {
		if (localtime_r(&t, &tm))
			strftime(when, sizeof(when), "%F %T", &tm);
		printf("saker-driver ran at %s: %s%s\n", when,
		       d->verdict.loaded ? "the module is loaded" : "the module is not loaded: ",
		       d->verdict.reason);
	}
}

static void print_choice(const struct choice *choice)
{
	if (choice->driver)
		printf("would be chosen: %s, because %s\n", choice->driver, choice->why);
	else
		printf("would be chosen: none; the agent would not start\n");
	for (unsigned int i = 0; i < choice->nskipped; i++) {
		printf("skipped:         %s, because %s\n", choice->skipped[i].driver,
		       choice->skipped[i].reason);
		if (*choice->skipped[i].todo)
			printf("to change that:  %s\n", choice->skipped[i].todo);
	}
}

/* Limits with one text: many fields have the same. */
struct limit {
	char text[512], of[320];
	char last[96];			/* event or field, of which a limit is counted once */
	unsigned int n;
	uint8_t kind;			/* enum coverage_kind */
};

struct limits {
	struct limit *v;
	unsigned int n, room;
};

/* A limit for which there is no memory is not printed. */
static struct limit *limit_of(struct limits *limits, const char *text)
{
	struct limit *v = limits->v;

	for (unsigned int i = 0; i < limits->n; i++)
		if (!strcmp(v[i].text, text))
			return &v[i];
	if (GROW(limits->v, limits->n, limits->room, 16) < 0)
		return NULL;
	v = &limits->v[limits->n++];
	*v = (struct limit){ 0 };
	snprintf(v->text, sizeof(v->text), "%s", text);
	return v;
}

static void add_cost(void *ctx, const char *of, const struct coverage_gap *gap)
{
	struct limit *limit = limit_of(ctx, gap->brief);
	const size_t n = limit ? strlen(limit->of) : 0;

	if (!limit)
		return;
	limit->kind = gap->kind;
	if (!of || !strcmp(limit->last, of))
		return;
	snprintf(limit->last, sizeof(limit->last), "%s", of);
	if (limit->n++ < LIMIT_NAMED)
		snprintf(limit->of + n, sizeof(limit->of) - n, "%s%s", n ? ", " : "", of);
}

static void print_limit(const struct limit *limit, bool first)
{
	printf("%-16s %s", first ? "limits:" : "", limit->of);
	if (limit->n > LIMIT_NAMED)
		printf(" and %u more", limit->n - LIMIT_NAMED);
	printf("%s%s\n", limit->n ? ": " : "", limit->text);
}

static void print_costs(const struct diagnosis *d)
{
	/* First what a program can use to mislead the rules, then what is not there. */
	static const uint8_t order[] = { COVER_WEAK, COVER_NEVER, COVER_PARTLY };
	struct limits limits = { 0 };
	bool first = true;

	costs(d, add_cost, &limits);
	for (size_t k = 0; k < sizeof(order); k++) {
		for (unsigned int i = 0; i < limits.n; i++) {
			if (limits.v[i].kind != order[k])
				continue;
			print_limit(&limits.v[i], first);
			first = false;
		}
	}
	free(limits.v);
	if (limits.n)
		printf("%-16s `saker list events --coverage` prints these limits for each event and hook.\n"
		       "%-16s docs/drivers.md has all differences between the drivers, with their tests.\n",
		       "", "");
}

static void print_text(const struct diagnosis *d)
{
	printf("kernel %s, module %s\n\n", d->host.release, d->loaded ? "loaded" : "not loaded");
	for (unsigned int i = 0; i < nprobes; i++) {
		printf("%-8s %-18s  %s\n", probe_answer_name(d->findings[i].answer), probes[i].name,
		       d->findings[i].text);
		print_todo(d->findings[i].todo);
	}
	putchar('\n');
	print_verdict(d);
	print_choice(&d->choice);
	print_costs(d);
}

/* -- for programs -- */

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, str_of(key));
	jsonw_str(w, str_of(text));
}

static void put_probe(struct jsonw *w, const struct probe *probe, const struct finding *finding)
{
	static const char *const ways[] = { "load", "kmod", "ebpf", "self" };

	jsonw_begin(w, '{');
	put_text(w, "probe", probe->name);
	jsonw_key(w, STR("of"));
	jsonw_begin(w, '[');
	for (unsigned int i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		if (probe->ways >> i & 1)
			jsonw_str(w, str_of(ways[i]));
	jsonw_end(w, ']');
	put_text(w, "answer", probe_answer_name(finding->answer));
	put_text(w, "text", finding->text);
	put_text(w, "todo", finding->todo);
	jsonw_end(w, '}');
}

static void put_verdict(struct jsonw *w, const struct verdict *verdict)
{
	jsonw_key(w, STR("loader"));
	if (!verdict->known) {
		jsonw_null(w);
		return;
	}
	jsonw_begin(w, '{');
	jsonw_key(w, STR("time"));
	jsonw_s64(w, verdict->time);
	jsonw_key(w, STR("loaded"));
	jsonw_bool(w, verdict->loaded);
	jsonw_key(w, STR("tried"));
	jsonw_bool(w, verdict->tried);
	put_text(w, "reason", verdict->reason);
	jsonw_end(w, '}');
}

static void put_cost(void *ctx, const char *of, const struct coverage_gap *gap)
{
	char line[640];
	struct buf b = BUF_ON(line);

	buf_printf(&b, "%s%s%s", of ? of : "", of ? ": " : "", gap->text);
	jsonw_str(ctx, buf_as_str(&b));
}

static void print_json(const struct diagnosis *d)
{
	struct buf b = { .p = malloc(JSON_BYTES), .size = JSON_BYTES };
	struct jsonw w = JSONW(&b);

	if (!b.p)
		return;
	jsonw_begin(&w, '{');
	put_text(&w, "kernel", d->host.release);
	jsonw_key(&w, STR("loaded"));
	jsonw_bool(&w, d->loaded);
	jsonw_key(&w, STR("probes"));
	jsonw_begin(&w, '[');
	for (unsigned int i = 0; i < nprobes; i++)
		put_probe(&w, &probes[i], &d->findings[i]);
	jsonw_end(&w, ']');
	put_verdict(&w, &d->verdict);
	jsonw_key(&w, STR("choice"));
	choice_json(&w, &d->choice);
	jsonw_key(&w, STR("costs"));
	jsonw_begin(&w, '[');
	costs(d, put_cost, &w);
	jsonw_end(&w, ']');
	jsonw_end(&w, '}');
	fwrite(b.p, 1, b.n, stdout);
	putchar('\n');
	free(b.p);
}

int cmd_doctor(const struct args *args)
{
	struct diagnosis *d = calloc(1, sizeof(*d) + nprobes * sizeof(d->findings[0]));
	int r = d ? host_init(&d->host, NULL, &drivers) : -ENOMEM;
	bool none;

	if (r < 0) {
		log_line("examining this machine: %s: %s", d ? "opening /" : "its findings",
			 strerror(-r));
		free(d);
		return EXIT_CANNOT;
	}
	examine(d);
	if (args->json)
		print_json(d);
	else
		print_text(d);
	none = !d->choice.driver;
	host_uninit(&d->host);
	free(d);
	return none ? EXIT_NO : EXIT_DONE;
}
