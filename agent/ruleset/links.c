/* SPDX-License-Identifier: Apache-2.0 */
/* Resolves paths by the kernel: opens them with O_PATH and reads the link in /proc/self/fd. */
#include "ruleset/links.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "lib/cleanup.h"
#include "lib/fd.h"
#include "lib/hostfs.h"

struct links {
	struct hostfs fs;
	char path[PATH_MAX], text[PATH_MAX];
};

int links_new(struct links **ret)
{
	struct links *links = calloc(1, sizeof(*links));
	int r;

	if (!links)
		return -ENOMEM;
	r = hostfs_init(&links->fs, NULL);
	if (r < 0) {
		free(links);
		return r;
	}
	*ret = links;
	return 0;
}

void links_free(void *p)
{
	struct links *links = p;

	if (!links)
		return;
	hostfs_uninit(&links->fs);
	free(links);
}

/* Resolves the first @n bytes of the path into ->text. Return: the length, or -errno. */
static ssize_t lead_to(struct links *links, size_t n)
{
	_cleanup_(fd_closep) int fd = -1;
	char name[32], saved = links->path[n];
	ssize_t len;

	links->path[n] = '\0';
	fd = hostfs_open(&links->fs, links->path, O_PATH);
	links->path[n] = saved;
	if (fd < 0)
		return fd;
	snprintf(name, sizeof(name), "/proc/self/fd/%d", fd);
	len = readlink(name, links->text, sizeof(links->text));
	return len < 0 ? -errno : len;
}

bool links_resolve(void *p, struct str path, struct str *ret)
{
	struct links *links = p;
	size_t n = path.n;
	ssize_t len = -ENOENT;

	if (path.n >= sizeof(links->path) || !path.n || *path.p != '/' ||
	    memchr(path.p, '\0', path.n))
		return false;
	memcpy(links->path, path.p, path.n);
	links->path[path.n] = '\0';
	while (n > 1 && links->path[n - 1] == '/')
		n--;
	/* Resolves the longest prefix that exists; files below it may be created later. */
	while (n > 1 && (len = lead_to(links, n)) < 0) {
		while (n > 1 && links->path[n - 1] != '/')
			n--;
		while (n > 1 && links->path[n - 1] == '/')
			n--;
	}
	if (len <= 0 || (size_t)len + path.n - n > sizeof(links->text) || links->text[0] != '/' ||
	    str_eq((struct str){ links->text, (size_t)len }, (struct str){ path.p, n }))
		return false;
	memcpy(links->text + len, path.p + n, path.n - n);
	*ret = (struct str){ links->text, (size_t)len + path.n - n };
	return true;
}
