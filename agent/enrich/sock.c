/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A ring of the last told sockets beside the table bounds it. A socket told
 * again keeps its older place in the ring: it is then forgotten a little early,
 * and only if it was told again long ago.
 */
#include "enrich/sock.h"
#include <errno.h>
#include <stdlib.h>

void sock_table_init(struct sock_table *table, const uint64_t key[2])
{
	map_init(&table->roles, key);
	table->told = NULL;
	table->at = 0;
}

void sock_table_uninit(struct sock_table *table)
{
	map_uninit(&table->roles);
	free(table->told);
}

static void *role_item(enum ev_role role)
{
	return (void *)(uintptr_t)role;
}

int sock_told(struct sock_table *table, uint32_t origin, const struct ev_tuple *tuple)
{
	struct sock_key *place;

	if (!tuple->ino || tuple->role == EV_ROLE_UNKNOWN)
		return 0;
	if (map_get(&table->roles, tuple->ino, origin))
		return map_put(&table->roles, tuple->ino, origin, role_item(tuple->role));
	if (!table->told) {
		table->told = calloc(SOCK_MAX, sizeof(*table->told));
		if (!table->told)
			return -ENOMEM;
	}
	place = &table->told[table->at++ % SOCK_MAX];
	if (place->ino)
		map_del(&table->roles, place->ino, place->origin);
	*place = (struct sock_key){ tuple->ino, origin };
	return map_put(&table->roles, tuple->ino, origin, role_item(tuple->role));
}

enum ev_role sock_role(const struct sock_table *table, uint32_t origin, uint64_t ino)
{
	return (enum ev_role)(uintptr_t)map_get(&table->roles, ino, origin);
}
