/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the names of the host's users and groups, from records. The agent makes
 * those records from /etc/passwd and /etc/group, and again when these change; a
 * capture has them already.
 */
#ifndef ENRICH_USER_H
#define ENRICH_USER_H

#include <stdint.h>
#include "decode/event.h"
#include "lib/map.h"
#include "lib/str.h"

#define USER_MAX	16384u	/* of each kind */

struct user {
	uint32_t id;
	uint32_t origin;
	uint32_t generation;		/* the last reading of the files that had it */
	struct str name;
	struct str home, shell;		/* absent for a group */
	char bytes[];
};

struct user_table {
	struct map users;		/* (origin, uid) */
	struct map groups;		/* (origin, gid) */
	uint32_t generation;		/* set by the code that reads the files */
	uint64_t refused;
};

void user_table_init(struct user_table *table, const uint64_t key[2]);
void user_table_uninit(struct user_table *table);

/*
 * Applies a user or group record; without a name the account is deleted. Return: 0, or -ENOMEM,
 * also when there are too many.
 */
int user_recorded(struct user_table *table, const struct event *ev);

/*
 * The numbers of this kernel's accounts that no record of this generation has named. Return: how
 * many; @ret is NULL or must be freed.
 */
uint32_t users_stale(const struct user_table *table, const struct map *map, uint32_t **ret);

/* NULL if it is not known. */
const struct user *user_find(const struct user_table *table, uint32_t origin, uint32_t uid);
const struct user *group_find(const struct user_table *table, uint32_t origin, uint32_t gid);

#endif /* ENRICH_USER_H */
