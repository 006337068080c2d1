/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The local API of a running agent: HTTP on a Unix socket, served by the loop between
 * events. The requests are a table of routes; a handler replies at once, or later with
 * api_answer().
 */
#ifndef API_API_H
#define API_API_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "api/socket.h"
#include "lib/error.h"
#include "lib/str.h"

#define API_SOCKET	API_SOCKET_DIR "/api.sock"

enum api_who {
	API_ROOT,		/* root, and the user that the agent runs as */
	API_ANYBODY,		/* every user that can connect to the socket */
};

struct api_reply {
	unsigned int status;	/* HTTP status; 0: 200 */
	const char *type;	/* static; NULL: text/plain */
	char *body;		/* from malloc(), owned by the reply */
	size_t len;
};

enum { API_LATER = 1 };

struct api_route {
	const char *method, *path;
	enum api_who who;
	size_t body_max;	/* bytes of a request's body; longer ones are refused */

	/*
	 * Return: 0 with @reply filled in; -errno for status 500; or API_LATER with *@ticket set,
	 * then api_answer() sends the reply.
	 */
	int (*handle)(void *ctx, struct str body, struct api_reply *reply, uint64_t *ticket);
};

struct api_config {
	const char *socket;	/* its directory is created if it is missing */
	const struct api_route *routes;
	size_t nroutes;
	void *ctx;		/* passed to the handlers */
	int epoll;		/* of the serving loop; borrowed */
	unsigned int request_ms;	/* time limit of a request; 0: CLIENT_REQUEST_MS */
};

struct api;

/**
 * api_new() - start to listen
 * @config:	copied; its pointers are borrowed
 * Return: 0 or -errno, as api_socket_listen(); then @err is set.
 */
int api_new(struct api **ret, const struct api_config *config, struct error *err);
void api_free(struct api *api);		/* call it before @epoll is closed; NULL is fine */

/**
 * api_answer() - reply to requests that returned API_LATER
 * @upto:	replies to all requests with this ticket or a smaller one
 * @reply:	its body is copied and remains the caller's
 */
void api_answer(struct api *api, uint64_t upto, const struct api_reply *reply);

#endif /* API_API_H */
