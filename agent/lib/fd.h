/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Owned file descriptors, and complete reads and writes.
 */
#ifndef LIB_FD_H
#define LIB_FD_H

#include <stddef.h>
#include <sys/types.h>
#include "lib/cleanup.h"

#define TAKE_FD(fd)	({ int taken_ = (fd); (fd) = -1; taken_; })

/* Keeps errno; -1 is fine. Returns -1, to be stored back. */
int fd_close(int fd);

static inline void fd_closep(int *fd)
{
	*fd = fd_close(*fd);
}

/* Everything or an error: 0, or -errno. */
int fd_write_all(int fd, const void *p, size_t n);

/* Up to n bytes, fewer only at the end. Return: bytes read, or -errno. */
ssize_t fd_read_full(int fd, void *p, size_t n);

/**
 * fd_read_file() - a small file as a string
 * @size:	of @buf; the file is cut to fit, and NUL-terminated
 * Return: bytes without the NUL, or -errno.
 */
ssize_t fd_read_file(const char *path, char *buf, size_t size);

#endif /* LIB_FD_H */
