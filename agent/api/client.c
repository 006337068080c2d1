/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sends HTTP/1.0 requests to the agent's socket: the reply ends when the connection is
 * closed. It needs no HTTP library, so no command loads one (decision 0005).
 */
#include "api/client.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>
#include "api/api.h"
#include "lib/cleanup.h"
#include "lib/fd.h"

#define REPLY_S		60	/* seconds without a byte; a reload answers when the rules are in force */
#define REPLY_MAX	(64u << 20)	/* bytes; the reply for ten thousand rules has three million */

/* Return: the descriptor, or -errno. */
static int connect_to(const char *path)
{
	_cleanup_(fd_closep) int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const struct timeval most = { .tv_sec = REPLY_S };
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(addr.sun_path))
		return -ENAMETOOLONG;
	strcpy(addr.sun_path, path);
	if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &most, sizeof(most)) ||
	    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &most, sizeof(most)) ||	/* also of connect() */
	    connect(fd, (struct sockaddr *)&addr, sizeof(addr)))
		return -errno;
	return TAKE_FD(fd);
}

static int send_request(int fd, const char *method, const char *path)
{
	char text[512];
	int n = snprintf(text, sizeof(text), "%s %s HTTP/1.0\r\nHost: saker\r\n"
			 "Content-Length: 0\r\n\r\n", method, path);

	return n < (int)sizeof(text) ? fd_write_all(fd, text, (size_t)n) : -E2BIG;
}

/* Reads to the end of the connection and adds a NUL. Return: the number of bytes, or -errno. */
static ssize_t read_reply(int fd, char **ret)
{
	_cleanup_(freep) char *all = NULL;
	size_t n = 0;

	for (size_t room = 64u << 10; room <= REPLY_MAX; room *= 2) {
		char *bigger = realloc(all, room + 1);
		ssize_t got;

		if (!bigger)
			return -ENOMEM;
		all = bigger;
		got = fd_read_full(fd, all + n, room - n);
		if (got < 0)
			return got;
		n += (size_t)got;
		if (n < room) {
			all[n] = '\0';
			*ret = TAKE_PTR(all);
			return (ssize_t)n;
		}
	}
	return -EFBIG;
}

/* A reply is "HTTP/1.1 200 OK", headers, an empty line, the body. */
static int parse_reply(struct client_reply *ret, size_t n)
{
	const char *body = strstr(ret->all, "\r\n\r\n");

	if (!body || sscanf(ret->all, "HTTP/1.%*1d %3d", &ret->status) != 1)
		return -EBADMSG;
	body += 4;
	ret->body = (struct str){ body, n - (size_t)(body - ret->all) };
	return 0;
}

static int complain(struct error *err, const char *path, int r)
{
	switch (-r) {
	case ENOENT:
	case ECONNREFUSED:
		return error_say(err, r, "no agent answers on %s: is `saker run` running? "
				 "give another socket with --socket", path);
	case EACCES:
	case EPERM:
		return error_say(err, r, "%s: only root may connect to the agent", path);
	case EAGAIN:
		return error_say(err, r, "%s: the agent has not answered for %d s", path, REPLY_S);
	case EBADMSG:
		return error_say(err, r, "%s: the reply is not from a Saker agent", path);
	default:
		return error_set(err, r, "querying the agent at %s", path);
	}
}

/* @at: path of the socket. Return: 0 or -errno. */
static int request(struct client_reply *ret, const char *at, const char *method, const char *what)
{
	_cleanup_(fd_closep) int fd = connect_to(at);
	ssize_t n = fd;

	*ret = (struct client_reply){ 0 };
	if (fd >= 0)
		n = send_request(fd, method, what);
	if (n >= 0)
		n = read_reply(fd, &ret->all);
	if (n >= 0)
		n = parse_reply(ret, (size_t)n);
	if (n < 0) {
		free(ret->all);
		ret->all = NULL;
	}
	return n < 0 ? (int)n : 0;
}

int client_request(struct client_reply *ret, const char *path, const char *method, const char *what,
		   struct error *err)
{
	const char *at = path ? path : API_SOCKET;
	int r = request(ret, at, method, what);

	return r < 0 ? complain(err, at, r) : 0;
}
