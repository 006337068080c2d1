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
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
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
	assert_int_equal(e->clients.timer.fd, -1);
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
	uint64_t expired;
	struct client *c = clients_add(&e->clients, e->fds[0][0]);
	uint64_t left = time_left(e), gone = (clock_boottime_ns() - began) / NS_PER_MS;

	assert_in_range(left, REQUEST_MS - gone - 2, REQUEST_MS);
	assert_int_equal(e->clients.request_ns, REQUEST_MS * NS_PER_MS);	/* exactly */
	client_turn(c, true);			/* it waits for the agent, which may take long */
	assert_int_equal(time_left(e), 0);
	c->since_ns = 1;
	client_turn(c, false);
	assert_in_range(time_left(e), REQUEST_MS / 2, REQUEST_MS);
	clients_remove(c);
	assert_int_equal(time_left(e), 0);
	assert_int_equal(read(e->clients.timer.fd, &expired, sizeof(expired)), -1);
	assert_int_equal(errno, EAGAIN);
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

static void test_a_request_beyond_its_time_is_shut_down_and_the_timer_set_for_the_next(void **state)
{
	struct ends *e = *state;
	struct client *late = clients_add(&e->clients, e->fds[0][0]);
	struct client *waits = clients_add(&e->clients, e->fds[1][0]);
	struct client *young = clients_add(&e->clients, e->fds[2][0]);

	assert_int_equal(e->clients.timer.ready(&e->clients), 0);	/* it did not expire */
	assert_false(is_shut(e, 0));
	client_turn(waits, true);
	waits->since_ns = 1;
	late->since_ns = 1;
	client_turn(young, false);			/* the timer has expired at once */
	young->since_ns -= 4000 * NS_PER_MS;
	assert_int_equal(e->clients.timer.ready(&e->clients), 0);
	assert_true(is_shut(e, 0));
	assert_false(is_shut(e, 1));
	assert_false(is_shut(e, 2));
	assert_in_range(time_left(e), 1000, REQUEST_MS - 4000);
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
	clients_add(&e->clients, e->fds[PER_USER + 1][0]);	/* it is not counted any more */
	for (unsigned int i = 0; i <= PER_USER + 1; i++)
		assert_int_equal(is_shut(e, i), i == 5 || i == 0);
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

static const char head[] = "HTTP/1.1 200 OK\r\n\r\n";

/* Replies to one request with @n bytes, and ends. */
static void __attribute__((noreturn)) serve(int listener, size_t n)
{
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
		r = client_request(&reply, path, "GET", "/rules", NULL);
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

/* An agent that replies with a text. */
struct agent {
	char dir[40], path[80];
	struct api_socket sock;
	int listener;
	pid_t pid;
};

#define REQUEST(what)	what " HTTP/1.0\r\nHost: saker\r\nContent-Length: 0\r\n\r\n"

/* @want: the request; NULL: any. */
static void agent_start(struct agent *a, const char *want, const char *reply)
{
	char request[513] = "";
	int fd;

	strcpy(a->dir, "/tmp/saker-test-clients-XXXXXX");
	assert_non_null(mkdtemp(a->dir));
	snprintf(a->path, sizeof(a->path), "%s/sock", a->dir);
	a->listener = api_socket_listen(&a->sock, a->path, NULL);
	assert_int_equal(fcntl(a->listener, F_SETFL, 0), 0);	/* not O_NONBLOCK */
	a->pid = fork();
	if (a->pid)
		return;
	fd = accept(a->listener, NULL, NULL);
	signal(SIGPIPE, SIG_IGN);
	if (fd < 0 || read(fd, request, sizeof(request) - 1) < 0 || (want && strcmp(request, want)))
		_exit(1);
	_exit(fd_write_all(fd, reply, strlen(reply)) < 0 && want);
}

static void agent_stop(struct agent *a)
{
	int status;

	assert_int_equal(waitpid(a->pid, &status, 0), a->pid);
	assert_int_equal(status, 0);
	close(a->listener);
	api_socket_remove(&a->sock);
	assert_int_equal(rmdir(a->dir), 0);
}

static void test_a_reply_has_a_status_and_a_body(void **state)
{
	static const struct { const char *reply; int r, status; const char *body; } row[] = {
		{ "HTTP/1.1 200 OK\r\n\r\n", 0, 200, "" },
		{ "HTTP/1.0 404 Not Found\r\nA: b\r\n\r\nno\r\n\r\nsuch", 0, 404, "no\r\n\r\nsuch" },
		{ "HTTP/1.1 200 OK\r\nA: b", -EBADMSG, 0, NULL },
		{ "SSH-2.0-OpenSSH\r\n\r\n", -EBADMSG, 0, NULL }, { "", -EBADMSG, 0, NULL },
	};

	(void)state;
	mallopt(M_PERTURB, 0x55);		/* what is allocated is not zero */
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct client_reply reply;
		struct agent a;

		agent_start(&a, REQUEST("GET /rules"), row[i].reply);
		assert_int_equal(client_request(&reply, a.path, "GET", "/rules", NULL), row[i].r);
		agent_stop(&a);
		assert_int_equal(reply.status, row[i].status);
		if (row[i].r) {
			assert_null(reply.all);
			continue;
		}
		assert_string_equal(reply.body.p, row[i].body);
		assert_int_equal(reply.body.n, strlen(row[i].body));
		free(reply.all);
	}
}

/* The agent closes the connection, and has not read the request. */
static void test_a_connection_that_breaks_is_an_error(void **state)
{
	char dir[] = "/tmp/saker-test-clients-XXXXXX", path[80];
	struct client_reply reply;
	struct api_socket sock;
	int listener;
	pid_t pid;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/sock", dir);
	listener = api_socket_listen(&sock, path, NULL);
	assert_int_equal(fcntl(listener, F_SETFL, 0), 0);	/* not O_NONBLOCK */
	pid = fork();
	if (!pid) {
		struct pollfd p = { .fd = accept(listener, NULL, NULL), .events = POLLIN };

		poll(&p, 1, -1);
		_exit(0);
	}
	assert_int_equal(client_request(&reply, path, "GET", "/rules", NULL), -ECONNRESET);
	assert_null(reply.all);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	close(listener);
	api_socket_remove(&sock);
	assert_int_equal(rmdir(dir), 0);
}

/* The error of a request that fails. */
static const char *error_of(const char *path, int *r)
{
	static struct error err;
	struct client_reply reply;

	err = (struct error){ 0 };
	*r = client_request(&reply, path, "GET", "/rules", &err);
	assert_null(reply.all);
	assert_int_equal(err.code, *r);
	assert_null(strchr(err.text, '\n'));
	return err.text;
}

static void test_the_error_of_a_request_names_the_reason(void **state)
{
	char dir[] = "/tmp/saker-test-clients-XXXXXX", path[256];
	struct error err = { 0 };
	struct client_reply reply;
	const char *why;
	struct agent a;
	int r;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(path, sizeof(path), "%s/none", dir);
	assert_non_null(strstr(error_of(path, &r), "/none: is `saker run` running? give another socket"));
	assert_int_equal(r, -ENOENT);
	assert_int_equal(chmod(dir, 0), 0);
	setfsuid(65534);			/* so that root has no access either */
	why = error_of(path, &r);
	setfsuid(geteuid());
	assert_non_null(strstr(why, "/none: only root may connect to the agent"));
	assert_int_equal(r, -EACCES);
	memset(path, 'a', sizeof(path));
	path[200] = '\0';
	assert_non_null(strstr(error_of(path, &r), ": File name too long"));
	assert_int_equal(r, -ENAMETOOLONG);
	assert_int_equal(rmdir(dir), 0);
	agent_start(&a, REQUEST("GET /rules"), "SSH-2.0\r\n\r\n");
	assert_non_null(strstr(error_of(a.path, &r), "/sock: the reply is not from a Saker agent"));
	assert_int_equal(r, -EBADMSG);
	agent_stop(&a);
	agent_start(&a, REQUEST("POST /reload"), head);
	assert_int_equal(client_request(&reply, a.path, "POST", "/reload", &err), 0);
	assert_int_equal(err.code, 0);
	assert_int_equal(reply.status, 200);
	free(reply.all);
	agent_stop(&a);
}

/* The longest path fits in the address with its NUL; the longest request in 512 bytes. */
static void test_a_path_that_is_too_long_is_refused(void **state)
{
	struct client_reply reply;
	char path[512];
	struct agent a;
	int r;

	(void)state;
	for (unsigned int n = 106; n <= 109; n++) {
		memset(path, 'a', n);
		path[n] = '\0';
		r = client_request(&reply, path, "GET", "/rules", NULL);
		assert_int_equal(r, n < 108 ? -ENOENT : -ENAMETOOLONG);
	}
	for (unsigned int more = 0; more < 2; more++) {
		size_t n = 511 - strlen(REQUEST("GET ")) + more;

		memset(path, 'a', n);
		path[n] = '\0';
		agent_start(&a, NULL, head);
		assert_int_equal(client_request(&reply, a.path, "GET", path, NULL), more ? -E2BIG : 0);
		free(reply.all);
		agent_stop(&a);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_a_request_has_ten_seconds, begin, end),
		cmocka_unit_test_setup_teardown(test_the_oldest_request_decides_when_the_timer_expires,
						begin, end),
		cmocka_unit_test_setup_teardown(
			test_a_request_beyond_its_time_is_shut_down_and_the_timer_set_for_the_next, begin, end),
		cmocka_unit_test_setup_teardown(test_a_user_has_12_connections, begin, end),
		cmocka_unit_test_setup_teardown(
			test_a_connection_that_waits_for_the_agent_is_not_shut_down, begin, end),
		cmocka_unit_test_setup_teardown(test_16_connections_are_served_at_a_time, begin, end),
		cmocka_unit_test_setup_teardown(
			test_32_connections_are_known_with_those_being_closed, begin, end),
		cmocka_unit_test(test_16_connections_may_wait_to_be_accepted),
		cmocka_unit_test(test_a_reply_has_less_than_64_mib),
		cmocka_unit_test(test_a_reply_has_a_status_and_a_body),
		cmocka_unit_test(test_a_connection_that_breaks_is_an_error),
		cmocka_unit_test(test_the_error_of_a_request_names_the_reason),
		cmocka_unit_test(test_a_path_that_is_too_long_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
