/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps searched directories in a table with one place each; a new directory
 * replaces the one in its place.
 */
#include "rule/head.h"
#include <stdlib.h>
#include "lib/hash.h"

#define HEADS	512u	/* of 128 bytes, so that what is used lies close together */

struct heads {
	struct head items[HEADS];
};

struct heads *heads_new(void)
{
	return calloc(1, sizeof(struct heads));
}

void heads_free(struct heads *heads)
{
	free(heads);
}

/* Hashes the end and the length, in which directories differ. */
static uint32_t home_of(struct str dir, uint32_t slot)
{
	uint64_t end;

	if (dir.n >= sizeof(end))
		memcpy(&end, dir.p + dir.n - sizeof(end), sizeof(end));
	else
		end = hash_tail((const unsigned char *)dir.p, dir.n);
	return (uint32_t)(hash_mix(end, dir.n << 32 | slot) >> 32) % HEADS;
}

struct found_clues {		/* clues found while a directory is searched */
	struct head *head;
	bool too_many;
};

static bool keep(void *ctx, uint32_t clue)
{
	struct found_clues *t = ctx;

	t->too_many |= t->head->nclues == HEAD_CLUES;
	if (!t->too_many)
		t->head->clues[t->head->nclues++] = clue;
	return false;
}

static bool look_through(struct head *head, uint32_t slot, const struct slot_needles *needles,
			 struct str dir)
{
	struct found_clues t = { .head = head };

	head->slot = slot;
	head->n = 0;
	head->nclues = 0;
	for (unsigned int kind = CLUE_FRONT; kind <= CLUE_FOLDED; kind++) {
		if (needles->texts[kind])
			head->at[kind] = needles_head(needles->texts[kind], dir, keep, &t);
	}
	if (t.too_many)
		return false;
	memcpy(head->bytes, dir.p, dir.n);
	head->n = (uint8_t)dir.n;
	return true;
}

const struct head *heads_find(struct heads *heads, uint32_t slot,
			      const struct slot_needles *needles, struct str path)
{
	const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;
	struct str dir = { path.p, slash ? (size_t)(slash - path.p) + 1 : 0 };
	struct head *head;

	if (!dir.n || dir.n > HEAD_BYTES)
		return NULL;
	head = &heads->items[home_of(dir, slot)];
	if (head->n == dir.n && head->slot == slot && !memcmp(head->bytes, dir.p, dir.n))
		return head;
	return look_through(head, slot, needles, dir) ? head : NULL;
}
