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
#include "source/source.h"

struct tallies {
	const char *driver;			/* "kmod" or "ebpf"; static, or the source's */
	struct control_info info;
	struct ev_tally type[EV_TYPE_MAX];	/* of all CPUs */
	uint32_t ncpus;
};

/**
 * tallies_ask() - ask from outside: the driver that records, or else the one that is there, the
 *	module before the other
 * @ret:	on success: to be given back with tallies_uninit()
 * @error:	with -ENODEV: why there is no other driver than the module, if that is known; else
 *		left as it is
 * Return: 0, -ENODEV if it does not run, -EPERM, or another -errno.
 */
int tallies_ask(struct tallies *ret, char *error, size_t size);

/**
 * tallies_of() - ask the driver behind a source, as its consumer, which takes no capability
 * @ret:	on success: to be given back with tallies_uninit()
 * Return: 0, -ENODEV if there is none, or another -errno.
 */
int tallies_of(struct tallies *ret, struct source *source);
void tallies_uninit(struct tallies *tallies);

/* Of one type, for whatever reason. */
uint64_t tally_lost(const struct ev_tally *tally);

/* "armed", by enum saker_state; "unknown" for a number this agent does not know. Static. */
const char *tallies_state_name(uint32_t state);

#endif /* METRICS_TALLIES_H */
