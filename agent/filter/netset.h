/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is an address in any of a check's networks? Two networks are either apart or one
 * is within the other; so without the inner ones they are ranges in order, and one
 * binary search answers. Which of many networks hold an address: see nets.h.
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
