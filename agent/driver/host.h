/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The machine as the choice of a driver sees it: files below one root,
 * and the drivers that could be opened. Tests bring a directory and drivers of
 * their own.
 */
#ifndef DRIVER_HOST_H
#define DRIVER_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "lib/hostfs.h"
#include "source/source.h"

struct source_plugin;

struct host_drivers {
	int (*kmod_probe)(void);	/* as source_kmod_probe() */
	int (*kmod_open)(struct source **ret, const struct source_live_config *config, char *error,
			 size_t size);
	int (*ebpf)(const struct source_plugin **ret, char *error, size_t size);
};

struct host {
	struct hostfs fs;
	const struct host_drivers *drivers;	/* NULL: drivers are not opened */
	char release[65];		/* of the kernel that runs, as uname -r; "" if not known */
	char boot_id[37];		/* of this boot; "" if not known */
};

/**
 * host_init() - the machine below a root
 * @root:	NULL is "/"
 * @drivers:	borrowed; NULL if only files are read
 * Return: 0 or -errno.
 */
int host_init(struct host *host, const char *root, const struct host_drivers *drivers);
void host_uninit(struct host *host);

/**
 * host_text() - a small file as text, without white space at its end
 * Return: bytes, with a NUL behind them, or -errno.
 */
ssize_t host_text(const struct host *host, const char *path, char *buf, size_t size);

/* Is there something of that name? */
bool host_has(const struct host *host, const char *path);

/**
 * host_each() - the names in a directory
 * @fn:		called for each but "." and ".."; not 0 ends it
 * Return: what @fn said, 0 at the end or without such a directory, or -errno.
 */
int host_each(const struct host *host, const char *path, int (*fn)(void *ctx, const char *name),
	      void *ctx);

#endif /* DRIVER_HOST_H */
