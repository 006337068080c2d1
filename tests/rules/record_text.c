/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parses records from text. The schema has the place and kind of each field, so
 * one parser serves all events.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include "decode/event.h"
#include "decode/schema.h"
#include "decode/type.h"
#include "record_text.h"

#define WORD_MAX	8192

static int fail(struct record_text *rec, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static int fail(struct record_text *rec, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(rec->error, sizeof(rec->error), fmt, ap);
	va_end(ap);
	return -EINVAL;
}

/* -- words -- */

/* Up to the next blank outside quotes; quotes and escapes are undone. False at the end. */
static bool word_next(struct str *line, char *word, size_t *n)
{
	bool quoted = false;
	unsigned int byte;
	char c;

	*n = 0;
	while (line->n && (*line->p == ' ' || *line->p == '\t'))
		line->p++, line->n--;
	if (!line->n)
		return false;
	while (line->n && (quoted || (*line->p != ' ' && *line->p != '\t')) && *n < WORD_MAX) {
		c = *line->p++;
		line->n--;
		if (c == '"') {
			quoted = !quoted;
			continue;
		}
		if (c == '\\' && line->n) {
			c = *line->p++;
			line->n--;
			if (c == 'n')
				c = '\n';
			else if (c == 't')
				c = '\t';
			else if (c == 'x' && line->n >= 2 && sscanf(line->p, "%2x", &byte) == 1) {
				c = (char)byte;
				line->p += 2;
				line->n -= 2;
			}
		}
		word[(*n)++] = c;
	}
	word[*n] = '\0';
	return true;
}

/* -- values -- */

/* A number, or names of the field's set joined by '|'. */
static bool parse_integer(const struct schema_field *f, const char *text, uint64_t *ret)
{
	size_t nflags, n, i;
	const struct schema_flag *set = schema_flags(f->kind_id, &nflags);
	char *end;

	*ret = strtoull(text, &end, 0);
	if (end != text && !*end)
		return true;
	*ret = 0;
	for (; *text; text += n + (text[n] == '|')) {
		n = strcspn(text, "|");
		for (i = 0; i < nflags; i++)
			if (strlen(set[i].name) == n && !memcmp(set[i].name, text, n))
				break;
		if (i == nflags)
			return false;
		*ret |= set[i].value;
	}
	return true;
}

static bool parse_end(const char *text, uint8_t *addr, uint16_t *port, uint16_t *family)
{
	const char *colon = strrchr(text, ':');
	char host[64];

	if (!colon || (size_t)(colon - text) >= sizeof(host))
		return false;
	memcpy(host, text, colon - text);
	host[colon - text] = '\0';
	*port = atoi(colon + 1);
	*family = strchr(host, ':') ? AF_INET6 : AF_INET;
	return inet_pton(*family, host, addr) == 1;
}

/* tcp,LOCAL:PORT>REMOTE:PORT[,client|,server][,ino:N], or unix */
static bool parse_tuple(struct ev_tuple *t, char *text)
{
	char *local, *remote, *role, *next;

	*t = (struct ev_tuple){ .type = SOCK_STREAM, .protocol = IPPROTO_TCP, .state = 1 };
	if (!strcmp(text, "unix")) {
		t->family = AF_UNIX;
		t->protocol = 0;
		return true;
	}
	local = strchr(text, ',');
	remote = local ? strchr(local, '>') : NULL;
	if (!remote)
		return false;
	*local++ = '\0';
	*remote++ = '\0';
	role = strchr(remote, ',');
	if (role)
		*role++ = '\0';
	if (!strcmp(text, "udp")) {
		t->type = SOCK_DGRAM;
		t->protocol = IPPROTO_UDP;
	} else if (strcmp(text, "tcp")) {
		return false;
	}
	for (; role; role = next) {
		next = strchr(role, ',');
		if (next)
			*next++ = '\0';
		if (!strncmp(role, "ino:", 4))
			t->ino = strtoull(role + 4, NULL, 0);
		else
			t->role = !strcmp(role, "client") ? EV_ROLE_CLIENT : EV_ROLE_SERVER;
	}
	return parse_end(local, t->laddr, &t->lport, &t->family) &&
	       parse_end(remote, t->raddr, &t->rport, &t->family);
}

static bool parse_fd(struct ev_fd *fd, char *text)
{
	static const struct {
		const char *name;
		uint32_t kind;
	} kinds[] = {
		{ "none", EV_FD_NONE }, { "file", EV_FD_FILE }, { "directory", EV_FD_DIR },
		{ "char", EV_FD_CHR }, { "fifo", EV_FD_FIFO }, { "pipe", EV_FD_PIPE },
		{ "memfd", EV_FD_MEMFD },
	};

	unsigned int major, minor;

	*fd = (struct ev_fd){ .ino = 1 };
	if (sscanf(text, "char,%u:%u", &major, &minor) == 2) {
		fd->kind = EV_FD_CHR;
		fd->rdev = (minor & 0xff) | major << 8 | (minor & ~0xffu) << 12;
		return true;
	}
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (!strcmp(text, kinds[i].name)) {
			fd->kind = kinds[i].kind;
			return true;
		}
	}
	fd->kind = EV_FD_SOCKET;
	return parse_tuple(&fd->sock, text);
}

/* Removes ~cut:N from the end of a text, and returns the length of the whole. */
static uint32_t full_length(const char *text, size_t *n)
{
	const char *mark = memmem(text, *n, "~cut:", 5);
	uint32_t full = mark ? strtoul(mark + 5, NULL, 10) : *n;

	*n = mark ? (size_t)(mark - text) : *n;
	return full;
}

static bool put_part(struct record_text *rec, struct ev_part *part, bool nuls, char *text,
		     size_t n)
{
	const uint32_t full = full_length(text, &n);

	if (rec->hdr.len + n + 8 > sizeof(rec->bytes))
		return false;
	for (size_t i = 0; nuls && i < n; i++)
		if (text[i] == '|')
			text[i] = '\0';
	*part = (struct ev_part){ .off = rec->hdr.len, .len = n, .full = full, .head = n };
	memcpy(rec->bytes + rec->hdr.len, text, n);
	rec->hdr.len += n;
	return true;
}

static bool put_value(struct record_text *rec, const struct schema_field *f, char *text, size_t n)
{
	char *at = rec->bytes + f->offset;
	struct ev_tuple tuple;
	struct ev_fd fd;
	uint64_t v;

	switch (f->storage_id) {
	case SCHEMA_u32: case SCHEMA_s32: case SCHEMA_u64: case SCHEMA_s64:
		if (!parse_integer(f, text, &v))
			return false;
		memcpy(at, &v, f->size);
		return true;
	case SCHEMA_comm:
		memcpy(at, text, n < 15 ? n : 15);
		return true;
	case SCHEMA_tuple:
		return parse_tuple(&tuple, text) && memcpy(at, &tuple, sizeof(tuple));
	case SCHEMA_fd:
		return parse_fd(&fd, text) && memcpy(at, &fd, sizeof(fd));
	default:
		return put_part(rec, (struct ev_part *)at, f->kind_id == KIND_ARGV, text, n);
	}
}

static bool put_header(struct record_text *rec, struct str name, const char *text)
{
	uint64_t v = strtoull(text, NULL, 0);

	if (str_eq(name, STR("tid")))
		rec->hdr.tid = v;
	else if (str_eq(name, STR("tgid")))
		rec->hdr.tgid = v;
	else if (str_eq(name, STR("start")))
		rec->hdr.start_ns = v;
	else if (str_eq(name, STR("cgroup")))
		rec->hdr.cgroup_id = v;
	else if (str_eq(name, STR("cpu")))
		rec->place.cpu = v;
	else if (str_eq(name, STR("origin")))
		rec->place.origin = v;
	else if (str_eq(name, STR("ts")))
		rec->hdr.ts_ns = v;
	else if (str_eq(name, STR("nr")))
		rec->hdr.nr = (int32_t)v;
	else
		return false;
	return true;
}

/* -- records -- */

static const struct schema_event *begin(struct record_text *rec, struct str name, uint64_t ts_ns)
{
	evt_type_t type = evt_type_find(name);
	const struct schema_event *e;

	memset(rec, 0, sizeof(*rec));
	if (type == EVT_TYPE_NONE)
		return NULL;
	e = schema_event(evt_type_event(type));
	rec->hdr.type = e->type;
	rec->hdr.fixed_len = e->size;
	rec->hdr.len = e->size;
	rec->hdr.ts_ns = ts_ns;
	rec->hdr.nr = evt_type_nr(type, EV_ABI_64);
	if (rec->hdr.nr < 0 && evt_type_nr(type, EV_ABI_IA32) >= 0) {
		rec->hdr.nr = evt_type_nr(type, EV_ABI_IA32);
		rec->hdr.flags = EV_ABI_IA32;
	}
	return e;
}

static void finish(struct record_text *rec, const struct schema_event *e)
{
	const struct schema_field *res = schema_field(e, STR("res"));

	if (rec->hdr.nr >= 0)
		rec->hdr.flags |= EV_F_SYSCALL;
	if (!rec->hdr.tgid)
		rec->hdr.tgid = rec->hdr.tid;
	if (!rec->hdr.start_ns)
		rec->hdr.start_ns = rec->hdr.tgid * 1000000ull;
	if (res && (int64_t)schema_integer(res, rec) < 0)
		rec->hdr.flags |= EV_F_FAILED;
	while (rec->hdr.len % 8)
		rec->bytes[rec->hdr.len++] = '\0';
}

int record_from_text(struct record_text *rec, struct str line, uint64_t ts_ns)
{
	char word[WORD_MAX + 1], *equals;
	const struct schema_field *f;
	const struct schema_event *e;
	struct str name;
	size_t n;

	if (!word_next(&line, word, &n))
		return fail(rec, "an event is expected");
	e = begin(rec, (struct str){ word, n }, ts_ns);
	if (!e)
		return fail(rec, "there is no event %s", word);
	while (word_next(&line, word, &n)) {
		equals = memchr(word, '=', n);
		if (!equals)
			return fail(rec, "%s has no value", word);
		name = (struct str){ word, equals - word };
		if (put_header(rec, name, equals + 1))
			continue;
		f = schema_field(e, name);
		if (!f)
			return fail(rec, "%s has no field " STR_FMT, e->name, STR_ARG(name));
		if (!put_value(rec, f, equals + 1, n - (equals + 1 - word)))
			return fail(rec, STR_FMT " cannot be %s", STR_ARG(name), equals + 1);
	}
	finish(rec, e);
	return 0;
}
