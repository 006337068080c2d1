/* SPDX-License-Identifier: Apache-2.0 */
/* saker explain: prints the compiled form of a rule, or of all rules. */
#include <errno.h>
#include <stdio.h>
#include "cmd/cmd.h"
#include "explain/describe.h"
#include "ruleset/rules.h"
#include "lib/cleanup.h"
#include "rule/explain.h"
#include "rule/prefilter.h"

DEFINE_CLEANUP(struct ruleset_loader *, ruleset_loader_free)
DEFINE_CLEANUP(struct ruleset *, ruleset_unref)
DEFINE_CLEANUP(struct prefilter *, prefilter_free)

static void explain_text(const struct ruleset *set, const struct prefilter *prefilter,
			 const struct rule *only)
{
	for (uint32_t i = 0; i < set->nrules; i++) {
		if (only && only != &set->rules[i])
			continue;
		fputs(i && !only ? "\n" : "", stdout);
		rule_explain(stdout, set, &set->rules[i]);
		prefilter_explain(stdout, prefilter, i);
	}
}

int cmd_explain(const struct args *args)
{
	_cleanup_(ruleset_loader_freep) struct ruleset_loader *loader = NULL;
	_cleanup_(prefilter_freep) struct prefilter *prefilter = NULL;
	_cleanup_(ruleset_unrefp) struct ruleset *set = NULL;
	const struct rule *rule = NULL;
	int r = rules_describe(&loader, &set, args->rules, args->nrules, stderr);

	if (r < 0)
		return r == -EINVAL ? EXIT_NO : EXIT_CANNOT;
	if (args->noperands) {
		rule = rules_find(set, str_of(args->operands[0]), args->nrules ?
				  "`saker list rules -r FILE` lists those of a file" :
				  "`saker list rules` lists all rules; give other files with -r FILE",
				  stderr);
		if (!rule)
			return EXIT_NO;
	}
	if (prefilter_new(&prefilter, set) < 0)
		return EXIT_CANNOT;
	if (args->json)
		describe_json(stdout, loader, set, prefilter, rule);
	else
		explain_text(set, prefilter, rule);
	return EXIT_DONE;
}
