/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Keeps the table of control groups. A removed group stays for a while: the
 * last records of its tasks may arrive after the record of its removal.
 */
#include "enrich/cgroup.h"
#include <errno.h>
#include <stdlib.h>

void cgroup_table_init(struct cgroup_table *table, const uint64_t key[2])
{
	memset(table, 0, sizeof(*table));
	map_init(&table->map, key);
}

void cgroup_table_uninit(struct cgroup_table *table)
{
	size_t pos = 0;
	struct cgroup *cg;

	while ((cg = map_next(&table->map, &pos)))
		free(cg);
	map_uninit(&table->map);
}

static const struct cgroup **recent_of(struct cgroup_table *table, uint64_t id)
{
	return &table->recent[id % (sizeof(table->recent) / sizeof(table->recent[0]))];
}

static void recent_forget(struct cgroup_table *table, const struct cgroup *cg)
{
	if (*recent_of(table, cg->id) == cg)
		*recent_of(table, cg->id) = NULL;
}

/* The ring holds pointers to removed groups; a group that is replaced must leave it first. */
static void gone_forget(struct cgroup_table *table, const struct cgroup *cg)
{
	recent_forget(table, cg);
	if (!cg->gone)
		return;
	for (uint32_t i = 0; i < CGROUP_GONE; i++)
		if (table->gone[i] == cg)
			table->gone[i] = NULL;
}

static size_t group_bytes(struct str path)
{
	return sizeof(struct cgroup) + path.n + 36;
}

static void group_free(struct cgroup_table *table, struct cgroup *cg)
{
	table->bytes -= group_bytes(cg->path);
	free(cg);
}

static struct cgroup *cgroup_new(const struct event *ev)
{
	const struct ev_cgroup_mkdir *rec = ev->cgroup_mkdir;
	struct str path = event_part(ev, &rec->path);
	struct cgroup *cg = calloc(1, group_bytes(path));

	if (!cg)
		return NULL;
	cg->id = rec->id;
	cg->origin = ev->place.origin;
	cg->hierarchy = rec->hierarchy;
	cg->path = (struct str){ cg->bytes, path.n };
	if (path.n)
		memcpy(cg->bytes, path.p, path.n);
	container_of_path(&cg->container, cg->path, cg->bytes + path.n);
	return cg;
}

static bool other_hierarchy(struct cgroup_table *table, const struct ev_header *hdr,
			    uint32_t hierarchy)
{
	if (!table->hierarchy_known && (hdr->flags & EV_F_FROM_USER)) {
		table->hierarchy_known = true;
		table->hierarchy = hierarchy;
	}
	return table->hierarchy_known && table->hierarchy != hierarchy;
}

int cgroup_made(struct cgroup_table *table, const struct event *ev)
{
	uint64_t id = ev->cgroup_mkdir->id;
	struct cgroup *old = map_get(&table->map, id, ev->place.origin);
	const size_t more = group_bytes(event_part(ev, &ev->cgroup_mkdir->path));
	const size_t less = old ? group_bytes(old->path) : 0;
	struct cgroup *cg = NULL;

	if (other_hierarchy(table, ev->hdr, ev->cgroup_mkdir->hierarchy))
		return 0;
	if ((old || table->map.count < CGROUP_MAX) && table->bytes - less + more <= CGROUP_BYTES)
		cg = cgroup_new(ev);
	if (!cg || map_put(&table->map, id, ev->place.origin, cg) < 0) {
		table->refused++;
		free(cg);
		return -ENOMEM;
	}
	table->bytes += more;
	if (old) {
		gone_forget(table, old);
		group_free(table, old);
	}
	return 0;
}

void cgroup_removed(struct cgroup_table *table, const struct event *ev)
{
	struct cgroup *cg = map_get(&table->map, ev->cgroup_rmdir->id, ev->place.origin);
	struct cgroup **place = &table->gone[table->gone_at % CGROUP_GONE];

	if (!cg || cg->gone || other_hierarchy(table, ev->hdr, ev->cgroup_rmdir->hierarchy))
		return;
	if (*place) {
		recent_forget(table, *place);
		map_del(&table->map, (*place)->id, (*place)->origin);
		group_free(table, *place);
	}
	cg->gone = true;
	*place = cg;
	table->gone_at++;
}

const struct cgroup *cgroup_find(struct cgroup_table *table, uint32_t origin, uint64_t id)
{
	const struct cgroup **recent = recent_of(table, id);

	if (!*recent || (*recent)->id != id || (*recent)->origin != origin)
		*recent = map_get(&table->map, id, origin);
	return *recent;
}
