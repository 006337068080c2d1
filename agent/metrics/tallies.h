/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads a driver's description and counters from the driver itself, with or without a
 * running agent. The counters change while they are read; exact sums are records in the
 * stream.
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
	struct ev_tally type[EV_TYPE_MAX];	/* summed over all CPUs */
	uint32_t ncpus;
	uint32_t last_cpu;			/* whose rows were added last */
};

/**
 * tallies_query() - read a driver's counters without an agent: of the driver that records, else of
 *	the one that is loaded, preferably the module
 * @ret:	on success: release with tallies_uninit()
 * @error:	with -ENODEV: why the eBPF driver is not available either, if known; else
 *		unchanged
 * Return: 0, -ENODEV if it does not run, -EPERM, or another -errno.
 */
int tallies_query(struct tallies *ret, char *error, size_t size);

/**
 * tallies_of() - read the counters of a source's driver; its consumer needs no capability
 * @ret:	on success: release with tallies_uninit()
 * Return: 0, -ENODEV if there is none, or another -errno.
 */
int tallies_of(struct tallies *ret, struct source *source);
void tallies_uninit(struct tallies *tallies);

/* All drops of one event type, summed over the reasons. */
uint64_t tally_lost(const struct ev_tally *tally);

/* "armed", by enum saker_state; "unknown" for an unknown number. Static. */
const char *tallies_state_name(uint32_t state);

#endif /* METRICS_TALLIES_H */
