/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extractors of container.* and k8s.*, from the path of the control group. Data from the
 * container runtime is pending; on the host it is missing.
 */
#include "enrich/cgroup.h"
#include "enrich/proc.h"
#include "field/extract.h"
#include "field/get.h"

/* Pending: the control group is not known yet. Missing: the record has no control group. */
static int get_unknown(const struct event *ev)
{
	return ev->hdr->cgroup_id ? FIELD_PENDING : FIELD_MISSING;
}

static bool on_host(const struct event *ev)
{
	return !ev->cgroup->container.id.p;
}

static int get_or_host(struct value *ret, const struct event *ev, struct str s)
{
	return get_str(ret, on_host(ev) ? STR("host") : s);
}

EXTRACT(container_id)
{
	(void)arg;
	if (!ev->cgroup)
		return get_unknown(ev);
	return get_or_host(ret, ev, ev->cgroup->container.id);
}

EXTRACT(container_full_id)
{
	(void)arg;
	if (!ev->cgroup)
		return get_unknown(ev);
	return get_str(ret, ev->cgroup->container.full_id);
}

EXTRACT(container_type)
{
	(void)arg;
	if (!ev->cgroup)
		return get_unknown(ev);
	return get_or_host(ret, ev, ev->cgroup->container.type);
}

EXTRACT(container_name)
{
	(void)arg;
	if (!ev->cgroup)
		return get_unknown(ev);
	return on_host(ev) ? get_str(ret, STR("host")) : FIELD_PENDING;
}

/* A container starts with the first process of its pid namespace. */
EXTRACT(container_start_ts)
{
	(void)arg;
	if (!ev->cgroup)
		return get_unknown(ev);
	if (on_host(ev) || !ev->proc || !ev->proc->process->pidns_start_ns)
		return FIELD_MISSING;
	return get_time(ret, VALUE_ABSTIME, get_wall_ns(ev, ev->proc->process->pidns_start_ns));
}

EXTRACT(container_duration)
{
	uint64_t start_ns;

	(void)arg;
	if (!ev->cgroup)
		return get_unknown(ev);
	if (on_host(ev) || !ev->proc)
		return FIELD_MISSING;
	start_ns = ev->proc->process->pidns_start_ns;
	if (!start_ns || start_ns > ev->hdr->ts_ns)
		return FIELD_MISSING;
	return get_time(ret, VALUE_RELTIME, ev->hdr->ts_ns - start_ns);
}

EXTRACT(k8s_pod_uid)
{
	(void)arg;
	if (!ev->cgroup)
		return get_unknown(ev);
	return get_str(ret, ev->cgroup->container.pod_uid);
}
