/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Resolves paths in rules by the links of this host: a rule with /bin/sh matches the file
 * that the kernel opens as /usr/bin/dash. For rules_options.link.
 */
#ifndef RULESET_LINKS_H
#define RULESET_LINKS_H

#include "lib/str.h"

struct links;

/* Return: 0 or -errno. */
int links_new(struct links **ret);
void links_free(void *links);	/* NULL is fine */

/**
 * links_resolve() - follow all links of a path, including the last component
 * @path:	absolute; components that do not exist are appended unchanged
 * @ret:	valid until the next call
 * Return: false if the result is the same path.
 */
bool links_resolve(void *links, struct str path, struct str *ret);

#endif /* RULESET_LINKS_H */
