/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints an event as JSON. Numbers are numbers and sets of flags are lists, so programs need
 * not parse text; values usually written in hex or octal are strings in that form. The marks
 * of values (from user memory, cut, ...) are a separate object.
 */
#include <arpa/inet.h>
#include <sys/socket.h>
#include "decode/print.h"

static void put_text(struct jsonw *w, void (*print)(struct buf *b, uint64_t v), uint64_t v)
{
	char mem[1024];
	struct buf b = BUF_ON(mem);

	print(&b, v);
	jsonw_str(w, buf_as_str(&b));
}

static void put_flags(struct jsonw *w, unsigned int kind, uint64_t value)
{
	char mem[2048];
	struct buf b = BUF_ON(mem);
	struct str rest;

	print_flags(&b, kind, value, '|');
	rest = buf_as_str(&b);
	if (!schema_is_bits(kind)) {
		jsonw_str(w, rest);
		return;
	}
	jsonw_begin(w, '[');
	while (value && rest.n) {
		const char *bar = memchr(rest.p, '|', rest.n);
		struct str flag = { rest.p, bar ? (size_t)(bar - rest.p) : rest.n };

		jsonw_str(w, flag);
		rest.p += flag.n + (bar ? 1 : 0);
		rest.n -= flag.n + (bar ? 1 : 0);
	}
	jsonw_end(w, ']');
}

static void put_integer(struct jsonw *w, const struct schema_field *f, uint64_t v)
{
	size_t n;

	switch (f->kind_id) {
	case KIND_CAPS:			/* hex as in /proc/PID/status: three lists of names would fill a page */
	case KIND_HEX:
		put_text(w, buf_hex, v);
		return;
	case KIND_OCT:
		put_text(w, buf_oct, v);
		return;
	case KIND_DEV:
		put_text(w, print_dev, v);
		return;
	case KIND_BOOL:
		jsonw_bool(w, v);
		return;
	}
	if (schema_flags(f->kind_id, &n))
		put_flags(w, f->kind_id, v);
	else if (f->storage_id == SCHEMA_s32 || f->storage_id == SCHEMA_s64)
		jsonw_s64(w, (int64_t)v);
	else
		jsonw_u64(w, v);
}

static void put_endpoint(struct jsonw *w, struct str key, uint16_t family, const uint8_t *addr,
			 uint16_t port)
{
	char text[INET6_ADDRSTRLEN] = "";

	inet_ntop(family, addr, text, sizeof(text));
	jsonw_key(w, key);
	jsonw_begin(w, '{');
	jsonw_key(w, STR("ip"));
	jsonw_str(w, str_of(text));
	jsonw_key(w, STR("port"));
	jsonw_u64(w, port);
	jsonw_end(w, '}');
}

static void put_tuple(struct jsonw *w, const struct ev_tuple *t)
{
	static const char *const names[] = {
		[AF_UNSPEC] = "none", [AF_UNIX] = "unix", [AF_INET] = "ipv4", [AF_INET6] = "ipv6",
	};
	const bool known = t->family < sizeof(names) / sizeof(*names) && names[t->family];

	jsonw_begin(w, '{');
	jsonw_key(w, STR("family"));
	if (known)
		jsonw_str(w, str_of(names[t->family]));
	else
		jsonw_u64(w, t->family);
	if (t->family == AF_INET || t->family == AF_INET6) {
		jsonw_key(w, STR("protocol"));
		jsonw_u64(w, t->protocol);
		put_endpoint(w, STR("local"), t->family, t->laddr, t->lport);
		put_endpoint(w, STR("remote"), t->family, t->raddr, t->rport);
	}
	jsonw_end(w, '}');
}

static void put_fd(struct jsonw *w, const struct ev_fd *fd)
{
	jsonw_begin(w, '{');
	jsonw_key(w, STR("kind"));
	put_flags(w, KIND_fd_kind, fd->kind);
	if (fd->kind == EV_FD_SOCKET && fd->sock.family) {
		jsonw_key(w, STR("socket"));
		put_tuple(w, &fd->sock);
	} else if (fd->kind != EV_FD_NONE) {
		jsonw_key(w, STR("dev"));
		put_text(w, print_dev,
			 fd->kind == EV_FD_CHR || fd->kind == EV_FD_BLK ? fd->rdev : fd->dev);
		jsonw_key(w, STR("ino"));
		jsonw_u64(w, fd->ino);
	}
	jsonw_end(w, '}');
}

static void put_argv(struct jsonw *w, struct str s)
{
	jsonw_begin(w, '[');
	if (s.n && !s.p[s.n - 1])
		s.n--;			/* without the NUL of the last argument */
	while (s.n) {
		const char *nul = memchr(s.p, 0, s.n);
		size_t n = nul ? (size_t)(nul - s.p) : s.n;

		jsonw_str(w, (struct str){ s.p, n });
		s.p += n + (nul ? 1 : 0);
		s.n -= n + (nul ? 1 : 0);
	}
	jsonw_end(w, ']');
}

static void put_part(struct jsonw *w, const struct event *ev, const struct schema_field *f,
		     const struct ev_part *part)
{
	char mem[4096];
	struct buf b = BUF_ON(mem);

	if (f->kind_id == KIND_ARGV) {
		put_argv(w, event_part(ev, part));
	} else if (f->kind_id >= KIND_POLLFDS && f->kind_id <= KIND_TALLY) {
		print_field_plain(&b, ev, f);
		jsonw_str(w, buf_as_str(&b));
	} else {
		jsonw_str(w, event_part(ev, part));
	}
}

static void put_value(struct jsonw *w, const struct event *ev, const struct schema_field *f)
{
	const char *p = (const char *)ev->body + f->offset;

	switch (f->storage_id) {
	case SCHEMA_comm:
		jsonw_str(w, (struct str){ p, strnlen(p, sizeof(struct ev_comm)) });
		break;
	case SCHEMA_fd:
		put_fd(w, (const struct ev_fd *)p);
		break;
	case SCHEMA_tuple:
		put_tuple(w, (const struct ev_tuple *)p);
		break;
	case SCHEMA_part:
		put_part(w, ev, f, (const struct ev_part *)p);
		break;
	default:
		put_integer(w, f, schema_integer(f, ev->body));
	}
}

static void put_args(struct jsonw *w, const struct event *ev, const struct schema_event *e)
{
	jsonw_key(w, STR("args"));
	jsonw_begin(w, '{');
	for (unsigned int i = 0; i < e->nfields; i++) {
		if (print_is_absent(ev, &e->fields[i]))
			continue;
		jsonw_key(w, str_of(e->fields[i].name));
		put_value(w, ev, &e->fields[i]);
	}
	jsonw_end(w, '}');
}

/* {"name":"~user~cut:4096"}: only fields with marks. */
static void put_marks(struct jsonw *w, const struct event *ev, const struct schema_event *e)
{
	bool any = false;

	for (unsigned int i = 0; i < e->nfields; i++) {
		char mem[64];
		struct buf b = BUF_ON(mem);

		if (print_is_absent(ev, &e->fields[i]))
			continue;
		print_marks(&b, ev, &e->fields[i]);
		if (!b.n)
			continue;
		if (!any) {
			jsonw_key(w, STR("marks"));
			jsonw_begin(w, '{');
		}
		any = true;
		jsonw_key(w, str_of(e->fields[i].name));
		jsonw_str(w, buf_as_str(&b));
	}
	if (any)
		jsonw_end(w, '}');
}

static void put_number(struct jsonw *w, const char *key, uint64_t v)
{
	jsonw_key(w, str_of(key));
	jsonw_u64(w, v);
}

void print_record_json(struct jsonw *w, const struct event *ev)
{
	const struct schema_event *e = schema_event(ev->hdr->type);
	const struct ev_header *hdr = ev->hdr;

	jsonw_key(w, STR("time_ns"));
	jsonw_s64(w, ev->time_ns);
	put_number(w, "ts_ns", hdr->ts_ns);
	put_number(w, "seq", hdr->seq);
	put_number(w, "cpu", ev->place.cpu);
	put_number(w, "tid", hdr->tid);
	put_number(w, "pid", hdr->tgid);
	put_number(w, "start_ns", hdr->start_ns);
	put_number(w, "cgroup_id", hdr->cgroup_id);
	put_number(w, "flags", hdr->flags & ~EV_F_MORE);	/* that is about the layout only */
	jsonw_key(w, STR("event"));
	jsonw_str(w, str_of(e->name));
	jsonw_key(w, STR("type"));
	jsonw_str(w, evt_type_name(ev->type));
	put_args(w, ev, e);
	put_marks(w, ev, e);
}
