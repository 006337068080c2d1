/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Describes rules, macros and lists with everything they use, in the JSON form of
 * `falco -L -o json_output=true`, for tools that read it, with one member more.
 */
#ifndef EXPLAIN_DESCRIBE_H
#define EXPLAIN_DESCRIBE_H

#include <stdio.h>
#include "rule/load.h"

struct prefilter;

/**
 * describe_json() - write one document
 * @loader:	that made @set
 * @prefilter:	of @set; what it requires of an open is in the details of each rule
 * @only:	the rule to describe; NULL for all, with macros, lists and requirements
 */
void describe_json(FILE *out, const struct ruleset_loader *loader, const struct ruleset *set,
		   const struct prefilter *prefilter, const struct rule *only);

#endif /* EXPLAIN_DESCRIBE_H */
