/* SPDX-License-Identifier: Apache-2.0 */
/* Replaces a file atomically: a reader sees the old one or the new one, never a part. */
#ifndef DRIVER_REPLACE_H
#define DRIVER_REPLACE_H

#include "lib/str.h"

/**
 * replace_file() - write a file and put it in its place, on disk when this returns
 * @root:	in front of @path; NULL for none
 * @path:	its directory is made if need be
 * Return: 0 or -errno.
 */
int replace_file(const char *root, const char *path, struct str text);

#endif /* DRIVER_REPLACE_H */
