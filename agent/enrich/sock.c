/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the roles of sockets. A socket that is recorded again keeps its place
 * in its set, so it is forgotten a little early.
 */
#include "enrich/sock.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "lib/siphash.h"

void sock_table_init(struct sock_table *table, const uint64_t key[2])
{
	*table = (struct sock_table){ .key = { key[0], key[1] } };
}

void sock_table_uninit(struct sock_table *table)
{
	free(table->sets);
	table->sets = NULL;
}

static struct sock_set *set_of(const struct sock_table *table, uint32_t origin, uint64_t ino)
{
	return &table->sets[siphash13_words(table->key, ino, origin) % SOCK_SETS];
}

static struct sock_end *end_in(struct sock_set *set, uint32_t origin, uint64_t ino)
{
	for (uint32_t i = 0; i < SOCK_WAYS && set->ends[i].ino; i++) {
		if (set->ends[i].ino == ino && set->ends[i].origin == origin)
			return &set->ends[i];
	}
	return NULL;
}

int sock_record(struct sock_table *table, uint32_t origin, const struct ev_tuple *tuple)
{
	struct sock_set *set;
	struct sock_end *end;

	if (!tuple->ino || tuple->role == EV_ROLE_UNKNOWN)
		return 0;
	if (!table->sets)
		table->sets = calloc(SOCK_SETS, sizeof(*table->sets));
	if (!table->sets)
		return -ENOMEM;
	set = set_of(table, origin, tuple->ino);
	end = end_in(set, origin, tuple->ino);
	if (!end) {
		end = set->ends;
		memmove(end + 1, end, (SOCK_WAYS - 1) * sizeof(*end));
	}
	*end = (struct sock_end){ tuple->ino, origin, tuple->role };
	return 0;
}

enum ev_role sock_role(const struct sock_table *table, uint32_t origin, uint64_t ino)
{
	const struct sock_end *end;

	if (!table->sets || !ino)
		return EV_ROLE_UNKNOWN;
	end = end_in(set_of(table, origin, ino), origin, ino);
	return end ? (enum ev_role)end->role : EV_ROLE_UNKNOWN;
}
