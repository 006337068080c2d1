/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The descriptor an event is about, whatever the event calls it: one view for
 * all of fd.*. Made anew for each extraction.
 */
#ifndef FIELD_FDINFO_H
#define FIELD_FDINFO_H

#include <fcntl.h>
#include "decode/event.h"
#include "field/value.h"

struct fdinfo {
	int64_t num;			/* -1: none was made */
	uint32_t kind;			/* enum ev_fd_kind; EV_FD_NONE if not known */
	struct str path;		/* true path, or name; absent if not known */
	struct str given;		/* as the caller gave it; absent if no path was given */
	int32_t dirfd;			/* what given is relative to */
	const struct ev_tuple *tuple;	/* NULL if it is no socket */
	bool connected;
	bool has_dev;
	uint32_t dev;
	uint64_t ino;
	struct ev_tuple known;		/* what tuple points to, where the tables know the role */
};

/* All but the room for a tuple, which is most of it and written before it is read. */
static inline void fdinfo_clear(struct fdinfo *ret)
{
	memset(ret, 0, offsetof(struct fdinfo, known));
	ret->num = -1;
	ret->dirfd = AT_FDCWD;
}

static inline void fdinfo_of_open(struct fdinfo *ret, const struct event *ev)
{
	const struct ev_open *rec = ev->open;

	fdinfo_clear(ret);
	ret->num = rec->res;
	ret->path = event_part(ev, &rec->path);
	ret->given = event_part(ev, &rec->name);
	ret->dirfd = rec->dirfd;
	if (rec->res < 0)
		return;
	ret->kind = rec->kind ? rec->kind : (uint32_t)EV_FD_FILE;
	ret->has_dev = true;
	ret->dev = rec->dev;
	ret->ino = rec->ino;
}

bool fdinfo_of_other(struct fdinfo *ret, const struct event *ev);

/* False if the event is about no descriptor. Most are about a file that was opened. */
static inline bool fdinfo_of(struct fdinfo *ret, const struct event *ev)
{
	if (ev->hdr->type != EV_open)
		return fdinfo_of_other(ret, ev);
	fdinfo_of_open(ret, ev);
	return true;
}

/* Extractors' parts. Each returns as a field_extract_fn. */
int get_fd_type(struct value *ret, uint32_t kind, const struct ev_tuple *tuple);
int get_fd_letter(struct value *ret, uint32_t kind, const struct ev_tuple *tuple);
int get_fd_name(struct value *ret, const struct event *ev, const struct ev_fd *fd);

/* "10.0.0.1:1->10.0.0.2:80", client first. */
int get_tuple_name(struct value *ret, const struct event *ev, const struct ev_tuple *tuple);

/* A path made absolute as text: @path behind @cwd, without "." and ".." */
int get_path_given(struct value *ret, const struct event *ev, struct str path, struct str cwd);

/* The path as given to the event's own descriptor. */
int get_fd_given(struct value *ret, const struct event *ev, const struct fdinfo *fd);

/* The same for a path relative to a descriptor: only the working directory is known by name. */
int get_path_at(struct value *ret, const struct event *ev, struct str path, int32_t dirfd);

/* One end of a connection. */
enum tuple_end { TUPLE_LOCAL, TUPLE_REMOTE, TUPLE_CLIENT, TUPLE_SERVER };

bool tuple_is_inet(const struct ev_tuple *tuple);
struct ip_addr tuple_addr(const struct ev_tuple *tuple, enum tuple_end end);
uint16_t tuple_port(const struct ev_tuple *tuple, enum tuple_end end);

#endif /* FIELD_FDINFO_H */
