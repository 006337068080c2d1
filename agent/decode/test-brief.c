/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that every row of brief.def names fields of its event and that the printed text is
 * short.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include "decode/brief.h"
#include "decode/schema.h"

static void check_row(const struct schema_event *e, const char *fields)
{
	while (*fields) {
		size_t n = strcspn(fields, " |");
		struct str name = { fields, n };

		if (*name.p == '=' || *name.p == '!')
			name = (struct str){ name.p + 1, name.n - 1 };
		if (!schema_field(e, name))
			fail_msg("%s has no field " STR_FMT, e->name, STR_ARG(name));
		fields += n + (fields[n] != '\0');
	}
}

static void test_every_row_names_fields_of_its_event(void **state)
{
	(void)state;
	for (unsigned int type = 0; type < EV_TYPE_MAX; type++)
		if (brief_fields(type))
			check_row(schema_event(type), brief_fields(type));
	assert_null(brief_fields(EV_TYPE_MAX));
}

static const char *brief(const void *rec, size_t size)
{
	static char text[512];
	struct buf b = { .p = text, .size = sizeof(text) - 1 };
	union event_scratch scratch;
	struct event ev;

	assert_int_equal(event_decode(&ev, &scratch, rec, size), 0);
	brief_put(&b, &ev);
	text[b.n] = '\0';
	return text;
}

struct open_rec {
	struct ev_open e;
	char text[16];
};

static struct open_rec open_rec(int64_t res, bool resolved)
{
	struct open_rec rec = {
		.e = {
			.hdr = {
				.len = sizeof(rec), .fixed_len = sizeof(rec.e), .type = EV_open,
				.flags = EV_F_SYSCALL, .nr = 257,
			},
			.res = res, .flags = O_CLOEXEC,
			.name = { sizeof(rec.e), 6, 6, 6 },
		},
		.text = "../a\tb/etc/ab",
	};

	if (resolved)
		rec.e.path = (struct ev_part){ sizeof(rec.e) + 6, 7, 7, 7 };
	ev_prov_set(&rec.e.hdr, EV_FIELD(open, name), EV_PROV_USER);
	return rec;
}

static void test_an_open_shows_path_flags_and_result(void **state)
{
	struct open_rec done = open_rec(3, true), failed = open_rec(-ENOENT, false);

	(void)state;
	assert_string_equal(brief(&done, sizeof(done)), " /etc/ab O_RDONLY|O_CLOEXEC = 3");
	assert_string_equal(brief(&failed, sizeof(failed)),
			    " ../a\\x09b O_RDONLY|O_CLOEXEC = ENOENT");
}

static void test_an_exec_shows_its_arguments_and_no_capabilities(void **state)
{
	struct {
		struct ev_execve e;
		char text[16];
	} rec = {
		.e = {
			.hdr = {
				.len = sizeof(rec), .fixed_len = sizeof(rec.e), .type = EV_execve,
				.flags = EV_F_SYSCALL, .nr = 59,
			},
			.cap_permitted = ~0ull, .cap_effective = ~0ull,
			.argv = { sizeof(rec.e), 6, 6, 6 },
		},
		.text = "ls\0-l",
	};

	(void)state;
	assert_string_equal(brief(&rec, sizeof(rec)), " ls -l");
}

static void test_an_exit_shows_its_status_or_signal(void **state)
{
	struct ev_procexit rec = {
		.hdr = {
			.len = sizeof(rec), .fixed_len = sizeof(rec), .type = EV_procexit,
			.nr = -1,
		},
		.status = 256, .group_dead = 1,
	};

	(void)state;
	assert_string_equal(brief(&rec, sizeof(rec)), " status 1");
	rec.sig = 9;
	rec.group_dead = 0;
	assert_string_equal(brief(&rec, sizeof(rec)), " killed by SIGKILL, a thread");
}

static void test_an_event_without_a_row_shows_all_its_fields(void **state)
{
	struct ev_syscall rec = {
		.hdr = {
			.len = sizeof(rec), .fixed_len = sizeof(rec), .type = EV_syscall,
			.flags = EV_F_SYSCALL, .nr = 39,
		},
		.res = 7,
	};

	(void)state;
	assert_string_equal(brief(&rec, sizeof(rec)),
			    " res=7 a0=0x0 a1=0x0 a2=0x0 a3=0x0 a4=0x0 a5=0x0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_row_names_fields_of_its_event),
		cmocka_unit_test(test_an_open_shows_path_flags_and_result),
		cmocka_unit_test(test_an_exec_shows_its_arguments_and_no_capabilities),
		cmocka_unit_test(test_an_exit_shows_its_status_or_signal),
		cmocka_unit_test(test_an_event_without_a_row_shows_all_its_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
