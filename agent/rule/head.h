/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the directories of paths have shown. Files that are opened one after the
 * other mostly lie in few directories: each is looked through once, and the
 * search in a path goes on behind the directory's last slash.
 *
 * What is kept depends on nothing but the bytes of the directory and the needles,
 * which never change while the index lives; bytes are compared whole. So nothing
 * that happens, to a process or to a rule, can make an entry wrong, and what an
 * attacker can do with names is to have them forgotten.
 */
#ifndef RULE_HEAD_H
#define RULE_HEAD_H

#include "rule/index_table.h"

#define HEAD_BYTES	70	/* of a directory; longer ones are not kept */
#define HEAD_CLUES	8	/* nor are those that show more */

struct head {
	uint32_t slot;		/* whose values begin like this */
	uint8_t n;		/* bytes; 0: free */
	uint8_t nclues;
	uint32_t clues[HEAD_CLUES];
	uint32_t at[CLUE_FOLDED + 1];	/* where needles_head() came to, by kind */
	char bytes[HEAD_BYTES];
};

struct heads;

struct heads *heads_new(void);		/* NULL without memory */
void heads_free(struct heads *heads);	/* NULL is fine */

/**
 * heads_find() - the directory of a path, looked through
 * @slot:	of the path
 * @needles:	what is looked for there
 *
 * Return: valid until the next call; NULL if it has none, or none that can be kept.
 */
const struct head *heads_find(struct heads *heads, uint32_t slot,
			      const struct slot_needles *needles, struct str path);

#endif /* RULE_HEAD_H */
