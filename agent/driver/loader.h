/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Loads the module, once per boot, so that the agent does not need the right to. The
 * result is written for the agent (verdict.h); the state that must survive a crash is
 * written before each step (mark.h).
 */
#ifndef DRIVER_LOADER_H
#define DRIVER_LOADER_H

#include <stdbool.h>
#include "driver/verdict.h"
#include "lib/error.h"
#include "lib/messages.h"

struct loader_config {
	const char *root;		/* of the machine's files; NULL: "/" */
	const char *modprobe;		/* program; NULL: where it usually is */
	const char *rmmod;		/* the same */
	const char *journalctl;
	bool force;			/* also with saker.disabled, or after a crash by the module */
};

/**
 * loader_load() - load the module, unless a probe prevents it
 * @ret:	the verdict, which was also written to VERDICT_PATH
 * @said:	warnings are added; NULL is fine
 * @err:	set if this fails
 * Return: 0 whatever the verdict, or -errno if it could not be found or written.
 */
int loader_load(struct verdict *ret, const struct loader_config *config, struct messages *said,
		struct error *err);

/**
 * loader_unload() - unload the module, in order
 * @err:	set if this fails
 * Return: 0, also if it was not loaded; or -errno.
 */
int loader_unload(const struct loader_config *config, struct error *err);

#endif /* DRIVER_LOADER_H */
