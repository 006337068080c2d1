/* SPDX-License-Identifier: Apache-2.0 */
/* Tests the conditions that exceptions give. */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "rule/test-load.h"

static void test_exceptions_become_negated_checks(void **state)
{
	(void)state;
	gives(R("R", "evt.type = open or evt.type = dup")
	      "  exceptions:\n"
	      "    - name: two\n"
	      "      fields: [proc.name, fd.name]\n"
	      "      comps: [=, startswith]\n"
	      "      values:\n"
	      "        - [a, /x]\n"
	      "        - [\"b c\", /y]\n"
	      "    - name: one\n"
	      "      fields: proc.pname\n"
	      "      values: [p, q]\n"
	      "    - name: list\n"
	      "      fields: [fd.name]\n"
	      "      comps: [in]\n"
	      "      values:\n"
	      "        - [[/a, /b]]\n"
	      "    - name: later\n"
	      "      fields: [fd.name]\n",
	      "- rule: R\n  override: {exceptions: append}\n  exceptions:\n"
	      "    - name: one\n      values: [r]\n",
	      "(evt.type = open or evt.type = dup)"
	      " and not (proc.name = a and fd.name startswith /x or"
	      " proc.name = \"b c\" and fd.name startswith /y)"
	      " and not proc.pname in (p, q, r) and not fd.name in (/a, /b)");
}

#define EXCEPTION(fields, comps, values) R("R", "evt.type = open") "  exceptions:\n    - name: e\n" \
	"      fields: " fields "\n      comps: " comps "\n      values: " values "\n"

static void test_a_list_may_be_written_with_parentheses(void **state)
{
	(void)state;
	gives(EXCEPTION("[proc.pname]", "[in]", "[['(a, \"b c\")'], [[d, '(e)']], [(f)]]"), NULL,
	      "evt.type = open and not (proc.pname in (a, \"b c\") or "
	      "proc.pname in (d, \"(e)\") or proc.pname in (f))");
	gives(EXCEPTION("[proc.pname]", "[=]", "[['(a, b)']]"), NULL,
	      "evt.type = open and not proc.pname = \"(a, b)\"");
}

static void test_values_are_compared_for_equality_if_comps_is_missing(void **state)
{
	(void)state;
	gives(R("R", "evt.type = open") "  exceptions:\n    - name: e\n"
	      "      fields: [proc.name, proc.pname, fd.name]\n      values: [[a, b, c], [d, e, f]]\n", NULL,
	      "evt.type = open and not (proc.name = a and proc.pname = b and fd.name = c or "
	      "proc.name = d and proc.pname = e and fd.name = f)");
}

static void test_exceptions_compare_with_fields_and_transformers(void **state)
{
	(void)state;
	gives(EXCEPTION("[proc.pname]", "[=]", "[[val(proc.name)]]"), NULL,
	      "evt.type = open and not proc.pname = val(proc.name)");
	gives(EXCEPTION("[proc.pname, fd.name]", "[=, startswith]",
			"[[tolower(proc.name), 'concat(\"/x/\", proc.name)'], [a, /y]]"), NULL,
	      "evt.type = open and not (proc.pname = tolower(proc.name) and "
	      "fd.name startswith concat(\"/x/\", proc.name) or proc.pname = a and "
	      "fd.name startswith /y)");
	gives(EXCEPTION("[proc.pname]", "[in]", "[[val(proc.name)]]"), NULL,
	      "evt.type = open and not proc.pname in val(proc.name)");
	gives(EXCEPTION("proc.pname", "=", "[val(proc.name), b]"), NULL,
	      "evt.type = open and not (proc.pname = val(proc.name) or proc.pname = b)");
	gives(EXCEPTION("proc.pname", "in", "[val(proc.name)]"), NULL,
	      "evt.type = open and not proc.pname in val(proc.name)");
	/* Text: quoted by its author, in a list of several, or not the name of a transformer. */
	gives(EXCEPTION("[proc.pname]", "[=]", "[['\"val(proc.name)\"']]"), NULL,
	      "evt.type = open and not proc.pname = \"val(proc.name)\"");
	gives(EXCEPTION("[proc.pname]", "[in]", "[[['val(proc.name)', b]]]"), NULL,
	      "evt.type = open and not proc.pname in (\"val(proc.name)\", b)");
	gives(EXCEPTION("[proc.pname]", "['= anyof']", "[[val(proc.name)]]"), NULL,
	      "evt.type = open and not proc.pname = anyof (\"val(proc.name)\")");
	gives(EXCEPTION("[proc.pname]", "[=]", "[['value(x)']]"), NULL,
	      "evt.type = open and not proc.pname = \"value(x)\"");
}

static void test_a_modifier_takes_a_list_of_values(void **state)
{
	static const struct { const char *comp, *want; } row[] = {
		{ "startswith anyof", "proc.pname startswith anyof (a, \"b c\")" },
		{ "== oneof", "proc.pname = oneof (a, \"b c\")" },
		{ "!= allof", "proc.pname != allof (a, \"b c\")" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char file[512], want[128];

		snprintf(file, sizeof(file), EXCEPTION("[proc.pname]", "['%s']", "[[[a, b c]]]"), row[i].comp);
		snprintf(want, sizeof(want), "evt.type = open and not %s", row[i].want);
		gives(file, NULL, want);
	}
}

static void test_values_of_exceptions_are_texts_whatever_they_contain(void **state)
{
	static const struct {
		const char *value, *want;
	} row[] = {
		{ "plain", "plain" }, { "a b", "\"a b\"" }, { "''", "\"\"" }, { "'\"'", "\"\\\"\"" },
		{ "'\"\"'", "\"\"" }, { "'\"a b\"'", "\"a b\"" }, { "'\"a'", "\"\\\"a\"" },
		{ "'a\"'", "\"a\\\"\"" }, { "\"'a\"", "\"'a\"" }, { "\"'a'\"", "a" },
		{ "'a\\b c'", "\"a\\\\b c\"" }, { "\"a\\x01 \\x1f\"", "\"a\\x01 \\x1f\"" },
		{ "\"\\xe9 b\"", "\"\xc3\xa9 b\"" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		char file[512], want[128];

		snprintf(file, sizeof(file), EXCEPTION("[proc.pname]", "[=]", "[[%s]]"), row[i].value);
		snprintf(want, sizeof(want), "evt.type = open and not proc.pname = %s", row[i].want);
		gives(file, NULL, want);
		snprintf(file, sizeof(file), EXCEPTION("proc.pname", "in", "[%s, z]"), row[i].value);
		snprintf(want, sizeof(want), "evt.type = open and not proc.pname in (%s, z)", row[i].want);
		gives(file, NULL, want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exceptions_become_negated_checks),
		cmocka_unit_test(test_a_list_may_be_written_with_parentheses),
		cmocka_unit_test(test_values_are_compared_for_equality_if_comps_is_missing),
		cmocka_unit_test(test_a_modifier_takes_a_list_of_values),
		cmocka_unit_test(test_values_of_exceptions_are_texts_whatever_they_contain),
		cmocka_unit_test(test_exceptions_compare_with_fields_and_transformers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
