/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks that an address is looked up in: a dictionary of their addresses,
 * asked once for each length of prefix there is. Rules know few lengths, so
 * this takes fewer steps than a walk down the bits of the address.
 */
#ifndef FILTER_NETS_H
#define FILTER_NETS_H

#include "field/value.h"
#include "lib/dict.h"

struct arena;

struct nets {
	struct dict dict;	/* what net_key() makes of each network */
	struct net_length {
		uint8_t family, prefix;
	} *lengths;		/* those that there are; longest first */
	uint32_t nlengths;
};

#define NET_KEY	18		/* bytes */

/* The bytes that are equal for networks that are the same; bits behind the prefix are cleared. */
struct str net_key(const struct ip_addr *ip, uint8_t prefix, unsigned char room[NET_KEY]);

/* @keys: of net_key(), borrowed as long as @nets lives. Return: 0 or -ENOMEM. */
int nets_init(struct nets *nets, struct arena *arena, const struct str *keys, uint32_t n);
void nets_uninit(struct nets *nets);	/* a zeroed one is fine */

/* The next network the address is in. @pos: 0 at first. Return: number from 1 in order; 0: no more. */
uint32_t nets_find(const struct nets *nets, const struct ip_addr *ip, uint32_t *pos);

#endif /* FILTER_NETS_H */
