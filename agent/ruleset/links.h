/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Paths as this host's own links resolve them: a rule that names /bin/sh means
 * the file that the kernel opens as /usr/bin/dash. For rules_options.link.
 */
#ifndef RULESET_LINKS_H
#define RULESET_LINKS_H

#include "lib/str.h"

struct links;

/* Return: 0 or -errno. */
int links_new(struct links **ret);
void links_free(void *links);	/* NULL is fine */

/**
 * links_resolve() - follow all links on the way, the last one too
 * @path:	absolute; what does not exist is kept behind the part that does
 * @ret:	valid until the next call
 * Return: false if it is no other path.
 */
bool links_resolve(void *links, struct str path, struct str *ret);

#endif /* RULESET_LINKS_H */
