/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests what each key of rule files does and how each mistake is reported. A
 * case is a file and the expected messages, one line each: level, line:column,
 * code, and the beginning of the text.
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include "rule/engine.h"
#include "rule/report.h"
#include "rule/test-load.h"

static void test_a_macro_may_be_redefined_after_its_use(void **state)
{
	(void)state;
	gives("- macro: m\n  condition: proc.name = a\n" R("R", "evt.type = open and m"),
	      "- macro: m\n  condition: proc.name = b\n",
	      "evt.type = open and proc.name = b");
}

static void test_a_list_may_be_appended_to_after_its_use(void **state)
{
	(void)state;
	gives("- list: l\n  items: [a]\n" R("R", "evt.type = open and proc.name in (l)"),
	      "- list: l\n  items: [b]\n  override: {items: append}\n",
	      "evt.type = open and proc.name in (a, b)");
	gives("- list: l\n  items: [a]\n" R("R", "evt.type = open and proc.name in (l)"),
	      "- list: l\n  items: [b]\n  append: true\n",
	      "evt.type = open and proc.name in (a, b)");
	gives("- list: l\n  items: [a]\n" R("R", "evt.type = open and proc.name in (l)"),
	      "- list: l\n  items: [b]\n  override: {items: replace}\n",
	      "evt.type = open and proc.name in (b)");
}

static void test_lists_stand_in_lists(void **state)
{
	(void)state;
	gives("- list: a\n  items: [x, '\"y z\"']\n- list: b\n  items: [a, w]\n"
	      R("R", "evt.type = open and proc.name in (b, v)"), NULL,
	      "evt.type = open and proc.name in (x, \"y z\", w, v)");
	gives("- list: a\n  items: [x, null, ~, '\"b\\q\"', '\"c', 1, '\"']\n"
	      R("R", "evt.type = open and proc.name in (a)"), NULL,
	      "evt.type = open and proc.name in (x, \"\\\"b\\\\q\\\"\", \"\\\"c\", 1, \"\\\"\")");
	gives("- list: a\n  items: [a, b]\n- list: b\n  items: [a]\n"
	      R("R", "evt.type = open and proc.name in (a, b)"), NULL,
	      "evt.type = open and proc.name in (a, a, a)");
}

static void test_a_list_in_a_list_may_be_changed_later(void **state)
{
	static const char both[] = "- list: inner\n  items: [a, b]\n- list: outer\n  items: [x, inner]\n"
				   R("R", "evt.type = open and proc.name in (outer)");

	(void)state;
	gives(both, "- list: inner\n  items: [c]\n  append: true\n",
	      "evt.type = open and proc.name in (x, a, b, c)");
	gives(both, "- list: inner\n  items: [c]\n  override: {items: append}\n",
	      "evt.type = open and proc.name in (x, a, b, c)");
	gives(both, "- list: inner\n  items: [c]\n", "evt.type = open and proc.name in (x, c)");
	gives(both, "- list: inner\n  items: [c]\n  override: {items: replace}\n",
	      "evt.type = open and proc.name in (x, c)");
	gives(both, "- list: outer\n  items: [inner, y]\n",
	      "evt.type = open and proc.name in (a, b, y)");
	gives("- list: outer\n  items: [x, inner]\n" R("R", "evt.type = open and proc.name in (outer)"),
	      "- list: inner\n  items: [a]\n", "evt.type = open and proc.name in (x, a)");
	gives("- list: outer\n  items: [x, inner]\n" R("R", "evt.type = open and proc.name in (outer)"),
	      "- list: inner\n  items: [a]\n- list: outer\n  items: [y]\n  append: true\n",
	      "evt.type = open and proc.name in (x, a, y)");
}

/* b is expanded within a, where the name a can only be a word. */
static void test_lists_that_name_each_other_end(void **state)
{
	(void)state;
	gives("- list: a\n  items: [b]\n- list: b\n  items: [a, x]\n- list: a\n  items: [b, y]\n"
	      R("R", "evt.type = open and proc.name in (a)"), NULL,
	      "evt.type = open and proc.name in (a, x, y)");
}

static void test_conditions_are_appended_with_a_blank(void **state)
{
	(void)state;
	gives(R("R", "evt.type = open"),
	      "- rule: R\n  condition: and proc.name = a\n  override: {condition: append}\n",
	      "evt.type = open and proc.name = a");
	gives(R("R", "evt.type = open"), "- rule: R\n  append: true\n  condition: or evt.type = dup\n",
	      "evt.type = open or evt.type = dup");
	gives("- macro: m\n  condition: evt.type = open\n" R("R", "m"),
	      "- macro: m\n  append: true\n  condition: or evt.type = dup\n",
	      "evt.type = open or evt.type = dup");
	gives(R("R", "evt.type = open"),
	      "- rule: R\n  condition: evt.type = dup\n  override: {condition: replace}\n",
	      "evt.type = dup");
}

static void test_rules_keep_their_first_place(void **state)
{
	struct loaded l = load(R("A", "evt.type = open") R("B", "evt.type = open"),
			       R("C", "evt.type = open") R("A", "evt.type = dup"));

	(void)state;
	assert_int_equal(l.r, 0);
	assert_int_equal(l.set->nrules, 3);
	assert_true(str_eq(l.set->rules[0].name, STR("A")));
	condition_is(&l, "A", "evt.type = dup");
	assert_true(str_eq(l.set->rules[2].name, STR("C")));
	unload(&l);
}

static void test_the_other_keys_of_a_rule_can_be_given_and_replaced(void **state)
{
	static const char *const files[] = {
		R("R", "evt.type = open") "  capture: true\n  capture_duration: 5\n",
		R("R", "evt.type = open") "- rule: R\n  capture: true\n  capture_duration: 5\n"
		"  override: {capture: replace, capture_duration: replace}\n",
	};
	struct loaded l;

	(void)state;
	for (unsigned int i = 0; i < 2; i++) {
		const struct rule *rule;

		l = load(files[i], NULL);
		assert_int_equal(l.r, 0);
		rule = ruleset_find(l.set, STR("R"));
		assert_true(rule->capture);
		assert_int_equal(rule->capture_ms, 5);
		unload(&l);
	}
	l = load(R("R", "evt.type = open"), "- rule: R\n  override: {enabled: replace}\n  enabled: false\n");
	assert_int_equal(l.r, 0);
	assert_int_equal(l.set->nrules, 0);
	unload(&l);
}

static void test_a_rule_has_each_tag_once(void **state)
{
	struct loaded l = load(R("R", "evt.type = open") "  tags: [b, a, [x], b, '']\n",
			       "- rule: R\n  tags: [c, a, b, a]\n  override: {tags: append}\n");
	static const char *const want[] = { "", "a", "b", "c" };

	(void)state;
	assert_int_equal(l.r, 0);
	assert_int_equal(l.set->rules[0].ntags, 4);
	for (size_t i = 0; i < 4; i++)
		assert_true(str_eq(l.set->rules[0].tags[i], str_of(want[i])));
	unload(&l);
}

static bool usr_merge(void *ctx, struct str path, struct str *ret)
{
	(void)ctx;
	if (!str_starts(path, STR("/bin/")))
		return false;
	*ret = STR("/usr/bin/sh");
	return true;
}

static void test_constants_pass_through_the_hosts_links(void **state)
{
	struct rules_options options = { .link = usr_merge };
	struct loaded l = load_with(&options, R("R", "evt.type = open and fd.name = /bin/sh")
				    R("S", "evt.type = open and fd.name startswith /bin/sh")
				    R("P", "evt.type = open and fd.name pmatch (/bin/sh)")
				    R("C", "evt.type = open and fd.name contains /bin/sh")
				    R("N", "evt.type = open and proc.name = /bin/sh"), NULL);
	static const unsigned int linked[] = { 1, 1, 1, 0, 0 };
	const struct check *check;

	(void)state;
	assert_int_equal(l.r, 0);
	condition_is(&l, "R", "evt.type = open and fd.name = /bin/sh");
	check = l.set->rules[0].condition.leaves[1].check;
	assert_int_equal(check->nvalues, 2);
	assert_int_equal(check->nlinked, 1);
	assert_true(str_eq(check->values[1].s, STR("/usr/bin/sh")));
	assert_int_equal(l.set->program.preds[l.set->rules[0].condition.leaves[1].pred].symbols.n, 2);
	for (unsigned int i = 0; i < 5; i++)
		assert_int_equal(l.set->rules[i].condition.leaves[1].check->nlinked, linked[i]);
	unload(&l);
}

/* Problems, as golden text. */

static const struct problem {
	const char *file, *want;
} problems[] = {
	{ "a: 1\n", "E 1:1 LOAD_ERR_YAML_VALIDATE Rules content is not yaml array" },
	{ "- [\n", "E 2:1 LOAD_ERR_YAML_PARSE not YAML" },
	{ "- 1\n", "E 1:3 LOAD_ERR_YAML_VALIDATE Unexpected element type" },
	{ "- nosuch: 1\n", "W 1:3 LOAD_UNKNOWN_ITEM Unknown top level item" },
	{ "- required_engine_version: 63\n", "" },
	{ "- required_engine_version: 0.63.0\n", "" },
	{ "- required_engine_version: 0.64.0\n",
	  "E 1:28 LOAD_ERR_VALIDATE Rules require engine version 0.64.0, but engine version is 0.63.0" },
	{ "- required_engine_version: 64\n",
	  "E 1:28 LOAD_ERR_VALIDATE Rules require engine version 0.64.0, but engine version is 0.63.0" },
	{ "- required_plugin_versions: [{name: container, version: 0.7.5}]\n", "" },
	{ "- required_plugin_versions: [{name: json, version: 0.7.4}]\n", "" },
	{ "- required_plugin_versions: [{name: k8saudit, version: 0.18.0}]\n", "" },
	{ "- required_plugin_versions: [{name: k8smeta, version: 0.4.2}]\n", "" },
	{ "- required_plugin_versions: [{name: container, version: 0.7.6}]\n",
	  "E 1:30 LOAD_ERR_VALIDATE Plugin requirement not satisfied" },
	{ "- required_plugin_versions: [{name: container, version: 0.8.0}]\n",
	  "E 1:30 LOAD_ERR_VALIDATE Plugin requirement not satisfied" },
	{ "- required_plugin_versions: [{name: container, version: 1.0.0}]\n",
	  "E 1:30 LOAD_ERR_VALIDATE Plugin requirement not satisfied" },
	{ "- required_engine_version: 0.57.0\n", "" },
	{ "- required_engine_version: x\n", "E 1:28 LOAD_ERR_VALIDATE Unable to parse engine version" },
	{ "- required_plugin_versions: [{name: container, version: 0.4.0}]\n", "" },
	{ "- required_plugin_versions: [{name: nosuch, version: 0.4.0}]\n",
	  "E 1:30 LOAD_ERR_VALIDATE Plugin requirement not satisfied" },
	{ "- required_plugin_versions:\n  - name: nosuch\n    version: 0.4.0\n    alternatives:\n"
	  "      - {name: json, version: 0.7.0}\n", "" },
	{ R("R", "evt.type = open") "  capture_duration: 4294967295\n", "" },
	{ R("R", "evt.type = open") "  capture_duration: 4294967296\n",
	  "E 6:21 LOAD_ERR_YAML_VALIDATE Can't decode" },
	{ R("R", "evt.type = open") "  capture_duration: 5s\n", "E 6:21 LOAD_ERR_YAML_VALIDATE Can't decode" },
	{ R("R", "evt.type = open") "  capture_duration: ''\n", "E 6:21 LOAD_ERR_YAML_VALIDATE Can't decode" },
	{ R("R", "evt.type = open") "  capture_duration: -18446744073709551615\n",
	  "E 6:21 LOAD_ERR_YAML_VALIDATE Can't decode" },
	{ R("R", "evt.type = open") "  capture_duration: \"5\\0s\"\n",
	  "E 6:21 LOAD_ERR_YAML_VALIDATE Can't decode" },
	{ "- list: l\n  items:\n" R("R", "evt.type = open and not proc.name in (l)"), "" },
	{ "- list: l\n  items: {a: b}\n", "E 2:10 LOAD_ERR_YAML_VALIDATE Mapping for key 'items' is not a list" },
	{ "- list: l\n  items: a\n", "E 2:10 LOAD_ERR_YAML_VALIDATE Mapping for key 'items' is not a list" },
	{ "- list: l\n", "E 1:3 LOAD_ERR_YAML_VALIDATE Item has no mapping for key 'items'" },
	{ "- list: l\n  items: [a]\n",
	  "W 1:3 LOAD_UNUSED_LIST List not referred to by any other rule/macro" },
	{ "- macro: m\n  condition: proc.name = a\n",
	  "W 1:3 LOAD_UNUSED_MACRO Macro not referred to by any other rule/macro" },
	{ "- macro: m\n", "E 1:3 LOAD_ERR_YAML_VALIDATE Item has no mapping for key 'condition'" },
	{ "- macro: m\n  condition: ''\n",
	  "E 2:14 LOAD_ERR_YAML_VALIDATE Mapping for key 'condition' is empty" },
	{ "- macro: m\n  append: true\n  condition: and x\n",
	  "E 1:3 LOAD_ERR_VALIDATE Macro has 'append' key but no macro by that name already exists\n"
	  "W 2:11 LOAD_DEPRECATED_ITEM 'append' key is deprecated" },
	{ "- rule: R\n  override: {condition: append}\n  condition: and x\n",
	  "E 1:3 LOAD_ERR_VALIDATE Rule has 'override' key but no rule by that name already exists" },
	{ "- rule: R\n  enabled: false\n",
	  "E 1:3 LOAD_ERR_VALIDATE Rule has 'enabled' key but no rule by that name already exists" },
	{ R("R", "evt.type = open") "- rule: R\n  enabled: false\n",
	  "W 7:12 LOAD_DEPRECATED_ITEM The standalone 'enabled' key usage is deprecated" },
	{ R("R", "evt.type = open") "- rule: R\n  override: {desc: append}\n",
	  "E 7:14 LOAD_ERR_VALIDATE An append override for 'desc' was specified but 'desc' is not" },
	{ R("R", "evt.type = open") "- rule: R\n  override: {priority: append}\n  priority: info\n",
	  "E 7:14 LOAD_ERR_VALIDATE Key 'priority' cannot be appended to" },
	{ R("R", "evt.type = open") "- rule: R\n  override: {desc: append}\n  desc: x\n  output: y\n",
	  "E 9:3 LOAD_ERR_VALIDATE Unexpected key 'output': no corresponding entry under 'override'" },
	{ R("R", "evt.type = open") "- rule: R\n  append: true\n",
	  "E 6:3 LOAD_ERR_VALIDATE Appended rule must have exceptions or condition property\n"
	  "W 7:11 LOAD_DEPRECATED_ITEM 'append' key is deprecated" },
	{ R("R", "evt.type = open") "- rule: R\n  append: true\n  override: {condition: append}\n"
	  "  condition: and proc.name = a\n",
	  "E 7:11 LOAD_ERR_VALIDATE Keys 'override' and 'append: true' cannot be used together" },
	{ R("R", "evt.type=open and proc.name in (l)") "- list: l\n  items: [a]\n  override: {items: replace}\n",
	  "" },
	{ R("R", "m") "- macro: m\n  condition: evt.type = open\n  override: {condition: replace}\n", "" },
	{ R("R", "evt.type=open and proc.name in (l)") "- list: l\n  items: [a]\n  override: {items: append}\n",
	  "E 6:3 LOAD_ERR_VALIDATE List has 'override' key but no list by that name already exists" },
	{ R("R", "evt.type=open and proc.name in (l)") "- list: l\n  items: [a]\n  override: {item: append}\n",
	  "W 8:14 LOAD_UNKNOWN_KEY Unknown key 'item'. The key will be ignored." },
	{ R("R", "evt.type=open and proc.name in (l)") "- list: l\n  items: [a]\n  override: append\n",
	  "E 8:13 LOAD_ERR_VALIDATE override is not a map of keys" },
	{ R("R", "evt.type=open and proc.name in (l)") "- list: l\n  items: [a]\n  override:\n",
	  "W 8:12 LOAD_UNKNOWN_KEY 'override' is empty and is ignored" },
	{ R("R", "evt.type = open") "  override: {}\n", "W 6:13 LOAD_UNKNOWN_KEY 'override' is empty" },
	{ R("R", "evt.type = open") "  override:\n", "W 6:12 LOAD_UNKNOWN_KEY 'override' is empty" },
	{ R("R", "evt.type = open") "  override: ~\n", "W 6:13 LOAD_UNKNOWN_KEY 'override' is empty" },
	{ R("R", "evt.type = open") "  override: replace\n",
	  "E 6:13 LOAD_ERR_VALIDATE override is not a map of keys" },
	{ R("R", "evt.type = open") "- rule: R\n  enabled: false\n  tags: [t]\n  append: false\n",
	  "W 7:12 LOAD_DEPRECATED_ITEM The standalone 'enabled' key usage is deprecated\n"
	  "W 8:3 LOAD_UNKNOWN_KEY The key 'tags' is ignored beside 'enabled'" },
	{ R("R", "evt.type = open") "- rule: R\n  enabled: false\n  desc: x\n",
	  "E 6:3 LOAD_ERR_YAML_VALIDATE Item has no mapping for key 'condition'\n"
	  "E 6:3 LOAD_ERR_YAML_VALIDATE Item has no mapping for key 'output'\n"
	  "E 6:3 LOAD_ERR_YAML_VALIDATE Item has no mapping for key 'priority'" },
	{ "- list: l\n  items:\n  - a\n  -\n  - null\n" R("R", "evt.type=open and proc.name in (l)"),
	  "W 4:4 LOAD_UNKNOWN_ITEM an empty list item is ignored\n"
	  "W 5:5 LOAD_UNKNOWN_ITEM an empty list item is ignored" },
	{ "- list: l\n  items: ['', \"null\"]\n" R("R", "evt.type=open and proc.name in (l)"), "" },
	{ "-\n" R("R", "evt.type = open"), "W 1:2 LOAD_UNKNOWN_ITEM an empty item is ignored" },
	{ R("R", "evt.type = open") "  nosuch: 1\n",
	  "W 6:3 LOAD_UNKNOWN_KEY Unknown key 'nosuch'. The key will be ignored." },
	{ R("R", "evt.type = open") "  enabled: perhaps\n",
	  "E 6:12 LOAD_ERR_YAML_VALIDATE Can't decode value of 'enabled'" },
	{ R("R", "evt.type = open") "  enabled: tr\n", "E 6:12 LOAD_ERR_YAML_VALIDATE Can't decode" },
	{ R("R", "evt.type = open") "  enabled: many\n", "E 6:12 LOAD_ERR_YAML_VALIDATE Can't decode" },
	{ R("R", "evt.type = open") "  enabled: FALS\n", "E 6:12 LOAD_ERR_YAML_VALIDATE Can't decode" },
	{ R("R", "evt.type = open") "  enabled: wrong\n", "E 6:12 LOAD_ERR_YAML_VALIDATE Can't decode" },
	{ R("R", "evt.type = open") "  enabled: [a]\n  append: [b]\n",
	  "E 6:12 LOAD_ERR_YAML_VALIDATE Mapping for key 'enabled' is not a text\n"
	  "E 7:11 LOAD_ERR_YAML_VALIDATE Mapping for key 'append' is not a text" },
	{ R("R", "evt.type = open") "  enabled: On\n  capture: yes\n  warn_evttypes: N\n", "" },
	{ R("R", "evt.type = open") "  source: nosuch\n",
	  "W 6:11 LOAD_UNKNOWN_SOURCE Unknown source nosuch, skipping" },
	{ R("R", "evt.type = open") "  source: nosuch\n" R("R", "evt.type = dup"),
	  "W 6:11 LOAD_UNKNOWN_SOURCE Unknown source nosuch, skipping\n"
	  "W 7:3 LOAD_UNKNOWN_SOURCE Unknown source nosuch, skipping\n"
	  "W 7:3 SAKER_DEFINED_TWICE the rule is defined twice" },
	{ R("R", "evt.type = open") "  exceptions:\n", "" },
	{ R("R", "evt.type = open") "  exceptions: {a: b}\n",
	  "E 6:15 LOAD_ERR_VALIDATE exceptions is not a list" },
	{ R("R", "evt.type = open") "  source: nosuch\n- rule: R\n  override: {desc: append}\n  desc: x\n",
	  "W 6:11 LOAD_UNKNOWN_SOURCE Unknown source nosuch, skipping" },
	{ R("R", "evt.type = open") R("R", "evt.type = dup") "  source: nosuch\n",
	  "E 11:11 LOAD_ERR_VALIDATE Rule has been re-defined with a different source" },
	{ "- rule: R\n  desc: d\n  output: o\n  priority: urgent\n  condition: evt.type = open\n",
	  "E 4:13 LOAD_ERR_VALIDATE Invalid priority" },
	{ "- rule: R\n", "E 1:3 LOAD_ERR_YAML_VALIDATE Item has no mapping for key 'condition'\n"
	  "E 1:3 LOAD_ERR_YAML_VALIDATE Item has no mapping for key 'output'\n"
	  "E 1:3 LOAD_ERR_YAML_VALIDATE Item has no mapping for key 'desc'\n"
	  "E 1:3 LOAD_ERR_YAML_VALIDATE Item has no mapping for key 'priority'" },
	{ R("R", "proc.nmae = a"),
	  "E 5:14 LOAD_ERR_COMPILE_CONDITION filter_check called with nonexistent field proc.nmae" },
	{ R("R", "proc.nmae = a") "  skip-if-unknown-filter: true\n",
	  "W 5:14 LOAD_UNKNOWN_FILTER filter_check called with nonexistent field proc.nmae" },
	{ R("R", "evt.type = opne") "  skip-if-unknown-filter: true\n",
	  "W 5:25 LOAD_UNKNOWN_FILTER unknown event type opne" },
	{ R("R", "evt.type = open and nosuch"),
	  "E 5:34 LOAD_ERR_COMPILE_CONDITION Undefined macro 'nosuch' used in filter." },
	{ R("R", "proc.nmae = a and evt.type = opne and user.uid = root and nosuch and fd.num in no"),
	  "E 5:14 LOAD_ERR_COMPILE_CONDITION filter_check called with nonexistent field proc.nmae\n"
	  "E 5:43 LOAD_ERR_COMPILE_CONDITION unknown event type opne\n"
	  "E 5:63 LOAD_ERR_COMPILE_CONDITION expecting a number, not 'root'\n"
	  "E 5:72 LOAD_ERR_COMPILE_CONDITION Undefined macro 'nosuch' used in filter.\n"
	  "E 5:93 LOAD_ERR_COMPILE_CONDITION undefined list 'no'" },
	{ R("R", "tolower(proc.nmae) = a and concat(proc.name, fd.nmae) = b and evt.type = opne"),
	  "E 5:22 LOAD_ERR_COMPILE_CONDITION filter_check called with nonexistent field proc.nmae\n"
	  "E 5:59 LOAD_ERR_COMPILE_CONDITION filter_check called with nonexistent field fd.nmae\n"
	  "E 5:87 LOAD_ERR_COMPILE_CONDITION unknown event type opne" },
	{ "- list: l\n  items: [a, b]\n" R("R", "fd.num = l and fd.num = ten"),
	  "E 7:23 LOAD_ERR_COMPILE_CONDITION the list l stands where one value is expected\n"
	  "E 7:38 LOAD_ERR_COMPILE_CONDITION expecting a number, not 'ten'" },
	{ R("R", "proc.name in no and fd.num = l and proc.name in nowhere and nosuch") "- list: l\n  items: []\n",
	  "E 5:27 LOAD_ERR_COMPILE_CONDITION undefined list 'no'\n"
	  "E 5:43 LOAD_ERR_COMPILE_CONDITION the list l stands where one value is expected\n"
	  "E 5:62 LOAD_ERR_COMPILE_CONDITION undefined list 'nowhere'\n"
	  "E 5:74 LOAD_ERR_COMPILE_CONDITION Undefined macro 'nosuch' used in filter." },
	{ R("R", "nosuch and proc.name ="),
	  "E 5:36 LOAD_ERR_COMPILE_CONDITION expecting a value, not 'the end'" },
	{ R("R", "proc.nmae = a and proc.name ~ b"),
	  "E 5:14 LOAD_ERR_COMPILE_CONDITION filter_check called with nonexistent field proc.nmae\n"
	  "E 5:42 LOAD_ERR_COMPILE_CONDITION expecting an operator" },
	{ "- macro: m\n  condition: proc.nmae = a and user.uid = root\n- macro: n\n  condition: m\n"
	  R("R", "n and fd.nmae = 1") R("S", "m or n"),
	  "E 2:14 LOAD_ERR_COMPILE_CONDITION filter_check called with nonexistent field proc.nmae\n"
	  "E 2:43 LOAD_ERR_COMPILE_CONDITION expecting a number, not 'root'\n"
	  "E 9:20 LOAD_ERR_COMPILE_CONDITION filter_check called with nonexistent field fd.nmae" },
	{ "- macro: m\n  condition: proc.nmae = a\n" R("R", "m and fd.nmae = 1")
	  "  skip-if-unknown-filter: true\n",
	  "W 2:14 LOAD_UNKNOWN_FILTER filter_check called with nonexistent field proc.nmae\n"
	  "W 7:20 LOAD_UNKNOWN_FILTER filter_check called with nonexistent field fd.nmae" },
	{ R("R", "proc.nmae = a and user.uid = root") "  skip-if-unknown-filter: true\n",
	  "E 5:14 LOAD_ERR_COMPILE_CONDITION filter_check called with nonexistent field proc.nmae\n"
	  "E 5:43 LOAD_ERR_COMPILE_CONDITION expecting a number, not 'root'" },
	{ "- macro: a\n  condition: b\n- macro: b\n  condition: not a\n" R("R", "a"),
	  "E 4:18 LOAD_ERR_COMPILE_CONDITION reference loop in macro 'a'" },
	{ R("R", ">\n    evt.type = open\n    and\n    proc.name ~ a"),
	  "E 8:15 LOAD_ERR_COMPILE_CONDITION expecting an operator" },
	{ R("R", "\"evt.type = open and \\\"x\\\"\""),
	  "E 5:35 LOAD_ERR_COMPILE_CONDITION expecting a field" },
	{ R("R", "proc.name = a"),
	  "W 1:3 LOAD_NO_EVTTYPE Rule matches too many evt.type values" },
	{ R("R", "proc.name = a") "  warn_evttypes: false\n", "" },
	{ R("R", "evt.type = open and evt.dir = <"),
	  "W 5:34 LOAD_DEPRECATED_ITEM the field evt.dir is deprecated" },
	{ R("R", "evt.type = open and proc.name = a*"),
	  "W 5:46 LOAD_COMPILE_CONDITION '=' compares letter by letter" },
	{ R("R", "evt.type = open and proc.name regex abc"),
	  "W 5:50 LOAD_COMPILE_CONDITION the expression is not needed: '= abc' has the same meaning" },
	{ R("R", "evt.type = open and proc.name regex .*ab"),
	  "W 5:50 LOAD_COMPILE_CONDITION the expression is not needed: 'endswith ab' has the same" },
	{ R("R", "evt.type = open and proc.name regex ab.*"),
	  "W 5:50 LOAD_COMPILE_CONDITION the expression is not needed: 'startswith ab' has the same" },
	{ R("R", "evt.type = open and proc.name regex .*ab.*"),
	  "W 5:50 LOAD_COMPILE_CONDITION the expression is not needed: 'contains ab' has the same" },
	{ R("R", "evt.type = open and proc.name regex .bc"), "" },
	{ R("R", "evt.type = open and proc.name regex ab."), "" },
	{ R("R", "evt.type = open and proc.name regex .*"), "" },
	{ R("R", "evt.type = open and proc.name = proc.pname"),
	  "W 5:46 LOAD_COMPILE_CONDITION this is compared as text" },
	{ R("R", "evt.type = open") "  exceptions:\n    - name: e\n      fields: [proc.name, fd.name]\n"
	  "      comps: [=]\n",
	  "E 9:14 LOAD_ERR_VALIDATE Fields and comps lists must have equal length" },
	{ R("R", "evt.type = open") "  exceptions:\n    - {name: e, fields: [fd.name], comps: [startwith]}\n"
	  "    - {name: f, fields: [fd.name], comps: [in anyof]}\n"
	  "    - {name: g, fields: [fd.name], comps: [= some]}\n"
	  "    - {name: h, fields: [fd.num], comps: [<= anyof]}\n"
	  "    - {name: i, fields: [fd.name], comps: ['']}\n"
	  "    - {name: j, fields: [fd.num, fd.name], comps: [=, startwith]}\n",
	  "E 7:43 LOAD_ERR_VALIDATE 'startwith' is not a supported operator\n"
	  "E 8:43 LOAD_ERR_VALIDATE 'in anyof' is not a supported operator\n"
	  "E 9:43 LOAD_ERR_VALIDATE '= some' is not a supported operator\n"
	  "E 10:42 LOAD_ERR_VALIDATE '<= anyof' is not a supported operator\n"
	  "E 11:43 LOAD_ERR_VALIDATE '' is not a supported operator\n"
	  "E 12:51 LOAD_ERR_VALIDATE 'startwith' is not a supported operator" },
	{ R("R", "evt.type = open") "  exceptions:\n    - name: e\n      fields: [proc.name, fd.name]\n"
	  "      values: [[a]]\n",
	  "E 9:16 LOAD_ERR_VALIDATE Fields and values lists must have equal length" },
	{ R("R", "evt.type = open") "  exceptions:\n    - {name: e, fields: [proc.name]}\n"
	  "    - {name: e, fields: [fd.name]}\n",
	  "W 8:14 LOAD_EXCEPTION_NAME_NOT_UNIQUE Multiple definitions of exception" },
	{ R("R", "evt.type = open") "  exceptions:\n    - {name: e, fields: [proc.nmae], values: [[a]]}\n",
	  "E 7:26 LOAD_ERR_COMPILE_CONDITION filter_check called with nonexistent field proc.nmae" },
	{ R("R", "evt.type = open") "  exceptions:\n    - {name: e, fields: [proc.name], values: [[val(proc.nmae)]]}\n",
	  "E 7:48 LOAD_ERR_COMPILE_CONDITION filter_check called with nonexistent field proc.nmae" },
	{ "- macro: m\n  condition: proc.name = a\n- macro: m\n  condition: or proc.name = b\n"
	  "  override: {condition: add}\n" R("R", "evt.type = open and m"),
	  "E 5:25 LOAD_ERR_VALIDATE The value of 'condition' under 'override' is neither" },
	{ "- macro: m\n  condition: proc.name = a\n- macro: m\n  condition: proc.name = b\n"
	  "  override: {condition: replac}\n" R("R", "evt.type = open and m"),
	  "E 5:25 LOAD_ERR_VALIDATE The value of 'condition' under 'override' is neither" },
	{ "- &x\n  list: l\n  items: [*x]\n", "E 3:11 LOAD_ERR_YAML_PARSE an alias inside its own anchor" },
	{ "- list: l\n  items: &i [a]\n- list: k\n  items: *i\n" R("R", "evt.type=open and proc.name in (l,k)"),
	  "" },
	{ "- list: \"a\\0b\"\n  items: []\n", "W 1:3 LOAD_INVALID_LIST_NAME List has an invalid name\n"
	  "W 1:3 LOAD_UNUSED_LIST List not referred" },
	{ "\xff", "E 1:1 LOAD_ERR_YAML_PARSE the byte 0xff is not UTF-8" },
	{ "---\n---\n" R("R", "evt.type = open") "---\n", "" },
	{ "", "" },
};

static char *problems_of(const struct ruleset_loader *loader)
{
	const struct diag_list *list = ruleset_loader_diags(loader);
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	for (uint32_t i = 0; i < list->n; i++)
		fprintf(out, "%c %u:%u %s " STR_FMT "\n",
			list->items[i].level == DIAG_ERROR ? 'E' : 'W', list->items[i].line,
			list->items[i].col, list->items[i].code, STR_ARG(list->items[i].text));
	fclose(out);
	return text;
}

/* Compares line by line; each expected line is the beginning of the actual one. */
static bool same_problems(const char *want, const char *got)
{
	while (*want || *got) {
		size_t w = strcspn(want, "\n"), g = strcspn(got, "\n");

		if (w == 0 || strncmp(want, got, w))
			return false;
		want += w + (want[w] == '\n');
		got += g + (got[g] == '\n');
	}
	return true;
}

static void test_each_mistake_is_reported_at_its_place(void **state)
{
	unsigned int bad = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(problems) / sizeof(problems[0]); i++) {
		struct loaded l = load(problems[i].file, NULL);
		bool want_error = strstr(problems[i].want, "E ") == problems[i].want ||
				  strstr(problems[i].want, "\nE ");
		char *got = problems_of(l.loader);

		if (!same_problems(problems[i].want, got) || (l.r != 0) != want_error) {
			print_error("%s-- want (%d):\n%s\n-- got (%d):\n%s\n", problems[i].file,
				    want_error, problems[i].want, l.r, got);
			bad++;
		}
		free(got);
		unload(&l);
	}
	assert_int_equal(bad, 0);
}

static void test_a_message_names_the_item_and_its_kind(void **state)
{
	static const struct { const char *file, *code, *type, *name; } row[] = {
		{ "- list: l\n  items: [[a]]\n", "LOAD_ERR_YAML_VALIDATE", "list item", "l" },
		{ "- list: l\n  items: [~]\n", "LOAD_UNKNOWN_ITEM", "list item", "l" },
		{ "- rule: ''\n", "LOAD_ERR_YAML_VALIDATE", "rule", "" },
		{ "- macro: m\n  condition: [a]\n", "LOAD_ERR_YAML_VALIDATE", "macro", "m" },
		{ "- macro: m\n  condition: proc.nmae = a\n" R("R", "m"),
		  "LOAD_ERR_COMPILE_CONDITION", "macro condition", "m" },
		{ R("R", "proc.nmae = a"), "LOAD_ERR_COMPILE_CONDITION", "rule condition", "R" },
		{ R("R", "evt.type = open") "  exceptions: [{name: e, fields: a, comps: b}]\n",
		  "LOAD_ERR_VALIDATE", "exception", "R" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(row) / sizeof(row[0]); i++) {
		struct loaded l = load(row[i].file, NULL);
		const struct diag_list *list = ruleset_loader_diags(l.loader);
		const struct diag *d = list->items;

		while (d < list->items + list->n && strcmp(d->code, row[i].code))
			d++;
		if (d == list->items + list->n)
			fail_msg("%s: no message %s", row[i].file, row[i].code);
		if (strcmp(d->item_type, row[i].type) || !str_eq(d->item_name, str_of(row[i].name)))
			fail_msg("%s%s: %s " STR_FMT, row[i].file, d->code, d->item_type,
				 STR_ARG(d->item_name));
		unload(&l);
	}
}

static void test_broken_files_end_in_errors_and_nothing_else(void **state)
{
	static const char good[] = R("R", "evt.type = open and proc.name in (a, \"b c\")")
		"  exceptions:\n    - {name: e, fields: [proc.name], values: [[a]]}\n"
		"- list: l\n  items: [a, 'b']\n- macro: m\n  condition: (proc.name = a)\n";
	char file[sizeof(good)];
	unsigned int seed = 1;

	(void)state;
	for (unsigned int i = 0; i < 3000; i++) {
		struct loaded l;
		FILE *out = fopen("/dev/null", "w");

		memcpy(file, good, sizeof(good));
		for (unsigned int k = 0; k < 1 + i % 4; k++) {
			seed = seed * 1103515245 + 12345;
			file[(seed >> 8) % (sizeof(good) - 1)] = " \n:-[]{}()\"'#&*=\xff\x01\\z"[(seed >> 20) % 21];
		}
		l = load(file, NULL);
		assert_true(l.r == 0 || l.r == -EINVAL);
		assert_true((l.r == 0) == (ruleset_loader_diags(l.loader)->errors == 0));
		report_json(out, l.loader);
		report_text(out, l.loader, true);
		fclose(out);
		unload(&l);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_macro_may_be_redefined_after_its_use),
		cmocka_unit_test(test_a_list_may_be_appended_to_after_its_use),
		cmocka_unit_test(test_lists_stand_in_lists),
		cmocka_unit_test(test_a_list_in_a_list_may_be_changed_later),
		cmocka_unit_test(test_lists_that_name_each_other_end),
		cmocka_unit_test(test_conditions_are_appended_with_a_blank),
		cmocka_unit_test(test_rules_keep_their_first_place),
		cmocka_unit_test(test_the_other_keys_of_a_rule_can_be_given_and_replaced),
		cmocka_unit_test(test_a_rule_has_each_tag_once),
		cmocka_unit_test(test_constants_pass_through_the_hosts_links),
		cmocka_unit_test(test_each_mistake_is_reported_at_its_place),
		cmocka_unit_test(test_a_message_names_the_item_and_its_kind),
		cmocka_unit_test(test_broken_files_end_in_errors_and_nothing_else),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
