/* SPDX-License-Identifier: Apache-2.0 */
/* Keeps two tables from a number to a name; a later record replaces an earlier one. */
#include "enrich/user.h"
#include <errno.h>
#include <stdlib.h>

void user_table_init(struct user_table *table, const uint64_t key[2])
{
	map_init(&table->users, key);
	map_init(&table->groups, key);
	table->generation = 0;
	table->refused = 0;
}

static void users_free(struct map *map)
{
	size_t pos = 0;
	struct user *user;

	while ((user = map_next(map, &pos)))
		free(user);
	map_uninit(map);
}

void user_table_uninit(struct user_table *table)
{
	users_free(&table->users);
	users_free(&table->groups);
}

static struct str user_put(char **at, struct str s)
{
	struct str ret = { *at, s.n };

	if (!s.p)
		return s;
	memcpy(*at, s.p, s.n);
	*at += s.n;
	return ret;
}

static int user_add(struct user_table *table, struct map *map, uint32_t origin,
		    const struct user *src)
{
	struct user *old = map_get(map, src->id, origin), *user = NULL;
	char *at;

	if (!src->name.p) {
		free(map_del(map, src->id, origin));
		return 0;
	}
	if (old || map->count < USER_MAX)
		user = malloc(sizeof(*user) + src->name.n + src->home.n + src->shell.n);
	if (!user || map_put(map, src->id, origin, user) < 0) {
		table->refused++;
		free(user);
		return -ENOMEM;
	}
	at = user->bytes;
	user->id = src->id;
	user->origin = origin;
	user->generation = table->generation;
	user->name = user_put(&at, src->name);
	user->home = user_put(&at, src->home);
	user->shell = user_put(&at, src->shell);
	free(old);
	return 0;
}

int user_recorded(struct user_table *table, const struct event *ev)
{
	if (ev->hdr->type == EV_user) {
		const struct ev_user *rec = ev->user;
		const struct user user = {
			.id = rec->uid,
			.name = event_part(ev, &rec->name),
			.home = event_part(ev, &rec->home),
			.shell = event_part(ev, &rec->shell),
		};

		return user_add(table, &table->users, ev->place.origin, &user);
	}
	return user_add(table, &table->groups, ev->place.origin,
			&(struct user){ .id = ev->group->gid,
					.name = event_part(ev, &ev->group->name) });
}

uint32_t users_stale(const struct user_table *table, const struct map *map, uint32_t **ret)
{
	uint32_t *ids = map->count ? malloc(map->count * sizeof(*ids)) : NULL;
	const struct user *user;
	size_t pos = 0;
	uint32_t n = 0;

	while (ids && (user = map_next(map, &pos)))
		if (!user->origin && user->generation != table->generation)
			ids[n++] = user->id;
	*ret = ids;
	return n;
}

const struct user *user_find(const struct user_table *table, uint32_t origin, uint32_t uid)
{
	return map_get(&table->users, uid, origin);
}

const struct user *group_find(const struct user_table *table, uint32_t origin, uint32_t gid)
{
	return map_get(&table->groups, gid, origin);
}
