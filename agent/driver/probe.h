/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Checks whether a driver can run here: one table of probes, used by the choice,
 * the loader and doctor. A probe reads files and changes nothing.
 */
#ifndef DRIVER_PROBE_H
#define DRIVER_PROBE_H

#include <stdint.h>
#include "driver/finding.h"
#include "driver/host.h"

enum probe_way {			/* what a probe can prevent */
	WAY_LOAD = 1u << 0,		/* loading the module */
	WAY_KMOD = 1u << 1,		/* using the module once it is loaded */
	WAY_EBPF = 1u << 2,		/* using the eBPF driver */
	WAY_SELF = 1u << 3,		/* no driver: what the agent itself lacks, of which it warns */
};

struct probe {
	const char *name;		/* stable, for programs */
	uint32_t ways;			/* enum probe_way */
	bool forced;			/* the loader ignores it with --force */
	void (*run)(const struct host *host, struct finding *ret);
	const char *todo;		/* what to do if it stops, unless @run sets another text */
};

/* In order of cause and effect: the first probe that stops is the reason. */
extern const struct probe probes[];
extern const unsigned int nprobes;

/* Runs one probe. */
void probe_run(const struct probe *probe, const struct host *host, struct finding *ret);

/**
 * probe_first() - the first probe that stops
 * @ways:	enum probe_way; only probes of these are run
 * @forced:	skip the probes that --force ignores
 * @ret:	its finding
 * Return: the probe, or NULL if none stops.
 */
const struct probe *probe_first(const struct host *host, uint32_t ways, bool forced,
				struct finding *ret);

#endif /* DRIVER_PROBE_H */
