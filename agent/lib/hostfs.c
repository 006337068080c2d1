/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Opens files below a root. A descriptor of the root is kept open; each look-up starts there with
 * RESOLVE_IN_ROOT, so "/etc/passwd -> ../../host" stays inside, and links of /proc
 * that jump ("exe", "cwd") are not followed. Without openat2(), which the filter of a confined
 * agent refuses and kernels before 5.6 lack, both hold only below a root other than "/".
 */
#include "lib/hostfs.h"
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_openat2
#define SYS_openat2		437
#endif
#define HOSTFS_RESOLVE_NO_MAGICLINKS	0x02u
#define HOSTFS_RESOLVE_IN_ROOT		0x10u

struct hostfs_how {		/* struct open_how, which older headers lack */
	uint64_t flags;
	uint64_t mode;
	uint64_t resolve;
};

int hostfs_init(struct hostfs *fs, const char *root)
{
	struct hostfs_how how = { .flags = O_PATH | O_CLOEXEC, .resolve = HOSTFS_RESOLVE_IN_ROOT };
	int fd;

	if (!root || !*root)
		root = "/";
	*fs = (struct hostfs){ .root_fd = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC),
			       .plain = root[strspn(root, "/")] == '\0' };
	if (fs->root_fd < 0)
		return -errno;
	fd = syscall(SYS_openat2, fs->root_fd, ".", &how, sizeof(how));
	if (fd >= 0)
		close(fd);
	else
		fs->no_openat2 = true;
	return 0;
}

void hostfs_uninit(struct hostfs *fs)
{
	if (fs->root_fd >= 0)
		close(fs->root_fd);
	fs->root_fd = -1;
}

/* One component after the other, without following links: for kernels without openat2(). */
static int hostfs_walk(int root_fd, const char *path, int flags)
{
	char part[256];
	int dir = root_fd, fd;
	size_t n;

	for (;;) {
		n = strcspn(path, "/");
		if (n == 0 || n >= sizeof(part) || (n == 2 && !memcmp(path, "..", 2))) {
			fd = -ELOOP;
			break;
		}
		memcpy(part, path, n);
		part[n] = '\0';
		path += n;
		path += strspn(path, "/");
		fd = openat(dir, part, (*path ? O_PATH | O_DIRECTORY : flags) | O_NOFOLLOW |
			    O_CLOEXEC);
		if (fd < 0)
			fd = -errno;
		if (fd < 0 || !*path)
			break;
		if (dir != root_fd)
			close(dir);
		dir = fd;
	}
	if (dir != root_fd)
		close(dir);
	return fd;
}

int hostfs_open(const struct hostfs *fs, const char *path, int flags)
{
	struct hostfs_how how = {
		.flags = (uint64_t)(unsigned int)(flags | O_CLOEXEC),
		.resolve = HOSTFS_RESOLVE_IN_ROOT | HOSTFS_RESOLVE_NO_MAGICLINKS,
	};
	int fd;

	path += strspn(path, "/");
	if (!*path)
		path = ".";
	if (!fs->no_openat2) {
		fd = syscall(SYS_openat2, fs->root_fd, path, &how, sizeof(how));
		if (fd >= 0 || errno != ENOSYS)		/* from its confinement on, the agent has none */
			return fd < 0 ? -errno : fd;
	}
	if (fs->plain) {
		fd = openat(fs->root_fd, path, flags | O_CLOEXEC);
		return fd < 0 ? -errno : fd;
	}
	return hostfs_walk(fs->root_fd, path, flags);
}

ssize_t hostfs_read_stat(const struct hostfs *fs, const char *path, void *buf, size_t size,
			 struct stat *st)
{
	int fd = hostfs_open(fs, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
	ssize_t n = 0, r = 0;

	if (fd < 0)
		return fd;
	if (fstat(fd, st) < 0)
		r = -errno;
	else if (!S_ISREG(st->st_mode))
		r = -EINVAL;
	while (r >= 0 && (size_t)n < size) {
		r = read(fd, (char *)buf + n, size - n);
		if (r < 0)
			r = errno == EINTR ? 0 : -errno;
		else if (r == 0)
			break;
		n += r > 0 ? r : 0;
	}
	close(fd);
	return r < 0 ? r : n;
}

ssize_t hostfs_read(const struct hostfs *fs, const char *path, void *buf, size_t size)
{
	struct stat st;

	return hostfs_read_stat(fs, path, buf, size, &st);
}

ssize_t hostfs_readlink(const struct hostfs *fs, const char *path, char *buf, size_t size)
{
	const char *base = strrchr(path, '/');
	char dir[256];
	ssize_t n;
	int fd;

	if (!base || base == path || (size_t)(base - path) >= sizeof(dir))
		return -EINVAL;
	memcpy(dir, path, base - path);
	dir[base - path] = '\0';
	fd = hostfs_open(fs, dir, O_PATH | O_DIRECTORY);
	if (fd < 0)
		return fd;
	n = readlinkat(fd, base + 1, buf, size);
	if (n < 0)
		n = -errno;
	close(fd);
	return n;
}
