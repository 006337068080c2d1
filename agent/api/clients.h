/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the connections to the local API and their limits: a number per user and in total,
 * and a time per request that received bytes do not extend. A connection over a limit or its
 * time is shut down; the HTTP server then closes it.
 */
#ifndef API_CLIENTS_H
#define API_CLIENTS_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/watch.h"

#define CLIENTS_MAX		16	/* in total */
#define CLIENTS_PER_USER	12	/* the rest remains free for other users */
#define CLIENTS_ROOM		32	/* including those that are shut down but not closed yet */
#define CLIENT_REQUEST_MS	10000	/* time to send a request and read the reply */

struct clients;

struct client {
	struct clients *clients;
	int fd;				/* owned by the HTTP server; -1: unused entry */
	uint32_t uid;
	uint64_t since_ns;		/* CLOCK_BOOTTIME of the connect or the end of the last request */
	bool waits;			/* waits for api_answer(): no time limit */
	bool shut;
};

struct clients {
	struct client client[CLIENTS_ROOM];
	uint64_t request_ns;
	int epoll;			/* the loop's; borrowed */
	struct watch timer;		/* armed while there are connections */
};

/**
 * clients_init() - start without connections
 * @request_ms:	time limit of a request; 0: CLIENT_REQUEST_MS
 * Return: 0 or -errno; call clients_uninit() in both cases.
 */
int clients_init(struct clients *clients, int epoll, unsigned int request_ms);
void clients_uninit(struct clients *clients);

/**
 * clients_add() - add a new connection; may shut down an older one
 * @fd:		of a Unix socket; borrowed until clients_remove()
 * Return: the client, or NULL if there is no room.
 */
struct client *clients_add(struct clients *clients, int fd);
void clients_remove(struct client *client);

/*
 * Call it when a request was answered, or must wait for its answer (@waits): restarts the time
 * limit.
 */
void client_turn(struct client *client, bool waits);

#endif /* API_CLIENTS_H */
