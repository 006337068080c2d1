/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests the limits of the local API's connections, and of a reply that a command reads. Limits are
 * written here as numbers, so that none changes without a failing test; test-api.c tests what a
 * client sees of them.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>
#include "api/client.h"
#include "api/clients.h"
#include "api/socket.h"
#include "lib/clock.h"
#include "lib/fd.h"

#define ROOM		32
#define PER_USER	12
#define REQUEST_MS	10000

/* -- connections -- */

struct ends {
	struct clients clients;
	int epoll;
	int fds[ROOM + 1][2];
	struct client *client[ROOM + 1];
};

static int begin(void **state)
{
	struct ends *e = calloc(1, sizeof(*e));

	e->epoll = epoll_create1(EPOLL_CLOEXEC);
	for (unsigned int i = 0; i <= ROOM; i++)
		assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, e->fds[i]), 0);
	assert_int_equal(clients_init(&e->clients, e->epoll, 0), 0);
	*state = e;
	return 0;
}

static int end(void **state)
{
	struct ends *e = *state;

	clients_uninit(&e->clients);
	for (unsigned int i = 0; i <= ROOM; i++) {
		close(e->fds[i][0]);
		close(e->fds[i][1]);
	}
	close(e->epoll);
	free(e);
	return 0;
}

static bool is_shut(const struct ends *e, unsigned int i)
{
	char c;

	return recv(e->fds[i][1], &c, 1, MSG_DONTWAIT) == 0;
}

/* In milliseconds; 0 if the timer is not armed. */
static uint64_t time_left(const struct ends *e)
{
	struct itimerspec left;

	assert_int_equal(timerfd_gettime(e->clients.timer.fd, &left), 0);
	return (uint64_t)left.it_value.tv_sec * 1000 + (uint64_t)left.it_value.tv_nsec / NS_PER_MS;
}

static void test_a_request_has_ten_seconds(void **state)
{
	struct ends *e = *state;
	const uint64_t began = clock_boottime_ns();
	struct client *c = clients_add(&e->clients, e->fds[0][0]);
	uint64_t left = time_left(e), gone = (clock_boottime_ns() - began) / NS_PER_MS;

	assert_in_range(left, REQUEST_MS - gone - 2, REQUEST_MS);
	assert_int_equal(e->clients.request_ns, REQUEST_MS * NS_PER_MS);	/* exactly */
	client_turn(c, true);			/* it waits for the agent, which may take long */
	assert_int_equal(time_left(e), 0);
	client_turn(c, false);
	assert_in_range(time_left(e), REQUEST_MS / 2, REQUEST_MS);
	clients_remove(c);
	assert_int_equal(time_left(e), 0);
}

static void test_the_oldest_request_decides_when_the_timer_expires(void **state)
{
	struct ends *e = *state;
	struct client *old = clients_add(&e->clients, e->fds[0][0]);

	clients_add(&e->clients, e->fds[1][0]);
	old->since_ns -= 4000 * NS_PER_MS;
	client_turn(clients_add(&e->clients, e->fds[2][0]), false);
	assert_in_range(time_left(e), 1000, REQUEST_MS - 4000);
	clients_remove(old);
	assert_in_range(time_left(e), REQUEST_MS - 4000, REQUEST_MS);
}

static void test_a_user_has_12_connections(void **state)
{
	struct ends *e = *state;

	for (unsigned int i = 0; i < PER_USER; i++)
		e->client[i] = clients_add(&e->clients, e->fds[i][0]);
	for (unsigned int i = 0; i < PER_USER; i++)
		assert_false(is_shut(e, i));
	e->client[5]->since_ns = 1;		/* the oldest, wherever it is in the table */
	clients_add(&e->clients, e->fds[PER_USER][0]);
	for (unsigned int i = 0; i <= PER_USER; i++)
		assert_int_equal(is_shut(e, i), i == 5);
}

static void test_a_connection_that_waits_for_the_agent_is_not_shut_down(void **state)
{
	struct ends *e = *state;

	for (unsigned int i = 0; i < PER_USER; i++)
		e->client[i] = clients_add(&e->clients, e->fds[i][0]);
	client_turn(e->client[0], true);
	e->client[0]->since_ns = 1;
	e->client[3]->since_ns = 2;
	clients_add(&e->clients, e->fds[PER_USER][0]);
	for (unsigned int i = 0; i <= PER_USER; i++)
		assert_int_equal(is_shut(e, i), i == 3);
}

static void test_16_connections_are_served_at_a_time(void **state)
{
	struct ends *e = *state;

	for (unsigned int i = 0; i < 16; i++) {
		e->client[i] = clients_add(&e->clients, e->fds[i][0]);
		e->client[i]->uid = 1000 + (i >= 10);	/* ten of one user, six of another */
		e->client[i]->since_ns = 100 - i;
	}
	for (unsigned int i = 0; i < 16; i++)
		assert_false(is_shut(e, i));
	clients_add(&e->clients, e->fds[16][0]);
	for (unsigned int i = 0; i <= 16; i++)		/* the oldest of the user with the most */
		assert_int_equal(is_shut(e, i), i == 9);
}

static void test_32_connections_are_known_with_those_being_closed(void **state)
{
	struct ends *e = *state;

	for (unsigned int i = 0; i < ROOM; i++) {
		e->client[i] = clients_add(&e->clients, e->fds[i][0]);
		assert_non_null(e->client[i]);
	}
	assert_null(clients_add(&e->clients, e->fds[ROOM][0]));
	clients_remove(e->client[7]);
	assert_ptr_equal(clients_add(&e->clients, e->fds[ROOM][0]), e->client[7]);
}

static void test_16_connections_may_wait_to_be_accepted(void **state)
{
	char dir[] = "/tmp/saker-test-clients-XXXXXX";
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	struct api_socket sock;
	struct error err = { 0 };
	int listener, fds[64], n = 0;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(addr.sun_path, sizeof(addr.sun_path), "%s/sock", dir);
	listener = api_socket_listen(&sock, addr.sun_path, &err);
	assert_true(listener >= 0);
	do {
		fds[n] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	} while (!connect(fds[n++], (struct sockaddr *)&addr, sizeof(addr)) && n < 64);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(n - 1, 16 + 1);	/* Linux accepts one more than the number it is given */
	while (n--)
		close(fds[n]);
	close(listener);
	api_socket_remove(&sock);
	assert_int_equal(rmdir(dir), 0);
}

/* -- replies -- */

/* Replies to one request with @n bytes, and ends. */
static void __attribute__((noreturn)) serve(int listener, size_t n)
{
	static const char head[] = "HTTP/1.1 200 OK\r\n\r\n";
	static char piece[1 << 20], request[512];
	int fd = accept(listener, NULL, NULL);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGPIPE, SIG_IGN);
	if (fd < 0 || read(fd, request, sizeof(request)) <= 0 ||
	    fd_write_all(fd, head, sizeof(head) - 1) < 0)
		_exit(1);
	for (n -= sizeof(head) - 1; n; n -= n < sizeof(piece) ? n : sizeof(piece))
		if (fd_write_all(fd, piece, n < sizeof(piece) ? n : sizeof(piece)) < 0)
			_exit(1);
	_exit(0);
}

static void test_a_reply_has_less_than_64_mib(void **state)
{
	static const size_t most = 64u << 20;
	char dir[] = "/tmp/saker-test-clients-XXXXXX", path[80];
	struct client_reply reply;
	struct api_socket sock;
	struct error err = { 0 };
	int listener;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/sock", dir);
	listener = api_socket_listen(&sock, path, &err);
	assert_int_equal(fcntl(listener, F_SETFL, 0), 0);	/* not O_NONBLOCK */
	for (size_t beyond = 0; beyond < 2; beyond++) {
		pid_t pid = fork();
		int r;

		if (!pid)
			serve(listener, most - 1 + beyond);
		r = client_try(&reply, path, "GET", "/rules");
		assert_int_equal(r, beyond ? -EFBIG : 0);
		if (!beyond)
			assert_int_equal(reply.body.n, most - 1 - strlen("HTTP/1.1 200 OK\r\n\r\n"));
		free(reply.all);
		assert_int_equal(waitpid(pid, NULL, 0), pid);
	}
	close(listener);
	api_socket_remove(&sock);
	assert_int_equal(rmdir(dir), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_request_has_ten_seconds, begin, end),
		cmocka_unit_test_setup_teardown(test_the_oldest_request_decides_when_the_timer_expires,
						begin, end),
		cmocka_unit_test_setup_teardown(test_a_user_has_12_connections, begin, end),
		cmocka_unit_test_setup_teardown(
			test_a_connection_that_waits_for_the_agent_is_not_shut_down, begin, end),
		cmocka_unit_test_setup_teardown(test_16_connections_are_served_at_a_time, begin, end),
		cmocka_unit_test_setup_teardown(
			test_32_connections_are_known_with_those_being_closed, begin, end),
		cmocka_unit_test(test_16_connections_may_wait_to_be_accepted),
		cmocka_unit_test(test_a_reply_has_less_than_64_mib),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
