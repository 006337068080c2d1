/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of coverage.def, and which of their rows hold for a driver. */
#include "source/coverage.h"
#include <stddef.h>
#include <string.h>
#include "lib/buf.h"
#include "lib/str.h"

#define ALWAYS	0u
#define URING	COVER_URING
#define ABIS	COVER_ABIS
#define CALLS	0u			/* as the calls of the event */

const struct coverage_row coverage_rows[] = {
#define SEES(event, hook, ways, what)	{ EV_##event, ways, hook, what },
#include "source/coverage.def"
};

const unsigned int ncoverage_rows = sizeof(coverage_rows) / sizeof(*coverage_rows);

static const struct op {
	evt_type_t call;
	uint8_t number;
	const char *name;
} ops[] = {
#define URING_OP(number, name, call)	{ EVT_SYS_##call, number, #name },
#include "source/coverage.def"
};

static const struct row {
	uint16_t event, limits;
	uint8_t kind;
	const char *field, *what;
} rows[] = {
#define NEVER(event, field, limits, what)	{ EV_##event, limits, COVER_NEVER, field, what },
#define PARTLY(event, field, limits, what)	{ EV_##event, limits, COVER_PARTLY, field, what },
#define WEAK(event, field, limits, what)	{ EV_##event, limits, COVER_WEAK, field, what },
#include "source/coverage.def"
};

const struct coverage_limit_def coverage_limits[COVER_LIMITS] = {
#define LIMIT(name, number, what)	[number] = { #name, what },
#include "source/coverage.def"
};

#define NOPS	(sizeof(ops) / sizeof(*ops))
#define NROWS	(sizeof(rows) / sizeof(*rows))

static bool is_missing(const struct control_hook *hook)
{
	return !strncmp(hook->state, "missing", 7);
}

/* "missing: this kernel has no such tracepoint" */
static const char *why_missing(const struct control_hook *hook)
{
	const char *why = strchr(hook->state, ':');

	return why ? why + 2 : hook->state;
}

/*
 * The eBPF driver has several forms of a hook at a function's entry, one of which is used: fentry,
 * a kprobe, or a program at its caller.
 */
static bool has_name(const struct control_hook *hook, const char *name)
{
	const size_t n = strlen(name);

	return !strncmp(hook->name, name, n) &&
	       (!hook->name[n] || !strcmp(hook->name + n, "_kprobe") ||
		!strcmp(hook->name + n, "_caller"));
}

const struct control_hook *coverage_hook(const struct coverage *c, const struct coverage_row *row)
{
	const struct control_hook *found = NULL;

	for (uint32_t i = 0; row->hook && i < c->nhooks; i++)
		if (has_name(&c->hooks[i], row->hook) && (!found || is_missing(found)))
			found = &c->hooks[i];
	return found;
}

bool coverage_works(const struct coverage *c, const struct coverage_row *row)
{
	const struct control_hook *hook = coverage_hook(c, row);

	return row->hook ? hook && !is_missing(hook) : c->limits & COVER_KMOD;
}

void coverage_init(struct coverage *ret, bool kmod, const struct control_info *info,
		   uint32_t limits, const struct coverage_kernel *kernel)
{
	static const struct coverage_row opened = { .hook = "security_file_open" };
	static const struct coverage_row named = { .hook = "security_path_unlink" };
	const struct control_hook *hook;

	*ret = (struct coverage){
		.limits = limits | (kmod ? COVER_KMOD : COVER_EBPF),
		.hooks = info->hooks, .nhooks = info->nhooks, .kernel = *kernel,
	};
	hook = coverage_hook(ret, &opened);
	ret->limits |= coverage_works(ret, &opened) ? COVER_HOOKED : COVER_BY_FD;
	ret->limits |= coverage_works(ret, &named) ? 0 : COVER_BY_NAME;
	if (!kmod && (ret->limits & COVER_BY_FD || strcmp(hook->kind, "fentry")))
		ret->limits |= COVER_WALKED;
}

void coverage_look(struct coverage_kernel *ret)
{
	*ret = (struct coverage_kernel){ .abis = coverage_abis(), .uring = coverage_uring() };
}

/* -- ways -- */

static uint32_t ways_of_calls(unsigned int event)
{
	uint32_t ways = 0;

	for (evt_type_t t = 0; t < EVT_SYS_COUNT; t++)
		for (unsigned int abi = 0; evt_type_event(t) == event && abi < EV_ABI_COUNT; abi++)
			if (evt_type_nr(t, (enum ev_abi)abi) >= 0)
				ways |= 1u << abi;
	return ways;
}

static bool op_exists(const struct coverage *c, const struct op *op)
{
	return c->kernel.uring >> op->number & 1;
}

uint32_t coverage_row_ways(const struct coverage *c, const struct coverage_row *row)
{
	const uint32_t ways = row->ways & COVER_ABIS ? row->ways :
			      row->ways | ways_of_calls(row->event);

	return ways & (c->kernel.abis | (c->kernel.uring ? COVER_URING : 0));
}

/* Those that some hook sees where it works. */
static uint32_t ways_of_hooks(unsigned int event)
{
	uint32_t ways = 0;

	for (unsigned int i = 0; i < ncoverage_rows; i++)
		if (coverage_rows[i].event == event)
			ways |= coverage_rows[i].ways;
	return ways;
}

uint32_t coverage_ways(const struct coverage *c, unsigned int event)
{
	uint32_t ways = 0;

	for (unsigned int i = 0; i < ncoverage_rows; i++)
		if (coverage_rows[i].event == event)
			ways |= coverage_row_ways(c, &coverage_rows[i]);
	for (size_t i = 0; i < NOPS; i++)
		if (op_exists(c, &ops[i]) && evt_type_event(ops[i].call) == event)
			ways |= COVER_URING;
	return ways;
}

uint32_t coverage_seen(const struct coverage *c, unsigned int event)
{
	uint32_t ways = 0;

	for (unsigned int i = 0; i < ncoverage_rows; i++)
		if (coverage_rows[i].event == event && coverage_works(c, &coverage_rows[i]))
			ways |= coverage_row_ways(c, &coverage_rows[i]);
	return ways;
}

uint64_t coverage_operations(evt_type_t call)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < NOPS; i++)
		if (ops[i].call == call)
			bits |= 1ull << ops[i].number;
	return bits;
}

/* -- gaps -- */

static bool holds(const struct coverage *c, const struct row *row)
{
	return (row->limits & ~c->limits) == 0;
}

bool coverage_records(const struct coverage *c, unsigned int event, const char *field)
{
	if (!coverage_seen(c, event))
		return false;
	for (size_t i = 0; i < NROWS; i++) {
		const struct row *row = &rows[i];

		if (row->event == event && row->kind == COVER_NEVER && holds(c, row) &&
		    (!row->field || (field && !strcmp(row->field, field))))
			return false;
	}
	return true;
}

bool coverage_may_lack(unsigned int event)
{
	static const char *const always[] = {
		"sys_exit", "sched_process_exec", "sched_process_fork", "sched_process_exit",
	};
	bool found = false;

	for (unsigned int i = 0; i < ncoverage_rows; i++)
		for (size_t k = 0; k < sizeof(always) / sizeof(*always); k++)
			found |= coverage_rows[i].event == event && coverage_rows[i].hook &&
				 !strcmp(coverage_rows[i].hook, always[k]);
	return !found;
}

static void gaps_of_hooks(const struct coverage *c, unsigned int event, coverage_gap_fn *fn,
			  void *ctx)
{
	for (unsigned int i = 0; i < ncoverage_rows; i++) {
		const struct coverage_row *row = &coverage_rows[i];
		const struct control_hook *hook = coverage_hook(c, row);
		char text[256] = "", brief[256] = "";
		struct buf b = { .p = text, .size = sizeof(text) - 1 };
		struct buf short_of = { .p = brief, .size = sizeof(brief) - 1 };
		const char *why = hook ? why_missing(hook) : "the driver does not have it";

		if (row->event != event || !row->hook || coverage_works(c, row))
			continue;
		buf_printf(&b, "no hook sees %s: %s is missing, %s", row->what, row->hook, why);
		buf_printf(&short_of, "a hook is missing (%s), so what only that hook sees is not "
			   "recorded", why);
		fn(ctx, &(struct coverage_gap){ .kind = coverage_seen(c, event) ? COVER_PARTLY :
						COVER_NEVER, .here = true, .cause = "hook",
						.text = text, .brief = brief });
	}
}

static void gap_of_uring(const struct coverage *c, unsigned int event, coverage_gap_fn *fn,
			 void *ctx)
{
	char text[1024] = "";
	struct buf b = { .p = text, .size = sizeof(text) - 1 };
	bool any = false;

	if (coverage_seen(c, event) & COVER_URING)
		return;
	buf_text(&b, "no hook sees these operations of io_uring:");
	for (size_t i = 0; i < NOPS; i++) {
		if (!op_exists(c, &ops[i]) || evt_type_event(ops[i].call) != event)
			continue;
		buf_printf(&b, "%s %s", any ? "," : "", ops[i].name);
		any = true;
	}
	if (any)
		fn(ctx, &(struct coverage_gap){ .kind = COVER_PARTLY, .cause = "io_uring",
						.here = ways_of_hooks(event) & COVER_URING,
						.text = text, .brief = "no hook sees what io_uring "
						"does for a task" });
}

void coverage_gaps(const struct coverage *c, unsigned int event, coverage_gap_fn *fn, void *ctx)
{
	gaps_of_hooks(c, event, fn, ctx);
	gap_of_uring(c, event, fn, ctx);
	for (size_t i = 0; i < NROWS; i++) {
		const struct row *row = &rows[i];

		if (row->event == event && holds(c, row))
			fn(ctx, &(struct coverage_gap){ .kind = row->kind,
							.here = row->limits & ~COVER_HOOKED,
							.field = row->field, .cause = "table",
							.text = row->what, .brief = row->what });
	}
}
