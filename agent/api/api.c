/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The HTTP server of the local API: libmicrohttpd without threads. The loop watches its
 * epoll descriptor and calls it when there is work. There are few connections (clients.c),
 * requests are small, and a slow client delays only its own connection.
 */
#include "api/api.h"
#include <errno.h>
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include "api/clients.h"
#include "api/socket.h"
#include "lib/fd.h"
#include "lib/watch.h"

#if MHD_VERSION < 0x00097002
typedef int verdict;
#else
typedef enum MHD_Result verdict;
#endif

enum { TOO_LARGE = 413 };	/* the name of this status differs between versions of the library */

struct request {
	struct request *next;		/* in the list of requests that wait for api_answer() */
	struct MHD_Connection *connection;
	const struct api_route *route;	/* NULL: the request is refused */
	unsigned int refused;		/* the status of the refusal */
	uint64_t ticket;
	bool waits, answered;
	struct api_reply reply;
	char *body;
	size_t len;
};

struct api {
	struct api_config config;
	struct MHD_Daemon *daemon;
	struct watch watch;
	struct request *waiting;
	struct clients clients;
	struct api_socket socket;
};

static bool is_trusted(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	struct ucred cred;
	socklen_t len = sizeof(cred);

	return info && !getsockopt(info->connect_fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) &&
	       (cred.uid == 0 || cred.uid == geteuid());
}

static void find_route(const struct api *api, struct request *req, const char *method,
		       const char *path)
{
	req->refused = MHD_HTTP_NOT_FOUND;
	for (size_t i = 0; i < api->config.nroutes; i++) {
		const struct api_route *route = &api->config.routes[i];

		if (strcmp(route->path, path) != 0)
			continue;
		req->refused = MHD_HTTP_METHOD_NOT_ALLOWED;
		if (strcmp(route->method, method) != 0)
			continue;
		req->refused = MHD_HTTP_FORBIDDEN;
		if (route->who == API_ANYBODY || is_trusted(req->connection))
			req->route = route;
		return;
	}
}

static verdict send_reply(struct request *req)
{
	struct api_reply *reply = &req->reply;
	struct MHD_Response *response =
		MHD_create_response_from_buffer(reply->len, reply->body, MHD_RESPMEM_MUST_FREE);
	verdict r;

	if (!response)
		return MHD_NO;
	reply->body = NULL;
	MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE,
				reply->type ? reply->type : "text/plain; charset=utf-8");
	r = MHD_queue_response(req->connection, reply->status ? reply->status : MHD_HTTP_OK,
			       response);
	MHD_destroy_response(response);
	return r;
}

static void take_body(struct request *req, const char *data, size_t n)
{
	char *body;

	if (!req->route)
		return;
	if (n > req->route->body_max - req->len) {
		req->route = NULL;
		req->refused = TOO_LARGE;
		return;
	}
	body = realloc(req->body, req->len + n);
	if (!body) {
		req->route = NULL;
		req->refused = MHD_HTTP_INTERNAL_SERVER_ERROR;
		return;
	}
	memcpy(body + req->len, data, n);
	req->body = body;
	req->len += n;
}

/* Sets a reply of one line with the error. */
static void refuse(struct request *req, unsigned int status, const char *why)
{
	int n;

	free(req->reply.body);
	n = asprintf(&req->reply.body, "%s\n", why);

	if (n < 0)
		req->reply.body = NULL;
	req->reply.len = n < 0 ? 0 : (size_t)n;
	req->reply.status = status;
	req->reply.type = NULL;
}

static void turn(struct MHD_Connection *connection, bool waits)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	if (info && info->socket_context)
		client_turn(info->socket_context, waits);
}

/* Sets the reply for -errno of a handler. */
static void fail(struct request *req, int r)
{
	char why[128];

	snprintf(why, sizeof(why), "answering %s %s: %s", req->route->method, req->route->path,
		 strerror(-r));
	refuse(req, MHD_HTTP_INTERNAL_SERVER_ERROR, why);
}

static verdict handle(struct api *api, struct request *req)
{
	int r = 0;

	if (req->route)
		r = req->route->handle(api->config.ctx, (struct str){ req->body, req->len },
				       &req->reply, &req->ticket);
	else
		refuse(req, req->refused, MHD_get_reason_phrase_for(req->refused));
	if (r < 0)
		fail(req, r);
	if (r != API_LATER)
		return send_reply(req);
	req->waits = true;
	req->next = api->waiting;
	api->waiting = req;
	turn(req->connection, true);
	MHD_suspend_connection(req->connection);
	return MHD_YES;
}

/* Called after the head of a request, for each piece of its body, and at its end. */
static verdict on_request(void *ctx, struct MHD_Connection *connection, const char *path,
			  const char *method, const char *version, const char *data, size_t *n,
			  void **state)
{
	struct request *req = *state;

	(void)version;
	if (!req) {
		req = calloc(1, sizeof(*req));
		if (!req)
			return MHD_NO;
		req->connection = connection;
		find_route(ctx, req, method, path);
		*state = req;
		return MHD_YES;
	}
	if (*n) {
		take_body(req, data, *n);
		*n = 0;
		return MHD_YES;
	}
	return req->answered ? send_reply(req) : handle(ctx, req);
}

static void forget(struct api *api, const struct request *req)
{
	for (struct request **p = &api->waiting; *p; p = &(*p)->next) {
		if (*p == req) {
			*p = req->next;
			return;
		}
	}
}

static void on_completed(void *ctx, struct MHD_Connection *connection, void **state,
			 enum MHD_RequestTerminationCode code)
{
	struct request *req = *state;

	(void)code;
	if (!req)
		return;
	turn(connection, false);
	if (req->waits)
		forget(ctx, req);
	free(req->reply.body);
	free(req->body);
	free(req);
	*state = NULL;
}

static int serve(void *ctx)
{
	const struct api *api = ctx;
	MHD_UNSIGNED_LONG_LONG ms;

	do {
		MHD_run(api->daemon);
	} while (MHD_get_timeout(api->daemon, &ms) == MHD_YES && !ms);
	return 0;
}

void api_answer(struct api *api, uint64_t upto, const struct api_reply *reply)
{
	struct request *req, *next;

	for (req = api->waiting; req; req = next) {
		next = req->next;
		if (req->ticket > upto)
			continue;
		forget(api, req);
		req->waits = false;
		req->answered = true;
		req->reply = *reply;
		req->reply.body = reply->len ? malloc(reply->len) : NULL;
		if (req->reply.body)
			memcpy(req->reply.body, reply->body, reply->len);
		else
			req->reply.len = 0;
		turn(req->connection, false);
		MHD_resume_connection(req->connection);
	}
	serve(api);
}

/* -- connections -- */

static void on_connection(void *ctx, struct MHD_Connection *connection, void **state,
			  enum MHD_ConnectionNotificationCode code)
{
	struct api *api = ctx;
	const union MHD_ConnectionInfo *info;

	if (code == MHD_CONNECTION_NOTIFY_STARTED) {
		info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
		*state = info ? clients_add(&api->clients, info->connect_fd) : NULL;
	} else if (*state) {
		clients_remove(*state);
		*state = NULL;
	}
}

static int start(struct api *api, int fd)
{
	const union MHD_DaemonInfo *info;

	api->daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL,
				       on_request, api,
				       MHD_OPTION_LISTEN_SOCKET, fd,
				       MHD_OPTION_NOTIFY_COMPLETED, on_completed, api,
				       MHD_OPTION_NOTIFY_CONNECTION, on_connection, api,
				       MHD_OPTION_CONNECTION_LIMIT, CLIENTS_ROOM,
				       MHD_OPTION_END);
	if (!api->daemon) {
		close(fd);
		return -EIO;
	}
	info = MHD_get_daemon_info(api->daemon, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info)
		return -EIO;
	api->watch = (struct watch){ info->epoll_fd, serve, api };
	return watch_add(api->config.epoll, &api->watch);
}

int api_new(struct api **ret, const struct api_config *config, struct error *err)
{
	struct api *api = calloc(1, sizeof(*api));
	int r, fd;

	if (!api)
		return error_set(err, -ENOMEM, "listening on %s", config->socket);
	api->config = *config;
	api->clients.timer.fd = -1;
	r = fd = api_socket_listen(&api->socket, config->socket, err);
	if (r >= 0)
		r = error_at(err, clients_init(&api->clients, config->epoll, config->request_ms),
			     "watching the time of requests");
	if (r >= 0)
		r = error_at(err, start(api, TAKE_FD(fd)), "starting the HTTP server");
	if (r < 0) {
		fd_close(fd);
		api_free(api);
		return r;
	}
	*ret = api;
	return 0;
}

void api_free(struct api *api)
{
	const struct api_reply gone = { .status = MHD_HTTP_SERVICE_UNAVAILABLE };

	if (!api)
		return;
	if (api->daemon) {
		api_answer(api, UINT64_MAX, &gone);
		watch_remove(api->config.epoll, &api->watch);
		MHD_stop_daemon(api->daemon);
	}
	api_socket_remove(&api->socket);
	clients_uninit(&api->clients);
	free(api);
}
