/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps what the kernel does not: whether a socket is client or server. It is
 * recorded by the connect or accept that made it so, by inode, in a table of
 * fixed size: a socket belongs to one small set, and a new one replaces the
 * oldest of its set.
 */
#ifndef ENRICH_SOCK_H
#define ENRICH_SOCK_H

#include <stdint.h>
#include <saker/event.h>

#define SOCK_SETS	4096u
#define SOCK_WAYS	8u		/* two cache lines */

struct sock_set {
	struct sock_end {
		uint64_t ino;		/* 0: free, as are those after it */
		uint32_t origin;
		uint32_t role;		/* enum ev_role */
	} ends[SOCK_WAYS];		/* newest first */
};

struct sock_table {
	uint64_t key[2];
	struct sock_set *sets;		/* NULL until the first is recorded */
};

void sock_table_init(struct sock_table *table, const uint64_t key[2]);
void sock_table_uninit(struct sock_table *table);

/* Return: 0 or -ENOMEM. Sockets without inode or role are not kept. */
int sock_record(struct sock_table *table, uint32_t origin, const struct ev_tuple *tuple);

enum ev_role sock_role(const struct sock_table *table, uint32_t origin, uint64_t ino);

#endif /* ENRICH_SOCK_H */
