/* SPDX-License-Identifier: Apache-2.0 */
/* Reads facts about the machine that several probes need. */
#include "driver/host.h"
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include "lib/fd.h"

int host_init(struct host *host, const char *root, const struct host_drivers *drivers)
{
	int r;

	*host = (struct host){ .drivers = drivers };
	r = hostfs_init(&host->fs, root);
	if (r < 0)
		return r;
	if (host_text(host, "proc/sys/kernel/osrelease", host->release,
		      sizeof(host->release)) < 0)
		host->release[0] = '\0';
	if (host_text(host, "proc/sys/kernel/random/boot_id", host->boot_id,
		      sizeof(host->boot_id)) < 0)
		host->boot_id[0] = '\0';
	return 0;
}

void host_uninit(struct host *host)
{
	hostfs_uninit(&host->fs);
}

ssize_t host_text(const struct host *host, const char *path, char *buf, size_t size)
{
	ssize_t n = hostfs_read(&host->fs, path, buf, size - 1);

	if (n < 0)
		return n;
	while (n > 0 && isspace((unsigned char)buf[n - 1]))
		n--;
	buf[n] = '\0';
	return n;
}

bool host_has(const struct host *host, const char *path)
{
	_cleanup_(fd_closep) int fd = hostfs_open(&host->fs, path, O_PATH);

	return fd >= 0;
}

int host_each(const struct host *host, const char *path, int (*fn)(void *ctx, const char *name),
	      void *ctx)
{
	int fd = hostfs_open(&host->fs, path, O_RDONLY | O_DIRECTORY), r = 0;
	const struct dirent *entry;
	DIR *dir;

	if (fd < 0)
		return fd == -ENOENT || fd == -ENOTDIR ? 0 : fd;
	dir = fdopendir(fd);
	if (!dir) {
		fd_close(fd);
		return -ENOMEM;
	}
	while (r == 0 && (entry = readdir(dir)))
		if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, ".."))
			r = fn(ctx, entry->d_name);
	closedir(dir);
	return r;
}
