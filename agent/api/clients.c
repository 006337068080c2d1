/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Implements clients.h. Over a limit the oldest connection is shut down, not the newest: a
 * request takes milliseconds, so an old connection is a slow or idle one. So new clients are
 * served, however many slow ones are connected.
 */
#include "api/clients.h"
#include <errno.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>
#include "lib/clock.h"
#include "lib/fd.h"

static void shut(struct client *c)
{
	shutdown(c->fd, SHUT_RDWR);
	c->shut = true;
}

static bool counts(const struct client *c)
{
	return c->fd >= 0 && !c->shut;
}

/* Sets the one timer to the earliest deadline, or disarms it. */
static void set_timer(const struct clients *clients)
{
	struct itimerspec at = { .it_value = { 0 } };
	uint64_t first = UINT64_MAX;

	for (unsigned int i = 0; i < CLIENTS_ROOM; i++) {
		const struct client *c = &clients->client[i];

		if (counts(c) && !c->waits && c->since_ns + clients->request_ns < first)
			first = c->since_ns + clients->request_ns;
	}
	if (first != UINT64_MAX) {
		at.it_value.tv_sec = (time_t)(first / NS_PER_S);
		at.it_value.tv_nsec = (long)(first % NS_PER_S);
	}
	timerfd_settime(clients->timer.fd, TFD_TIMER_ABSTIME, &at, NULL);
}

static int on_timer(void *ctx)
{
	struct clients *clients = ctx;
	uint64_t expired, now = clock_boottime_ns();

	if (read(clients->timer.fd, &expired, sizeof(expired)) != sizeof(expired))
		return 0;
	for (unsigned int i = 0; i < CLIENTS_ROOM; i++) {
		struct client *c = &clients->client[i];

		if (counts(c) && !c->waits && now >= c->since_ns + clients->request_ns)
			shut(c);
	}
	set_timer(clients);
	return 0;
}

int clients_init(struct clients *clients, int epoll, unsigned int request_ms)
{
	if (!request_ms)
		request_ms = CLIENT_REQUEST_MS;
	*clients = (struct clients){ .epoll = epoll, .request_ns = request_ms * NS_PER_MS };
	for (unsigned int i = 0; i < CLIENTS_ROOM; i++)
		clients->client[i].fd = -1;
	clients->timer = (struct watch){
		timerfd_create(CLOCK_BOOTTIME, TFD_CLOEXEC | TFD_NONBLOCK), on_timer, clients,
	};
	return clients->timer.fd < 0 ? -errno : watch_add(epoll, &clients->timer);
}

void clients_uninit(struct clients *clients)
{
	if (clients->timer.fd >= 0)
		watch_remove(clients->epoll, &clients->timer);
	clients->timer.fd = fd_close(clients->timer.fd);
}

static unsigned int count(const struct clients *clients, uint32_t uid)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < CLIENTS_ROOM; i++)
		n += counts(&clients->client[i]) && clients->client[i].uid == uid;
	return n;
}

static void shut_oldest_of(struct clients *clients, uint32_t uid)
{
	struct client *oldest = NULL;

	for (unsigned int i = 0; i < CLIENTS_ROOM; i++) {
		struct client *c = &clients->client[i];

		if (counts(c) && !c->waits && c->uid == uid &&
		    (!oldest || c->since_ns < oldest->since_ns))
			oldest = c;
	}
	if (oldest)
		shut(oldest);
}

/*
 * After @newest connected: if its user is over the limit, shuts that user's oldest connection; if
 * there are too many in total, the oldest one of the user with the most connections.
 */
static void keep_limits(struct clients *clients, const struct client *newest)
{
	unsigned int all = 0, most = 0;
	uint32_t whose = newest->uid;

	for (unsigned int i = 0; i < CLIENTS_ROOM; i++) {
		const struct client *c = &clients->client[i];
		unsigned int n = counts(c) ? count(clients, c->uid) : 0;

		all += n > 0;
		if (n > most) {
			most = n;
			whose = c->uid;
		}
	}
	if (count(clients, newest->uid) > CLIENTS_PER_USER)
		shut_oldest_of(clients, newest->uid);
	else if (all > CLIENTS_MAX)
		shut_oldest_of(clients, whose);
}

struct client *clients_add(struct clients *clients, int fd)
{
	struct ucred cred = { .uid = UINT32_MAX };
	struct client *c = clients->client;
	socklen_t len = sizeof(cred);

	while (c < clients->client + CLIENTS_ROOM && c->fd >= 0)
		c++;
	if (c == clients->client + CLIENTS_ROOM)
		return NULL;
	getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len);
	*c = (struct client){ .clients = clients, .fd = fd, .uid = cred.uid,
			      .since_ns = clock_boottime_ns() };
	keep_limits(clients, c);
	set_timer(clients);
	return c;
}

void clients_remove(struct client *c)
{
	struct clients *clients = c->clients;

	c->fd = -1;
	set_timer(clients);
}

void client_turn(struct client *c, bool waits)
{
	c->waits = waits;
	c->since_ns = clock_boottime_ns();
	set_timer(c->clients);
}
