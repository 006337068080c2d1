/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Drops what the agent does not need once its driver is open: capabilities, and system calls that
 * are not on an allow list. A refused call fails with EPERM, is logged, and raises an alert of
 * `saker run`, because the agent itself never makes such a call: code injected into it would.
 */
#ifndef APP_CONFINE_H
#define APP_CONFINE_H

#include <stdint.h>
#include "lib/watch.h"

/**
 * confine_rights() - keep only the capabilities that a driver needs; set no_new_privs
 * @driver:	"kmod", "ebpf" or "replay"
 *
 * Called before the first thread is started, as threads inherit capabilities.
 *
 * Return: 0 or -errno, which was logged; the agent then runs with too many rights.
 */
int confine_rights(const char *driver);

struct confine {
	/* Called by the loop for each refused call, after it was logged. May be NULL. */
	void (*refused)(void *ctx, const char *call);
	void *ctx;
	uint64_t nrefused;
	struct watch watch;
};

#define CONFINE_INIT	{ .watch.fd = -1 }

/*
 * AddressSanitizer starts a process at the end to search for leaks, which the filter would refuse.
 */
#ifdef __SANITIZE_ADDRESS__
#define CONFINE_BY_DEFAULT	false
#else
#define CONFINE_BY_DEFAULT	true
#endif

/**
 * confine_calls() - apply the allow list to all threads
 * @confine:	CONFINE_INIT, then refused and ctx set; must not move afterwards
 * @epoll:	of the loop that calls refused()
 *
 * From now on the process can open no file for writing, create none, run no program, start no
 * process or thread, make no memory executable, and open only Unix and netlink sockets. May be
 * called once per process; cannot be undone.
 *
 * Return: 0 or -errno, which was logged.
 */
int confine_calls(struct confine *confine, const char *driver, int epoll);

#endif /* APP_CONFINE_H */
