/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds the control group of a record by the number in its header: its path,
 * and the container that the path belongs to. The container follows from the
 * cgroup alone, which exists before the container's first instruction runs.
 */
#ifndef ENRICH_CGROUP_H
#define ENRICH_CGROUP_H

#include <stdbool.h>
#include <stdint.h>
#include "decode/event.h"
#include "lib/map.h"
#include "lib/str.h"

#define CGROUP_MAX	65536u		/* known at a time */
#define CGROUP_BYTES	(32u << 20)	/* of them: a path has up to 4 KiB, chosen by the user who makes it */
#define CGROUP_GONE	1024u		/* removed groups kept for late records of their tasks */

struct container {
	struct str id;		/* as shown: 12 digits, or a name; absent for the host */
	struct str full_id;
	struct str type;	/* docker, containerd, cri-o, podman, lxc; static */
	struct str pod_uid;	/* with dashes; absent outside Kubernetes */
};

struct cgroup {
	uint64_t id;
	uint32_t origin;
	uint32_t hierarchy;
	bool gone;
	struct str path;
	struct container container;
	char bytes[];
};

struct cgroup_table {
	struct map map;			/* (origin, id) */
	struct cgroup *gone[CGROUP_GONE];	/* a ring */
	uint32_t gone_at;
	/*
	 * Numbers are unique only within a hierarchy. Record headers carry those of the hierarchy
	 * that the agent read at the start; groups of other hierarchies are not kept.
	 */
	bool hierarchy_known;
	uint32_t hierarchy;
	const struct cgroup *recent[64];	/* by the low bits of id: most look-ups end here */
	uint64_t bytes;			/* of all groups, without the map */
	uint64_t refused;		/* not stored: CGROUP_MAX or CGROUP_BYTES reached, or no memory */
};

void cgroup_table_init(struct cgroup_table *table, const uint64_t key[2]);
void cgroup_table_uninit(struct cgroup_table *table);

/* Applies a cgroup_mkdir record. Return: 0, or -ENOMEM, also when there are too many. */
int cgroup_made(struct cgroup_table *table, const struct event *ev);

/* Applies a cgroup_rmdir record; the group stays known for a while. */
void cgroup_removed(struct cgroup_table *table, const struct event *ev);

/* NULL if it is not known. */
const struct cgroup *cgroup_find(struct cgroup_table *table, uint32_t origin, uint64_t id);

/**
 * container_of_path() - the container that a control group's path belongs to
 * @path:	below the root of its hierarchy
 * @uid:	of 36 bytes: where a pod's uid is written
 * Return: true if it is a container's; the strings point into @path and @uid.
 */
bool container_of_path(struct container *ret, struct str path, char *uid);

/* "cron.service": the deepest systemd unit in the path; absent if there is none. */
struct str unit_of_path(struct str path);

#endif /* ENRICH_CGROUP_H */
