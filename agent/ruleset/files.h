/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the rule files and their order. The shipped rules are in RULES_SHIPPED, which is
 * read before the administrator's directory, RULES_OWN, so own files can override shipped
 * rules whatever their names. Files of a directory are read in order of name.
 */
#ifndef RULESET_FILES_H
#define RULESET_FILES_H

#include <stdbool.h>
#include <stdio.h>

#define RULES_OWN	"/etc/saker/rules.d"
/* RULES_SHIPPED is PREFIX/share/saker/rules, from agent/meson.build. */

struct rule_file {
	char *path;			/* owned */
	bool shipped;
	bool replaces;			/* an own file, in place of a shipped one of its name */
	bool skipped;			/* not read, because it has errors */
};

struct rule_files {
	struct rule_file *v;
	unsigned int n;
};

struct rules_dirs {			/* RULES_SHIPPED and RULES_OWN, except in tests */
	const char *shipped;
	const char *own;
};

/**
 * rule_files_find() - find the files of the paths on the command line
 * @dirs:	NULL: RULES_SHIPPED (in a build tree: its directory rules)
 *		and RULES_OWN
 * @paths:	none: the shipped files, then the own ones. The own directory by its name means
 *		both, as in older versions, where the shipped rules were in it; "-" is standard
 *		input
 * @out:	errors are printed to it, and a line for each own file that replaces a shipped
 *		file of the same name, and for the first few in a directory whose names are not
 *		those of rule files
 * Return: 0, -ENOENT if there is no file, or another -errno; it was printed.
 */
int rule_files_find(struct rule_files *ret, const struct rules_dirs *dirs,
		    const char *const *paths, unsigned int npaths, FILE *out);
void rule_files_uninit(struct rule_files *files);

#endif /* RULESET_FILES_H */
