/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The local API of a running agent: HTTP on a Unix socket, served by the loop
 * itself between events. What it can do is one table of routes; a handler
 * answers at once, or says that the answer comes later.
 */
#ifndef API_API_H
#define API_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "lib/error.h"
#include "lib/str.h"

#define API_SOCKET	"/run/saker/api.sock"

enum api_who {
	API_ROOT,		/* root, and whoever the agent runs as */
	API_ANYBODY,		/* that can reach the socket */
};

struct api_reply {
	unsigned int status;	/* of HTTP; 0: 200 */
	const char *type;	/* static; NULL: text/plain */
	char *body;		/* from malloc(), taken over */
	size_t len;
};

enum { API_LATER = 1 };

struct api_route {
	const char *method, *path;
	enum api_who who;
	size_t body_max;	/* bytes of a request; more is refused */

	/*
	 * Return: 0 with @reply filled in; -errno for status 500; or API_LATER with *@ticket set,
	 * and api_answer() gives the reply.
	 */
	int (*handle)(void *ctx, struct str body, struct api_reply *reply, uint64_t *ticket);
};

struct api_config {
	const char *socket;	/* its directory is made if need be */
	const struct api_route *routes;
	size_t nroutes;
	void *ctx;		/* of the handlers */
	int epoll;		/* of the loop that serves; borrowed */
	unsigned int request_ms;	/* that a request may take; 0: CLIENT_REQUEST_MS */
};

struct api;

/**
 * api_new() - listen
 * @config:	what it points to is borrowed
 * Return: 0 or -errno, as api_socket_listen(); then @err is set.
 */
int api_new(struct api **ret, const struct api_config *config, struct error *err);
void api_free(struct api *api);		/* before @epoll is closed; NULL is fine */

/**
 * api_answer() - what was promised for later
 * @upto:	answers all requests with this ticket or a smaller one
 * @reply:	its body is copied, and stays the caller's
 */
void api_answer(struct api *api, uint64_t upto, const struct api_reply *reply);

#endif /* API_API_H */
