/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plugins for tests: a correct one, and, selected by -D, one for each possible mistake. The correct
 * one is a driver that records nothing. SAKER_TEST_DRIVER selects what fails: "probe", "open",
 * "busy", "idle", "limited" (no hook where files are opened) or nothing; with "waits" it waits for
 * events without limit instead of ending at once.
 */
#include "source/plugin.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef ABI
#define ABI		SAKER_PLUGIN_ABI
#endif
#ifndef KIND
#define KIND		"source"
#endif
#ifndef SYMBOL
#define SYMBOL		saker_plugin
#endif

extern const struct plugin SYMBOL;

#ifdef MISSING
void saker_test_missing(void);
void (*const saker_test_needed)(void);
void (*const saker_test_needed)(void) = saker_test_missing;
#endif

static int is_told(const char *what)
{
	const char *at = getenv("SAKER_TEST_DRIVER");

	return at && !strcmp(at, what);
}

static int test_next(struct source *source, struct record *ret)
{
	(void)source;
	(void)ret;
	return is_told("waits") ? SOURCE_IDLE : SOURCE_END;
}

static void test_release(struct source *source, const struct record *rec)
{
	(void)source;
	(void)rec;
}

static void test_stats(const struct source *source, struct source_stats *ret)
{
	(void)source;
	(void)ret;
}

static void test_close(struct source *source)
{
	free(source);
}

static int test_info(struct control_info *ret)
{
	*ret = (struct control_info){
		.abi = 1u << 16, .state = SAKER_STATE_ARMED, .release = "test", .generation = 3,
		.ring_size = 4096,
	};
	if (is_told("limited")) {
		ret->hooks = calloc(1, sizeof(*ret->hooks));
		if (!ret->hooks)
			return -ENOMEM;
		ret->nhooks = 1;
		ret->hooks[0] = (struct control_hook){
			"security_file_open", "fentry", "missing: a test",
		};
	}
	return is_told("idle") ? -ENODEV : 0;
}

static int test_tallies(control_tally_fn *fn, void *ctx)
{
	const struct ev_tally rows[] = {
		{ .type = EV_open, .hits = 7, .emitted = 4, .filtered = 1,
		  .dropped[EV_DROP_ring_full] = 2 },
	};
	const struct control_tally tally = { .seq = 4, .rows = rows, .nrows = 1 };

	return fn(ctx, &tally);
}

static int source_test_info(struct source *source, struct control_info *ret)
{
	(void)source;
	return test_info(ret);
}

static int source_test_tallies(struct source *source, control_tally_fn *fn, void *ctx)
{
	(void)source;
	return test_tallies(fn, ctx);
}

static const struct source_ops ops = {
	.next = test_next,
	.release = test_release,
	.stats = test_stats,
	.info = source_test_info,
	.tallies = source_test_tallies,
	.close = test_close,
};

static int test_open(struct source **ret, const struct source_live_config *config, char *error,
		     size_t size)
{
	struct source *source;

	(void)config;
	if (is_told("busy")) {
		snprintf(error, size, "process 1 (test) has it: stop it first");
		return -EBUSY;
	}
	if (is_told("open")) {
		snprintf(error, size, "the verifier refused open: R1 is a number");
		return -EACCES;
	}
	source = calloc(1, sizeof(*source));
	if (!source)
		return -ENOMEM;
	*source = (struct source){ .ops = &ops, .name = "ebpf", .live = true, .pollfd = -1 };
	*ret = source;
	return 0;
}

static int test_probe(char *why, size_t size)
{
	if (!is_told("probe"))
		return 0;
	snprintf(why, size, "this kernel has no fentry and no kprobes");
	return -EOPNOTSUPP;
}

static void test_costs(void (*tell)(void *ctx, const char *text), void *ctx)
{
	tell(ctx, "a test's worth of coverage");
}

static int test_unload(void)
{
	return is_told("busy") ? -EBUSY : 0;
}

static const struct source_plugin source = {
	.open = test_open,
	.probe = test_probe,
	.costs = test_costs,
	.info = test_info,
	.tallies = test_tallies,
	.unload = test_unload,
};

const struct plugin SYMBOL = { ABI, KIND, NAME, &source };
