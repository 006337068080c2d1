/* SPDX-License-Identifier: Apache-2.0 */
/* Reads and compiles the rules of paths on the command line; errors are printed to @out. */
#ifndef RULESET_RULES_H
#define RULESET_RULES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include "rule/load.h"
#include "ruleset/files.h"

/**
 * rules_read() - read files, and all .yaml and .yml of directories by name
 * @loader:	on success: has the files, not compiled yet. Owned by the caller
 * @unread:	set to 0, or to -errno if one of several files could not be read; it was printed
 * Return: 0, -ENOENT if there is not one file, or -errno; the error was printed.
 */
int rules_read(struct ruleset_loader **loader, const char *const *paths, unsigned int npaths,
	       int *unread, FILE *out);

/**
 * rules_find_sound() - as rule_files_find(), without own files that have errors
 *
 * If there are shipped files, own files with errors are marked as skipped, as a running agent skips
 * them, and named on @out, without the errors: saker check prints these.
 */
int rules_find_sound(struct rule_files *ret, const struct rules_dirs *dirs,
		     const char *const *paths, unsigned int npaths, FILE *out);

/* As rules_read(), for files that were found; those marked as skipped are not read. */
int rules_read_files(struct ruleset_loader **loader, struct rule_files *files, FILE *out);

/*
 * As rules_load_files() with links of this host, but prints warnings only beside an error: for
 * commands that are not about the rules' form.
 */
int rules_load_quietly(struct ruleset **ret, struct rule_files *files, FILE *out);

/**
 * rules_describe() - read and compile the rules of sound files, for showing them: the set includes
 *	disabled rules
 * @loader:	on success; owned by the caller, as the set is
 */
int rules_describe(struct ruleset_loader **loader, struct ruleset **ret, const char *const *paths,
		   unsigned int npaths, FILE *out);

/**
 * rules_load_files() - read and compile the rules of files from rule_files_find()
 * @host:	paths in rules are also resolved by this host's links, as above; not in a replay,
 *		which must give the same alerts on every host
 * @out:	errors are printed to it
 * @spare:	if there are shipped files, an own file with errors is skipped and marked, so
 *		that a mistake in it does not disable the shipped rules
 * Return: 0, -EINVAL if the rules have errors or there is none, or -errno; it was printed.
 */
int rules_load_files(struct ruleset **ret, struct rule_files *files, bool spare, bool host,
		     FILE *out);

/*
 * The rule with that name; NULL if there is none; then @todo and the most similar name were
 * printed.
 */
const struct rule *rules_find(const struct ruleset *set, struct str name, const char *todo,
			      FILE *out);

/**
 * rules_of_condition() - make a rule set of one rule from a condition, for trace
 * @output:	the rule's output, without quotes and backslashes; NULL: none is needed
 * Return: as rules_load_files().
 */
int rules_of_condition(struct ruleset **ret, const char *condition, const char *output, FILE *out);

#endif /* RULESET_RULES_H */
