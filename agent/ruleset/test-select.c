/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that the selection has the calls that rules match under every ABI, the events that
 * the tables need, and no others.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "ruleset/select.h"

#define ALL	(SAKER_ACT_EMIT | SAKER_ACT_EMIT_FAILED)

static void want(uint64_t types[TYPE_WORDS], evt_type_t type)
{
	types[type / 64] |= 1ull << (type % 64);
}

static void test_a_call_is_selected_under_every_abi_and_no_other_call_is(void **state)
{
	uint64_t types[TYPE_WORDS] = { 0 };
	struct saker_selection sel;

	(void)state;
	want(types, EVT_SYS_openat);
	select_make(&sel, types, 0);
	assert_int_equal(sel.action[EV_ABI_64][257], ALL);
	assert_int_equal(sel.action[EV_ABI_IA32][295], ALL);
	assert_int_equal(sel.action[EV_ABI_X32][257], ALL);
	assert_int_equal(sel.action[EV_ABI_64][2], 0);
	assert_int_equal(sel.action[EV_ABI_64][437], 0);
	assert_int_equal(sel.action[EV_ABI_IA32][102], 0);
	assert_int_equal(sel.action[EV_ABI_64][SAKER_NR_BAD], 0);
	assert_int_equal(sel.env_max, 0);
	assert_int_equal(sel.event[EV_module_load], 0);
}

static void test_events_of_the_process_table_are_always_selected(void **state)
{
	uint64_t types[TYPE_WORDS] = { 0 };
	struct saker_selection sel;

	(void)state;
	select_make(&sel, types, 0);
	assert_int_equal(sel.event[EV_execve], 1);
	assert_int_equal(sel.event[EV_clone], 1);
	assert_int_equal(sel.event[EV_procexit], 1);
	assert_int_equal(sel.event[EV_cgroup_mkdir], 1);
	assert_int_equal(sel.event[EV_cgroup_attach], 1);
	assert_int_equal(sel.action[EV_ABI_64][105], SAKER_ACT_EMIT);	/* setuid, if it succeeds */
	assert_int_equal(sel.action[EV_ABI_IA32][213], SAKER_ACT_EMIT);	/* setuid32 */
	assert_int_equal(sel.action[EV_ABI_64][80], SAKER_ACT_EMIT);	/* chdir */
	assert_int_equal(sel.action[EV_ABI_64][81], SAKER_ACT_EMIT);	/* fchdir */
	assert_int_equal(sel.action[EV_ABI_64][59], 0);			/* failed execve calls */
	assert_int_equal(sel.action[EV_ABI_64][257], 0);
}

static void test_connect_selects_socketcall_of_32_bit_programs(void **state)
{
	uint64_t types[TYPE_WORDS] = { 0 };
	struct saker_selection sel;

	(void)state;
	want(types, EVT_SYS_connect);
	select_make(&sel, types, FIELD_NEEDS_ENV);
	assert_int_equal(sel.flags, 0);
	assert_int_equal(sel.action[EV_ABI_IA32][102], ALL);
	assert_int_equal(sel.action[EV_ABI_IA32][362], ALL);
	assert_int_equal(sel.env_max, 32768);
}

static void test_paths_and_names_are_recorded_while_a_field_reads_them(void **state)
{
	uint64_t types[TYPE_WORDS] = { 0 };
	struct saker_selection sel;

	(void)state;
	select_make(&sel, types, FIELD_NEEDS_STD_PATHS);
	assert_int_equal(sel.flags, SAKER_SEL_STD_PATHS);
	assert_int_equal(sel.env_max, 0);
	assert_int_equal(sel.event[EV_setname], 0);
	select_make(&sel, types, FIELD_NEEDS_COMM);
	assert_int_equal(sel.flags, 0);
	assert_int_equal(sel.event[EV_setname], 1);
}

static void test_data_are_kept_while_a_field_reads_them_as_many_bytes_as_snaplen_says(void **state)
{
	uint64_t types[TYPE_WORDS] = { 0 };
	struct saker_selection sel;

	(void)state;
	select_make(&sel, types, FIELD_NEEDS_ENV);
	select_snaplen(&sel, 4080);
	assert_int_equal(sel.data_max, 0);
	select_make(&sel, types, FIELD_NEEDS_PAYLOAD);
	assert_int_equal(sel.data_max, 80);
	select_snaplen(&sel, 4080);
	assert_int_equal(sel.data_max, 4080);
}

static void test_messages_of_port_53_are_recorded_on_request(void **state)
{
	uint64_t types[TYPE_WORDS] = { 0 };
	struct saker_selection sel;

	(void)state;
	want(types, EVT_SYS_sendto);
	select_make(&sel, types, 0);
	select_dns(&sel);
	assert_int_equal(sel.flags, SAKER_SEL_DNS);
	assert_int_equal(sel.data_max, 0);
	assert_int_equal(sel.action[EV_ABI_64][44], ALL);			/* sendto, as before */
	assert_int_equal(sel.action[EV_ABI_64][45], SAKER_ACT_EMIT_DNS);	/* recvfrom */
	assert_int_equal(sel.action[EV_ABI_64][0], SAKER_ACT_EMIT_DNS);		/* read */
	assert_int_equal(sel.action[EV_ABI_64][20], SAKER_ACT_EMIT_DNS);	/* writev */
	assert_int_equal(sel.action[EV_ABI_64][307], SAKER_ACT_EMIT_DNS);	/* sendmmsg */
	assert_int_equal(sel.action[EV_ABI_64][41], 0);				/* socket */
	assert_int_equal(sel.action[EV_ABI_IA32][102], ALL);			/* socketcall, for sendto */
	assert_int_equal(sel.action[EV_ABI_IA32][4], SAKER_ACT_EMIT_DNS);	/* write */
	assert_int_equal(sel.action[EV_ABI_X32][517], SAKER_ACT_EMIT_DNS);	/* recvfrom */
}

static void test_events_that_are_not_calls_and_invalid_numbers(void **state)
{
	uint64_t types[TYPE_WORDS] = { 0 };
	struct saker_selection sel;

	(void)state;
	want(types, EVT_SYS_COUNT + EV_module_load);
	want(types, EVT_SYS_COUNT + EV_syscall);
	select_make(&sel, types, 0);
	assert_int_equal(sel.event[EV_module_load], 1);
	assert_int_equal(sel.action[EV_ABI_64][SAKER_NR_BAD], ALL);
	assert_int_equal(sel.action[EV_ABI_X32][SAKER_NR_BAD], ALL);
}

static void test_without_types_every_call_with_its_own_event_is_selected(void **state)
{
	struct saker_selection sel;

	(void)state;
	select_make(&sel, NULL, 0);
	assert_int_equal(sel.action[EV_ABI_64][257], ALL);
	assert_int_equal(sel.action[EV_ABI_64][59], ALL);
	assert_int_equal(sel.action[EV_ABI_64][39], 0);		/* getpid */
	assert_int_equal(sel.event[EV_module_load], 1);
	assert_int_equal(sel.event[EV_gap], 0);
}

static void test_calls_that_programs_make_all_the_time_are_selected_by_rules_only(void **state)
{
	uint64_t types[TYPE_WORDS] = { 0 };
	struct saker_selection sel;

	(void)state;
	select_make(&sel, NULL, 0);
	assert_int_equal(sel.action[EV_ABI_64][10], 0);		/* mprotect */
	assert_int_equal(sel.action[EV_ABI_64][329], 0);	/* pkey_mprotect */
	assert_int_equal(sel.action[EV_ABI_64][22], 0);		/* pipe */
	assert_int_equal(sel.action[EV_ABI_64][44], 0);		/* sendto */
	assert_int_equal(sel.action[EV_ABI_64][16], 0);		/* ioctl */
	assert_int_equal(sel.event[EV_mprotect], 0);
	assert_int_equal(sel.action[EV_ABI_64][62], ALL);	/* kill */
	want(types, EVT_SYS_mprotect);
	select_make(&sel, types, 0);
	assert_int_equal(sel.action[EV_ABI_64][10], ALL);
	assert_int_equal(sel.action[EV_ABI_IA32][125], ALL);
	assert_int_equal(sel.action[EV_ABI_64][329], 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_call_is_selected_under_every_abi_and_no_other_call_is),
		cmocka_unit_test(test_events_of_the_process_table_are_always_selected),
		cmocka_unit_test(test_connect_selects_socketcall_of_32_bit_programs),
		cmocka_unit_test(test_paths_and_names_are_recorded_while_a_field_reads_them),
		cmocka_unit_test(test_data_are_kept_while_a_field_reads_them_as_many_bytes_as_snaplen_says),
		cmocka_unit_test(test_messages_of_port_53_are_recorded_on_request),
		cmocka_unit_test(test_events_that_are_not_calls_and_invalid_numbers),
		cmocka_unit_test(test_calls_that_programs_make_all_the_time_are_selected_by_rules_only),
		cmocka_unit_test(test_without_types_every_call_with_its_own_event_is_selected),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
