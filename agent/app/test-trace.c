/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the lines of `saker trace` (process, user, origin, event), and the types of its JSON. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include "app/trace_fields.h"
#include "app/trace_line.h"
#include "enrich/enrich.h"
#include "ruleset/rules.h"

#define GROUP	"/system.slice/cron.service"
#define HEX	"3ad7b26ded6d8e7b23da7d48fe889434573036c27ae5a74837233de441c3601e"

/* A record followed by one string. */
#define REC(name, ev, ...) struct { struct ev_##ev e; char text[128]; } name = {		\
	.e = { .hdr = { .len = sizeof(name), .fixed_len = sizeof(name.e), .type = EV_##ev,	\
			.ts_ns = 1, .start_ns = 1 }, __VA_ARGS__ } }

#define PART(rec, field, string) do {							\
		(rec).e.field = (struct ev_part){ sizeof((rec).e), sizeof(string) - 1,		\
						  sizeof(string) - 1, sizeof(string) - 1 };	\
		memcpy((rec).text, string, sizeof(string) - 1);					\
	} while (0)

struct view {
	struct enrich *enrich;
	union event_scratch scratch;
	struct event ev;
	struct arena *arena;
};

static void apply(struct view *v, const void *rec, size_t size)
{
	assert_int_equal(event_decode(&v->ev, &v->scratch, rec, size), 0);
	v->ev.arena = v->arena;
	assert_true(enrich_apply(v->enrich, &v->ev) >= 0);
}

/* A process "cat" of the user "me" in cgroup 7, which is @group. */
static void make(struct view *v, const char *group)
{
	const struct enrich_config config = { .key = { 1, 2 } };
	REC(user, user, .uid = 1000);
	REC(cgroup, cgroup_mkdir, .id = 7);
	REC(task, task, .uid = 1000, .euid = 1000, .ppid = 1, .comm = { "cat" });

	assert_int_equal(enrich_new(&v->enrich, &config), 0);
	v->arena = arena_new(4096, 0);
	PART(user, name, "me");
	apply(v, &user, sizeof(user));
	cgroup.e.path = (struct ev_part){ sizeof(cgroup.e), (uint32_t)strlen(group),
					  (uint32_t)strlen(group), (uint32_t)strlen(group) };
	strcpy(cgroup.text, group);
	apply(v, &cgroup, sizeof(cgroup));
	task.e.hdr.tid = task.e.hdr.tgid = 42;
	task.e.hdr.cgroup_id = 7;
	PART(task, exe, "/usr/bin/cat");
	apply(v, &task, sizeof(task));
}

static void destroy(struct view *v)
{
	enrich_retire(v->enrich, &v->ev);
	enrich_free(v->enrich);
	arena_free(v->arena);
}

/* Its openat of /etc/shadow, which returned descriptor 3. */
static void open_shadow(struct view *v)
{
	static REC(rec, open, .res = 3, .mode = 0644, .ino = 17, .dev = 0x801, .flags = 01);

	rec.e.hdr.flags = EV_F_SYSCALL;
	rec.e.hdr.nr = 257;
	rec.e.hdr.tid = rec.e.hdr.tgid = 42;
	rec.e.hdr.cgroup_id = 7;
	rec.e.hdr.ts_ns = 2;
	PART(rec, path, "/etc/shadow");
	rec.e.name = rec.e.path;
	ev_prov_set(&rec.e.hdr, EV_FIELD(open, name), EV_PROV_USER);
	apply(v, &rec, sizeof(rec));
	v->ev.time_ns = 3723000004000;
}

static const char *line(const struct view *v)
{
	static char text[1024];
	struct buf b = { .p = text, .size = sizeof(text) - 1 };

	trace_line(&b, &v->ev);
	text[b.n] = '\0';
	return text;
}

static void test_a_line_has_process_origin_and_event(void **state)
{
	struct view v;

	(void)state;
	setenv("TZ", "UTC", 1);
	make(&v, GROUP);
	open_shadow(&v);
	assert_string_equal(line(&v), "01:02:03.000004 cat[42]                me        "
			    "cron.service       openat     /etc/shadow O_WRONLY = 3");
	destroy(&v);
	make(&v, "/system.slice/docker-" HEX ".scope");
	open_shadow(&v);
	assert_string_equal(line(&v), "01:02:03.000004 cat[42]                1000      "
			    "3ad7b26ded6d       openat     /etc/shadow O_WRONLY = 3");
	destroy(&v);
}

static void test_json_is_typed_and_has_what_the_line_has(void **state)
{
	char text[4096];
	struct buf b = BUF_ON(text);
	json_t *doc, *args;
	struct view v;

	(void)state;
	make(&v, GROUP);
	open_shadow(&v);
	trace_json(&b, &v.ev);
	doc = json_loadb(b.p, b.n, 0, NULL);
	assert_non_null(doc);
	assert_string_equal(json_string_value(json_object_get(doc, "process")), "cat");
	assert_string_equal(json_string_value(json_object_get(doc, "user")), "me");
	assert_string_equal(json_string_value(json_object_get(doc, "unit")), "cron.service");
	assert_true(json_is_null(json_object_get(doc, "container")));
	assert_int_equal(json_integer_value(json_object_get(doc, "pid")), 42);
	args = json_object_get(doc, "args");
	assert_int_equal(json_integer_value(json_object_get(args, "res")), 3);
	assert_int_equal(json_integer_value(json_object_get(args, "ino")), 17);
	assert_string_equal(json_string_value(json_object_get(args, "mode")), "0644");
	assert_string_equal(json_string_value(json_array_get(json_object_get(args, "flags"), 0)),
			    "O_WRONLY");
	assert_string_equal(json_string_value(json_object_get(args, "path")), "/etc/shadow");
	assert_string_equal(json_string_value(json_object_get(json_object_get(doc, "marks"), "name")),
			    "~user");
	json_decref(doc);
	destroy(&v);
}

static const char *fields(const struct view *v, const char *list, bool json)
{
	struct trace_fields f = { .n = 0 };
	static char text[1024];
	struct buf b = { .p = text, .size = sizeof(text) - 1 };
	struct ruleset *rules;

	assert_int_equal(trace_fields_parse(&f, list, NULL), 0);
	assert_int_equal(rules_of_condition(&rules, "evt.num > 0", f.output, stderr), 0);
	assert_int_equal(trace_fields_compile(&f, rules), 0);
	assert_int_equal(trace_fields_print(&b, &f, &rules->rules[0], &v->ev, json), 0);
	text[b.n] = '\0';
	trace_fields_uninit(&f);
	ruleset_unref(rules);
	return text;
}

static void test_chosen_fields_come_in_their_order_and_typed_as_json(void **state)
{
	struct view v;

	(void)state;
	make(&v, GROUP);
	open_shadow(&v);
	assert_string_equal(fields(&v, "fd.name,proc.pid,proc.name,proc.aname[3]", false),
			    "/etc/shadow\t42\tcat\t<NA>");
	assert_string_equal(fields(&v, "fd.name,proc.pid,proc.aname[3]", true),
			    "{\"fd.name\":\"/etc/shadow\",\"proc.aname[3]\":null,\"proc.pid\":42}");
	assert_string_equal(fields(&v, "evt.time.s,evt.arg.flags", false), "01:02:03\tO_WRONLY");
	destroy(&v);
}

static void test_an_invalid_list_of_fields_is_refused(void **state)
{
#define NO_FIELD(name)	"--fields: \"" name "\" is not a field; expected names with commas between"
	static const struct {
		const char *list, *message;
	} cases[] = {
		{ "", NO_FIELD("") },
		{ ",", NO_FIELD("") },
		{ "proc.name,", NO_FIELD("") },
		{ "proc.name fd.name", NO_FIELD("proc.name fd.name") },
		{ "%proc.name", NO_FIELD("%proc.name") },
		{ "a\"b", NO_FIELD("a\"b") },
		{ "proc.nmae", "--fields: unknown filter: proc.nmae; did you mean proc.name?" },
		{ "evt.arg", "--fields: the field evt.arg needs an argument, as in name[argument]" },
	};
#undef NO_FIELD

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct trace_fields f = { .n = 0 };
		struct messages said = { 0 };

		assert_int_equal(trace_fields_parse(&f, cases[i].list, &said), -EINVAL);
		assert_int_equal(said.n, 1);
		assert_string_equal(said.v[0].text, cases[i].message);
		messages_uninit(&said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_line_has_process_origin_and_event),
		cmocka_unit_test(test_json_is_typed_and_has_what_the_line_has),
		cmocka_unit_test(test_chosen_fields_come_in_their_order_and_typed_as_json),
		cmocka_unit_test(test_an_invalid_list_of_fields_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
