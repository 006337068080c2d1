/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reports the state of the service to the service manager by the sd_notify(3) protocol:
 * one datagram to the socket named by NOTIFY_SOCKET.
 */
#ifndef LIB_NOTIFY_H
#define LIB_NOTIFY_H

#include <stdint.h>

enum {
	NOTIFY_NOBODY = 1,	/* NOTIFY_SOCKET is not set */
};

/**
 * notify_send() - send a state, for example "READY=1"
 *
 * Return: 0, NOTIFY_NOBODY, or -errno.
 */
int notify_send(const char *state);

/**
 * notify_watchdog_ns() - how often the service manager wants a sign of life ("WATCHDOG=1")
 * Return: half the time after which it restarts the service; 0: it expects none.
 */
uint64_t notify_watchdog_ns(void);

#endif /* LIB_NOTIFY_H */
