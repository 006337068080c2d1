/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests which event types fill a field: compares the table with the extractors on many
 * records of every type. A type that the table excludes must never have a value, one that it
 * includes must have one sometimes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include "decode/type.h"
#include "enrich/cgroup.h"
#include "field/field.h"
#include "field/test-made.h"

#define RECORDS	300		/* records per type */

static const char *const names[] = {
#define ARG_NAME(name, type, values)	name,
#include "field/argnames.def"
};

/* The field is missing, or a boolean that is false. */
static bool is_unfilled(const struct field_def *def, const struct event *ev,
			 const struct field_arg *arg)
{
	struct value v = { 0 };
	int r = def->extract(&v, ev, arg);

	assert_true(r >= 0);
	return r || (def->type == VALUE_BOOL && !v.u);
}

/* If the field's values are listed, its value is one of them. */
static void check_listed(const struct field_def *def, const struct event *ev)
{
	const char *const *values = field_values(def);
	struct value v = { 0 };

	if (!values || def->extract(&v, ev, NULL) || !v.s.n)
		return;
	while (*values && !str_eq(v.s, str_of(*values)))
		values++;
	if (!*values)
		fail_msg("%s: " STR_FMT " is not listed", def->name, STR_ARG(v.s));
}

/* Does the value depend only on the record, not on the process or on arguments? */
static bool is_own(const struct field_def *def)
{
	return FIELD_ON(def->flags) != ON_ALL && FIELD_ON(def->flags) != ON_ARGS;
}

static struct cgroup host;		/* not in a container */

static void make_type(struct made *m, evt_type_t type)
{
	make(m, schema_event(evt_type_event(type)));
	m->ev.type = type;
	m->ev.cgroup = &host;
	m->hdr.nr = 0;
}

static void test_a_field_is_filled_where_the_table_says_so(void **state)
{
	struct made *m = calloc(1, sizeof(*m));
	unsigned char *seen = calloc(field_count, ON_ARGS + 1);
	unsigned int denied = 0;

	(void)state;
	assert_non_null(m);
	assert_non_null(seen);
	m->ev.arena = arena_new(0, 0);
	for (evt_type_t type = 0; type < EVT_TYPE_COUNT; type++) {
		const struct schema_event *e = schema_event(evt_type_event(type));

		if (!e || e->type < EV_execve || e->type == EV_task)
			continue;
		for (unsigned int n = 0; n < (e->type == EV_syscall ? 3 : RECORDS); n++) {
			make_type(m, type);
			for (unsigned int i = 0; i < field_count; i++) {
				const struct field_def *def = &field_table[i];
				bool nothing;

				if (def->extract)
					check_listed(def, &m->ev);
				if (!def->extract || !is_own(def))
					continue;
				nothing = is_unfilled(def, &m->ev, NULL);
				seen[i] |= !nothing;
				if (field_filled(def, NULL, type))
					continue;
				denied++;
				if (!nothing)
					fail_msg("%s: filled by " STR_FMT, def->name,
						 STR_ARG(evt_type_name(type)));
			}
			arena_reset(m->ev.arena);
		}
	}
	assert_true(denied > 10000);
	for (unsigned int i = 0; i < field_count; i++) {
		const struct field_def *def = &field_table[i];

		if (def->extract && is_own(def) && !seen[i])
			fail_msg("%s: filled by no record", def->name);
	}
	arena_free(m->ev.arena);
	free(seen);
	free(m);
}

static void test_an_argument_is_there_where_args_def_lists_it(void **state)
{
	const struct field_def *def = field_find(STR("evt.arg"));
	struct made *m = calloc(1, sizeof(*m));
	unsigned int listed = 0;

	(void)state;
	assert_non_null(m);
	m->ev.arena = arena_new(0, 0);
	for (evt_type_t type = 0; type < EVT_TYPE_COUNT; type++) {
		if (!schema_event(evt_type_event(type)) || evt_type_event(type) < EV_execve)
			continue;
		make_type(m, type);
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			struct field_arg arg = { .present = true, .key = str_of(names[i]) };

			assert_int_equal(def->resolve(&arg), 0);
			if (field_filled(def, &arg, type))
				listed++;
			else
				assert_true(is_unfilled(def, &m->ev, &arg));
		}
		arena_reset(m->ev.arena);
	}
	assert_true(listed > 150);
	arena_free(m->ev.arena);
	free(m);
}

/* A number under the name of an argument that is text for this event is never a value. */
static void test_a_raw_argument_has_the_type_of_its_name(void **state)
{
	const struct field_def *def = field_find(STR("evt.rawarg"));
	struct made *m = calloc(1, sizeof(*m));
	unsigned int listed = 0, denied = 0;

	(void)state;
	assert_non_null(m);
	m->ev.arena = arena_new(0, 0);
	for (evt_type_t type = 0; type < EVT_TYPE_COUNT; type++) {
		if (!schema_event(evt_type_event(type)) || evt_type_event(type) < EV_execve)
			continue;
		make_type(m, type);
		for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
			struct field_arg arg = { .present = true, .key = str_of(names[i]) };

			assert_int_equal(def->resolve(&arg), 0);
			listed += field_filled(def, &arg, type);
			if (field_filled(def, &arg, type) || is_unfilled(def, &m->ev, &arg))
				continue;
			denied++;
			print_error("%s of " STR_FMT "\n", names[i], STR_ARG(evt_type_name(type)));
		}
		arena_reset(m->ev.arena);
	}
	assert_int_equal(denied, 0);
	assert_true(listed > 100);
	arena_free(m->ev.arena);
	free(m);
}

static bool filled(const char *name, const char *arg_name, evt_type_t type)
{
	const struct field_def *def = field_find(str_of(name));
	struct field_arg arg = { .present = arg_name, .key = str_of(arg_name ? arg_name : "") };

	assert_non_null(def);
	if (arg.present)
		assert_int_equal(def->resolve(&arg), 0);
	return field_filled(def, &arg, type);
}

static void test_fields_of_calls_that_are_only_counted(void **state)
{
	(void)state;
	assert_false(filled("fs.path.name", NULL, EVT_SYS_stat));
	assert_false(filled("evt.arg", "advice", EVT_SYS_madvise));
	assert_true(filled("evt.arg", "mode", EVT_SYS_access));
	assert_true(filled("evt.arg", "euid", EVT_SYS_geteuid));
	assert_false(filled("evt.arg", "uid", EVT_SYS_geteuid));
	assert_false(filled("fd.sport", NULL, EVT_SYS_getsockname));
	assert_true(filled("proc.is_exe_upper_layer", NULL, EVT_SYS_execve));
	assert_false(filled("container.image", NULL, EVT_SYS_execve));
	assert_true(filled("fs.path.name", NULL, EVT_SYS_openat));
	assert_true(filled("evt.arg", "mode", EVT_SYS_openat));
	assert_false(filled("evt.arg", "fdlimit", EVT_SYS_execve));
	assert_false(filled("evt.rawarg", "type", EVT_SYS_mount));
	assert_false(filled("evt.rawarg", "addr", EVT_SYS_connect));
	assert_true(filled("evt.arg", "addr", EVT_SYS_connect));
	assert_true(filled("evt.rawarg", "flags", EVT_SYS_openat));
	assert_false(filled("evt.is_io_read", NULL, EVT_SYS_openat));
	assert_true(filled("evt.is_io_read", NULL, EVT_SYS_read));
	assert_true(filled("evt.arg", "nstype", EVT_SYS_setns));
	assert_true(filled("evt.arg", "flags", EVT_SYS_unshare));
	assert_true(filled("evt.rawarg", "cmd", EVT_SYS_bpf));
	assert_true(filled("evt.arg", "option", EVT_SYS_prctl));
	assert_true(filled("evt.arg", "arg2_str", EVT_SYS_prctl));
	assert_true(filled("evt.arg", "vm_size", EVT_SYS_mmap));
	assert_false(filled("evt.arg", "vm_size", EVT_SYS_execve));
	assert_true(filled("evt.arg", "prot", EVT_SYS_mmap));
	assert_true(filled("fs.path.name", NULL, EVT_SYS_fanotify_mark));
	assert_true(filled("evt.arg", "tid", EVT_SYS_tkill));
	assert_false(filled("evt.arg", "tid", EVT_SYS_kill));
	assert_true(filled("evt.arg", "cap_effective", EVT_SYS_capset));
	assert_true(filled("evt.res", NULL, EVT_SYS_setsid));
	assert_false(filled("evt.is_wait", NULL, EVT_SYS_write));
	assert_true(filled("evt.io_dir", NULL, EVT_SYS_sendto));
	assert_false(filled("evt.io_dir", NULL, EVT_SYS_poll));
	assert_true(filled("fd.sport", NULL, EVT_SYS_connect));
	assert_true(filled("proc.name", NULL, EVT_SYS_stat));
	assert_true(filled("evt.rawres", NULL, EVT_SYS_stat));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_field_is_filled_where_the_table_says_so),
		cmocka_unit_test(test_an_argument_is_there_where_args_def_lists_it),
		cmocka_unit_test(test_a_raw_argument_has_the_type_of_its_name),
		cmocka_unit_test(test_fields_of_calls_that_are_only_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
