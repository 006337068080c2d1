/* SPDX-License-Identifier: Apache-2.0 */
/* Sends requests to a running agent over its local API. */
#ifndef API_CLIENT_H
#define API_CLIENT_H

#include "lib/str.h"

struct client_reply {
	int status;			/* HTTP status */
	struct str body;		/* part of @all, followed by a NUL */
	char *all;			/* owned by the caller: free() it */
};

/**
 * client_ask() - send one request and read its reply
 * @socket:	of the agent; NULL: the default path
 * @path:	"/rules"
 * Return: 0, or -errno after the error was logged.
 */
int client_ask(struct client_reply *ret, const char *socket, const char *method, const char *path);

/* The same, but a failure is not logged. */
int client_try(struct client_reply *ret, const char *socket, const char *method, const char *path);

#endif /* API_CLIENT_H */
