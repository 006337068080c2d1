/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that a name is the same call under every ABI, and that call numbers cannot select a
 * wrong struct.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "decode/type.h"

static struct str type_name(unsigned int event, unsigned int flags, int nr)
{
	struct ev_header hdr = { .type = (__u16)event, .flags = flags, .nr = nr };

	return evt_type_name(evt_type_of(&hdr));
}

#define assert_str(s, want)	assert_true(str_eq((s), str_of(want)))

static void test_every_number_leads_back_to_its_name(void **state)
{
	(void)state;
	for (evt_type_t type = 0; type < EVT_SYS_COUNT; type++) {
		assert_int_equal(evt_type_find(evt_type_name(type)), type);
		for (unsigned int abi = 0; abi < EV_ABI_COUNT; abi++) {
			int nr = evt_type_nr(type, (enum ev_abi)abi);
			struct ev_header hdr = {
				.type = (__u16)evt_type_event(type),
				.flags = EV_F_SYSCALL | abi,
				.nr = nr,
			};

			if (nr >= 0)
				assert_int_equal(evt_type_of(&hdr), type);
		}
	}
}

static void test_one_call_has_one_name_under_every_abi(void **state)
{
	(void)state;
	assert_str(type_name(EV_execve, EV_F_SYSCALL | EV_ABI_64, 59), "execve");
	assert_str(type_name(EV_execve, EV_F_SYSCALL | EV_ABI_IA32, 11), "execve");
	assert_str(type_name(EV_execve, EV_F_SYSCALL | EV_ABI_X32, 520), "execve");
	assert_str(type_name(EV_open, EV_F_SYSCALL | EV_ABI_IA32, 295), "openat");
}

static void test_without_a_number_the_event_names_the_call(void **state)
{
	static const struct {
		enum ev_type event;
		const char *name;
	} row[] = {
		{ EV_execve, "execve" }, { EV_clone, "clone" }, { EV_open, "openat" },
		{ EV_connect, "connect" }, { EV_accept, "accept4" }, { EV_dup, "dup" },
		{ EV_ptrace, "ptrace" }, { EV_process_vm_writev, "process_vm_writev" },
		{ EV_memfd_create, "memfd_create" }, { EV_setid, "setresuid" },
		{ EV_init_module, "init_module" }, { EV_mount, "mount" },
		{ EV_procexit, "procexit" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++)
		assert_str(type_name(row[i].event, 0, 0), row[i].name);
	/* io_uring_enter opened it; socketcall connected it */
	assert_str(type_name(EV_open, EV_F_SYSCALL | EV_F_IO_URING, 426), "openat");
	assert_str(type_name(EV_connect, EV_F_SYSCALL | EV_ABI_IA32, 102), "connect");
}

static void test_an_invalid_number_has_no_wrong_name(void **state)
{
	static const int bad[] = { -1, 548, 547, 1 << 30, INT32_MIN, 337 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		assert_str(type_name(EV_syscall, EV_F_SYSCALL, bad[i]), "syscall");
	assert_str(type_name(EV_syscall, EV_F_SYSCALL | 3, 1), "syscall");
	assert_str(type_name(EV_syscall, EV_F_SYSCALL, 4), "stat");
	assert_str(type_name(250, 0, 0), "unknown");
	assert_str(type_name(0xffff, 0, 0), "unknown");
	assert_str(evt_type_name(EVT_TYPE_NONE), "unknown");
	assert_int_equal(evt_type_event(EVT_TYPE_NONE), EV_OTHER);
	assert_int_equal(evt_type_nr(EVT_TYPE_NONE, EV_ABI_64), -1);
	for (evt_type_t type = 0; type < EVT_SYS_COUNT; type++)
		assert_int_equal(evt_type_nr(type, EV_ABI_COUNT), -1);
	assert_str(evt_type_name(EVT_TYPE_COUNT), "unknown");
	assert_int_equal(evt_type_event(EVT_TYPE_COUNT), EV_OTHER);
	assert_int_equal(evt_type_nr(EVT_TYPE_COUNT, EV_ABI_64), -1);
	assert_int_equal(evt_type_find(STR("openatt")), EVT_TYPE_NONE);
	assert_int_equal(evt_type_find((struct str){ 0 }), EVT_TYPE_NONE);
}

/*
 * Whatever call number a record has, its type never selects the struct of another event; a generic
 * record, which has the struct of none, is the call.
 */
static void test_the_type_of_a_record_has_the_event_of_the_record(void **state)
{
	(void)state;
	for (unsigned int event = 0; event < EV_TYPE_MAX; event++) {
		for (unsigned int flags = 0; flags < 8; flags++) {
			for (int nr = -1; nr < 600; nr++) {
				struct ev_header hdr = { .type = (__u16)event, .flags = flags, .nr = nr };
				evt_type_t type = evt_type_of(&hdr);

				if (type != EVT_TYPE_NONE && event != EV_syscall)
					assert_int_equal(evt_type_event(type), event);
			}
		}
	}
	assert_str(type_name(EV_syscall, EV_F_SYSCALL, 319), "memfd_create");
	assert_str(type_name(EV_memfd_create, EV_F_SYSCALL, 319), "memfd_create");
	assert_str(type_name(EV_syscall, EV_F_SYSCALL, 72), "fcntl");
	assert_str(type_name(EV_open, EV_F_SYSCALL, 72), "openat");
}

static void test_a_name_shared_with_an_event_is_the_call(void **state)
{
	(void)state;
	assert_int_equal(evt_type_find(STR("execve")), EVT_SYS_execve);
	assert_int_equal(evt_type_find(STR("procexit")), EVT_SYS_COUNT + EV_procexit);
	assert_int_equal(evt_type_event(EVT_SYS_openat2), EV_open);
}

static void test_falco_has_other_names_for_some_calls(void **state)
{
	(void)state;
	assert_int_equal(evt_type_find(STR("pread")), EVT_SYS_pread64);
	assert_int_equal(evt_type_find(STR("pread64")), EVT_SYS_pread64);
	assert_int_equal(evt_type_find(STR("pwrite")), EVT_SYS_pwrite64);
	assert_int_equal(evt_type_find(STR("prlimit")), EVT_SYS_prlimit64);
	assert_int_equal(evt_type_find(STR("llseek")), EVT_SYS__llseek);
	assert_true(evt_type_renamed(EVT_SYS_pread64));
	assert_false(evt_type_renamed(EVT_SYS_preadv));
	assert_false(evt_type_renamed(EVT_TYPE_NONE));
}

static void test_fchmodat_and_fchmodat2_are_one_type_of_event(void **state)
{
	(void)state;
	assert_int_equal(evt_type_shown(EVT_SYS_fchmodat2), EVT_SYS_fchmodat);
	assert_int_equal(evt_type_shown(EVT_SYS_fchmod), EVT_SYS_fchmod);
	assert_true(evt_type_is_merged(EVT_SYS_fchmodat));
	assert_true(evt_type_is_merged(EVT_SYS_fchmodat2));
	assert_false(evt_type_is_merged(EVT_SYS_fchmod));
	assert_false(evt_type_is_merged(EVT_TYPE_NONE));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_number_leads_back_to_its_name),
		cmocka_unit_test(test_one_call_has_one_name_under_every_abi),
		cmocka_unit_test(test_without_a_number_the_event_names_the_call),
		cmocka_unit_test(test_an_invalid_number_has_no_wrong_name),
		cmocka_unit_test(test_the_type_of_a_record_has_the_event_of_the_record),
		cmocka_unit_test(test_a_name_shared_with_an_event_is_the_call),
		cmocka_unit_test(test_falco_has_other_names_for_some_calls),
		cmocka_unit_test(test_fchmodat_and_fchmodat2_are_one_type_of_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
