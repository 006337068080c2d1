/* SPDX-License-Identifier: Apache-2.0 */
/* Sends requests to a running agent over its local API. */
#ifndef API_CLIENT_H
#define API_CLIENT_H

#include "lib/error.h"
#include "lib/str.h"

struct client_reply {
	int status;			/* HTTP status */
	struct str body;		/* part of @all, followed by a NUL */
	char *all;			/* owned by the caller: free() it */
};

/**
 * client_request() - send one request and read its reply
 * @socket:	of the agent; NULL: the default path
 * @path:	"/rules"
 * @err:	set if this fails, with what to do; NULL is fine
 * Return: 0 or -errno.
 */
int client_request(struct client_reply *ret, const char *socket, const char *method,
		   const char *path, struct error *err);

#endif /* API_CLIENT_H */
