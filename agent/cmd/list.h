/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of saker list that have a file of their own. */
#ifndef CMD_LIST_H
#define CMD_LIST_H

#include "cmd/cmd.h"
#include "lib/guess.h"

/* The part of a name that the user gave, and the name nearest to it among those compared so far. */
struct list_pick {
	struct str part;		/* empty: every row */
	struct guess guess;
};

struct list_pick list_pick(const struct args *args);

/* Whether a row is listed: `saker list fields proc` lists what has "proc" in its name. */
bool list_has(struct list_pick *pick, const char *name);

/* Prints that nothing matched, and the nearest name. Return: the exit status. */
int list_nothing(const struct args *args, const struct list_pick *pick);

/* saker list events --coverage */
int list_coverage(const struct args *args);

#endif /* CMD_LIST_H */
