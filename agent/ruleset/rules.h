/* SPDX-License-Identifier: Apache-2.0 */
/* From paths on the command line to a rule set; what is wrong with it is printed. */
#ifndef RULESET_RULES_H
#define RULESET_RULES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "rule/load.h"
#include "ruleset/files.h"

/**
 * rules_read() - read files, and all .yaml and .yml of directories by name
 * @loader:	on success: everything is added, nothing finished. Owned by the caller
 * Return: 0, -ENOENT if there is not one file, or -errno; it was logged.
 */
int rules_read(struct ruleset_loader **loader, const char *const *paths, unsigned int npaths);

/**
 * rules_load() - read, compile, print what is wrong
 * Return: 0, -EINVAL if the rules have errors or there is none, or -errno.
 */
int rules_load(struct ruleset **ret, const char *const *paths, unsigned int npaths);

/**
 * rules_describe() - the same to show what rules became: disabled rules are in the set too
 * @loader:	on success; owned by the caller, as the set is
 */
int rules_describe(struct ruleset_loader **loader, struct ruleset **ret, const char *const *paths,
		   unsigned int npaths);

/**
 * rules_load_files() - the same, of files that were found
 * @host:	paths in rules are also taken as this host's links resolve them, as above; a replay
 *		must be the same on any host
 * @out:	gets what is wrong
 * @spare:	an own file with errors is skipped, and marked so, while there are shipped ones:
 *		a mistake in it shall not keep those from watching
 */
int rules_load_files(struct ruleset **ret, struct rule_files *files, bool spare, bool host,
		     FILE *out);

/* By name; NULL if there is none, and then the nearest name was logged. */
const struct rule *rules_find(const struct ruleset *set, struct str name);

/**
 * rules_of_condition() - one condition as a rule set of one rule, for trace
 * @output:	of the rule, a text without quotes and backslashes; NULL: none is needed
 * Return: as rules_load().
 */
int rules_of_condition(struct ruleset **ret, const char *condition, const char *output);

#endif /* RULESET_RULES_H */
