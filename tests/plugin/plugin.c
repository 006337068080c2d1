/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Plugins for tests: a correct one, and, selected by -D, one for each possible mistake. The correct
 * one is a driver that records nothing. SAKER_TEST_DRIVER selects what fails: "probe", "open",
 * "busy", "idle", "limited" (no hook where files are opened) or nothing; with "waits" it waits for
 * events without limit instead of ending at once; with "stops" it prints when its hooks are disarmed;
 * with "loads" its programs took time and memory; with "hooks" it has all hooks of the eBPF driver,
 * with "few" it lacks two, and restricts its programs.
 */
#include "source/plugin.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "source/coverage.h"

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

static int test_stop(struct source *source)
{
	(void)source;
	if (is_told("stops"))
		fprintf(stderr, "the test's hooks are disarmed\n");
	return 0;
}

static void test_close(struct source *source)
{
	free(source);
}

static int add_hook(struct control_info *ret, const char *name, const char *kind, bool missing)
{
	struct control_hook *hook = realloc(ret->hooks, (ret->nhooks + 1) * sizeof(*hook));

	if (!hook)
		return -ENOMEM;
	ret->hooks = hook;
	hook += ret->nhooks++;
	snprintf(hook->name, sizeof(hook->name), "%s", name);
	snprintf(hook->kind, sizeof(hook->kind), "%s", kind);
	snprintf(hook->state, sizeof(hook->state), "%s", missing ? "missing: a test" : "armed");
	return 0;
}

static int add_hooks(struct control_info *ret)
{
	static const char *const names[] = {
		"sys_exit", "sched_process_exec", "sched_process_fork", "sched_process_exit",
		"task_rename", "cgroup_mkdir", "cgroup_rmdir", "cgroup_attach_task",
	};
	const bool few = is_told("few");
	int r = 0;

	for (size_t i = 0; r == 0 && i < sizeof(names) / sizeof(*names); i++)
		r = add_hook(ret, names[i], "tp_btf", false);
	if (r == 0)
		r = add_hook(ret, "security_path_unlink", "fentry", few);
	if (r == 0)
		r = add_hook(ret, "module_load", "tp_btf", few);
	return r ? r : add_hook(ret, "security_file_open", "fentry", few);
}

static int test_info(struct control_info *ret)
{
	int r = 0;

	*ret = (struct control_info){
		.abi = 1u << 16, .state = SAKER_STATE_ARMED, .release = "test", .generation = 3,
		.ring_size = 4096,
	};
	if (is_told("loads") || is_told("remained"))
		ret->load = (struct control_load){ .programs = 2, .ns = 3000000, .locked = 4096,
						   .at_ns = is_told("loads") ? UINT64_MAX : 1 };
	if (is_told("limited"))
		r = add_hook(ret, "security_file_open", "fentry", true);
	if (is_told("hooks") || is_told("few"))
		r = add_hooks(ret);
	return r ? r : is_told("idle") ? -ENODEV : 0;
}

static int test_foresee(struct control_info *ret)
{
	*ret = (struct control_info){ .state = SAKER_STATE_IDLE };
	return add_hooks(ret);
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
	.stop = test_stop,
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

static uint32_t test_limits(const struct control_info *info)
{
	(void)info;
	return is_told("few") ? COVER_SKIPS | COVER_SKIPS_EXITS | COVER_NO_TAKEOVER : 0;
}

static int test_unload(void)
{
	return is_told("busy") ? -EBUSY : 0;
}

static const struct source_plugin source = {
	.open = test_open,
	.probe = test_probe,
	.foresee = test_foresee,
	.info = test_info,
	.limits = test_limits,
	.tallies = test_tallies,
	.unload = test_unload,
};

const struct plugin SYMBOL = { ABI, KIND, NAME, &source };
