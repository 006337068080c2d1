// SPDX-License-Identifier: Apache-2.0
/*
 * Prints the tables of agent/source/coverage.def for scripts/drivers-render, as rows of
 * docs/drivers.md:
 *
 *   coverage-table hooks	which hook sees what of an event
 *   coverage-table gaps	what is not recorded, and what another thread may change
 *   coverage-table gap EVENT FIELD	exit status 0 if eBPF has a gap there; FIELD may be "record"
 */
#include <stdio.h>
#include <string.h>

enum { CALLS = 0, ABIS = 1, URING = 2, ALWAYS = 0 };
enum {
#define LIMIT(name, number, what) COVER_##name = 1 << (number),
#include "source/coverage.def"
};

static const char *const limits[] = {
#define LIMIT(name, number, what) what,
#include "source/coverage.def"
};

static const struct row {
	const char *event, *hook, *what;
	int ways;
} rows[] = {
#define SEES(event, hook, ways, what) { #event, hook, what, ways },
#include "source/coverage.def"
};

static const struct gap {
	const char *event, *field, *kind, *what;
	int limits;
} gaps[] = {
#define NEVER(event, field, limits, what)  { #event, field, "never recorded", what, limits },
#define PARTLY(event, field, limits, what) { #event, field, "not always recorded", what, limits },
#define WEAK(event, field, limits, what)   { #event, field, "another thread may change it", what, limits },
#include "source/coverage.def"
};

static const char *name_of(const char *event)
{
	static const struct {
		const char *event, *name;
	} names[] = {
#define EVENT(id, ev, name, traits, doc) { #ev, name },
#define FIELD(ev, type, field, kind, source, doc)
#define END(ev)
#include <saker/events.def>
	};
	size_t i = 0;

	while (strcmp(names[i].event, event))
		i++;
	return names[i].name;
}

static void print_hooks(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		printf("| `%s` | %s%s%s | %s%s | %s |\n", name_of(rows[i].event), rows[i].hook ? "`" : "",
		       rows[i].hook ? rows[i].hook : "request to the driver", rows[i].hook ? "`" : "",
		       rows[i].ways & ABIS ? "any" : "its calls", rows[i].ways & URING ? ", io_uring" : "",
		       rows[i].what);
}

static void print_limits(int of)
{
	const char *sep = "";

	if (!of)
		printf("both drivers");
	for (size_t i = 0; i < sizeof(limits) / sizeof(*limits); i++) {
		if (!(of >> i & 1))
			continue;
		printf("%s%s", sep, limits[i]);
		sep = "; ";
	}
}

static void print_gaps(void)
{
	for (size_t i = 0; i < sizeof(gaps) / sizeof(*gaps); i++) {
		const struct gap *g = &gaps[i];

		printf("| `%s%s%s` | %s | ", name_of(g->event), g->field ? "." : "", g->field ? g->field : "", g->kind);
		print_limits(g->limits);
		printf(" | %s |\n", g->what);
	}
}

static int is_gap(const char *event, const char *field)
{
	for (size_t i = 0; i < sizeof(gaps) / sizeof(*gaps); i++)
		if (!strcmp(gaps[i].event, event) && gaps[i].limits & COVER_EBPF &&
		    !strcmp(gaps[i].field ? gaps[i].field : "record", field))
			return 1;
	return 0;
}

int main(int argc, char **argv)
{
	if (argc == 4 && !strcmp(argv[1], "gap"))
		return !is_gap(argv[2], argv[3]);
	if (argc == 2 && !strcmp(argv[1], "hooks"))
		print_hooks();
	else if (argc == 2 && !strcmp(argv[1], "gaps"))
		print_gaps();
	else
		return 2;
	return 0;
}
