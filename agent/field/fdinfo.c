/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Makes the view of a descriptor (struct fdinfo) from an event's fields, and its types and
 * names.
 */
#include "field/fdinfo.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/socket.h>
#include "enrich/names.h"
#include "enrich/proc.h"
#include "field/devname.h"
#include "field/get.h"
#include "lib/buf.h"

#define PATH_GIVEN_MAX	4096

/* -- the descriptor of an event -- */

static void from_socket(struct fdinfo *ret, int64_t num, const struct ev_tuple *tuple,
			struct str path)
{
	ret->num = num;
	ret->kind = tuple->family ? EV_FD_SOCKET : EV_FD_NONE;
	ret->path = path;
	ret->ino = tuple->ino;
}

static void from_fd(struct fdinfo *ret, int64_t num, const struct ev_fd *fd, struct str path)
{
	ret->num = num;
	ret->kind = fd->kind;
	ret->path = path;
	ret->ino = fd->ino;
	ret->dev = fd->dev;
	ret->has_dev = fd->kind != EV_FD_NONE;
}

/* A call that has a path instead of a descriptor has none. */
static bool from_path(struct fdinfo *ret, const struct event *ev, int64_t num,
		      const struct ev_part *path)
{
	if (num < 0)
		return false;
	ret->num = num;
	ret->kind = path->off ? EV_FD_FILE : EV_FD_NONE;
	ret->path = event_part(ev, path);
	ret->path_cut = event_part_cut(path);
	return true;
}

const struct ev_tuple *fdinfo_tuple(const struct event *ev)
{
	switch (ev->hdr->type) {
	case EV_connect:
		return &ev->connect->tuple;
	case EV_accept:
		return &ev->accept->tuple;
	case EV_dup:
		return ev->dup->file.kind == EV_FD_SOCKET ? &ev->dup->file.sock : NULL;
#define FD_SOCKET(ev_, number, tuple_, path_)	\
	case EV_##ev_: return ev->ev_->tuple_.family ? &ev->ev_->tuple_ : NULL;
#include "field/objects.def"
	default:
		return NULL;
	}
}

/* The descriptor of the recorded file: the new one, or of fcntl's other commands their own. */
static int64_t dup_number(const struct ev_dup *e)
{
	bool copies = !e->cmd || e->cmd == F_DUPFD_CLOEXEC;

	return copies || e->res < 0 ? e->res : e->oldfd;
}

static bool fdinfo_read(struct fdinfo *ret, const struct event *ev)
{
	*ret = (struct fdinfo){ .num = -1, .dirfd = AT_FDCWD };
	switch (ev->hdr->type) {
	case EV_connect:
		from_socket(ret, ev->connect->fd, &ev->connect->tuple,
			    event_part(ev, &ev->connect->path));
		ret->connected = ev->connect->res == 0;
		return true;
	case EV_accept:
		from_socket(ret, ev->accept->res, &ev->accept->tuple,
			    event_part(ev, &ev->accept->path));
		ret->connected = ev->accept->res >= 0;
		return true;
	case EV_dup:
		from_fd(ret, dup_number(ev->dup), &ev->dup->file, event_part(ev, &ev->dup->path));
		ret->path_cut = event_part_cut(&ev->dup->path);
		return true;
	case EV_memfd_create:
		ret->num = ev->memfd_create->res;
		ret->path = event_part(ev, &ev->memfd_create->name);
		if (ret->num < 0)
			return true;
		ret->kind = EV_FD_MEMFD;
		ret->has_dev = true;
		ret->dev = ev->memfd_create->dev;
		ret->ino = ev->memfd_create->ino;
		return true;
	case EV_init_module:
		if (ev->init_module->fd < 0)
			return false;
		ret->num = ev->init_module->fd;
		ret->kind = EV_FD_FILE;
		ret->path = event_part(ev, &ev->init_module->path);
		ret->path_cut = event_part_cut(&ev->init_module->path);
		return true;
#define FD_SOCKET(ev_, number_, tuple_, path_)					\
	case EV_##ev_:								\
		from_socket(ret, ev->ev_->number_, &ev->ev_->tuple_,		\
			    event_part(ev, &ev->ev_->path_));			\
		return true;
#define FD_FILE(ev_, number_, path_)	\
	case EV_##ev_: return from_path(ret, ev, ev->ev_->number_, &ev->ev_->path_);
#include "field/objects.def"
	default:
		return false;
	}
}

enum ev_role tuple_role(const struct event *ev, const struct ev_tuple *t)
{
	if (t->role != EV_ROLE_UNKNOWN || !t->ino || !ev->enrich)
		return (enum ev_role)t->role;
	return enrich_role(ev->enrich, ev->place.origin, t->ino);
}

bool fdinfo_of_other(struct fdinfo *ret, const struct event *ev)
{
	if (!fdinfo_read(ret, ev))
		return false;
	ret->tuple = fdinfo_tuple(ev);
	if (ret->tuple)
		ret->role = tuple_role(ev, ret->tuple);
	return true;
}

/* -- tuples -- */

/* ::ffff:a.b.c.d is an IPv4 address. */
static bool is_mapped(const uint8_t *a)
{
	static const uint8_t prefix[12] = { [10] = 0xff, [11] = 0xff };

	return !memcmp(a, prefix, sizeof(prefix));
}

static bool is_zero(const uint8_t *a)
{
	static const uint8_t zero[16];

	return !memcmp(a, zero, sizeof(zero));
}

/* An IPv6 socket with an IPv4 connection: one end is mapped, the other is mapped or not bound. */
static bool speaks_v4(const struct ev_tuple *t)
{
	return t->family == AF_INET6 && (is_mapped(t->raddr) || is_mapped(t->laddr)) &&
	       (is_mapped(t->laddr) || is_zero(t->laddr)) &&
	       (is_mapped(t->raddr) || is_zero(t->raddr));
}

bool tuple_is_inet(const struct ev_tuple *tuple)
{
	return tuple && (tuple->family == AF_INET || tuple->family == AF_INET6);
}

/* If the role is unknown, the end with the higher port is assumed to be the client. */
static bool end_is_local(const struct ev_tuple *t, enum ev_role role, enum tuple_end end)
{
	bool is_client = role == EV_ROLE_UNKNOWN ? t->lport >= t->rport : role == EV_ROLE_CLIENT;

	if (end == TUPLE_LOCAL || end == TUPLE_REMOTE)
		return end == TUPLE_LOCAL;
	return is_client == (end == TUPLE_CLIENT);
}

struct ip_addr tuple_addr(const struct ev_tuple *tuple, enum ev_role role, enum tuple_end end)
{
	const uint8_t *a = end_is_local(tuple, role, end) ? tuple->laddr : tuple->raddr;
	struct ip_addr ip = { .family = tuple->family == AF_INET ? 4 : 6 };

	if (speaks_v4(tuple)) {
		ip.family = 4;
		memcpy(ip.b, a + 12, 4);
	} else {
		memcpy(ip.b, a, ip.family == 4 ? 4 : 16);
	}
	ip.prefix = ip.family == 4 ? 32 : 128;
	return ip;
}

uint16_t tuple_port(const struct ev_tuple *tuple, enum ev_role role, enum tuple_end end)
{
	return end_is_local(tuple, role, end) ? tuple->lport : tuple->rport;
}

static void put_end(struct buf *b, const struct ev_tuple *t, enum ev_role role, enum tuple_end end)
{
	struct ip_addr ip = tuple_addr(t, role, end);
	char text[INET6_ADDRSTRLEN];

	inet_ntop(ip.family == 4 ? AF_INET : AF_INET6, ip.b, text, sizeof(text));
	buf_text(b, text);
	buf_char(b, ':');
	buf_u64(b, tuple_port(t, role, end));
}

int get_tuple_name(struct value *ret, const struct event *ev, const struct ev_tuple *tuple,
		   enum ev_role role)
{
	char text[160];
	struct buf b = BUF_ON(text);

	if (!tuple_is_inet(tuple))
		return FIELD_MISSING;
	put_end(&b, tuple, role, TUPLE_CLIENT);
	buf_text(&b, "->");
	put_end(&b, tuple, role, TUPLE_SERVER);
	return get_made(ret, arena_str(ev->arena, buf_as_str(&b)));
}

/* -- types and names of descriptors -- */

/* The names of fd.type and the letters of fd.typechar. */
struct kind_name {
	struct str type, letter;
};

#define KIND(type, letter)	{ STR_INIT(type), STR_INIT(letter) }

static const struct kind_name kinds[] = {
	[EV_FD_FILE] = KIND("file", "f"), [EV_FD_DIR] = KIND("directory", "d"),
	[EV_FD_CHR] = KIND("file", "f"), [EV_FD_BLK] = KIND("file", "f"),
	[EV_FD_FIFO] = KIND("pipe", "p"), [EV_FD_SYMLINK] = KIND("file", "f"),
	[EV_FD_PIPE] = KIND("pipe", "p"), [EV_FD_MEMFD] = KIND("memfd", "m"),
	[EV_FD_EVENT] = KIND("event", "e"), [EV_FD_EVENTPOLL] = KIND("eventpoll", "l"),
	[EV_FD_INOTIFY] = KIND("inotify", "i"), [EV_FD_SIGNAL] = KIND("signalfd", "s"),
	[EV_FD_TIMER] = KIND("timerfd", "t"), [EV_FD_PIDFD] = KIND("pidfd", "P"),
	[EV_FD_BPF] = KIND("bpf", "b"), [EV_FD_IO_URING] = KIND("io_uring", "r"),
	[EV_FD_USERFAULT] = KIND("userfaultfd", "u"), [EV_FD_ANON] = KIND("other", "o"),
};

static const struct kind_name no_kind, kind_v4 = KIND("ipv4", "4"), kind_v6 = KIND("ipv6", "6"),
	kind_unix = KIND("unix", "u"), kind_netlink = KIND("netlink", "n"),
	kind_socket = KIND("socket", "o");

static const struct kind_name *name_of(uint32_t kind, const struct ev_tuple *t)
{
	if (kind != EV_FD_SOCKET)
		return kind < sizeof(kinds) / sizeof(kinds[0]) ? &kinds[kind] : &no_kind;
	switch (t ? t->family : 0) {
	case AF_INET:
		return &kind_v4;
	case AF_INET6:
		return speaks_v4(t) ? &kind_v4 : &kind_v6;
	case AF_UNIX:
		return &kind_unix;
	case AF_NETLINK:
		return &kind_netlink;
	default:
		return &kind_socket;
	}
}

int get_fd_type(struct value *ret, uint32_t kind, const struct ev_tuple *tuple)
{
	return get_str(ret, name_of(kind, tuple)->type);
}

int get_fd_letter(struct value *ret, uint32_t kind, const struct ev_tuple *tuple)
{
	return get_str(ret, name_of(kind, tuple)->letter);
}

/* The sockets of processes that were read from /proc have a family, and no addresses. */
static bool has_addresses(const struct ev_tuple *t)
{
	return tuple_is_inet(t) &&
	       (t->lport || t->rport || !is_zero(t->laddr) || !is_zero(t->raddr));
}

int get_fd_name(struct value *ret, const struct event *ev, const struct ev_fd *fd, struct str path,
		bool path_cut)
{
	char text[32];
	struct buf b = BUF_ON(text);

	/* The path may be a device node that anybody made; the number is the kernel's. */
	if (fd->kind == EV_FD_CHR && devname_put(&b, fd->rdev))
		return get_made(ret, arena_str(ev->arena, buf_as_str(&b)));
	if (fd->kind == EV_FD_SOCKET && has_addresses(&fd->sock))
		return get_tuple_name(ret, ev, &fd->sock, tuple_role(ev, &fd->sock));
	if (fd->kind == EV_FD_PIPE)
		return get_made(ret, arena_printf(ev->arena, "pipe:[%llu]",
						  (unsigned long long)fd->ino));
	if (fd->kind == EV_FD_SOCKET)
		return get_made(ret, arena_printf(ev->arena, "socket:[%llu]",
						  (unsigned long long)fd->ino));
	return path.n ? get_path(ret, path, path_cut) : FIELD_MISSING;
}

/* -- paths as given -- */

/* Appends the components of @s to the path in @b; ".." removes the last one. */
static void path_walk(struct buf *b, struct str s)
{
	size_t i = 0, start, n;

	while (i < s.n) {
		for (start = i; i < s.n && s.p[i] != '/'; i++)
			;
		n = i++ - start;
		if (n == 0 || (n == 1 && s.p[start] == '.'))
			continue;
		if (n == 2 && s.p[start] == '.' && s.p[start + 1] == '.') {
			while (b->n && b->p[--b->n] != '/')
				;
			continue;
		}
		buf_char(b, '/');
		buf_str(b, (struct str){ s.p + start, n });
	}
}

/* A copy of the text in @b, of which the end is missing if it did not fit. */
static int get_cut(struct value *ret, const struct event *ev, const struct buf *b)
{
	int r = get_made(ret, arena_str(ev->arena, buf_as_str(b)));

	if (r == 0)
		ret->cut = b->cut;
	return r;
}

int get_path_given(struct value *ret, const struct event *ev, struct str path, struct str cwd)
{
	char text[PATH_GIVEN_MAX + 1];
	struct buf b = BUF_ON(text);

	if (!path.n)
		return FIELD_MISSING;
	if (path.p[0] != '/') {
		if (!cwd.n)
			return FIELD_MISSING;
		path_walk(&b, cwd);
	}
	path_walk(&b, path);
	if (!b.n)
		buf_char(&b, '/');
	return get_cut(ret, ev, &b);
}

static struct str cwd_of(const struct event *ev, int32_t dirfd)
{
	const struct process *process = ev->proc ? ev->proc->process : NULL;
	const struct exec_image *im = process && !process->moved ? process->image : NULL;

	return dirfd == AT_FDCWD && im ? im->cwd : (struct str){ 0 };
}

int get_path_at(struct value *ret, const struct event *ev, struct str path, int32_t dirfd)
{
	return get_path_given(ret, ev, path, cwd_of(ev, dirfd));
}

/*
 * Is the given path the resolved path? This is the usual case. A resolved path has no "." and "..",
 * so an equal path has none and need not be normalised.
 */
static bool is_straight(const struct event *ev, struct str path, struct str given, int32_t dirfd)
{
	struct str cwd;

	if (!given.n || !str_ends(path, given))
		return false;
	if (given.p[0] == '/')
		return path.n == given.n;
	cwd = cwd_of(ev, dirfd);
	return cwd.n && path.n == cwd.n + given.n && str_starts(path, cwd);
}

int get_fd_given(struct value *ret, const struct event *ev, const struct fdinfo *fd)
{
	return is_straight(ev, fd->path, fd->given, fd->dirfd) ?
		       get_path(ret, fd->path, fd->path_cut) :
		       get_path_at(ret, ev, fd->given, fd->dirfd);
}

bool field_path_straight(const struct event *ev)
{
	return ev->hdr->type == EV_open &&
	       is_straight(ev, event_part(ev, &ev->open->path), event_part(ev, &ev->open->name),
			   ev->open->dirfd);
}

/* The shape of an open: flags, kind, whether it failed, and whether the mode has an execute bit. */
bool field_shape(const struct event *ev, uint64_t *ret)
{
	const struct ev_open *rec = ev->open;

	if (ev->hdr->type != EV_open || rec->kind > UINT8_MAX)
		return false;
	*ret = rec->flags | (uint64_t)rec->kind << 32 | (uint64_t)(rec->res < 0) << 40 |
	       (uint64_t)!!(rec->mode & 0111) << 41;
	return true;
}
