/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that the service manager receives the state, and that nothing happens without one. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include "lib/notify.h"

static void listen_and_compare(struct sockaddr_un *addr, socklen_t len, const char *name)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	char buf[64];
	ssize_t n;

	assert_int_equal(bind(fd, (struct sockaddr *)addr, len), 0);
	setenv("NOTIFY_SOCKET", name, 1);
	assert_int_equal(notify_send("READY=1"), 0);
	n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
	assert_int_equal(n, 7);
	assert_memory_equal(buf, "READY=1", 7);
	close(fd);
}

static void test_a_socket_in_the_file_system_hears_the_state(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };

	(void)state;
	snprintf(addr.sun_path, sizeof(addr.sun_path), "/tmp/test-notify.%d", (int)getpid());
	listen_and_compare(&addr, sizeof(addr), addr.sun_path);
	unlink(addr.sun_path);
}

static void test_an_abstract_socket_hears_the_state(void **state)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	char name[64];
	int n = snprintf(name, sizeof(name), "@test-notify.%d", (int)getpid());

	(void)state;
	memcpy(addr.sun_path + 1, name + 1, (size_t)n - 1);
	listen_and_compare(&addr, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + (size_t)n), name);
}

static void test_without_a_service_manager_no_message_is_sent(void **state)
{
	(void)state;
	unsetenv("NOTIFY_SOCKET");
	assert_int_equal(notify_send("READY=1"), NOTIFY_NOBODY);
}

static void test_a_name_that_is_no_socket_address_is_refused(void **state)
{
	char name[200];

	(void)state;
	setenv("NOTIFY_SOCKET", "relative", 1);
	assert_int_equal(notify_send("READY=1"), -EINVAL);
	memset(name, 'a', sizeof(name) - 1);
	name[0] = '/';
	name[sizeof(name) - 1] = '\0';
	setenv("NOTIFY_SOCKET", name, 1);
	assert_int_equal(notify_send("READY=1"), -EINVAL);
}

static void test_without_a_free_descriptor_the_state_is_not_sent(void **state)
{
	struct rlimit limit, none;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	none = (struct rlimit){ 0, limit.rlim_max };
	setenv("NOTIFY_SOCKET", "/run/none", 1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	assert_int_equal(notify_send("READY=1"), -EMFILE);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
	assert_int_equal(notify_send("READY=1"), -ENOENT);
}

static void test_the_watchdog_is_for_the_process_it_names(void **state)
{
	char pid[32];

	(void)state;
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
	assert_int_equal(notify_watchdog_ns(), 0);
	setenv("WATCHDOG_USEC", "60000000", 1);
	assert_int_equal(notify_watchdog_ns(), 30000000000);
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("WATCHDOG_PID", pid, 1);
	assert_int_equal(notify_watchdog_ns(), 30000000000);
	setenv("WATCHDOG_PID", "1", 1);
	assert_int_equal(notify_watchdog_ns(), 0);
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
}

static void test_a_watchdog_time_is_a_decimal_number(void **state)
{
	static const struct { const char *usec; uint64_t ns; } row[] = {
		{ "0", 0 }, { "1", 500 }, { "9000000", 4500000000 }, { "08", 4000 }, { "soon", 0 }, { "", 0 },
		{ " 1", 0 }, { "-1", 0 }, { "+1", 0 }, { "1s", 0 }, { "/1", 0 }, { ":1", 0 },
		{ "18446744073709551615", 0 },
		/* The largest of which the nanoseconds fit into 64 bits, and one more. */
		{ "18446744073709550", 9223372036854775000 }, { "18446744073709551", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		setenv("WATCHDOG_USEC", row[i].usec, 1);
		assert_true(notify_watchdog_ns() == row[i].ns);
	}
	unsetenv("WATCHDOG_USEC");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_socket_in_the_file_system_hears_the_state),
		cmocka_unit_test(test_an_abstract_socket_hears_the_state),
		cmocka_unit_test(test_without_a_service_manager_no_message_is_sent),
		cmocka_unit_test(test_a_name_that_is_no_socket_address_is_refused),
		cmocka_unit_test(test_without_a_free_descriptor_the_state_is_not_sent),
		cmocka_unit_test(test_the_watchdog_is_for_the_process_it_names),
		cmocka_unit_test(test_a_watchdog_time_is_a_decimal_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
