/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests that every construct that loads only here, or differs in meaning from
 * Falco 0.45, has a note of check --diff, and that others have none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>
#include "alert/raise.h"
#include "explain/diff.h"
#include "lib/buf.h"
#include "lib/diag.h"
#include "rule/rule.h"

#define SAME	NULL	/* no note at all */

#define LIST(name, items)	"- list: " name "\n  items: [" items "]\n"
#define MACRO(name, condition)	"- macro: " name "\n  condition: " condition "\n"

struct row {
	const char *before;		/* items of the file, before the rule; NULL: none */
	const char *condition, *output;	/* of the rule; NULL: a plain output */
	const char *exceptions;		/* NULL: none */
	const char *later;		/* a second file; NULL: none */
	const char *note;		/* a part of the note that is expected, or SAME */
};

/* Most rows are of a condition or an output alone. */
#define CONDITION(condition_, note_)		{ .condition = condition_, .note = note_ }
#define OUTPUT(condition_, output_, note_) \
	{ .condition = condition_, .output = output_, .note = note_ }

static const struct row rows[] = {
	/* means the same */
	OUTPUT("evt.type = execve and proc.exe in (sh, bash)", "%proc.exe %proc.pid", SAME),
	OUTPUT("evt.type = connect and fd.sport = 22", "%fd.sip", SAME),
	OUTPUT("evt.type = open and fd.num >= 0", "%evt.arg.flags %evt.arg.mode", SAME),
	OUTPUT("evt.type = execve", "%evt.arg.flags", SAME),
	OUTPUT("evt.type = execve and proc.aname = sh", "%proc.aname[1]", SAME),
	OUTPUT("evt.type = procexit", "%evt.arg.ret", SAME),
	/* paths */
	CONDITION("evt.type = open and fd.name = /etc/x", "absolute path as it was given"),
	CONDITION("evt.type = open and not fd.name = /etc/x", "must hold for the path the kernel"),
	CONDITION("evt.type = open and fd.directory = /etc", "with O_TMPFILE"),
	CONDITION("evt.type = open and fd.filename = x", "with O_TMPFILE"),
	/* values of fields: the rows of diffs.def */
	CONDITION("evt.type = execve and proc.cmdline contains x", "Falco cuts at 4096"),
	CONDITION("evt.type = execve and proc.pcmdline contains x", "Falco cuts at 4096"),
	CONDITION("evt.type = execve and proc.acmdline contains x", "Falco cuts at 4096"),
	CONDITION("evt.type = execve and proc.args contains x", "Falco cuts at 4096"),
	CONDITION("evt.type = execve and proc.exeline contains x", "Falco cuts at 4096"),
	CONDITION("evt.type = execve and proc.aargs contains x", "Falco cuts at 4096"),
	CONDITION("evt.type = execve and proc.env contains x", "Falco cuts at 4096"),
	CONDITION("evt.type = execve and proc.name = x", "the name at the exec"),
	CONDITION("evt.type = execve and proc.comm = x", "not in Falco"),
	CONDITION("evt.type = execve and proc.exepath = /x", "also in a chroot"),
	CONDITION("evt.type = open and fd.type = directory", "without O_DIRECTORY"),
	CONDITION("evt.type = open and fd.typechar = d", "without O_DIRECTORY"),
	CONDITION("evt.type = connect and fd.is_server = true", "where Falco guesses"),
	CONDITION("evt.type = open and evt.is_open_read = true", "false for O_PATH"),
	CONDITION("evt.type = open and evt.is_open_write = true", "false for O_PATH"),
	CONDITION("evt.type = open and evt.is_open_create = true", "allowed to create the file"),
	CONDITION("evt.type = execve and user.name = root", "in a container"),
	CONDITION("evt.type = execve and group.name = root", "in a container"),
	CONDITION("evt.type = execve and user.loginname = root", "missing without a login"),
	CONDITION("evt.type = execve and container.id = host", "control group"),
	CONDITION("evt.type = execve and container.name = x", "until the runtime"),
	CONDITION("evt.type = execve and proc.stdin.name = /dev/null", "follows dup; a device"),
	CONDITION("evt.type = execve and proc.stdout.type = file", "follows dup"),
	OUTPUT("evt.type = execve", "%proc.stdout.name", "follows dup"),
	OUTPUT("evt.type = execve", "%proc.stderr.name", "follows dup"),
	OUTPUT("evt.type = open", "%evt.args", "numbers of its own"),
	OUTPUT("evt.type = open", "%evt.info", "numbers of its own"),
	CONDITION("evt.type = open and evt.rawarg.flags = 1", "numbers of its own"),
	OUTPUT("evt.type = ptrace", "%evt.arg.pid", "the host's process with that number"),
	OUTPUT("evt.type = clone", "%evt.arg.vtid", "without a name"),
	OUTPUT("evt.type = clone", "%evt.arg.vpid", "without a name"),
	OUTPUT("evt.type = execve", "%proc.aname", "all ancestors"),
	OUTPUT("evt.type = execve", "%proc.aexe", "all ancestors"),
	OUTPUT("evt.type = execve", "%proc.aexepath", "all ancestors"),
	OUTPUT("evt.type = execve", "%proc.acmdline", "all ancestors"),
	OUTPUT("evt.type = execve", "%proc.apid", "all ancestors"),
	OUTPUT("evt.type = execve", "%toupper(user.loginname)", "missing without a login"),
	/* data that is not there */
	CONDITION("evt.type = execve and container.image = x", "does not have its data"),
	OUTPUT("evt.type = execve", "%k8s.pod.name", "does not have its data"),
	CONDITION("evt.type = acct and fs.path.name = /x", "not filled for acct"),
	CONDITION("evt.type in (acct, connect) and fd.sport = 22", "not filled for acct"),
	/* the language */
	CONDITION("evt.type = execve and proc.duration > 5s", "a duration with a unit"),
	CONDITION("evt.type = execve and proc.name regex \"a+\"", "within a budget"),
	CONDITION("evt.type = module_load", "an event that Falco does not have"),
	CONDITION("evt.type in (open, cgroup_mkdir)", "an event that Falco does not have"),
	CONDITION("evt.type in (pread, pwrite, prlimit, llseek)", SAME),
	CONDITION("evt.type in (send, recv, useradded)", SAME),
	CONDITION("evt.type = pread64", "has by another name"),
	CONDITION("evt.type in (chmod, fchmod)", SAME),
	CONDITION("evt.type in (chmod, fchmodat)", "one type here"),
	CONDITION("evt.type = fchmodat2", "one type here"),
	CONDITION("evt.type = fchroot", "an event that Falco does not have"),
	CONDITION("evt.type = chown32", "an event that Falco does not have"),
	CONDITION("evt.type = execve and proc.args contains \"\\xff\"", "no UTF-8"),
	/* lists */
	{ .before = LIST("one", "x") LIST("two", "one, y"),
	  .condition = "evt.type = execve and proc.exe in (two)", .note = SAME },
	{ .before = LIST("one", "x") LIST("two", "one, y") LIST("three", "two, z"),
	  .condition = "evt.type = execve and proc.exe in (three)", .note = "one: a list too deep" },
	{ .before = LIST("one", "x") LIST("two", "one") LIST("three", "two"),
	  .condition = "evt.type = execve and proc.exe = three", .note = "one: a list too deep" },
	{ .before = LIST("three", "two, z") LIST("two", "one, y") LIST("one", "x"),
	  .condition = "evt.type = execve and proc.exe in (three)", .note = SAME },
	{ .before = LIST("two", "one, y") LIST("one", "x"),
	  .condition = "evt.type = execve and proc.exe in (two)", .note = SAME },
	{ .before = LIST("two", "one, y") LIST("one", "x") LIST("three", "two, z"),
	  .condition = "evt.type = execve and proc.exe in (three)", .note = "one: a list too deep" },
	{ .before = LIST("one", "one, y"),
	  .condition = "evt.type = execve and proc.exe in (one)", .note = SAME },
	{ .before = LIST("one", "x"),
	  .condition = "evt.type = execve and proc.exe in one", .note = SAME },
	{ .before = LIST("two", "x, y"),
	  .condition = "evt.type = execve and proc.exe in two", .note = "without parentheses" },
	{ .before = LIST("two", "x, y"),
	  .condition = "evt.type = execve and proc.exe in (two)", .note = SAME },
	{ .before = LIST("odd", "'a,b'"),
	  .condition = "evt.type = execve and proc.exe in (odd)", .note = "( ) , = or a quote" },
	{ .before = LIST("odd", "a(b"),
	  .condition = "evt.type = execve and proc.exe in (odd)", .note = "( ) , = or a quote" },
	{ .before = LIST("odd", "a=b"),
	  .condition = "evt.type = execve and proc.exe = odd", .note = "( ) , = or a quote" },
	{ .before = LIST("odd", "a b, /x-y.z, '\"a,b\"'"),
	  .condition = "evt.type = execve and proc.exe in (odd)", .note = SAME },
	{ .before = LIST("odd", "x"),
	  .condition = "evt.type = execve and proc.exe = \"an odd name\"",
	  .note = "odd: the name of a list within quotes" },
	{ .before = LIST("odd", "x"),
	  .condition = "evt.type = execve and proc.exe in (\"odd\", \"an oddity\")", .note = SAME },
	CONDITION("evt.type = execve and proc.exe = anyof (a, b)", SAME),
	CONDITION("evt.type = execve and proc.exe startswith allof (a, b)", SAME),
	CONDITION("evt.type = execve and proc.exe = anyof(a, b)", "without a space"),
	CONDITION("evt.type = execve and proc.exe =anyof (a, b)", "without a space"),
	CONDITION("evt.type = execve and proc.exe glob oneof(a, b)", "without a space"),
	/* macros */
	{ .before = MACRO("a", "evt.type = dup"), .condition = "a", .note = SAME },
	{ .condition = "a", .later = MACRO("a", "evt.type = dup"), .note = "only a later file" },
	{ .before = MACRO("b", "a and evt.num > 1") MACRO("a", "evt.type = dup"),
	  .condition = "b", .note = "defined after the one that uses it" },
	{ .before = MACRO("a", "evt.type = dup") MACRO("b", "a and evt.num > 1"),
	  .condition = "b", .note = SAME },
	{ .before = MACRO("b", "a") MACRO("a", "evt.type = dup")
		    "- macro: b\n  condition: and evt.num > 1\n  override: {condition: append}\n",
	  .condition = "b", .note = SAME },
	{ .before = MACRO("b", "a") MACRO("a", "evt.type = dup"), .condition = "b",
	  .later = "- macro: b\n  condition: and evt.num > 1\n  override: {condition: append}\n",
	  .note = "defined after the one that uses it" },
	{ .before = MACRO("a", "evt.type = dup"), .condition = "a",
	  .later = MACRO("a", "evt.type = dup2"), .note = SAME },
	{ .before = LIST("a", "x") MACRO("a", "evt.type = dup"), .condition = "a",
	  .note = "a list has this name too" },
	{ .before = "- rule: off\n  desc: d\n  priority: INFO\n  output: o\n"
		    "  condition: evt.type = module_load\n  enabled: false\n",
	  .condition = "evt.type = dup", .note = "an event that Falco does not have" },
	/* exceptions */
	{ .condition = "evt.type = dup", .exceptions = "{name: e, fields: proc.exe, values: [a, b]}",
	  .note = SAME },
	{ .condition = "evt.type = dup",
	  .exceptions = "{name: e, fields: proc.exe, values: [[a], b]}",
	  .note = "with its values in lists" },
	{ .condition = "evt.type = dup", .note = "operator for single values",
	  .exceptions = "{name: e, fields: proc.exe, comps: =, values: [a, b]}" },
	{ .condition = "evt.type = dup", .note = SAME,
	  .exceptions = "{name: e, fields: proc.exe, comps: startswith anyof, values: [a, b]}" },
	{ .condition = "evt.type = dup", .note = SAME,
	  .exceptions = "{name: e, fields: [proc.exe], comps: [=], values: [[a]]}" },
	{ .condition = "evt.type = dup",
	  .exceptions = "{name: e, fields: [proc.exe, proc.pid], values: [[a b, 1], ['\"c,d\"', 2]]}",
	  .note = SAME },
	{ .condition = "evt.type = dup",
	  .exceptions = "{name: e, fields: [proc.exe, proc.pid], values: [['a,b', 1]]}",
	  .note = "( ) , = or a quote" },
	{ .condition = "evt.type = dup",
	  .exceptions = "{name: e, fields: [proc.exe], values: [[val(proc.pexe)]]}", .note = SAME },
	/* text */
	OUTPUT("evt.type = execve", "%proc.nam", "Falco refuses the rule"),
	OUTPUT("evt.type = execve", "%container.info", SAME),
	OUTPUT("evt.type = execve", "a\\x7f%proc.name", "DEL and C1 controls"),
	OUTPUT("evt.type = execve", "a\\u009b%proc.name", "DEL and C1 controls"),
};

static void add(struct ruleset_loader *l, const char *name, const char *text)
{
	assert_int_equal(ruleset_loader_add_source(l, str_of(name), str_of(text), STR("test"),
						   STR("")), 0);
}

static struct ruleset_loader *load(const struct row *row)
{
	const struct rules_options options = { .output_check = alert_output_check,
					       .output_refs = alert_output_refs };
	struct ruleset_loader *l = ruleset_loader_new(&options);
	struct ruleset *set;
	char *text = NULL;

	assert_non_null(l);
	assert_true(asprintf(&text, "%s- rule: r\n  desc: d\n  priority: INFO\n"
			     "  condition: >\n    %s\n  output: \"%s\"\n  exceptions: [%s]\n",
			     row->before ? row->before : "", row->condition,
			     row->output ? row->output : "o",
			     row->exceptions ? row->exceptions : "") > 0);
	add(l, "f", text);
	if (row->later)
		add(l, "g", row->later);
	free(text);
	if (ruleset_loader_finish(l, &set)) {
		diag_list_print(stderr, ruleset_loader_diags(l));
		fail_msg("%s: refused", row->condition);
	}
	assert_int_equal(diff_add(l), 0);
	ruleset_unref(set);
	return l;
}

static unsigned int notes_of(const struct ruleset_loader *l, const char *with)
{
	const struct diag_list *list = ruleset_loader_diags(l);
	unsigned int n = 0;

	for (uint32_t i = 0; i < list->n; i++)
		n += list->items[i].level == DIAG_NOTE &&
		     (!with || memmem(list->items[i].text.p, list->items[i].text.n, with,
				      strlen(with)));
	return n;
}

static void test_what_differs_has_a_note(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ruleset_loader *l = load(&rows[i]);
		unsigned int n = notes_of(l, rows[i].note);

		if (rows[i].note ? !n : n)
			fail_msg("%s%s; %s: %u notes of \"%s\"", rows[i].before ? rows[i].before : "",
				 rows[i].condition, rows[i].output ? rows[i].output : "o", n,
				 rows[i].note ? rows[i].note : "any");
		ruleset_loader_free(l);
	}
}

/* Falco counts five levels of its parser for each parenthesis, and takes 1,000. */
static void test_deep_parentheses_have_a_note(void **state)
{
	char condition[1024];

	(void)state;
	for (int depth = 199; depth <= 200; depth++) {
		struct ruleset_loader *l;
		struct buf b = BUF_ON(condition);

		for (int i = 0; i < depth; i++)
			buf_char(&b, '(');
		buf_text(&b, "evt.type = execve and proc.name != \"((\"");
		for (int i = 0; i < depth; i++)
			buf_char(&b, ')');
		buf_char(&b, '\0');
		l = load(&(struct row){ .condition = condition });
		assert_int_equal(notes_of(l, "199 levels"), depth > 199);
		ruleset_loader_free(l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_differs_has_a_note),
		cmocka_unit_test(test_deep_parentheses_have_a_note),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
