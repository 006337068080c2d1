/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests how many lines and names a list of what a capture lacks has: 20 rules, six types of each,
 * and the number of further ones.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "alert/raise.h"
#include "lib/buf.h"
#include "rule/load.h"
#include "ruleset/lacks.h"
#include "ruleset/select.h"

/* What a capture without any call lacks for @n rules of the same condition. */
static const char *lacks_of(unsigned int n, const char *condition)
{
	static const struct saker_selection nothing;
	static struct saker_selection want;
	static char text[16384];
	struct ruleset_loader *l = ruleset_loader_new(NULL);
	struct alert_templates *templates;
	struct ruleset *set = NULL;
	struct buf b = BUF_ON(text);
	struct lacks lacks;
	char *yaml = NULL;
	size_t size;
	FILE *f = open_memstream(&yaml, &size);

	for (unsigned int i = 0; i < n; i++)
		fprintf(f, "- {rule: R%u, desc: d, output: o, priority: info, condition: '%s'}\n", i, condition);
	fclose(f);
	assert_int_equal(ruleset_loader_add_source(l, STR("a"), str_of(yaml), STR(""), STR("")), 0);
	assert_int_equal(ruleset_loader_finish(l, &set), 0);
	assert_int_equal(alert_templates_new(&templates, set, STR("")), 0);
	select_for_rules(&want, set, 0);
	lacks_find(&lacks, &nothing, &want);
	lacks_rules_text(&b, &lacks, set, templates);
	assert_false(b.cut);
	text[b.n] = '\0';
	alert_templates_free(templates);
	ruleset_unref(set);
	ruleset_loader_free(l);
	free(yaml);
	return text;
}

static unsigned int lines(const char *text)
{
	unsigned int n = 0;

	while ((text = strchr(text, '\n'))) {
		text++;
		n++;
	}
	return n;
}

static void test_six_types_of_a_rule_are_named(void **state)
{
	(void)state;
	assert_string_equal(lacks_of(1, "evt.type in (read, write, getpid, shutdown, bind, listen)"),
			    "the rule \"R0\" also needs events that the capture does not hold: "
			    "read, write, getpid, shutdown, bind, listen\n");
	assert_string_equal(lacks_of(1, "evt.type in (read, write, getpid, shutdown, bind, listen, kill, uname)"),
			    "the rule \"R0\" also needs events that the capture does not hold: "
			    "read, write, getpid, shutdown, bind, listen and 2 more\n");
}

static void test_20_rules_are_named(void **state)
{
	const char *text = lacks_of(20, "evt.type = read");

	(void)state;
	assert_int_equal(lines(text), 20);
	assert_non_null(strstr(text, "\"R19\""));
	text = lacks_of(22, "evt.type = read");
	assert_int_equal(lines(text), 21);
	assert_null(strstr(text, "\"R20\""));
	assert_non_null(strstr(text, "\n2 more rules need what the capture does not hold\n"));
}

static void test_every_field_that_needs_it_is_named(void **state)
{
	const char *text = lacks_of(1, "evt.type = read and proc.stdin.name = a");

	(void)state;
	assert_non_null(strstr(text, "the rule \"R0\" needs the paths of descriptors 0 to 2 "
			       "(proc.stdin.name, proc.stdout.name, proc.stderr.name), which the capture "
			       "does not hold: checks on it do not match\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_six_types_of_a_rule_are_named),
		cmocka_unit_test(test_20_rules_are_named),
		cmocka_unit_test(test_every_field_that_needs_it_is_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
