/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps networks in a trie. An address is two words, first bit highest, so one
 * operation finds the first difference.
 */
#include "filter/nets.h"
#include <errno.h>
#include <stdlib.h>

struct bits {
	uint64_t word[2];
};

struct net_node {
	struct bits bits;
	uint32_t kid[2];	/* by the next bit; 0: none */
	uint32_t id;		/* 0: no network ends here */
	uint8_t len;		/* length of the common prefix */
};

struct str net_key(const struct ip_addr *ip, uint8_t prefix, unsigned char room[NET_KEY])
{
	size_t whole = prefix / 8;

	memset(room, 0, NET_KEY);
	room[0] = ip->family;
	room[1] = prefix;
	memcpy(room + 2, ip->b, whole);
	if (prefix % 8)
		room[2 + whole] = (unsigned char)(ip->b[whole] & 0xff00 >> prefix % 8);
	return (struct str){ (char *)room, NET_KEY };
}

static struct bits bits_of(uint8_t family, const unsigned char *b)
{
	struct bits bits = { { 0 } };

	for (unsigned int i = 0; i < (family == 4 ? 4u : 16u); i++)
		bits.word[i / 8] |= (uint64_t)b[i] << (56 - i % 8 * 8);
	return bits;
}

static unsigned int bit_at(const struct bits *bits, unsigned int i)
{
	return bits->word[i / 64] >> (63 - i % 64) & 1;
}

/* The length of the common prefix, at most @max. */
static unsigned int same_bits(const struct bits *a, const struct bits *b, unsigned int max)
{
	uint64_t high = a->word[0] ^ b->word[0], low = a->word[1] ^ b->word[1];
	unsigned int n = high ? (unsigned int)__builtin_clzll(high) :
			 low  ? 64 + (unsigned int)__builtin_clzll(low) : 128;

	return n < max ? n : max;
}

static uint32_t node_new(struct nets *nets, const struct bits *bits, unsigned int len, uint32_t id)
{
	nets->nodes[++nets->n] =
		(struct net_node){ .bits = *bits, .len = (uint8_t)len, .id = id };
	return nets->n;
}

/* Inserts a branch above the node at @at, from which it differs after @same bits. */
static void node_split(struct nets *nets, uint32_t *at, const struct bits *bits, unsigned int len,
		       unsigned int same, uint32_t id)
{
	const uint32_t old = *at;
	struct net_node *node;

	*at = node_new(nets, bits, same, same == len ? id : 0);
	node = &nets->nodes[*at];
	node->kid[bit_at(&nets->nodes[old].bits, same)] = old;
	if (same < len)
		node->kid[bit_at(bits, same)] = node_new(nets, bits, len, id);
}

static void add(struct nets *nets, uint8_t family, const struct bits *bits, unsigned int len,
		uint32_t id)
{
	uint32_t *at = &nets->root[family == 6];

	while (*at) {
		struct net_node *node = &nets->nodes[*at];
		unsigned int same = same_bits(&node->bits, bits, node->len < len ? node->len : len);

		if (same < node->len) {
			node_split(nets, at, bits, len, same, id);
			return;
		}
		if (node->len == len) {
			node->id = id;
			return;
		}
		at = &node->kid[bit_at(bits, node->len)];
	}
	*at = node_new(nets, bits, len, id);
}

int nets_init(struct nets *nets, const struct str *keys, const uint32_t *ids, uint32_t n)
{
	struct net_node *less;

	/* A network adds a leaf and at most one branch. */
	*nets = (struct nets){ .nodes = calloc(2 * (size_t)n + 1, sizeof(*nets->nodes)) };
	if (!nets->nodes)
		return -ENOMEM;
	for (uint32_t i = 0; i < n; i++) {
		const unsigned char *key = (const unsigned char *)keys[i].p;
		const struct bits bits = bits_of(key[0], key + 2);

		add(nets, key[0], &bits, key[1], ids[i]);
	}
	less = realloc(nets->nodes, (nets->n + 1) * sizeof(*nets->nodes));
	if (less)
		nets->nodes = less;
	return 0;
}

void nets_uninit(struct nets *nets)
{
	free(nets->nodes);
	*nets = (struct nets){ 0 };
}

bool nets_find(const struct nets *nets, const struct ip_addr *ip, nets_hit_fn *hit, void *ctx)
{
	const unsigned int all = ip->family == 4 ? 32 : 128;
	const struct bits bits = bits_of(ip->family, ip->b);
	uint32_t at = ip->family == 4 || ip->family == 6 ? nets->root[ip->family == 6] : 0;

	while (at) {
		const struct net_node *node = &nets->nodes[at];

		if (same_bits(&node->bits, &bits, node->len) < node->len)
			return false;
		if (node->id && hit(ctx, node->id))
			return true;
		if (node->len == all)
			return false;
		at = node->kid[bit_at(&bits, node->len)];
	}
	return false;
}
