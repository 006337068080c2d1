/* SPDX-License-Identifier: Apache-2.0 */
/* Loads rule files from texts, for tests, and compares the conditions that they give. */
#ifndef RULE_TEST_LOAD_H
#define RULE_TEST_LOAD_H

#include <stdio.h>
#include <stdlib.h>
#include "filter/print.h"
#include "rule/load.h"
#include "rule/report.h"

#define R(name, condition)								\
	"- rule: " name "\n  desc: d\n  output: o\n  priority: info\n  condition: " condition "\n"

struct loaded {
	struct ruleset_loader *loader;
	struct ruleset *set;
	int r;
};

static inline struct loaded load_with(const struct rules_options *options, const char *a, const char *b)
{
	struct loaded l = { .loader = ruleset_loader_new(options) };

	assert_non_null(l.loader);
	l.r = ruleset_loader_add_source(l.loader, STR("a.yaml"), str_of(a), STR("test"), STR(""));
	if (l.r == 0 && b)
		l.r = ruleset_loader_add_source(l.loader, STR("b.yaml"), str_of(b), STR("test"),
						STR(""));
	if (l.r == 0)
		l.r = ruleset_loader_finish(l.loader, &l.set);
	return l;
}

static inline struct loaded load(const char *a, const char *b)
{
	return load_with(NULL, a, b);
}

static inline void unload(struct loaded *l)
{
	ruleset_unref(l->set);
	ruleset_loader_free(l->loader);
}

/* A set of one rule with that condition on these fields. */
static inline struct ruleset *load_condition(const struct field_def *fields, unsigned int n, const char *condition)
{
	const struct field_set names = { fields, n };
	const struct rules_options options = { .fields = &names };
	struct ruleset_loader *l = ruleset_loader_new(&options);
	struct ruleset *set = NULL;
	char yaml[512];

	snprintf(yaml, sizeof(yaml), "- rule: R\n  desc: d\n  output: o\n  priority: info\n"
		 "  condition: >\n    %s\n", condition);
	ruleset_loader_add_source(l, STR("case"), str_of(yaml), STR(""), STR(""));
	if (ruleset_loader_finish(l, &set) < 0) {
		diag_list_print(stderr, ruleset_loader_diags(l));
		fail_msg("%s", condition);
	}
	ruleset_loader_free(l);
	return set;
}

/* A set of the rules in @text, which must have no error. */
static inline struct ruleset *load_random(const char *text)
{
	struct loaded l = load(text, NULL);

	if (l.r < 0)
		fail_msg("%s\nthese rules have an error: %d", text, l.r);
	ruleset_loader_free(l.loader);
	return l.set;
}

static inline void condition_is(const struct loaded *l, const char *rule, const char *want)
{
	const struct rule *r = ruleset_find(l->set, str_of(rule));
	char *text = NULL;
	size_t n;
	FILE *out;

	assert_non_null(r);
	out = open_memstream(&text, &n);
	expr_print(out, r->expr, NULL, NULL);
	fclose(out);
	assert_string_equal(text, want);
	free(text);
}

/* Loads both files into one condition of the rule R. */
static inline void gives(const char *a, const char *b, const char *want)
{
	struct loaded l = load(a, b);

	if (l.r)
		diag_list_print(stderr, ruleset_loader_diags(l.loader));
	assert_int_equal(l.r, 0);
	condition_is(&l, "R", want);
	unload(&l);
}

#endif /* RULE_TEST_LOAD_H */
