/* SPDX-License-Identifier: Apache-2.0 */
/* Adds descriptors to an epoll set and removes them. */
#include "lib/watch.h"
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/epoll.h>

int watch_add(int epoll, const struct watch *watch)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.ptr = (void *)(uintptr_t)watch };

	return epoll_ctl(epoll, EPOLL_CTL_ADD, watch->fd, &ev) ? -errno : 0;
}

void watch_remove(int epoll, const struct watch *watch)
{
	epoll_ctl(epoll, EPOLL_CTL_DEL, watch->fd, NULL);
}
