/* SPDX-License-Identifier: Apache-2.0 */
/* A file descriptor that an epoll loop waits for, and the function to call when it is readable. */
#ifndef LIB_WATCH_H
#define LIB_WATCH_H

struct watch {
	int fd;
	int (*ready)(void *ctx);	/* NULL: waking up is enough. Not 0: the loop ends with it */
	void *ctx;
};

/**
 * watch_add() - wait for one more descriptor
 * @epoll:	the loop's epoll descriptor
 * @watch:	borrowed until watch_remove() or until @epoll is closed
 * Return: 0 or -errno.
 */
int watch_add(int epoll, const struct watch *watch);
void watch_remove(int epoll, const struct watch *watch);

#endif /* LIB_WATCH_H */
