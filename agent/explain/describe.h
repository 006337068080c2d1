/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules, macros and lists with all they use, in the JSON in which Falco
 * describes them (falco -L -o json_output=true), for the tools that read it.
 */
#ifndef EXPLAIN_DESCRIBE_H
#define EXPLAIN_DESCRIBE_H

#include <stdio.h>
#include "rule/load.h"

/**
 * describe_json() - one document
 * @loader:	that made @set
 * @only:	the rule to describe; NULL for all, with macros, lists and requirements
 */
void describe_json(FILE *out, const struct ruleset_loader *loader, const struct ruleset *set,
		   const struct rule *only);

#endif /* EXPLAIN_DESCRIBE_H */
