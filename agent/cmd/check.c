/* SPDX-License-Identifier: Apache-2.0 */
/* saker check: validates rule files and prints every problem in the form of compiler messages. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include "cmd/cmd.h"
#include "explain/diff.h"
#include "lib/log.h"
#include "coverage/covered.h"
#include "ruleset/rules.h"
#include "lib/cleanup.h"
#include "rule/lint.h"
#include "rule/report.h"

DEFINE_CLEANUP(struct ruleset_loader *, ruleset_loader_free)

/* The driver in use; examined only if a rule names an event that it may lack. */
struct here {
	bool examined, known;
	struct covered covered;
	char text[256];
};

static void note_hook(void *ctx, const struct coverage_gap *gap)
{
	struct here *here = ctx;

	if (!gap->field && gap->kind == COVER_NEVER)
		snprintf(here->text, sizeof(here->text), "driver %s: %s", here->covered.driver,
			 gap->text);
}

static const char *why_unseen(void *ctx, unsigned int event)
{
	struct here *here = ctx;
	char error[512];

	if (!coverage_may_lack(event))
		return NULL;
	if (!here->examined)
		here->known = covered_find(&here->covered, NULL, error, sizeof(error)) == 0 &&
			      here->covered.info.nhooks;
	here->examined = true;
	if (!here->known || coverage_records(&here->covered.coverage, event, NULL))
		return NULL;
	snprintf(here->text, sizeof(here->text), "the driver %s does not see it",
		 here->covered.driver);
	coverage_gaps(&here->covered.coverage, event, note_hook, here);
	return here->text;
}

int cmd_check(const struct args *args)
{
	_cleanup_(ruleset_loader_freep) struct ruleset_loader *loader = NULL;
	struct here here = { .examined = false };
	struct ruleset *set = NULL;
	int unread = 0, lint;
	int r = rules_read(&loader, args->rules, args->nrules, &unread, stderr);

	if (r < 0)
		return EXIT_CANNOT;
	ruleset_loader_check(loader);
	ruleset_loader_driver(loader, why_unseen, &here);
	r = ruleset_loader_finish(loader, &set);
	ruleset_unref(set);		/* the loader has a reference */
	if (r < 0 && r != -EINVAL) {
		log_line("checking rules: %s", strerror(-r));
		return EXIT_CANNOT;
	}
	lint = ruleset_lint(loader);
	covered_uninit(&here.covered);
	if (lint < 0 || (args->diff && diff_add(loader) < 0)) {
		log_line("checking rules: %s", strerror(ENOMEM));
		return EXIT_CANNOT;
	}
	if (args->json)
		report_json(stdout, loader);
	else
		report_text(stdout, loader, args->details);
	return unread ? EXIT_CANNOT : r < 0 ? EXIT_NO : EXIT_DONE;
}
