/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of saker list that have a file of their own. */
#ifndef CMD_LIST_H
#define CMD_LIST_H

#include "cmd/cmd.h"
#include "lib/str.h"

/* Whether a row is listed: `saker list fields proc` lists what has "proc" in its name. */
bool list_has(const struct args *args, struct str name);

/* Prints that nothing matched. Return: the exit status. */
int list_nothing(const struct args *args);

/* saker list events --coverage */
int list_coverage(const struct args *args);

#endif /* CMD_LIST_H */
