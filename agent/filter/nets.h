/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Networks that an address is looked up in, to find each that holds it: a trie of
 * their bits in which a node stands only where a network ends or two part.
 */
#ifndef FILTER_NETS_H
#define FILTER_NETS_H

#include "field/value.h"

struct nets {
	struct net_node *nodes;	/* 0 is none */
	uint32_t n;
	uint32_t root[2];	/* of version 4, of version 6 */
};

#define NET_KEY	18		/* bytes */

/* The bytes that are equal for networks that are the same; bits behind the prefix are cleared. */
struct str net_key(const struct ip_addr *ip, uint8_t prefix, unsigned char room[NET_KEY]);

/* @keys: of net_key(), each once, told as @ids, which are above 0. Return: 0 or -ENOMEM. */
int nets_init(struct nets *nets, const struct str *keys, const uint32_t *ids, uint32_t n);
void nets_uninit(struct nets *nets);	/* a zeroed one is fine */

/* Return: true to stop looking. */
typedef bool nets_hit_fn(void *ctx, uint32_t id);

/* Calls @hit for each network the address is in, the widest first. Return: whether it stopped. */
bool nets_find(const struct nets *nets, const struct ip_addr *ip, nets_hit_fn *hit, void *ctx);

#endif /* FILTER_NETS_H */
