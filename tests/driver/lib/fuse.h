/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Declares a file system in user space that misbehaves as a test needs it. Its root has one
 * entry, "file": the bytes of another file, or a directory that has "leaf", or, once turned, a
 * symbolic link.
 */
#ifndef FUSE_H
#define FUSE_H

#include <stdbool.h>
#include <sys/types.h>

/* What the server does from now on. Shared with it. */
struct fuse_will {
	volatile int reads_failed;	/* this many reads end with EIO before others */
	volatile bool reads_hang;	/* then no read is answered */
	volatile bool attributes_hang;	/* no request for attributes is answered */
	volatile int opens_stale;	/* this many opens end with ESTALE; the entry is a link then */
	volatile int changes_stale;	/* likewise of changed names; before, the entry is a directory */
	volatile unsigned int asked;	/* reads and requests for attributes that were not answered */
};

struct fuse {
	struct fuse_will *will;
	pid_t server;
	const char *dir;
};

/**
 * fuse_mount() - mount on a directory, and start the server
 * @source:	the bytes of "file"
 * @target:	where the link leads, once it is one
 * Return: 0 or -errno, also of a kernel without FUSE.
 */
int fuse_mount(struct fuse *ret, const char *dir, const char *source, const char *target);

/* Ends the server, which wakes all that wait for it, and unmounts. */
void fuse_unmount(struct fuse *fuse);

#endif
