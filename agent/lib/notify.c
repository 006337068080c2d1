/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Implements sd_notify(3) without its library: an address that starts with '@' is in the
 * abstract namespace, any other absolute path in the file system.
 */
#include "lib/notify.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

int notify_send(const char *state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	socklen_t len;
	int fd, r = 0;

	if (!path || !*path)
		return NOTIFY_NOBODY;
	if ((path[0] != '/' && path[0] != '@') || strlen(path) >= sizeof(addr.sun_path))
		return -EINVAL;
	memcpy(addr.sun_path, path, strlen(path));
	len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(path));
	if (path[0] == '@')
		addr.sun_path[0] = '\0';
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (sendto(fd, state, strlen(state), MSG_NOSIGNAL, (struct sockaddr *)&addr, len) < 0)
		r = -errno;
	close(fd);
	return r;
}

static uint64_t number_of(const char *name)
{
	const char *text = getenv(name);
	char *end = NULL;
	unsigned long long n = text ? strtoull(text, &end, 10) : 0;

	return text && *text >= '0' && *text <= '9' && !*end ? n : 0;
}

uint64_t notify_watchdog_ns(void)
{
	const uint64_t usec = number_of("WATCHDOG_USEC"), pid = number_of("WATCHDOG_PID");

	/* It is inherited by children, for whom it is not meant. */
	if (pid && pid != (uint64_t)getpid())
		return 0;
	return usec < UINT64_MAX / 1000 ? usec * 1000 / 2 : 0;
}
