/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target: any bytes as a file of rules. It gives a rule set, or errors that can be printed.
 * Build with clang -fsanitize=fuzzer,address,undefined.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include "rule/engine.h"
#include "rule/explain.h"
#include "rule/load.h"
#include "rule/report.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static FILE *null;
	struct ruleset_loader *loader = ruleset_loader_new(NULL);
	struct ruleset *set = NULL;
	int r;

	if (!null)
		null = fopen("/dev/null", "w");
	r = ruleset_loader_add_source(loader, STR("fuzz"), (struct str){ (const char *)data, size },
				      STR("fuzz"), STR(""));
	if (r == 0)
		r = ruleset_loader_finish(loader, &set);
	if ((r == 0) != (ruleset_loader_diags(loader)->errors == 0) && r != -12)
		abort();
	report_text(null, loader, true);
	report_json(null, loader);
	ruleset_loader_free(loader);
	for (uint32_t i = 0; set && i < set->nrules; i++)
		rule_explain(null, set, &set->rules[i]);
	evaluator_free(set ? evaluator_new(set) : NULL);
	ruleset_unref(set);
	return 0;
}
