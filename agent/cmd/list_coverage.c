/* SPDX-License-Identifier: Apache-2.0 */
/*
 * saker list events --coverage: prints what a driver sees of each event on this kernel, by which
 * hook and under which ABI, and what it does not see.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include "cmd/list.h"
#include "decode/schema.h"
#include "lib/guess.h"
#include "lib/log.h"
#include "coverage/list.h"

#define CALLS_SHOWN	24

static void print_row(const struct coverage_list *l, const struct coverage_row *row, bool first)
{
	const struct control_hook *hook = coverage_hook(&l->coverage, row);

	printf("%-18s %-19s %-11s %-8.*s", first ? schema_event(l->event)->name : "",
	       row->hook ? row->hook : "request", hook ? hook->kind : "-",
	       hook ? (int)strcspn(hook->state, ":") : 7, hook ? hook->state : "-");
	for (unsigned int way = 0; way < COVER_WAYS; way++) {
		const char *seen = coverage_list_way(l, row, way);

		printf("%-*s", way ? (int)strlen(coverage_way_names[way]) + 2 : 8,
		       seen ? seen : "-");
	}
	printf("%s\n", row->what);
}

static void print_calls(const struct coverage_list *l)
{
	unsigned int n = 0;
	const char *sep = "";

	for (evt_type_t t = 0; t < EVT_SYS_COUNT; t++)
		n += coverage_list_call(l, t);
	if (!n)
		return;
	printf("    calls   ");
	if (n > CALLS_SHOWN)
		printf("%u; `saker list syscalls` lists them", n);
	for (evt_type_t t = 0; n <= CALLS_SHOWN && t < EVT_SYS_COUNT; t++) {
		if (!coverage_list_call(l, t))
			continue;
		printf("%s" STR_FMT, sep, STR_ARG(evt_type_name(t)));
		sep = ", ";
	}
	putchar('\n');
}

static void print_gap(void *ctx, const struct coverage_gap *gap)
{
	(void)ctx;
	printf("    %-7s %s%s%s\n", coverage_kind_names[gap->kind], gap->field ? gap->field : "",
	       gap->field ? ": " : "", gap->text);
}

static void print_event(const struct coverage_list *l)
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

static void print_limit(void *ctx, const char *what)
{
	(void)ctx;
	printf("here: %s\n", what);
}

static void print_head(const struct covered *covered, const char *kernel)
{
	printf("kernel %s, driver %s: %s%s\n", kernel, covered->driver,
	       covered->running ? "it records now" :
	       covered->named ? "" : "it would be chosen, because ",
	       covered->running ? "" : covered->why);
	for (unsigned int abi = 0; abi < EV_ABI_COUNT; abi++)
		if (!(covered->coverage.kernel.abis & 1u << abi))
			printf("here: the kernel has no %s system calls\n", coverage_way_names[abi]);
	coverage_list_limits(covered, print_limit, NULL);
	printf("never: is not recorded; partly: not in these cases; weak: another thread may have "
	       "changed it\n\n");
	printf("%-18s %-19s %-11s %-8s", "event", "hook", "kind", "state");
	for (unsigned int way = 0; way < COVER_WAYS; way++)
		printf("%s  ", coverage_way_names[way]);
	printf("what\n");
}

static int print_json(struct coverage_list *l, const char *kernel)
{
	struct buf b = { .p = malloc(COVERAGE_JSON_BYTES), .size = COVERAGE_JSON_BYTES };
	struct jsonw w = JSONW(&b);

	if (!b.p)
		return -ENOMEM;
	coverage_list_json(&w, l, kernel);
	fwrite(b.p, 1, b.n, stdout);
	putchar('\n');
	free(b.p);
	return 0;
}

/* Return: its name; NULL after the mistake was logged. */
static const char *driver_named(const char *name)
{
	static const char *const names[][2] = {
		{ "kmod", "kmod" }, { "module", "kmod" }, { "ebpf", "ebpf" },
	};
	struct guess guess = guess_init(str_of(name));

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!strcmp(names[i][0], name))
			return names[i][1];
		guess_try(&guess, names[i][0]);
	}
	log_line("no driver is called %s: there are kmod (or module) and ebpf%s%s%s", name,
		 guess.best ? "; did you mean " : "", guess.best ? guess.best : "",
		 guess.best ? "?" : "");
	return NULL;
}

/* Return: 0 or -errno. @printed: whether an event was listed */
static int print_all(const struct args *args, const struct covered *covered, bool *printed)
{
	struct coverage_list l = {
		.covered = covered, .blind = args->blind,
		.part = str_of(args->noperands > 1 ? args->operands[1] : ""),
	};
	struct utsname uts = { .release = "" };
	struct coverage_list first = l;

	uname(&uts);
	*printed = coverage_list_next(&first);
	if (args->json)
		return print_json(&l, uts.release);
	if (*printed || args->noperands < 2)
		print_head(covered, uts.release);
	while (coverage_list_next(&l))
		print_event(&l);
	return 0;
}

static int no_event(const struct args *args)
{
	struct list_pick pick = list_pick(args);

	for (unsigned int event = 0; event < EV_TYPE_MAX; event++)
		if (schema_event(event))
			list_has(&pick, schema_event(event)->name);
	return list_nothing(args, &pick);
}

int list_coverage(const struct args *args)
{
	const char *driver = args->of_driver ? driver_named(args->of_driver) : NULL;
	struct covered covered;
	bool printed = false;
	char error[512];
	int r;

	if (args->of_driver && !driver)
		return EXIT_USAGE;
	r = covered_find(&covered, driver, error, sizeof(error));
	if (r < 0) {
		log_line("%s", error);
		return r == -ENODEV ? EXIT_NO : EXIT_CANNOT;
	}
	r = print_all(args, &covered, &printed);
	covered_uninit(&covered);
	if (r < 0) {
		log_line("listing events: %s", strerror(-r));
		return EXIT_CANNOT;
	}
	return printed || args->noperands < 2 ? EXIT_DONE : no_event(args);
}
