/* SPDX-License-Identifier: Apache-2.0 */
/* Writes a temporary file and renames it; fsync of the directory, so that a crash keeps the name. */
#include "driver/replace.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#include "lib/fd.h"

static int open_dir(char *path)
{
	char *slash = strrchr(path, '/');
	int fd;

	*slash = '\0';
	if (mkdir(path, 0755) && errno != EEXIST)
		return -errno;
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*slash = '/';
	return fd < 0 ? -errno : fd;
}

static int write_out(int dir, const char *name, struct str text)
{
	_cleanup_(fd_closep) int fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW |
					     O_CLOEXEC, 0644);
	int r;

	if (fd < 0)
		return -errno;
	r = fd_write_all(fd, text.p, text.n);
	return r == 0 && fsync(fd) ? -errno : r;
}

int replace_file(const char *root, const char *path, struct str text)
{
	_cleanup_(fd_closep) int dir = -1;
	char full[PATH_MAX], part[NAME_MAX + 1];
	const char *name;
	int r;

	snprintf(full, sizeof(full), "%s%s", root ? root : "", path);
	dir = open_dir(full);
	if (dir < 0)
		return dir;
	name = strrchr(full, '/') + 1;
	snprintf(part, sizeof(part), ".%s.new", name);
	r = write_out(dir, part, text);
	if (r == 0 && (renameat(dir, part, dir, name) || fsync(dir)))
		r = -errno;
	if (r < 0)
		unlinkat(dir, part, 0);
	return r;
}
