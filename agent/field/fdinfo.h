/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The descriptor of an event, whichever field of the event has it: one view for all of fd.*.
 * It is made for each extraction.
 */
#ifndef FIELD_FDINFO_H
#define FIELD_FDINFO_H

#include <fcntl.h>
#include "decode/event.h"
#include "field/value.h"

struct fdinfo {
	int64_t num;			/* -1: no descriptor was created */
	uint32_t kind;			/* enum ev_fd_kind; EV_FD_NONE if unknown */
	struct str path;		/* resolved path, or name; absent if unknown */
	bool path_cut;			/* the front of @path is missing */
	struct str given;		/* path as the caller gave it; absent if none was given */
	bool opened;			/* opened by a path */
	bool given_directory;		/* @given is the directory of the file: O_TMPFILE */
	int32_t dirfd;			/* @given is relative to it */
	const struct ev_tuple *tuple;	/* NULL if it is not a socket */
	enum ev_role role;		/* of the socket, from its record or from the tables */
	bool connected;
	bool has_dev;
	uint32_t dev;
	uint64_t ino;
};

/* The kind is not recorded if the descriptor was closed before the call ended: see the flags. */
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
		.path = event_part(ev, &rec->path), .path_cut = event_part_cut(&rec->path),
		.given = event_part(ev, &rec->name),
		.given_directory = (rec->flags & O_TMPFILE) == O_TMPFILE,
		.dirfd = rec->dirfd, .has_dev = opened, .dev = opened ? rec->dev : 0,
		.ino = opened ? rec->ino : 0,
	};
}

/* The socket of an event; NULL if it has none. */
const struct ev_tuple *fdinfo_tuple(const struct event *ev);

bool fdinfo_of_other(struct fdinfo *ret, const struct event *ev);

/*
 * Return: false if the event has no descriptor. Most events open a file: only the copy for the
 * other events has its address taken, so the compiler keeps the values of an open in registers.
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
 * The kind for fd.type: everything opened by a path is a file or a directory, also a FIFO, a
 * device, and a pipe opened by /proc/self/fd.
 */
static inline uint32_t fdinfo_kind(const struct fdinfo *fd)
{
	if (!fd->opened || fd->kind == EV_FD_NONE || fd->kind == EV_FD_DIR)
		return fd->kind;
	return EV_FD_FILE;
}

/* Parts of extractors. The return values are those of field_extract_fn. */
int get_fd_type(struct value *ret, uint32_t kind, const struct ev_tuple *tuple);
int get_fd_letter(struct value *ret, uint32_t kind, const struct ev_tuple *tuple);
int get_fd_name(struct value *ret, const struct event *ev, const struct ev_fd *fd, struct str path,
		bool path_cut);

/* "10.0.0.1:1->10.0.0.2:80", client first. */
int get_tuple_name(struct value *ret, const struct event *ev, const struct ev_tuple *tuple,
		   enum ev_role role);

/* An absolute path made as text: @path after @cwd, without "." and ".." */
int get_path_given(struct value *ret, const struct event *ev, struct str path, struct str cwd);

/* The absolute path as given, of the event's descriptor. */
int get_fd_given(struct value *ret, const struct event *ev, const struct fdinfo *fd);

/* The same for a path relative to @dirfd; only the working directory has a known path. */
int get_path_at(struct value *ret, const struct event *ev, struct str path, int32_t dirfd);

/* One end of a connection. */
enum tuple_end { TUPLE_LOCAL, TUPLE_REMOTE, TUPLE_CLIENT, TUPLE_SERVER };

/* The role of a socket: from the record, else from the tables. */
enum ev_role tuple_role(const struct event *ev, const struct ev_tuple *tuple);

bool tuple_is_inet(const struct ev_tuple *tuple);
struct ip_addr tuple_addr(const struct ev_tuple *tuple, enum ev_role role, enum tuple_end end);
uint16_t tuple_port(const struct ev_tuple *tuple, enum ev_role role, enum tuple_end end);

#endif /* FIELD_FDINFO_H */
