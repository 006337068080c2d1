/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is connected to the local API, and for how long: limits per user and in all, and
 * a time for each request that no byte sent in between prolongs. A connection over a
 * limit or its time is shut down, and the HTTP server closes it.
 */
#ifndef API_CLIENTS_H
#define API_CLIENTS_H

#include <stdbool.h>
#include <stdint.h>
#include "lib/watch.h"

#define CLIENTS_MAX		16	/* in all */
#define CLIENTS_PER_USER	12	/* the rest is there for others without a wait */
#define CLIENTS_ROOM		32	/* with those that are shut down but not closed yet */
#define CLIENT_REQUEST_MS	10000	/* to send a request and to take the answer */

struct clients;

struct client {
	struct clients *clients;
	int fd;				/* the HTTP server's; -1: free */
	uint32_t uid;
	uint64_t since_ns;		/* CLOCK_BOOTTIME: connected, or the last request ended */
	bool waits;			/* for an answer that comes later: its time stands still */
	bool shut;
};

struct clients {
	struct client client[CLIENTS_ROOM];
	uint64_t request_ns;
	int epoll;			/* of the loop; borrowed */
	struct watch timer;		/* armed while somebody is connected */
};

/**
 * clients_init() - nobody is connected
 * @request_ms:	for one request; 0: CLIENT_REQUEST_MS
 * Return: 0 or -errno; clients_uninit() in both cases.
 */
int clients_init(struct clients *clients, int epoll, unsigned int request_ms);
void clients_uninit(struct clients *clients);

/**
 * clients_add() - somebody connected; may shut down an older connection
 * @fd:		of a Unix socket; borrowed until clients_remove()
 * Return: the client, or NULL if there is no room.
 */
struct client *clients_add(struct clients *clients, int fd);
void clients_remove(struct client *client);

/* A request was answered, or its answer comes later (@waits): the time begins anew. */
void client_turn(struct client *client, bool waits);

#endif /* API_CLIENTS_H */
