/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the kernel forgets of a socket: which end it is. Told by the connect or
 * accept that made it so, kept by inode, the oldest forgotten first.
 */
#ifndef ENRICH_SOCK_H
#define ENRICH_SOCK_H

#include <stdint.h>
#include <saker/event.h>
#include "lib/map.h"

#define SOCK_MAX	16384u

struct sock_key {
	uint64_t ino;
	uint32_t origin;
};

struct sock_table {
	struct map roles;		/* (origin, inode): an enum ev_role as the item */
	struct sock_key *told;		/* a ring in order of time; NULL until the first */
	uint32_t at;
};

void sock_table_init(struct sock_table *table, const uint64_t key[2]);
void sock_table_uninit(struct sock_table *table);

/* Return: 0 or -ENOMEM. Sockets without inode or role are not kept. */
int sock_told(struct sock_table *table, uint32_t origin, const struct ev_tuple *tuple);

enum ev_role sock_role(const struct sock_table *table, uint32_t origin, uint64_t ino);

#endif /* ENRICH_SOCK_H */
