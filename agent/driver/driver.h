/* SPDX-License-Identifier: Apache-2.0 */
/* Opens the source that --driver names, or the best driver of this machine. */
#ifndef DRIVER_DRIVER_H
#define DRIVER_DRIVER_H

#include <saker/device.h>
#include "driver/choice.h"
#include "lib/messages.h"
#include "source/source.h"

/* The drivers of this agent, for host_init(). */
extern const struct host_drivers drivers;

/**
 * driver_open() - open the source that --driver names, and report which and why
 * @choice:	what was chosen, and which were skipped; no driver for a replay
 * @name:	"auto", "kmod", "ebpf" or "replay:FILE"
 * @sel:	what a live driver must record
 * @said:	messages are added: what was chosen and why, limits of it, errors
 *
 * The choice is the first record of a live stream.
 *
 * Return: 0, -EINVAL if there is no driver of that name, or -errno; @said has the reason.
 */
int driver_open(struct source **ret, struct choice *choice, const char *name,
		const struct saker_selection *sel, struct messages *said);

/* Is it the name of a capture, and of no driver? */
bool driver_is_replay(const char *name);

/* The exit status for an error of driver_open(). */
int driver_exit_status(int r);

#endif /* DRIVER_DRIVER_H */
