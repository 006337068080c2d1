/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Records that the agent makes itself. What procfs.c and scan.c read from the
 * host becomes a record here and goes to the tables and the capture through
 * post_send(). So these files need nothing of the tables.
 */
#ifndef ENRICH_POST_H
#define ENRICH_POST_H

#include <stdbool.h>
#include <stdint.h>
#include <saker/event.h>
#include "lib/hostfs.h"
#include "lib/str.h"

#define POST_PARTS	12288u	/* bytes for the parts of one record; more is cut */

typedef int post_fn(void *ctx, const struct ev_header *hdr);

/* A record being made. */
struct post {
	post_fn *put;			/* who takes the record that is finished */
	void *ctx;
	union {
		struct ev_header hdr;
		struct ev_task task;
		struct ev_user user;
		struct ev_group group;
		struct ev_host host;
		struct ev_cgroup_mkdir cgroup_mkdir;
		struct ev_task record;	/* the largest */
	};
	char room[POST_PARTS];
};

/* Clears the record and writes its header: from user space, every field learnt by the agent. */
void post_begin(struct post *p, enum ev_type type, uint64_t ts_ns);

/* Appends bytes; all fixed fields stay as they are. */
void post_part(struct post *p, struct ev_part *part, struct str s);

/* Finishes the record and hands it over. Return: what put() returns. */
int post_send(struct post *p);

/* -- what there is to find out -- */

/**
 * procfs_task() - one task as /proc has it now
 * @who:	tid and tgid; start_ns if known: another thread of that number is not told of
 * Return: 0, or -ESRCH.
 */
int procfs_task(const struct hostfs *fs, struct post *p, const struct ev_header *who);

/* All processes in /proc, posted. Return: 0 or -errno. */
int procfs_scan(const struct hostfs *fs, struct post *p, uint64_t ts_ns);

/*
 * The hierarchy of control groups whose numbers the driver tells: that of the pids
 * controller where it is bound to a hierarchy of its own, else the unified one.
 */
struct cgroupfs {
	char dir[128];		/* where it is mounted */
	uint32_t hierarchy;
	bool found;
};

void cgroupfs_find(const struct hostfs *fs, struct cgroupfs *ret);

/* All groups, posted. Return: 0 or -errno. */
int cgroupfs_scan(const struct hostfs *fs, const struct cgroupfs *cgfs, struct post *p,
		  uint64_t ts_ns);

/* The group of one thread, as a record if its number is @id. Return: 0 or -ESRCH. */
int cgroupfs_of_thread(const struct hostfs *fs, const struct cgroupfs *cgfs, struct post *p,
		       uint32_t tid, uint64_t id, uint64_t ts_ns);

/* Which version of a file was read last. */
struct file_version {
	uint64_t dev, ino;
	int64_t size, mtime_ns, ctime_ns;
};

struct accounts {
	struct file_version passwd, group;
};

enum {
	ACCOUNTS_PASSWD = 1,
	ACCOUNTS_GROUP = 2,
};

/* Users and groups, posted if their file changed since. Return: which files were read. */
unsigned int accounts_read(const struct hostfs *fs, struct accounts *seen, struct post *p,
		   uint64_t ts_ns);

/* The host's own name, posted. */
void hostname_read(const struct hostfs *fs, struct post *p, uint64_t ts_ns);

#endif /* ENRICH_POST_H */
