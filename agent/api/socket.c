/* SPDX-License-Identifier: Apache-2.0 */
/* Implements socket.h. Only sockets are ever unlinked, and only stale ones or the agent's own. */
#include "api/socket.h"
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>
#include "lib/cleanup.h"
#include "lib/fd.h"
#include "lib/str.h"

#define BACKLOG	16

static int remove_stale(const struct sockaddr_un *addr, struct error *err)
{
	_cleanup_(fd_closep) int fd = -1;
	struct stat st;

	if (lstat(addr->sun_path, &st))
		return errno == ENOENT ? 0 : error_set(err, -errno, "examining %s", addr->sun_path);
	if (!S_ISSOCK(st.st_mode))
		return error_say(err, -ENOTSOCK, "%s exists and is not a socket; it was not changed",
				 addr->sun_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return error_set(err, -errno, "opening a socket");
	if (!connect(fd, (const struct sockaddr *)addr, sizeof(*addr)) || errno == EAGAIN)
		return error_say(err, -EADDRINUSE, "%s: another agent answers there",
				 addr->sun_path);
	if (errno == ECONNREFUSED && unlink(addr->sun_path))
		return error_set(err, -errno, "removing the stale socket %s", addr->sun_path);
	return 0;
}

/* Only /run/saker is made, which a boot removes: any other directory may be mistyped. */
static int make_dir(const char *path, struct error *err)
{
	char dir[sizeof(((struct sockaddr_un *)0)->sun_path)];
	struct stat st;
	char *slash;

	strcpy(dir, path);
	slash = strrchr(dir, '/');
	if (!slash || slash == dir)
		return 0;
	*slash = '\0';
	if (!str_eq(str_of(dir), STR(API_SOCKET_DIR)))
		return stat(dir, &st) ? error_set(err, -errno, "opening the directory %s", dir) : 0;
	return mkdir(dir, 0755) && errno != EEXIST ?
	       error_set(err, -errno, "making the directory %s", dir) : 0;
}

int api_socket_listen(struct api_socket *ret, const char *path, struct error *err)
{
	_cleanup_(fd_closep) int fd = -1;
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct stat st;
	int r;

	if (strlen(path) >= sizeof(addr.sun_path))
		return error_set(err, -ENAMETOOLONG, "listening on %s", path);
	strcpy(addr.sun_path, path);
	if ((r = make_dir(path, err)) < 0 || (r = remove_stale(&addr, err)) < 0)
		return r;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || fchmod(fd, 0600) || bind(fd, (struct sockaddr *)&addr, sizeof(addr)) ||
	    lstat(path, &st) || listen(fd, BACKLOG))
		return error_set(err, -errno, "listening on %s", path);
	*ret = (struct api_socket){ .dev = st.st_dev, .ino = st.st_ino };
	strcpy(ret->path, path);
	return TAKE_FD(fd);
}

void api_socket_remove(const struct api_socket *socket)
{
	struct stat st;

	if (*socket->path && !lstat(socket->path, &st) && st.st_dev == socket->dev &&
	    st.st_ino == socket->ino)
		unlink(socket->path);
}
