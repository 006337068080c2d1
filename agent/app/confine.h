/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drops what the agent no longer needs once its driver is open: capabilities, and system
 * calls by an allow list. A refused call fails with EPERM, is logged, and is an alert of
 * `saker run`: the agent has no reason to make one, but who took it over has.
 */
#ifndef APP_CONFINE_H
#define APP_CONFINE_H

#include "lib/watch.h"

/**
 * confine_rights() - keep the capabilities that a driver needs, and no_new_privs
 * @driver:	"kmod", "ebpf" or "replay"
 *
 * Before the first thread is started: capabilities belong to a thread, and are inherited.
 *
 * Return: 0 or -errno, which was logged: a sensor with too many rights still watches.
 */
int confine_rights(const char *driver);

struct confine {
	/* Called by the loop for each refused call, after it was logged. NULL: not. */
	void (*refused)(void *ctx, const char *call);
	void *ctx;
	struct watch watch;
};

#define CONFINE_INIT	{ .watch.fd = -1 }

/* AddressSanitizer looks for leaks at the end, from a process of its own. */
#ifdef __SANITIZE_ADDRESS__
#define CONFINE_BY_DEFAULT	false
#else
#define CONFINE_BY_DEFAULT	true
#endif

/**
 * confine_calls() - the allow list, for all threads
 * @confine:	CONFINE_INIT, then refused and ctx set; stays where it is
 * @epoll:	of the loop that calls refused()
 *
 * From now on: no file can be opened for writing or made, no program run, no thread or
 * process started, no memory made executable, no socket but of Unix and netlink. Once in a
 * process; it cannot be undone.
 *
 * Return: 0 or -errno, which was logged.
 */
int confine_calls(struct confine *confine, const char *driver, int epoll);

#endif /* APP_CONFINE_H */
