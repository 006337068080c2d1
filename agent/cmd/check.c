/* SPDX-License-Identifier: Apache-2.0 */
/* saker check: validates rule files and prints every problem in the form of compiler messages. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "cmd/cmd.h"
#include "explain/diff.h"
#include "lib/log.h"
#include "ruleset/rules.h"
#include "lib/cleanup.h"
#include "rule/lint.h"
#include "rule/report.h"

DEFINE_CLEANUP(struct ruleset_loader *, ruleset_loader_free)

int cmd_check(const struct args *args)
{
	_cleanup_(ruleset_loader_freep) struct ruleset_loader *loader = NULL;
	struct ruleset *set = NULL;
	int r = rules_read(&loader, args->rules, args->nrules);

	if (r < 0)
		return EXIT_CANNOT;
	ruleset_loader_check(loader);
	r = ruleset_loader_finish(loader, &set);
	ruleset_unref(set);		/* the loader has a reference */
	if (r < 0 && r != -EINVAL) {
		log_line("checking rules: %s", strerror(-r));
		return EXIT_CANNOT;
	}
	if (ruleset_lint(loader) < 0 || (args->diff && diff_add(loader) < 0)) {
		log_line("checking rules: %s", strerror(ENOMEM));
		return EXIT_CANNOT;
	}
	if (args->json)
		report_json(stdout, loader);
	else
		report_text(stdout, loader, args->details);
	return r < 0 ? EXIT_NO : EXIT_DONE;
}
