/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opening a plugin: a shared object with a fixed name in a fixed place, that
 * only root can have put there. Its code runs from dlopen() on, so the file is
 * looked at before, and what it says of itself after.
 */
#include "source/plugin.h"
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* For the build tree and tests. Whoever may set it may as well preload a library. */
#define DIR_VARIABLE	"SAKER_PLUGIN_DIR"

static int check_file(const char *path, const char *name, bool anybody, char *error, size_t size)
{
	struct stat st;

	if (stat(path, &st)) {
		int r = -errno;

		if (r == -ENOENT || r == -ENOTDIR)
			snprintf(error, size,
				 "the driver %s is not installed: install the package saker-%s",
				 name, name);
		else
			snprintf(error, size, "%s: %s", path, strerror(-r));
		return r == -ENOTDIR ? -ENOENT : r;
	}
	if (!S_ISREG(st.st_mode) || (st.st_mode & S_IWOTH) || (st.st_uid && !anybody)) {
		snprintf(error, size, "%s: not opened, because others than root can change it: "
			 "install the package saker-%s again", path, name);
		return -EPERM;
	}
	return 0;
}

static int check_table(const struct plugin *plugin, const char *path, const char *kind,
		       const char *name, char *error, size_t size)
{
	if (!plugin) {
		snprintf(error, size, "%s: no plugin of Saker: it has no " SAKER_PLUGIN_SYMBOL,
			 path);
		return -EBADMSG;
	}
	if (plugin->abi != SAKER_PLUGIN_ABI) {
		snprintf(error, size, "%s speaks plugin ABI %u, this agent %u: "
			 "install the package saker-%s of this agent's version", path,
			 plugin->abi, SAKER_PLUGIN_ABI, name);
		return -EPROTO;
	}
	if (strcmp(plugin->kind, kind) || strcmp(plugin->name, name)) {
		snprintf(error, size, "%s is the %s %s, not the %s %s", path, plugin->kind,
			 plugin->name, kind, name);
		return -EBADMSG;
	}
	return 0;
}

int plugin_open(const struct plugin **ret, const char *kind, const char *name, char *error,
		size_t size)
{
	const char *dir = secure_getenv(DIR_VARIABLE);
	const struct plugin *plugin;
	char path[PATH_MAX];
	void *object;
	int r;

	snprintf(path, sizeof(path), "%s/saker-%s.so", dir ? dir : PLUGIN_DIR, name);
	r = check_file(path, name, dir, error, size);
	if (r < 0)
		return r;
	object = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	if (!object) {
		snprintf(error, size, "%s cannot be loaded: %s", path, dlerror());
		return -ELIBACC;
	}
	plugin = dlsym(object, SAKER_PLUGIN_SYMBOL);
	r = check_table(plugin, path, kind, name, error, size);
	if (r < 0)
		dlclose(object);
	else
		*ret = plugin;
	return r;
}
