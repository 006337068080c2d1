/* SPDX-License-Identifier: Apache-2.0 */
/* saker explain: what a rule became. */
#include <errno.h>
#include <stdio.h>
#include "app/command.h"
#include "app/rules.h"
#include "rule/explain.h"

int cmd_explain(const struct args *args)
{
	const struct rule *rule;
	struct ruleset *set;
	int r = rules_load(&set, args->rules, args->nrules);

	if (r < 0)
		return r == -EINVAL ? EXIT_NO : EXIT_CANNOT;
	rule = rules_find(set, str_of(args->operands[0]));
	if (rule)
		rule_explain(stdout, set, rule);
	r = rule ? EXIT_DONE : EXIT_NO;
	ruleset_unref(set);
	return r;
}
