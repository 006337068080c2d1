/* SPDX-License-Identifier: Apache-2.0 */
/* Prints the result of loading, file by file, as text and as JSON. */
#ifndef RULE_REPORT_H
#define RULE_REPORT_H

#include <stdbool.h>
#include <stdio.h>
#include "rule/load.h"

/*
 * Prints every problem, then a line for each file: "name: Ok", "name: Ok, with warnings", "name:
 * Invalid"; at the end the number of rules, and of those that cannot work here. Notes are counted
 * by kind; with @details each is printed at its place.
 */
void report_text(FILE *out, const struct ruleset_loader *loader, bool details);

/* {"falco_load_results": [...]}, in the form of Falco's check, for tools that read it. */
void report_json(FILE *out, const struct ruleset_loader *loader);

#endif /* RULE_REPORT_H */
