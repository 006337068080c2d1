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
	bool opened;			/* by a path */
	bool given_directory;		/* given names the directory of the file: O_TMPFILE */
	int32_t dirfd;			/* what given is relative to */
	const struct ev_tuple *tuple;	/* NULL if it is no socket */
	enum ev_role role;		/* of the socket, from its record or from the tables */
	bool connected;
	bool has_dev;
	uint32_t dev;
	uint64_t ino;
};

/* What was opened is not known where it was gone before the call ended. */
static inline uint32_t opened_kind(const struct ev_open *rec)
{
	if (rec->kind)
		return rec->kind;
	return (rec->flags & O_TMPFILE) == O_DIRECTORY ? EV_FD_DIR : EV_FD_FILE;
}

static inline struct fdinfo fdinfo_of_open(const struct event *ev)
{
	const struct ev_open *rec = ev->open;
	const bool opened = rec->res >= 0;

	return (struct fdinfo){
		.opened = true, .num = rec->res, .kind = opened ? opened_kind(rec) : EV_FD_NONE,
		.path = event_part(ev, &rec->path), .given = event_part(ev, &rec->name),
		.given_directory = (rec->flags & O_TMPFILE) == O_TMPFILE,
		.dirfd = rec->dirfd, .has_dev = opened, .dev = opened ? rec->dev : 0,
		.ino = opened ? rec->ino : 0,
	};
}

/* The socket an event is about; NULL if it is about none. */
const struct ev_tuple *fdinfo_tuple(const struct event *ev);

bool fdinfo_of_other(struct fdinfo *ret, const struct event *ev);

/*
 * False if the event is about no descriptor. Most are about a file that was opened: as only a
 * copy of what others are about has an address, the compiler keeps what is asked of a file in
 * registers.
 */
static inline bool fdinfo_of(struct fdinfo *ret, const struct event *ev)
{
	struct fdinfo other;

	if (ev->hdr->type == EV_open) {
		*ret = fdinfo_of_open(ev);
		return true;
	}
	if (!fdinfo_of_other(&other, ev))
		return false;
	*ret = other;
	return true;
}

/*
 * What fd.type calls it: whatever is opened by a path is a file or a directory, also a FIFO, a
 * device, and a pipe behind /proc/self/fd.
 */
static inline uint32_t fdinfo_kind(const struct fdinfo *fd)
{
	if (!fd->opened || fd->kind == EV_FD_NONE || fd->kind == EV_FD_DIR)
		return fd->kind;
	return EV_FD_FILE;
}

/* Extractors' parts. Each returns as a field_extract_fn. */
int get_fd_type(struct value *ret, uint32_t kind, const struct ev_tuple *tuple);
int get_fd_letter(struct value *ret, uint32_t kind, const struct ev_tuple *tuple);
int get_fd_name(struct value *ret, const struct event *ev, const struct ev_fd *fd);

/* "10.0.0.1:1->10.0.0.2:80", client first. */
int get_tuple_name(struct value *ret, const struct event *ev, const struct ev_tuple *tuple,
		   enum ev_role role);

/* A path made absolute as text: @path behind @cwd, without "." and ".." */
int get_path_given(struct value *ret, const struct event *ev, struct str path, struct str cwd);

/* The path as given to the event's own descriptor, whose true path is @path. */
int get_fd_given(struct value *ret, const struct event *ev, struct str path, struct str given,
		 int32_t dirfd);

/* The same for a path relative to a descriptor: only the working directory is known by name. */
int get_path_at(struct value *ret, const struct event *ev, struct str path, int32_t dirfd);

/* One end of a connection. */
enum tuple_end { TUPLE_LOCAL, TUPLE_REMOTE, TUPLE_CLIENT, TUPLE_SERVER };

/* The role of a socket: if its record does not tell it, what the tables know. */
enum ev_role tuple_role(const struct event *ev, const struct ev_tuple *tuple);

bool tuple_is_inet(const struct ev_tuple *tuple);
struct ip_addr tuple_addr(const struct ev_tuple *tuple, enum ev_role role, enum tuple_end end);
uint16_t tuple_port(const struct ev_tuple *tuple, enum ev_role role, enum tuple_end end);

#endif /* FIELD_FDINFO_H */
