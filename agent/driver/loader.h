/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loading the module, once a boot, so that the agent need not have the right to.
 * What came of it is left for the agent (verdict.h), and what must survive a
 * crash is remembered first (mark.h).
 */
#ifndef DRIVER_LOADER_H
#define DRIVER_LOADER_H

#include <stdbool.h>
#include "driver/verdict.h"
#include "lib/error.h"

struct loader_config {
	const char *root;		/* of the machine's files; NULL: "/" */
	const char *modprobe;		/* program; NULL: where it usually is */
	const char *rmmod;		/* so too */
	const char *journalctl;
	bool force;			/* though it was told not to, or is to blame for a crash */
};

/**
 * loader_load() - load it, unless something stands in the way
 * @ret:	the verdict, which was also written to VERDICT_PATH
 * @err:	set if this fails
 * Return: 0 whatever the verdict, or -errno if it could not be found or written.
 */
int loader_load(struct verdict *ret, const struct loader_config *config, struct error *err);

/**
 * loader_unload() - take it out, in order
 * @err:	set if this fails
 * Return: 0, also if it was not there; or -errno.
 */
int loader_unload(const struct loader_config *config, struct error *err);

#endif /* DRIVER_LOADER_H */
