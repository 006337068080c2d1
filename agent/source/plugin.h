/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interface of a plugin: one exported table with a fixed name. A plugin links its own libraries, so
 * the agent runs without them. It is opened only if its driver was chosen, and stays loaded until
 * the process ends, because objects it created may be in use until then.
 */
#ifndef SOURCE_PLUGIN_H
#define SOURCE_PLUGIN_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include "source/control.h"
#include "source/source.h"

#define SAKER_PLUGIN_ABI	8	/* to be raised when a type that this header uses changes */
static_assert(sizeof(struct control_info) == 184, "raise SAKER_PLUGIN_ABI, and this number");
#define SAKER_PLUGIN_SYMBOL	"saker_plugin"

struct plugin {				/* exported as saker_plugin */
	uint32_t abi;			/* SAKER_PLUGIN_ABI; must stay the first member in all versions */
	const char *kind;		/* "source": ops is a struct source_plugin */
	const char *name;		/* "ebpf": the file is saker-ebpf.so */
	const void *ops;
};

struct source_plugin {
	/**
	 * open() - become the consumer, and arm the hooks
	 * @error:	on failure: what is wrong and what to do, in one or two sentences
	 * Return: 0, -EBUSY if there is a consumer, -EPERM, or another -errno.
	 */
	int (*open)(struct source **ret, const struct source_live_config *config, char *error,
		    size_t size);

	/**
	 * probe() - whether it could run on this kernel, in this process; loads nothing that stays
	 * @why:	on failure: one line, without a full stop
	 * Return: 0 or -errno.
	 */
	int (*probe)(char *why, size_t size);

	/*
	 * The hooks that it would have on this kernel, in this process. Return: 0 or -errno. Free
	 * the result with control_info_uninit().
	 */
	int (*foresee)(struct control_info *ret);

	/* As control_get_info(), for the running driver; -ENODEV if none runs. */
	int (*info)(struct control_info *ret);

	/* What restricts it on this kernel, with these hooks: enum coverage_limit. */
	uint32_t (*limits)(const struct control_info *info);

	/* As control_get_stats(). */
	int (*tallies)(control_tally_fn *fn, void *ctx);

	/*
	 * Removes from the kernel what a driver left there for the next agent. Return: 0, -EBUSY or
	 * -errno.
	 */
	int (*unload)(void);
};

/**
 * plugin_open() - open a plugin; may be called again
 * @kind:	"source"
 * @name:	"ebpf"
 * @error:	on failure: what is wrong and what to do, in one sentence
 *
 * Searches SAKER_PLUGIN_DIR if it is set, else the build tree of the program, else PLUGIN_DIR.
 *
 * Return: 0 and a table that stays valid; -ENOENT if the plugin is not installed, -EPERM if a user
 * other than root can write it, -ELIBACC if a library is missing, -EPROTO if it is for another
 * agent version, -EBADMSG if it is not a plugin, or another -errno.
 */
int plugin_open(const struct plugin **ret, const char *kind, const char *name, char *error,
		size_t size);

#endif /* SOURCE_PLUGIN_H */
