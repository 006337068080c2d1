/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens a plugin: a shared object with a fixed name, in PLUGIN_DIR, which only root can write, or
 * in the build tree of the running program. Its code runs from dlopen() on, so owner and mode are
 * checked before, and its table after.
 */
#include "source/plugin.h"
#include <dlfcn.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include "lib/beside.h"

/* For the build tree and tests. A process that can set it can also preload a library. */
#define DIR_VARIABLE	"SAKER_PLUGIN_DIR"

struct place {
	char path[PATH_MAX];
	bool anybody;			/* its owner is not checked: the caller chose the directory */
	uid_t owner;			/* user that may own the plugin, besides root */
};

static void find_place(struct place *place, const char *name)
{
	const char *dir = secure_getenv(DIR_VARIABLE);
	char built[64];			/* path below the program's directory, as Meson lays it out */

	*place = (struct place){ .anybody = dir };
	snprintf(built, sizeof(built), "agent/%s/saker-%s.so", name, name);
	if (!dir && beside_program(place->path, sizeof(place->path), built, &place->owner) == 0)
		return;
	place->owner = 0;
	snprintf(place->path, sizeof(place->path), "%s/saker-%s.so", dir ? dir : PLUGIN_DIR, name);
}

static int check_file(const struct place *place, const char *name, char *error, size_t size)
{
	const char *path = place->path;
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
	if (!S_ISREG(st.st_mode) || (st.st_mode & S_IWOTH) ||
	    (st.st_uid && st.st_uid != place->owner && !place->anybody)) {
		snprintf(error, size, "%s: not opened, because users other than root can change it: "
			 "install the package saker-%s again", path, name);
		return -EPERM;
	}
	return 0;
}

static int check_table(const struct plugin *plugin, const char *path, const char *kind,
		       const char *name, char *error, size_t size)
{
	if (!plugin) {
		snprintf(error, size, "%s: not a plugin of Saker: it has no " SAKER_PLUGIN_SYMBOL,
			 path);
		return -EBADMSG;
	}
	if (plugin->abi != SAKER_PLUGIN_ABI) {
		snprintf(error, size, "%s has plugin ABI %u, this agent needs %u: "
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
	const struct plugin *plugin;
	struct place place;
	void *object;
	int r;

	find_place(&place, name);
	r = check_file(&place, name, error, size);
	if (r < 0)
		return r;
	object = dlopen(place.path, RTLD_NOW | RTLD_LOCAL);
	if (!object) {
		snprintf(error, size, "%s cannot be loaded: %s", place.path, dlerror());
		return -ELIBACC;
	}
	plugin = dlsym(object, SAKER_PLUGIN_SYMBOL);
	r = check_table(plugin, place.path, kind, name, error, size);
	if (r < 0)
		dlclose(object);
	else
		*ret = plugin;
	return r;
}
