/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Finds container names in cgroup paths. The components of a path are tried
 * from the deepest up, and the first that a row of the table matches is taken:
 * what runs inside a container (systemd, a nested group) lies below it.
 */
#include "enrich/cgroup.h"

#define ID_LEN		64	/* hex digits of a container's id */
#define ID_SHOWN	12
#define UID_LEN		36

/* The text before the 64 digits, and the runtime it means. The first match wins. */
static const struct id_prefix {
	struct str prefix;
	struct str type;
} id_prefixes[] = {
	{ { "docker-", 7 }, { "docker", 6 } },
	{ { "cri-containerd-", 15 }, { "containerd", 10 } },
	{ { "crio-", 5 }, { "cri-o", 5 } },
	{ { "libpod-payload-", 15 }, { "podman", 6 } },
	{ { "libpod-", 7 }, { "podman", 6 } },
	{ { "nerdctl-", 8 }, { "containerd", 10 } },
};

/* An id without a prefix: the directory above it names the runtime. */
static const struct id_parent {
	struct str parent;
	struct str type;
} id_parents[] = {
	{ { "docker", 6 }, { "docker", 6 } },
	{ { "libpod_parent", 13 }, { "podman", 6 } },
};

/* Containers with a name instead of digits: "lxc.payload.web", "lxc/web". */
static const struct str lxc_prefix = { "lxc.payload.", 12 };
static const struct str lxc_dirs[] = { { "lxc", 3 }, { "lxc.payload", 11 } };

static bool is_id(struct str s)
{
	if (s.n != ID_LEN)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (!((s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f')))
			return false;
	return true;
}

static bool found_id(struct container *ret, struct str id, struct str type)
{
	ret->full_id = id;
	ret->id = (struct str){ id.p, ID_SHOWN };
	ret->type = type;
	return true;
}

static bool found_name(struct container *ret, struct str name)
{
	if (!name.n)
		return false;
	ret->full_id = name;
	ret->id = name;
	ret->type = STR("lxc");
	return true;
}

static struct str after(struct str s, size_t n)
{
	return (struct str){ s.p + n, s.n - n };
}

/* "slice:cri-containerd:ID", as containerd names groups without systemd. */
static bool colon_id(struct container *ret, struct str s)
{
	const struct str mark = STR(":cri-containerd:");
	struct str id;

	if (s.n < ID_LEN + mark.n)
		return false;
	id = after(s, s.n - ID_LEN);
	if (!is_id(id) || memcmp(id.p - mark.n, mark.p, mark.n))
		return false;
	return found_id(ret, id, STR("containerd"));
}

static bool component_match(struct container *ret, struct str s, struct str parent)
{
	const struct str scope = STR(".scope");
	struct str bare = s;
	size_t i;

	if (str_ends(bare, scope))
		bare.n -= scope.n;
	for (i = 0; i < sizeof(id_prefixes) / sizeof(id_prefixes[0]); i++)
		if (str_starts(bare, id_prefixes[i].prefix) &&
		    is_id(after(bare, id_prefixes[i].prefix.n)))
			return found_id(ret, after(bare, id_prefixes[i].prefix.n),
					id_prefixes[i].type);
	if (is_id(s)) {
		for (i = 0; i < sizeof(id_parents) / sizeof(id_parents[0]); i++)
			if (str_eq(parent, id_parents[i].parent))
				return found_id(ret, s, id_parents[i].type);
		return found_id(ret, s, STR("containerd"));
	}
	if (colon_id(ret, s))
		return true;
	if (str_starts(s, lxc_prefix))
		return found_name(ret, after(s, lxc_prefix.n));
	for (i = 0; i < sizeof(lxc_dirs) / sizeof(lxc_dirs[0]); i++)
		if (str_eq(parent, lxc_dirs[i]))
			return found_name(ret, s);
	return false;
}

/* A uid in eight-four-four-four-twelve form; systemd's paths have '_' for '-'. */
static bool pod_uid(struct str s, char *uid)
{
	if (s.n != UID_LEN)
		return false;
	for (size_t i = 0; i < UID_LEN; i++) {
		char c = s.p[i];
		bool dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash && (c == '_' || c == '-'))
			c = '-';
		else if (dash || !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return false;
		uid[i] = c;
	}
	return true;
}

/* "podUID" or "kubepods-besteffort-podUID.slice" */
static bool component_pod(struct str s, char *uid)
{
	const struct str slice = STR(".slice"), pod = STR("pod"), kube = STR("kubepods");

	if (str_ends(s, slice))
		s.n -= slice.n;
	if (s.n < pod.n + UID_LEN)
		return false;
	if (s.n > pod.n + UID_LEN && !str_starts(s, kube))
		return false;
	s = after(s, s.n - pod.n - UID_LEN);
	return str_starts(s, pod) && pod_uid(after(s, pod.n), uid);
}

/* Cuts the last component off @path. False when there is none left. */
static bool path_pop(struct str *path, struct str *last)
{
	size_t n;

	while (path->n && path->p[path->n - 1] == '/')
		path->n--;
	if (!path->n)
		return false;
	for (n = path->n; n && path->p[n - 1] != '/'; n--)
		;
	*last = after(*path, n);
	path->n = n;
	return true;
}

bool container_of_path(struct container *ret, struct str path, char *uid)
{
	struct str s, parent, up;
	bool found = false;

	*ret = (struct container){ 0 };
	while (path_pop(&path, &s)) {
		up = path;
		parent = (struct str){ 0 };
		path_pop(&up, &parent);
		if (!found)
			found = component_match(ret, s, parent);
		if (found && component_pod(s, uid)) {
			ret->pod_uid = (struct str){ uid, UID_LEN };
			break;
		}
	}
	return found;
}

/* "cron.service" of "/system.slice/cron.service/x". */
static bool is_unit(struct str name, bool slice)
{
	return slice ? str_ends(name, STR(".slice")) :
		       str_ends(name, STR(".service")) || str_ends(name, STR(".scope"));
}

struct str unit_of_path(struct str path)
{
	for (int slice = 0; slice <= 1; slice++) {
		for (size_t end = path.n, at = path.n; end; end = at) {
			while (at && path.p[at - 1] != '/')
				at--;
			if (is_unit((struct str){ path.p + at, end - at }, slice))
				return (struct str){ path.p + at, end - at };
			at -= at > 0;
		}
	}
	return (struct str){ 0 };
}
