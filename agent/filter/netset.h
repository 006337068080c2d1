/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Tests whether an address is in any of a check's networks. Two networks are disjoint or
 * one contains the other; without the inner ones they are sorted ranges for a binary
 * search. nets.h finds which of many networks contain an address.
 */
#ifndef FILTER_NETSET_H
#define FILTER_NETSET_H

#include "field/value.h"

struct arena;
struct netset;

/* @values: of VALUE_NET. Owned by the arena; NULL without memory. */
const struct netset *netset_new(struct arena *arena, const struct value *values, uint32_t n);

bool netset_has(const struct netset *set, const struct ip_addr *ip);

#endif /* FILTER_NETSET_H */
