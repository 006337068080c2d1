/* SPDX-License-Identifier: Apache-2.0 */
/* Asking a running agent over its local API. */
#ifndef API_CLIENT_H
#define API_CLIENT_H

#include "lib/str.h"

struct client_reply {
	int status;			/* of HTTP */
	struct str body;		/* with a NUL behind it; in @all */
	char *all;			/* owned: free() it */
};

/**
 * client_ask() - one request, and its reply
 * @socket:	of the agent; NULL: where it is by default
 * @path:	"/rules"
 * Return: 0, or -errno after it was logged, with what to do.
 */
int client_ask(struct client_reply *ret, const char *socket, const char *method, const char *path);

/* The same for who can do without: a failure is not logged. */
int client_try(struct client_reply *ret, const char *socket, const char *method, const char *path);

#endif /* API_CLIENT_H */
