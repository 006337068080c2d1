/* SPDX-License-Identifier: Apache-2.0 */
/* Makes records of any event type for tests: random values, chosen so that all fields occur. */
#ifndef FIELD_TEST_MADE_H
#define FIELD_TEST_MADE_H

#include <fcntl.h>
#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>
#include "decode/event.h"
#include "decode/schema.h"
#include "lib/arena.h"

#define ROOM	4096	/* bytes of a record */

static uint64_t seed = 1;

static unsigned int chance(unsigned int n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned int)(seed >> 33) % n;
}

struct made {
	union {
		struct ev_header hdr;
		struct ev_open open;
		struct ev_dup dup;
		struct ev_connect connect;
		struct ev_accept accept;
		char bytes[ROOM];
	};
	struct event ev;
};

/* Paths, and texts used in place of a path. */
static uint32_t put_text(char *p)
{
	static const char letters[] = "/a/b./a";
	uint32_t n = chance(9);

	for (uint32_t i = 0; i < n; i++)
		p[i] = letters[chance(sizeof(letters) - 1)];
	if (n && chance(3))
		p[0] = '/';
	return n;
}

static void put_parts(struct made *m, const struct schema_event *e)
{
	uint32_t used = (uint32_t)e->size;

	for (unsigned int i = 0; i < e->nfields; i++) {
		struct ev_part *part = (struct ev_part *)(m->bytes + e->fields[i].offset);

		if (e->fields[i].storage_id != SCHEMA_part)
			continue;
		*part = (struct ev_part){ 0 };
		if (!chance(4))
			continue;
		part->off = used;
		part->len = part->full = part->head = put_text(m->bytes + used);
		used += part->len;
	}
}

static void put_socket(struct ev_tuple *tuple)
{
	static const uint8_t families[] = { 0, AF_UNIX, AF_INET, AF_INET6, AF_NETLINK };

	tuple->family = families[chance(sizeof(families))];
	tuple->role = chance(EV_ROLE_SERVER + 1);
	tuple->protocol = chance(2) ? IPPROTO_TCP : IPPROTO_UDP;
}

/* Only few values of the flags that make the shape, so the same shapes recur. */
static void make(struct made *m, const struct schema_event *e)
{
	static const uint32_t flags[] = { O_RDONLY, O_WRONLY, O_RDWR, O_WRONLY | O_CREAT, O_TMPFILE,
					  O_RDWR | O_PATH | O_CREAT };
	static const evt_type_t types[] = { EVT_SYS_open, EVT_SYS_openat, EVT_SYS_creat };

	for (size_t i = 0; i < e->size; i++)
		m->bytes[i] = (char)chance(256);
	put_parts(m, e);
	m->hdr.type = e->type;
	m->ev = (struct event){ .hdr = &m->hdr, .body = m, .type = types[chance(3)],
				.arena = m->ev.arena };
	for (unsigned int i = 0; i < e->nfields; i++)
		if (e->fields[i].storage_id == SCHEMA_tuple)
			put_socket((struct ev_tuple *)(m->bytes + e->fields[i].offset));
	if (e->fields[0].source == SOURCE_RESULT && chance(2))
		*(int64_t *)(m->bytes + e->fields[0].offset) = -(int)chance(100) - 1;
	if (e->type == EV_open) {
		m->open.flags = flags[chance(sizeof(flags) / sizeof(flags[0]))];
		m->open.kind = chance(8) ? chance(20) : chance(2) * 1000;
		m->open.res = chance(3) ? (int)chance(100) : -(int)chance(100) - 1;
		m->open.mode = chance(2) ? 0644 : 0700 | chance(64);
		m->open.dirfd = AT_FDCWD;
		m->open.layer = chance(3);
	} else if (e->type == EV_dup) {
		m->dup.file.kind = (uint8_t)chance(20);
		put_socket(&m->dup.file.sock);
	}
}

#endif /* FIELD_TEST_MADE_H */
