/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The border of a plugin: one table, under one name. A plugin brings its own
 * libraries, so that the agent links none of them and runs without them. It is
 * opened only when it was chosen, and stays until the process ends: what it
 * made may be in use until then.
 */
#ifndef SOURCE_PLUGIN_H
#define SOURCE_PLUGIN_H

#include <stddef.h>
#include <stdint.h>
#include "source/control.h"
#include "source/source.h"

#define SAKER_PLUGIN_ABI	4	/* raised when anything reached from here changes its shape */
#define SAKER_PLUGIN_SYMBOL	"saker_plugin"

struct plugin {				/* what a plugin exports as saker_plugin */
	uint32_t abi;			/* SAKER_PLUGIN_ABI; stays the first member for ever */
	const char *kind;		/* "source": ops is a struct source_plugin */
	const char *name;		/* "ebpf": it lies in saker-ebpf.so */
	const void *ops;
};

struct source_plugin {
	/**
	 * open() - become the consumer, and arm the hooks
	 * @error:	on failure: what is wrong and what to do, in one sentence or two
	 * Return: 0, -EBUSY if there is a consumer, -EPERM, or another -errno.
	 */
	int (*open)(struct source **ret, const struct source_live_config *config, char *error,
		    size_t size);

	/**
	 * probe() - could it run on this kernel, by this process, now? Loads nothing that stays.
	 * @why:	on failure: one line, without a full stop
	 * Return: 0 or -errno.
	 */
	int (*probe)(char *why, size_t size);

	/* What is given up where it runs instead of the module: a line each, of what is true here. */
	void (*costs)(void (*tell)(void *ctx, const char *text), void *ctx);

	/* As control_get_info(), of the driver that runs now; -ENODEV if none does. */
	int (*info)(struct control_info *ret);

	/* As control_get_stats(). */
	int (*tallies)(control_tally_fn *fn, void *ctx);

	/* Take out of the kernel what a driver left there for the next agent. 0, -EBUSY or -errno. */
	int (*unload)(void);
};

/**
 * plugin_open() - open a plugin; again and again is fine
 * @kind:	"source"
 * @name:	"ebpf"
 * @error:	on failure: what is wrong and what to do, in one sentence
 *
 * Looks where SAKER_PLUGIN_DIR says, else in the build tree that the program is in, else in
 * PLUGIN_DIR.
 *
 * Return: 0 and a table that stays; -ENOENT if it is not installed, -EPERM if not only root
 * could have put it there, -ELIBACC if a library is missing, -EPROTO if it is for another
 * agent, -EBADMSG if it is something else, or another -errno.
 */
int plugin_open(const struct plugin **ret, const char *kind, const char *name, char *error,
		size_t size);

#endif /* SOURCE_PLUGIN_H */
