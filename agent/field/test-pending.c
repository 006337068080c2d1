/* SPDX-License-Identifier: Apache-2.0 */
/* Tests that the result of an event that was recorded before there was one is not known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>
#include "decode/event.h"
#include "field/field.h"
#include "lib/arena.h"

static const struct field_def *field_of(const char *name)
{
	for (unsigned int i = 0; i < field_count; i++)
		if (!strcmp(field_table[i].name, name))
			return &field_table[i];
	fail();
	return NULL;
}

static int extract(const char *name, const char *key, const struct event *ev)
{
	struct field_arg arg = { .present = key, .key = str_of(key ? key : "") };
	const struct field_def *def = field_of(name);
	struct value v;

	if (key)
		assert_int_equal(def->resolve(&arg), 0);
	return def->extract(&v, ev, &arg);
}

static void test_a_result_is_pending_until_a_record_has_it(void **state)
{
	static const struct { const char *name, *key; } fields[] = {
		{ "evt.res", NULL }, { "evt.rawres", NULL }, { "evt.failed", NULL }, { "evt.arg", "res" },
		{ "evt.rawarg", "res" },
	};
	struct ev_reboot record = {
		.hdr = { .len = sizeof(record), .fixed_len = sizeof(record), .type = EV_reboot,
			 .flags = EV_F_SYSCALL | EV_F_ENTRY, .nr = 169 },
	};
	struct event ev = { .hdr = &record.hdr, .body = &record, .type = EVT_SYS_reboot };

	(void)state;
	ev.arena = arena_new(4096, 4096);
	assert_non_null(ev.arena);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		assert_int_equal(extract(fields[i].name, fields[i].key, &ev), 0);
	ev_prov_set(&record.hdr, EV_FIELD(reboot, res), EV_PROV_PENDING);
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		assert_int_equal(extract(fields[i].name, fields[i].key, &ev), FIELD_PENDING);
	assert_int_equal(extract("evt.arg", "cmd", &ev), 0);
	arena_free(ev.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_result_is_pending_until_a_record_has_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
