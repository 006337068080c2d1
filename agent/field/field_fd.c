/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Extractors of fd.* and fs.path.*: the descriptor, connection or path of an event. The path
 * is the one that the kernel resolved; for a failed open it is the path as given. The _given
 * extractors are for conditions that a link must not evade.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <saker/flags.h>
#include <sys/socket.h>
#include "enrich/cgroup.h"
#include "field/extract.h"
#include "field/fdinfo.h"
#include "field/args.h"
#include "field/get.h"

#define FD(fd)								\
	struct fdinfo fd;						\
	(void)arg;							\
	if (!fdinfo_of(&fd, ev))					\
		return FIELD_MISSING

/* -1 if the call failed: rules test fd.num >= 0. */
EXTRACT(fd_num)
{
	FD(fd);
	return get_s64(ret, fd.num >= 0 ? fd.num : -1);
}

EXTRACT(fd_type)
{
	FD(fd);
	return get_fd_type(ret, fdinfo_kind(&fd), fd.tuple);
}

/* A failed open counts as a file. */
EXTRACT(fd_typechar)
{
	FD(fd);
	if (fd.opened && fd.kind == EV_FD_NONE)
		return get_str(ret, STR("f"));
	return get_fd_letter(ret, fdinfo_kind(&fd), fd.tuple);
}

/* -- names -- */

static bool is_path(const struct fdinfo *fd)
{
	switch (fd->kind) {
	case EV_FD_NONE:
		return fd->given.p;
	case EV_FD_FILE: case EV_FD_DIR: case EV_FD_CHR: case EV_FD_BLK: case EV_FD_FIFO:
	case EV_FD_SYMLINK:
		return true;
	default:
		return false;
	}
}

/* Unix sockets: the name, with '@' for the leading NUL of an abstract name. */
static int unix_name(struct value *ret, const struct event *ev, const struct fdinfo *fd)
{
	if (!fd->path.n)
		return get_str(ret, fd->path);
	if (fd->path.p[0])
		return get_str(ret, fd->path);
	return get_made(ret, arena_printf(ev->arena, "@" STR_FMT, (int)fd->path.n - 1,
					  fd->path.p + 1));
}

static int path_name(struct value *ret, const struct event *ev, const struct fdinfo *fd)
{
	if (fd->path.n)
		return get_path(ret, fd->path, fd->path_cut);
	return get_path_at(ret, ev, fd->given, fd->dirfd);
}

EXTRACT(fd_name)
{
	FD(fd);

	if (tuple_is_inet(fd.tuple))
		return get_tuple_name(ret, ev, fd.tuple, fd.role);
	if (fd.tuple)
		return unix_name(ret, ev, &fd);
	if (fd.kind == EV_FD_MEMFD)
		return get_made(ret, arena_printf(ev->arena, "memfd:" STR_FMT, STR_ARG(fd.path)));
	if (fd.kind == EV_FD_PIPE)
		return get_made(ret, arena_printf(ev->arena, "pipe:[%llu]",
						  (unsigned long long)fd.ino));
	return path_name(ret, ev, &fd);
}

EXTRACT(fd_name_given)
{
	FD(fd);
	return get_fd_given(ret, ev, &fd);
}

EXTRACT(fd_nameraw)
{
	FD(fd);
	return fd.given.p ? get_str(ret, fd.given) : field_fd_name(ret, ev, arg);
}

/* "/a" of "/a/b", "/" of "/a"; of a path without its front the end of its directory. */
static int get_directory(struct value *ret, struct value whole)
{
	struct str path = whole.s;
	const char *slash = path.n ? memrchr(path.p, '/', path.n) : NULL;

	if (!slash)
		return whole.no_front ? FIELD_PENDING : FIELD_MISSING;
	path.n = slash > path.p || whole.no_front ? (size_t)(slash - path.p) : 1;
	return get_path(ret, path, whole.no_front);
}

static int get_filename(struct value *ret, struct value whole)
{
	struct str path = whole.s;
	const char *slash = path.p ? memrchr(path.p, '/', path.n) : NULL;
	size_t n = slash ? (size_t)(slash - path.p) + 1 : 0;

	return get_path(ret, (struct str){ path.p + n, path.n - n }, whole.no_front && !slash);
}

static int get_part_of(struct value *ret, const struct event *ev, bool given,
		       int (*part)(struct value *, struct value))
{
	const struct field_arg *arg = NULL;
	int r;
	FD(fd);

	if (!is_path(&fd) && !(given && fd.opened))
		return FIELD_MISSING;
	if (fd.given_directory && (given || !fd.path.n))
		return FIELD_MISSING;
	r = given ? get_fd_given(ret, ev, &fd) : path_name(ret, ev, &fd);
	return r ? r : part(ret, *ret);
}

EXTRACT(fd_directory)
{
	(void)arg;
	return get_part_of(ret, ev, false, get_directory);
}

EXTRACT(fd_directory_given)
{
	(void)arg;
	return get_part_of(ret, ev, true, get_directory);
}

EXTRACT(fd_filename)
{
	(void)arg;
	return get_part_of(ret, ev, false, get_filename);
}

EXTRACT(fd_filename_given)
{
	(void)arg;
	return get_part_of(ret, ev, true, get_filename);
}

/* "3ad7b26ded6d:/etc/passwd", for the name and for the directory */
static int get_with_container(struct value *ret, const struct event *ev, field_extract_fn *of)
{
	struct value id, name;
	int r = field_container_id(&id, ev, NULL);

	if (!r)
		r = of(&name, ev, NULL);
	if (r)
		return r;
	r = get_made(ret, arena_printf(ev->arena, STR_FMT ":" STR_FMT, STR_ARG(id.s),
				       STR_ARG(name.s)));
	if (r == 0)
		ret->cut = name.cut;
	return r;
}

EXTRACT(fd_containername)
{
	(void)arg;
	return get_with_container(ret, ev, field_fd_name);
}

EXTRACT(fd_containerdirectory)
{
	(void)arg;
	return get_with_container(ret, ev, field_fd_directory);
}

EXTRACT(fd_uid)
{
	FD(fd);
	if (fd.num < 0)
		return FIELD_MISSING;
	return get_made(ret, arena_printf(ev->arena, "%u%lld", ev->hdr->tid, (long long)fd.num));
}

/* -- connections -- */

#define TUPLE(tuple)							\
	const struct ev_tuple *tuple = fdinfo_tuple(ev);		\
	(void)arg;							\
	if (!tuple_is_inet(tuple))					\
		return FIELD_MISSING

/* An address, a network or a port of one end. */
static struct value end_of(const struct ev_tuple *tuple, enum ev_role role, enum tuple_end end,
			   enum value_type type)
{
	if (type == VALUE_PORT)
		return (struct value){ .type = type, .u = tuple_port(tuple, role, end) };
	return (struct value){ .type = type, .ip = tuple_addr(tuple, role, end) };
}

static int get_end(struct value *ret, const struct event *ev, enum tuple_end end,
		   enum value_type type)
{
	const struct field_arg *arg = NULL;
	TUPLE(tuple);

	*ret = end_of(tuple, tuple_role(ev, tuple), end, type);
	return 0;
}

#define END(letter, which)							\
	EXTRACT(fd_##letter##ip) { (void)arg; return get_end(ret, ev, which, VALUE_IP); } \
	EXTRACT(fd_##letter##net) { (void)arg; return get_end(ret, ev, which, VALUE_NET); } \
	EXTRACT(fd_##letter##port) { (void)arg; return get_end(ret, ev, which, VALUE_PORT); }

END(c, TUPLE_CLIENT)
END(s, TUPLE_SERVER)
END(l, TUPLE_LOCAL)
END(r, TUPLE_REMOTE)

/* Client and server, as a list of two. */
static int get_either(struct value *ret, const struct event *ev, enum value_type type)
{
	const struct field_arg *arg = NULL;
	struct value *list;
	enum ev_role role;
	TUPLE(tuple);

	list = arena_alloc(ev->arena, 2 * sizeof(*list));
	if (!list)
		return -ENOMEM;
	role = tuple_role(ev, tuple);
	list[0] = end_of(tuple, role, TUPLE_CLIENT, type);
	list[1] = end_of(tuple, role, TUPLE_SERVER, type);
	*ret = (struct value){ .type = type, .count = 2, .list = list };
	return 0;
}

#define EITHER(name, type)							\
	EXTRACT(fd_##name) { (void)arg; return get_either(ret, ev, type); }

EITHER(ip, VALUE_IP)
EITHER(net, VALUE_NET)
EITHER(port, VALUE_PORT)

EXTRACT(fd_l4proto)
{
	TUPLE(tuple);

	switch (tuple->protocol) {
	case IPPROTO_TCP:
		return get_str(ret, STR("tcp"));
	case IPPROTO_UDP:
		return get_str(ret, STR("udp"));
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return get_str(ret, STR("icmp"));
	}
	if (tuple->type == SOCK_STREAM)
		return get_str(ret, STR("tcp"));
	if (tuple->type == SOCK_DGRAM)
		return get_str(ret, STR("udp"));
	return get_str(ret, tuple->type == SOCK_RAW ? STR("raw") : (struct str){ 0 });
}

EXTRACT(fd_sockfamily)
{
	FD(fd);
	if (tuple_is_inet(fd.tuple))
		return get_str(ret, STR("ip"));
	return fd.tuple && fd.tuple->family == AF_UNIX ? get_str(ret, STR("unix")) : FIELD_MISSING;
}

EXTRACT(fd_is_server)
{
	enum ev_role role;
	TUPLE(tuple);

	role = tuple_role(ev, tuple);
	return role == EV_ROLE_UNKNOWN ? FIELD_MISSING : get_bool(ret, role == EV_ROLE_SERVER);
}

EXTRACT(fd_connected)
{
	FD(fd);
	if (!tuple_is_inet(fd.tuple))
		return FIELD_MISSING;
	return get_bool(ret, fd.connected || fd.tuple->state == 1 /* TCP_ESTABLISHED */);
}

/* -- the file -- */

EXTRACT(fd_dev)
{
	FD(fd);
	return fd.has_dev ? get_s64(ret, fd.dev) : FIELD_MISSING;
}

EXTRACT(fd_dev_major)
{
	FD(fd);
	return fd.has_dev ? get_s64(ret, fd.dev >> 8 & 0xfff) : FIELD_MISSING;
}

EXTRACT(fd_dev_minor)
{
	FD(fd);
	return fd.has_dev ? get_s64(ret, (fd.dev & 0xff) | (fd.dev >> 12 & 0xfff00)) :
			    FIELD_MISSING;
}

#define FD_LAYER(name, value)						\
	EXTRACT(name)							\
	{								\
		(void)arg;						\
		if (ev->hdr->type != EV_open)				\
			return FIELD_MISSING;				\
		return get_bool(ret, ev->open->layer == SAKER_file_layer_##value);	\
	}

FD_LAYER(fd_is_upper_layer, upper)
FD_LAYER(fd_is_lower_layer, lower)

EXTRACT(fd_ino)
{
	FD(fd);
	return fd.ino ? get_s64(ret, fd.ino) : FIELD_MISSING;
}

/* -- fs.path.* -- */

enum path_role { NAME, SOURCE, WORD, TARGET, ROLES };

/*
 * Where the path of a role is in the record, as given and as seen; 0 if the event has none. Is its
 * last component not followed?
 */
static const struct { uint16_t given, seen; bool last; } path_places[EV_TYPE_MAX][ROLES] = {
#define FS_PATH(ev, role, field)	[EV_##ev][role].given = offsetof(struct ev_##ev, field),
#define FS_SEEN(ev, role, field)	[EV_##ev][role].seen = offsetof(struct ev_##ev, field),
#define FS_LAST(ev, role)		[EV_##ev][role].last = true,
#include "field/objects.def"
};

static bool path_at(const struct event *ev, enum path_role role, unsigned int *offset)
{
	*offset = ev->hdr->type < EV_TYPE_MAX ? path_places[ev->hdr->type][role].given : 0;
	return *offset;
}

static const struct ev_part *part_at(const struct event *ev, unsigned int offset)
{
	return (const struct ev_part *)((const char *)ev->body + offset);
}

static struct str path_raw(const struct event *ev, unsigned int offset)
{
	return event_part(ev, part_at(ev, offset));
}

static int get_raw(struct value *ret, const struct event *ev, enum path_role role)
{
	unsigned int offset;

	return path_at(ev, role, &offset) ? get_str(ret, path_raw(ev, offset)) : FIELD_MISSING;
}

static int get_given(struct value *ret, const struct event *ev, enum path_role role)
{
	unsigned int offset;

	if (!path_at(ev, role, &offset))
		return FIELD_MISSING;
	return arg_list_path(ret, ev, path_raw(ev, offset), offset);
}

/* The path as the kernel resolved it; if no hook saw it, as given. */
static int get_whole(struct value *ret, const struct event *ev, enum path_role role)
{
	const unsigned int seen = ev->hdr->type < EV_TYPE_MAX ?
					  path_places[ev->hdr->type][role].seen : 0;

	if (seen && path_raw(ev, seen).n)
		return get_path(ret, path_raw(ev, seen), event_part_cut(part_at(ev, seen)));
	return get_given(ret, ev, role);
}

/* The call has a descriptor instead of a path. */
static bool is_by_fd(const struct event *ev)
{
	unsigned int offset;

	return path_at(ev, NAME, &offset) && !path_raw(ev, offset).n;
}

EXTRACT(fs_path_name)
{
	int r;

	(void)arg;
	if (ev->hdr->type == EV_open)
		return field_fd_name(ret, ev, NULL);
	r = get_whole(ret, ev, NAME);
	return r == FIELD_MISSING && is_by_fd(ev) ? field_fd_name(ret, ev, NULL) : r;
}

/* What the caller gave; of a call by a descriptor that is the file. */
static int given_or(struct value *ret, const struct event *ev, enum path_role role,
		    field_extract_fn *whole)
{
	int r = get_given(ret, ev, role);

	return r == FIELD_MISSING ? whole(ret, ev, NULL) : r;
}

EXTRACT(fs_path_name_given)
{
	(void)arg;
	return ev->hdr->type == EV_open ? field_fd_name_given(ret, ev, NULL) :
					  given_or(ret, ev, NAME, field_fs_path_name);
}

EXTRACT(fs_path_nameraw)
{
	(void)arg;
	return ev->hdr->type == EV_open ? get_str(ret, event_part(ev, &ev->open->name)) :
					  get_raw(ret, ev, NAME);
}

/* A source is often no path but a word: "tmpfs", or what a symbolic link contains. */
EXTRACT(fs_path_source)
{
	int r = get_raw(ret, ev, WORD);

	(void)arg;
	return r == FIELD_MISSING ? get_whole(ret, ev, SOURCE) : r;
}

EXTRACT(fs_path_source_given)
{
	(void)arg;
	return given_or(ret, ev, SOURCE, field_fs_path_source);
}

EXTRACT(fs_path_sourceraw)
{
	int r = get_raw(ret, ev, WORD);

	(void)arg;
	return r == FIELD_MISSING ? get_raw(ret, ev, SOURCE) : r;
}

EXTRACT(fs_path_target)
{
	(void)arg;
	return get_whole(ret, ev, TARGET);
}

EXTRACT(fs_path_target_given)
{
	(void)arg;
	return given_or(ret, ev, TARGET, field_fs_path_target);
}

EXTRACT(fs_path_targetraw)
{
	(void)arg;
	return get_raw(ret, ev, TARGET);
}

/* -- evt.changed -- */

/* The last component, without slashes behind it. @path: may be empty, without a text. */
static struct str last_name(struct str path)
{
	size_t begin;

	if (!path.n)
		return path;
	while (path.n && path.p[path.n - 1] == '/')
		path.n--;
	for (begin = path.n; begin && path.p[begin - 1] != '/'; begin--)
		;
	return (struct str){ path.p + begin, path.n - begin };
}

/* Return: FIELD_MISSING if the two cannot be compared. */
static int name_changed(const struct event *ev, enum path_role role, bool *changed)
{
	const unsigned int given = path_places[ev->hdr->type][role].given;
	const unsigned int seen = path_places[ev->hdr->type][role].seen;
	struct str name, used;

	if (!path_places[ev->hdr->type][role].last || event_part_cut(part_at(ev, given)) ||
	    event_part_cut(part_at(ev, seen)))
		return FIELD_MISSING;
	name = last_name(path_raw(ev, given));
	used = last_name(path_raw(ev, seen));
	if (!name.n || !used.n || str_eq(name, STR(".")) || str_eq(name, STR("..")))
		return FIELD_MISSING;
	*changed |= !str_eq(name, used);
	return 0;
}

EXTRACT(evt_changed)
{
	bool changed = false, any = false;

	(void)arg;
	for (unsigned int role = 0; ev->hdr->type < EV_TYPE_MAX && role < ROLES; role++)
		any |= !name_changed(ev, role, &changed);
	return any ? get_bool(ret, changed) : FIELD_MISSING;
}
