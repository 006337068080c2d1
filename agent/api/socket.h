/* SPDX-License-Identifier: Apache-2.0 */
/* The socket of the local API in the file system: made, replaced if stale, removed if still ours. */
#ifndef API_SOCKET_H
#define API_SOCKET_H

#include <sys/types.h>
#include <sys/un.h>
#include "lib/error.h"

struct api_socket {
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	dev_t dev;			/* what was made: another file of that name is not ours */
	ino_t ino;
};

/**
 * api_socket_listen() - for its owner only
 * @path:	its directory is made if need be
 *
 * A socket on which nobody answers is left of an agent that was killed, and is replaced. Any
 * other file is left alone.
 *
 * Return: the descriptor; -EADDRINUSE if another agent answers there; -ENOTSOCK if @path is
 * another kind of file; or -errno. @err is set if it fails.
 */
int api_socket_listen(struct api_socket *ret, const char *path, struct error *err);
void api_socket_remove(const struct api_socket *socket);

#endif /* API_SOCKET_H */
