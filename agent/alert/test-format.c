/* SPDX-License-Identifier: Apache-2.0 */
/* Tests output templates: valid and refused references, values as text, ids and fingerprints. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "alert/format.h"
#include "alert/raise.h"
#include "enrich/image.h"
#include "enrich/proc.h"
#include "lib/utf8.h"
#include "rule/load.h"

static struct ev_connect record = {
	.hdr = { .type = EV_connect, .len = sizeof(record), .fixed_len = sizeof(record),
		 .flags = EV_F_SYSCALL, .nr = 42, .seq = 9, .ts_ns = 5 },
	.fd = 6,
	.tuple = { .family = 2, .type = 1, .protocol = 6, .role = EV_ROLE_CLIENT,
		   .lport = 40000, .rport = 443, .laddr = { 10, 0, 0, 1 },
		   .raddr = { 10, 0, 0, 2 } },
};

static void make_event(struct event *ev, struct arena *arena)
{
	*ev = (struct event){ .hdr = &record.hdr, .place.cpu = 3, .connect = &record, .num = 7,
			      .type = evt_type_of(&record.hdr),
			      .time_ns = 1700000000123456789, .arena = arena };
}

static const struct {
	const char *text;
	const char *want;	/* NULL: the template is refused */
} cases[] = {
	{ "plain", "plain" },
	{ "", "" },
	{ "type=%evt.type.", "type=connect." },
	{ "%evt.types", "connects" },
	{ "*%evt.type", "connect" },
	{ "  a %evt.type \n", "  a connect" },
	{ "%proc.name/%evt.type", "<NA>/connect" },
	{ "[%10evt.type]", "[connect   ]" },
	{ "[%3evt.type]", "[con]" },
	{ "[%3proc.name]", "[<NA]" },
	{ "%fd.sip:%fd.sport", "10.0.0.2:443" },
	{ "%fd.name", "10.0.0.1:40000->10.0.0.2:443" },
	{ "%fd.connected %evt.rawres", "true 0" },
	{ "%toupper(evt.type)", "CONNECT" },
	{ "%toupper(evt.type)(x)", "CONNECT(x)" },
	{ "%toupper(tolower(evt.type))", "CONNECT" },
	{ "%evt.type(x)", "connect(x)" },
	{ "%evt.arg.fd", "<4>10.0.0.1:40000->10.0.0.2:443" },
	{ "%evt.arg[fd]x", "<4>10.0.0.1:40000->10.0.0.2:443x" },
	{ "%evt.arg.fdx", "<4>10.0.0.1:40000->10.0.0.2:443x" },
	{ "%evt.arg.fd.x", "<4>10.0.0.1:40000->10.0.0.2:443.x" },
	{ "%proc.aname[2]", "<NA>" },
	{ "%proc.name[2]", "<NA>[2]" },
	{ "%evt.type%evt.type", "connectconnect" },
	{ "%", NULL },
	{ "50%", NULL },
	{ "%5", NULL },
	{ "100% sure", NULL },
	{ "%%evt.type", NULL },
	{ "%no.such", NULL },
	{ "%evt.tpye", NULL },
	{ "%nosuch(evt.type)", NULL },
	{ "%99999evt.type", NULL },
	{ "%evt.arg", NULL },
	{ "%fd.ip", NULL },		/* for conditions only */
};

static void test_a_template_gives_the_expected_text(void **state)
{
	struct arena *arena = arena_new(0, 0), *scratch = arena_new(0, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct filter_error err = { 0 };
		struct alert_field *fields;
		struct format format;
		struct event ev;
		struct str text;
		int r;

		make_event(&ev, scratch);
		r = format_compile(&format, arena, str_of(cases[i].text), &err);
		if (!cases[i].want) {
			assert_int_equal(r, -EINVAL);
			assert_true(err.text.n > 0);
			assert_true(err.off <= strlen(cases[i].text));
			continue;
		}
		if (r)
			fail_msg("%s: " STR_FMT, cases[i].text, STR_ARG(err.text));
		assert_int_equal(format_event(&format, &ev, &text, &fields), 0);
		if (!str_eq(text, str_of(cases[i].want)))
			fail_msg("%s gave " STR_FMT, cases[i].text, STR_ARG(text));
		arena_reset(scratch);
	}
	arena_free(arena);
	arena_free(scratch);
}

static void test_every_mistake_is_found_at_its_place(void **state)
{
	static const struct { size_t off; const char *text; } want[] = {
		{ 3, "unknown filter: no.such" },
		{ 13, "a field must follow %" },
		{ 20, "unknown filter: proc.nmae" },
		{ 53, "the width is too large" },
		{ 68, "a field must follow %" },
	};
	const struct str text = STR("a %no.such 50% or %5proc.nmae %proc.name[x] %evt.type%99999evt.type %");
	struct arena *arena = arena_new(0, 0);
	struct filter_error err = { 0 };
	size_t start, at = 0, n = 0;

	(void)state;
	while (format_check(arena, text, &start, &at, &err) == -EINVAL) {
		assert_true(n < sizeof(want) / sizeof(want[0]));
		if (err.off != want[n].off || !str_eq(err.text, str_of(want[n].text)))
			fail_msg("%u: " STR_FMT, err.off, STR_ARG(err.text));
		err = (struct filter_error){ 0 };
		n++;
	}
	assert_int_equal(n, sizeof(want) / sizeof(want[0]));
	assert_int_equal(at, text.n);
	arena_free(arena);
}

/* Each is one character longer than a field name, up to the longest possible reference. */
static void test_a_long_word_takes_linear_time(void **state)
{
	enum { WORDS = 2000, LENGTH = 500 };
	struct arena *arena = arena_new(0, 0);
	char *bytes = malloc(WORDS * LENGTH);
	struct filter_error err = { 0 };
	const clock_t begin = clock();
	struct format format;

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 'a', WORDS * LENGTH);
	for (size_t i = 0; i < WORDS; i++)
		memcpy(bytes + i * LENGTH, "%proc.name", 10);
	assert_int_equal(format_compile(&format, arena, (struct str){ bytes, WORDS * LENGTH }, &err), 0);
	assert_int_equal(format.nfields, 1);
	assert_true(clock() - begin < 5 * CLOCKS_PER_SEC);
	free(bytes);
	arena_free(arena);
}

/* The length of the text of a template; 0 if it is refused. */
static size_t text_length(const char *template, unsigned int times)
{
	struct arena *arena = arena_new(0, 0);
	struct filter_error err = { 0 };
	struct alert_field *fields;
	struct str text = { 0 };
	struct format format;
	struct event ev;
	char *all = NULL;
	size_t n;
	FILE *f = open_memstream(&all, &n);

	while (times--)
		fputs(template, f);
	fclose(f);
	make_event(&ev, arena);
	if (format_compile(&format, arena, (struct str){ all, n }, &err) == 0)
		assert_int_equal(format_event(&format, &ev, &text, &fields), 0);
	n = text.n;
	free(all);
	arena_free(arena);
	return n;
}

static void test_each_limit_of_a_template_is_met(void **state)
{
	char template[600];

	(void)state;
	assert_int_equal(text_length("%4096evt.type", 1), 4096);	/* the width */
	assert_int_equal(text_length("%4097evt.type", 1), 0);
	assert_int_equal(text_length("%40960evt.type", 1), 0);
	assert_int_equal(text_length("%4096evt.type", 8), 32768);	/* the text */
	assert_int_equal(text_length("%4096evt.type", 9), 32768);
	/* An argument and its brackets; with more they are text after the field. */
	snprintf(template, sizeof(template), "%%proc.env[%0*d]", 510, 1);
	assert_int_equal(text_length(template, 1), strlen("<NA>"));
	snprintf(template, sizeof(template), "%%proc.env[%0*d]", 511, 1);
	assert_int_equal(text_length(template, 1), strlen("<NA>") + 513);
}

static void test_512_letters_of_an_unknown_field_are_in_the_message(void **state)
{
	struct arena *arena = arena_new(0, 0);
	char text[514] = "%";

	(void)state;
	for (size_t n = 511; n <= 513; n++) {
		struct filter_error err = { 0 };
		struct format format;

		memset(text + 1, 'a', n);
		assert_int_equal(format_compile(&format, arena, (struct str){ text, n + 1 }, &err), -EINVAL);
		assert_int_equal(err.text.n, strlen("unknown filter: ") + (n < 512 ? n : 512));
	}
	arena_free(arena);
}

static void test_output_fields_are_sorted_and_listed_once(void **state)
{
	struct arena *arena = arena_new(0, 0);
	struct filter_error err = { 0 };
	struct format format;

	(void)state;
	assert_int_equal(format_compile(&format, arena,
					STR("%fd.name %evt.type %fd.name %proc.aname[2]"), &err), 0);
	assert_int_equal(format.nfields, 3);
	assert_true(str_eq(format.fields[0].name, STR("evt.type")));
	assert_true(str_eq(format.fields[1].name, STR("fd.name")));
	assert_true(str_eq(format.fields[2].name, STR("proc.aname[2]")));
	arena_free(arena);
}

/* Formats the output of the one rule with @append. */
static void appended(const char *output, struct str append, const char *want)
{
	struct ruleset_loader *l = ruleset_loader_new(NULL);
	struct arena *arena = arena_new(0, 0);
	struct alert_templates *templates;
	struct ruleset *set;
	struct alert alert;
	struct event ev;
	char yaml[512];

	snprintf(yaml, sizeof(yaml), "- rule: R\n  desc: d\n  priority: info\n"
		 "  condition: evt.type = connect\n  output: %s\n", output);
	assert_int_equal(ruleset_loader_add_source(l, STR("a"), str_of(yaml), STR(""), STR("")), 0);
	assert_int_equal(ruleset_loader_finish(l, &set), 0);
	assert_int_equal(alert_templates_new(&templates, set, append), 0);
	make_event(&ev, arena);
	assert_int_equal(alert_build(&alert, templates, &set->rules[0], &ev, NULL, 0), 0);
	if (!str_eq(alert.output, str_of(want)))
		fail_msg("%s gave " STR_FMT, output, STR_ARG(alert.output));
	alert_templates_free(templates);
	ruleset_unref(set);
	ruleset_loader_free(l);
	arena_free(arena);
}

static void test_the_appended_text_follows_every_output(void **state)
{
	(void)state;
	appended("a %evt.type", STR(""), "a connect");
	appended("a %evt.type", STR(" cpu=%evt.cpu"), "a connect cpu=3");
	appended("\"a %evt.type \\n\"", STR(" x"), "a connect x");
	appended("a", STR(ALERT_SUGGESTED), "a container_id=<NA> container_name=<NA> "
		 "container_image_repository=<NA> container_image_tag=<NA> k8s_pod_name=<NA> "
		 "k8s_ns_name=<NA>");
}

/* What follows a long value must not be missing. */
static void test_a_long_value_is_cut_and_what_follows_is_there(void **state)
{
	static char args[32768];
	struct exec_image image = { .refs = 1, .cmdline = { args, sizeof(args) } };
	struct process process = { .tgid = 77, .image = &image };
	struct proc proc = { .process = &process, .tid = 77 };
	struct arena *arena = arena_new(0, 0), *scratch = arena_new(0, 0);
	struct alert_field *fields;
	struct filter_error err = { 0 };
	struct format format;
	struct event ev;
	struct str text;

	(void)state;
	memset(args, 'a', sizeof(args));
	memcpy(args + sizeof(args) - 6, "middle", 6);
	make_event(&ev, arena);
	ev.proc = &proc;
	assert_int_equal(format_compile(&format, scratch,
					STR("command=%proc.cmdline pid=%proc.pid END"), &err), 0);
	assert_int_equal(format_event(&format, &ev, &text, &fields), 0);
	assert_true(str_starts(text, STR("command=aaa")));
	assert_true(str_ends(text, STR("middle pid=77 END")));
	assert_non_null(memmem(text.p, text.n, "aaa [cut] aaa", 13));
	assert_int_equal(fields[0].value.s.n, sizeof(args));

	/* Of more than 8,192 bytes the first and last 4,096 are there. */
	for (size_t n = 8192; n <= 8193; n++) {
		image.cmdline.n = n;
		args[4095] = '<';
		args[n - 4096] = '>';
		assert_int_equal(format_compile(&format, scratch, STR("%proc.cmdline"), &err), 0);
		assert_int_equal(format_event(&format, &ev, &text, &fields), 0);
		assert_int_equal(text.n, n == 8192 ? 8192 : 4096 + strlen(" [cut] ") + 4096);
		assert_int_equal(text.p[4095], '<');
		assert_int_equal(text.p[text.n - 4096], '>');
	}
	image.cmdline.n = sizeof(args);

	/* So many that no limit of one helps. */
	assert_int_equal(format_compile(&format, scratch,
					STR("%proc.cmdline%proc.cmdline%proc.cmdline"
					    "%proc.cmdline%proc.cmdline%proc.cmdline END"), &err), 0);
	assert_int_equal(format_event(&format, &ev, &text, &fields), 0);
	assert_true(str_ends(text, STR(" [cut]")));

	/* No part of a character is left: here the limits are inside of one. */
	for (size_t i = 1; i + 1 < sizeof(args); i += 2)
		memcpy(args + i, "\xc3\xa9", 2);
	assert_int_equal(format_event(&format, &ev, &text, &fields), 0);
	assert_int_equal(utf8_bad(text), text.n);
	arena_free(arena);
	arena_free(scratch);
}

static void test_ids_are_in_order_of_time(void **state)
{
	struct alert a, b;

	(void)state;
	alert_internal(&a, STR("r"), PRIORITY_ERROR, STR("x"), 1700000000000000000, STR("h"),
		       NULL, NULL, 0);
	alert_internal(&b, STR("r"), PRIORITY_ERROR, STR("x"), 1700000000000300000, STR("h"),
		       NULL, NULL, 0);
	assert_int_equal(a.id[6] >> 4, 7);
	assert_int_equal(a.id[8] >> 6, 2);
	assert_true(memcmp(a.id, b.id, 16) < 0);
	assert_true(a.fingerprint == b.fingerprint);
}

/* The id is what makes receivers drop a second copy. */
static void test_alerts_that_differ_have_different_ids(void **state)
{
	struct alert a, b;

	(void)state;
	alert_internal(&a, STR("r"), PRIORITY_ERROR, STR("x"), 1700000000000000000, STR("h"),
		       NULL, NULL, 0);
	alert_internal(&b, STR("r"), PRIORITY_ERROR, STR("y"), 1700000000000000000, STR("h"),
		       NULL, NULL, 0);
	assert_memory_not_equal(a.id, b.id, 16);
	assert_memory_equal(a.id, b.id, 8);
	alert_internal(&b, STR("r"), PRIORITY_ERROR, STR("x"), 1700000000000000000, STR("h"),
		       NULL, NULL, 0);
	assert_memory_equal(a.id, b.id, 16);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_template_gives_the_expected_text),
		cmocka_unit_test(test_every_mistake_is_found_at_its_place),
		cmocka_unit_test(test_a_long_word_takes_linear_time),
		cmocka_unit_test(test_each_limit_of_a_template_is_met),
		cmocka_unit_test(test_512_letters_of_an_unknown_field_are_in_the_message),
		cmocka_unit_test(test_output_fields_are_sorted_and_listed_once),
		cmocka_unit_test(test_the_appended_text_follows_every_output),
		cmocka_unit_test(test_a_long_value_is_cut_and_what_follows_is_there),
		cmocka_unit_test(test_ids_are_in_order_of_time),
		cmocka_unit_test(test_alerts_that_differ_have_different_ids),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
