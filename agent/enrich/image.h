/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Holds what an exec sets and every later fork shares: executable, arguments,
 * environment. Immutable and reference counted, so a fork costs one increment;
 * texts that rules often read are composed once, here.
 */
#ifndef ENRICH_IMAGE_H
#define ENRICH_IMAGE_H

#include <stdbool.h>
#include <stdint.h>
#include "decode/event.h"
#include "lib/str.h"

struct exec_image {
	uint32_t refs;
	uint32_t held;		/* processes in the table that use it */
	uint32_t size;		/* bytes of this block */
	bool live;		/* from an exec event; else from /proc, where it may have changed it */
	bool argv_cut, env_cut;	/* the middle is missing */
	bool exe_cut, cwd_cut;	/* the front is missing */
	uint32_t argc, envc;	/* true numbers; 0 if cut and not known */
	uint32_t argv_front, env_front;	/* elements before the cut */
	uint32_t argv_full;	/* bytes with the NULs between them; ~0 if not measured */
	uint32_t exe_dev;
	uint32_t exe_flags;
	uint64_t exe_ino;
	uint64_t exe_ctime_ns;	/* CLOCK_REALTIME, as the next */
	uint64_t exe_mtime_ns;
	struct ev_fd fds[3];	/* 0 to 2; EV_FD_NONE if not open, or not known */
	struct str fd_path[3];	/* their paths; absent if none was recorded */
	bool fd_path_cut[3];	/* the front is missing */
	struct ev_comm comm;	/* as the exec set it, whatever it is now; cmdline begins with it */
	struct str exe;		/* resolved; memfd:NAME for a file of memfd_create; absent if none */
	struct str filename;	/* as given to the exec; absent if not seen */
	struct str argv;	/* NUL-separated; of a cut one the elements that are whole */
	struct str env;		/* likewise; absent if not captured */
	struct str cwd;		/* ends with a slash; absent if not known */
	struct str arg0;
	struct str args;	/* from argv[1] on, joined by blanks; " ... " where it is cut */
	struct str cmdline;	/* comm and args, joined by a blank */
};

/* Return: 0, or -ENOMEM. @ret has one reference. */
int exec_image_new(struct exec_image **ret, const struct event *ev);

static inline struct exec_image *exec_image_ref(struct exec_image *image)
{
	if (image)
		image->refs++;
	return image;
}

void exec_image_unref(struct exec_image *image);	/* NULL is fine */

/* The bytes before the first NUL. */
struct str comm_str(const struct ev_comm *comm);

/* Element @i of a NUL-separated array; {NULL, 0} beyond its end. */
struct str argv_nth(struct str argv, uint64_t i);

/* argv_next() - take the first string off @argv, for a walk through all. Return: was there one? */
bool argv_next(struct str *argv, struct str *ret);

/* An array of strings as a record has it: the middle may be missing. */
struct argv_part {
	struct str front, back;		/* what is there; @back only of a cut one */
	bool cut;
};

struct argv_part argv_part(const struct event *ev, const struct ev_part *part);

/*
 * Keeps only complete elements: up to the last NUL of the front, and after the first NUL of the
 * back. So no element consists of two halves.
 */
void argv_whole(struct argv_part *argv);

enum {
	ARGV_LEFT_OUT = 1,	/* the element may be in the middle that is missing */
	ARGV_NONE = 2,		/* there is no such element */
};

/* Element @i as the process was given it. Return: 0, ARGV_LEFT_OUT or ARGV_NONE. */
int image_arg(const struct exec_image *image, uint64_t i, struct str *ret);
int image_env(const struct exec_image *image, uint64_t i, struct str *ret);

#endif /* ENRICH_IMAGE_H */
