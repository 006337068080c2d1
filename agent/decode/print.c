/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Prints field values by their kind. Integers use one table of printers indexed by kind; the
 * few structured kinds have a function each. Values that an attacker can choose are printed
 * only by buf_escaped().
 */
#include "decode/print.h"
#include "lib/text.h"
#include <arpa/inet.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/sem.h>
#include <sys/socket.h>
#include <sys/sysmacros.h>

void print_flags(struct buf *b, unsigned int kind_id, uint64_t value, char sep)
{
	size_t n;
	const struct schema_flag *set = schema_flags(kind_id, &n);
	bool bits = schema_is_bits(kind_id), any = false;

	for (size_t i = 0; i < n; i++) {
		const uint64_t flag = set[i].value;

		if (bits && flag ? (value & flag) != flag : bits ? any : value != flag)
			continue;
		if (any)
			buf_char(b, sep);
		buf_text(b, set[i].name);
		any = true;
		if (!bits)
			return;
		value &= ~flag;
	}
	if (value || !any) {
		if (any)
			buf_char(b, sep);
		if (bits)
			buf_hex(b, value);
		else
			buf_u64(b, value);
	}
}

static void print_endpoint(struct buf *b, uint16_t family, const uint8_t *addr, uint16_t port)
{
	char text[INET6_ADDRSTRLEN];

	if (!inet_ntop(family, addr, text, sizeof(text)))
		return;
	buf_printf(b, family == AF_INET6 ? "[%s]:%u" : "%s:%u", text, port);
}

void print_tuple(struct buf *b, const struct ev_tuple *t)
{
	switch (t->family) {
	case AF_UNSPEC:
		buf_char(b, '-');
		return;
	case AF_INET:
	case AF_INET6:
		print_endpoint(b, t->family, t->laddr, t->lport);
		buf_text(b, "->");
		print_endpoint(b, t->family, t->raddr, t->rport);
		break;
	case AF_UNIX:
		buf_printf(b, "unix %llu->%llu", t->ino, t->peer);
		return;
	default:
		buf_printf(b, "family %u", t->family);
		return;
	}
	if (t->protocol == IPPROTO_UDP)
		buf_text(b, "/udp");
	else if (t->protocol == IPPROTO_TCP)
		buf_text(b, "/tcp");
	else
		buf_printf(b, "/%u", t->protocol);
}

void print_dev(struct buf *b, uint64_t dev)
{
	/* new_encode_dev(): low byte of minor, major, rest of minor */
	buf_printf(b, "%llu:%llu", (unsigned long long)(dev >> 8 & 0xfff),
		   (unsigned long long)((dev & 0xff) | (dev >> 12 & 0xfff00)));
}

static void print_fd_info(struct buf *b, const struct ev_fd *fd)
{
	print_flags(b, KIND_fd_kind, fd->kind, '|');
	if (fd->kind == EV_FD_NONE)
		return;
	if (fd->kind == EV_FD_SOCKET && fd->sock.family) {
		buf_char(b, ':');
		print_tuple(b, &fd->sock);
		return;
	}
	buf_char(b, ':');
	print_dev(b, fd->kind == EV_FD_CHR || fd->kind == EV_FD_BLK ? fd->rdev : fd->dev);
	buf_printf(b, "/%llu", (unsigned long long)fd->ino);
}

static void print_lost(struct buf *b, struct str rows)
{
	struct ev_lost row;

	for (size_t i = 0; i + sizeof(row) <= rows.n; i += sizeof(row)) {
		const struct schema_event *e;
		const char *why;

		memcpy(&row, rows.p + i, sizeof(row));
		e = schema_event(row.type);
		why = schema_drop_name(row.reason);
		buf_printf(b, "%s%s:%s:%u", i ? "," : "", e ? e->name : "other",
			   why ? why : "unknown", row.count);
	}
}

static void print_tally(struct buf *b, struct str rows)
{
	struct ev_tally row;

	for (size_t i = 0; i + sizeof(row) <= rows.n; i += sizeof(row)) {
		const struct schema_event *e;
		uint64_t dropped = 0;

		memcpy(&row, rows.p + i, sizeof(row));
		for (int d = 0; d < EV_DROP_COUNT; d++)
			dropped += row.dropped[d];
		e = schema_event(row.type);
		buf_printf(b, "%s%s:%llu=%llu+%llu+%llu", i ? "," : "", e ? e->name : "other",
			   (unsigned long long)row.hits, (unsigned long long)row.emitted,
			   (unsigned long long)row.filtered, (unsigned long long)dropped);
	}
}

/* "3:0x1/0x0 4:0x4/0x4": descriptor, events to wait for, events that have come. */
static void print_pollfds(struct buf *b, struct str rows)
{
	struct pollfd row;

	for (size_t i = 0; i + sizeof(row) <= rows.n; i += sizeof(row)) {
		memcpy(&row, rows.p + i, sizeof(row));
		buf_printf(b, "%s%d:0x%hx/0x%hx", i ? " " : "", row.fd, row.events, row.revents);
	}
}

/* "0:-1:SEM_UNDO 1:2:0x0": semaphore, what is added, flags. */
static void print_semops(struct buf *b, struct str rows)
{
	struct sembuf row;

	for (size_t i = 0; i + sizeof(row) <= rows.n; i += sizeof(row)) {
		memcpy(&row, rows.p + i, sizeof(row));
		buf_printf(b, "%s%u:%d:", i ? " " : "", row.sem_num, row.sem_op);
		print_flags(b, KIND_sem_flags, (uint16_t)row.sem_flg, '|');
	}
}

static void print_argv(struct buf *b, struct str s)
{
	if (s.n && !s.p[s.n - 1])
		s.n--;			/* without the NUL of the last argument */
	while (s.n) {
		const char *nul = memchr(s.p, 0, s.n);
		size_t n = nul ? (size_t)(nul - s.p) : s.n;

		buf_escaped(b, (struct str){ s.p, n });
		if (nul) {
			buf_char(b, ' ');
			n++;
		}
		s.p += n;
		s.n -= n;
	}
}

static void print_res(struct buf *b, uint64_t v)
{
	const char *name = NULL;

	if ((int64_t)v < 0 && (int64_t)v > -4096)
		name = print_errno_name((int)-(int64_t)v);
	if (name)
		buf_text(b, name);
	else
		buf_s64(b, (int64_t)v);
}

static void print_fd_number(struct buf *b, uint64_t v)
{
	if ((int64_t)v == AT_FDCWD)
		buf_text(b, "AT_FDCWD");
	else
		buf_s64(b, (int64_t)v);
}

static void print_bool(struct buf *b, uint64_t v)
{
	buf_text(b, v ? "true" : "false");
}

static void print_signed(struct buf *b, uint64_t v)
{
	buf_s64(b, (int64_t)v);
}

static void (*const int_printers[KIND_COUNT])(struct buf *b, uint64_t v) = {
	[KIND_HEX] = buf_hex,
	[KIND_OCT] = buf_oct, [KIND_mode_bits] = buf_oct,
	[KIND_RES] = print_res,
	[KIND_FD] = print_fd_number, [KIND_DIRFD] = print_fd_number,
	[KIND_BOOL] = print_bool,
	[KIND_DEV] = print_dev,
	[KIND_CAPS] = print_caps,
};

static bool is_signed(const struct schema_field *f)
{
	return f->storage_id == SCHEMA_s32 || f->storage_id == SCHEMA_s64;
}

static void print_integer(struct buf *b, const struct schema_field *f, uint64_t v)
{
	size_t n;

	if (int_printers[f->kind_id])
		int_printers[f->kind_id](b, v);
	else if (schema_flags(f->kind_id, &n))
		print_flags(b, f->kind_id, v, '|');
	else if (is_signed(f))
		print_signed(b, v);
	else
		buf_u64(b, v);
}

static void print_part(struct buf *b, const struct schema_field *f, struct str s)
{
	switch (f->kind_id) {
	case KIND_LOST:
		print_lost(b, s);
		break;
	case KIND_TALLY:
		print_tally(b, s);
		break;
	case KIND_ARGV:
		print_argv(b, s);
		break;
	case KIND_POLLFDS:
		print_pollfds(b, s);
		break;
	case KIND_SEMOPS:
		print_semops(b, s);
		break;
	default:
		buf_escaped(b, s);
	}
}

static void print_value(struct buf *b, const struct event *ev, const struct schema_field *f)
{
	const char *p = (const char *)ev->body + f->offset;

	switch (f->storage_id) {
	case SCHEMA_comm:
		buf_escaped(b, (struct str){ p, strnlen(p, sizeof(struct ev_comm)) });
		break;
	case SCHEMA_fd:
		print_fd_info(b, (const struct ev_fd *)p);
		break;
	case SCHEMA_tuple:
		print_tuple(b, (const struct ev_tuple *)p);
		break;
	case SCHEMA_part:
		print_part(b, f, event_part(ev, (const struct ev_part *)p));
		break;
	default:
		print_integer(b, f, schema_integer(f, ev->body));
	}
}

static unsigned int field_prov(const struct event *ev, const struct schema_field *f)
{
	const struct schema_event *e = schema_event(ev->hdr->type);
	unsigned int i = (unsigned int)(f - e->fields);

	return ev_prov(ev->hdr, i);
}

static void print_state(struct buf *b, const struct event *ev, const struct schema_field *f)
{
	const struct ev_part *part;

	switch (field_prov(ev, f) & EV_PROV_STATE_MASK) {
	case EV_PROV_TRUNCATED:
		buf_text(b, "~cut");
		part = (const struct ev_part *)((const char *)ev->body + f->offset);
		if (f->storage_id == SCHEMA_part && part->full != UINT32_MAX)
			buf_printf(b, ":%u", part->full);
		break;
	case EV_PROV_UNREADABLE:
		buf_text(b, "~unreadable");
		break;
	case EV_PROV_PENDING:
		buf_text(b, "~pending");
		break;
	}
}

void print_marks(struct buf *b, const struct event *ev, const struct schema_field *f)
{
	static const char *const sources[] = { "", "~fd", "~user", "~agent" };

	buf_text(b, sources[field_prov(ev, f) & EV_PROV_SOURCE_MASK]);
	print_state(b, ev, f);
}

void print_field_plain(struct buf *b, const struct event *ev, const struct schema_field *f)
{
	print_value(b, ev, f);
	print_state(b, ev, f);
}

void print_field(struct buf *b, const struct event *ev, const struct schema_field *f)
{
	print_value(b, ev, f);
	print_marks(b, ev, f);
}

/* An absent part without a mark that says why, or a reserved field. */
bool print_is_absent(const struct event *ev, const struct schema_field *f)
{
	const struct ev_part *part = (const struct ev_part *)((const char *)ev->body + f->offset);

	if (!strcmp(f->name, "reserved"))
		return true;
	return f->storage_id == SCHEMA_part && !part->off && !field_prov(ev, f);
}

/*
 * A set of capabilities equal to the one before is printed as the name of that field, because the
 * list is long.
 */
static const struct schema_field *same_caps(const struct event *ev, const struct schema_field *f,
					    const struct schema_field *before)
{
	const uint64_t caps = f->kind_id == KIND_CAPS ? schema_integer(f, ev->body) : 0;

	return caps && before && before->kind_id == KIND_CAPS &&
	       schema_integer(before, ev->body) == caps ? before : NULL;
}

void print_args(struct buf *b, const struct event *ev)
{
	const struct schema_event *e = schema_event(ev->hdr->type);
	const struct schema_field *same;
	bool any = false;

	for (unsigned int i = 0; i < e->nfields; i++) {
		const struct schema_field *f = &e->fields[i];

		if (print_is_absent(ev, f))
			continue;
		if (any)
			buf_char(b, ' ');
		any = true;
		buf_text(b, f->name);
		buf_char(b, '=');
		same = same_caps(ev, f, i ? f - 1 : NULL);
		if (same)
			buf_text(b, same->name);
		else
			print_field(b, ev, f);
	}
}

void print_header_flags(struct buf *b, const struct ev_header *hdr)
{
	static const struct {
		uint32_t flag;
		const char *name;
	} names[] = {
		{ EV_F_IO_URING, "io_uring" }, { EV_F_FROM_USER, "agent" },
		{ EV_F_RESTARTED, "restarted" }, { EV_F_SNAPSHOT, "snapshot" },
		{ EV_F_ENTRY, "entry" },
	};
	static const char *const abis[] = { "", " ia32", " x32", " abi3" };

	if (hdr->flags & EV_F_SYSCALL)
		buf_text(b, abis[hdr->flags & EV_F_ABI_MASK]);
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (hdr->flags & names[i].flag) {
			buf_char(b, ' ');
			buf_text(b, names[i].name);
		}
}

static void print_time_of_day(struct buf *b, int64_t ns)
{
	uint64_t day = (uint64_t)ns % (86400ull * 1000000000);
	uint64_t s = day / 1000000000;

	buf_printf(b, "%02u:%02u:%02u.%09u", (unsigned int)(s / 3600),
		   (unsigned int)(s / 60 % 60), (unsigned int)(s % 60),
		   (unsigned int)(day % 1000000000));
}

void print_event(struct buf *b, const struct event *ev)
{
	const struct ev_header *hdr = ev->hdr;

	print_time_of_day(b, ev->time_ns);
	buf_printf(b, " cpu%u %u/%u ", ev->place.cpu, hdr->tgid, hdr->tid);
	buf_str(b, evt_type_name(ev->type));
	print_header_flags(b, hdr);
	buf_char(b, ' ');
	print_args(b, ev);
}
