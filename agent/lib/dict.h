/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A dictionary that numbers byte strings from 1. Filled while rules are compiled, then
 * read-only: one look-up turns a value into a number, and sets of values are sets of
 * numbers.
 */
#ifndef LIB_DICT_H
#define LIB_DICT_H

#include <stdint.h>
#include "lib/str.h"

struct dict {
	struct dict_slot {
		uint32_t id;	/* 0: free */
		uint32_t tag;	/* high bits of the hash */
	} *slots;
	struct str *keys;	/* by id - 1; borrowed */
	uint32_t mask;
	uint32_t count;
	uint32_t room;
	uint64_t lengths;	/* a bit for each length of a key; the last for all that are longer */
};

static inline uint64_t dict_length_bit(size_t n)
{
	return 1ull << (n < 63 ? n : 63);
}

void dict_uninit(struct dict *dict);	/* a zeroed one is empty and valid */

/**
 * dict_add() - number a string
 * @key:	borrowed, must live as long as @dict
 * Return: its number, the old one if it was there, or -ENOMEM.
 */
int64_t dict_add(struct dict *dict, struct str key);

/* dict_find() of a string that has the length of a key. */
uint32_t dict_look(const struct dict *dict, struct str key);

/* Its number, 0 if it has none. The length alone rules out many values. */
static inline uint32_t dict_find(const struct dict *dict, struct str key)
{
	return dict->lengths & dict_length_bit(key.n) ? dict_look(dict, key) : 0;
}

#endif /* LIB_DICT_H */
