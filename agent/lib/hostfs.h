/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads files of the host that users or containers can change: /proc of their processes, their
 * passwd. Everything is looked up below one root, links cannot lead out of it, only regular files
 * are read, and each read has a size limit. Where openat2() is missing (before 5.6) or refused (a
 * confined agent), links on the way are followed only if the root is "/".
 */
#ifndef LIB_HOSTFS_H
#define LIB_HOSTFS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include "lib/str.h"

struct stat;

struct hostfs {
	int root_fd;
	bool plain;		/* the root is "/" itself */
	bool no_openat2;	/* the kernel lacks it */
};

/* @root: NULL is "/". Return: 0 or -errno. */
int hostfs_init(struct hostfs *fs, const char *root);
void hostfs_uninit(struct hostfs *fs);

/**
 * hostfs_open() - open below the root
 * @path:	with or without a leading slash
 * @flags:	O_RDONLY, O_DIRECTORY, O_PATH ...; O_CLOEXEC is added
 * Return: a descriptor, or -errno.
 */
int hostfs_open(const struct hostfs *fs, const char *path, int flags);

/**
 * hostfs_read() - the first bytes of a regular file
 * @buf:	not NUL-terminated
 * Return: bytes read, at most @size (then there may be more), or -errno; -EINVAL if it is no
 * regular file.
 */
ssize_t hostfs_read(const struct hostfs *fs, const char *path, void *buf, size_t size);

/* As hostfs_read(), with the fstat() of the file that was read. */
ssize_t hostfs_read_stat(const struct hostfs *fs, const char *path, void *buf, size_t size,
			 struct stat *st);

/* Where a link points, not followed. Return: bytes, or -errno. */
ssize_t hostfs_readlink(const struct hostfs *fs, const char *path, char *buf, size_t size);

#endif /* LIB_HOSTFS_H */
