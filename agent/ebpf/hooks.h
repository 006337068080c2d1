/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Attaches the programs that the selection needs. Their links are pinned, so they stay when the
 * agent ends. The perf events that some programs need are opened with the driver and kept: a
 * process that dropped its capabilities cannot open perf events, but can attach programs to open
 * ones.
 */
#ifndef EBPF_HOOKS_H
#define EBPF_HOOKS_H

#include <stddef.h>
#include <saker/device.h>
#include "ebpf/load.h"

struct hooks {
	const struct loaded *loaded;		/* borrowed */
	const char *pins;			/* borrowed */
	int event[EBPF_PROGRAMS_MAX];		/* perf event of the program, -1 if none is open */
};

void hooks_init(struct hooks *hooks, const struct loaded *loaded, const char *pins);

/*
 * Opens the perf events of the loaded programs. If one fails it is tried again when its program is
 * attached.
 */
void hooks_open(struct hooks *hooks);
void hooks_close(struct hooks *hooks);

/**
 * hooks_arm() - attach the hooks that a selection needs and that are not attached yet
 * @error:	on failure: the hook and the reason
 * Return: 0 or -errno; then hooks may be attached that are not needed.
 */
int hooks_arm(struct hooks *hooks, const struct saker_selection *sel, char *error, size_t size);

/*
 * Detaches the hooks that a selection does not need; NULL: all. Where the kernel attaches a
 * function's program only once (before 5.14), that program stays attached until it is unloaded.
 */
void hooks_trim(struct hooks *hooks, const struct saker_selection *sel);

#endif /* EBPF_HOOKS_H */
