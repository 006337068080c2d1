/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The programs that are attached: those which the selection needs. Their links are
 * pinned, so they outlive the agent. The perf events that some of them hang on are
 * opened with the driver and held: a process that has dropped its capabilities may
 * open none, but may attach to one it holds.
 */
#ifndef EBPF_HOOKS_H
#define EBPF_HOOKS_H

#include <stddef.h>
#include <saker/device.h>
#include "ebpf/load.h"

struct hooks {
	const struct loaded *loaded;		/* borrowed */
	const char *pins;			/* borrowed */
	int event[EBPF_PROGRAMS_MAX];		/* of the program, -1 if none is held */
};

void hooks_init(struct hooks *hooks, const struct loaded *loaded, const char *pins);

/* Open the perf events of what is loaded. One that cannot be had is tried again when it is armed. */
void hooks_open(struct hooks *hooks);
void hooks_close(struct hooks *hooks);

/**
 * hooks_arm() - attach what a selection needs and is not attached yet
 * @error:	on failure: the hook and the reason
 * Return: 0 or -errno; then some may be attached that are not needed.
 */
int hooks_arm(struct hooks *hooks, const struct saker_selection *sel, char *error, size_t size);

/* Detach what a selection does not need; NULL: all. */
void hooks_trim(struct hooks *hooks, const struct saker_selection *sel);

#endif /* EBPF_HOOKS_H */
