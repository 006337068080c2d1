/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests the local API through its socket: its replies, who is served, and that no client
 * keeps the loop from its events.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "api/client.h"
#include "app/loop.h"
#include "api/routes.h"
#include "lib/clock.h"
#include "lib/fd.h"

#define REQUEST_MS	3000u
#define PER_USER	12u	/* connections, as numbers: no limit changes without a failing test */
#define IN_TOTAL	16u

static char dir[] = "/tmp/saker-test-api-XXXXXX";
static char sock[64], rules[64];
static pid_t agent;

/* -- the agent: a child process whose source has no events until it is stopped -- */

static int nothing_next(struct source *source, struct record *ret)
{
	(void)source;
	(void)ret;
	return SOURCE_IDLE;
}

static void nothing_stats(const struct source *source, struct source_stats *ret)
{
	(void)source;
	(void)ret;
}

static void nothing_close(struct source *source)
{
	(void)source;
}

static const struct source_ops nothing_ops = {
	.next = nothing_next, .stats = nothing_stats, .close = nothing_close,
};

struct agent {
	struct source source;
	struct loop loop;
	struct swap *swap;
	struct alert_sink *alerts;
	struct api *api;
};

static int never_matches(void *ctx, const struct match *match)
{
	(void)ctx;
	(void)match;
	return 0;
}

static void on_reload(void *ctx, const struct swap_outcome *outcome)
{
	routes_answer_reload(((struct agent *)ctx)->api, outcome);
}

static int agent_main(int ready)
{
	const struct loop loop = LOOP_INIT;
	const struct enrich_config dead = { .live = false };
	const char *const paths[] = { rules };
	struct agent a = { .loop = loop };
	const struct swap_config config = { .paths = paths, .npaths = 1, .on_reload = on_reload, .ctx = &a };
	const struct stdout_config out = { .fd = STDERR_FILENO, .wake = -1 };
	const uint64_t unbuilt = 5, calls_refused = 3;
	const struct choice choice = {
		.driver = "ebpf", .why = "it works here", .nskipped = 1,
		.skipped = { { "kmod", "nothing \"built\"", "build it" } },
	};
	struct routes_ctx served;
	struct api_config api = { .socket = sock, .routes = routes, .nroutes = nroutes,
				  .request_ms = REQUEST_MS };
	int r;

	a.source = (struct source){ .ops = &nothing_ops, .name = "nothing", .pollfd = -1 };
	a.loop.source = &a.source;
	a.loop.on_match = never_matches;
	if (swap_new(&a.swap, &config, stderr, NULL) || loss_new(&a.loop.loss, NULL, NULL) ||
	    enrich_new(&a.loop.enrich, &dead) || stdout_sink_new(&a.alerts, &out) ||
	    loop_init(&a.loop) || swap_start(a.swap, a.loop.epoll, &a.source))
		return 99;
	a.loop.swap = a.swap;
	a.loop.evaluator = swap_now(a.swap)->evaluator;
	served = (struct routes_ctx){ .swap = a.swap, .sources = {
		.loop = &a.loop.stats, .source = &a.source, .loss = a.loop.loss,
		.enrich = a.loop.enrich, .swap = a.swap, .choice = &choice, .alerts = a.alerts,
		.unbuilt = &unbuilt, .calls_refused = &calls_refused, .start_ns = 1700000000000000000,
	} };
	api.ctx = &served;
	api.epoll = a.loop.epoll;
	if (api_new(&a.api, &api, NULL) || write(ready, "", 1) != 1)
		return 98;
	r = loop_run(&a.loop);
	api_free(a.api);
	loop_uninit(&a.loop);
	swap_free(a.swap);
	stdout_sink_free(a.alerts);
	enrich_free(a.loop.enrich);
	loss_free(a.loop.loss);
	return r ? 97 : 0;
}

static void write_rules(const char *condition)
{
	FILE *f = fopen(rules, "w");

	assert_non_null(f);
	fprintf(f, "- rule: a \"quoted\" name\n  desc: d\n  output: o\n  priority: INFO\n"
		"  condition: %s\n", condition);
	fclose(f);
}

static int agent_start(void **state)
{
	int p[2];
	char c;

	(void)state;
	assert_int_equal(pipe(p), 0);
	write_rules("evt.type = getppid");
	agent = fork();
	if (!agent) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);	/* the agent ends if the test dies */
		_exit(agent_main(p[1]));
	}
	close(p[1]);
	assert_int_equal(read(p[0], &c, 1), 1);
	close(p[0]);
	return 0;
}

static int agent_stop(void **state)
{
	int status;

	(void)state;
	kill(agent, SIGTERM);
	assert_int_equal(waitpid(agent, &status, 0), agent);
	assert_int_equal(status, 0);
	assert_int_equal(access(sock, F_OK), -1);
	return 0;
}

/* -- clients -- */

static int request(const char *method, const char *path, char *body, size_t size)
{
	struct client_reply reply;
	struct error err = { 0 };

	if (client_request(&reply, sock, method, path, &err) < 0)
		return -1;
	assert_string_equal(err.text, "");
	snprintf(body, size, STR_FMT, STR_ARG(reply.body));
	free(reply.all);
	return reply.status;
}

/* Sends bytes. Return: the bytes received within a second, as a string. */
static void talk(const char *bytes, size_t n, char *answer, size_t size)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	size_t got = 0;
	ssize_t r;

	strcpy(addr.sun_path, sock);
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	send(fd, bytes, n, MSG_NOSIGNAL);
	while (got < size - 1 && poll(&(struct pollfd){ fd, POLLIN, 0 }, 1, 1000) > 0 &&
	       (r = read(fd, answer + got, size - 1 - got)) > 0)
		got += (size_t)r;
	answer[got] = '\0';
	close(fd);
}

static void test_rules_are_returned_with_their_counters(void **state)
{
	char body[4096];
	const json_t *rule;
	json_t *doc;

	(void)state;
	assert_int_equal(request("GET", "/rules", body, sizeof(body)), 200);
	doc = json_loads(body, 0, NULL);
	assert_non_null(doc);
	assert_int_equal(json_integer_value(json_object_get(doc, "generation")), 1);
	rule = json_array_get(json_object_get(doc, "rules"), 0);
	assert_string_equal(json_string_value(json_object_get(rule, "rule")), "a \"quoted\" name");
	assert_int_equal(json_integer_value(json_object_get(rule, "evaluated")), 0);
	json_decref(doc);
}

static void test_the_driver_and_the_reason_are_returned(void **state)
{
	char body[4096];

	(void)state;
	assert_int_equal(request("GET", "/driver", body, sizeof(body)), 200);
	assert_string_equal(body, "{\"driver\":\"ebpf\",\"why\":\"it works here\",\"skipped\":["
			    "{\"driver\":\"kmod\",\"reason\":\"nothing \\\"built\\\"\","
			    "\"todo\":\"build it\"}]}\n");
}

static void test_the_metrics_are_returned(void **state)
{
	static const char request[] = "GET /metrics HTTP/1.0\r\n\r\n";
	static const char *const names[] = {
		"\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n",
		"\nsaker_driver_skipped_info{driver=\"kmod\",reason=\"nothing \\\"built\\\"\"} 1\n",
		"\nfalcosecurity_falco_start_timestamp_nanoseconds 1700000000000000000\n",
		"\nfalcosecurity_falco_memory_rss_bytes ",
		"\nsaker_rules 1\n",
		"\nsaker_rule_evaluations_total{rule_name=\"a \\\"quoted\\\" name\"} 0\n",
		"\nsaker_alerts_unbuilt_total 5\n", "\nsaker_calls_refused_total 3\n",
	};
	static char answer[65536];

	(void)state;
	talk(request, strlen(request), answer, sizeof(answer));
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strstr(answer, names[i]))
			fail_msg("not in the reply: %s", names[i]);
}

static void test_the_reply_to_a_reload_comes_when_it_is_done(void **state)
{
	static char body[65536];

	(void)state;
	write_rules("evt.type = getuid");
	assert_int_equal(request("POST", "/reload", body, sizeof(body)), 200);
	assert_non_null(strstr(body, "1 active (generation 2)"));
	assert_int_equal(request("GET", "/rules", body, sizeof(body)), 200);
	assert_non_null(strstr(body, "{\"generation\":2,"));
	write_rules("evt.tpye = getuid");
	assert_int_equal(request("POST", "/reload", body, sizeof(body)), 422);
	assert_non_null(strstr(body, ":5:14: error: "));
	assert_non_null(strstr(body, "the previous rules stay active"));
	assert_int_equal(request("GET", "/rules", body, sizeof(body)), 200);
	assert_non_null(strstr(body, "{\"generation\":2,"));
	assert_int_equal(request("GET", "/metrics", body, sizeof(body)), 200);
	assert_non_null(strstr(body, "\nsaker_reloads_total{result=\"taken\"} 1\n"
			       "saker_reloads_total{result=\"refused\"} 1\n"));
	write_rules("evt.type = getppid");
	assert_int_equal(request("POST", "/reload", body, sizeof(body)), 200);
}

static void test_a_wrong_request_gets_an_error(void **state)
{
	char body[4096];

	(void)state;
	assert_int_equal(request("GET", "/nothing", body, sizeof(body)), 404);
	assert_string_equal(body, "Not Found\n");
	assert_int_equal(request("POST", "/rules", body, sizeof(body)), 405);
	assert_int_equal(request("GET", "/reload", body, sizeof(body)), 405);
}

static void test_malicious_clients_do_not_disturb_the_loop(void **state)
{
	static const char long_body[] =
		"POST /reload HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
	static char answer[65536], flood[200000];
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fds[12];

	(void)state;
	memset(flood, 'x', sizeof(flood));
	talk("\0\xff garbage \r\n\r\n", 15, answer, sizeof(answer));
	assert_null(strstr(answer, " 200 "));
	talk(flood, sizeof(flood), answer, sizeof(answer));
	assert_null(strstr(answer, " 200 "));
	memcpy(flood, long_body, strlen(long_body));
	talk(flood, sizeof(flood), answer, sizeof(answer));
	assert_non_null(strstr(answer, " 413 "));
	strcpy(addr.sun_path, sock);
	for (size_t i = 0; i < 12; i++) {	/* each sends half a request and then nothing */
		fds[i] = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		assert_int_equal(connect(fds[i], (struct sockaddr *)&addr, sizeof(addr)), 0);
		assert_int_equal(send(fds[i], "GET /ru", 7, MSG_NOSIGNAL), 7);
	}
	assert_int_equal(request("GET", "/rules", answer, sizeof(answer)), 200);
	for (size_t i = 0; i < 12; i++)
		close(fds[i]);
	/* A client requests a reload and disconnects before the reply. */
	for (size_t i = 0; i < 20; i++) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

		assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
		send(fd, "POST /reload HTTP/1.0\r\n\r\n", 25, MSG_NOSIGNAL);
		close(fd);
	}
	assert_int_equal(request("POST", "/reload", answer, sizeof(answer)), 200);
}

/* -- slow clients and many clients -- */

static int connect_to_agent(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(addr.sun_path, sock);
	assert_int_equal(connect(fd, (struct sockaddr *)&addr, sizeof(addr)), 0);
	return fd;
}

static uint64_t now_ms(void)
{
	return clock_boottime_ns() / NS_PER_MS;
}

/* Return: the number of connections that the agent closed within @ms. */
static unsigned int closed_within(const int *fds, unsigned int n, int ms)
{
	uint64_t until = now_ms() + (uint64_t)ms;
	unsigned int closed;
	char c;

	do {
		closed = 0;
		for (unsigned int i = 0; i < n; i++)
			closed += recv(fds[i], &c, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
		poll(NULL, 0, 5);
	} while (closed < n && now_ms() < until);
	return closed;
}

static void close_all(const int *fds, unsigned int n)
{
	for (unsigned int i = 0; i < n; i++)
		close(fds[i]);
}

/* The bytes they send do not extend their time, and other clients get their replies at once. */
static void test_slow_clients_do_not_keep_others_from_an_answer(void **state)
{
	static char answer[65536];
	int fds[IN_TOTAL];
	unsigned int closed;
	uint64_t begin, most = 0;

	(void)state;
	for (unsigned int i = 0; i < IN_TOTAL; i++)
		fds[i] = connect_to_agent();
	begin = now_ms();
	for (unsigned int round = 0; now_ms() < begin + REQUEST_MS + 1000; round++) {
		uint64_t begun = now_ms();

		for (unsigned int i = 0; i < IN_TOTAL; i++)
			send(fds[i], &"GET /rules HTTP/1.0\r\n"[round % 21], 1, MSG_NOSIGNAL);
		assert_int_equal(request("GET", "/rules", answer, sizeof(answer)), 200);
		if (now_ms() - begun > most)
			most = now_ms() - begun;
		poll(NULL, 0, 100);
	}
	assert_true(most < 1000);
	closed = closed_within(fds, IN_TOTAL, 100);
	assert_int_equal(closed, IN_TOTAL);
	close_all(fds, IN_TOTAL);
}

/* All of one user; the other places remain free. */
static void test_a_user_over_the_limit_loses_the_oldest_connection(void **state)
{
	int fds[PER_USER + 1];

	(void)state;
	for (unsigned int i = 0; i < PER_USER; i++)
		fds[i] = connect_to_agent();
	assert_int_equal(closed_within(fds, PER_USER, 200), 0);
	fds[PER_USER] = connect_to_agent();
	assert_int_equal(closed_within(fds, 1, 1000), 1);
	assert_int_equal(closed_within(fds + 1, PER_USER, 100), 0);
	close_all(fds, PER_USER + 1);
}

/*
 * Runs as another user: opens @n connections, writes a byte to @ready, and opens one more for each
 * byte read from @more.
 */
static void connect_as_nobody(unsigned int n, int ready, int more)
{
	char c;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (setgroups(0, NULL) || setgid(65534) || setuid(65534))
		_exit(1);
	for (unsigned int i = 0; i < n; i++)
		connect_to_agent();
	if (write(ready, "", 1) != 1)
		_exit(1);
	while (read(more, &c, 1) == 1)
		connect_to_agent();
	_exit(0);
}

/* Over the limit in total, the user with the most connections loses the oldest one. */
static void test_all_users_together_have_a_limit(void **state)
{
	int fds[PER_USER], ready[2], more[2];
	pid_t pid;
	char c;

	(void)state;
	if (geteuid() != 0) {
		print_message("not root: the test cannot change to another user\n");
		skip();
	}
	assert_int_equal(chmod(sock, 0666), 0);
	assert_int_equal(chmod(dir, 0755), 0);
	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(more), 0);
	for (unsigned int i = 0; i < PER_USER; i++)
		fds[i] = connect_to_agent();
	pid = fork();
	if (!pid)
		connect_as_nobody(IN_TOTAL - PER_USER, ready[1], more[0]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	assert_int_equal(closed_within(fds, PER_USER, 200), 0);
	assert_int_equal(write(more[1], "", 1), 1);
	assert_int_equal(closed_within(fds, 1, 1000), 1);
	assert_int_equal(closed_within(fds + 1, PER_USER - 1, 100), 0);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close_all(fds, PER_USER);
	close_all(ready, 2);
	close_all(more, 2);
	assert_int_equal(chmod(sock, 0600), 0);
}

/* Also if no event wakes the agent. */
static void test_a_silent_client_is_closed_when_its_time_is_over(void **state)
{
	uint64_t begin = now_ms();
	int fd = connect_to_agent();

	(void)state;
	assert_int_equal(closed_within(&fd, 1, REQUEST_MS - 300), 0);
	assert_int_equal(closed_within(&fd, 1, REQUEST_MS + 2000), 1);
	assert_true(now_ms() - begin >= REQUEST_MS);
	close(fd);
}

/* The routes take no body. */
static void test_a_body_over_the_limit_is_refused(void **state)
{
	static const char one[] = "POST /reload HTTP/1.0\r\nContent-Length: 1\r\n\r\nx";
	static const char none[] = "POST /reload HTTP/1.0\r\nContent-Length: 0\r\n\r\n";
	static char answer[65536];

	(void)state;
	talk(one, strlen(one), answer, sizeof(answer));
	assert_non_null(strstr(answer, " 413 "));
	talk(none, strlen(none), answer, sizeof(answer));
	assert_non_null(strstr(answer, " 200 "));
}

/* Only root may use the socket; if its mode is changed, the agent checks the user id. */
static void test_other_users_are_refused(void **state)
{
	struct stat st;
	char body[4096];
	pid_t pid;
	int status;

	(void)state;
	assert_int_equal(stat(sock, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	if (geteuid() != 0) {
		print_message("not root: only the mode of the socket was tested\n");
		return;
	}
	assert_int_equal(chmod(sock, 0666), 0);
	assert_int_equal(chmod(dir, 0755), 0);
	pid = fork();
	if (!pid)
		_exit(setgroups(0, NULL) || setgid(65534) || setuid(65534) ? 99 :
		      request("POST", "/reload", body, sizeof(body)) == 403 ? 0 : 1);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(chmod(sock, 0600), 0);
}

static void test_a_second_agent_does_not_take_the_socket_of_the_first(void **state)
{
	const struct api_config config = { .socket = sock, .routes = routes, .nroutes = nroutes,
					   .epoll = -1 };
	struct api *api;
	char body[4096];

	(void)state;
	assert_int_equal(api_new(&api, &config, NULL), -EADDRINUSE);
	assert_int_equal(request("GET", "/rules", body, sizeof(body)), 200);
}

/* A socket left by a killed agent is replaced. */
static void test_a_socket_that_cannot_be_reached_is_named(void **state)
{
	struct client_reply reply;
	struct error err = { 0 };

	(void)state;
	assert_int_equal(client_request(&reply, "/dev/null/sock", "GET", "/status", &err), -ENOTDIR);
	assert_string_equal(err.text, "querying the agent at /dev/null/sock: Not a directory");
	err = (struct error){ 0 };
	assert_int_equal(client_request(&reply, "/tmp/saker-none", "GET", "/status", &err), -ENOENT);
	assert_non_null(strstr(err.text, "no agent answers on /tmp/saker-none"));
}

static void test_a_stale_socket_is_replaced(void **state)
{
	int status;

	kill(agent, SIGKILL);
	assert_int_equal(waitpid(agent, &status, 0), agent);
	assert_int_equal(access(sock, F_OK), 0);
	agent_start(state);
	test_rules_are_returned_with_their_counters(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules_are_returned_with_their_counters),
		cmocka_unit_test(test_the_driver_and_the_reason_are_returned),
		cmocka_unit_test(test_the_metrics_are_returned),
		cmocka_unit_test(test_the_reply_to_a_reload_comes_when_it_is_done),
		cmocka_unit_test(test_a_wrong_request_gets_an_error),
		cmocka_unit_test(test_malicious_clients_do_not_disturb_the_loop),
		cmocka_unit_test(test_slow_clients_do_not_keep_others_from_an_answer),
		cmocka_unit_test(test_a_user_over_the_limit_loses_the_oldest_connection),
		cmocka_unit_test(test_all_users_together_have_a_limit),
		cmocka_unit_test(test_a_silent_client_is_closed_when_its_time_is_over),
		cmocka_unit_test(test_a_body_over_the_limit_is_refused),
		cmocka_unit_test(test_other_users_are_refused),
		cmocka_unit_test(test_a_second_agent_does_not_take_the_socket_of_the_first),
		cmocka_unit_test(test_a_socket_that_cannot_be_reached_is_named),
		cmocka_unit_test(test_a_stale_socket_is_replaced),
	};
	int failed;

	if (!mkdtemp(dir))
		return 1;
	snprintf(sock, sizeof(sock), "%s/run", dir);
	mkdir(sock, 0755);
	snprintf(sock, sizeof(sock), "%s/run/api.sock", dir);
	snprintf(rules, sizeof(rules), "%s/rules.yaml", dir);
	failed = cmocka_run_group_tests(tests, agent_start, agent_stop);
	unlink(rules);
	sock[strlen(sock) - strlen("/api.sock")] = '\0';
	rmdir(sock);
	rmdir(dir);
	return failed;
}
