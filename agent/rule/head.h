/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Caches which texts of rules the directory part of a path contains. Files opened
 * one after the other are mostly in few directories: each directory is searched
 * once, and the search in a path continues after the directory's last slash.
 *
 * An entry depends only on the bytes of the directory and on the needles, which
 * never change while the index exists; bytes are compared whole. So no event
 * and no rule can make an entry wrong, and crafted names can only evict
 * entries.
 */
#ifndef RULE_HEAD_H
#define RULE_HEAD_H

#include "rule/index_table.h"

#define HEAD_BYTES	70	/* of a directory; longer ones are not kept */
#define HEAD_CLUES	8	/* directories with more clues are not kept */

struct head {
	uint32_t slot;		/* clues of the directory */
	uint8_t n;		/* bytes; 0: free */
	uint8_t nclues;
	uint32_t clues[HEAD_CLUES];
	uint32_t at[CLUE_FOLDED + 1];	/* state of the search after needles_head(), by kind */
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
