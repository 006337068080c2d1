/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saker list events --coverage: prints what the driver in use sees of each event on this
 * kernel, by which hook and under which ABI, and what it does not see.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include "cmd/coverage.h"
#include "cmd/list.h"
#include "decode/schema.h"
#include "decode/type.h"
#include "lib/jsonw.h"
#include "lib/log.h"

#define JSON_BYTES	(256u << 10)
#define CALLS_SHOWN	24
#define RESTRICTIONS	~(COVER_KMOD | COVER_EBPF | COVER_HOOKED)

static const char *const way_names[COVER_WAYS] = { "64-bit", "ia32", "x32", "io_uring" };
static const char *const kind_names[] = { "never", "partly", "weak" };

struct listing {
	const struct args *args;
	const struct covered *covered;
	struct coverage coverage;	/* of the calls of this event that are listed */
	struct jsonw *w;		/* NULL: as text */
	unsigned int event;
	unsigned int printed;
};

/* Types that are recorded as another event come from the driver too: those that have a row. */
static bool is_covered(unsigned int event)
{
	for (unsigned int i = 0; i < ncoverage_rows; i++)
		if (coverage_rows[i].event == event)
			return schema_event(event);
	return false;
}

static bool is_call_of(evt_type_t type, unsigned int event)
{
	return type < EVT_SYS_COUNT && evt_type_event(type) == event;
}

/* By the event's own name all its calls are listed, otherwise those with the word in their name. */
static bool call_is_listed(const struct listing *l, evt_type_t type)
{
	return is_call_of(type, l->event) &&
	       (list_has(l->args, str_of(schema_event(l->event)->name)) ||
		list_has(l->args, evt_type_name(type)));
}

static unsigned int count_calls(const struct listing *l)
{
	unsigned int n = 0;

	for (evt_type_t t = 0; t < EVT_SYS_COUNT; t++)
		n += call_is_listed(l, t);
	return n;
}

static void note_blind(void *ctx, const struct coverage_gap *gap)
{
	*(bool *)ctx |= gap->kind != COVER_WEAK;
}

/* Of an event that calls make, only the operations of io_uring that do what these calls do. */
static void coverage_of_calls(struct listing *l)
{
	uint64_t uring = 0;
	bool made = false;

	for (evt_type_t t = 0; t < EVT_SYS_COUNT; t++) {
		made |= is_call_of(t, l->event);
		uring |= call_is_listed(l, t) ? coverage_operations(t) : 0;
	}
	l->coverage = l->covered->coverage;
	l->coverage.uring &= made ? uring : UINT64_MAX;
}

static bool event_is_listed(const struct listing *l)
{
	bool blind = !coverage_records(&l->coverage, l->event, NULL);

	coverage_gaps(&l->coverage, l->event, note_blind, &blind);
	if (l->args->blind && !blind)
		return false;
	return list_has(l->args, str_of(schema_event(l->event)->name)) || count_calls(l);
}

/* A way of the event: whether this hook sees it; NULL if it is another hook's, or there is none. */
static const char *way_seen(const struct listing *l, const struct coverage_row *row,
			    unsigned int way)
{
	const struct coverage *c = &l->coverage;
	const uint32_t bit = 1u << way;

	if (coverage_row_ways(c, row) & bit)
		return coverage_works(c, row) ? "yes" : "no";
	return coverage_ways(c, l->event) & ~coverage_seen(c, l->event) & bit ? "no" : NULL;
}

/* -- as text -- */

static void print_row(const struct listing *l, const struct coverage_row *row, bool first)
{
	const struct control_hook *hook = coverage_hook(&l->coverage, row);

	printf("%-18s %-19s %-11s %-8.*s", first ? schema_event(l->event)->name : "",
	       row->hook ? row->hook : "request", hook ? hook->kind : "-",
	       hook ? (int)strcspn(hook->state, ":") : 7, hook ? hook->state : "-");
	for (unsigned int way = 0; way < COVER_WAYS; way++) {
		const char *seen = way_seen(l, row, way);

		printf("%-*s", way ? (int)strlen(way_names[way]) + 2 : 8, seen ? seen : "-");
	}
	printf("%s\n", row->what);
}

static void print_calls(const struct listing *l)
{
	const unsigned int n = count_calls(l);
	const char *sep = "";

	if (!n)
		return;
	printf("    calls   ");
	if (n > CALLS_SHOWN)
		printf("%u; `saker list syscalls` lists them", n);
	for (evt_type_t t = 0; n <= CALLS_SHOWN && t < EVT_SYS_COUNT; t++) {
		if (!call_is_listed(l, t))
			continue;
		printf("%s" STR_FMT, sep, STR_ARG(evt_type_name(t)));
		sep = ", ";
	}
	putchar('\n');
}

static void print_gap(void *ctx, const struct coverage_gap *gap)
{
	(void)ctx;
	printf("    %-7s %s%s%s\n", kind_names[gap->kind], gap->field ? gap->field : "",
	       gap->field ? ": " : "", gap->text);
}

static void print_event(struct listing *l)
{
	bool first = true;

	for (unsigned int i = 0; i < ncoverage_rows; i++) {
		if (coverage_rows[i].event != l->event)
			continue;
		print_row(l, &coverage_rows[i], first);
		first = false;
	}
	print_calls(l);
	coverage_gaps(&l->coverage, l->event, print_gap, NULL);
}

static void print_head(const struct covered *covered, const char *kernel)
{
	printf("kernel %s, driver %s: ", kernel, covered->driver);
	if (covered->running)
		printf("it records now\n");
	else
		printf("it would be chosen, because %s\n", covered->why);
	for (unsigned int i = 0; i < COVER_LIMITS; i++)
		if (covered->coverage.limits & RESTRICTIONS & 1u << i)
			printf("here: %s\n", coverage_limits[i].what);
	printf("never: is not recorded; partly: not in these cases; weak: another thread may have "
	       "changed it\n\n");
	printf("%-18s %-19s %-11s %-8s", "event", "hook", "kind", "state");
	for (unsigned int way = 0; way < COVER_WAYS; way++)
		printf("%s  ", way_names[way]);
	printf("what\n");
}

/* -- as JSON -- */

static void put_text(struct jsonw *w, const char *key, const char *text)
{
	jsonw_key(w, str_of(key));
	if (text)
		jsonw_str(w, str_of(text));
	else
		jsonw_null(w);
}

static void put_row(const struct listing *l, const struct coverage_row *row)
{
	const struct control_hook *hook = coverage_hook(&l->coverage, row);
	struct jsonw *w = l->w;

	jsonw_begin(w, '{');
	put_text(w, "hook", row->hook);
	put_text(w, "kind", hook ? hook->kind : NULL);
	put_text(w, "state", hook ? hook->state : NULL);
	put_text(w, "what", row->what);
	jsonw_key(w, STR("ways"));
	jsonw_begin(w, '{');
	for (unsigned int way = 0; way < COVER_WAYS; way++) {
		const char *seen = way_seen(l, row, way);

		jsonw_key(w, str_of(way_names[way]));
		if (seen)
			jsonw_bool(w, *seen == 'y');
		else
			jsonw_null(w);
	}
	jsonw_end(w, '}');
	jsonw_end(w, '}');
}

static void put_gap(void *ctx, const struct coverage_gap *gap)
{
	struct jsonw *w = ctx;

	jsonw_begin(w, '{');
	put_text(w, "kind", kind_names[gap->kind]);
	put_text(w, "field", gap->field);
	put_text(w, "cause", gap->cause);
	jsonw_key(w, STR("here"));
	jsonw_bool(w, gap->here);
	put_text(w, "what", gap->text);
	jsonw_end(w, '}');
}

static void put_limits(struct jsonw *w, uint32_t limits)
{
	jsonw_key(w, STR("limits"));
	jsonw_begin(w, '[');
	for (unsigned int i = 0; i < COVER_LIMITS; i++)
		if (limits & RESTRICTIONS & 1u << i)
			jsonw_str(w, str_of(coverage_limits[i].what));
	jsonw_end(w, ']');
}

static void put_event(struct listing *l)
{
	struct jsonw *w = l->w;

	jsonw_begin(w, '{');
	put_text(w, "event", schema_event(l->event)->name);
	jsonw_key(w, STR("recorded"));
	jsonw_bool(w, coverage_records(&l->coverage, l->event, NULL));
	jsonw_key(w, STR("calls"));
	jsonw_begin(w, '[');
	for (evt_type_t t = 0; t < EVT_SYS_COUNT; t++)
		if (call_is_listed(l, t))
			jsonw_str(w, evt_type_name(t));
	jsonw_end(w, ']');
	jsonw_key(w, STR("seen"));
	jsonw_begin(w, '[');
	for (unsigned int i = 0; i < ncoverage_rows; i++)
		if (coverage_rows[i].event == l->event)
			put_row(l, &coverage_rows[i]);
	jsonw_end(w, ']');
	jsonw_key(w, STR("gaps"));
	jsonw_begin(w, '[');
	coverage_gaps(&l->coverage, l->event, put_gap, w);
	jsonw_end(w, ']');
	jsonw_end(w, '}');
}

static void list_all(struct listing *l)
{
	for (l->event = 0; l->event < EV_TYPE_MAX; l->event++) {
		if (!is_covered(l->event))
			continue;
		coverage_of_calls(l);
		if (!event_is_listed(l))
			continue;
		l->printed++;
		if (l->w)
			put_event(l);
		else
			print_event(l);
	}
}

static int list_json(struct listing *l, const char *kernel)
{
	struct buf b = { .p = malloc(JSON_BYTES), .size = JSON_BYTES };
	struct jsonw w = JSONW(&b);

	if (!b.p)
		return -1;
	l->w = &w;
	jsonw_begin(&w, '{');
	put_text(&w, "kernel", kernel);
	put_text(&w, "driver", l->covered->driver);
	jsonw_key(&w, STR("running"));
	jsonw_bool(&w, l->covered->running);
	put_text(&w, "why", l->covered->running ? NULL : l->covered->why);
	put_limits(&w, l->covered->coverage.limits);
	jsonw_key(&w, STR("events"));
	jsonw_begin(&w, '[');
	list_all(l);
	jsonw_end(&w, ']');
	jsonw_end(&w, '}');
	fwrite(b.p, 1, b.n, stdout);
	putchar('\n');
	free(b.p);
	return 0;
}

int list_coverage(const struct args *args)
{
	struct covered covered;
	struct listing l = { .args = args, .covered = &covered };
	struct utsname uts = { .release = "" };
	char error[512];
	int r = covered_find(&covered, error, sizeof(error));

	if (r < 0) {
		log_line("%s", error);
		return r == -ENODEV ? EXIT_NO : EXIT_CANNOT;
	}
	uname(&uts);
	if (!args->json) {
		print_head(&covered, uts.release);
		list_all(&l);
	} else if (list_json(&l, uts.release) < 0) {
		log_line("listing events: out of memory");
		r = -ENOMEM;
	}
	covered_uninit(&covered);
	if (r < 0)
		return EXIT_CANNOT;
	return l.printed || args->noperands < 2 ? EXIT_DONE : list_nothing(args);
}
