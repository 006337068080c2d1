/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table, at most half full, so probes are short; a removal moves the items after
 * the hole back, so a probe always ends at the first free slot.
 */
#include "lib/map.h"
#include <errno.h>
#include <stdlib.h>
#include "lib/siphash.h"

#define MAP_MIN		64

void map_init(struct map *map, const uint64_t key[2])
{
	*map = (struct map){ .key = { key[0], key[1] } };
}

void map_uninit(struct map *map)
{
	free(map->slots);
	map->slots = NULL;
	map->count = 0;
	map->mask = 0;
}

static size_t map_home(const struct map *map, uint64_t a, uint64_t b)
{
	return siphash13_words(map->key, a, b) & map->mask;
}

/* The slot of a key, or the free one where it would go. */
static struct map_slot *map_find(const struct map *map, uint64_t a, uint64_t b)
{
	size_t i = map_home(map, a, b);

	while (map->slots[i].item && (map->slots[i].a != a || map->slots[i].b != b))
		i = (i + 1) & map->mask;
	return &map->slots[i];
}

void *map_get(const struct map *map, uint64_t a, uint64_t b)
{
	return map->slots ? map_find(map, a, b)->item : NULL;
}

static int map_grow(struct map *map)
{
	struct map big = *map;
	size_t n = map->slots ? (map->mask + 1) * 2 : MAP_MIN;

	big.slots = calloc(n, sizeof(*big.slots));
	if (!big.slots)
		return -ENOMEM;
	big.mask = n - 1;
	for (size_t i = 0; map->slots && i <= map->mask; i++)
		if (map->slots[i].item)
			*map_find(&big, map->slots[i].a, map->slots[i].b) = map->slots[i];
	free(map->slots);
	*map = big;
	return 0;
}

int map_put(struct map *map, uint64_t a, uint64_t b, void *item)
{
	struct map_slot *slot;
	int r;

	if (!map->slots || (map->count + 1) * 2 > map->mask + 1) {
		r = map_grow(map);
		if (r < 0)
			return r;
	}
	slot = map_find(map, a, b);
	if (!slot->item)
		map->count++;
	*slot = (struct map_slot){ a, b, item };
	return 0;
}

void *map_del(struct map *map, uint64_t a, uint64_t b)
{
	struct map_slot *slot;
	size_t hole, i, home;
	void *item;

	if (!map->slots)
		return NULL;
	slot = map_find(map, a, b);
	item = slot->item;
	if (!item)
		return NULL;
	hole = slot - map->slots;
	for (i = (hole + 1) & map->mask; map->slots[i].item; i = (i + 1) & map->mask) {
		home = map_home(map, map->slots[i].a, map->slots[i].b);
		/* An item may move back only to a slot that is not before its home. */
		if (((i - home) & map->mask) < ((i - hole) & map->mask))
			continue;
		map->slots[hole] = map->slots[i];
		hole = i;
	}
	map->slots[hole].item = NULL;
	map->count--;
	return item;
}

void *map_next(const struct map *map, size_t *pos)
{
	while (map->slots && *pos <= map->mask) {
		void *item = map->slots[(*pos)++].item;

		if (item)
			return item;
	}
	return NULL;
}
