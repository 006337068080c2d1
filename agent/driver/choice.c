/* SPDX-License-Identifier: Apache-2.0 */
/* The table of drivers, the best first; the first one that nothing prevents is chosen. */
#include "driver/choice.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "driver/probe.h"
#include "driver/verdict.h"
#include "source/plugin.h"

struct candidate {
	const char *name;
	uint32_t ways;			/* what can prevent it: enum probe_way */
	const char *why;
	/* Return: whether it cannot be opened; @no is the reason. NULL: the probes are enough. */
	bool (*missing)(const struct host *host, struct choice_skipped *no);
	int (*open)(const struct host *host, struct source **ret,
		    const struct source_live_config *config, char *error, size_t size);
};

static void say(struct choice_skipped *no, const char *reason, const char *todo)
{
	snprintf(no->reason, sizeof(no->reason), "%s", reason);
	snprintf(no->todo, sizeof(no->todo), "%s", todo);
}

/*
 * Why the module is not loaded: a probe that prevents loading; or the error when
 * saker-driver tried, if no probe found one; or it was never tried.
 */
static bool kmod_missing(const struct host *host, struct choice_skipped *no)
{
	struct finding finding;
	struct verdict verdict;

	if (host->drivers->kmod_probe() == 0)
		return false;
	if (probe_first(host, WAY_LOAD, false, &finding))
		say(no, finding.text, finding.todo);
	else if (verdict_read(host, &verdict) == 0 && verdict.known && verdict.tried &&
		 !verdict.loaded)
		say(no, verdict.reason, verdict.todo);
	else
		say(no, "the module is not loaded, but could be",
		    "`systemctl start saker-driver`, or `modprobe saker`");
	return true;
}

static int kmod_open(const struct host *host, struct source **ret,
		     const struct source_live_config *config, char *error, size_t size)
{
	return host->drivers->kmod_open(ret, config, error, size);
}

static int ebpf_open(const struct host *host, struct source **ret,
		     const struct source_live_config *config, char *error, size_t size)
{
	const struct source_plugin *ebpf;
	int r = host->drivers->ebpf(&ebpf, error, size);

	return r < 0 ? r : ebpf->open(ret, config, error, size);
}

static const struct candidate candidates[CHOICE_DRIVERS] = {
	{ "kmod", WAY_KMOD, "the module is loaded", kmod_missing, kmod_open },
	{ "ebpf", WAY_EBPF, "eBPF works here, and the module was skipped", NULL, ebpf_open },
};

/* Return: 0 if no probe prevents it. */
static int consider(const struct candidate *c, const struct host *host, struct choice_skipped *no)
{
	struct finding finding;

	if (c->missing && c->missing(host, no))
		return -ENODEV;
	if (!probe_first(host, c->ways, false, &finding))
		return 0;
	say(no, finding.text, finding.todo);
	return -ENODEV;
}

static int try(const struct candidate *c, const struct host *host, struct choice_skipped *no,
	       struct source **source, const struct source_live_config *config)
{
	int r = source ? c->open(host, source, config, no->reason, sizeof(no->reason)) : 0;

	if (r < 0 && !*no->reason)
		snprintf(no->reason, sizeof(no->reason), "opening it: %s", strerror(-r));

	return r == -EINVAL ? -EIO : r;		/* EINVAL means an unknown driver name */
}

int choice_make(struct choice *ret, const struct host *host, struct source **source,
		const struct source_live_config *config)
{
	*ret = (struct choice){ .driver = NULL };
	for (unsigned int i = 0; i < CHOICE_DRIVERS; i++) {
		const struct candidate *c = &candidates[i];
		struct choice_skipped *no = &ret->skipped[ret->nskipped];
		int r;

		no->driver = c->name;
		r = consider(c, host, no);
		if (r == 0)
			r = try(c, host, no, source, config);
		if (r == 0) {
			ret->driver = c->name;
			snprintf(ret->why, sizeof(ret->why), "%s", c->why);
			return 0;
		}
		ret->nskipped++;
		ret->only = r == -EBUSY;
		if (ret->only)
			return r;
	}
	return -ENODEV;
}

int choice_take(struct choice *ret, const struct host *host, const char *driver,
		struct source **source, const struct source_live_config *config)
{
	const struct candidate *c = candidates;
	struct choice_skipped *no = &ret->skipped[0];
	int r;

	*ret = (struct choice){ .only = true };
	while (c < candidates + CHOICE_DRIVERS && strcmp(c->name, driver))
		c++;
	if (c == candidates + CHOICE_DRIVERS)
		return -EINVAL;
	no->driver = c->name;
	r = c->missing && c->missing(host, no) ? -ENODEV : try(c, host, no, source, config);
	if (r < 0) {
		ret->nskipped = 1;
		return r;
	}
	ret->driver = c->name;
	snprintf(ret->why, sizeof(ret->why), "--driver names it");
	return 0;
}
