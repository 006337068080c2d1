// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finds out whether a mount has the form that mount.h declares, as it has had since v3.3: for
 * some mounts that most hosts have, the parent and the mountpoint that are read there are compared
 * with those that follow_up() returns. If one differs, or no mount is there, it is not used.
 */
#include "mount.h"

#include <linux/err.h>
#include <linux/namei.h>
#include <linux/path.h>

bool saker_mount_known __read_mostly;

enum answer { DIFFERS, IS_SAME, NO_MOUNT };

/* @path: may become that of the mountpoint */
static enum answer mount_compare(struct path *path)
{
	const struct saker_mount *mount = saker_mount_of(path->mnt);
	const struct vfsmount *parent;
	const struct dentry *point;

	if (path->dentry != path->mnt->mnt_root)
		return NO_MOUNT;
	parent = &READ_ONCE(mount->parent)->mnt;
	point = READ_ONCE(mount->mountpoint);
	if (!follow_up(path))
		return NO_MOUNT;
	return path->mnt == parent && path->dentry == point ? IS_SAME : DIFFERS;
}

static enum answer mount_try(const char *place)
{
	enum answer ret = NO_MOUNT;
	struct path path;

	if (kern_path(place, LOOKUP_FOLLOW | LOOKUP_DIRECTORY, &path))
		return NO_MOUNT;
	ret = mount_compare(&path);
	path_put(&path);
	return ret;
}

void saker_mount_init(void)
{
	static const char *const places[] = { "/proc", "/sys", "/dev", "/run", "/tmp" };
	bool known = false;
	unsigned int i;

	/* There the members of a mount have another order in each build. */
	if (IS_ENABLED(CONFIG_RANDSTRUCT) || IS_ENABLED(CONFIG_GCC_PLUGIN_RANDSTRUCT))
		return;
	for (i = 0; i < ARRAY_SIZE(places); i++) {
		enum answer is = mount_try(places[i]);

		if (is == DIFFERS)
			return;
		known |= is == IS_SAME;
	}
	saker_mount_known = known;
}
