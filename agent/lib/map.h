/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A hash table from two numbers to a pointer: open addressing, linear probing,
 * keyed SipHash, removal without tombstones. It owns no item.
 */
#ifndef LIB_MAP_H
#define LIB_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_slot {
	uint64_t a, b;
	void *item;		/* NULL: the slot is free */
};

struct map {
	struct map_slot *slots;	/* NULL until the first item */
	size_t mask;		/* slots, a power of two, minus one */
	size_t count;
	uint64_t key[2];
};

void map_init(struct map *map, const uint64_t key[2]);
void map_uninit(struct map *map);

/* NULL if there is none. */
void *map_get(const struct map *map, uint64_t a, uint64_t b);

/* Adds or replaces. Return: 0, or -ENOMEM without a change. */
int map_put(struct map *map, uint64_t a, uint64_t b, void *item);

/* Return: the removed item, or NULL. */
void *map_del(struct map *map, uint64_t a, uint64_t b);

/* Walks in no order; *@pos starts at 0. Nothing may be added or removed meanwhile. NULL at the end. */
void *map_next(const struct map *map, size_t *pos);

#endif /* LIB_MAP_H */
