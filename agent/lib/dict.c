/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A dictionary with open addressing and linear probing, at most half full; slots hold
 * part of the hash, so a miss rarely reads a key.
 */
#include "lib/dict.h"
#include <errno.h>
#include <stdlib.h>
#include "lib/hash.h"

void dict_uninit(struct dict *dict)
{
	free(dict->slots);
	free(dict->keys);
	*dict = (struct dict){ 0 };
}

uint32_t dict_look(const struct dict *dict, struct str key)
{
	uint64_t h = hash_bytes(key.p, key.n);
	uint32_t tag = (uint32_t)(h >> 32);

	for (uint32_t i = (uint32_t)h & dict->mask;; i = (i + 1) & dict->mask) {
		const struct dict_slot *slot = &dict->slots[i];

		if (!slot->id)
			return 0;
		if (slot->tag == tag && str_eq(dict->keys[slot->id - 1], key))
			return slot->id;
	}
}

static void place(struct dict_slot *slots, uint32_t mask, uint64_t h, uint32_t id)
{
	uint32_t i = (uint32_t)h & mask;

	while (slots[i].id)
		i = (i + 1) & mask;
	slots[i] = (struct dict_slot){ .id = id, .tag = (uint32_t)(h >> 32) };
}

static int grow(struct dict *dict)
{
	uint32_t room = dict->room ? dict->room * 2 : 8;
	struct dict_slot *slots;
	struct str *keys;

	if (room > UINT32_MAX / 8)
		return -ENOMEM;
	keys = realloc(dict->keys, room * sizeof(*keys));
	if (!keys)
		return -ENOMEM;
	dict->keys = keys;
	slots = calloc(room * 2, sizeof(*slots));
	if (!slots)
		return -ENOMEM;
	for (uint32_t id = 1; id <= dict->count; id++) {
		struct str key = keys[id - 1];

		place(slots, room * 2 - 1, hash_bytes(key.p, key.n), id);
	}
	free(dict->slots);
	dict->slots = slots;
	dict->mask = room * 2 - 1;
	dict->room = room;
	return 0;
}

int64_t dict_add(struct dict *dict, struct str key)
{
	uint32_t id = dict_find(dict, key);

	if (id)
		return id;
	if (dict->count == dict->room) {
		int r = grow(dict);

		if (r < 0)
			return r;
	}
	id = ++dict->count;
	dict->keys[id - 1] = key;
	dict->lengths |= dict_length_bit(key.n);
	place(dict->slots, dict->mask, hash_bytes(key.p, key.n), id);
	return id;
}
