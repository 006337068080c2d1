/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a driver is and has counted, asked of the driver itself, whichever it
 * is; beside a running agent, from within it, and without one. While things
 * happen the numbers are a look from outside; exact sums travel in the stream.
 */
#ifndef METRICS_TALLIES_H
#define METRICS_TALLIES_H

#include <stddef.h>
#include <stdint.h>
#include <saker/event.h>
#include "source/control.h"

struct tallies {
	const char *driver;			/* "kmod" or "ebpf"; static */
	struct control_info info;
	struct ev_tally type[EV_TYPE_MAX];	/* of all CPUs */
	uint32_t ncpus;
};

/**
 * tallies_ask() - ask a driver
 * @ret:	on success: to be given back with tallies_uninit()
 * @driver:	"kmod" or "ebpf"; NULL: the one that records, or else the one that is there, the
 *		module before the other
 * @error:	with -ENODEV: why there is no other driver than the module, if that is known; else
 *		left as it is
 * Return: 0, -ENODEV if it does not run, -EPERM, or another -errno.
 */
int tallies_ask(struct tallies *ret, const char *driver, char *error, size_t size);
void tallies_uninit(struct tallies *tallies);

/* Of one type, for whatever reason. */
uint64_t tally_lost(const struct ev_tally *tally);

/* "armed", by enum saker_state; "unknown" for a number this agent does not know. Static. */
const char *tallies_state_name(uint32_t state);

#endif /* METRICS_TALLIES_H */
