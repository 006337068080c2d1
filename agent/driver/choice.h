/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Chooses the driver: the best one available now, with the reason for each better
 * one that is skipped. The agent never loads the module; saker-driver does, and its
 * verdict is read here.
 */
#ifndef DRIVER_CHOICE_H
#define DRIVER_CHOICE_H

#include <stdbool.h>
#include "driver/host.h"
#include "lib/jsonw.h"
#include "lib/messages.h"

#define CHOICE_DRIVERS	2		/* kmod, ebpf: the better first */

struct choice_skipped {
	const char *driver;		/* static */
	char reason[512];		/* one line, no full stop */
	char todo[320];			/* how to make it available; "" if that is not known */
};

struct choice {
	const char *driver;		/* static; NULL: none is available */
	char why[128];			/* "the module is loaded" */
	struct choice_skipped skipped[CHOICE_DRIVERS];
	unsigned int nskipped;
	bool only;			/* --driver named it: no other is tried */
};

/**
 * choice_make() - choose for --driver auto
 * @ret:	always filled in
 * @source:	opened; NULL: only choose, open nothing
 * Return: 0; -ENODEV if no driver is available; -EBUSY if another agent uses the best one, which
 * is not skipped, because two agents would report everything twice.
 */
int choice_make(struct choice *ret, const struct host *host, struct source **source,
		const struct source_live_config *config);

/**
 * choice_take() - the driver that --driver names
 * @driver:	"kmod" or "ebpf"
 * Return: 0; -EINVAL if there is no such driver; or -errno with the reason in skipped[0].
 */
int choice_take(struct choice *ret, const struct host *host, const char *driver,
		struct source **source, const struct source_live_config *config);

/* Adds the choice to the messages: a line for each driver, and why. */
void choice_say(const struct choice *choice, struct messages *said);

/* The first record of the stream: what was chosen, and why. Return: 0 or -errno. */
int choice_post(struct source *source, const struct choice *choice);

/* {"driver":...,"why":...,"skipped":[{"driver":...,"reason":...,"todo":...}]} */
void choice_json(struct jsonw *w, const struct choice *choice);

#endif /* DRIVER_CHOICE_H */
