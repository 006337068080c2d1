/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests which role a socket has: the last one recorded, for the newest sockets,
 * whatever their inodes.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "enrich/sock.h"

#define MANY	200000u		/* several times what the table holds */
#define NEWEST	2000u

static int record(struct sock_table *table, uint32_t origin, uint64_t ino, uint32_t role)
{
	const struct ev_tuple tuple = { .ino = ino, .role = role };

	return sock_record(table, origin, &tuple);
}

static int start(void **state)
{
	static struct sock_table table;
	const uint64_t key[2] = { 1, 2 };

	sock_table_init(&table, key);
	*state = &table;
	return 0;
}

static int stop(void **state)
{
	sock_table_uninit(*state);
	return 0;
}

static void test_the_role_of_a_socket_is_that_of_its_last_record(void **state)
{
	struct sock_table *table = *state;

	assert_int_equal(sock_role(table, 0, 7), EV_ROLE_UNKNOWN);
	assert_int_equal(record(table, 0, 7, EV_ROLE_CLIENT), 0);
	assert_int_equal(sock_role(table, 0, 7), EV_ROLE_CLIENT);
	assert_int_equal(sock_role(table, 1, 7), EV_ROLE_UNKNOWN);
	assert_int_equal(sock_role(table, 0, 8), EV_ROLE_UNKNOWN);
	assert_int_equal(record(table, 1, 7, EV_ROLE_SERVER), 0);
	assert_int_equal(sock_role(table, 0, 7), EV_ROLE_CLIENT);
	assert_int_equal(record(table, 0, 7, EV_ROLE_SERVER), 0);
	assert_int_equal(sock_role(table, 0, 7), EV_ROLE_SERVER);
}

static void test_not_kept(void **state)
{
	struct sock_table *table = *state;

	assert_int_equal(record(table, 0, 0, EV_ROLE_CLIENT), 0);
	assert_int_equal(sock_role(table, 0, 0), EV_ROLE_UNKNOWN);
	assert_int_equal(record(table, 0, 7, EV_ROLE_CLIENT), 0);
	assert_int_equal(record(table, 0, 7, EV_ROLE_UNKNOWN), 0);
	assert_int_equal(sock_role(table, 0, 7), EV_ROLE_CLIENT);
}

static unsigned int known_of(const struct sock_table *table, uint64_t most)
{
	unsigned int known = 0;

	for (uint64_t ino = 1; ino <= most; ino++)
		known += sock_role(table, 0, ino) != EV_ROLE_UNKNOWN;
	return known;
}

static void test_newest(void **state)
{
	struct sock_table *table = *state;

	for (uint64_t ino = 1; ino <= MANY; ino++)
		assert_int_equal(record(table, 0, ino, ino % 2 ? EV_ROLE_CLIENT : EV_ROLE_SERVER), 0);
	for (uint64_t ino = MANY; ino > MANY - NEWEST; ino--)
		assert_int_equal(sock_role(table, 0, ino),
				 ino % 2 ? EV_ROLE_CLIENT : EV_ROLE_SERVER);
	assert_int_equal(known_of(table, MANY), SOCK_SETS * SOCK_WAYS);
}

/* One that is recorded again takes no second place. */
static void test_a_socket_has_one_place(void **state)
{
	struct sock_table *table = *state;
	const uint64_t most = SOCK_SETS;
	unsigned int known;

	for (uint64_t ino = 1; ino <= most; ino++)
		assert_int_equal(record(table, 0, ino, EV_ROLE_CLIENT), 0);
	known = known_of(table, most);
	for (uint64_t ino = 1; ino <= most; ino++)
		for (unsigned int i = 0; i < SOCK_WAYS && sock_role(table, 0, ino) != EV_ROLE_UNKNOWN; i++)
			assert_int_equal(record(table, 0, ino, EV_ROLE_SERVER), 0);
	assert_int_equal(known_of(table, most), known);
}

static void test_no_role_is_known_after_the_table_is_freed(void **state)
{
	struct sock_table *table = *state;

	assert_int_equal(record(table, 0, 7, EV_ROLE_CLIENT), 0);
	sock_table_uninit(table);
	assert_int_equal(sock_role(table, 0, 7), EV_ROLE_UNKNOWN);
	assert_int_equal(record(table, 0, 7, EV_ROLE_SERVER), 0);
	assert_int_equal(sock_role(table, 0, 7), EV_ROLE_SERVER);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_the_role_of_a_socket_is_that_of_its_last_record, start, stop),
		cmocka_unit_test_setup_teardown(test_not_kept, start, stop),
		cmocka_unit_test_setup_teardown(test_newest, start, stop),
		cmocka_unit_test_setup_teardown(test_a_socket_has_one_place, start, stop),
		cmocka_unit_test_setup_teardown(test_no_role_is_known_after_the_table_is_freed, start, stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
