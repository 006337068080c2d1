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
#include <sys/fsuid.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include "api/routes.h"
#include "api/socket.h"

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

static void test_the_socket_of_another_agent_is_left(void **state)
{
	char path[64], want[128];
	struct error err = { 0 };
	struct api_socket sock, other;
	struct stat st;
	int fd;

	(void)state;
	snprintf(path, sizeof(path), "%s/sock", dir);
	snprintf(want, sizeof(want), "%s: another agent answers there", path);
	fd = api_socket_listen(&sock, path, &err);
	assert_true(fd >= 0);
	assert_int_equal(err.code, 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_int_equal(api_socket_listen(&other, path, &err), -EADDRINUSE);
	assert_string_equal(err.text, want);
	assert_int_equal(access(path, F_OK), 0);
	close(fd);
	err = (struct error){ 0 };
	fd = api_socket_listen(&other, path, &err);	/* the first one ended without removing it */
	assert_true(fd >= 0);
	assert_int_equal(err.code, 0);
	close(fd);
	api_socket_remove(&other);
	assert_int_equal(access(path, F_OK), -1);
}

static void test_a_directory_that_does_not_exist_is_named_and_not_made(void **state)
{
	char none[64], file[80], want[128];
	struct error err = { 0 };
	struct api_socket sock;

	(void)state;
	snprintf(none, sizeof(none), "%s/none", dir);
	snprintf(file, sizeof(file), "%s/sock", none);
	snprintf(want, sizeof(want), "opening the directory %s: No such file or directory", none);
	assert_int_equal(api_socket_listen(&sock, file, &err), -ENOENT);
	assert_string_equal(err.text, want);
	assert_int_equal(access(none, F_OK), -1);
}

/* Return: what listening on @path gives while no descriptor is free; its error in @err. */
static int listen_without_descriptor(const char *path, struct error *err)
{
	struct rlimit limit, none;
	struct api_socket sock;
	int r;

	*err = (struct error){ 0 };
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = (struct rlimit){ 0, limit.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	r = api_socket_listen(&sock, path, err);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	return r;
}

static void test_without_a_free_descriptor_the_reason_is_given(void **state)
{
	struct api_socket sock;
	struct error err;
	char path[64];

	(void)state;
	snprintf(path, sizeof(path), "%s/sock", dir);
	assert_int_equal(listen_without_descriptor(path, &err), -EMFILE);
	assert_non_null(strstr(err.text, "listening on /tmp/"));
	close(api_socket_listen(&sock, path, &err));		/* leaves a stale socket */
	assert_int_equal(listen_without_descriptor(path, &err), -EMFILE);
	assert_string_equal(err.text, "opening a socket: Too many open files");
	api_socket_remove(&sock);
}

static void test_a_socket_that_cannot_be_removed_or_examined_is_named(void **state)
{
	char path[64], want[128];
	struct error err = { 0 };
	struct api_socket sock;

	(void)state;
	snprintf(path, sizeof(path), "%s/sock", dir);
	snprintf(want, sizeof(want), "removing the stale socket %s: Permission denied", path);
	close(api_socket_listen(&sock, path, &err));
	assert_int_equal(chmod(path, 0777), 0);
	assert_int_equal(chmod(dir, 0555), 0);
	setfsuid(65534);			/* so that root cannot remove it either */
	assert_int_equal(api_socket_listen(&sock, path, &err), -EACCES);
	setfsuid(geteuid());
	assert_string_equal(err.text, want);
	snprintf(want, sizeof(want), "examining %s: Permission denied", path);
	err = (struct error){ 0 };
	assert_int_equal(chmod(dir, 0), 0);
	setfsuid(65534);
	assert_int_equal(api_socket_listen(&sock, path, &err), -EACCES);
	setfsuid(geteuid());
	assert_string_equal(err.text, want);
	assert_int_equal(chmod(dir, 0700), 0);
	assert_int_equal(unlink(path), 0);
}

static void test_a_path_needs_no_directory(void **state)
{
	struct error err = { 0 };
	struct api_socket sock;
	int fd, before = open(".", O_PATH | O_DIRECTORY | O_CLOEXEC);

	(void)state;
	assert_int_equal(chdir(dir), 0);
	fd = api_socket_listen(&sock, "sock", &err);
	assert_true(fd >= 0);
	close(fd);
	api_socket_remove(&sock);
	assert_int_equal(access("sock", F_OK), -1);
	assert_int_equal(fchdir(before), 0);
	close(before);
}

/* With its NUL it fits into the address exactly. */
static void test_a_path_has_107_bytes(void **state)
{
	struct error err = { 0 };
	struct api_socket sock;
	char path[109];
	int fd;

	(void)state;
	memset(path, 'a', sizeof(path));
	memcpy(path, dir, strlen(dir));
	path[strlen(dir)] = '/';
	path[107] = '\0';
	fd = api_socket_listen(&sock, path, &err);
	assert_true(fd >= 0);
	close(fd);
	api_socket_remove(&sock);
	assert_int_equal(access(path, F_OK), -1);
	path[107] = 'a';
	path[108] = '\0';
	assert_int_equal(api_socket_listen(&sock, path, &err), -ENAMETOOLONG);
	assert_non_null(strstr(err.text, "listening on /tmp/"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_file_that_is_not_a_socket_is_not_changed),
		cmocka_unit_test(test_a_file_that_replaced_the_socket_is_not_removed),
		cmocka_unit_test(test_the_socket_of_another_agent_is_left),
		cmocka_unit_test(test_a_directory_that_does_not_exist_is_named_and_not_made),
		cmocka_unit_test(test_without_a_free_descriptor_the_reason_is_given),
		cmocka_unit_test(test_a_socket_that_cannot_be_removed_or_examined_is_named),
		cmocka_unit_test(test_a_path_needs_no_directory),
		cmocka_unit_test(test_a_path_has_107_bytes),
	};
	int failed;

	if (!mkdtemp(dir))
		return 1;
	failed = cmocka_run_group_tests(tests, NULL, NULL);
	rmdir(dir);
	return failed;
}
