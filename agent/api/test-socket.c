/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that the socket of the local API replaces only a stale socket, and that the agent
 * removes only its own.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>
#include "api/routes.h"

static char dir[] = "/tmp/saker-test-socket-XXXXXX";

static void test_a_file_that_is_not_a_socket_is_not_changed(void **state)
{
	struct api_config config = { .routes = routes, .nroutes = nroutes, .epoll = epoll_create1(0) };
	char file[80], link_to[80], text[16];
	struct error err = { 0 };
	struct api *api;

	(void)state;
	snprintf(file, sizeof(file), "%s/file", dir);
	snprintf(link_to, sizeof(link_to), "%s/link", dir);
	close(open(file, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	assert_int_equal(symlink(file, link_to), 0);
	config.socket = file;
	assert_int_equal(api_new(&api, &config, &err), -ENOTSOCK);
	assert_non_null(strstr(err.text, file));
	assert_non_null(strstr(err.text, "not a socket"));
	config.socket = link_to;
	assert_int_equal(api_new(&api, &config, NULL), -ENOTSOCK);
	assert_true(readlink(link_to, text, sizeof(text)) > 0);
	config.socket = dir;
	assert_int_equal(api_new(&api, &config, NULL), -ENOTSOCK);
	assert_int_equal(unlink(link_to), 0);
	assert_int_equal(unlink(file), 0);
	close(config.epoll);
}

/* Another file replaced the socket: the agent does not remove it at the end. */
static void test_a_file_that_replaced_the_socket_is_not_removed(void **state)
{
	struct api_config config = { .routes = routes, .nroutes = nroutes, .epoll = epoll_create1(0) };
	char place[80];
	struct api *api;

	(void)state;
	snprintf(place, sizeof(place), "%s/place", dir);
	config.socket = place;
	assert_int_equal(api_new(&api, &config, NULL), 0);
	assert_int_equal(unlink(config.socket), 0);
	close(open(config.socket, O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
	api_free(api);
	assert_int_equal(unlink(config.socket), 0);
	close(config.epoll);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_file_that_is_not_a_socket_is_not_changed),
		cmocka_unit_test(test_a_file_that_replaced_the_socket_is_not_removed),
	};
	int failed;

	if (!mkdtemp(dir))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(dir);
	return failed;
}
