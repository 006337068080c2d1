/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps networks as sorted ranges: IPv4 addresses are numbers, IPv6 addresses are 16 bytes. */
#include "filter/netset.h"
#include <stdlib.h>
#include "lib/arena.h"

struct range4 {
	uint32_t first, last;
};

struct range6 {
	unsigned char first[16], last[16];
};

struct netset {			/* disjoint, sorted */
	struct range4 *v4;
	struct range6 *v6;
	uint32_t n4, n6;
};

static uint32_t number4(const struct ip_addr *ip)
{
	return (uint32_t)ip->b[0] << 24 | (uint32_t)ip->b[1] << 16 | (uint32_t)ip->b[2] << 8 |
	       ip->b[3];
}

static struct range4 range4_of(const struct ip_addr *net)
{
	const uint32_t host = net->prefix < 32 ? UINT32_MAX >> net->prefix : 0;
	const uint32_t n = number4(net);

	return (struct range4){ n & ~host, n | host };
}

static struct range6 range6_of(const struct ip_addr *net)
{
	struct range6 range;

	for (unsigned int i = 0; i < 16; i++) {
		unsigned int left = net->prefix > 8 * i ? net->prefix - 8 * i : 0;
		unsigned char host = left < 8 ? 0xff >> left : 0;

		range.first[i] = net->b[i] & (unsigned char)~host;
		range.last[i] = net->b[i] | host;
	}
	return range;
}

/* Orders by the first address; for the same first address the widest comes first. */
static int order4(const void *a, const void *b)
{
	const struct range4 *x = a, *y = b;

	return x->first != y->first ? (x->first > y->first) - (x->first < y->first) :
				      (x->last < y->last) - (x->last > y->last);
}

static int order6(const void *a, const void *b)
{
	const struct range6 *x = a, *y = b;
	int order = memcmp(x->first, y->first, 16);

	return order ? order : memcmp(y->last, x->last, 16);
}

/* Removes ranges that are within the previous one. Return: how many remain. */
static uint32_t widest4(struct range4 *list, uint32_t n)
{
	uint32_t left = 0;

	qsort(list, n, sizeof(*list), order4);
	for (uint32_t i = 0; i < n; i++)
		if (!left || list[left - 1].last < list[i].first)
			list[left++] = list[i];
	return left;
}

static uint32_t widest6(struct range6 *list, uint32_t n)
{
	uint32_t left = 0;

	qsort(list, n, sizeof(*list), order6);
	for (uint32_t i = 0; i < n; i++)
		if (!left || memcmp(list[left - 1].last, list[i].first, 16) < 0)
			list[left++] = list[i];
	return left;
}

const struct netset *netset_new(struct arena *arena, const struct value *values, uint32_t n)
{
	struct netset *set = arena_alloc(arena, sizeof(*set));
	uint32_t n4 = 0;

	for (uint32_t i = 0; i < n; i++)
		n4 += values[i].ip.family == 4;
	if (!set)
		return NULL;
	set->v4 = arena_alloc(arena, (n4 + 1) * sizeof(*set->v4));
	set->v6 = arena_alloc(arena, (n - n4 + 1) * sizeof(*set->v6));
	if (!set->v4 || !set->v6)
		return NULL;
	for (uint32_t i = 0; i < n; i++) {
		if (values[i].ip.family == 4)
			set->v4[set->n4++] = range4_of(&values[i].ip);
		else
			set->v6[set->n6++] = range6_of(&values[i].ip);
	}
	set->n4 = widest4(set->v4, set->n4);
	set->n6 = widest6(set->v6, set->n6);
	return set;
}

/* Only the last range that begins at or before the address can contain it. */
static bool has4(const struct range4 *list, uint32_t n, uint32_t ip)
{
	for (uint32_t half = n / 2; n > 1; n -= half, half = n / 2)
		list += list[half].first <= ip ? half : 0;
	return n && list->first <= ip && ip <= list->last;
}

static bool has6(const struct range6 *list, uint32_t n, const unsigned char ip[16])
{
	for (uint32_t half = n / 2; n > 1; n -= half, half = n / 2)
		list += memcmp(list[half].first, ip, 16) <= 0 ? half : 0;
	return n && memcmp(list->first, ip, 16) <= 0 && memcmp(ip, list->last, 16) <= 0;
}

bool netset_has(const struct netset *set, const struct ip_addr *ip)
{
	return ip->family == 4 ? has4(set->v4, set->n4, number4(ip)) :
	       ip->family == 6 && has6(set->v6, set->n6, ip->b);
}
