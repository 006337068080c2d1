/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds all networks that contain an address: a trie of bits with a node only where a
 * network ends or two networks branch.
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

/* A key, equal for equal networks; bits after the prefix are cleared. */
struct str net_key(const struct ip_addr *ip, uint8_t prefix, unsigned char room[NET_KEY]);

/* @keys: of net_key(), without duplicates; @ids, above 0, are passed to @hit. Return: 0 or -ENOMEM. */
int nets_init(struct nets *nets, const struct str *keys, const uint32_t *ids, uint32_t n);
void nets_uninit(struct nets *nets);	/* a zeroed one is fine */

/* Return: true to stop looking. */
typedef bool nets_hit_fn(void *ctx, uint32_t id);

/* Calls @hit for each network that contains the address, the widest first. Return: whether @hit stopped it. */
bool nets_find(const struct nets *nets, const struct ip_addr *ip, nets_hit_fn *hit, void *ctx);

#endif /* FILTER_NETS_H */
