/* SPDX-License-Identifier: Apache-2.0 */
/* Selects the events of coverage_list.h, and prints them as JSON. */
#include "coverage/list.h"
#include <stdio.h>
#include <string.h>
#include "decode/schema.h"

#define RESTRICTIONS	~(COVER_KMOD | COVER_EBPF | COVER_HOOKED)

const char *const coverage_way_names[COVER_WAYS] = { "64-bit", "ia32", "x32", "io_uring" };
const char *const coverage_kind_names[] = { "never", "partly", "weak" };

/* -- the selection -- */

/* Types that are recorded as another event come from the driver too: those that have a row. */
static bool is_covered(unsigned int event)
{
	for (unsigned int i = 0; i < ncoverage_rows; i++)
		if (coverage_rows[i].event == event)
			return schema_event(event);
	return false;
}

static bool is_named(const struct coverage_list *l, struct str name)
{
	return !l->part.n || memmem(name.p, name.n, l->part.p, l->part.n);
}

static bool is_call_of(evt_type_t type, unsigned int event)
{
	return type < EVT_SYS_COUNT && evt_type_event(type) == event;
}

/* By the event's own name all its calls are listed, otherwise those with the part in their name. */
bool coverage_list_call(const struct coverage_list *l, evt_type_t type)
{
	return is_call_of(type, l->event) &&
	       (is_named(l, str_of(schema_event(l->event)->name)) ||
		is_named(l, evt_type_name(type)));
}

static void note_blind(void *ctx, const struct coverage_gap *gap)
{
	*(bool *)ctx |= gap->kind != COVER_WEAK;
}

/* Of an event that calls make, only the operations of io_uring that do what these calls do. */
static void coverage_of_calls(struct coverage_list *l)
{
	uint64_t uring = 0;
	bool made = false;

	for (evt_type_t t = 0; t < EVT_SYS_COUNT; t++) {
		made |= is_call_of(t, l->event);
		uring |= coverage_list_call(l, t) ? coverage_operations(t) : 0;
	}
	l->coverage = l->covered->coverage;
	l->coverage.kernel.uring &= made ? uring : UINT64_MAX;
}

static bool has_calls(const struct coverage_list *l)
{
	for (evt_type_t t = 0; t < EVT_SYS_COUNT; t++)
		if (coverage_list_call(l, t))
			return true;
	return false;
}

static bool is_listed(const struct coverage_list *l)
{
	bool blind = !coverage_records(&l->coverage, l->event, NULL);

	coverage_gaps(&l->coverage, l->event, note_blind, &blind);
	if (l->blind && !blind)
		return false;
	return is_named(l, str_of(schema_event(l->event)->name)) || has_calls(l);
}

bool coverage_list_next(struct coverage_list *l)
{
	while (l->next < EV_TYPE_MAX) {
		l->event = l->next++;
		if (!is_covered(l->event))
			continue;
		coverage_of_calls(l);
		if (is_listed(l))
			return true;
	}
	return false;
}

const char *coverage_list_way(const struct coverage_list *l, const struct coverage_row *row,
			      unsigned int way)
{
	const struct coverage *c = &l->coverage;
	const uint32_t bit = 1u << way;

	if (coverage_row_ways(c, row) & bit)
		return coverage_works(c, row) ? "yes" : "no";
	return coverage_ways(c, l->event) & ~coverage_seen(c, l->event) & bit ? "no" : NULL;
}

void coverage_list_limits(const struct covered *covered, void (*fn)(void *ctx, const char *what),
			  void *ctx)
{
	for (unsigned int i = 0; i < COVER_LIMITS; i++)
		if (covered->coverage.limits & RESTRICTIONS & 1u << i)
			fn(ctx, coverage_limits[i].what);
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

static void put_row(struct jsonw *w, const struct coverage_list *l, const struct coverage_row *row)
{
	const struct control_hook *hook = coverage_hook(&l->coverage, row);

	jsonw_begin(w, '{');
	put_text(w, "hook", row->hook);
	put_text(w, "kind", hook ? hook->kind : NULL);
	put_text(w, "state", hook ? hook->state : NULL);
	put_text(w, "what", row->what);
	jsonw_key(w, STR("ways"));
	jsonw_begin(w, '{');
	for (unsigned int way = 0; way < COVER_WAYS; way++) {
		const char *seen = coverage_list_way(l, row, way);

		jsonw_key(w, str_of(coverage_way_names[way]));
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
	put_text(w, "kind", coverage_kind_names[gap->kind]);
	put_text(w, "field", gap->field);
	put_text(w, "cause", gap->cause);
	jsonw_key(w, STR("here"));
	jsonw_bool(w, gap->here);
	put_text(w, "what", gap->text);
	jsonw_end(w, '}');
}

static void put_line(void *ctx, const char *what)
{
	jsonw_str(ctx, str_of(what));
}

static void put_event(struct jsonw *w, const struct coverage_list *l)
{
	jsonw_begin(w, '{');
	put_text(w, "event", schema_event(l->event)->name);
	jsonw_key(w, STR("recorded"));
	jsonw_bool(w, coverage_records(&l->coverage, l->event, NULL));
	jsonw_key(w, STR("calls"));
	jsonw_begin(w, '[');
	for (evt_type_t t = 0; t < EVT_SYS_COUNT; t++)
		if (coverage_list_call(l, t))
			jsonw_str(w, evt_type_name(t));
	jsonw_end(w, ']');
	jsonw_key(w, STR("seen"));
	jsonw_begin(w, '[');
	for (unsigned int i = 0; i < ncoverage_rows; i++)
		if (coverage_rows[i].event == l->event)
			put_row(w, l, &coverage_rows[i]);
	jsonw_end(w, ']');
	jsonw_key(w, STR("gaps"));
	jsonw_begin(w, '[');
	coverage_gaps(&l->coverage, l->event, put_gap, w);
	jsonw_end(w, ']');
	jsonw_end(w, '}');
}

static void put_head(struct jsonw *w, const struct covered *covered, const char *kernel)
{
	put_text(w, "kernel", kernel);
	put_text(w, "driver", covered->driver);
	jsonw_key(w, STR("running"));
	jsonw_bool(w, covered->running);
	put_text(w, "why", covered->running ? NULL : covered->why);
	jsonw_key(w, STR("abis"));
	jsonw_begin(w, '[');
	for (unsigned int abi = 0; abi < EV_ABI_COUNT; abi++)
		if (covered->coverage.kernel.abis & 1u << abi)
			jsonw_str(w, str_of(coverage_way_names[abi]));
	jsonw_end(w, ']');
	jsonw_key(w, STR("limits"));
	jsonw_begin(w, '[');
	coverage_list_limits(covered, put_line, w);
	jsonw_end(w, ']');
}

void coverage_list_json(struct jsonw *w, struct coverage_list *l, const char *kernel)
{
	jsonw_begin(w, '{');
	put_head(w, l->covered, kernel);
	jsonw_key(w, STR("events"));
	jsonw_begin(w, '[');
	while (coverage_list_next(l))
		put_event(w, l);
	jsonw_end(w, ']');
	jsonw_end(w, '}');
}
