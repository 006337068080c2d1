/* SPDX-License-Identifier: Apache-2.0 */
/* saker explain: what a rule became. */
#include <errno.h>
#include <stdio.h>
#include "app/command.h"
#include "app/log.h"
#include "app/rules.h"
#include "lib/guess.h"
#include "rule/explain.h"

static int unknown_rule(const struct ruleset *set, const char *name)
{
	struct guess guess = guess_init(str_of(name));

	for (uint32_t i = 0; i < set->nrules; i++)
		guess_try(&guess, arena_str(set->arena, set->rules[i].name).p);
	log_line("no rule \"%s\"%s%s%s; `saker list rules` tells all", name,
		 guess.best ? "; did you mean \"" : "", guess.best ? guess.best : "",
		 guess.best ? "\"?" : "");
	return EXIT_NO;
}

int cmd_explain(const struct args *args)
{
	const struct rule *rule;
	struct ruleset *set;
	int r = rules_load(&set, args->rules, args->nrules);

	if (r < 0)
		return r == -EINVAL ? EXIT_NO : EXIT_CANNOT;
	rule = ruleset_find(set, str_of(args->operands[0]));
	if (rule)
		rule_explain(stdout, set, rule);
	r = rule ? EXIT_DONE : unknown_rule(set, args->operands[0]);
	ruleset_unref(set);
	return r;
}
