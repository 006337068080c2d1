/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which driver, and why: the best that this machine can have now, and for each
 * better one that is passed over the reason. The agent never loads the module;
 * that is saker-driver's work, whose verdict is read here.
 */
#ifndef DRIVER_CHOICE_H
#define DRIVER_CHOICE_H

#include <stdbool.h>
#include "driver/host.h"
#include "lib/jsonw.h"

#define CHOICE_DRIVERS	2		/* kmod, ebpf: the better first */

struct choice_passed {
	const char *driver;		/* static */
	char reason[512];		/* a line without a full stop */
	char todo[320];			/* how to have it all the same; "" if that is not known */
};

struct choice {
	const char *driver;		/* static; NULL: none can be had */
	char why[128];			/* "the module is loaded" */
	struct choice_passed passed[CHOICE_DRIVERS];
	unsigned int npassed;
	bool only;			/* it was to be this one: nothing is passed over */
};

/**
 * choice_make() - what --driver auto takes
 * @ret:	filled in, whatever comes of it
 * @source:	opened; NULL: only tell, which opens nothing
 * Return: 0; -ENODEV if no driver can be had; -EBUSY if another agent has the best one, which
 * is not passed over, because two agents would tell everything twice.
 */
int choice_make(struct choice *ret, const struct host *host, struct source **source,
		const struct source_live_config *config);

/**
 * choice_take() - what --driver names
 * @driver:	"kmod" or "ebpf"
 * Return: 0; -EINVAL if there is no such driver; or -errno, and passed[0] says why.
 */
int choice_take(struct choice *ret, const struct host *host, const char *driver,
		struct source **source, const struct source_live_config *config);

void choice_log(const struct choice *choice);

/* The first record of the stream: what was chosen, and why. Return: 0 or -errno. */
int choice_post(struct source *source, const struct choice *choice);

/* {"driver":...,"why":...,"passed":[{"driver":...,"reason":...,"todo":...}]} */
void choice_json(struct jsonw *w, const struct choice *choice);

#endif /* DRIVER_CHOICE_H */
