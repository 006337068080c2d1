/* SPDX-License-Identifier: Apache-2.0 */
/* Runs another program without a shell and reads its output. */
#ifndef DRIVER_CHILD_H
#define DRIVER_CHILD_H

#include <stdbool.h>
#include "lib/str.h"

/**
 * child_run() - run a program to its end
 * @argv:	argv[0] is its path; its environment has only PATH
 * @line:	called for each line of its output and errors; may be NULL.
 *		Return: false: no more lines are needed
 * Return: its exit status, 128 and a signal's number, or -errno if it could not be run.
 */
int child_run(const char *const argv[], bool (*line)(void *ctx, struct str line), void *ctx);

#endif /* DRIVER_CHILD_H */
