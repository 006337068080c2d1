/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Creates the socket file of the local API, replaces a stale one, and removes it at the end
 * if it is still the agent's.
 */
#ifndef API_SOCKET_H
#define API_SOCKET_H

#include <sys/types.h>
#include <sys/un.h>
#include "lib/error.h"

#define API_SOCKET_DIR	"/run/saker"	/* made if it does not exist; no other directory is */

struct api_socket {
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
	dev_t dev;			/* identify the file that was created, because another may replace it */
	ino_t ino;
};

/**
 * api_socket_listen() - create the socket, accessible only for its owner
 * @path:	its directory is created if it is missing
 *
 * A socket without a listener is left from an agent that was killed, and is replaced. Any
 * other file is left unchanged.
 *
 * Return: the descriptor; -EADDRINUSE if another agent answers there; -ENOTSOCK if @path is
 * another kind of file; or -errno. @err is set if it fails.
 */
int api_socket_listen(struct api_socket *ret, const char *path, struct error *err);
void api_socket_remove(const struct api_socket *socket);

#endif /* API_SOCKET_H */
