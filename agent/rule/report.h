/* SPDX-License-Identifier: Apache-2.0 */
/* The result of loading, file by file, for people and for programs. */
#ifndef RULE_REPORT_H
#define RULE_REPORT_H

#include <stdbool.h>
#include <stdio.h>
#include "rule/load.h"

/*
 * Every problem, then a line a file: "name: Ok", "name: Ok, with warnings", "name: Invalid"; at
 * the end how many rules there are and how many cannot work here. Notes are counted by kind;
 * with @details each is printed at its place.
 */
void report_text(FILE *out, const struct ruleset_loader *loader, bool details);

/* {"falco_load_results": [...]}, as tools that read Falco's answer expect it. */
void report_json(FILE *out, const struct ruleset_loader *loader);

#endif /* RULE_REPORT_H */
