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

static const struct { const char *condition, *output, *note; } rows[] = {
	/* means the same */
	{ "evt.type = execve and proc.exe in (sh, bash)", "%proc.exe %proc.pid", SAME },
	{ "evt.type = connect and fd.sport = 22", "%fd.sip", SAME },
	{ "evt.type = open and fd.num >= 0", "%evt.arg.flags %evt.arg.mode", SAME },
	{ "evt.type = execve", "%evt.arg.flags", SAME },
	{ "evt.type = execve and proc.aname = sh", "%proc.aname[1]", SAME },
	{ "evt.type = procexit", "%evt.arg.ret", SAME },
	/* paths */
	{ "evt.type = open and fd.name = /etc/x", "o", "absolute path as it was given" },
	{ "evt.type = open and not fd.name = /etc/x", "o", "must hold for the path the kernel" },
	{ "evt.type = open and fd.directory = /etc", "o", "with O_TMPFILE" },
	{ "evt.type = open and fd.filename = x", "o", "with O_TMPFILE" },
	/* values of fields: the rows of diffs.def */
	{ "evt.type = execve and proc.cmdline contains x", "o", "where Falco cuts at 4096" },
	{ "evt.type = execve and proc.pcmdline contains x", "o", "where Falco cuts at 4096" },
	{ "evt.type = execve and proc.acmdline contains x", "o", "where Falco cuts at 4096" },
	{ "evt.type = execve and proc.args contains x", "o", "where Falco cuts at 4096" },
	{ "evt.type = execve and proc.exeline contains x", "o", "where Falco cuts at 4096" },
	{ "evt.type = execve and proc.aargs contains x", "o", "where Falco cuts at 4096" },
	{ "evt.type = execve and proc.env contains x", "o", "where Falco cuts at 4096" },
	{ "evt.type = execve and proc.name = x", "o", "the name at the exec" },
	{ "evt.type = execve and proc.comm = x", "o", "not in Falco" },
	{ "evt.type = execve and proc.exepath = /x", "o", "also in a chroot" },
	{ "evt.type = open and fd.type = directory", "o", "without O_DIRECTORY" },
	{ "evt.type = open and fd.typechar = d", "o", "without O_DIRECTORY" },
	{ "evt.type = connect and fd.is_server = true", "o", "where Falco guesses" },
	{ "evt.type = open and evt.is_open_read = true", "o", "false for O_PATH" },
	{ "evt.type = open and evt.is_open_write = true", "o", "false for O_PATH" },
	{ "evt.type = open and evt.is_open_create = true", "o", "allowed to create the file" },
	{ "evt.type = execve and user.name = root", "o", "in a container" },
	{ "evt.type = execve and group.name = root", "o", "in a container" },
	{ "evt.type = execve and user.loginname = root", "o", "missing without a login" },
	{ "evt.type = execve and container.id = host", "o", "control group" },
	{ "evt.type = execve and container.name = x", "o", "until the runtime" },
	{ "evt.type = execve and proc.stdin.name = /dev/null", "o", "missing for a file" },
	{ "evt.type = execve", "%proc.stdout.name", "missing for a file" },
	{ "evt.type = execve", "%proc.stderr.name", "missing for a file" },
	{ "evt.type = open", "%evt.args", "numbers of its own" },
	{ "evt.type = open", "%evt.info", "numbers of its own" },
	{ "evt.type = open and evt.rawarg.flags = 1", "o", "numbers of its own" },
	{ "evt.type = ptrace", "%evt.arg.pid", "looks the number up on the host" },
	{ "evt.type = clone", "%evt.arg.vtid", "without a name" },
	{ "evt.type = clone", "%evt.arg.vpid", "without a name" },
	{ "evt.type = execve", "%proc.aname", "all ancestors" },
	{ "evt.type = execve", "%proc.aexe", "all ancestors" },
	{ "evt.type = execve", "%proc.aexepath", "all ancestors" },
	{ "evt.type = execve", "%proc.acmdline", "all ancestors" },
	{ "evt.type = execve", "%proc.apid", "all ancestors" },
	{ "evt.type = execve", "%toupper(user.loginname)", "missing without a login" },
	/* data that is not there */
	{ "evt.type = execve and container.image = x", "o", "does not have its data" },
	{ "evt.type = execve", "%k8s.pod.name", "does not have its data" },
	{ "evt.type = unlink and fs.path.name = /x", "o", "not filled for unlink" },
	{ "evt.type in (listen, connect) and fd.sport = 22", "o", "not filled for listen" },
	/* the language */
	{ "evt.type = execve and proc.duration > 5s", "o", "a duration with a unit" },
	{ "evt.type = execve and proc.name regex \"a+\"", "o", "within a budget" },
	{ "evt.type = module_load", "o", "an event that Falco does not have" },
	{ "evt.type in (open, cgroup_mkdir)", "o", "an event that Falco does not have" },
	{ "evt.type = execve and proc.args contains \"\\xff\"", "o", "no UTF-8" },
	/* text */
	{ "evt.type = execve", "a\\x7f%proc.name", "DEL and C1 controls" },
	{ "evt.type = execve", "a\\u009b%proc.name", "DEL and C1 controls" },
};

static struct ruleset_loader *load(const char *condition, const char *output)
{
	const struct rules_options options = { .output_check = alert_output_check,
					       .output_refs = alert_output_refs };
	struct ruleset_loader *l = ruleset_loader_new(&options);
	struct ruleset *set;
	char *text = NULL;
	int n = asprintf(&text, "- rule: r\n  desc: d\n  priority: INFO\n  condition: >\n    %s\n"
			 "  output: \"%s\"\n", condition, output);

	assert_non_null(l);
	assert_true(n > 0);
	assert_int_equal(ruleset_loader_add_source(l, STR("f"), (struct str){ text, (size_t)n },
						   STR("test"), STR("")), 0);
	free(text);
	if (ruleset_loader_finish(l, &set)) {
		diag_list_print(stderr, ruleset_loader_diags(l));
		fail_msg("%s: refused", condition);
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
		struct ruleset_loader *l = load(rows[i].condition, rows[i].output);
		unsigned int n = notes_of(l, rows[i].note);

		if (rows[i].note ? !n : n)
			fail_msg("%s; %s: %u notes of \"%s\"", rows[i].condition, rows[i].output,
				 n, rows[i].note ? rows[i].note : "any");
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
		l = load(condition, "o");
		assert_int_equal(notes_of(l, "199 parentheses"), depth > 199);
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
