/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which rule files are read, and in which order. The rules that come with Saker have
 * a directory of their own, RULES_SHIPPED, which is read before the administrator's,
 * RULES_OWN, so that own files can override them whatever their names are. Files of
 * a directory are read by name.
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
	bool skipped;			/* not read: it has errors */
};

struct rule_files {
	struct rule_file *v;
	unsigned int n;
};

struct rules_dirs {			/* the standard ones; tests have others */
	const char *shipped;
	const char *own;
};

/**
 * rule_files_find() - the files behind paths of the command line
 * @dirs:	NULL: RULES_SHIPPED (of a build tree: the directory rules beside the program)
 *		and RULES_OWN
 * @paths:	none: the shipped files, then the own ones. The own directory by its name stands
 *		for both, as it did when the shipped rules lay in it
 * @out:	gets what is wrong, and a line for an own file that replaces a shipped one, which
 *		it does if it has its name
 * Return: 0, -ENOENT if there is no file, or another -errno; it was printed.
 */
int rule_files_find(struct rule_files *ret, const struct rules_dirs *dirs,
		    const char *const *paths, unsigned int npaths, FILE *out);
void rule_files_uninit(struct rule_files *files);

#endif /* RULESET_FILES_H */
